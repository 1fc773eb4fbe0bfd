import type { Duration } from './guide.ts'

/**
 * Milliseconds of a duration; `NaN` for what is none.
 *
 * @example parseDuration('3m') // 180000
 */
export function parseDuration(duration: Duration): number {
  if (typeof duration === 'number') return duration >= 0 && duration < Infinity ? duration : NaN
  const [, count, unit] = /^(\d{1,15})(ms|s|m|h|d)$/.exec(duration) ?? []
  return +count! * { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 }[unit as 'ms']
}
