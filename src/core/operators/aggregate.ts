import { compileMatch, valueAt } from '../condition.ts'
import type { Match, Range, Window } from '../guide.ts'
import type { Operator } from '../operator.ts'
import { match, object, optional, range, string, window } from '../shape.ts'
import { type Entry, tallyLeaf } from '../tally.ts'

interface Aggregate {
  of: string
  is: Range
  within?: Window
  per?: string
  unless?: Match
}

const valuesKept = 2000

/** An aggregate of a number in each match: non-numbers are ignored, and where nothing matched it is unknown. */
function aggregate(
  name: string,
  reduce: (entries: readonly Entry[]) => number,
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
      return tallyLeaf(
        {
          ...written,
          types,
          read(activity, path) {
            const value = valueAt(activity.properties, written.of)
            return typeof value === 'number' && test(activity, path) ? [value] : []
          },
          cap: valuesKept,
          measure: (entries) => (entries.length ? reduce(entries) : undefined),
        },
        around,
        saved,
      )
    },
  }
}

function fold(combine: (a: number, b: number) => number) {
  return (entries: readonly Entry[]) => {
    let result = entries[0]![1] as number
    for (let index = 1; index < entries.length; index++) result = combine(result, entries[index]![1] as number)
    return result
  }
}

const total = fold((a, b) => a + b)

export const sum = aggregate('sum', total)
export const avg = aggregate('avg', (entries) => total(entries) / entries.length)
export const min = aggregate('min', fold(Math.min))
export const max = aggregate('max', fold(Math.max))
