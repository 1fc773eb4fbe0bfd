import { expect, test } from 'vitest'
import { armOf, hash, patchFlow } from '../../src/core/experiment.ts'
import { flow } from './replay.ts'

test('the hash is version two of GrowthBook’s', () => {
  // As GrowthBook's own SDK says, 1.8.0.
  expect(hash('seed', 'a')).toBe(0.0505)
  expect(hash('seed', 'b')).toBe(0.2696)
  expect(hash('foo', 'ab')).toBe(0.2575)
  expect(hash('foo', 'def')).toBe(0.2019)
  expect(hash('89123', 'foo')).toBe(0.2786)
})

test('arms have the shares of their weights, beside those held out', () => {
  const experiment = {
    id: 'x',
    holdout: 0.2,
    variants: [
      { id: 'one', weight: 1 },
      { id: 'two', weight: 3 },
    ],
  }
  const counts: { [arm: string]: number } = {}
  for (let index = 0; index < 20_000; index++)
    counts[armOf(experiment, `visitor ${index}`)] = (counts[armOf(experiment, `visitor ${index}`)] ?? 0) + 1
  expect(counts.holdout! / 20_000).toBeCloseTo(0.2, 1)
  expect(counts.one! / 20_000).toBeCloseTo(0.2, 1)
  expect(counts.two! / 20_000).toBeCloseTo(0.6, 1)
})

test('who is held out stays so, and so does who is not, when the weights change', () => {
  const variants = [
    { id: 'one', weight: 1 },
    { id: 'two', weight: 1 },
  ]
  for (let index = 0; index < 500; index++) {
    const visitor = `visitor ${index}`
    const before = armOf({ id: 'x', holdout: 0.1, variants }, visitor)
    const after = armOf(
      {
        id: 'x',
        holdout: 0.2,
        variants: [
          { id: 'one', weight: 9 },
          { id: 'two', weight: 1 },
        ],
      },
      visitor,
    )
    if (before === 'holdout') expect(after).toBe('holdout')
    if (before === 'one') expect(after).not.toBe('two')
  }
})

test('a patch merges, null deletes, and steps are patched by their id', () => {
  const original = flow('A', {
    name: 'old',
    delay: '5s',
    steps: [
      { id: 'one', type: 'message', props: { title: 'a', text: 'b' } },
      { id: 'two', type: 'message' },
    ],
    experiment: {
      id: 'x',
      variants: [
        {
          id: 'v',
          weight: 1,
          patch: {
            delay: null,
            name: 'new',
            steps: { one: { props: { title: 'c' } }, two: null, three: { type: 'survey' } },
          },
        },
      ],
    },
  })
  const patched = patchFlow(original, 'v')
  expect(patched.name).toBe('new')
  expect('delay' in patched).toBe(false)
  expect(patched.steps).toEqual([
    { id: 'one', type: 'message', props: { title: 'c', text: 'b' } },
    { id: 'three', type: 'survey' },
  ])
  expect(patchFlow(original, 'holdout')).toBe(original)
})

test('a patch never reaches a prototype', () => {
  const patch = JSON.parse('{"__proto__":{"polluted":true},"steps":{"hello":{"__proto__":{"polluted":true}}}}')
  patchFlow(flow('A', { experiment: { id: 'x', variants: [{ id: 'v', weight: 1, patch }] } }), 'v')
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})
