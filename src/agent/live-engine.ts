import type { Json } from '../core/activity.ts'
import { createEngine, type Engine } from '../core/engine.ts'
import type { Guide } from '../core/guide.ts'
import type { Attempts } from './attempts.ts'
import type { Time } from './time.ts'

/** The engine of this page: another one with every guide, woken in time. */
export interface LiveEngine {
  /** The one in force; before there is a guide one that knows nothing. */
  readonly now: Engine
  /** Whether it has a guide and the visitor's state. */
  readonly begun: boolean
  /** Does what is long about `begin` in a task before it. */
  prepare(guide: Guide, state: Json | undefined): void
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
  /** Another engine is to be as the one before. */
  onBegin(engine: Engine): void
  /** Time alone may change something now. */
  onDue(): void
}

/** Knows no flow and nobody. */
export function emptyEngine(): Engine {
  return createEngine({ format: 1, flows: [] })
}

export function createLiveEngine({ onBegin, onDue, fail, now, after }: LiveEngineOptions): LiveEngine {
  let engine: Engine | undefined
  let prepared: { engine: Engine; guide: Guide; state: Json | undefined } | undefined
  let begun = false
  let look = (engine: Engine) => engine
  let armed: number | undefined
  let disarm: (() => void) | undefined

  function prepare(guide: Guide, state: Json | undefined) {
    if (prepared?.guide !== guide || prepared.state !== state) prepared = { guide, state, engine: make(guide, state) }
  }

  function make(guide: Guide, state: Json | undefined) {
    try {
      return createEngine(guide, { state, live: true })
    } catch (error) {
      // Written by a newer version, or damaged: only this is given up.
      fail('store-failed', 'Reading the state', error)
      return createEngine(guide, { live: true })
    }
  }

  return {
    get now() {
      engine ??= emptyEngine()
      return engine
    },
    get begun() {
      return begun
    },
    prepare,
    begin(guide, state) {
      prepare(guide, state)
      engine = look(prepared!.engine)
      prepared = undefined
      onBegin(engine)
      begun = true
    },
    end() {
      begun = false
    },
    arm() {
      const due = begun ? engine!.due : undefined
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
