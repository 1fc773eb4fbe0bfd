import type { Duration } from './guide.ts'

/** What a duration is called and looks like, for error messages. */
export const durationExample = '"500ms", "20s", "3m", "24h", "7d" or a number of milliseconds'

/**
 * Milliseconds of a duration; `NaN` for what is none.
 *
 * @example parseDuration('3m') // 180000
 */
export function parseDuration(duration: Duration): number {
  if (typeof duration === 'number') return duration >= 0 && duration < Infinity ? duration : NaN
  const [, count, unit] = /^(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h|d)$/.exec(duration) ?? []
  return unit ? +count! * { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 }[unit as 'ms'] : NaN
}
