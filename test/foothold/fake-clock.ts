import type { Clock } from '../../src/foothold.ts'

export interface FakeClock extends Clock {
  /** Lets time pass; what is due runs at its own time. */
  pass(ms: number): void
  /** How many timers are set. */
  readonly timers: number
}

/** Time that only passes when a test says so. */
export function fakeClock(start = Date.UTC(2026, 0, 5, 12)): FakeClock {
  let now = start
  const timers = new Set<{ at: number; run: () => void }>()
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    pass(ms) {
      const end = now + ms
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
