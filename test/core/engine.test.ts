import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Activity } from '../../src/core/activity.ts'
import { createEngine, type Engine, type Outcome } from '../../src/core/engine.ts'
import { numRuns, seed } from '../seed.ts'
import { worldOf } from './random.ts'
import { activity, flow, guide, start } from './replay.ts'
import { type Fired, type Language, rescan } from './rescan.ts'

const scales = [
  ['milliseconds', 1],
  ['minutes', 5 * 60_000],
] as const

/** What the engine fires, before any gate. */
function fire({ triggers, segments, models }: Language, log: Activity[], until: number): Fired[] {
  const fired: Fired[] = []
  // Switched off, so that nothing it starts goes on to have effects of its own.
  const flows = triggers.map((trigger, index) => flow(trigger, { id: `f${index}`, enabled: false }))
  const engine = createEngine(guide(flows, { segments, models }), {
    onFiring(id, _, at, { id: cause, type, at: begun }) {
      fired.push({
        flow: Number(id.slice(1)),
        at,
        cause: type === 'Session Started' ? `session-${begun}` : cause,
      })
    },
  })
  for (const each of log) engine.handle(each)
  engine.advanceTo(until)
  return fired
}

/** Firings of one moment in the order of the guide. */
const inShort = (fired: Fired[]) =>
  fired.map(({ flow, at, cause }) => [at - start, flow, cause] as const).sort(([a, f], [b, g]) => a - b || f - g)

describe.each(scales)('the engine fires when a slow re-scan of the whole history says so, in %s', (_, unit) => {
  const { language, log, disordered, span } = worldOf(unit)
  test.each([
    ['activities in order', log],
    ['some late, some twice', disordered],
  ])('%s', (_, logs) => {
    fc.assert(
      fc.property(language, logs, (of, all) => {
        // How long a session was is looked at when something happens, not at the moment that `Visitor Returned` tells of.
        const measured = JSON.stringify(of).includes('seconds')
        const activities = measured ? all.filter(({ type }) => type !== 'Visitor Returned') : all
        fc.pre(activities.length > 0)
        const until = start + span * 2 + 3 * 60 * 60_000
        expect(inShort(fire(of, activities, until))).toEqual(inShort(rescan(of, activities, until)))
      }),
      { seed, numRuns: numRuns(300) },
    )
  })
})

const told = ({ decisions, activities }: Outcome) => [
  ...decisions.map(({ flow, variant, verdict, at, cause, because }) => [
    at - start,
    flow,
    variant,
    verdict,
    cause.id,
    because.at(-1),
  ]),
  ...activities.map(({ id, type, at }) => [at - start, type, id]),
]

/** Plays what starts: it is seen, and dismissed at the next activity. */
function player() {
  const shown: string[] = []
  return {
    *ends(at: number, seq: number): Generator<Activity> {
      for (const flow of shown.splice(0))
        yield own(at, seq, `${flow}-dismissed`, 'Flow Dismissed', { flow, step: 'hello', by: 'close' })
    },
    *starts({ decisions }: Outcome): Generator<Activity> {
      for (const { flow, verdict, at, cause } of decisions) {
        if (verdict !== 'start') continue
        shown.push(flow)
        yield own(at, cause.seq, `${flow}-started`, 'Flow Started', { flow })
        yield own(at, cause.seq, `${flow}-viewed`, 'Step Viewed', { flow, step: 'hello' })
      }
    },
  }
}
const own = (at: number, seq: number, id: string, type: string, properties: Activity['properties']) =>
  activity([at - start, type, properties, { id: `${id}-${at}-${seq}`, seq, interaction: false }])

/** Lets time pass, every deadline at its own time, and hands an activity on with all that follows from it. */
function live(engine: Engine, to: number, play: ReturnType<typeof player>, each?: Activity): unknown[] {
  const found: unknown[] = []
  const take = (outcome: Outcome) => {
    found.push(...told(outcome))
    for (const next of play.starts(outcome)) take(engine.handle(next))
  }
  for (let due = engine.due; due !== undefined && due <= to; due = engine.due) take(engine.advanceTo(due))
  if (each) {
    for (const end of play.ends(to, each.seq)) take(engine.handle(end))
    take(engine.handle(each))
  }
  return found
}

const through = (state: Engine['state']) => JSON.parse(JSON.stringify(state))

describe.each(scales)('whatever happens, with whatever flows, in %s', (_, unit) => {
  const { guide: guides, counted, log, disordered, span } = worldOf(unit)
  const until = start + span * 2 + 3 * 60 * 60_000

  test('an engine that goes on from saved state goes on exactly', () => {
    fc.assert(
      fc.property(guides, disordered, fc.nat(14), fc.boolean(), (of, activities, cut, always) => {
        const whole = createEngine(of)
        let part = createEngine(of)
        const [one, other] = [player(), player()]
        activities.forEach((each, index) => {
          if (index === cut || always) part = createEngine(of, { state: through(part.state) })
          expect(live(part, each.at, other, each)).toEqual(live(whole, each.at, one, each))
        })
        part = createEngine(of, { state: through(part.state) })
        expect(live(part, until, other)).toEqual(live(whole, until, one))
        expect(told(part.advanceTo(until))).toEqual(told(whole.advanceTo(until)))
        expect(part.state).toEqual(whole.state)
      }),
      { seed, numRuns: numRuns(150) },
    )
  })

  test('time that comes at `due` only, or not before the next activity, is time that comes in any steps', () => {
    const steps = fc.array(fc.nat(span * 2), { maxLength: 40 })
    fc.assert(
      fc.property(guides, log, steps, (of, all, moments) => {
        // It tells of what was before, so time must not come on the way to it.
        const activities = all.filter(({ type }) => type !== 'Visitor Returned')
        const [often, seldom, never] = [createEngine(of), createEngine(of), createEngine(of)]
        const found: [unknown[], unknown[], unknown[]] = [[], [], []]
        // What time comes before the first activity is nobody's.
        const times = moments.map((at) => (activities[0]?.at ?? until) + 1 + at).sort((a, b) => a - b)
        const passTo = (to: number) => {
          while (times[0]! <= to) found[0].push(...told(often.advanceTo(times.shift()!)))
          while (seldom.due! <= to) found[1].push(...told(seldom.advanceTo(seldom.due!)))
        }
        for (const each of activities) {
          passTo(each.at)
          found[0].push(...told(often.handle(each)))
          found[1].push(...told(seldom.handle(each)))
          found[2].push(...told(never.handle(each)))
        }
        passTo(until)
        for (const [index, engine] of [often, seldom, never].entries())
          found[index]!.push(...told(engine.advanceTo(until)))
        // What is told in one go is told decisions first.
        const sorted = (list: unknown[]) => list.map((each) => JSON.stringify(each)).sort()
        expect(sorted(found[1])).toEqual(sorted(found[0]))
        expect(sorted(found[2])).toEqual(sorted(found[0]))
      }),
      { seed, numRuns: numRuns(100) },
    )
  })

  test('duplicates change nothing', () => {
    fc.assert(
      fc.property(guides, disordered, fc.array(fc.nat(14)), (of, activities, again) => {
        const [once, twice] = [createEngine(of), createEngine(of)]
        activities.forEach((each, index) => {
          const found = told(twice.handle(each))
          for (const earlier of again)
            if (earlier <= index && activities[earlier]!.type !== 'Visitor Active')
              found.push(...told(twice.handle(activities[earlier]!)))
          expect(found).toEqual(told(once.handle(each)))
        })
        expect(twice.state).toEqual(once.state)
      }),
      { seed, numRuns: numRuns(300) },
    )
  })

  test('a shuffled log is counted the same', () => {
    fc.assert(
      fc.property(
        log.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([ordered, shuffled]) => {
          const profileOf = (list: Activity[]) => {
            const engine = createEngine(guide([]))
            for (const each of list) engine.handle(each)
            const { counts, firstSeen, lastSeen } = engine.profile(until)
            // How many sessions there were depends on what was known in time.
            const { 'Session Started': _, ...told } = counts
            return { told, firstSeen, lastSeen }
          }
          expect(profileOf(shuffled)).toEqual(profileOf(ordered))
        },
      ),
      { seed, numRuns: numRuns(200) },
    )
  })

  test('counts and aggregates come to the same whatever the order of arrival', () => {
    // Where a match asks for the page, that is the tab's latest one; and sessions start by what was known in time.
    const steady = counted.filter(
      (trigger) => !JSON.stringify(trigger).includes('pages') && !JSON.stringify(trigger).includes('Session'),
    )
    // In one millisecond a clear and what is counted have no order but that of arrival.
    const apart = log.filter((list) => new Set(list.map(({ at }) => at)).size === list.length)
    const shuffled = apart.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    )
    fc.assert(
      fc.property(steady, shuffled, (trigger, [ordered, shuffled]) => {
        const engines = [ordered, shuffled].map((list) => {
          const engine = createEngine(guide([flow(trigger)]))
          for (const each of list) engine.handle(each)
          return engine
        })
        for (let at = start + span; at < start + span * 2; at += unit / 2) {
          const [one, other] = engines.map((engine) => {
            engine.advanceTo(at)
            return engine.explain('flow', at).trigger.value
          })
          expect(other).toBe(one)
        }
      }),
      { seed, numRuns: numRuns(100) },
    )
  })
})

test('within and absent are complements: what follows in time, or does not, is told by one of them', () => {
  const { duration } = worldOf(1)
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.constantFrom('A', 'X')), { maxLength: 12 })
  fc.assert(
    fc.property(rows, duration, (list, span) => {
      const log = list.sort(([a], [b]) => a - b).map(([at, type]) => activity([at, type]))
      const found = fire(
        {
          triggers: [
            { sequence: ['A', 'X'], within: span },
            { absent: 'X', after: 'A', for: span },
          ],
          segments: {},
          models: {},
        },
        log,
        start + 60,
      )
      // A newer one restarts the wait.
      const waits = log.filter(({ type, at }, index) => {
        const next = log[index + 1]
        return type === 'A' && !(next?.type === 'A' && next.at - at < span)
      })
      const next = (each: Activity) => log[log.indexOf(each) + 1]
      const followed = waits.filter((each) => next(each) && next(each)!.at - each.at < span)
      expect(inShort(found.filter(({ flow }) => flow === 0))).toEqual(
        followed.map((each) => [next(each)!.at - start, 0, next(each)!.id]),
      )
      expect(inShort(found.filter(({ flow }) => flow === 1))).toEqual(
        waits.filter((each) => !followed.includes(each)).map((each) => [each.at + span - start, 1, each.id]),
      )
    }),
    { seed, numRuns: numRuns(500) },
  )
})

test('derived activities of two visitors have two ids, also where 32 bits of hash are the same', () => {
  const [one, other] = ['v987935', 'v1240190'].map((anonymousId) => {
    const first: Activity = { id: 'a', type: 'A', at: 0, seq: 1, visitor: { anonymousId }, properties: {} }
    return createEngine(guide([])).handle(first).activities[0]!.id
  })
  expect(one!.split('-')[0]).toBe(other!.split('-')[0])
  expect(one).not.toBe(other)
})
