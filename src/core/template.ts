import type { Json } from './activity.ts'
import { valueAt } from './condition.ts'
import type { Text, TextNode } from './text.ts'

/** What a template may name: `visitor`, `trigger`, `profile`, `content`. */
export type TemplateScope = { readonly [name: string]: unknown }

const braces = /\{\{([^{}]{1,512})\}\}/g
const path = /^[A-Za-z_]\w*(\.\w+){0,8}$/
const maxLength = 2048

/**
 * Fills `{{path | filter}}` in a text, in a single pass: what a value contains is never read as a template.
 * Filters: `currency` (`currency:EUR`, `currency:trigger.money`; else `trigger.currency`), `date` (`date:long`),
 * `number`, `upper`, `default:"…"`. What is missing or no scalar becomes the default, else nothing.
 *
 * @example fillTemplate('Only {{trigger.price | currency}}', { trigger: { price: 9, currency: 'EUR' } }, 'en') // "Only €9.00"
 */
export function fillTemplate(
  text: string,
  scope: TemplateScope,
  locale: string,
  encode = (value: string) => value,
): string {
  return text.replace(braces, (_, inside: string) => {
    const [name = '', ...filters] = inside.match(/(?:"[^"]*"|[^|])+/g) ?? []
    let value = scalar(named(name.trim(), scope))
    for (const filter of filters) value = applyFilter(filter, value, scope, locale)
    return encode(String(value ?? '').slice(0, maxLength))
  })
}

/**
 * The props of a step, with templates filled in every string, once it is translated, and `{ "from": "trigger.products" }` replaced by the
 * list that stands there. Keeps in `sources` which text came from which template, for `fillText`.
 */
export function resolveProps(
  props: { [key: string]: Json },
  scope: TemplateScope,
  locale: string,
  sources?: Map<string, string>,
  translate = (text: string) => text,
): { [key: string]: Json } {
  const resolve = (value: Json, key: string): Json => {
    if (typeof value === 'string') {
      const text = translate(value)
      // An address that is nothing but a value is data; within an address a value must stay a part of it.
      const whole = /^\s*\{\{[^{}]*\}\}\s*$/.test(text)
      const filled = fillTemplate(text, scope, locale, /url$/i.test(key) && !whole ? encodeURIComponent : undefined)
      if (filled !== text) sources?.set(filled, text)
      return filled
    }
    if (Array.isArray(value)) return value.map((item) => resolve(item, key))
    if (!value || typeof value !== 'object') return value
    if (typeof value.from === 'string' && Object.keys(value).length === 1) {
      const list = named(value.from, scope)
      return Array.isArray(list) ? list : []
    }
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolve(inner, name)]))
  }
  return resolve(props, '') as { [key: string]: Json }
}

/**
 * Fills templates in the leaves of a tree, after parsing: what a value contains is then never read as Markdown, and
 * within an address it is encoded.
 */
export function fillText(text: Text, scope: TemplateScope, locale: string): Text {
  const fill = (words: string) => fillTemplate(words, scope, locale)
  return text.map((node): TextNode => {
    if (typeof node === 'string') return fill(node)
    const filled = { ...node }
    if ('children' in filled) filled.children = fillText(filled.children, scope, locale)
    if ('url' in filled) filled.url = fillTemplate(decodeBraces(filled.url), scope, locale, encodeURIComponent)
    if ('alt' in filled) filled.alt = fill(filled.alt)
    if ('text' in filled) filled.text = fill(filled.text)
    return filled
  })
}

function applyFilter(
  filter: string,
  value: Scalar | undefined,
  scope: TemplateScope,
  locale: string,
): Scalar | undefined {
  const [, name, argument = ''] = filter.match(/^\s*(\w+)\s*(?::\s*"?(.*?)"?\s*)?$/s) ?? []
  if (name === 'default') return value === undefined || value === '' ? argument : value
  if (value === undefined) return value
  if (name === 'upper') return String(value).toLocaleUpperCase(locale)
  if (name === 'number' || name === 'currency') {
    if (value === '' || !Number.isFinite(Number(value))) return undefined
    if (name === 'number') return Number(value).toLocaleString(locale)
    return formatPrice(
      Number(value),
      /^[A-Za-z]{3}$/.test(argument) ? argument : named(argument || 'trigger.currency', scope),
      locale,
    )
  }
  if (name === 'date')
    return formatDate(value, locale, /^(full|long|medium|short)$/.test(argument) ? (argument as 'full') : 'medium')
  return value
}

/** A price in the visitor's language; without a known currency, a number. */
export function formatPrice(price: number, currency: unknown, locale: string): string {
  const known = typeof currency === 'string' && /^[A-Za-z]{3}$/.test(currency)
  return price.toLocaleString(locale, known ? { style: 'currency', currency } : { maximumFractionDigits: 2 })
}

/** A date in the visitor's language, from ISO or milliseconds; undefined where it is neither. */
export function formatDate(
  value: unknown,
  locale: string,
  dateStyle: Intl.DateTimeFormatOptions['dateStyle'],
  timeStyle?: 'short',
): string | undefined {
  const date = new Date(value as string)
  if (Number.isNaN(date.getTime())) return undefined
  // A day without a time is that day everywhere.
  const day = typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)
  return new Intl.DateTimeFormat(locale, {
    dateStyle,
    ...(day ? { timeZone: 'UTC' } : timeStyle && { timeStyle }),
  }).format(date)
}

/** What a template or a `from` names. */
function named(name: string, scope: TemplateScope): unknown {
  return path.test(name) ? valueAt(scope, name) : undefined
}

type Scalar = string | number | boolean

function scalar(value: unknown): Scalar | undefined {
  return typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
    ? value
    : undefined
}

// The Markdown parser may have encoded the braces of a template within an address.
function decodeBraces(url: string): string {
  return url.replace(
    /%7B%7B(.+?)%7D%7D/gi,
    (_, inside: string) => `{{${inside.replace(/%7C/gi, '|').replace(/%20/g, ' ').replace(/%22/g, '"')}}}`,
  )
}
