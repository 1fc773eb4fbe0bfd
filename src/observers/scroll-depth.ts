import { all, listen } from './listen.ts'
import type { Observer } from './observer.ts'
import { onNavigate } from './on-navigate.ts'
import { pathOf } from './page-of.ts'

/**
 * Reports `Page Scrolled` {percent, path} when a visitor has scrolled to 25, 50, 75 and 100 percent of the page, each
 * once per page view and in this order: how much of its height has come into view, as Google Analytics and Tag Manager
 * count. Where an app scrolls a part of its page, a scroller of half the window or more is the page. It is looked at when
 * scrolling ends, never in between; a page that is not scrolled reports nothing.
 */
export function scrollDepth(): Observer {
  return {
    name: 'scroll-depth',
    watch(report, context) {
      let deepest = 0
      let path = pathOf()
      let cancel = () => {}
      const look = ({ target }: Event) => {
        const scroller = target instanceof Element ? target : document.scrollingElement!
        const { scrollTop, clientHeight, clientWidth, scrollHeight } = scroller
        if (clientHeight * 2 < innerHeight || clientWidth * 2 < innerWidth || scrollHeight <= clientHeight) return
        // Zoomed pages end at fractions of a pixel.
        const percent = ((scrollTop + clientHeight + 1) / scrollHeight) * 100
        for (const mark of [25, 50, 75, 100]) {
          if (mark <= deepest || mark > percent) continue
          deepest = mark
          report({ type: 'Page Scrolled', properties: { percent: mark, path } })
        }
      }
      return all([
        'onscrollend' in window
          ? listen('scrollend', look)
          : listen('scroll', (event) => {
              cancel()
              cancel = context.after(150, () => look(event))
            }),
        onNavigate(context, () => {
          if (path !== pathOf()) deepest = 0
          path = pathOf()
        }),
        listen('pageshow', (event: PageTransitionEvent) => {
          if (event.persisted) deepest = 0
        }),
        () => cancel(),
      ])
    },
  }
}
