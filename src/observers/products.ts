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
        for (const element of document.querySelectorAll(stating)) {
          if (element.closest('[data-foothold-cart]')) continue
          const found = statedBy(element)
          const ids = found.map(({ product_id }) => product_id)
          for (const product of found) {
            const id = product.product_id
            present.set(id, { ...present.get(id), ...product })
            if (said.get(element) !== `${ids}`) fresh.add(id)
          }
          said.set(element, `${ids}`)
        }
        if (present.size > 10) return
        for (const id of fresh) {
          if (!viewed.has(id))
            report({ type: 'Product Viewed', properties: { ...present.get(id) }, interaction: false })
        }
        // One that went away and comes back is viewed again.
        viewed = new Set(present.keys())
      }
      return onSettled(context, scan, (restored) => {
        viewed.clear()
        if (restored) said = new WeakMap()
      })
    },
  }
}

/** All products that are stated in and below an element, or in the document. */
export function productsIn(root: ParentNode): ProductProperties[] {
  return [...root.querySelectorAll(stating)].flatMap(statedBy)
}

const stating = 'script[type="application/ld+json"],[data-foothold-product]'

/** The products that one element states: by its attributes, or as JSON-LD. */
export function statedBy(element: Element): ProductProperties[] {
  const product_id = element.getAttribute('data-foothold-product')
  if (product_id) return [{ ...propertiesOf(element), product_id }]
  try {
    // Pages hold broken, hostile and huge JSON-LD; none of it is ours to report.
    return productsOf(JSON.parse(element.textContent!))
  } catch {
    return []
  }
}

function productsOf(node: any): ProductProperties[] {
  if (Array.isArray(node)) return node.flatMap(productsOf)
  if (!/(^|[/:,])Product(,|$)/.test(node?.['@type'])) return node?.['@graph'] ? productsOf(node['@graph']) : []
  const [offer] = [node.offers].flat()
  const [image] = [node.image].flat()
  const name = text(node.name)
  const product_id = text(node.sku) ?? text(node.productID) ?? text(node['@id']) ?? name
  const price = +text(offer?.price ?? offer?.lowPrice)!
  if (!product_id) return []
  return [
    {
      product_id,
      name,
      price: price >= 0 ? price : undefined,
      currency: text(offer?.priceCurrency),
      image_url: text(image?.url ?? image),
      url: text(node.url),
      category: text(node.category),
    },
  ]
}

function text(value: unknown): string | undefined {
  return value && typeof value !== 'object' ? `${value}`.slice(0, 500) : undefined
}
