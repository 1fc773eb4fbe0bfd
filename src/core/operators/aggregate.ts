import { compileMatch, reader } from '../condition.ts'
import type { Match, Range, Window } from '../guide.ts'
import { heard, type Operator } from '../operator.ts'
import { compileRange } from '../range.ts'
import { match, object, optional, range, string, window } from '../shape.ts'
import { tally } from '../tally.ts'

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
  /** The value that brings it to a bound. */
  solve: (bound: number, total: number, times: number) => number = (bound) => bound,
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
    hears: (written) => heard(written.within, written[name] as Match, written.unless),
    compile(written) {
      const match = written[name] as Match
      const { test } = compileMatch(match)
      const { bounds } = compileRange(written.is)
      const read = reader(written.of)
      return tally({
        ...written,
        read(activity, path) {
          const value = read(activity.properties)
          return typeof value === 'number' && test(activity, path) ? [activity.at, value] : undefined
        },
        reduce,
        measure: (total, times) => (times ? measure(total, times) : undefined),
        tries: ({ total, times }) =>
          bounds
            .map((bound) => solve(bound, times ? total : 0, times))
            .flatMap((value) => [Math.ceil(value), Math.floor(value) + 1, Math.floor(value), Math.ceil(value) - 1])
            .filter((value) => value >= 0)
            .map((value) => ({ match, value, with: { [written.of]: value } })),
      })
    },
  }
}

const add = (a: number, b: number) => a + b

export const sum = aggregate('sum', add, undefined, (bound, total) => bound - total)
export const avg = aggregate(
  'avg',
  add,
  (total, times) => total / times,
  (bound, total, times) => bound * (times + 1) - total,
)
export const min = aggregate('min', Math.min)
export const max = aggregate('max', Math.max)
