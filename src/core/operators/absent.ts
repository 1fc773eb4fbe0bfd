import type { Activity, Json } from '../activity.ts'
import { compileMatch } from '../condition.ts'
import { parseDuration } from '../duration.ts'
import type { Duration, Match } from '../guide.ts'
import { pathOf, type Operator, valuesAt } from '../operator.ts'
import { duration, match, object, optional, string } from '../shape.ts'

interface Absent {
  absent: Match
  after: Match
  for: Duration
  same?: string
}

const keysKept = 200

/** `for` has passed since the latest `after` with no `absent` since; true at exactly that moment. A newer `after` restarts the wait. */
export const absent: Operator<Absent> = {
  name: 'absent',
  kind: 'state',
  shape: object({ absent: match, after: match, for: duration, same: optional(string) }),
  compile({ absent, after, for: wait, same }, around, saved) {
    const [clears, arms] = [compileMatch(absent), compileMatch(after)]
    const span = parseDuration(wait)
    // By value of `same`: what armed it, and whether its edge was given.
    const armed = new Map(saved as unknown as [string, { by: Activity; given: boolean }][] | undefined)
    const waiting = () => [...armed.values()].filter(({ given }) => !given)
    const due = () => {
      const list = waiting()
      return list.length ? Math.min(...list.map(({ by }) => by.at + span)) : undefined
    }
    return {
      types: [...new Set([...clears.types, ...arms.types])],
      hear(activity, late) {
        const path = pathOf(around, activity)
        const values = same === undefined ? [''] : valuesAt(activity, same)
        if (clears.types.includes(activity.type) && clears.test(activity, path))
          for (const key of same !== undefined && !values.length ? [...armed.keys()] : values)
            if ((armed.get(key)?.by.at ?? Infinity) <= activity.at) armed.delete(key)
        if (!late && arms.types.includes(activity.type) && arms.test(activity, path))
          for (const key of values) {
            armed.delete(key)
            armed.set(key, { by: activity, given: false })
            if (armed.size > keysKept) armed.delete(armed.keys().next().value!)
          }
      },
      value: (at) => [...armed.values()].some(({ by }) => by.at + span <= at),
      edge(at) {
        const ripe = waiting().filter(({ by }) => by.at + span <= at)
        for (const each of ripe) each.given = true
        return ripe.at(-1)?.by
      },
      due,
      explain: (at) => ({
        actual: armed.size ? Math.max(...[...armed.values()].map(({ by }) => at - by.at)) : undefined,
        wanted: span,
        flip: armed.size ? `no ${clears.types.join(' or ')} until then` : arms.types.join(' or '),
      }),
      get state() {
        return [...armed] as unknown as Json
      },
    }
  },
}
