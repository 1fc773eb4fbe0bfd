import { describe, expect, test } from 'vitest'
import type { Activity, Json } from '../../src/core/activity.ts'
import { createEngine } from '../../src/core/engine.ts'
import type { Expression } from '../../src/core/guide.ts'
import { flow, guide, start } from './replay.ts'

/** What a trigger may keep about a visitor, in bytes of JSON, however much that visitor does. */
const kept: [name: string, trigger: Expression, bytes: number][] = [
  ['on', 'Product Viewed', 100],
  ['a count, up to its bound', { count: 'Product Viewed', is: { $gt: 3 }, within: '7d' }, 250],
  ['a count beyond what is told apart', { count: 'Product Viewed', is: { $gt: 5000 }, within: '90d' }, 12_000],
  ['a count per value', { count: 'Product Viewed', per: 'product_id', is: { $gt: 3 } }, 9000],
  ['distinct values', { count: 'Product Viewed', distinct: 'product_id', is: { $gt: 20 } }, 900],
  ['a sum', { sum: 'Product Viewed', of: 'price', is: { $gt: 1e9 }, within: '90d' }, 12_000],
  ['a sum per value', { sum: 'Product Viewed', of: 'price', per: 'product_id', is: { $gt: 1e9 } }, 9000],
  ['a ratio', { ratio: 'Product Viewed', of: 'Page Viewed', is: { $lt: 0 } }, 10_000],
  ['a sequence', { sequence: ['Product Viewed', 'Never'], same: 'product_id' }, 7000],
  ['absent', { absent: 'Never', after: 'Product Viewed', for: '900d', same: 'product_id' }, 60_000],
  ['idle', { idle: '3m' }, 100],
  ['dwell', { dwell: ['/products/*'], is: { $gte: '40s' }, streak: 3 }, 100],
  ['since', { since: { first: 'Product Viewed' }, is: { $gt: '900d' } }, 100],
  ['active', { active: 'days', is: { $gt: 1000 } }, 100],
  ['status', { status: 'flow', is: 'completed' }, 100],
  ['profile', { profile: { 'visitor.traits.plan': 'trial' } }, 100],
]

const minute = 60_000

/** A visitor who looks at a product of 1,000 every three minutes, 20 a day, for 300 days. */
function* busy(): Generator<Activity> {
  for (let seq = 1; seq <= 6000; seq++) {
    const at = start + Math.floor(seq / 20) * 1440 * minute + (seq % 20) * 3 * minute
    const product = `p${(seq * 7919) % 1000}`
    const page = { path: `/products/${product}` }
    yield {
      id: `activity-${seq}`,
      type: seq % 2 ? 'Page Viewed' : 'Product Viewed',
      at,
      seq,
      tab: 'a',
      visitor: { anonymousId: 'anonymous' },
      page,
      properties: seq % 2 ? page : { product_id: product, name: 'A product', price: seq % 100 },
    }
  }
}

function stateAfter(trigger: Expression): { [name: string]: Json } {
  const engine = createEngine(guide([flow(trigger, { frequency: { times: 1 } })]))
  for (const activity of busy()) engine.handle(activity)
  return engine.state as { [name: string]: Json }
}

describe('a trigger keeps a bounded state of a visitor who does 6,000 things:', () => {
  test.each(kept)('%s', (_, trigger, bytes) => {
    const units = stateAfter(trigger).units as { [name: string]: Json }
    expect(JSON.stringify(units['flow:flow'] ?? '').length).toBeLessThan(bytes)
  })

  test('what is known of the visitor, and the ids of what came', () => {
    const { memory, seen } = stateAfter('Never Happened')
    expect(JSON.stringify(memory).length).toBeLessThan(20_000)
    expect(JSON.stringify(seen).length).toBeLessThan(8000)
  })
})

test('whoever makes up names without end fills no memory', () => {
  const engine = createEngine(guide([flow({ count: 'Type 3000', is: { $gte: 1 } })]))
  let fired = 0
  for (let seq = 1; seq <= 5000; seq++) {
    const visitor = { anonymousId: 'anonymous' }
    for (const [id, type] of [
      ['a', `Type ${seq}`],
      ['b', 'Step Viewed'],
    ] as const) {
      const activity = {
        id: `${id}${seq}`,
        type,
        at: start + seq,
        seq,
        visitor,
        properties: { flow: `f${seq}`, step: 's' },
      }
      fired += engine.handle(activity).decisions.length
    }
  }
  expect(fired).toBe(1)
  expect(JSON.stringify((engine.state as { memory: Json }).memory).length).toBeLessThan(250_000)
})

test('a sum over all time forgets nothing, however much it sums up', () => {
  const engine = createEngine(guide([flow({ sum: 'Product Viewed', of: 'price', is: { $gte: 120_000 } })]))
  let sum = 0
  let firedAt: number | undefined
  for (const activity of busy()) {
    if (activity.type === 'Product Viewed') sum += activity.properties.price as number
    const { decisions } = engine.handle(activity)
    if (decisions.some(({ verdict }) => verdict === 'start')) firedAt ??= sum
    if (sum >= 120_000) break
  }
  expect(firedAt).toBe(sum)
})

test('a count beyond what is told apart is right to a hundredth of its window', () => {
  const trigger: Expression = { count: 'Product Viewed', is: { $gte: 5000 }, within: '100d' }
  const engine = createEngine(guide([flow(trigger)]))
  const viewed: number[] = []
  for (const activity of busy()) {
    if (activity.type === 'Product Viewed') viewed.push(activity.at)
    engine.handle(activity)
    const exactly = viewed.filter((at) => at > activity.at - 100 * 1440 * minute).length
    const [{ actual }] = engine.explain('flow', activity.at).trigger.leaves as unknown as [{ actual: number }]
    expect(Math.abs(actual - exactly)).toBeLessThanOrEqual(10)
  }
}, 60_000)
