import type { Attempts } from './attempts.ts'

/** Who wants to know when something changed: told once for all that happens at once. */
export interface Subscribers<Told> {
  /** Returns what takes it off. */
  add(run: (told: Told) => void): () => void
  tell(): void
  clear(): void
}

export function createSubscribers<Told>(what: () => Told, attempt: Attempts['attempt']): Subscribers<Told> {
  const all = new Set<(told: Told) => void>()
  let telling = false

  return {
    add(run) {
      all.add(run)
      return () => all.delete(run)
    },
    tell() {
      if (telling || !all.size) return
      telling = true
      queueMicrotask(() => {
        telling = false
        for (const run of all) attempt('host-failed', 'A subscriber', () => run(what()))
      })
    },
    clear: () => all.clear(),
  }
}
