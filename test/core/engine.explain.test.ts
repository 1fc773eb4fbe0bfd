import { expect, test } from 'vitest'
import type { Decides } from '../../src/core/explanation.ts'
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
  const rows = (...at: number[]): Row[] => at.map((each) => [each, 'Product Viewed'])
  expect(leaf(trigger, rows(0, 5), 10)).toEqual({
    path: '',
    operator: 'count',
    value: false,
    actual: 2,
    wanted: { $gt: 3 },
    written: trigger,
    flip: { more: 2, match: 'Product Viewed' },
  })
  expect(leaf(trigger, rows(0, 5, 6, 7), 10)).toMatchObject({
    value: true,
    actual: 4,
    orMore: true,
    changesAt: moment('7d'),
    flip: { at: moment('7d') },
  })
  expect(leaf({ ...trigger, is: { $gte: 3, $lt: 5 } }, rows(0, 5, 6, 7, 8), 10)).toMatchObject({
    value: false,
    actual: 5,
    flip: { at: moment('7d') },
  })
  expect(leaf({ ...trigger, unless: 'Order Completed' }, rows(0, 5, 6, 7), 10)).toMatchObject({
    changesAt: moment('7d'),
    flip: { more: 1, match: 'Order Completed' },
  })
})

test('a count by value says for which: the nearest one', () => {
  const rows: Row[] = [
    [0, 'V', { p: 'a' }],
    [1, 'V', { p: 'b' }],
    [2, 'V', { p: 'b' }],
  ]
  const trigger = { count: 'V', per: 'p', is: { $gte: 3 } }
  expect(leaf(trigger, rows, 10)).toMatchObject({
    actual: 2,
    of: { p: 'b' },
    flip: { more: 1, match: 'V', with: { p: 'b' } },
  })
  expect(leaf({ ...trigger, is: { $eq: 2 } }, rows, 10)).toMatchObject({ value: true, actual: 2, of: { p: 'b' } })
  expect(leaf({ ...trigger, is: { $eq: 1 } }, [[0, 'X']], 10)).toMatchObject({
    actual: 0,
    flip: { more: 1, match: 'V' },
  })
})

test('an aggregate says which value would do', () => {
  const trigger = { sum: 'V', of: 'price', is: { $gte: 100 } }
  expect(leaf(trigger, [[0, 'A']], 10)).toMatchObject({
    value: null,
    flip: { more: 1, match: 'V', with: { price: 100 } },
  })
  expect(leaf(trigger, [[0, 'A']], 10)).not.toHaveProperty('actual')
  expect(leaf(trigger, [[0, 'V', { price: 79.99 }]], 10)).toMatchObject({ value: false, flip: { with: { price: 21 } } })
  expect(
    leaf(
      { avg: 'V', of: 'stars', is: { $lt: 3 } },
      [
        [0, 'V', { stars: 5 }],
        [1, 'V', { stars: 2 }],
      ],
      10,
    ),
  ).toMatchObject({ actual: 3.5, flip: { with: { stars: 1 } } })
})

test('a ratio says how many of which side', () => {
  const rows: Row[] = [0, 1, 2, 3].map((at) => [at, 'Banner Viewed'])
  expect(leaf({ ratio: 'Banner Clicked', of: 'Banner Viewed', is: { $gte: 0.5 } }, rows, 10)).toMatchObject({
    actual: 0,
    flip: { more: 2, match: 'Banner Clicked' },
  })
})

test('time says when', () => {
  expect(leaf({ idle: '60s' }, [[0, 'A']], '20s')).toMatchObject({
    actual: 20_000,
    wanted: '60s',
    changesAt: moment('60s'),
    flip: { at: moment('60s') },
  })
  expect(leaf({ idle: '60s' }, [[0, 'A']], '70s')).toMatchObject({
    value: true,
    flip: { more: 1, match: 'Visitor Active' },
  })
  expect(leaf({ idle: '60s' }, [[0, 'A']], '31m')).not.toHaveProperty('actual')
  const trigger = { absent: 'X', after: 'A', for: '60s', same: 'p' }
  const added: Row[] = [[0, 'A', { p: 'one' }]]
  expect(leaf(trigger, added, '20s')).toMatchObject({
    actual: 20_000,
    wanted: '60s',
    of: { p: 'one' },
    by: { type: 'A', at: moment(0) },
    flip: { at: moment('60s') },
  })
  expect(leaf(trigger, added, '60s')).toMatchObject({ value: true, flip: { more: 1, match: 'X', with: { p: 'one' } } })
  expect(leaf(trigger, [[0, 'B']], '20s')).toMatchObject({ flip: { more: 1, match: 'A', wait: 60_000 } })
  expect(leaf({ since: { last: 'A' }, is: { $gt: '60s' } }, [[0, 'A']], '20s')).toMatchObject({
    actual: 20_000,
    flip: { at: moment('60s+1') },
  })
  expect(leaf({ since: { last: 'A' }, is: { $lt: '60s' } }, [[0, 'A']], '80s')).toMatchObject({
    actual: 80_000,
    flip: { more: 1, match: 'A' },
  })
  expect(leaf({ since: { last: 'A' }, is: { $gt: '60s' } }, [[0, 'B']], '20s')).toMatchObject({
    value: null,
    flip: { more: 1, match: 'A', wait: 60_001 },
  })
  const pricing = { dwell: ['/pricing'], is: { $gte: '60s' } }
  expect(leaf(pricing, [[0, 'Page Viewed', { path: '/pricing' }]], '20s')).toMatchObject({
    actual: 20_000,
    flip: { at: moment('60s') },
  })
  expect(leaf(pricing, [[0, 'Page Viewed', { path: '/' }]], '20s')).toMatchObject({
    flip: { more: 1, match: { on: 'Page Viewed', pages: ['/pricing'] }, wait: 60_000 },
  })
})

test('a sequence says how far it came, what comes next, and until when', () => {
  const trigger = { sequence: ['A', { next: 'B' }, 'C'], within: '30m', same: 'p' }
  const rows: Row[] = [
    [0, 'A', { p: 'x' }],
    [1, 'B', { p: 'x' }],
  ]
  expect(leaf(trigger, rows, 10)).toMatchObject({
    actual: 2,
    of: { p: 'x' },
    next: 'C',
    until: moment('30m'),
    flip: { order: ['C'], with: { p: 'x' } },
  })
  expect(leaf(trigger, rows, '30m')).toMatchObject({ actual: 0, next: 'A', flip: { order: ['A', 'B', 'C'] } })
})

test('the history of a flow says where it stands', () => {
  const rows: Row[] = [
    [0, 'Flow Started', { flow: 'other' }],
    [1, 'Step Viewed', { flow: 'other', step: 'two' }],
    [2, 'Flow Dismissed', { flow: 'other', step: 'two', by: 'close' }],
  ]
  expect(leaf({ status: 'other', is: 'completed' }, rows, 10)).toMatchObject({
    actual: 'dismissed',
    step: 'two',
    lastAt: moment(0),
    wanted: 'completed',
    flip: { more: 1, match: 'Flow Completed', with: { flow: 'other' } },
  })
  expect(leaf({ status: 'other', is: 'never' }, rows, 10)).not.toHaveProperty('flip')
})

test('a profile leaf says which part fails', () => {
  const profile = { 'visitor.traits.plan': 'paid', 'visitor.traits.seats': { $gt: 3 }, 'cart.value': { $gt: 1 } }
  const as = (traits: Row[3]) => leaf({ profile }, [[0, 'Product Added', { product_id: 'p', price: 9 }, traits]], 10)
  expect(as({ traits: { plan: 'trial', seats: 5 } })).toMatchObject({
    value: false,
    parts: [
      { path: 'visitor.traits.plan', actual: 'trial', wanted: 'paid', value: false },
      { path: 'visitor.traits.seats', actual: 5, wanted: { $gt: 3 }, value: true },
      { path: 'cart.value', actual: 9, value: true },
    ],
    flip: { path: 'visitor.traits.plan', wanted: 'paid' },
  })
  const unknown = as({ traits: { plan: 'trial' } })
  expect(unknown.parts![1]).toMatchObject({ actual: null, value: null })
  expect(unknown).not.toHaveProperty('flip')
  expect(as({ traits: { plan: 'paid', seats: 5 } })).toMatchObject({
    value: true,
    flip: { path: 'visitor.traits.plan', not: true },
  })
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

const since = (type: string) => ({ count: type, is: { $gte: 1 } })
const more = { more: 1, match: 'A' }
const deciding: [string, Decides, ...Parameters<typeof explain>][] = [
  ['the leaf that is missing', { leaves: ['all.1'], flip: more }, { all: [since('B'), since('A')] }, [[0, 'B']], 10],
  [
    'the leaf under not that is in the way, and what ends it',
    { leaves: ['all.1.not'], flip: { at: moment('1d') } },
    { all: [{ count: 'B', is: { $lt: 9 } }, { not: { ...since('A'), within: '1d' } }] },
    [[0, 'A']],
    10,
  ],
  [
    'the smallest change of several',
    { leaves: ['any.1'], flip: more },
    { any: [{ count: 'A', is: { $gte: 3 } }, since('A')] },
    [[0, 'B']],
    10,
  ],
  [
    'all that is in the way where no single change is enough',
    { leaves: ['all.0', 'all.2'] },
    { all: [since('A'), since('B'), since('C')] },
    [[0, 'B']],
    10,
  ],
  ['one change that does for two', { leaves: ['all.0'], flip: more }, { all: [since('A'), 'A'] }, [[0, 'B']], 10],
  [
    'nothing that undoes as much as it does',
    { leaves: ['all.1'] },
    { all: [{ not: since('A') }, { count: 'A', is: { $gte: 2 } }] },
    [[0, 'B']],
    10,
  ],
  ['that who does something is not idle', { leaves: ['all.1'] }, { all: [{ idle: 5 }, 'A'] }, [[0, 'B']], 10],
  ['what it was started too often for', { gate: 'frequency' }, 'A', [[0, 'A']], 10, { frequency: { times: 1 } }],
  [
    'when it opens',
    { gate: 'frequency', flip: { at: moment('1d') } },
    'A',
    [[0, 'A']],
    10,
    { frequency: { times: 1, every: '1d' } },
  ],
  [
    'what holds it',
    { gate: 'limits', flip: { at: moment('60s') } },
    { ...since('A'), unless: 'A' },
    [
      [0, 'A'],
      [5, 'A'],
    ],
    10,
    {},
    { limits: { gap: '60s' } },
  ],
  [
    'which part of the audience',
    { gate: 'audience', leaves: ['all.1'], flip: more },
    'B',
    [[0, 'B']],
    10,
    { audience: { all: [since('B'), since('A')] } },
  ],
  ['its delay', { delay: moment('30s') }, 'A', [[0, 'A']], 10, { delay: '30s' }],
  [
    'what would make it false',
    { leaves: [''], flip: { more: 1, match: 'B' } },
    { ...since('A'), unless: 'B' },
    [[0, 'A']],
    10,
  ],
]
test.each(deciding)('what decides is %s', (_, decides, ...args) => {
  expect(explain(...args).decides).toEqual(decides)
})

test('it says what became of the latest firing, also after a reload', () => {
  const flows = guide([flow('A', { frequency: { times: 1 } })])
  const run = replay(flows)
  expect(run.engine.explain('flow', start)).not.toHaveProperty('latest')
  run.rows([0, 'A'])
  expect(run.engine.explain('flow', start + 9).latest).toEqual({ at: start, verdict: 'start' })
  run.rows([10, 'A'])
  const again = replay(flows, { state: run.engine.state })
  expect(again.engine.explain('flow', start + 20).latest).toEqual({
    at: start + 10,
    verdict: 'refuse',
    gate: 'frequency',
  })
})

test('it is plain data', () => {
  const explanation = explain({ all: [{ idle: '1m' }, { sum: 'A', of: 'n', is: { $gt: 1 } }] }, [[0, 'B']], 10)
  expect(JSON.parse(JSON.stringify(explanation)).trigger).toEqual(explanation.trigger)
})

test('a flow that is not there is no error', () => {
  expect(replay(guide([])).engine.explain('other', start)).toMatchObject({ gates: [], decides: {} })
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
