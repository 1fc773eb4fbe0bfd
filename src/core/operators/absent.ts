import { type Activity, compareActivities, type Json } from '../activity.ts'
import { compileMatch } from '../condition.ts'
import { parseDuration } from '../duration.ts'
import type { Duration, Match } from '../guide.ts'
import { heard, type Operator, valuesReader } from '../operator.ts'
import { duration, match, object, optional, string } from '../shape.ts'

interface Absent {
  absent: Match
  after: Match
  for: Duration
  same?: string
}

const keysKept = 200

/** `for` has passed since the latest `after` with no `absent` since; a newer `after` restarts the wait. */
export const absent: Operator<Absent> = {
  name: 'absent',
  kind: 'state',
  shape: object({ absent: match, after: match, for: duration, same: optional(string) }),
  hears: ({ absent, after }) => heard(undefined, absent, after),
  compile({ absent, after, for: wait, same }) {
    const [clears, arms] = [compileMatch(absent), compileMatch(after)]
    const span = parseDuration(wait)
    const valuesOf = same === undefined ? () => [''] : valuesReader(same)
    return (_, saved) => {
      // By value of `same`, in order of time: what armed it, and whether its edge was given.
      const armed = new Map(saved as unknown as [string, { by: Activity; given: boolean }][] | undefined)
      const ripens = (given?: boolean) => {
        for (const each of armed.values()) if (given || !each.given) return each.by.at + span
        return undefined
      }
      return {
        hear(activity, path, late) {
          const values = valuesOf(activity)
          if (clears.test(activity, path))
            for (const key of values.length ? values : [...armed.keys()])
              if (!late || (armed.get(key) && compareActivities(armed.get(key)!.by, activity) < 0)) armed.delete(key)
          if (!late && arms.test(activity, path))
            for (const key of values) {
              armed.delete(key)
              armed.set(key, { by: activity, given: false })
              if (armed.size > keysKept) armed.delete(armed.keys().next().value!)
            }
        },
        value: (at) => ripens(true)! <= at,
        edge(at) {
          let edge: Activity | undefined
          for (const each of armed.values())
            if (!each.given && each.by.at + span <= at) {
              each.given = true
              edge = each.by
            }
          return edge
        },
        due: () => ripens(),
        explain(at, turned) {
          const [first, second] = armed
          if (!first) return { flip: { more: 1, match: after, wait: span } }
          const [key, { by }] = first
          const of = same === undefined ? {} : { of: { [same]: key } }
          return {
            actual: at - by.at,
            by: { type: by.type, at: by.at },
            ...of,
            // It is over for one value only.
            ...(!turned &&
              !(second && second[1].by.at + span <= at) && {
                flip: { more: 1, match: absent, ...(of.of && { with: of.of }) },
              }),
          }
        },
        get state() {
          return [...armed] as unknown as Json
        },
      }
    }
  },
}
