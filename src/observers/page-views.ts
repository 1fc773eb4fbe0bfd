import type { Page, Properties } from '../core/activity.ts'
import { listen } from './listen.ts'
import type { Observer } from './observer.ts'
import { onNavigate } from './on-navigate.ts'
import { pageOf, pathOf } from './page-of.ts'

/**
 * Reports `Page Viewed` at the start, on navigation in a single-page app and on return from the back/forward cache;
 * `Page Left` with the seconds since then and those of them in which the tab was visible; `Page Hidden` and
 * `Page Shown`. A page that is viewed in a hidden tab is followed by `Page Hidden`; one that is prerendered is
 * viewed when it is activated. A change of query or state alone reports nothing.
 */
export function pageViews({ hash = false }: PageViewsOptions = {}): Observer {
  return {
    name: 'page-views',
    watch(report, context) {
      let page: Page | undefined
      let startedAt: number
      let engaged: number
      let visibleSince: number | undefined
      let referrer: string | undefined
      let cancel: (() => void) | undefined

      const automatic = (type: string, properties: Properties = {}) =>
        report({ type, properties, interaction: false, page: page! })
      const measure = () => {
        const at = context.now()
        if (visibleSince !== undefined) engaged += Math.max(0, at - visibleSince)
        visibleSince = document.hidden ? undefined : at
        return at
      }
      const view = () => {
        cancel?.()
        cancel = undefined
        page = pageOf(hash, referrer)
        const { device, ...properties } = page
        report({ type: 'Page Viewed', properties, page })
        if (document.hidden) automatic('Page Hidden')
      }
      const start = () => {
        engaged = 0
        visibleSince = undefined
        startedAt = measure()
      }
      const leave = () => {
        // Left before the app could set its title.
        if (cancel) view()
        if (!page) return
        const seconds = Math.max(0, measure() - startedAt) / 1000
        automatic('Page Left', { path: page.path, seconds, engaged: engaged / 1000 })
        referrer = location.origin + page.path
        page = undefined
      }
      const begin = () => {
        start()
        view()
      }

      const stops = [
        onNavigate(context, () => {
          // A redirect or a burst of navigations is one: the page that is there when the time is up.
          if (!page || page.path === pathOf(hash)) return
          leave()
          start()
          cancel = context.after(settle, view)
        }),
        listen(window, 'pagehide', leave),
        listen(window, 'pageshow', (event: PageTransitionEvent) => {
          if (event.persisted) begin()
        }),
        listen(window, 'visibilitychange', () => {
          measure()
          if (page) automatic(document.hidden ? 'Page Hidden' : 'Page Shown')
        }),
        listen(window, 'prerenderingchange', begin),
      ]
      if (!(document as { prerendering?: boolean }).prerendering) begin()
      return () => {
        for (const stop of stops) stop()
        cancel?.()
      }
    },
  }
}

export interface PageViewsOptions {
  /** The app is routed by the hash: `/app#/cart` is a path of its own. @default false */
  hash?: boolean
}

/** So long an app may take to set its title after it changed the address. */
const settle = 50
