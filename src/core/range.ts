import { parseDuration } from './duration.ts'
import type { Range } from './guide.ts'

/** A range, ready to be asked about numbers or milliseconds. */
export interface CompiledRange {
  fits(value: number): boolean
  /** Beyond this number the answer no longer changes. */
  bound: number
  /** For a value that grows with time from `start`: the next moment after `at` at which the answer can change. */
  flip(start: number, at: number): number | undefined
}

const compare: Record<string, (value: number, bound: number) => boolean> = {
  $eq: (value, bound) => value === bound,
  $ne: (value, bound) => value !== bound,
  $gt: (value, bound) => value > bound,
  $gte: (value, bound) => value >= bound,
  $lt: (value, bound) => value < bound,
  $lte: (value, bound) => value <= bound,
}

export function compileRange(range: Range): CompiledRange {
  const tests = Object.entries(range).map(([name, wanted]) => ({ test: compare[name]!, bound: typeof wanted === 'number' ? wanted : parseDuration(wanted) }))
  const bounds = tests.map(({ bound }) => bound)
  return {
    fits: (value) => tests.every(({ test, bound }) => test(value, bound)),
    bound: Math.max(0, ...bounds),
    flip(start, at) {
      // A comparison with b changes its answer at b or one millisecond later.
      const moments = bounds.flatMap((bound) => [start + bound, start + bound + 1]).filter((moment) => moment > at)
      return moments.length ? Math.min(...moments) : undefined
    },
  }
}
