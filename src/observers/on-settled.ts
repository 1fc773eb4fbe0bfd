import { all, listen } from './listen.ts'
import type { ObserverContext } from './observer.ts'
import { onNavigate } from './on-navigate.ts'
import { pathOf } from './page-of.ts'

/**
 * Calls `scan` when the document has likely settled: a few times after the start, after `load` and after each
 * navigation (`last` says that no more follow), so that a page at rest has no timer and its DOM is not observed.
 * `left` is called at once when a single-page app moves to another page, and with `restored` when the whole page
 * comes back from the back/forward cache.
 */
export function onSettled(
  context: ObserverContext,
  scan: (last: boolean) => void,
  left: (restored?: boolean) => void,
): () => void {
  let cancel = () => {}
  const wait = (turn: number) => {
    cancel()
    cancel = context.after(looks[turn]!, () => {
      const last = !looks[turn + 1]
      if (!last) wait(turn + 1)
      try {
        scan(last)
      } catch {}
    })
  }
  let path = pathOf()
  wait(0)
  return all([
    onNavigate(context, () => {
      if (path !== pathOf()) left()
      path = pathOf()
      wait(0)
    }),
    listen('pageshow', (event: PageTransitionEvent) => {
      if (event.persisted) left(true)
      wait(0)
    }),
    () => cancel(),
  ])
}

/** The app has rendered; its data have come; they have come late. Each counts from the one before. */
const looks = [50, 500, 2500]
