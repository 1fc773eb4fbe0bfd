import { parseDuration } from './duration.ts'
import type { Duration, Range } from './guide.ts'

/** A range, ready to be asked about numbers or milliseconds. */
export interface CompiledRange {
  fits(value: number): boolean
  /** Beyond this number the answer no longer changes. */
  bound: number
  /** For a value that grows from `start` at, one a moment: the next moment after `at` at which the answer can change. */
  flip(start: number, at: number): number | undefined
}

export function compileRange(range: Range): CompiledRange {
  const bounds = Object.entries(range).map(([name, wanted]) => [name, parseBound(wanted)] as const)
  // A comparison with b changes its answer at b or one later.
  const moments = bounds.flatMap(([, bound]) => [Math.ceil(bound), Math.floor(bound) + 1]).sort((a, b) => a - b)
  return {
    fits: (value) =>
      bounds.every(([name, bound]) =>
        name === '$eq' ? value === bound
        : name === '$ne' ? value !== bound
        : name === '$gt' ? value > bound
        : name === '$gte' ? value >= bound
        : name === '$lt' ? value < bound
        : value <= bound),
    bound: Math.max(1, ...moments),
    flip(start, at) {
      const moment = moments.find((each) => start + each > at)
      return moment === undefined ? undefined : start + moment
    },
  }
}

function parseBound(wanted: Duration): number {
  return typeof wanted === 'number' ? wanted : parseDuration(wanted)
}
