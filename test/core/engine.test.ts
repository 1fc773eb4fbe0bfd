import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Activity, Properties } from '../../src/core/activity.ts'
import { createEngine, type Decision } from '../../src/core/engine.ts'
import type { Flow, Guide } from '../../src/core/guide.ts'
import { activity, flow, guide, replay, start } from './replay.ts'
import { firingsOf } from './rescan.ts'

const seed = Number(process.env.SEED ?? 20260105)
const scale = Number(process.env.SCALE ?? 1)

const types = ['A', 'B', 'C']
const type = fc.constantFrom(...types)
const duration = fc.integer({ min: 1, max: 8 })
const key: fc.Arbitrary<Properties> = fc.constantFrom<Properties[]>(
  {},
  { p: 1 },
  { p: 2 },
  { products: [{ p: 1 }, { p: 2 }] },
)
const row = fc.tuple(fc.integer({ min: 0, max: 24 }), type, key)
const log = fc
  .array(row, { maxLength: 9 })
  .map((rows) =>
    rows.sort(([a], [b]) => a - b).map(([at, type, properties]) => activity([at, type, { ...properties, n: at % 3 }])),
  )

const bounds = fc.constantFrom({ $gte: 1 }, { $gte: 2 }, { $gt: 2 }, { $lt: 2 }, { $eq: 0 }, { $gte: 1, $lt: 3 })
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const match = fc.oneof(type, fc.record({ on: type, where: fc.constant({ n: { $gte: 1 } }) }))
const state = fc.oneof(
  fc.record({
    count: match,
    is: bounds,
    within: optional(duration),
    per: optional(fc.constant('p')),
    unless: optional(match),
  }),
  fc.record({ absent: match, after: match, for: duration, same: optional(fc.constant('p')) }),
  fc.record({ idle: duration }),
  fc.record({
    since: fc.oneof(fc.record({ last: type }), fc.record({ first: type })),
    is: fc.constantFrom({ $gte: 3 }, { $gt: 3 }, { $lt: 5 }),
  }),
)
const pulse = fc.oneof(
  match,
  fc.record({
    sequence: fc.array(fc.oneof(match, fc.record({ next: match })), { minLength: 1, maxLength: 3 }),
    within: optional(duration),
    unless: optional(match),
    same: optional(fc.constant('p')),
  }),
)
const states = fc.oneof(
  { weight: 3, arbitrary: state },
  { weight: 1, arbitrary: fc.record({ not: state }) },
  { weight: 1, arbitrary: fc.record({ all: fc.tuple(state, state) }) },
  { weight: 1, arbitrary: fc.record({ not: fc.record({ any: fc.tuple(state, state) }) }) },
)
const leaf = fc.oneof(states, pulse)
const expression = fc
  .oneof(
    leaf,
    fc.record({ all: fc.tuple(leaf, states) }),
    fc.record({ any: fc.tuple(leaf, leaf) }),
    fc.record({ all: fc.tuple(fc.record({ any: fc.tuple(leaf, leaf) }), states) }),
  )
  .map((each) => JSON.parse(JSON.stringify(each)))

test('the engine fires when a slow re-scan of the whole history says so', () => {
  fc.assert(
    fc.property(expression, log, (trigger, activities) => {
      const run = replay(guide([flow(trigger)]))
      for (const each of activities) run.handle(each)
      run.advance(40)
      expect(run.starts.map(({ at }) => at - start)).toEqual(
        firingsOf(trigger, activities, start, start + 40).map((at) => at - start),
      )
    }),
    { seed, numRuns: 500 * scale },
  )
})

/** Flows that read all there is, of such lengths that they change within a few milliseconds. */
const broad = (triggers: unknown[]): Guide =>
  guide(
    [
      ...triggers.map((trigger, index) =>
        flow(trigger as Flow['trigger'], { id: `flow-${index}`, ...(index % 2 ? { delay: 3 } : {}) }),
      ),
      flow(
        { segment: 'outer' },
        { id: 'reader', frequency: { times: 2, every: 10 }, steps: [{ id: 's', type: 'message', surface: 'banner' }] },
      ),
      flow({ dwell: ['/a'], is: { $gte: 4 } }, { id: 'dweller', pages: ['/a'], cancelOn: ['C'], delay: 2 }),
      flow({ dwell: ['/a'], is: { $lt: 4 }, streak: 2 }, { id: 'leaver', group: 'g' }),
      flow(
        { count: 'A', is: { $gte: 1 }, within: 'page' },
        {
          id: 'page',
          group: 'g',
          experiment: {
            id: 'x',
            variants: [
              { id: 'one', weight: 1 },
              { id: 'two', weight: 1, patch: { trigger: 'B' } },
            ],
          },
          goal: { on: 'C', within: 5 },
        },
      ),
      flow(
        {
          all: [
            { sum: 'B', of: 'n', is: { $gte: 2 }, within: 6 },
            { status: 'page', is: 'shown', within: 9 },
          ],
        },
        { id: 'summer', priority: 'high' },
      ),
      flow({ ratio: 'A', of: 'B', is: { $gte: 1 }, within: 7 }, { id: 'clicker' }),
    ],
    {
      segments: { outer: { segment: 'inner' }, inner: { count: 'A', is: { $gte: 1 }, within: 5 } },
      limits: { gap: 2 },
    },
  )
const page = fc.tuple(
  fc.integer({ min: 0, max: 24 }),
  fc.constantFrom('Page Viewed', 'Page Hidden', 'Page Shown', 'Page Left'),
  fc.constantFrom({ path: '/a' }, { path: '/b' }),
)
const wide = fc
  .array(fc.tuple(fc.oneof({ weight: 2, arbitrary: row }, { weight: 1, arbitrary: page }), fc.constantFrom('a', 'b')), {
    maxLength: 14,
  })
  .map((rows) =>
    rows.map(([[at, type, properties], tab]) => activity([at, type, { ...properties, n: at % 3 }, { tab }])),
  )
const inOrder = (activities: Activity[]) => [...activities].sort((a, b) => a.at - b.at || a.seq - b.seq)
const short = (decisions: Decision[]) =>
  decisions.map(({ flow, variant, verdict, at, cause, because }) => [
    at - start,
    flow,
    variant,
    verdict,
    cause.id,
    because.at(-1),
  ])

describe('whatever happens', () => {
  test('an engine that goes on from saved state goes on exactly', () => {
    fc.assert(
      fc.property(fc.array(expression, { maxLength: 3 }), wide, fc.nat(14), (triggers, activities, cut) => {
        const of = broad(triggers)
        const whole = createEngine(of)
        let part = createEngine(of)
        const decisions: [Decision[], Decision[]] = [[], []]
        activities.forEach((each, index) => {
          if (index >= cut) part = createEngine(of, { state: part.state })
          decisions[0].push(...whole.handle(each).decisions)
          decisions[1].push(...part.handle(each).decisions)
          expect(part.due! >= whole.due!).toBe(true)
        })
        part = createEngine(of, { state: JSON.parse(JSON.stringify(part.state)) })
        decisions[0].push(...whole.advanceTo(start + 60).decisions)
        decisions[1].push(...part.advanceTo(start + 60).decisions)
        expect(short(decisions[1])).toEqual(short(decisions[0]))
        expect(part.state).toEqual(whole.state)
      }),
      { seed, numRuns: 80 * scale },
    )
  })

  test('time that comes at `due` only is time that comes at every millisecond', () => {
    fc.assert(
      fc.property(fc.array(expression, { maxLength: 3 }), wide, (triggers, unordered) => {
        const activities = inOrder(unordered)
        const of = broad(triggers)
        const [often, seldom, never] = [createEngine(of), createEngine(of), createEngine(of)]
        const decisions: [Decision[], Decision[], Decision[]] = [[], [], []]
        for (let at = start; at <= start + 60; at++) {
          decisions[0].push(...often.advanceTo(at).decisions)
          if (seldom.due! <= at) decisions[1].push(...seldom.advanceTo(at).decisions)
          for (const each of activities)
            if (each.at === at) {
              decisions[0].push(...often.handle(each).decisions)
              decisions[1].push(...seldom.handle(each).decisions)
              decisions[2].push(...never.handle(each).decisions)
            }
        }
        decisions[2].push(...never.advanceTo(start + 60).decisions)
        expect(short(decisions[1])).toEqual(short(decisions[0]))
        expect(short(decisions[2])).toEqual(short(decisions[0]))
      }),
      { seed, numRuns: 200 * scale },
    )
  })

  test('duplicates change nothing', () => {
    fc.assert(
      fc.property(fc.array(expression, { maxLength: 3 }), wide, fc.array(fc.nat(14)), (triggers, activities, again) => {
        const of = broad(triggers)
        const [once, twice] = [createEngine(of), createEngine(of)]
        const decisions: [Decision[], Decision[]] = [[], []]
        activities.forEach((each, index) => {
          decisions[0].push(...once.handle(each).decisions)
          decisions[1].push(...twice.handle(each).decisions)
          for (const earlier of again)
            if (earlier <= index) decisions[1].push(...twice.handle(activities[earlier]!).decisions)
        })
        expect(short(decisions[1])).toEqual(short(decisions[0]))
        expect(twice.state).toEqual(once.state)
      }),
      { seed, numRuns: 200 * scale },
    )
  })

  test('a shuffled log is counted the same', () => {
    fc.assert(
      fc.property(wide, (activities) => {
        const of = guide([])
        const [shuffled, ordered] = [createEngine(of), createEngine(of)]
        for (const each of activities) shuffled.handle(each)
        for (const each of inOrder(activities)) ordered.handle(each)
        const [a, b] = [shuffled.profile(start + 60), ordered.profile(start + 60)]
        expect(a.counts).toEqual(b.counts)
        expect([a.firstSeen, a.lastSeen]).toEqual([b.firstSeen, b.lastSeen])
      }),
      { seed, numRuns: 200 * scale },
    )
  })

  test('counts and aggregates come to the same whatever the order of arrival', () => {
    const tally = fc.oneof(
      fc.record({
        count: match,
        is: bounds,
        within: optional(duration),
        per: optional(fc.constant('p')),
        unless: optional(match),
      }),
      fc.record({
        sum: match,
        of: fc.constant('n'),
        is: bounds,
        within: optional(duration),
        per: optional(fc.constant('p')),
        unless: optional(match),
      }),
      fc.record({ since: fc.record({ last: match }), is: fc.constant({ $gte: 3 }) }),
    )
    const distinct = fc.uniqueArray(row, { selector: ([at]) => at, maxLength: 9 })
    fc.assert(
      fc.property(tally, distinct, (written, rows) => {
        const trigger = JSON.parse(JSON.stringify(written))
        const activities = rows.map(([at, type, properties]) => activity([at, type, { ...properties, n: at % 3 }]))
        const [shuffled, ordered] = [createEngine(guide([flow(trigger)])), createEngine(guide([flow(trigger)]))]
        for (const each of activities) shuffled.handle(each)
        for (const each of inOrder(activities)) ordered.handle(each)
        for (let at = start + 24; at < start + 40; at++) {
          shuffled.advanceTo(at)
          ordered.advanceTo(at)
          expect(shuffled.explain('flow', at).trigger.value).toBe(ordered.explain('flow', at).trigger.value)
        }
      }),
      { seed, numRuns: 300 * scale },
    )
  })
})
