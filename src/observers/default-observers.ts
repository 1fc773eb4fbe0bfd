import { cart } from './cart.ts'
import { clicks } from './clicks.ts'
import { inactivity } from './inactivity.ts'
import type { Observer } from './observer.ts'
import { pageViews } from './page-views.ts'
import { products } from './products.ts'
import { sections } from './sections.ts'

/** What is observed unless `observers` says otherwise. `hash: true` where the app is routed by the hash. */
export function defaultObservers({ hash = false }: { hash?: boolean } = {}): Observer[] {
  return [pageViews({ hash }), inactivity(), clicks({ hash }), sections(), products(), cart()]
}
