import { describe, expect, test } from 'vitest'
import { compileCondition, compilePages, matches } from '../../src/core/condition.ts'
import type { Condition } from '../../src/core/guide.ts'
import cases from './condition.cases.json'
import { activity } from './replay.ts'

describe('a condition has the results of GrowthBook, but that what is missing is neither more nor less than anything', () => {
  test.each(cases as [string, Condition, object, boolean][])('%s', (_, condition, properties, expected) => {
    expect(compileCondition(condition)(properties)).toBe(expected)
  })
})

test('patterns for pages: those after ! exclude, only exclusions mean everywhere else', () => {
  const on = (pages: string[], path: string | undefined) => compilePages(pages)(path)
  expect(on(['/products/:id'], '/products/p1')).toBe(true)
  expect(on(['/products/:id'], '/products/p1/reviews')).toBe(false)
  expect(on(['/help/*'], '/help/a/b')).toBe(true)
  expect(on(['/help/*', '!/help/a'], '/help/a')).toBe(false)
  expect(on(['!/checkout/*'], '/home')).toBe(true)
  expect(on(['!/checkout/*'], '/checkout/pay')).toBe(false)
  expect(on(['!/checkout/*'], undefined)).toBe(false)
  expect(on([], '/home')).toBe(true)
})

test('a match asks for the type, the condition and the page, its own before that of the tab', () => {
  const match = { on: ['A', 'B'], where: { n: 1 }, pages: ['/shop'] }
  expect(matches(match, activity([0, 'A', { n: 1 }, { page: '/shop' }]))).toBe(true)
  expect(matches(match, activity([0, 'B', { n: 1 }]), '/shop')).toBe(true)
  expect(matches(match, activity([0, 'B', { n: 1 }, { page: '/home' }]), '/shop')).toBe(false)
  expect(matches(match, activity([0, 'B', { n: 2 }]), '/shop')).toBe(false)
  expect(matches(match, activity([0, 'C', { n: 1 }]), '/shop')).toBe(false)
  expect(matches(match, activity([0, 'A', { n: 1 }]))).toBe(false)
  expect(matches('A', activity([0, 'A']))).toBe(true)
})
