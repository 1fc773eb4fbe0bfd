import type { Page, Properties } from '../core/activity.ts'
import { all, listen } from './listen.ts'
import type { Observer } from './observer.ts'
import { onNavigate } from './on-navigate.ts'
import { pageOf, pathOf } from './page-of.ts'

/**
 * Reports `Page Viewed` at the start, on navigation in a single-page app and on return from the back/forward cache;
 * `Page Left` with the seconds since then and those of them in which the tab was visible; `Page Hidden` and
 * `Page Shown`. A page that is viewed in a hidden tab is followed by `Page Hidden`; one that is prerendered is
 * viewed when it is activated. A change of query, state or hash alone reports nothing, but for the hash of a hash
 * router (`#/cart`), which is a part of the path.
 */
export function pageViews({ hash }: PageViewsOptions = {}): Observer {
  return {
    name: 'page-views',
    watch(report, context) {
      /** Absent between two pages. */
      let page: Page | undefined
      let referrer: string | undefined
      let startedAt: number
      let measuredAt: number
      let engaged: number
      let cancel: (() => void) | undefined

      const tell = (type: string, properties?: Properties) => report({ type, properties, interaction: false, page })
      const tellVisibility = () => tell(document.hidden ? 'Page Hidden' : 'Page Shown')
      const measure = (wasVisible: boolean) => {
        const at = context.now()
        if (wasVisible) engaged += Math.max(0, at - measuredAt) / 1000
        measuredAt = at
      }
      const view = () => {
        cancel?.()
        cancel = undefined
        page = pageOf(hash, referrer)
        const { device, ...properties } = page
        report({ type: 'Page Viewed', properties, page })
        if (document.hidden) tellVisibility()
      }
      const leave = () => {
        // Left before the app could set its title.
        if (cancel) view()
        if (!page) return
        measure(!document.hidden)
        tell('Page Left', { path: page.path, seconds: Math.max(0, measuredAt - startedAt) / 1000, engaged })
        referrer = location.origin + page.path
        page = undefined
      }
      const begin = (show: () => void) => {
        engaged = 0
        startedAt = measuredAt = context.now()
        show()
      }
      if (!(document as { prerendering?: boolean }).prerendering) begin(view)
      return all([
        onNavigate(context, () => {
          // A redirect or a burst of navigations is one: the page that is there when the time is up.
          if (!page || page.path === pathOf(hash)) return
          leave()
          begin(() => {
            cancel = context.after(settle, view)
          })
        }),
        listen('prerenderingchange', () => begin(view)),
        listen('pagehide', leave),
        listen('pageshow', (event: PageTransitionEvent) => event.persisted && begin(view)),
        listen('visibilitychange', () => {
          measure(document.hidden)
          if (page) tellVisibility()
        }),
        () => cancel?.(),
      ])
    },
  }
}

export interface PageViewsOptions {
  /**
   * Whether the hash is a part of the path, as where an app is routed by it.
   * @default where it is a path itself: `#/cart`, not `#faq`
   */
  hash?: boolean
}

/** So long an app may take to set its title after it changed the address. */
const settle = 50
