import { expect, test } from 'vitest'
import type { Expression, Flow, Guide } from '../../src/core/guide.ts'
import { flow, guide, type Moment, moment, type Row, replay, start } from './replay.ts'

function explain(trigger: Expression, rows: Row[], at: Moment, more: Partial<Flow> = {}, of: Partial<Guide> = {}) {
  const run = replay(guide([flow(trigger, more)], of))
  run.rows(...rows)
  run.advance(at)
  return run.engine.explain('flow', moment(at))
}
const leaf = (...args: Parameters<typeof explain>) => explain(...args).trigger.leaves[0]!

test('a count says how many more, and when time alone changes it', () => {
  const trigger = { count: 'Product Viewed', is: { $gt: 3 }, within: '7d' }
  expect(
    leaf(
      trigger,
      [
        [0, 'Product Viewed'],
        [5, 'Product Viewed'],
      ],
      10,
    ),
  ).toEqual({
    path: '',
    operator: 'count',
    value: false,
    actual: 2,
    wanted: { $gt: 3 },
    changesAt: undefined,
    flip: '2 more Product Viewed',
  })
  const rows: Row[] = [0, 5, 6, 7].map((at) => [at, 'Product Viewed'])
  expect(leaf(trigger, rows, 10)).toMatchObject({ value: true, actual: 4, changesAt: moment('7d') })
  const many: Row[] = [0, 5, 6, 7, 8].map((at) => [at, 'Product Viewed'])
  expect(leaf({ ...trigger, is: { $gte: 3, $lt: 5 } }, many, 10)).toMatchObject({
    value: false,
    actual: 5,
    changesAt: moment('7d'),
  })
})

test('a count by value says for which', () => {
  const rows: Row[] = [
    [0, 'V', { p: 'a' }],
    [1, 'V', { p: 'b' }],
    [2, 'V', { p: 'b' }],
  ]
  expect(leaf({ count: 'V', per: 'p', is: { $gte: 3 } }, rows, 10)).toMatchObject({
    actual: { p: 'b', value: 2 },
    flip: '1 more V',
  })
})

test('what is unknown has no actual value', () => {
  const unknown = leaf({ sum: 'V', of: 'price', is: { $gt: 3 } }, [[0, 'A']], 10)
  expect([unknown.value, unknown.actual]).toEqual([undefined, undefined])
})

test('time says when', () => {
  expect(leaf({ idle: '60s' }, [[0, 'A']], '20s')).toMatchObject({
    actual: 20_000,
    wanted: 60_000,
    changesAt: moment('60s'),
    flip: 'no interaction',
  })
  expect(leaf({ idle: '60s' }, [[0, 'A']], '70s')).toMatchObject({ value: true, flip: 'interaction' })
  expect(leaf({ absent: 'X', after: 'A', for: '60s' }, [[0, 'A']], '20s')).toMatchObject({
    actual: 20_000,
    wanted: 60_000,
    changesAt: moment('60s'),
    flip: 'X',
  })
  expect(leaf({ absent: 'X', after: 'A', for: '60s' }, [[0, 'B']], '20s')).toMatchObject({ flip: 'A' })
  expect(leaf({ since: { last: 'A' }, is: { $gt: '60s' } }, [[0, 'A']], '20s')).toMatchObject({
    actual: 20_000,
    changesAt: moment('60s+1'),
  })
  expect(leaf({ dwell: ['/*'], is: { $gte: '60s' } }, [[0, 'Page Viewed', { path: '/' }]], '20s')).toMatchObject({
    actual: 20_000,
    changesAt: moment('60s'),
  })
})

test('a sequence says how far it came and what comes next', () => {
  expect(
    leaf(
      { sequence: ['A', 'B', 'C'] },
      [
        [0, 'A'],
        [1, 'B'],
      ],
      10,
    ),
  ).toMatchObject({ actual: 2, wanted: 3, flip: 'then C' })
})

test('every leaf says where it stands', () => {
  const { trigger } = explain(
    { all: ['A', { not: { any: [{ segment: 'new' }, { status: 'flow', is: 'never' }] } }] },
    [[0, 'B']],
    10,
    {},
    { segments: { new: { count: 'A', is: { $gte: 1 } } } },
  )
  expect(trigger.leaves.map(({ path, operator, value }) => [path, operator, value])).toEqual([
    ['all.0', 'on', false],
    ['all.1.not.any.0', 'segment', false],
    ['all.1.not.any.1', 'status', true],
  ])
})

test('all gates are there, none left out', () => {
  expect(explain('A', [[0, 'B']], 10).gates.map(({ gate }) => gate)).toEqual([
    'enabled',
    'consent',
    'holdout',
    'experiment',
    'audience',
    'pages',
    'schedule',
    'frequency',
    'group',
    'limits',
    'blocked',
    'slot',
    'stale',
  ])
})

const summaries: [string, string, ...Parameters<typeof explain>][] = [
  [
    'the leaf that is missing, and what it takes',
    'the trigger is not true: count is 1, wanted {"$gte":3}; 2 more A',
    { count: 'A', is: { $gte: 3 } },
    [[0, 'A']],
    10,
  ],
  [
    'the leaf under not that is in the way',
    'the trigger is not true: count, which must not hold, is 1, wanted {"$gte":1}',
    { all: [{ count: 'B', is: { $lt: 9 } }, { not: { count: 'A', is: { $gte: 1 } } }] },
    [[0, 'A']],
    10,
  ],
  ['a pulse', 'the trigger is not true: on is wanted ["A"]; A', 'A', [[0, 'B']], 10],
  [
    'what it was started too often for',
    'refused by frequency: 1, wanted {"times":1}',
    'A',
    [[0, 'A']],
    10,
    { frequency: { times: 1 } },
  ],
  [
    'when it opens',
    'refused by frequency: 1, wanted {"times":1,"every":"1d"}; opens at 2026-01-06T00:00:00.000Z',
    'A',
    [[0, 'A']],
    10,
    { frequency: { times: 1, every: '1d' } },
  ],
  [
    'what holds it',
    'held by limits: 10, wanted {"gap":60000}; opens at 2026-01-05T00:01:00.000Z',
    { count: 'A', is: { $gte: 1 }, unless: 'A' },
    [
      [0, 'A'],
      [5, 'A'],
    ],
    10,
    {},
    { limits: { gap: '60s' } },
  ],
  [
    'the page it waits for',
    'held by pages: "/home", wanted ["/shop"]',
    { count: 'A', is: { $gte: 1 } },
    [[0, 'A', {}, { page: '/home' }]],
    10,
    { pages: ['/shop'] },
  ],
  ['its delay', 'fired; waits for its delay until 2026-01-05T00:00:30.000Z', 'A', [[0, 'A']], 10, { delay: '30s' }],
  [
    'that it is true',
    'the trigger is true; it fires when it becomes true again',
    { count: 'A', is: { $gte: 1 } },
    [[0, 'A']],
    10,
  ],
]
test.each(summaries)('the summary says %s', (_, summary, ...args) => {
  expect(explain(...args).summary).toBe(summary)
})

test('a flow that is not there is no error', () => {
  expect(replay(guide([])).engine.explain('other', start)).toMatchObject({
    gates: [],
    summary: 'there is no flow "other"',
  })
})

test('a step is passed over where its `when` is not true, live', () => {
  const step = { id: 'two', type: 'message', when: { profile: { 'visitor.traits.plan': 'pro' } } }
  const run = replay(guide([flow('A', { steps: [step] })]))
  const { flow: own } = run.engine.flow('flow')!
  expect(run.engine.when(own, step, start)).toBe(false)
  run.rows([0, 'B', {}, { traits: { plan: 'pro' } }])
  expect(run.engine.when(own, step, start)).toBe(true)
  const fetched = { id: 'three', type: 'message', when: { status: 'flow', is: 'never' as const } }
  expect(run.engine.when(own, fetched, start)).toBe(true)
  expect(run.engine.when(own, { id: 'one', type: 'message' }, start)).toBe(true)
})
