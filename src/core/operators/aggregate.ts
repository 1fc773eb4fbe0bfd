import { compileMatch, valueAt } from '../condition.ts'
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

const valuesKept = 2000

/** An aggregate of a number in each match: non-numbers are ignored, and where nothing matched it is unknown. */
function aggregate(name: string, reduce: (values: number[]) => number): Operator<Aggregate & { [name: string]: unknown }> {
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
      return tallyLeaf(
        {
          ...written,
          types,
          read(activity, path) {
            const value = valueAt(activity.properties, written.of)
            return typeof value === 'number' && test(activity, path) ? [value] : []
          },
          cap: valuesKept,
          measure: (entries) => (entries.length ? reduce(entries.map(([, value]) => value as number)) : undefined),
        },
        around,
        saved,
      )
    },
  }
}

const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0)

export const sum = aggregate('sum', total)
export const avg = aggregate('avg', (values) => total(values) / values.length)
export const min = aggregate('min', (values) => Math.min(...values))
export const max = aggregate('max', (values) => Math.max(...values))
