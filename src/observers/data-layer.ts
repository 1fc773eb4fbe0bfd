import type { Report } from '../core/activity.ts'
import { heard } from './heard.ts'
import type { Observer } from './observer.ts'
import { productsIn } from './products.ts'

/**
 * Reports what a page tells Google Tag Manager or Analytics 4: `dataLayer.push({ event, … })` and
 * `gtag('event', name, { … })`, also what was told before. GA4's e-commerce names become Segment's (`view_item` is
 * `Product Viewed`, `add_to_cart` is `Product Added`, one for each item, `purchase` is `Order Completed`, with `item_id` as
 * `product_id`, `value` as `total` …), other names stay as they are. Tag Manager's own (`gtm.js`) and `page_view` are left
 * out: `pageViews()` reports those; and so is `Product Viewed` where the markup of the page states products, which
 * `products()` reports. Of other properties stay those that `heard` lets through, or of these the ones in `only`.
 *
 * `push` is wrapped as Tag Manager itself wraps it, in either order, and put back on stop where it is still ours.
 */
export function dataLayer({ only }: DataLayerOptions = {}): Observer {
  return {
    name: 'data-layer',
    watch(report) {
      const page = window as { dataLayer?: unknown[] }
      const found = Array.isArray(page.dataLayer)
      if (!found) page.dataLayer = []
      const layer = page.dataLayer!
      let stopped = false
      const hear = (item: unknown) => {
        try {
          // A host's object may throw when it is looked at.
          for (const told of stopped ? [] : reportsOf(item, only)) report(told)
        } catch {}
      }
      for (const item of [...layer]) hear(item)

      const owned = Object.hasOwn(layer, 'push')
      const { push } = layer
      const wrapped = function (this: unknown, ...items: unknown[]) {
        const result = push.apply(layer, items)
        for (const item of items) hear(item)
        return result
      }
      layer.push = wrapped
      return () => {
        stopped = true
        if (layer.push === wrapped) {
          if (owned) layer.push = push
          else delete (layer as { push?: unknown }).push
        }
        if (!found && page.dataLayer === layer && !layer.length) delete page.dataLayer
      }
    },
  }
}

export interface DataLayerOptions {
  /** Names of the properties that are taken over, at most; of e-commerce all that Segment's specification names. */
  only?: string[]
}

/** By GA4's name: Segment's, and whether it is about each item. */
const names: { [name: string]: [type: string, each?: boolean] | undefined } = {
  view_item: ['Product Viewed', true],
  select_item: ['Product Clicked', true],
  add_to_cart: ['Product Added', true],
  remove_from_cart: ['Product Removed', true],
  add_to_wishlist: ['Product Added to Wishlist', true],
  view_item_list: ['Product List Viewed'],
  view_cart: ['Cart Viewed'],
  begin_checkout: ['Checkout Started'],
  add_payment_info: ['Payment Info Entered'],
  purchase: ['Order Completed'],
  refund: ['Order Refunded'],
}

function reportsOf(item: any, only?: string[]): Report[] {
  const isCommand = item?.[0] === 'event'
  const name = isCommand ? item[1] : item?.event
  if (typeof name !== 'string' || /^gtm\.|^page_view$/.test(name)) return []
  const given = isCommand ? Object(item[2]) : item
  const shop = given.ecommerce ?? given
  if ('foothold_id' in given || 'foothold_id' in shop) return []
  const [type, each] = Object.hasOwn(names, name) ? names[name]! : []
  const all = (properties: object[], allowed?: string[]) =>
    properties.flatMap((one) => heard(type ?? name, one, allowed) ?? [])
  if (!type) {
    const { event, ...rest } = given
    return all([rest], only)
  }
  const products = (Array.isArray(shop.items) ? shop.items : []).map((product: unknown) => productOf(product, shop))
  if (each) return type === 'Product Viewed' && productsIn(document).length ? [] : all(products)
  return all([
    {
      order_id: shop.transaction_id,
      list_id: shop.item_list_id,
      coupon: shop.coupon,
      currency: shop.currency,
      tax: number(shop.tax),
      shipping: number(shop.shipping),
      [/^Order/.test(type) ? 'total' : 'value']: number(shop.value),
      ...(products.length && { products }),
    },
  ])
}

function productOf(item: any, { currency }: { currency?: unknown }): object {
  return {
    product_id: text(item?.item_id ?? item?.item_name),
    name: item?.item_name,
    price: number(item?.price),
    currency: item?.currency ?? currency,
    quantity: number(item?.quantity),
    category: item?.item_category,
    brand: item?.item_brand,
    variant: item?.item_variant,
    coupon: item?.coupon,
    position: item?.index,
  }
}

function text(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : `${value}`
}

function number(value: unknown): number | undefined {
  return value === undefined || value === null || value === '' ? undefined : Number(value)
}
