import { expect, test } from 'vitest'
import type { Guide } from '../../src/core/guide.ts'
import { flow, guide, type Moment, moment, type Row, replay, start } from './replay.ts'

function profile(rows: Row[], at: Moment, of: Partial<Guide> = {}) {
  const run = replay(guide([], of))
  run.rows(...rows)
  run.advance(at)
  return run.engine.profile(moment(at))
}

test('the profile is the fold of all activities', () => {
  const rows: Row[] = [
    [0, 'Page Viewed', { path: '/', title: 'Home' }],
    ['10s', 'Product Viewed', { product_id: 'p' }, { visitor: 'u', traits: { plan: 'trial' } }],
    ['20s', 'Page Viewed', { path: '/cart' }, { traits: { seats: 2 } }],
  ]
  expect(profile(rows, '30s')).toEqual({
    visitor: { anonymousId: 'anonymous', id: 'u', traits: { plan: 'trial', seats: 2 } },
    firstSeen: start,
    lastSeen: start + 20_000,
    sessions: { count: 1, current: { startedAt: start, seconds: 20, pages: 2, engaged: 30 } },
    counts: { 'Session Started': 1, 'Page Viewed': 2, 'Product Viewed': 1 },
    page: { path: '/cart' },
    cart: { items: [], value: 0 },
    flows: {},
    segments: {},
    scores: {},
  })
})

test('the cart follows what is added, removed, viewed and ordered', () => {
  const add = (product_id: string, price: number, quantity?: number): Row => [
    0,
    'Product Added',
    { product_id, price, currency: 'EUR', ...(quantity && { quantity }) },
  ]
  expect(profile([add('p', 10), add('q', 5, 2), add('p', 10)], 1).cart).toMatchObject({
    value: 30,
    currency: 'EUR',
    items: [
      { product_id: 'p', quantity: 2 },
      { product_id: 'q', quantity: 2 },
    ],
  })
  expect(profile([add('p', 10, 3), [1, 'Product Removed', { product_id: 'p', quantity: 1 }]], 2).cart.value).toBe(20)
  expect(profile([add('p', 10, 3), [1, 'Product Removed', { product_id: 'p' }]], 2).cart.items).toEqual([])
  expect(
    profile([add('p', 10), [1, 'Cart Viewed', { products: [{ product_id: 'r', price: 7 }] }]], 2).cart,
  ).toMatchObject({ value: 7, items: [{ product_id: 'r' }] })
  expect(profile([add('p', 10), [1, 'Order Completed', {}]], 2).cart).toMatchObject({ value: 0, items: [] })
})

test('between sessions there is no current one', () => {
  expect(profile([[0, 'A']], '30m-1').sessions.current).toBeDefined()
  expect(profile([[0, 'A']], '30m').sessions).toEqual({ count: 1 })
})

test('engaged time is the time in sight, up to the last activity of the session', () => {
  const rows: Row[] = [
    [0, 'Page Viewed', { path: '/' }],
    ['10s', 'Page Hidden', {}, { interaction: false }],
    ['50s', 'Page Shown', {}, { interaction: false }],
  ]
  expect(profile(rows, '60s').sessions.current!.engaged).toBe(20)
  const where = { active: 'sessions' as const, is: { $gte: 1 }, where: { engaged: 20 } }
  expect(profile([...rows, ['60s', 'A'], ['2h', 'B']], '2h', { segments: { engaged: where } }).segments).toEqual({
    engaged: true,
  })
})

test('what Foothold hands out is a copy', () => {
  const run = replay(guide([]))
  run.rows([0, 'A', {}, { traits: { plan: 'trial' } }])
  const { engine } = run
  engine.profile(start).visitor.traits.plan = 'pro'
  expect(engine.profile(start).visitor.traits.plan).toBe('trial')
})

test('names from outside that mean something to JavaScript are names', () => {
  const rows: Row[] = [
    [0, '__proto__', {}, { tab: '__proto__' }],
    [1, 'constructor', {}, { tab: 'constructor' }],
    [2, 'Page Viewed', { path: '/' }, { tab: '__proto__' }],
    [3, 'Flow Started', { flow: 'constructor' }, { interaction: false }],
  ]
  const { counts, flows } = profile(rows, 9)
  expect(counts.constructor).toBe(1)
  expect(flows.constructor).toMatchObject({ status: 'shown', times: 1 })
  expect(({} as { path?: string }).path).toBeUndefined()
  const run = replay(
    guide([
      flow('A', {
        id: 'constructor',
        experiment: { id: 'constructor', variants: [{ id: 'v', weight: 1 }] },
        goal: { on: 'B', within: 5 },
      }),
    ]),
  )
  run.rows([0, 'A'], [1, 'B'])
  expect(run.starts).toHaveLength(1)
  expect(run.derived.map(({ type }) => type)).toEqual(['Session Started', 'Experiment Viewed', 'Goal Reached'])
})

test('a flow has its status, its last step, its answers and how often it was seen', () => {
  const own = { interaction: false } as const
  const rows: Row[] = [
    [0, 'Flow Started', { flow: 'f' }, own],
    [1, 'Step Viewed', { flow: 'f', step: 'one' }, own],
    [2, 'Step Answered', { flow: 'f', step: 'one', answer: 4 }, own],
    [3, 'Flow Snoozed', { flow: 'f', step: 'one', until: 9 }, own],
  ]
  expect(profile(rows, 5).flows.f).toEqual({
    status: 'snoozed',
    step: 'one',
    times: 1,
    lastAt: start,
    answers: { one: 4 },
  })
  const more: Row[] = [
    [6, 'Step Viewed', { flow: 'f', step: 'two' }, own],
    [7, 'Flow Completed', { flow: 'f' }, own],
  ]
  expect(profile([...rows, ...more], 8).flows.f).toMatchObject({ status: 'completed', step: 'two', times: 1 })
})

test('a model is scored from paths and expressions', () => {
  const of = (features: object) => ({ models: { buys: { intercept: -1, features } } }) as Partial<Guide>
  const rows: Row[] = [
    [0, 'V'],
    [1, 'V'],
    [2, 'V'],
  ]
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
  expect(profile(rows, 3, of({ views: { weight: 0.5, of: 'counts.V' } })).scores.buys).toBeCloseTo(sigmoid(0.5))
  expect(profile(rows, 3, of({ views: { weight: 2, of: 'counts.V', scale: 'log1p' } })).scores.buys).toBeCloseTo(
    sigmoid(2 * Math.log(4) - 1),
  )
  expect(
    profile(rows, 3, of({ views: { weight: 2, of: 'counts.V', scale: 'z', mean: 1, sd: 2 } })).scores.buys,
  ).toBeCloseTo(sigmoid(1))
  expect(
    profile(
      rows,
      3,
      of({ many: { weight: 3, of: { count: 'V', is: { $gte: 3 } } }, none: { weight: 9, of: 'counts.X' } }),
    ).scores.buys,
  ).toBeCloseTo(sigmoid(2))
})

test('the same id is derived wherever the same thing is concluded', () => {
  const rows: Row[] = [[0, 'A', {}, { id: 'one' }]]
  const ids = [0, 1].map(() => {
    const run = replay(guide([]))
    run.rows(...rows)
    return run.derived.map(({ id }) => id)
  })
  expect(ids[0]).toEqual(ids[1])
  expect(ids[0]).toHaveLength(1)
})

test('a session that a log tells of is not told again', () => {
  const told = replay(guide([]))
  told.rows([0, 'A', {}, { id: 'one' }])
  const again = replay(guide([]))
  for (const each of told.derived) again.handle(each)
  again.rows([0, 'A', {}, { id: 'one' }])
  expect(again.derived).toEqual([])
  expect(again.engine.profile(start).counts).toEqual({ 'Session Started': 1, A: 1 })
  expect(again.engine.profile(start).sessions.count).toBe(1)
})

test('a goal that is waited for is waited for after a reload', () => {
  const flows = [flow('A', { goal: { on: 'Bought', within: '10s' } })]
  const before = replay(guide(flows))
  before.rows([0, 'A'])
  const after = replay(guide(flows), { state: before.engine.state })
  after.rows([9999, 'Bought'])
  expect(after.derived.map(({ type }) => type)).toEqual(['Goal Reached'])
})

test('a changed flow starts with fresh triggers unless it asks to keep them', () => {
  const trigger = { count: 'A', is: { $gte: 2 } }
  const before = replay(guide([flow(trigger)]))
  before.rows([0, 'A'])
  for (const [more, starts] of [
    [{}, 1],
    [{ version: 2 }, 0],
    [{ version: 2, backfill: true }, 1],
  ] as const) {
    const run = replay(guide([flow(trigger, more)]), { state: before.engine.state })
    run.rows([1, 'A'])
    expect(run.starts).toHaveLength(starts)
  }
  // What was kept of one operator is nothing to another.
  const other = replay(guide([flow({ sequence: ['A', 'A'] }, { version: 2, backfill: true })]), {
    state: before.engine.state,
  })
  other.rows([1, 'A'], [2, 'A'])
  expect(other.starts).toHaveLength(1)
})

test('a flow that was only held has no history', () => {
  expect(profile([[0, 'Flow Held', { flow: 'welcome', gate: 'slot' }]], 1).flows).toEqual({})
})
