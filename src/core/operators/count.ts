import type { Json } from '../activity.ts'
import { compileMatch, reader } from '../condition.ts'
import type { Match, Range, Window } from '../guide.ts'
import { heard, type Operator } from '../operator.ts'
import { compileRange } from '../range.ts'
import { match, object, optional, range, string, window } from '../shape.ts'
import { tally } from '../tally.ts'

interface Count {
  count: Match
  is: Range
  within?: Window
  per?: string
  distinct?: string
  unless?: Match
}

/** What is told apart, whatever the range. */
const told = 2000

/** The number of matches in the window fits; `per`: for any value; `distinct`: of distinct values; `unless` clears. */
export const count: Operator<Count> = {
  name: 'count',
  kind: 'state',
  shape: object({
    count: match,
    is: range,
    within: optional(window),
    per: optional(string),
    distinct: optional(string),
    unless: optional(match),
  }),
  hears: ({ count, within, unless }) => heard(within, count, unless),
  compile(written) {
    const { is, distinct } = written
    const { test } = compileMatch(written.count)
    const readValue = distinct === undefined ? undefined : reader(distinct)
    // Beyond its bounds a range says the same for every number, so no more need to be kept.
    const { bound } = compileRange(is)
    return tally({
      ...written,
      read(activity, path) {
        const value = readValue ? readValue(activity.properties) : 0
        return value != null && test(activity, path) ? [activity.at, value as Json] : undefined
      },
      cap: bound <= told ? bound : readValue ? told : undefined,
      reduce: (total) => total,
      measure: (_, times) => times,
      counts: true,
      tries: () => [{ match: written.count, value: 0, most: Math.min(bound, told) }],
    })
  },
}
