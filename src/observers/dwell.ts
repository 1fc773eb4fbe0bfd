import { all, listen } from './listen.ts'
import type { Observer } from './observer.ts'
import { onNavigate } from './on-navigate.ts'
import { pathOf } from './page-of.ts'

/**
 * Reports `Page Dwelled` {seconds, path} when a page has been in sight for so many seconds, once per page view and mark.
 * For destinations that want such marks: the trigger `{ "dwell": ["/pricing"], "is": { "$gte": "40s" } }` needs no
 * observer. One timer, none after the last mark or while the tab is hidden.
 */
export function dwell({ marks = [10, 30, 60] }: DwellOptions = {}): Observer {
  return {
    name: 'dwell',
    watch(report, context) {
      const inOrder = [...new Set(marks)].sort((a, b) => a - b)
      let path = pathOf()
      let reached = 0
      /** Milliseconds in sight, up to `since`. */
      let seen = 0
      let since = context.now()
      let cancel = () => {}
      const pause = () => {
        cancel()
        cancel = () => {}
        seen += Math.max(0, context.now() - since)
      }
      const go = () => {
        since = context.now()
        const seconds = inOrder[reached]
        if (document.hidden || seconds === undefined) return
        cancel = context.after(Math.max(0, seconds * 1000 - seen), () => {
          pause()
          reached++
          report({ type: 'Page Dwelled', properties: { seconds, path }, interaction: false })
          go()
        })
      }
      const begin = () => {
        cancel()
        path = pathOf()
        reached = seen = 0
        go()
      }
      go()
      return all([
        onNavigate(context, () => path !== pathOf() && begin()),
        listen('pageshow', (event: PageTransitionEvent) => event.persisted && begin()),
        listen('visibilitychange', () => {
          if (document.hidden) pause()
          else {
            cancel()
            go()
          }
        }),
        () => cancel(),
      ])
    },
  }
}

export interface DwellOptions {
  /** Seconds in sight that are reported. @default [10, 30, 60] */
  marks?: number[]
}
