import { dayOf } from '../calendar.ts'
import { compileCondition } from '../condition.ts'
import { parseDuration } from '../duration.ts'
import type { Condition, Range, Window } from '../guide.ts'
import { type Operator, stateLeaf } from '../operator.ts'
import { measure } from '../profile.ts'
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
  compile({ active, is, within = 'ever', where }, { memory }, saved) {
    const { fits } = compileRange(is)
    const span = within === 'ever' ? Infinity : within === 'page' || within === 'session' ? 0 : parseDuration(within)
    const holds = where && compileCondition(where)
    const sessions = (at: number) =>
      [...memory.past, ...(memory.session ? [memory.session] : [])].filter(
        (session) =>
          (span ? session.startedAt > at - span : session === memory.session) && (!holds || holds(measure(memory, session, at))),
      )
    const number = (at: number) => {
      // The list of past sessions is bounded, their number is not.
      if (active === 'sessions' && span === Infinity && !holds) return memory.sessions
      const found = sessions(at)
      if (active === 'sessions') return found.length
      const { timezone } = memory.visitor
      return new Set(found.flatMap(({ startedAt, lastAt }) => [dayOf(startedAt, timezone), dayOf(lastAt, timezone)])).size
    }
    return stateLeaf(
      {
        types: [],
        // A condition and the days follow the current session as it goes on.
        facts: holds || active === 'days' ? ['any', 'session'] : ['session'],
        value: (at) => fits(number(at)),
        due(at) {
          const ends = sessions(at).map(({ startedAt }) => startedAt + span)
          return ends.length && ends[0]! < Infinity ? ends[0] : undefined
        },
        explain: (at) => ({ actual: number(at), wanted: is }),
      },
      saved,
    )
  },
}
