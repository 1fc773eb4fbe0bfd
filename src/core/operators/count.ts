import type { Json } from '../activity.ts'
import { compileMatch, valueAt } from '../condition.ts'
import type { Match, Range, Window } from '../guide.ts'
import type { Operator } from '../operator.ts'
import { compileRange } from '../range.ts'
import { match, object, optional, range, string, window } from '../shape.ts'
import { tallyLeaf } from '../tally.ts'

interface Count {
  count: Match
  is: Range
  within?: Window
  per?: string
  distinct?: string
  unless?: Match
}

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
  compile(written, around, saved) {
    const { is, distinct } = written
    const { types, test } = compileMatch(written.count)
    return tallyLeaf(
      {
        ...written,
        types,
        read(activity, path) {
          const value = distinct === undefined ? 0 : valueAt(activity.properties, distinct)
          return value != null && test(activity, path) ? [value as Json] : []
        },
        distinct: distinct !== undefined,
        // Beyond its bounds a range says the same for every number, so no more need to be kept.
        cap: Math.min(compileRange(is).bound, 2000),
        measure: (entries) => entries.length,
        counts: true,
      },
      around,
      saved,
    )
  },
}
