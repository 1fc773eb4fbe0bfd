import type { Attempts } from './attempts.ts'
import type { Json } from './core/activity.ts'
import { createEngine, type Engine } from './core/engine.ts'
import type { Guide } from './core/guide.ts'
import type { Time } from './time.ts'

/** The engine of this page: one that knows nothing before there is a guide, another one with every guide, woken in time. */
export interface LiveEngine {
  /** The one in force. */
  readonly now: Engine
  /** Whether it has a guide and the visitor's state. */
  readonly begun: boolean
  /** Goes on from a state. One that cannot be read is given up. */
  begin(guide: Guide, state: Json | undefined): void
  /** The visitor is no longer the one it knows. */
  end(): void
  /** Sets the one timer that serves it. */
  arm(): void
  /** Somebody looks on, from the next `begin`. */
  watch(look: (engine: Engine) => Engine): void
}

export interface LiveEngineOptions extends Pick<Time, 'now' | 'after'>, Pick<Attempts, 'fail'> {
  /** Makes another engine like the one before. */
  prepare(engine: Engine): void
  /** Time alone may change something now. */
  onDue(): void
}

/** Knows no flow and nobody. */
export function emptyEngine(): Engine {
  return createEngine({ format: 1, flows: [] })
}

export function createLiveEngine({ prepare, onDue, fail, now, after }: LiveEngineOptions): LiveEngine {
  let engine = emptyEngine()
  let begun = false
  let look = (engine: Engine) => engine
  let armed: number | undefined
  let disarm: (() => void) | undefined

  return {
    get now() {
      return engine
    },
    get begun() {
      return begun
    },
    begin(guide, state) {
      let next: Engine
      try {
        next = createEngine(guide, { state, live: true })
      } catch (error) {
        // Written by a newer version, or damaged: only this is given up.
        fail('store-failed', 'Reading the state', error)
        next = createEngine(guide, { live: true })
      }
      engine = look(next)
      prepare(engine)
      begun = true
    },
    end() {
      begun = false
    },
    arm() {
      const due = begun ? engine.due : undefined
      // Too early does no harm: what is not due yet is armed again then.
      if (due === armed || (due && armed && armed < due)) return
      disarm?.()
      armed = due
      disarm =
        due === undefined
          ? undefined
          : after(Math.max(due - now(), 0), () => {
              armed = undefined
              onDue()
            })
    },
    watch(onlooker) {
      look = onlooker
    },
  }
}
