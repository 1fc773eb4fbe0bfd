import { parseDuration } from './duration.ts'
import type { Duration, Range } from './guide.ts'

/** A range, ready to be asked about numbers or milliseconds. */
export interface CompiledRange {
  fits(value: number): boolean
  /** What is compared with. */
  bounds: number[]
  /** Beyond this number the answer no longer changes. */
  bound: number
  /** Has no upper bound: what does not fit will not by getting less. */
  rising: boolean
  /** For a value that grows from `start` at, one a moment: the next moment after `at` at which the answer changes. */
  flip(start: number, at: number): number | undefined
}

export function compileRange(range: Range): CompiledRange {
  const bounds = Object.entries(range).map(([name, wanted]) => [name, parseBound(wanted)] as const)
  // A comparison with b changes its answer at b or one later.
  const moments = bounds.flatMap(([, bound]) => [Math.ceil(bound), Math.floor(bound) + 1]).sort((a, b) => a - b)
  const tests = bounds.map(([name, bound]) => compare(name, bound))
  const fits = tests.length === 1 ? tests[0]! : (value: number) => tests.every((test) => test(value))
  return {
    fits,
    bounds: bounds.map(([, bound]) => bound),
    bound: Math.max(1, ...moments),
    rising: bounds.every(([name]) => name.startsWith('$gt')),
    flip(start, at) {
      const now = fits(at - start)
      const moment = moments.find((each) => start + each > at && fits(each) !== now)
      return moment === undefined ? undefined : start + moment
    },
  }
}

function parseBound(wanted: Duration): number {
  return typeof wanted === 'number' ? wanted : parseDuration(wanted)
}

function compare(name: string, bound: number): (value: number) => boolean {
  switch (name) {
    case '$eq':
      return (value) => value === bound
    case '$ne':
      return (value) => value !== bound
    case '$gt':
      return (value) => value > bound
    case '$gte':
      return (value) => value >= bound
    case '$lt':
      return (value) => value < bound
    default:
      return (value) => value <= bound
  }
}
