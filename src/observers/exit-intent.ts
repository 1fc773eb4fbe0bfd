import { all, listen } from './listen.ts'
import type { Observer } from './observer.ts'
import { pathOf } from './page-of.ts'

/**
 * Reports `Exit Intended` {by, path}, each time it looks as if the visitor were about to leave:
 *
 * - `by: 'pointer'`: a mouse leaves the page through its top, towards tabs and address, with no button held. This is what
 *   Ouibounce and Formbricks go by. Leaving into a frame or the list of a `<select>` is none, nor is the first second.
 * - `by: 'scroll'`: with a finger, where nothing hovers: a swipe back up, at two pixels a millisecond or more over 100 ms,
 *   that arrives within one screen of the top from below it, where phones show their tabs and address again. A guess,
 *   as all such rules are (page builders take one to three pixels a millisecond). A page that scrolls itself is none.
 *
 * Going back is not held up, nor is the history touched. That the tab is hidden is `Page Hidden`.
 */
export function exitIntent(): Observer {
  return {
    name: 'exit-intent',
    watch(report, context) {
      const startedAt = context.now()
      const tell = (by: string) => report({ type: 'Exit Intended', properties: { by, path: pathOf() } })

      let swipedAt = Number.NEGATIVE_INFINITY
      /** Where the way up began, or stopped being fast. */
      let from: { top: number; at: number } | undefined
      const onScroll = ({ target }: Event) => {
        if (target !== document) return
        const top = scrollY
        const at = context.now()
        // Where no finger has moved within a second the page scrolls itself.
        if (!from || top > from.top || at - swipedAt > 1000) from = { top, at }
        else if (at - from.at >= 100) {
          const fast = from.top - top >= 2 * (at - from.at)
          const arrived = top < innerHeight && from.top >= innerHeight
          if (fast && arrived) tell('scroll')
          if (!fast || arrived) from = { top, at }
        }
      }
      return all([
        listen('mouseout', ({ relatedTarget, target, clientY, buttons }: MouseEvent) => {
          if (relatedTarget || clientY > 0 || buttons || context.now() - startedAt < 1000) return
          if (!/^(select|option|iframe)$/.test((target as Element).localName)) tell('pointer')
        }),
        ...(matchMedia('(hover: none)').matches
          ? [
              listen('touchmove', () => {
                swipedAt = context.now()
              }),
              listen('scroll', onScroll),
            ]
          : []),
      ])
    },
  }
}
