import { clicked } from './clicked.ts'
import { listen } from './listen.ts'
import type { Observer } from './observer.ts'
import { pathOf } from './page-of.ts'
import { propertiesOf } from './properties-of.ts'
import { textOf } from './text-of.ts'

/**
 * Reports `Element Clicked` for clicks on or in elements with `data-foothold="anchor"`, and whatever
 * `data-foothold-track="Plan Chosen"` names, with the element's other `data-foothold-*` attributes as properties
 * (`data-foothold-plan="pro" data-foothold-price="40"` is `{ plan: 'pro', price: 40 }`).
 * Text comes from the anchor's `aria-label` or its text, at most 80 characters, and never from what is masked: inputs,
 * editable text, anything in `data-foothold-mask` or `data-private`.
 */
export function clicks({ hash }: ClicksOptions = {}): Observer {
  return {
    name: 'clicks',
    watch(report) {
      return listen('click', (event: Event) => {
        const label = (event.target as Element).closest('label')
        // A label clicks the field in it, which is heard then.
        if (label?.control !== event.target && label?.contains(label.control)) return
        const element = clicked(event, '[data-foothold]')
        const anchor = element?.getAttribute('data-foothold')
        if (anchor) {
          const text = textOf(element!)
          report({ type: 'Element Clicked', properties: { anchor, ...(text && { text }), path: pathOf(hash) } })
        }
        const tracked = clicked(event, '[data-foothold-track]')
        const type = tracked?.getAttribute('data-foothold-track')
        if (type) report({ type, properties: propertiesOf(tracked!) })
      })
    },
  }
}

export interface ClicksOptions {
  /**
   * Whether the hash is a part of the path, as where an app is routed by it.
   * @default where it is a path itself: `#/cart`, not `#faq`
   */
  hash?: boolean
}
