import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matches } from '../../src/core/condition.ts'
import type { Decides, Explanation, Flip } from '../../src/core/explanation.ts'
import type { Expression, Flow, Guide, Match } from '../../src/core/guide.ts'
import { numRuns, seed } from '../seed.ts'
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

test('what only makes a segment unknown, or true, is no change where it must be false', () => {
  const without = (segment: Expression, rows: Row[]) =>
    explain({ not: { segment: 's' } }, rows, 10, {}, { segments: { s: segment } }).decides
  const vip = { profile: { 'visitor.traits.vip': true } }
  expect(without(vip, [[0, 'A']])).toEqual({ leaves: ['not'] })
  expect(without(vip, [[0, 'A', {}, { traits: { vip: true } }]])).toMatchObject({ flip: { not: true } })
  const average = { avg: 'A', of: 'price', is: { $gte: 0 }, within: '7d' }
  expect(without(average, [[0, 'A', { price: 5 }]])).toEqual({ leaves: ['not'] })
  expect(without({ ...since('A'), within: '7d' }, [[0, 'A']])).toMatchObject({ flip: { at: moment('7d') } })
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

test('a count of several values is false only when none of them is true again by losing more', () => {
  const trigger = { count: 'C', is: { $ne: 2 }, per: 'p', within: 5000 }
  const rows: Row[] = [
    [0, 'C', { p: 'x' }],
    [1, 'C', { p: 'x' }],
    [55, 'C', { p: 'y' }],
    [94, 'C', { p: 'x' }],
  ]
  // x has two from 5000 on, y none from 5055 on, but x has one from 5001 on.
  expect(leaf(trigger, rows, 101).flip).toEqual({ at: start + 5094 })
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

describe('what is said to turn it over does', () => {
  const types = ['A', 'B', 'C']
  const type = fc.constantFrom(...types)
  const match = fc.oneof(
    type,
    type.map((on) => ({ on, where: { n: { $gte: 1 } } })),
  )
  const small = fc.integer({ min: 0, max: 4 })
  const range = fc.oneof(
    fc.tuple(fc.constantFrom('$eq', '$ne', '$gt', '$gte', '$lt', '$lte'), small).map(([name, n]) => ({ [name]: n })),
    small.map((n) => ({ $gte: n, $lt: n + 2 })),
  )
  const span = fc.constantFrom(20, 50, 5000)
  const age = fc.tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte'), span).map(([name, n]) => ({ [name]: n }))
  const window = fc.record({ within: span }, { requiredKeys: [] })
  const per = fc.record({ per: fc.constant('p'), within: span, unless: type }, { requiredKeys: [] })
  const same = fc.record({ same: fc.constant('p') }, { requiredKeys: [] })
  const state: fc.Arbitrary<any> = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(match, range, per).map(([count, is, more]) => ({ count, is, ...more })) },
    fc.tuple(type, range, window).map(([count, is, more]) => ({ count, is, distinct: 'n', ...more })),
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('sum', 'avg', 'min', 'max'), type, range, per)
        .map(([name, of, is, more]) => ({ [name]: of, of: 'n', is, ...more })),
    },
    fc.tuple(range, window).map(([is, more]) => ({ ratio: 'A', of: 'B', is, ...more })),
    fc.tuple(type, type, span, same).map(([absent, after, wait, more]) => ({ absent, after, for: wait, ...more })),
    span.map((idle) => ({ idle })),
    fc.tuple(fc.constantFrom('first', 'last'), match, age).map(([which, of, is]) => ({ since: { [which]: of }, is })),
    age.map((is) => ({ since: { first: 'seen' }, is })),
    fc.tuple(fc.constantFrom('$gt', '$gte'), span).map(([name, n]) => ({ dwell: ['/there'], is: { [name]: n } })),
    range.map((is) => ({ active: 'sessions', is })),
    fc.constantFrom('completed', 'dismissed', 'shown', 'never').map((is) => ({ status: 'other', is })),
    fc
      .constantFrom({ plan: 'paid' }, { plan: { $ne: 'paid' }, seats: { $gt: 2 } }, { seats: { $lte: 2 } })
      .map((wanted) => ({
        profile: Object.fromEntries(Object.entries(wanted).map(([name, each]) => [`visitor.traits.${name}`, each])),
      })),
  )
  const pulse: fc.Arbitrary<any> = fc.oneof(
    type,
    fc
      .tuple(fc.array(type, { minLength: 1, maxLength: 3 }), window, same)
      .map(([sequence, ...more]) => ({ sequence, ...Object.assign({}, ...more) })),
    fc.tuple(type, type).map(([a, b]) => ({ sequence: [a, { next: b }] })),
    span.map((n) => ({ dwell: ['/there'], is: { $lt: n } })),
  )
  const row: fc.Arbitrary<Row> = fc
    .tuple(
      fc.integer({ min: 0, max: 100 }),
      fc.oneof(
        { weight: 4, arbitrary: fc.tuple(type, fc.record({ p: fc.constantFrom('x', 'y'), n: small })) },
        fc.constantFrom('/here', '/there').map((path) => ['Page Viewed', { path }] as const),
        fc.constantFrom('Started', 'Completed').map((end) => [`Flow ${end}`, { flow: 'other' }] as const),
      ),
      fc.record(
        { traits: fc.record({ plan: fc.constantFrom('paid', 'trial'), seats: small }, { requiredKeys: [] }) },
        { requiredKeys: [] },
      ),
    )
    .map(([at, [type, properties], more]) => [at, type, properties, more] as Row)
  const log = fc
    .array(row, { minLength: 1, maxLength: 8 })
    .map((rows) => rows.sort(([a], [b]) => Number(a) - Number(b)))

  /** A visitor up to a moment, and changes that are made then, all of them or one less. */
  function visit(trigger: Expression, rows: Row[]) {
    const firings: number[] = []
    const run = replay(guide([flow(trigger)]), { onFiring: (_flow, _arm, at) => firings.push(at) })
    run.rows(...rows)
    run.advance(101)
    firings.length = 0
    let now = 101
    const report = (match: Match, given: object = {}, serial = 0) => {
      const { on, where, pages } = typeof match === 'string' ? { on: match } : (match as any)
      if (on === 'Session Started') {
        now += 31 * 60_000
        run.advance(now)
      }
      const name = on === 'Session Started' ? 'Other' : on
      const properties = { p: `new ${serial}`, ...(where && { n: 1 }), ...(pages && { path: pages[0] }), ...given }
      run.rows([now, name, properties])
    }
    const make = (flip: Flip, less = 0) => {
      if ('at' in flip) {
        now = flip.at - start - less
        run.advance(now)
      } else if ('order' in flip)
        for (const each of flip.order.slice(0, flip.order.length - less)) report(each, flip.with)
      else if ('more' in flip) {
        for (let index = 0; index < flip.more - less; index++)
          report(flip.match, { ...(flip.distinct && { [flip.distinct]: `d${index}` }), ...flip.with })
        if (flip.wait) {
          now += flip.wait
          run.advance(now)
        }
      } else {
        const name = flip.path.replace('visitor.traits.', '')
        const fits = name === 'plan' ? ['paid', 'trial'] : [0, 9]
        const value = fits.find(
          (each) =>
            matches({ on: 'x', where: { v: flip.wanted } }, { type: 'x', properties: { v: each } } as any) !==
            !!flip.not,
        )
        run.rows([now, 'Other', {}, { traits: { [name]: value! }, interaction: false }])
      }
    }
    return { firings, make, explain: () => run.engine.explain('flow', start + now) }
  }
  const leafOf = ({ trigger }: Explanation, at = 0) => trigger.leaves[at]!
  const seen = new Map<string, number>()

  test('a state, and nothing less does', () => {
    fc.assert(
      fc.property(state, fc.boolean(), log, (part, negated, rows) => {
        const trigger = negated ? { not: part } : part
        const before = leafOf(visit(trigger, rows).explain())
        const { flip, value } = before
        const turned = value === null ? !negated : !value
        if (!flip) return
        seen.set(before.operator, (seen.get(before.operator) ?? 0) + 1)
        const whole = visit(trigger, rows)
        whole.make(flip)
        expect(leafOf(whole.explain()).value === true).toBe(turned === true)
        if (('more' in flip && (flip.more < 2 || flip.wait)) || 'path' in flip) return
        const less = visit(trigger, rows)
        less.make(flip, 1)
        if (value === null) expect(leafOf(less.explain()).value).not.toBe(turned)
        else expect(leafOf(less.explain()).value).toBe(value)
      }),
      { seed, numRuns: numRuns(2000) },
    )
    const operators = 'absent active avg count dwell idle max min profile ratio since status sum'
    expect([...seen.keys()].sort().join(' ')).toBe(operators)
  })

  test('a pulse', () => {
    fc.assert(
      fc.property(pulse, log, (trigger, rows) => {
        const { flip } = leafOf(visit(trigger, rows).explain())
        if (!flip) return
        const whole = visit(trigger, rows)
        whole.make(flip)
        expect(whole.firings).not.toEqual([])
        const less = visit(trigger, rows)
        if ('order' in flip) less.make(flip, 1)
        expect(less.firings).toEqual([])
      }),
      { seed, numRuns: numRuns(1000) },
    )
  })

  test('a trigger', () => {
    let turnedOver = 0
    fc.assert(
      fc.property(
        fc.constantFrom('all', 'any'),
        fc.array(
          fc.oneof(
            state,
            state.map((not) => ({ not })),
            pulse,
          ),
          { minLength: 2, maxLength: 3 },
        ),
        log,
        (name, parts, rows) => {
          const trigger = { [name]: parts } as Expression
          const { decides, trigger: before } = visit(trigger, rows).explain()
          if (!decides.flip) return
          turnedOver++
          const whole = visit(trigger, rows)
          whole.make(decides.flip)
          if (before.value === true) expect(whole.explain().trigger.value).not.toBe(true)
          else expect(whole.firings).not.toEqual([])
        },
      ),
      { seed, numRuns: numRuns(1000) },
    )
    expect(turnedOver).toBeGreaterThan(300)
  })
})
