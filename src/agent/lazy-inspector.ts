import type { Inspected, Inspector } from '../inspector/inspector.ts'
import type { Attempts } from './attempts.ts'

/** The inspector, which is loaded when it is opened. */
export interface LazyInspector {
  open(): Promise<void>
  /** Opens it if it was asked for: in the address, or in this tab when it was left open. */
  openIfAsked(): Promise<void> | undefined
  stop(): void
}

export function createLazyInspector(inspected: Inspected, { fail }: Pick<Attempts, 'fail'>): LazyInspector {
  let inspector: Inspector | undefined

  async function open() {
    try {
      const { createInspector } = await import('../inspector/inspector.ts')
      inspector ??= createInspector(inspected)
      inspector.open()
    } catch (error) {
      fail('chunk-failed', 'inspect()', error)
    }
  }

  return {
    open,
    openIfAsked() {
      try {
        if ((location.search + Object.keys(sessionStorage)).includes('foothold=inspect')) return open()
      } catch {
        // refused storage remembers nothing
      }
    },
    stop() {
      inspector?.stop()
      inspector = undefined
    },
  }
}
