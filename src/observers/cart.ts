import type { Json, Properties } from '../core/activity.ts'
import { clicked } from './clicked.ts'
import { all, listen } from './listen.ts'
import type { Observer } from './observer.ts'
import { onSettled } from './on-settled.ts'
import { productsIn, statedBy } from './products.ts'
import { propertiesOf } from './properties-of.ts'

/**
 * Reports what happens to a cart, by markup alone:
 *
 * - `data-foothold-cart` on a visible container: `Cart Viewed`, each time it is drawn, with `products` from the
 *   `data-foothold-product` elements inside (`data-foothold-quantity` among their properties).
 * - `data-foothold-add="p1"`, `data-foothold-remove="p1"` on what is clicked: `Product Added`, `Product Removed`, with
 *   the attributes of the closest `data-foothold-product`, or the JSON-LD of that product, under its own. The id may
 *   be left out inside a `data-foothold-product`.
 * - `data-foothold-checkout`: `Checkout Started`, by a click where it is on a link or button, by its presence where it
 *   is on anything else (the checkout page's form); `products` from the cart around it, else from inside it.
 *
 * Other `data-foothold-*` attributes of these elements (`-value`, `-currency`, `-cart_id` …) become properties.
 */
export function cart(): Observer {
  return {
    name: 'cart',
    watch(report, context) {
      let told: { [type: string]: Element | undefined } = {}
      const look = (type: string, selector: string, last: boolean) => {
        const element = [...document.querySelectorAll(selector)].find((one) => one.getClientRects().length)
        // What merely stays in the document while the app navigates is not viewed again.
        if (element !== told[type]) {
          const properties = element && contents(element)
          // A cart is often filled a little later than it is drawn.
          if (properties && !properties.products && !last) return
          told[type] = element
          if (properties) report({ type, properties, interaction: false })
        }
      }
      return all([
        onSettled(
          context,
          (last) => {
            look('Cart Viewed', '[data-foothold-cart]', last)
            look('Checkout Started', `[data-foothold-checkout]:not(${pressed})`, true)
          },
          (restored) => {
            if (restored) told = {}
          },
        ),
        listen('click', (event: Event) => {
          const element = clicked(event, '[data-foothold-add],[data-foothold-remove],[data-foothold-checkout]')
          if (!element) return
          const tell = (type: string, stated: string | null) => {
            if (stated === null) return
            const near = statedBy(element.closest('[data-foothold-product]') ?? element)
            const product_id = stated || near[0]?.product_id
            const known = [...productsIn(document), ...near].filter((product) => product.product_id === product_id)
            if (product_id)
              report({ type, properties: Object.assign({}, ...known, propertiesOf(element), { product_id }) })
          }
          tell('Product Added', element.getAttribute('data-foothold-add'))
          tell('Product Removed', element.getAttribute('data-foothold-remove'))
          if (element.matches(`[data-foothold-checkout]:is(${pressed})`))
            report({ type: 'Checkout Started', properties: contents(element) })
        }),
      ])
    },
  }
}

const pressed = 'a,button,input,[role=button]'

function contents(element: Element): Properties {
  const cart = element.closest('[data-foothold-cart]') ?? element
  const properties = { ...propertiesOf(cart), ...propertiesOf(element) }
  const products = productsIn(cart).map((product) => ({ ...product }))
  // Only what is known is stated: the engine takes an empty list for an empty cart.
  if (products[0]) properties.products = products as Json[]
  return properties
}
