import type { Clock } from '../agent/time.ts'
import { parseDuration } from '../core/duration.ts'
import type { Duration } from '../core/guide.ts'

export interface FakeClock extends Clock {
  /** Lets time pass, e.g. `'3m'` or milliseconds; what falls due runs at its own time. Below zero it is set back. */
  advance(by: Duration): void
  /** How many timers are set. */
  readonly timers: number
}

/**
 * Time that only passes when a test says so, for `createFoothold({ clock })` and for observers.
 *
 * @param start Milliseconds since the epoch. @default a Monday, 2026-01-05T12:00Z
 * @example
 * const clock = fakeClock()
 * const foothold = createFoothold({ source, clock })
 * clock.advance('3m')
 */
export function fakeClock(start: number = Date.UTC(2026, 0, 5, 12)): FakeClock {
  let now = start
  const timers = new Set<{ at: number; run: () => void }>()
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(by) {
      const end = now + (typeof by === 'number' ? by : parseDuration(by))
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (!next) break
        now = Math.max(now, next.at)
        timers.delete(next)
        next.run()
      }
      now = end
    },
    get timers() {
      return timers.size
    },
  }
}
