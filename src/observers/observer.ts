import type { Report } from '../core/activity.ts'

/**
 * Watches the page and reports activities.
 *
 * @example
 * export function copied(): Observer {
 *   return {
 *     name: 'copied',
 *     watch(report) {
 *       const onCopy = () => report({ type: 'Text Copied' })
 *       document.addEventListener('copy', onCopy)
 *       return () => document.removeEventListener('copy', onCopy)
 *     },
 *   }
 * }
 */
export interface Observer {
  name: string
  /** Starts watching; returns the function that stops it and leaves nothing behind. */
  watch(report: (activity: Report) => void, context: ObserverContext): () => void
}

/** What an observer is given beside `report`: time as data, so that a test or the demo can move it. */
export interface ObserverContext {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs once after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void
}
