import { describe, expect, test } from 'vitest'
import type { GateName } from '../../src/core/eligibility.ts'
import { createEngine } from '../../src/core/engine.ts'
import { armOf, hash } from '../../src/core/experiment.ts'
import type { Flow, Guide, Step } from '../../src/core/guide.ts'
import { activity, flow, guide, moment, type Replay, type Row, replay, start, step } from './replay.ts'

/** What was decided, in short. */
function verdicts({ decisions }: Replay): [at: number, flow: string, verdict: string, by?: string][] {
  return decisions.map(({ at, flow, verdict, because }) => {
    const last = because.at(-1)!
    return last.verdict === 'open' ? [at - start, flow, verdict] : [at - start, flow, verdict, last.gate]
  })
}

function gate({ engine }: Replay, name: GateName, at: number, of = 'flow') {
  return engine.explain(of, start + at).gates.find((each) => each.gate === name)!
}

const held = ({ derived }: Replay) =>
  derived.filter(({ type }) => type === 'Flow Held').map(({ properties }) => properties)
const banner: Step = { ...step, surface: 'banner' }
const card: Step = { ...step, surface: 'card' }
const on = (type: string, more: Partial<Flow> = {}) => flow(type, { id: type.toLowerCase(), ...more })
/** True from the first `A` on. */
const since = (type: string) => ({ count: type, is: { $gte: 1 } })

describe('enabled', () => {
  test('a flow that is switched off is refused', () => {
    const run = replay(guide([flow('A', { enabled: false })]))
    run.rows([0, 'A'])
    expect(verdicts(run)).toEqual([[0, 'flow', 'refuse', 'enabled']])
  })
  test('the kill switch refuses all', () => {
    const run = replay(guide([flow('A')], { enabled: false }))
    run.rows([0, 'A'])
    expect(verdicts(run)).toEqual([[0, 'flow', 'refuse', 'enabled']])
  })
})

describe('consent', () => {
  test('unknown opens only what is functional, and holds the rest until it is given', () => {
    const run = replay(guide([flow(since('A')), on('B', { purpose: 'marketing', trigger: since('A') })]))
    run.rows([0, 'A'])
    expect(verdicts(run)).toEqual([
      [0, 'flow', 'start'],
      [0, 'b', 'hold', 'consent'],
    ])
    expect(gate(run, 'consent', 0, 'b')).toMatchObject({ actual: 'unknown', wanted: 'marketing' })
    run.engine.consent({ analytics: true })
    run.advance(5)
    expect(run.starts).toHaveLength(1)
    run.engine.consent({ marketing: true })
    expect(run.engine.due).toBe(start + 5)
    run.advance(5)
    expect(verdicts(run).at(-1)).toEqual([5, 'b', 'start'])
    expect(held(run)).toEqual([{ flow: 'b', gate: 'consent' }])
  })
})

describe('holdout', () => {
  const value = hash('all', 'anonymous')
  test('who is in it sees nothing', () => {
    const run = replay(guide([flow('A')], { holdout: { share: value + 0.0001, salt: 'all' } }))
    run.rows([0, 'A'])
    expect(verdicts(run)).toEqual([[0, 'flow', 'refuse', 'holdout']])
    expect(run.decisions[0]!.because.at(-1)).toMatchObject({ actual: value, wanted: value + 0.0001 })
  })
  test('who is not does', () => {
    const run = replay(guide([flow('A')], { holdout: { share: value, salt: 'all' } }))
    run.rows([0, 'A'])
    expect(run.starts).toHaveLength(1)
  })
})

describe('experiment', () => {
  const variants = [
    { id: 'one', weight: 1 },
    { id: 'two', weight: 1, patch: { trigger: 'B', delay: null } },
  ]
  const experiment = { id: 'x', holdout: 0.2, variants }
  const visitors = Array.from({ length: 40 }, (_, index) => `v${index}`)
  const visitorIn = (arm: string) => visitors.find((each) => armOf(experiment, each) === arm)!
  const as = (visitor: string, row: Row) => ({ ...activity(row), visitor: { anonymousId: visitor } })
  const viewed = ({ derived }: Replay) =>
    derived
      .filter(({ type }) => type === 'Experiment Viewed')
      .map(({ at, properties }) => [at - start, properties.variant])
  const run = (arm: string, more: Partial<Flow> = {}, of: Partial<Guide> = {}) => {
    const run = replay(guide([flow('A', { experiment, ...more })], of))
    const take = (...rows: Row[]) => {
      for (const row of rows) run.handle(as(visitorIn(arm), row))
    }
    return { ...run, take }
  }

  test('the own arm starts, and is told before', () => {
    const one = run('one')
    one.take([0, 'A'])
    expect(verdicts(one)).toEqual([[0, 'flow', 'start']])
    expect(one.decisions[0]!.variant).toBe('one')
    expect(viewed(one)).toEqual([[0, 'one']])
  })
  const assigned = (at: number, variant: string): Row => [
    at,
    'Experiment Assigned',
    { experiment: 'x', variant },
    { interaction: false },
  ]

  test('what was assigned stands before the hash, the first one, and is all of it where it holds out', () => {
    const one = run('one')
    one.take(assigned(0, 'two'), assigned(1, 'one'), [2, 'A'], [3, 'B'])
    expect(viewed(one)).toEqual([[2, 'two']])
    expect(verdicts(one)).toEqual([[3, 'flow', 'start']])
    expect(one.engine.flow('flow')).toMatchObject({ variant: 'two', assigned: true })
    const out = run('one')
    out.take(assigned(0, 'holdout'), [1, 'A'])
    expect(verdicts(out)).toEqual([[1, 'flow', 'control', 'experiment']])
    const inside = run('holdout')
    inside.take(assigned(0, 'one'), [1, 'A'])
    expect(verdicts(inside)).toEqual([[1, 'flow', 'start']])
  })

  test('what is assigned after a variant was seen, or is none, changes nothing', () => {
    const one = run('one')
    one.take([0, 'A'], assigned(1, 'two'), [2, 'A'])
    expect(verdicts(one)).toEqual([
      [0, 'flow', 'start'],
      [2, 'flow', 'start'],
    ])
    const none = run('one')
    none.take(assigned(0, 'four'), [1, 'A'])
    expect(viewed(none)).toEqual([[1, 'one']])
    const other = run('one')
    other.take([0, 'Experiment Assigned', { experiment: 'y', variant: 'two' }])
    expect(other.engine.flow('flow')).toEqual({ flow: expect.anything(), variant: 'one' })
  })

  test('who was assigned or saw a variant keeps it over saved state, whatever the weights become', () => {
    const turned = { ...experiment, variants: [variants[0]!, { ...variants[1]!, weight: 1e6 }] }
    const one = visitors.find((each) => armOf(experiment, each) === 'one' && armOf(turned, each) === 'two')!
    for (const row of [[0, 'A'], assigned(0, 'one')] as Row[]) {
      const before = replay(guide([flow('A', { experiment })]))
      before.handle(as(one, row))
      const after = createEngine(guide([flow('A', { experiment: turned })]), {
        state: JSON.parse(JSON.stringify(before.engine.state)),
      })
      expect(after.flow('flow')).toMatchObject({ variant: 'one', assigned: true })
    }
  })

  test("another arm's trigger tells it too, but only the own one starts", () => {
    const two = run('two')
    two.take([0, 'A'], [5, 'B'], [6, 'B'])
    expect(viewed(two)).toEqual([[0, 'two']])
    expect(verdicts(two)).toEqual([
      [5, 'flow', 'start'],
      [6, 'flow', 'start'],
    ])
  })
  test('control is told once and sees nothing', () => {
    const control = run('holdout')
    control.take([0, 'B'], [5, 'A'], [6, 'A'])
    expect(viewed(control)).toEqual([[0, 'holdout']])
    expect(verdicts(control)).toEqual([
      [5, 'flow', 'control', 'experiment'],
      [6, 'flow', 'control', 'experiment'],
    ])
  })
  test('it is told only when the gates of the flow as it is are open, the same in every arm', () => {
    for (const arm of ['one', 'two', 'holdout']) {
      const each = run(arm, { trigger: since('A'), pages: ['/shop'] })
      each.take([0, 'A', {}, { page: '/home' }])
      expect(viewed(each)).toEqual([])
      each.take([9, 'Page Viewed', { path: '/shop' }])
      expect(viewed(each)).toEqual([[9, arm]])
    }
  })
  test("another arm's firing is neither decided nor told to be held", () => {
    const two = run('two', { pages: ['/shop'] })
    two.take([0, 'A', {}, { page: '/home' }])
    expect(two.decisions).toEqual([])
    expect(two.derived.map(({ type }) => type)).toEqual(['Session Started'])
  })
  test('it is told when it fires, without the delay, whose length is the own arm’s', () => {
    const two = run('two', { delay: '10s' })
    two.take([0, 'B'])
    expect(viewed(two)).toEqual([[0, 'two']])
    expect(verdicts(two)).toEqual([[0, 'flow', 'start']])
    const one = run('one', { delay: '10s' })
    one.take([0, 'A'])
    expect(viewed(one)).toEqual([[0, 'one']])
    one.advance(20_000)
    expect(verdicts(one)).toEqual([[10_000, 'flow', 'start']])
  })
  test('who is held out of everything is in no experiment', () => {
    const out = run('one', {}, { holdout: { share: 1, salt: 's' } })
    out.take([0, 'A'])
    expect(viewed(out)).toEqual([])
    expect(verdicts(out)).toEqual([[0, 'flow', 'refuse', 'holdout']])
  })
  test('an arm has the audience and the pages of its patch', () => {
    const patch = { audience: { count: 'C', is: { $gte: 1 } } }
    const patched = { id: 'y', variants: [{ id: 'only', weight: 1, patch }] }
    const run = replay(guide([flow('A', { experiment: patched, audience: { count: 'D', is: { $gte: 0 } } })]))
    run.rows([0, 'A'], [1, 'C'], [2, 'A'])
    expect(verdicts(run)).toEqual([
      [0, 'flow', 'refuse', 'audience'],
      [2, 'flow', 'start'],
    ])
  })
  test('the goal runs from when it was told, and is reached once', () => {
    const one = run('one', { goal: { on: 'Bought', within: '10s' } })
    one.take([0, 'A'], [9999, 'Bought'], [9999, 'Bought'])
    const goals = one.derived.filter(({ type }) => type === 'Goal Reached')
    expect(goals.map(({ at, properties }) => [at - start, properties])).toEqual([
      [9999, { flow: 'flow', variant: 'one' }],
    ])
  })
  test('flows that share it are told, and reach their goals, each for itself', () => {
    const goal = { on: 'Bought', within: '10s' }
    const [first, second] = [flow('A', { experiment, goal }), flow('C', { id: 'other', experiment, goal })]
    const one = run('one', {}, { flows: [first, second] })
    one.take([0, 'A'], [5000, 'C'], [12_000, 'Bought'])
    expect(viewed(one)).toEqual([
      [0, 'one'],
      [5000, 'one'],
    ])
    const goals = one.derived.filter(({ type }) => type === 'Goal Reached')
    expect(goals.map(({ properties }) => properties)).toEqual([{ flow: 'other', variant: 'one' }])
  })
  test('what another tab told counts here too', () => {
    const one = run('one', { goal: { on: 'Bought', within: '10s' } })
    one.take(
      [0, 'Experiment Viewed', { experiment: 'x', variant: 'one', flow: 'flow' }, { interaction: false }],
      [5, 'A'],
      [9999, 'Bought'],
    )
    expect(viewed(one)).toEqual([])
    expect(one.derived.map(({ type }) => type)).toContain('Goal Reached')
  })
})

test('without an experiment the goal runs from Flow Started, to less than within', () => {
  for (const [at, reached] of [
    [9999, 1],
    [10_000, 0],
  ] as const) {
    const run = replay(guide([flow('A', { goal: { on: 'Bought', within: '10s' } })]))
    run.rows([0, 'A'], [at, 'Bought'])
    expect(run.derived.filter(({ type }) => type === 'Goal Reached')).toHaveLength(reached)
  }
})

test('an audience that is not true, or not known, refuses', () => {
  const run = replay(guide([flow('A', { audience: { profile: { 'visitor.traits.plan': 'pro' } } })]))
  run.rows(
    [0, 'A'],
    [1, 'B', {}, { traits: { plan: 'free' } }],
    [2, 'A'],
    [3, 'B', {}, { traits: { plan: 'pro' } }],
    [4, 'A'],
  )
  expect(verdicts(run)).toEqual([
    [0, 'flow', 'refuse', 'audience'],
    [2, 'flow', 'refuse', 'audience'],
    [4, 'flow', 'start'],
  ])
  expect(run.decisions[0]!.because.at(-1)).toMatchObject({ actual: 'unknown', wanted: true })
  expect(run.decisions[1]!.because.at(-1)).toMatchObject({ actual: false })
})

test('pages hold until the visitor is on one of them', () => {
  const run = replay(guide([flow(since('A'), { pages: ['/shop/*', '!/shop/checkout'] })]))
  run.rows(
    [0, 'A', {}, { page: '/home' }],
    [1, 'Page Viewed', { path: '/shop/checkout' }],
    [2, 'Page Viewed', { path: '/shop/p1' }],
  )
  expect(verdicts(run)).toEqual([
    [0, 'flow', 'hold', 'pages'],
    [2, 'flow', 'start'],
  ])
  expect(run.decisions[0]!.because.at(-1)).toMatchObject({ actual: '/home', wanted: ['/shop/*', '!/shop/checkout'] })
})

describe('schedule', () => {
  const at = (iso: string) => Date.parse(iso) - start
  const verdict = (schedule: Flow['schedule'], iso: string, timezone?: string) => {
    const run = replay(guide([flow('A', { schedule })]))
    const each = activity([at(iso), 'A'])
    run.handle({ ...each, visitor: { ...each.visitor, ...(timezone && { timezone }) } })
    return run.decisions[0]!.verdict
  }
  test.each([
    [{ from: '2026-01-10' }, '2026-01-09T23:59:59.999Z', undefined, 'refuse'],
    [{ from: '2026-01-10' }, '2026-01-10T00:00:00Z', undefined, 'start'],
    [{ from: '2026-01-10' }, '2026-01-09T23:00:00Z', 'Europe/Berlin', 'start'],
    [{ from: '2026-01-10', timezone: 'America/New_York' }, '2026-01-10T04:59:59Z', 'Europe/Berlin', 'refuse'],
    [{ from: '2026-01-10', timezone: 'America/New_York' }, '2026-01-10T05:00:00Z', 'Europe/Berlin', 'start'],
    [{ until: '2026-01-10' }, '2026-01-09T23:59:59.999Z', undefined, 'start'],
    [{ until: '2026-01-10' }, '2026-01-10T00:00:00Z', undefined, 'refuse'],
    [{ until: '2026-01-10T12:00:00+02:00' }, '2026-01-10T10:00:00Z', 'America/New_York', 'refuse'],
    // Four in the morning after the hour that New York skips: an offset of four hours, not of five.
    [{ from: '2026-03-08T04:00', timezone: 'America/New_York' }, '2026-03-08T07:59:59Z', undefined, 'refuse'],
    [{ from: '2026-03-08T04:00', timezone: 'America/New_York' }, '2026-03-08T08:00:00Z', undefined, 'start'],
    [{ from: '2026-10-25T04:00', timezone: 'Europe/Berlin' }, '2026-10-25T02:59:59Z', undefined, 'refuse'],
    [{ from: '2026-10-25T04:00', timezone: 'Europe/Berlin' }, '2026-10-25T03:00:00Z', undefined, 'start'],
    [{ from: '2026-01-10', timezone: 'Mars/Olympus' }, '2026-01-10T00:00:00Z', undefined, 'start'],
  ])('%j at %s in %s: %s', (schedule, iso, timezone, expected) => {
    expect(verdict(schedule, iso, timezone)).toBe(expected)
  })
})

describe('frequency', () => {
  const startsOf = (frequency: Flow['frequency'], rows: Row[], timezone?: string) => {
    const run = replay(guide([flow('A', { frequency })]))
    for (const row of rows) {
      const each = activity(row)
      run.handle({ ...each, visitor: { ...each.visitor, ...(timezone && { timezone }) } })
    }
    return run.starts.map(({ at }) => at - start)
  }
  test('is once ever where nothing is said', () => {
    expect(
      startsOf(undefined, [
        [0, 'A'],
        ['400d', 'A'],
      ]),
    ).toEqual([0])
  })
  test('rolls: exactly so long ago is out', () => {
    const day = 86_400_000
    expect(
      startsOf({ times: 1, every: '1d' }, [
        [0, 'A'],
        ['1d-1', 'A'],
        ['1d', 'A'],
      ]),
    ).toEqual([0, day])
  })
  test('counts by session', () => {
    expect(
      startsOf({ times: 2, every: 'session' }, [
        [0, 'A'],
        [1, 'A'],
        [2, 'A'],
        ['31m', 'A'],
      ]),
    ).toEqual([0, 1, 31 * 60_000])
  })
  test('counts calendar days in the time zone of the visitor', () => {
    const hour = 3_600_000
    const rows: Row[] = [
      [0, 'A'],
      ['4h59m', 'A'],
      ['5h', 'A'],
      ['24h', 'A'],
      ['29h', 'A'],
    ]
    expect(startsOf({ times: 1, every: 'day' }, rows, 'America/New_York')).toEqual([0, 5 * hour, 29 * hour])
    expect(startsOf({ times: 1, every: 'day' }, rows)).toEqual([0, 24 * hour])
  })
  test('a day on which the clock changes has 23 or 25 hours', () => {
    const midnight = Date.parse('2026-03-28T23:00Z') - start
    const hour = 3_600_000
    const rows: Row[] = [
      [midnight, 'A'],
      [midnight + 23 * hour - 1, 'A'],
      [midnight + 23 * hour, 'A'],
    ]
    expect(startsOf({ times: 1, every: 'day' }, rows, 'Europe/Berlin')).toEqual([midnight, midnight + 23 * hour])
    const autumn = Date.parse('2026-10-24T22:00Z') - start
    const more: Row[] = [
      [autumn, 'A'],
      [autumn + 25 * hour - 1, 'A'],
      [autumn + 25 * hour, 'A'],
    ]
    expect(startsOf({ times: 1, every: 'day' }, more, 'Europe/Berlin')).toEqual([autumn, autumn + 25 * hour])
  })
  test('weeks begin on Monday', () => {
    const day = 86_400_000
    expect(
      startsOf({ times: 1, every: 'week' }, [
        ['6d', 'A'],
        ['7d-1', 'A'],
        ['7d', 'A'],
      ]),
    ).toEqual([6 * day, 7 * day])
  })
  test('a flow that ended without a step seen is not counted', () => {
    const run = replay(guide([flow('A', { frequency: { times: 1 } })], { limits: { perSession: 1 } }), { play: false })
    const own = { interaction: false } as const
    run.rows(
      [0, 'A'],
      [1, 'Flow Started', { flow: 'flow' }, own],
      [2, 'Flow Ended', { flow: 'flow', reason: 'missing' }, own],
      [3, 'A'],
    )
    expect(run.starts).toHaveLength(2)
    run.rows(
      [4, 'Flow Started', { flow: 'flow' }, own],
      [5, 'Step Viewed', { flow: 'flow', step: 'hello' }, own],
      [6, 'Flow Dismissed', { flow: 'flow', step: 'hello' }, own],
      [7, 'A'],
    )
    expect(verdicts(run).at(-1)).toEqual([7, 'flow', 'refuse', 'frequency'])
    expect(run.engine.profile(start + 7).flows.flow).toMatchObject({ times: 1, status: 'dismissed', lastAt: start + 4 })
  })
  test('says when time alone opens it', () => {
    const run = replay(guide([flow('A', { frequency: { times: 1, every: 'day' } })]))
    run.rows([1000, 'A'])
    expect(gate(run, 'frequency', 2000)).toMatchObject({ verdict: 'refuse', actual: 1, opensAt: start + 86_400_000 })
  })
})

test('flows of one group exclude each other, also those that start together', () => {
  const run = replay(guide([on('A', { group: 'g' }), flow(since('A'), { group: 'g', steps: [banner] })]), {
    play: false,
  })
  run.rows([0, 'A'])
  expect(verdicts(run)).toEqual([
    [0, 'a', 'start'],
    [0, 'flow', 'hold', 'group'],
  ])
  expect(gate(run, 'group', 0)).toMatchObject({ actual: 'a', wanted: 'g' })
  run.rows([1, 'Flow Started', { flow: 'a' }], [2, 'Flow Completed', { flow: 'a' }])
  expect(verdicts(run).at(-1)).toEqual([2, 'flow', 'start'])
})

describe('limits', () => {
  test('a gap opens by time alone, for states', () => {
    const run = replay(guide([on('A'), flow(since('B'))], { limits: { gap: '30s' } }))
    run.rows([0, 'A'], [1000, 'B'])
    expect(verdicts(run).at(-1)).toEqual([1000, 'flow', 'hold', 'limits'])
    expect(gate(run, 'limits', 1000)).toMatchObject({ actual: 1000, wanted: { gap: 30_000 }, opensAt: start + 30_000 })
    run.advance('5m')
    expect(verdicts(run).at(-1)).toEqual([30_000, 'flow', 'start'])
  })
  test('so many in a session', () => {
    const run = replay(guide([on('A'), on('B'), on('C')], { limits: { perSession: 2 } }))
    run.rows([0, 'A'], [1, 'B'], [2, 'C'], ['31m', 'C'])
    expect(verdicts(run)).toEqual([
      [0, 'a', 'start'],
      [1, 'b', 'start'],
      [2, 'c', 'hold', 'limits'],
      [31 * 60_000, 'c', 'start'],
    ])
  })
  test('so many a day in the time zone of the visitor', () => {
    const run = replay(guide([flow(since('B')), on('A')], { limits: { perDay: 1 } }))
    run.rows([0, 'A'], [1, 'B'])
    expect(gate(run, 'limits', 1)).toMatchObject({ actual: 1, wanted: { perDay: 1 }, opensAt: start + 86_400_000 })
    run.advance('2d')
    expect(verdicts(run).at(-1)).toEqual([86_400_000, 'flow', 'start'])
  })
  test('by surface', () => {
    const run = replay(
      guide([on('A', { steps: [banner] }), on('B', { steps: [banner] }), on('C')], {
        limits: { perSurface: { banner: { perSession: 1 } } },
      }),
      { play: false },
    )
    const own = { interaction: false } as const
    run.rows(
      [0, 'A'],
      [0, 'Flow Started', { flow: 'a', surface: 'banner' }, own],
      [1, 'Flow Completed', { flow: 'a' }, own],
      [2, 'B'],
      [3, 'C'],
    )
    // It ended before anything was seen, so nothing was counted.
    expect(run.starts.map(({ flow }) => flow)).toEqual(['a', 'b', 'c'])
    const seen = replay(
      guide([on('A', { steps: [banner] }), on('B', { steps: [banner] }), on('C')], {
        limits: { perSurface: { banner: { perSession: 1 } } },
      }),
      { play: false },
    )
    seen.rows(
      [0, 'A'],
      [0, 'Flow Started', { flow: 'a', surface: 'banner' }, own],
      [0, 'Step Viewed', { flow: 'a', step: 'hello' }, own],
      [1, 'Flow Completed', { flow: 'a' }, own],
      [2, 'B'],
      [3, 'C'],
    )
    expect(verdicts(seen)).toEqual([
      [0, 'a', 'start'],
      [2, 'b', 'hold', 'limits'],
      [3, 'c', 'start'],
    ])
    expect(gate(seen, 'limits', 3, 'b')).toMatchObject({ actual: 1, wanted: { 'banner.perSession': 1 } })
  })
  test('count those that were decided in the same moment', () => {
    const run = replay(guide([on('A'), flow('A', { steps: [banner] })], { limits: { perSession: 1 } }), { play: false })
    run.rows([0, 'A'])
    expect(verdicts(run)).toEqual([
      [0, 'a', 'start'],
      [0, 'flow', 'hold', 'limits'],
    ])
  })
  test('what is urgent is exempt', () => {
    const run = replay(guide([on('A'), on('B', { urgent: true })], { limits: { perSession: 1, gap: '1h' } }))
    run.rows([0, 'A'], [1, 'B'])
    expect(run.starts).toHaveLength(2)
  })
})

describe('blocked', () => {
  test('nothing opens until it is released, which asks for one more look', () => {
    const run = replay(guide([flow(since('A'))]))
    const release = run.engine.block('typing')
    run.rows([0, 'A'])
    expect(verdicts(run)).toEqual([[0, 'flow', 'hold', 'blocked']])
    expect(run.decisions[0]!.because.at(-1)).toMatchObject({ actual: ['typing'] })
    run.advance(10)
    release()
    release()
    expect(run.engine.due).toBe(start + 10)
    run.advance(20)
    expect(verdicts(run).at(-1)).toEqual([10, 'flow', 'start'])
  })
  test('may concern some flows only', () => {
    const run = replay(guide([on('A'), on('B')]))
    run.engine.block('dialog', ({ id }) => id === 'a')
    run.rows([0, 'A'], [1, 'B'])
    expect(verdicts(run)).toEqual([
      [0, 'a', 'hold', 'blocked'],
      [1, 'b', 'start'],
    ])
  })
})

describe('slot', () => {
  test('one modal-like surface, beside it a banner and a card', () => {
    const flows = [
      on('A'),
      on('B', { steps: [{ ...step, surface: 'tooltip' }] }),
      on('C', { steps: [banner] }),
      on('D', { steps: [card] }),
      on('E', { steps: [card, { ...banner, id: 'next' }] }),
    ]
    const inline = on('F', { steps: [{ ...step, surface: 'inline' }] })
    const hotspot = on('G', { steps: [{ ...step, surface: 'hotspot' }] })
    const run = replay(guide([...flows, inline, hotspot]), { play: false })
    run.rows([0, 'A'], [1, 'B'], [2, 'C'], [3, 'D'], [4, 'E'], [5, 'F'], [6, 'G'])
    expect(verdicts(run)).toEqual([
      [0, 'a', 'start'],
      [1, 'b', 'hold', 'slot'],
      [2, 'c', 'start'],
      [3, 'd', 'start'],
      [4, 'e', 'hold', 'slot'],
      [5, 'f', 'start'],
      [6, 'g', 'start'],
    ])
    expect(gate(run, 'slot', 5, 'b')).toMatchObject({ actual: 'a', wanted: ['main'] })
  })
  test('a click comes first, then priority, then the order in the guide', () => {
    const flows = ['low', 'high', 'normal', 'highest', 'lowest'].map((priority) =>
      flow({ any: ['Page Viewed', 'Element Clicked'] }, { id: priority, priority: priority as 'low' }),
    )
    const run = replay(guide(flows), { play: false })
    run.rows([0, 'Page Viewed', { path: '/' }])
    expect(run.starts.map(({ flow }) => flow)).toEqual(['highest'])
    const clicked = replay(
      guide([
        flow(since('A'), { id: 'first', priority: 'highest' }),
        flow('Element Clicked', { id: 'second', priority: 'lowest' }),
      ]),
      { play: false },
    )
    const release = clicked.engine.block('typing')
    clicked.rows([0, 'A'], [1, 'Element Clicked'])
    release()
    clicked.advance(2)
    expect(clicked.starts.map(({ flow }) => flow)).toEqual(['second'])
    const alike = replay(guide([flow('A', { id: 'one' }), flow('A', { id: 'two' })]), { play: false })
    alike.rows([0, 'A'])
    expect(alike.starts.map(({ flow }) => flow)).toEqual(['one'])
  })
  test('a start that is never reported gives its slot back after a minute, by time alone', () => {
    const run = replay(guide([on('A'), flow(since('A'))]), { play: false })
    run.rows([0, 'A'])
    run.advance('2m')
    expect(verdicts(run)).toEqual([
      [0, 'a', 'start'],
      [0, 'flow', 'hold', 'slot'],
      [60_000, 'flow', 'start'],
    ])
  })
  test('a snoozed flow leaves its slot but not its group', () => {
    const run = replay(guide([on('A', { group: 'g' }), on('B'), on('C', { group: 'g' })]), { play: false })
    run.rows(
      [0, 'A'],
      [1, 'Flow Started', { flow: 'a' }],
      [2, 'Flow Snoozed', { flow: 'a', step: 'hello', until: 9 }],
      [3, 'B'],
      [4, 'C'],
    )
    expect(verdicts(run).slice(1)).toEqual([
      [3, 'b', 'start'],
      [4, 'c', 'hold', 'group'],
    ])
  })
  test('flows of the relay take none', () => {
    const relay = (id: string) => flow('A', { id, runs: 'relay', steps: [{ id: 'send', type: 'send' }] })
    const run = replay(guide([relay('one'), relay('two'), on('A')]), { play: false, runs: 'relay' })
    run.rows([0, 'A'])
    expect(run.starts.map(({ flow }) => flow)).toEqual(['one', 'two'])
  })
})

describe('stale', () => {
  const rows: Row[] = [[0, 'A']]
  test.each([
    ['10s', true, 'start'],
    [`30m10s`, true, 'start'],
    ['30m10s+1', true, 'refuse'],
    ['3h', false, 'start'],
  ])('a deadline that is found at %s, live %s: %s', (until, live, verdict) => {
    const run = replay(guide([flow({ absent: 'X', after: 'A', for: '10s' })]), { live: live as boolean })
    run.rows(...rows)
    // Slept until then: no timer came in between.
    const { decisions } = run.engine.advanceTo(moment(until as string))
    expect(decisions).toMatchObject([{ verdict, at: start + 10_000 }])
    if (verdict === 'refuse')
      expect(decisions[0]!.because.at(-1)).toMatchObject({ gate: 'stale', actual: 30 * 60_000 + 1 })
  })
})

describe('delay', () => {
  test('waits, and asks all gates again afterwards', () => {
    const run = replay(guide([flow(since('A'), { delay: '10s', pages: ['/shop'] })]))
    run.rows(
      [0, 'Page Viewed', { path: '/shop' }],
      [1000, 'A', {}, { page: '/shop' }],
      [9000, 'Page Viewed', { path: '/home' }],
    )
    expect(run.decisions).toEqual([])
    expect(run.engine.due).toBe(start + 11_000)
    run.rows([12_000, 'B'], [13_000, 'Page Viewed', { path: '/shop' }])
    expect(verdicts(run)).toEqual([
      [11_000, 'flow', 'hold', 'pages'],
      [13_000, 'flow', 'start'],
    ])
  })
  test('is not begun anew by the same flow firing again, which gives the newer cause', () => {
    const run = replay(guide([flow('A', { delay: '10s' })]))
    run.rows([0, 'A', { n: 1 }], [9000, 'A', { n: 2 }])
    run.advance('1m')
    expect(run.starts.map(({ at, cause }) => [at - start, cause.properties.n])).toEqual([[10_000, 2]])
  })
  test('a state that is no longer true does not start', () => {
    const run = replay(guide([flow({ count: 'A', is: { $gte: 1 }, within: '5s' }, { delay: '10s' })]))
    run.rows([0, 'A'])
    run.advance('1m')
    expect(run.decisions).toEqual([])
  })
  test('a refusal at the firing ends it', () => {
    const run = replay(guide([flow('A', { delay: '10s', audience: { count: 'B', is: { $gte: 1 } } })]))
    run.rows([0, 'A'], [1, 'B'])
    run.advance('1m')
    expect(verdicts(run)).toEqual([[0, 'flow', 'refuse', 'audience']])
  })
})

describe('a pending firing', () => {
  test('of a pulse waits until the next Page Viewed of its tab', () => {
    const run = replay(guide([flow('A')]))
    const release = run.engine.block('typing')
    run.rows([0, 'A', {}, { tab: 'a' }], [1, 'Page Viewed', { path: '/' }, { tab: 'b' }])
    expect(run.engine.explain('flow', start + 1).trigger.pending).toBe(true)
    run.rows([2, 'Page Viewed', { path: '/' }, { tab: 'a' }])
    release()
    run.advance(9)
    expect(verdicts(run)).toEqual([[0, 'flow', 'hold', 'blocked']])
  })
  test('of a pulse on the relay waits until the session ends', () => {
    const run = replay(guide([flow('A', { runs: 'relay' })]), { runs: 'relay' })
    run.engine.block('maintenance')
    run.rows([0, 'A'], [1, 'Page Viewed', { path: '/' }])
    expect(run.engine.explain('flow', start + 1).trigger.pending).toBe(true)
    run.advance('30m1s')
    expect(run.engine.explain('flow', moment('30m1s')).trigger.pending).toBe(false)
  })
  test('of a state waits until it is no longer true', () => {
    const run = replay(guide([flow({ count: 'A', is: { $gte: 1 }, unless: 'X' })]))
    const release = run.engine.block('typing')
    run.rows([0, 'A'], [1, 'Page Viewed', { path: '/' }])
    expect(run.engine.explain('flow', start + 1).trigger.pending).toBe(true)
    run.rows([2, 'X'])
    release()
    run.advance(9)
    expect(run.starts).toEqual([])
  })
  test('keeps its cause, and is told to be held once', () => {
    const run = replay(guide([flow(since('A'))]))
    const release = run.engine.block('typing')
    run.rows([0, 'A', { n: 1 }], [1, 'B'], [2, 'B'])
    release()
    run.advance(3)
    expect(run.starts[0]!.cause.properties).toEqual({ n: 1 })
    expect(held(run)).toEqual([{ flow: 'flow', gate: 'blocked' }])
  })
  test('is cancelled by cancelOn, but not by what came before it', () => {
    const run = replay(guide([flow('A', { delay: '10s', cancelOn: [{ on: 'X', where: { n: 1 } }] })]))
    run.rows([5, 'A'], [6, 'X', { n: 2 }], [4, 'X', { n: 1 }])
    expect(run.engine.explain('flow', start + 6).trigger.pending).toBe(true)
    run.rows([7, 'X', { n: 1 }])
    run.advance('1m')
    expect(run.decisions).toEqual([])
  })
  test('of a flow that is gone, or was changed, is gone', () => {
    const before = replay(guide([flow('A', { delay: '10s' })]))
    before.rows([0, 'A'])
    for (const flows of [[], [flow('A', { delay: '10s', version: 2 })]]) {
      const run = replay(guide(flows), { state: before.engine.state })
      run.advance('1m')
      expect(run.decisions).toEqual([])
    }
    const run = replay(guide([flow('A', { delay: '10s' })]), { state: before.engine.state })
    run.advance('1m')
    expect(run.starts).toHaveLength(1)
  })
})

test('gates are asked again when the visitor is identified', () => {
  const run = replay(
    guide([
      flow(since('A')),
      on('Q', {
        trigger: since('A'),
        steps: [banner],
        purpose: 'functional',
        audience: { profile: { 'visitor.id': { $exists: false } } },
      }),
    ]),
  )
  const release = run.engine.block('typing')
  run.rows([0, 'A'], [1, 'Visitor Identified', {}, { visitor: 'u1' }])
  release()
  run.advance(2)
  expect(verdicts(run)).toEqual([
    [0, 'flow', 'hold', 'blocked'],
    [0, 'q', 'hold', 'blocked'],
    [1, 'q', 'refuse', 'audience'],
    [1, 'flow', 'start'],
  ])
})

test('what was asked before another started is asked again', () => {
  const flows = [on('A', { priority: 'high' }), flow('A', { steps: [banner] })]
  const run = replay(guide(flows, { limits: { gap: '30s' } }), { play: false })
  run.engine.block('dialog', ({ id }) => id === 'a')
  run.rows([0, 'A'])
  expect(verdicts(run)).toEqual([
    [0, 'a', 'hold', 'blocked'],
    [0, 'flow', 'start'],
    [0, 'a', 'hold', 'limits'],
  ])
})

test('the gates decide in their order: what holds first is told, what refuses is met when that opens', () => {
  const run = replay(
    guide([
      flow('A', { purpose: 'marketing', frequency: { times: 1, every: '1d' }, schedule: { until: '2020-01-01' } }),
    ]),
  )
  run.rows([0, 'A'])
  expect(verdicts(run)).toEqual([[0, 'flow', 'hold', 'consent']])
  run.engine.consent({ marketing: true })
  run.rows([1, 'B'])
  expect(verdicts(run).at(-1)).toEqual([0, 'flow', 'refuse', 'schedule'])
})
