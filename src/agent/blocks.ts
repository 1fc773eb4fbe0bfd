import type { Engine } from '../core/engine.ts'
import type { Flow } from '../core/guide.ts'
import { hasRoom } from '../core/has-room.ts'
import { listen } from '../observers/listen.ts'
import type { Time } from './time.ts'

/** What nothing opens over. The reasons outlive the engine that they hold back. */
export interface Blocks {
  /** Nothing opens while blocked; returns what releases. `only` narrows it to some flows. */
  block(reason: string, only?: (flow: Flow) => boolean): () => void
  /** A block that is on or off. */
  toggle(reason: string, on: boolean, only?: (flow: Flow) => boolean): void
  /** Holds back this engine from now on. */
  hold(engine: Pick<Engine, 'block'>): void
  /** Blocks while the visitor types, and behind the host's dialogs and films; returns what stops that. */
  watch(): () => void
}

export interface BlocksOptions extends Pick<Time, 'now' | 'after'> {
  onRelease(): void
}

interface Block {
  reason: string
  only: ((flow: Flow) => boolean) | undefined
  release: (() => void) | undefined
}

const typingPause = 2000

export function createBlocks({ onRelease, now, after }: BlocksOptions): Blocks {
  const blocks = new Set<Block>()
  const toggled: { [reason: string]: () => void } = {}
  let engine: Pick<Engine, 'block'> | undefined
  let typedAt = -typingPause
  let composing = false

  function block(reason: string, only?: (flow: Flow) => boolean) {
    const block: Block = { reason, only, release: engine?.block(reason, only) }
    blocks.add(block)
    return () => {
      if (blocks.delete(block)) block.release?.()
      onRelease()
    }
  }

  function toggle(reason: string, on: boolean, only?: (flow: Flow) => boolean) {
    if (on) toggled[reason] ??= block(reason, only)
    else {
      toggled[reason]?.()
      delete toggled[reason]
    }
  }

  /** Typing, with an input method or without: only text fields tell an `inputType`. */
  function onInput(event: Event) {
    composing = event.type === 'compositionstart' || (event as InputEvent).isComposing === true
    if (!composing && event.type === 'input' && !('inputType' in event)) return
    typedAt = now()
    if (toggled.typing) return
    toggle('typing', true)
    const release = () => {
      const left = composing ? typingPause : typedAt + typingPause - now()
      if (left > 0) after(left, release)
      else toggle('typing', false)
    }
    after(typingPause, release)
  }

  return {
    block,
    toggle,
    hold(next) {
      engine = next
      for (const block of blocks) block.release = next.block(block.reason, block.only)
    },
    watch() {
      block('dialog', isBehindDialog)
      block('fullscreen', isBehindFilm)
      const unhear = listen('input compositionstart compositionend', onInput)
      // Whether one is open is asked with every firing; that one closed has to be told.
      const unclose = listen('close fullscreenchange', () => block('dialog')())
      return () => {
        unhear()
        unclose()
      }
    },
  }
}

/** Whether something fills the whole screen that has no room for a surface: all else is inert. */
function isBehindFilm(): boolean {
  const { fullscreenElement } = document
  return !!fullscreenElement && !hasRoom(fullscreenElement)
}

/** Whether a modal dialog of the host is open in which a flow's first target is not. */
function isBehindDialog({ steps }: Flow): boolean {
  const target = Array.isArray(steps) ? steps[0]?.target : undefined
  const css = typeof target === 'object' ? target.css : target
  for (const dialog of document.getElementsByTagName('dialog')) {
    if (!dialog.matches(':modal')) continue
    try {
      const selector = css!.replace(/^@(.*)/, '[data-foothold="$1"]').split('>>>')[0]!
      if (!dialog.querySelector(selector)) return true
    } catch {
      return true
    }
  }
  return false
}
