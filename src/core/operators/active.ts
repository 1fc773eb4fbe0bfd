import { compileCondition } from '../condition.ts'
import { parseDuration } from '../duration.ts'
import type { Condition, Range, Window } from '../guide.ts'
import { type Operator, stateLeaf } from '../operator.ts'
import { measure, type Session } from '../profile.ts'
import { compileRange } from '../range.ts'
import { condition, object, oneOf, optional, range, window } from '../shape.ts'

interface Active {
  active: 'days' | 'sessions'
  is: Range
  within?: Window
  where?: Condition
}

/**
 * Visit frequency: how many sessions, or days in the visitor's time zone with one. `where` filters sessions by
 * `seconds pages engaged`.
 */
export const active: Operator<Active> = {
  name: 'active',
  kind: 'state',
  fromProfile: true,
  shape: object({ active: oneOf('days', 'sessions'), is: range, within: optional(window), where: optional(condition) }),
  // A condition and the days follow the current session as it goes on.
  hears: ({ active, where }) => ({
    types: [],
    facts: ['session', ...(where || active === 'days' ? ['any', 'visitor'] : [])],
  }),
  compile({ active, is, within = 'ever', where }) {
    const { fits, flip } = compileRange(is)
    const span = within === 'ever' ? Infinity : within === 'page' || within === 'session' ? 0 : parseDuration(within)
    const holds = where && compileCondition(where)
    return ({ memory, calendar }, saved) => {
      const read = (session: Session, at: number) => {
        const { timezone } = memory.visitor
        const days =
          active === 'days' ? [session.lastAt, session.startedAt].map((moment) => calendar.day(moment, timezone)) : []
        return { at: session.startedAt, days, counts: !holds || holds(measure(memory, session, at)) }
      }
      // Sessions that are over stay what they are.
      let past: ReturnType<typeof read>[] | undefined
      /** Calls back with those in the window that count, the newest first. */
      const visit = (at: number, run: (session: ReturnType<typeof read>) => void) => {
        past ??= memory.past.map((session) => read(session, at))
        const { session } = memory
        const current = session && read(session, at)
        if (current?.counts && (!span || current.at > at - span)) run(current)
        for (let index = span ? past.length - 1 : -1; index >= 0 && past[index]!.at > at - span; index--)
          if (past[index]!.counts) run(past[index]!)
      }
      const number = (at: number) => {
        // The list of past sessions is bounded, their number is not.
        if (active === 'sessions' && span === Infinity && !holds) return memory.sessions
        let found = 0
        let earliest: string | undefined
        visit(at, ({ days }) => {
          if (active === 'sessions') found++
          else
            for (const day of days)
              if (day !== earliest) {
                found++
                earliest = day
              }
        })
        return found
      }
      return stateLeaf(
        {
          sense(fact) {
            if (fact !== 'any') past = undefined
          },
          value: (at) => fits(number(at)),
          due(at) {
            if (!span || span === Infinity) return undefined
            let oldest: number | undefined
            visit(at, (session) => {
              oldest = session.at
            })
            return oldest === undefined ? undefined : oldest + span
          },
          explain(at) {
            const actual = number(at)
            const more = flip(0, actual)
            return {
              actual,
              ...(more !== undefined && !holds && span && { flip: { more: more - actual, match: 'Session Started' } }),
            }
          },
        },
        saved,
      )
    }
  },
}
