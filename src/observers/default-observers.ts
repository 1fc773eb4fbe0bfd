import { cart } from './cart.ts'
import { clicks } from './clicks.ts'
import { inactivity } from './inactivity.ts'
import type { Observer } from './observer.ts'
import { pageViews } from './page-views.ts'
import { products } from './products.ts'
import { sections } from './sections.ts'

/** What is observed unless `observers` says otherwise. */
export function defaultObservers(): Observer[] {
  return [pageViews(), inactivity(), clicks(), sections(), products(), cart()]
}
