import { heard } from './heard.ts'
import type { Observer } from './observer.ts'
import { onSettled } from './on-settled.ts'

/**
 * Reports what a page tells PostHog: every `posthog.capture()`, by the documented `posthog.on('eventCaptured')`, from the
 * moment PostHog is loaded. Names stay as they are; PostHog's own (`$pageview`, `$autocapture` …) are left out, and so are
 * the properties it adds. Of the others stay those that `heard` lets through, or of these the ones in `only`.
 */
export function posthog({ posthog, only }: PosthogOptions = {}): Observer {
  return {
    name: 'posthog',
    watch(report, context) {
      let off: unknown
      let listening = false
      let stopped = false
      const onCaptured = ({ event, properties }: { event?: unknown; properties?: unknown }) => {
        const told = stopped || `${event}`.startsWith('$') ? undefined : heard(event, properties, only)
        if (told) report(told)
      }
      const look = () => {
        const found = posthog ?? (window as { posthog?: PosthogEmitter }).posthog
        if (listening || typeof found?.on !== 'function') return
        listening = true
        off = found.on('eventCaptured', onCaptured)
      }
      look()
      const stop = listening ? () => {} : onSettled(context, look, () => {})
      return () => {
        stopped = true
        stop()
        if (typeof off === 'function') off()
      }
    },
  }
}

export interface PosthogOptions {
  /** An instance of the package `posthog-js`. @default window.posthog */
  posthog?: PosthogEmitter
  /** Names of the properties that are taken over, at most. */
  only?: string[]
}

/** What is needed of `posthog`. */
export interface PosthogEmitter {
  on(name: 'eventCaptured', run: (captured: { event?: unknown; properties?: unknown }) => void): unknown
}
