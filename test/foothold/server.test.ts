import { expect, test } from 'vitest'
import { describe } from '../../src/core/describe.ts'
import { createFoothold, httpSource } from '../../src/index.ts'

test('on a server importing it and calling it does nothing', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const timersBefore = timers()
  const before = Object.getOwnPropertyNames(globalThis)
  const errors: unknown[] = []
  const foothold = createFoothold({
    source: httpSource({ url: '/guide.json' }),
    onError: (error) => errors.push(error),
    get store(): never {
      throw new Error('asked for')
    },
  })
  foothold.identify('u_1', { plan: 'trial' })
  foothold.track('Product Viewed', { product_id: 'p1' })
  foothold.page()
  foothold.start('welcome')
  foothold.hold('checkout')()
  foothold.subscribe(() => {})()
  foothold.consent({ analytics: false })
  foothold.reset()
  expect(describe(foothold.explain('welcome')).summary).toContain('the guide is not there yet')
  expect(foothold.profile.counts).toEqual({})
  foothold.stop()
  await foothold.inspect()
  expect(Object.getOwnPropertyNames(globalThis)).toEqual(before)
  expect(timers()).toBe(timersBefore)
})

test('the drop-in does nothing on a server', async () => {
  await import('../../src/script.ts')
  expect('foothold' in globalThis).toBe(false)
  expect(Symbol.for('foothold@0') in globalThis).toBe(false)
})
