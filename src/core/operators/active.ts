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
          active === 'days' ? [session.startedAt, session.lastAt].map((moment) => calendar.day(moment, timezone)) : []
        return { at: session.startedAt, days, counts: !holds || holds(measure(memory, session, at)) }
      }
      // Sessions that are over stay what they are.
      let past: ReturnType<typeof read>[] | undefined
      const sessions = (at: number) => {
        past ??= memory.past.map((session) => read(session, at))
        const all = memory.session ? [...past, read(memory.session, at)] : past
        return all.filter(
          ({ at: startedAt, counts }) =>
            counts && (span ? startedAt > at - span : startedAt === memory.session?.startedAt),
        )
      }
      const number = (at: number) =>
        active === 'days'
          ? new Set(sessions(at).flatMap(({ days }) => days)).size
          : // The list of past sessions is bounded, their number is not.
            span === Infinity && !holds
            ? memory.sessions
            : sessions(at).length
      return stateLeaf(
        {
          sense(fact) {
            if (fact !== 'any') past = undefined
          },
          value: (at) => fits(number(at)),
          due(at) {
            const [first] = span < Infinity ? sessions(at) : []
            return first && span ? first.at + span : undefined
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
