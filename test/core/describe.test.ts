import { expect, test } from 'vitest'
import { describe } from '../../src/core/describe.ts'
import type { Expression, Flow, Guide } from '../../src/core/guide.ts'
import { flow, guide, type Moment, moment, type Row, replay } from './replay.ts'

/** At 09:00 of a Monday, Greenwich time. */
const nine: Moment = '9h'
function told(trigger: Expression, rows: Row[], at: Moment = nine, more: Partial<Flow> = {}, of: Partial<Guide> = {}) {
  const run = replay(guide([flow(trigger, more)], of))
  run.rows(...rows)
  run.advance(at)
  return describe(run.engine.explain('flow', moment(at)), { timeZone: 'UTC' })
}

const views = (product: string, ...at: Moment[]): Row[] =>
  at.map((each) => [each, 'Product Viewed', { product_id: product }])
const viewedOften = {
  count: 'Product Viewed',
  per: 'product_id',
  is: { $gt: 3 },
  within: '7d',
  unless: 'Order Completed',
} as const
const leaves: [Expression, Row[], string, Moment?][] = [
  ['A', [[0, 'B']], ''],
]
test.each(leaves)('%j', (trigger, rows, sentence, at) => {
  expect(told(trigger, rows, at).trigger[0]).toBe(sentence)
})
