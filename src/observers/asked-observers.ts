import { dataLayer } from './data-layer.ts'
import { deadClicks } from './dead-clicks.ts'
import { dwell } from './dwell.ts'
import { errorsShown } from './errors-shown.ts'
import { exitIntent } from './exit-intent.ts'
import { forms } from './forms.ts'
import { all } from './listen.ts'
import type { Observer } from './observer.ts'
import { posthog } from './posthog.ts'
import { rageClicks } from './rage-clicks.ts'
import { scrollDepth } from './scroll-depth.ts'
import { segmentAnalytics } from './segment-analytics.ts'
import { texts } from './texts.ts'
import { videos } from './videos.ts'

/**
 * The observers that `data-observers="exit-intent forms"` of the drop-in names, as one. All of them are one chunk: each
 * alone is smaller than a request is worth. Of a name that there is not `complain` is told, and the others start.
 */
export function askedObservers(names: string, complain: (message: string) => void): Observer {
  return {
    name: 'asked-observers',
    watch(report, context) {
      const asked = new Set(names.match(/[^\s,]+/g))
      const known = observers.map((make) => make())
      const unknown = [...asked].filter((name) => !known.some((observer) => observer.name === name))
      if (unknown[0])
        complain(
          `data-observers knows no "${unknown.join('", "')}". It takes ${known.map(({ name }) => name).join(', ')}.`,
        )
      return all(known.filter(({ name }) => asked.has(name)).map((observer) => observer.watch(report, context)))
    },
  }
}

const observers = [
  dataLayer,
  deadClicks,
  dwell,
  errorsShown,
  exitIntent,
  forms,
  posthog,
  rageClicks,
  scrollDepth,
  segmentAnalytics,
  texts,
  videos,
]
