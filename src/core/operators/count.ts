import type { Json } from '../activity.ts'
import { compileMatch } from '../condition.ts'
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

/** The number of matches in the window fits; `per`: for any one value; `distinct`: counts distinct values; `unless` clears. */
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
    const { fits, bound } = compileRange(written.is)
    return tallyLeaf(
      {
        ...written,
        counted: compileMatch(written.count),
        fits,
        // Beyond its bounds a range says the same for every number, so no more need to be kept.
        cap: Math.min(Math.ceil(bound) + 1, 2000),
        measure: (entries, from) => entries.length - from,
      },
      around,
      saved as Json,
    )
  },
}
