import type { ObserverContext } from '../../src/observers/observer.ts'

/** Time that only moves when it is told to, with the verbs of an observer's context. */
export interface Clock extends ObserverContext {
  /** Moves on and runs what falls due, each at its own time. */
  advance(ms: number): void
  /** How many `after`s wait. */
  readonly waiting: number
}

export function clock(at = Date.UTC(2026, 0, 5, 9)): Clock {
  const waiting = new Set<{ at: number; run: () => void }>()
  return {
    now: () => at,
    after(ms, run) {
      const entry = { at: at + ms, run }
      waiting.add(entry)
      return () => void waiting.delete(entry)
    },
    advance(ms) {
      const end = at + ms
      for (;;) {
        const due = [...waiting].filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0]
        if (!due) break
        waiting.delete(due)
        at = Math.max(at, due.at)
        due.run()
      }
      at = end
    },
    get waiting() {
      return waiting.size
    },
  }
}
