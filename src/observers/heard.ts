import type { Json, Properties, Report } from '../core/activity.ts'
import { isPrivateName } from '../core/private-name.ts'

/**
 * What another tracker was told, as a report, or nothing where it is not for us: what Foothold itself sent there
 * (`foothold_id` is among its properties) and the types that Foothold reports itself.
 *
 * Of the properties stay, unless `only` narrows it further: numbers, `true` and `false`, and text of up to 100 characters,
 * addresses without query and hash; in `products` those of them that tell about a product. Names that tell a person or a
 * secret go (`email`, `phone`, `first_name`, `token` …), and so do text with an `@` or a number of thirteen digits or more,
 * other lists and objects, and names that begin with `$`, `_` or `gtm.`.
 */
export function heard(type: unknown, given: unknown, only?: readonly string[]): Report | undefined {
  if (typeof type !== 'string' || !type || type.length > 100 || own.test(type)) return
  const all = Object(given) as Record<string, unknown>
  if ('foothold_id' in all) return
  const properties = kept(all, (name) => !isPrivateName(name) && !personal.test(name) && (!only || only.includes(name)))
  if (Array.isArray(all.products) && (!only || only.includes('products')))
    properties.products = all.products.slice(0, 100).map((product) => kept(Object(product), isOfProduct) as Json)
  return { type, properties, interaction: false }
}

/** Types that an engine counts on: a page that tracks the same by its own means would be counted twice. */
const own =
  /^(Page (Viewed|Left|Hidden|Shown|Dwelled|Scrolled)|Visitor (Active|Returned|Identified)|Session Started|Flow \w+|Step (Viewed|Skipped|Answered)|Action Clicked|Offer (Shown|Copied)|Experiment Viewed|Goal Reached)$/

/** What others may have told goes more readily than what the page told us: a part of a word is enough. */
const personal =
  /^([$_]|gtm\.)|mail|phone|passw|secret|token|auth(?!or)|card|ssn|iban|address|birth|(first|last|full|user)_?name|distinct_id/i

function isOfProduct(name: string): boolean {
  return /^(product_id|sku|name|price|currency|quantity|category|brand|variant|coupon|position|url|image_url)$/.test(
    name,
  )
}

function kept(given: Record<string, unknown>, isWanted: (name: string) => boolean): Properties {
  const properties: Properties = {}
  for (const [name, value] of Object.entries(given)) {
    if (!isWanted(name)) continue
    if (typeof value === 'string') {
      const text = /^(https?:\/)?\//.test(value) ? value.replace(/[?#].*/, '') : value
      if (text.length <= 100 && !/@|\d(?:[ -]?\d){12,}/.test(text)) properties[name] = text
    } else if (typeof value === 'boolean' || Number.isFinite(value)) properties[name] = value as Json
  }
  return properties
}
