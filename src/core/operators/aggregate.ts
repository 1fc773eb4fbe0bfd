import { compileMatch, reader } from '../condition.ts'
import type { Match, Range, Window } from '../guide.ts'
import type { Operator } from '../operator.ts'
import { match, object, optional, range, string, window } from '../shape.ts'
import { tallyLeaf } from '../tally.ts'

interface Aggregate {
  of: string
  is: Range
  within?: Window
  per?: string
  unless?: Match
}

/** An aggregate of a number in each match: non-numbers are ignored, and where nothing matched it is unknown. */
function aggregate(
  name: string,
  reduce: (a: number, b: number) => number,
  measure: (total: number, times: number) => number = (total) => total,
): Operator<Aggregate & { [name: string]: unknown }> {
  return {
    name,
    kind: 'state',
    shape: object({
      [name]: match,
      of: string,
      is: range,
      within: optional(window),
      per: optional(string),
      unless: optional(match),
    }),
    compile(written, around, saved) {
      const { types, test } = compileMatch(written[name] as Match)
      const read = reader(written.of)
      return tallyLeaf(
        {
          ...written,
          types,
          read(activity, path) {
            const value = read(activity.properties)
            return typeof value === 'number' && test(activity, path) ? [activity.at, value] : undefined
          },
          reduce,
          measure: (total, times) => (times ? measure(total, times) : undefined),
        },
        around,
        saved,
      )
    },
  }
}

const add = (a: number, b: number) => a + b

export const sum = aggregate('sum', add)
export const avg = aggregate('avg', add, (total, times) => total / times)
export const min = aggregate('min', Math.min)
export const max = aggregate('max', Math.max)
