import type { ProductProperties } from '../core/activity.ts'
import type { Observer } from './observer.ts'
import { onSettled } from './on-settled.ts'
import { propertiesOf } from './properties-of.ts'

/**
 * Reports `Product Viewed` for schema.org `Product` JSON-LD and for elements with `data-foothold-product="p1"`
 * (and `data-foothold-name`, `-price`, `-currency`, `-image_url`, `-category` …), but for those in a
 * `data-foothold-cart`; once per page view and product. Products are looked for when the page has settled; what
 * merely stays in the document while a single-page app navigates is not viewed again. More than ten products on a
 * page are a list, and none of them is viewed.
 */
export function products(): Observer {
  return {
    name: 'products',
    watch(report, context) {
      /** What each element said when it was last looked at. */
      let said = new WeakMap<Element, string>()
      let viewed = new Set<string>()
      const scan = () => {
        const present = new Map<string, ProductProperties>()
        const fresh = new Set<string>()
        for (const [element, found] of productsIn(document)) {
          if (element.closest('[data-foothold-cart]')) continue
          const ids = found.map((product) => product.product_id)
          for (const product of found) present.set(product.product_id, { ...present.get(product.product_id), ...product })
          if (said.get(element) !== ids.join()) for (const id of ids) fresh.add(id)
          said.set(element, ids.join())
        }
        if (present.size > 10) return
        // One that went away and comes back is viewed again.
        viewed = new Set([...viewed].filter((id) => present.has(id)))
        for (const id of fresh) {
          if (viewed.has(id)) continue
          viewed.add(id)
          report({ type: 'Product Viewed', properties: { ...present.get(id) }, interaction: false })
        }
      }
      return onSettled(context, scan, (restored) => {
        viewed.clear()
        if (restored) said = new WeakMap()
      })
    },
  }
}

/** The elements that state products, with what they state: JSON-LD scripts first, as markup completes them. */
export function productsIn(root: ParentNode): [Element, ProductProperties[]][] {
  const scripts = [...root.querySelectorAll('script[type="application/ld+json"]')]
  return [
    ...scripts.map((script): [Element, ProductProperties[]] => [script, parse(script.textContent)]),
    ...[...root.querySelectorAll('[data-foothold-product]')].map((element): [Element, ProductProperties[]] => [
      element,
      statedBy(element),
    ]),
  ]
}

/** The product that an element's markup states; none without an id. */
export function statedBy(element: Element): ProductProperties[] {
  const product_id = element.getAttribute('data-foothold-product')
  return product_id ? [{ ...propertiesOf(element), product_id }] : []
}

function parse(json: string | null): ProductProperties[] {
  const found: ProductProperties[] = []
  try {
    // Pages hold broken, hostile and huge JSON-LD; none of it is ours to report.
    collect(JSON.parse(json!), found)
  } catch {}
  return found
}

function collect(node: any, found: ProductProperties[]): void {
  if (Array.isArray(node)) for (const one of node) collect(one, found)
  else if (node && typeof node === 'object') {
    if (![node['@type']].flat().some((type) => /(^|[/:])Product$/.test(type))) {
      collect(node['@graph'], found)
      collect(node.mainEntity, found)
      return
    }
    const { name } = node
    const offer = first(node.offers)
    const priced = first(offer.priceSpecification)
    const price = Number.parseFloat(offer.price ?? offer.lowPrice ?? priced.price)
    const image = first(node.image)
    const product_id = text(node.sku ?? node.productID ?? node['@id'] ?? name)
    if (product_id)
      found.push({
        product_id,
        ...defined({
          name: text(name),
          price: price >= 0 ? price : undefined,
          currency: text(offer.priceCurrency ?? priced.priceCurrency),
          image_url: text(image.url ?? image),
          url: text(node.url),
          category: text(node.category),
        }),
      })
  }
}

function first(value: any): any {
  return [value].flat()[0] ?? {}
}

function text(value: unknown): string | undefined {
  return (typeof value === 'string' || typeof value === 'number') && value !== '' ? `${value}`.slice(0, 500) : undefined
}

function defined<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}
