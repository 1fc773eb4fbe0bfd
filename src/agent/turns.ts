import type { Attempts } from './attempts.ts'

/** Lets things happen in order and one at a time: what comes while another is under way waits for its turn. */
export interface Turns {
  enter(run: () => void): void
  /** Lets in what waits. */
  go(): void
}

export interface TurnsOptions extends Pick<Attempts, 'attempt'> {
  /** Whether anything may happen yet. */
  ready(): boolean
  /** All that waited has happened. */
  onDone(): void
}

/** So much is kept until anything may happen. */
const mostWaiting = 200

export function createTurns({ ready, onDone, attempt }: TurnsOptions): Turns {
  const waiting: (() => void)[] = []
  let busy = false

  function go() {
    if (busy || !ready()) return
    busy = true
    while (waiting.length && ready()) attempt('invalid-activity', 'An activity', waiting.shift()!)
    busy = false
    onDone()
  }

  return {
    enter(run) {
      if (!ready() && waiting.length >= mostWaiting) return
      waiting.push(run)
      go()
    },
    go,
  }
}
