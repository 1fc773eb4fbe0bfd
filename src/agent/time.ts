import type { Attempts } from './attempts.ts'

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs once after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void
  /** Moves time on: the inspector offers it where a clock has it. */
  forward?(ms: number): void
}

/** Time as this page has it, whatever its clock does. */
export interface Time {
  /** Milliseconds since the epoch; never goes back. */
  now(): number
  /** Runs once after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void
  /** Runs in a task of its own, so that what is long is not longer: the page can draw and hear in between. */
  soon(run: () => void): void
  /** Runs when the page has nothing else to do. */
  whenIdle(run: () => void): void
  /** Cancels all that waits, and takes no more. */
  stop(): void
}

const longestTimer = 2 ** 31 - 1

// As they were when this module was loaded: a host may patch them later.
const { setTimeout, clearTimeout } = globalThis
const pageClock: Clock = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

export function createTime(clock: Clock = pageClock, attempt: Attempts['attempt']): Time {
  const waiting = new Set<() => void>()
  let latest = 0
  let stopped = false

  /** Until it ran, what `schedule` returns can be cancelled. */
  function wait(what: string, run: () => void, schedule: (run: () => void) => () => void) {
    if (stopped) return () => {}
    const cancel = () => {
      waiting.delete(cancel)
      stop?.()
    }
    const stop = attempt('host-failed', 'The clock', () =>
      schedule(() => {
        waiting.delete(cancel)
        attempt('host-failed', what, run)
      }),
    )
    waiting.add(cancel)
    return cancel
  }

  return {
    now() {
      latest = Math.max(latest, Math.floor(attempt('host-failed', 'The clock', clock.now) as number) || latest)
      return latest
    },
    after: (ms, run) => wait('A timer', run, (run) => clock.after(Math.min(ms, longestTimer), run)),
    soon(run) {
      wait('A task', run, (run) => {
        if (document.hidden) {
          // Nobody is disturbed there, and timers are slow.
          queueMicrotask(() => stopped || run())
          return () => {}
        }
        const timer = setTimeout(run)
        return () => clearTimeout(timer)
      })
    },
    whenIdle(run) {
      wait('Idle work', run, (run) => {
        const { requestIdleCallback = (run: () => void) => +setTimeout(run, 200), cancelIdleCallback = clearTimeout } =
          globalThis
        const idle = requestIdleCallback(run)
        return () => cancelIdleCallback(idle)
      })
    },
    stop() {
      stopped = true
      for (const cancel of waiting) attempt('host-failed', 'The clock', cancel)
    },
  }
}
