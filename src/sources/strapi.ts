import { FootholdError } from '../core/errors.ts'
import { nearestLocale } from './nearest-locale.ts'
import { readJson } from './read-json.ts'
import type { Source } from './source.ts'
import { type Block, type Span, writeMarkdown } from './write-markdown.ts'

export interface StrapiSourceOptions {
  /** Where Strapi is, e.g. `https://cms.example.com`. */
  url: string
  /** The single type that holds the guide. @default 'guide' */
  guide?: string
  /** The field of it, of the type JSON. @default 'guide' */
  field?: string
  /** The collection of contents, by its plural name. @default 'contents' */
  contents?: string
  /** The field of a content that `ref` names. @default 'ref' */
  key?: string
  /** What of a content is filled in, as of Strapi's `populate`. @default '*', one level */
  populate?: string
  /** The locales that there are, e.g. `['en', 'de']`: the visitor's nearest is asked for, else the default one. */
  locales?: string[]
  /** An API token, where reading is not public. Whoever sees the page sees it. */
  token?: string
}

/**
 * Brings the guide and contents from Strapi, 5 or 4: fields are props, media become `{ url, alt, width, height }`, rich text
 * of blocks becomes Markdown, and what Strapi adds by itself is left out. A component's field `key` becomes its `id`.
 *
 * @example strapiSource({ url: 'https://cms.example.com', contents: 'tips', key: 'slug', locales: ['en', 'de'] })
 */
export function strapiSource(options: StrapiSourceOptions): Source {
  const { url, guide = 'guide', field = 'guide', contents = 'contents', key = 'ref', populate = '*', token } = options
  const { locales = [] } = options
  const headers = token ? { authorization: `Bearer ${token}` } : undefined

  async function ask(what: string, path: string, query: { [name: string]: string }, signal: AbortSignal) {
    const address = () => {
      const asked = new URL(`${url.replace(/\/$/, '')}/api/${path}`, globalThis.location?.href)
      asked.search = `${new URLSearchParams(query)}`
      return asked
    }
    const { data } = Object(await readJson({ url, headers }, what, address, signal, 2)) as { data?: any }
    return data
  }
  const missing = (what: string, why: string) =>
    new FootholdError('source-failed', `${what} could not be had: Strapi has ${why}. Publish it, or correct the name.`)

  return {
    name: 'strapi',
    async guide(_, signal) {
      const data = await ask('The guide', guide, {}, signal)
      const found = (data?.attributes ?? data)?.[field]
      if (found) return found
      throw missing('The guide', `no published "${guide}" with a field "${field}"`)
    },
    async content(ref, { locale, signal }) {
      const near = nearestLocale(locale, locales)
      const what = `The content "${ref}"`
      const query = { [`filters[${key}][$eq]`]: ref, populate, ...(near && { locale: near }) }
      const [found] = [await ask(what, contents, query, signal)].flat()
      // What names it is none of its props.
      const { [key]: _, ...props } = found ? propsOf(found, url) : {}
      if (found) return props
      throw missing(what, `none published in "${contents}" with that "${key}"`)
    },
  }
}

/** What Strapi adds to every entry, component and file by itself. */
const system =
  /^(id|documentId|createdAt|updatedAt|publishedAt|createdBy|updatedBy|locale|localizations|__component|__v)$/

const blockTypes = /^(paragraph|heading|list|quote|code|image)$/

interface StrapiNode {
  type: string
  text?: string
  bold?: boolean
  italic?: boolean
  code?: boolean
  url?: string
  level?: number
  format?: string
  image?: { url: string; alternativeText?: string | null }
  children?: StrapiNode[]
}

function propsOf(value: any, base: string): { [name: string]: unknown } {
  const absolute = (url: string) => new URL(url, new URL(base, globalThis.location?.href)).href
  const visit = (value: any): unknown => {
    if (Array.isArray(value)) {
      if (value[0] && value.every((each) => blockTypes.test(each?.type) && Array.isArray(each.children)))
        return writeMarkdown(value.flatMap((node) => blocksOf(node, absolute)))
      return value.map(visit).filter((each) => each !== undefined)
    }
    if (typeof value !== 'object' || !value) return value ?? undefined
    // Strapi 4 wraps relations, and the fields of whatever has an id of its own.
    if ('data' in value && Object.keys(value).every((each) => each === 'data' || each === 'meta'))
      return visit(value.data)
    if ('attributes' in value && 'id' in value) return visit(value.attributes)
    if (typeof value.mime === 'string' && typeof value.url === 'string') return mediaOf(value)
    const { key, ...fields } = value
    const entries = Object.entries(fields)
      .filter(([name]) => !system.test(name))
      .map(([name, each]) => [name, visit(each)] as const)
      .filter(([, each]) => each !== undefined)
    return { ...(key !== undefined && key !== null && { id: key }), ...Object.fromEntries(entries) }
  }
  const mediaOf = ({ mime, url, alternativeText, caption, width, height }: any) =>
    /^video\//.test(mime)
      ? { src: absolute(url), ...(caption && { title: caption }) }
      : { url: absolute(url), alt: alternativeText ?? '', ...(width && { width, height }) }
  return visit(value) as { [name: string]: unknown }
}

function blocksOf(node: StrapiNode, absolute: (url: string) => string): Block[] {
  const { type, level, format, image, children = [] } = node
  if (type === 'list') {
    const items: Block[][] = []
    for (const child of children) {
      // A list within a list stands beside the item that it belongs to.
      if (child.type !== 'list') items.push([{ spans: (child.children ?? []).flatMap((each) => spansOf(each)) }])
      else if (items.length) items.at(-1)!.push(...blocksOf(child, absolute))
      else items.push(blocksOf(child, absolute))
    }
    return [{ items, ordered: format === 'ordered' }]
  }
  if (type === 'image') return image ? [{ image: { url: absolute(image.url), alt: image.alternativeText ?? '' } }] : []
  const spans = children.flatMap((each) => spansOf(each))
  if (type === 'code') return [{ code: spans.map(({ text }) => text).join('') }]
  return [{ spans, level: type === 'heading' ? level : undefined }]
}

function spansOf({ type, text = '', bold, italic, code, url, children = [] }: StrapiNode, to?: string): Span[] {
  return type === 'link' ? children.flatMap((each) => spansOf(each, url)) : [{ text, bold, italic, code, url: to }]
}
