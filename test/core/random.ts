import fc from 'fast-check'
import type { Activity, Properties } from '../../src/core/activity.ts'
import type { Guide } from '../../src/core/guide.ts'
import { activity, type Row } from './replay.ts'

/**
 * Random expressions and logs of a scale: with a unit of one millisecond everything touches everything, with one of
 * minutes it goes over the ends of sessions, still to the millisecond.
 */
export function worldOf(unit: number) {
  const jitter = unit > 1 ? fc.constantFrom(-1, 0, 0, 0, 1) : fc.constant(0)
  const duration = fc.tuple(fc.integer({ min: 1, max: 8 }), jitter).map(([count, more]) => count * unit + more)
  const window = fc.oneof(
    { weight: 4, arbitrary: duration },
    { weight: 3, arbitrary: fc.constantFrom('page', 'session', 'ever') },
  )
  const type = fc.constantFrom('A', 'B', 'C')
  const anyType = fc.oneof(
    { weight: 9, arbitrary: type },
    { weight: 1, arbitrary: fc.constantFrom('Page Viewed', 'Session Started') },
  )
  const pages = fc.constantFrom(['/a'], ['!/a'], ['/*'], ['/*', '!/b'])
  const match = fc.oneof(
    { weight: 6, arbitrary: anyType },
    { weight: 1, arbitrary: fc.record({ on: type, where: fc.constant({ n: { $gte: 1 } }) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        on: fc.constantFrom(['A', 'B'], ['C', 'B']),
        where: fc.constantFrom({ n: 1 }, { n: { $lt: 2 } }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ on: anyType, pages }) },
  )
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
  const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
  const numbers = fc.constantFrom(
    { $gte: 1 },
    { $gte: 2 },
    { $gt: 2 },
    { $lt: 2 },
    { $eq: 0 },
    { $ne: 1 },
    { $lte: 1 },
    { $gte: 1, $lt: 3 },
  )
  const times = fc.oneof(
    fc.record({ $gte: duration }),
    fc.record({ $gt: duration }),
    fc.record({ $lt: duration }),
    fc.record({ $lte: duration }),
    fc.tuple(duration, duration).map(([a, b]) => ({ $gte: Math.min(a, b), $lt: Math.max(a, b) })),
  )
  const p = fc.constant('p')
  const tally = { is: numbers, within: optional(window), per: sometimes(p), unless: sometimes(match) }
  const dwell = { streak: sometimes(fc.constantFrom(2, 3)) }
  const dwellPages = fc.constantFrom(['/a'], ['/*'], ['!/a'])
  const section = fc.constant({ section: 's' })
  const lasting = times.filter((is) => '$gte' in is || '$gt' in is)
  const states = (segments: string[]) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ count: match, ...tally, distinct: sometimes(fc.constant('n')) }) },
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.constantFrom('sum', 'avg', 'min', 'max'), match, fc.record({ of: fc.constant('n'), ...tally }))
          .map(([name, match, rest]) => ({ [name]: match, ...rest })),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          ratio: match,
          of: match,
          is: fc.constantFrom({ $gte: 1 }, { $lt: 1 }, { $eq: 0.5 }),
          within: optional(window),
        }),
      },
      { weight: 3, arbitrary: fc.record({ absent: match, after: match, for: duration, same: sometimes(p) }) },
      { weight: 2, arbitrary: fc.record({ idle: duration }) },
      { weight: 2, arbitrary: fc.record({ dwell: dwellPages, is: lasting, ...dwell }) },
      { weight: 1, arbitrary: fc.record({ dwell: section, is: fc.constant({ $gte: 2000 }), ...dwell }) },
      {
        weight: 2,
        arbitrary: fc.record({
          since: fc.oneof(
            fc.record({ last: match }),
            fc.record({ first: match }),
            fc.constantFrom({ first: 'seen' }, { last: 'seen' }),
          ),
          is: times,
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          active: fc.constantFrom('sessions', 'days'),
          is: numbers,
          within: sometimes(fc.oneof(duration, fc.constant('session'))),
          where: sometimes(fc.constantFrom({ pages: { $gte: 1 } }, { pages: 2 }, { seconds: { $gte: unit / 500 } })),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          status: fc.constant('other'),
          is: fc.constantFrom('completed', 'dismissed', 'dropped', 'shown', 'never'),
          step: sometimes(fc.constantFrom('one', 'two')),
          within: sometimes(duration),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          profile: fc.constantFrom<any>(
            { 'visitor.traits.plan': 'pro' },
            { 'visitor.traits.plan': { $exists: false } },
            { $not: { 'visitor.traits.plan': 'pro' } },
            { 'counts.A': { $gte: 2 } },
            { 'sessions.count': { $gte: 2 } },
            { 'page.path': '/a' },
            { $or: [{ 'visitor.id': 'u1' }, { 'counts.B': { $gte: 1 } }] },
            ...segments.map((name) => ({ [`segments.${name}`]: true })),
            ...(segments.length ? [{ 'scores.m': { $gte: 0.5 } }, { 'scores.m': { $lt: 0.8 } }] : []),
          ),
        }),
      },
      ...(segments.length ? [{ weight: 1, arbitrary: fc.record({ segment: fc.constantFrom(...segments) }) }] : []),
    )
  const pulse = fc.oneof(
    { weight: 2, arbitrary: match },
    {
      weight: 4,
      arbitrary: fc.record({
        sequence: fc.array(
          fc.oneof({ weight: 2, arbitrary: match }, { weight: 1, arbitrary: fc.record({ next: match }) }),
          { minLength: 1, maxLength: 3 },
        ),
        within: optional(window),
        unless: sometimes(match),
        same: sometimes(p),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ dwell: dwellPages, is: times.filter((is) => !('$gte' in is || '$gt' in is)), ...dwell }),
    },
    { weight: 1, arbitrary: fc.record({ dwell: section, is: fc.constant({ $lt: 2000 }), ...dwell }) },
  )
  const state = (segments: string[], depth = 3): fc.Arbitrary<any> =>
    depth === 0
      ? states(segments)
      : fc.oneof(
          { weight: 4, arbitrary: states(segments) },
          { weight: 1, arbitrary: fc.record({ not: fc.oneof(states(segments), state(segments, depth - 1)) }) },
          {
            weight: 1,
            arbitrary: fc.record({ all: fc.array(state(segments, depth - 1), { minLength: 1, maxLength: 3 }) }),
          },
          {
            weight: 1,
            arbitrary: fc.record({ any: fc.array(state(segments, depth - 1), { minLength: 1, maxLength: 3 }) }),
          },
        )
  const expression = (segments: string[], depth = 2): fc.Arbitrary<any> =>
    depth === 0
      ? fc.oneof(state(segments, 0), pulse)
      : fc.oneof(
          { weight: 2, arbitrary: state(segments) },
          { weight: 2, arbitrary: pulse },
          {
            weight: 1,
            arbitrary: fc.record({ all: fc.tuple(expression(segments, depth - 1), state(segments, depth - 1)) }),
          },
          {
            weight: 1,
            arbitrary: fc.record({ any: fc.array(expression(segments, depth - 1), { minLength: 1, maxLength: 3 }) }),
          },
        )
  const plain = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<any> =>
    arbitrary.map((each) => JSON.parse(JSON.stringify(each)))

  /** It predicts from what happened, from what is true, and from a segment. */
  const models = fc.record({
    m: fc.record({
      intercept: fc.constant(-1),
      features: fc.record({
        counted: fc.constant({ weight: 0.6, of: 'counts.A' }),
        member: fc.constant({ weight: 0.5, of: 'segments.s0' }),
        state: fc.record({ weight: fc.constantFrom(1, 2), of: plain(state([], 1)) }),
      }),
    }),
  })
  const segments = fc.record({ s0: plain(state([], 2)), s1: plain(state(['s0'], 1)) })
  const trigger = plain(expression(['s0', 's1']))
  /** Segments and triggers that read them. */
  const language = fc
    .record({ segments, models, triggers: fc.array(trigger, { minLength: 1, maxLength: 3 }) })
    // What nobody reads would only take its time.
    .map((of) => ({ ...of, models: /scores/.test(JSON.stringify(of)) ? of.models : {} }))

  const surface = fc.constantFrom('modal', 'tooltip', 'banner', 'card')
  const few = fc.constantFrom(1, 2, 3)
  const flow = fc.record({
    version: fc.constant(1),
    trigger,
    audience: sometimes(plain(state(['s0', 's1'], 1))),
    pages: sometimes(pages),
    frequency: fc.record({
      times: fc.constantFrom(1, 2, 9),
      every: optional(fc.oneof(duration, fc.constantFrom('session', 'day', 'week'))),
    }),
    priority: sometimes(fc.constantFrom('lowest', 'low', 'high', 'highest')),
    group: sometimes(fc.constantFrom('g', 'h')),
    urgent: sometimes(fc.constant(true)),
    delay: sometimes(duration),
    cancelOn: sometimes(fc.tuple(match)),
    goal: sometimes(fc.record({ on: match, within: duration })),
    experiment: sometimes(
      fc.record({
        holdout: fc.constantFrom(0, 0.3),
        variants: fc.tuple(
          fc.constant({ id: 'one', weight: 1 }),
          fc.record({ id: fc.constant('two'), weight: fc.constant(1), patch: fc.record({ trigger: type }) }),
        ),
      }),
    ),
    steps: fc.tuple(fc.record({ id: fc.constant('hello'), type: fc.constant('message'), surface })),
  })
  /** Flows that compete. */
  const guide: fc.Arbitrary<Guide> = plain(
    fc.record({
      format: fc.constant(1),
      segments,
      models,
      flows: fc.array(flow, { minLength: 1, maxLength: 4 }).map((list) =>
        list.map((each, index) => ({
          ...each,
          id: `f${index}`,
          ...(each.experiment && { experiment: { ...each.experiment, id: `x${index}` } }),
        })),
      ),
      limits: sometimes(
        fc.record({
          gap: sometimes(duration),
          perSession: sometimes(few),
          perDay: sometimes(few),
          perSurface: sometimes(fc.record({ banner: fc.record({ perSession: few }) })),
        }),
      ),
    }),
  )
  /** What is counted comes to the same in whatever order it arrives. */
  const counted = plain(
    fc.oneof(
      fc.record({ count: match, ...tally, within: optional(duration), distinct: sometimes(fc.constant('n')) }),
      fc.record({ sum: match, of: fc.constant('n'), ...tally, within: optional(duration) }),
      fc.record({ ratio: match, of: match, is: numbers, within: optional(duration) }),
      fc.record({ since: fc.oneof(fc.record({ last: match }), fc.record({ first: match })), is: times }),
    ),
  )

  const key: fc.Arbitrary<Properties> = fc.constantFrom<Properties[]>(
    {},
    { p: 1 },
    { p: 2 },
    { products: [{ p: 1 }, { p: 2 }] },
  )
  const path = fc.constantFrom('/a', '/b')
  const automatic = { interaction: false } as const
  const told: fc.Arbitrary<[string, Properties, NonNullable<Row[3]>]> = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.tuple(
        type,
        fc
          .tuple(key, fc.constantFrom<Properties>({}, { n: 0 }, { n: 1 }, { n: 2 }, { n: '1' }))
          .map(([a, b]) => ({ ...a, ...b })),
        fc.constant({}),
      ),
    },
    { weight: 2, arbitrary: fc.tuple(type, key, fc.constant(automatic)) },
    { weight: 4, arbitrary: path.map((path): [string, Properties, object] => ['Page Viewed', { path }, {}]) },
    {
      weight: 1,
      arbitrary: fc.tuple(
        type,
        key,
        path.map((page) => ({ page })),
      ),
    },
    {
      weight: 3,
      arbitrary: fc
        .constantFrom('Page Hidden', 'Page Shown', 'Page Left')
        .map((type): [string, Properties, object] => [type, {}, automatic]),
    },
    { weight: 1, arbitrary: fc.constant<[string, Properties, object]>(['Visitor Active', {}, {}]) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(0.5, 2.5)
        .map((seconds): [string, Properties, object] => ['Section Viewed', { section: 's', seconds }, automatic]),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('pro', 'free'), fc.constantFrom('u1', 'u1', 'u2'))
        .map(([plan, visitor]): [string, Properties, object] => [
          'Visitor Identified',
          {},
          { visitor, traits: { plan } },
        ]),
    },
    {
      weight: 1,
      arbitrary: duration.map((ago): [string, Properties, object] => ['Visitor Returned', { since: ago }, {}]),
    },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom('start', 'one', 'two', 'Flow Completed', 'Flow Dismissed', 'Flow Ended')
        .map((type): [string, Properties, object] => [type, { flow: 'other' }, automatic]),
    },
  )
  const moment = fc
    .tuple(fc.integer({ min: 0, max: 24 }), jitter)
    .map(([count, more]) => Math.max(0, count * unit + more))
  const tab = fc.oneof({ weight: 3, arbitrary: fc.constant('a') }, { weight: 1, arbitrary: fc.constant('b') })
  const rows = (maxLength: number) => fc.array(fc.tuple(moment, told, tab), { minLength: 2, maxLength })
  const inOrder = <T extends [number, ...unknown[]]>(list: T[]) => [...list].sort(([a], [b]) => a - b)

  /** In order. */
  const log = rows(14).map((list) => toLog(inOrder(list)))
  /** Some come late, and some twice. */
  const disordered = fc
    .tuple(
      rows(12),
      fc.array(fc.tuple(fc.nat(12), fc.integer({ min: 1, max: 6 })), { maxLength: 3 }),
      fc.array(fc.nat(12), { maxLength: 2 }),
    )
    .map(([list, lates, twice]) => {
      const activities = toLog(inOrder(list))
      for (const [index, later] of lates) {
        const [each] = activities.splice(index, 1)
        // What other flows did is told by one tab, in order.
        if (each) activities.splice(each.properties.flow ? index : index + later, 0, each)
      }
      for (const index of twice) if (activities[index]) activities.push(activities[index])
      return activities
    })
  return { language, guide, counted, log, disordered, duration, span: unit * 24 }
}

/** Activities of a flow become runs that can be; who returned was there before. */
function toLog(list: [number, [string, Properties, NonNullable<Row[3]>], string][]): Activity[] {
  let running = false
  return list.flatMap(([at, [type, properties, more], tab]) => {
    // How long ago becomes since when.
    if (type === 'Visitor Returned')
      return [activity([at, type, { since: at - (properties.since as number) }, { tab }])]
    if (!properties.flow) return [activity([at, type, properties, { ...more, tab }])]
    const starts = !running
    if (!starts && type === 'start') return []
    if (starts) {
      running = true
      return [activity([at, 'Flow Started', properties, { ...more, tab }])]
    }
    if (type === 'one' || type === 'two')
      return [activity([at, 'Step Viewed', { ...properties, step: type }, { ...more, tab }])]
    running = false
    return [activity([at, type, properties, { ...more, tab }])]
  })
}
