import type { Properties } from '../core/activity.ts'
import { clicked } from './clicked.ts'
import { listen } from './listen.ts'
import type { Observer } from './observer.ts'
import { onSettled } from './on-settled.ts'
import { productsIn, statedBy } from './products.ts'
import { propertiesOf } from './properties-of.ts'

/**
 * Reports what happens to a cart, by markup alone:
 *
 * - `data-foothold-cart` on a visible container: `Cart Viewed`, once per page view, with `products` from the
 *   `data-foothold-product` elements inside (`data-foothold-quantity` among their properties).
 * - `data-foothold-add="p1"`, `data-foothold-remove="p1"` on what is clicked: `Product Added`, `Product Removed`, with
 *   the attributes of the closest `data-foothold-product`, or the JSON-LD of that product, under its own. The id may
 *   be left out inside a `data-foothold-product`.
 * - `data-foothold-checkout`: `Checkout Started`, by a click where it is on a link or button, by its presence where it
 *   is on anything else (the checkout page's form); `products` from inside it, else from the cart.
 *
 * Other `data-foothold-*` attributes of these elements (`-value`, `-currency`, `-cart_id` …) become properties.
 */
export function cart(): Observer {
  return {
    name: 'cart',
    watch(report, context) {
      let told = new WeakSet<Element>()
      const viewed = new Set<string>()
      const stops = [
        onSettled(
          context,
          (last) => {
            for (const [type, selector] of places) {
              const element = [...document.querySelectorAll(selector)].find((one) => one.getClientRects().length)
              // What merely stays in the document while the app navigates is not viewed again.
              if (!element || told.has(element) || viewed.has(type)) continue
              const properties = contents(element)
              // A cart is often filled a little later than it is drawn.
              if (type === 'Cart Viewed' && !properties.products && !last) continue
              told.add(element)
              viewed.add(type)
              report({ type, properties, interaction: false })
            }
          },
          (restored) => {
            viewed.clear()
            if (restored) told = new WeakSet()
          },
        ),
        listen(window, 'click', (event: Event) => {
          const element = clicked(event, '[data-foothold-add],[data-foothold-remove],[data-foothold-checkout]')
          if (!element) return
          for (const [attribute, type] of deeds) {
            const stated = element.getAttribute(attribute)
            if (stated === null) continue
            const near = statedBy(element.closest('[data-foothold-product]') ?? element)
            const product_id = stated || near[0]?.product_id
            if (!product_id) continue
            const known = [...productsIn(document).flatMap(([, found]) => found), ...near]
            const properties = Object.assign({}, ...known.filter((product) => product.product_id === product_id))
            report({ type, properties: { ...properties, ...propertiesOf(element), product_id } })
          }
          if (element.matches(`[data-foothold-checkout]:is(${pressed})`))
            report({ type: 'Checkout Started', properties: contents(element) })
        }),
      ]
      return () => {
        for (const stop of stops) stop()
      }
    },
  }
}

const pressed = 'a,button,input,[role=button]'

const places = [
  ['Cart Viewed', '[data-foothold-cart]'],
  ['Checkout Started', `[data-foothold-checkout]:not(${pressed})`],
] as const

const deeds = [
  ['data-foothold-add', 'Product Added'],
  ['data-foothold-remove', 'Product Removed'],
] as const

function contents(element: Element): Properties {
  const inside = (root: Element | null) => (root ? productsIn(root).flatMap(([, found]) => found) : [])
  let found = inside(element)
  if (!found.length) found = inside(document.querySelector('[data-foothold-cart]'))
  return { ...propertiesOf(element), ...(found.length && { products: found.map((product) => ({ ...product })) }) }
}
