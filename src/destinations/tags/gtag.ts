import type { Json, Properties } from '../../core/activity.ts'
import { isPrivateName, snakeCase } from '../../core/private-name.ts'
import type { Destination } from '../destination.ts'
import { flatten } from '../flatten.ts'
import { type TagOptions, type Told, tag } from '../tag.ts'

/**
 * Hands activities to Google's gtag.js or Tag Manager: `gtag('event', …)`, or the same call put into `dataLayer`.
 * `Product Viewed` is `view_item` there, with `items`, and so on for all that GA4 has a name for; `Flow Completed` is
 * `flow_completed`. Kept within GA4's limits: 25 parameters, names of 40 and texts of 100 characters. Of traits those
 * that say who somebody is are left out, as Google's terms ask.
 *
 * @example gtagTag()
 */
export function gtagTag({ types }: TagOptions = {}): Destination {
  const page = globalThis as any
  function put() {
    // biome-ignore lint/complexity/noArguments: Google tells commands from other entries by that
    page.dataLayer.push(arguments)
  }
  return tag<(...command: unknown[]) => void>({
    name: 'gtag',
    global: 'window.gtag',
    types,
    find() {
      page.dataLayer ??= []
      return page.gtag ?? put
    },
    // The script puts a `push` of its own into the array, and goes on filling it.
    queue: () => (page.dataLayer.push === Array.prototype.push ? page.dataLayer : undefined),
    tell(gtag, told) {
      if (told.type !== 'Visitor Identified') return gtag('event', ...eventOf(told))
      const { id, traits = {} } = told.visitor
      if (id !== undefined) gtag('set', { user_id: id.slice(0, 256) })
      const known = Object.entries(traits).filter(([name]) => !isPrivateName(name) && !personal.test(snakeCase(name)))
      const properties = flatten(Object.fromEntries(known), { most: 25, longestName: 24, longestText: 36 })
      if (Object.keys(properties).length) gtag('set', 'user_properties', properties)
    },
  })
}

/** The names of Segment's e-commerce specification, and what GA4 calls the same. */
const names: { [type: string]: string } = {
  'Page Viewed': 'page_view',
  'Product Viewed': 'view_item',
  'Product Clicked': 'select_item',
  'Product List Viewed': 'view_item_list',
  'Product Added': 'add_to_cart',
  'Product Removed': 'remove_from_cart',
  'Product Added to Wishlist': 'add_to_wishlist',
  'Cart Viewed': 'view_cart',
  'Checkout Started': 'begin_checkout',
  'Payment Info Entered': 'add_payment_info',
  'Order Completed': 'purchase',
  'Order Refunded': 'refund',
  'Promotion Viewed': 'view_promotion',
  'Promotion Clicked': 'select_promotion',
  'Products Searched': 'search',
  'Signed Up': 'sign_up',
  'Signed In': 'login',
}
const items: { [parameter: string]: string } = {
  item_id: 'product_id',
  item_name: 'name',
  item_brand: 'brand',
  item_category: 'category',
  item_variant: 'variant',
  price: 'price',
  quantity: 'quantity',
  coupon: 'coupon',
  discount: 'discount',
  index: 'position',
  affiliation: 'affiliation',
}
const parameters: { [parameter: string]: string } = {
  transaction_id: 'order_id',
  search_term: 'query',
  item_list_id: 'list_id',
  promotion_id: 'promotion_id',
  page_title: 'title',
  page_referrer: 'referrer',
}
const mostItems = 200
const personal = /^((first|middle|last|full|user)_)?name$|address|birth/
/** Names that Google keeps for itself. */
const reserved =
  /^(ga|google|gtag|firebase)_|^(ad_click|error|first_open|first_visit|session_start|user_engagement|os_update)$/

function eventOf({ type, properties }: Told): [name: string, parameters: object] {
  const known = names[type]
  const name = known ?? snake(type)
  const { products, total, value = total, ...rest } = properties
  const listed = Array.isArray(products) ? products : rest.product_id !== undefined ? [properties] : []
  const of = known && listed.length ? (listed as Json[]).slice(0, mostItems).map(itemOf) : undefined
  // What has become a part of an item is not told twice.
  const left = known && !Array.isArray(products) && of ? without(rest, Object.values(items)) : rest
  const named: Properties = { foothold_id: rest.foothold_id }
  for (const [parameter, key] of Object.entries(known ? parameters : {}))
    if (left[key] !== undefined) {
      named[parameter] = left[key]
      if (key !== parameter) delete left[key]
    }
  const worth = value ?? (of && !Array.isArray(products) ? worthOf(properties) : undefined)
  return [
    name,
    {
      ...flatten(
        { ...named, ...(worth !== undefined && { value: worth }), ...left },
        { most: of ? 24 : 25, longestName: 40, longestText: 100 },
      ),
      ...(of && { items: of }),
    },
  ]
}

function itemOf(product: Json): Properties {
  const item: Properties = {}
  for (const [parameter, key] of Object.entries(items)) {
    const value = Object(product)[key]
    if (typeof value === 'number') item[parameter] = value
    if (typeof value === 'string') item[parameter] = value.slice(0, 100)
  }
  return item
}

function worthOf({ price, quantity = 1 }: Properties): number | undefined {
  return typeof price === 'number' && typeof quantity === 'number' ? price * quantity : undefined
}

function without(properties: Properties, keys: string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)))
}

/** `Flow Completed` as `flow_completed`, up to 40 characters, beginning with a letter. */
function snake(type: string): string {
  const name = type
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
  return (!name || reserved.test(name) ? `foothold_${name}` : name).slice(0, 40)
}
