import { FootholdError } from '../core/errors.ts'
import { nearestLocale } from './nearest-locale.ts'
import { readJson } from './read-json.ts'
import type { Source } from './source.ts'
import { type Block, type Span, writeMarkdown } from './write-markdown.ts'

export interface ContentfulSourceOptions {
  /** Id of the space. */
  space: string
  /** Token of the Content Delivery API: it is public. */
  token: string
  /** @default 'master' */
  environment?: string
  /** Id of the entry that holds the guide. */
  guide: string
  /** The field of that entry, of the type JSON object. @default 'guide' */
  field?: string
  /** The locales of the space, e.g. `['en-US', 'de']`: the visitor's nearest is asked for, else the default one. */
  locales?: string[]
  /** `preview.contentful.com` with a preview token, `cdn.eu.contentful.com` in Europe. @default 'cdn.contentful.com' */
  host?: string
}

/**
 * Brings the guide from an entry of Contentful, and contents from entries, `content: { "ref": "<entry id>" }`: fields are
 * props, linked entries and assets stand in their place, rich text becomes Markdown.
 *
 * @example contentfulSource({ space: 'x1y2z3', token: '…', guide: '5KsDBWseXY6QegucYAoacS', locales: ['en-US', 'de'] })
 */
export function contentfulSource(options: ContentfulSourceOptions): Source {
  const {
    space,
    token,
    environment = 'master',
    guide,
    field = 'guide',
    locales = [],
    host = 'cdn.contentful.com',
  } = options
  const url = `https://${host}/spaces/${space}/environments/${environment}/entries`

  async function ask(what: string, id: string, signal: AbortSignal, locale?: string) {
    const near = locale && nearestLocale(locale, locales)
    const address = () => {
      const asked = new URL(url)
      asked.search = `${new URLSearchParams({ 'sys.id': id, include: '10', ...(near && { locale: near }) })}`
      return asked
    }
    const headers = { authorization: `Bearer ${token}` }
    const found = Object(await readJson({ url, headers }, what, address, signal, 2)) as Partial<Entries>
    const entry = found.items?.find(({ sys }) => sys.id === id)
    if (entry) return { entry, resources: [entry, ...(found.includes?.Entry ?? []), ...(found.includes?.Asset ?? [])] }
    throw new FootholdError(
      'source-failed',
      `${what} could not be had: Contentful has no published entry "${id}". Publish it, or correct the id.`,
    )
  }

  return {
    name: 'contentful',
    async guide(_, signal) {
      const found = (await ask('The guide', guide, signal)).entry.fields?.[field]
      if (found) return found
      throw new FootholdError(
        'source-failed',
        `The guide could not be had: entry "${guide}" has no field "${field}". Give it one of the type JSON object.`,
      )
    },
    async content(ref, { locale, signal }) {
      const { entry, resources } = await ask(`The content "${ref}"`, ref, signal, locale)
      return resolve(entry, resources)
    },
  }
}

/** Of the Content Delivery API. */
interface Entries {
  items: Resource[]
  includes?: { Entry?: Resource[]; Asset?: Resource[] }
}

interface Resource {
  sys: { id: string; type: string }
  fields?: { [name: string]: any }
}

interface RichText {
  nodeType: string
  value?: string
  marks?: { type: string }[]
  data?: { uri?: string; target?: unknown }
  content?: RichText[]
}

/** The fields of an entry, with what they link to in its place; what links back to it, or was not published, is left out. */
function resolve(entry: Resource, resources: Resource[]): { [key: string]: unknown } {
  const visit = (value: any, above: Resource[]): unknown => {
    if (Array.isArray(value)) return value.map((each) => visit(each, above)).filter((each) => each !== undefined)
    if (typeof value !== 'object' || !value) return value ?? undefined
    if (value.nodeType === 'document') return writeMarkdown(blocksOf(value, linked))
    if (value.sys?.type === 'Link') {
      const found = linked(value)
      return !found || above.includes(found) ? undefined : propsOf(found, above)
    }
    return fieldsOf(value, above)
  }
  const linked = (link: any) =>
    resources.find(({ sys }) => sys.id === link?.sys?.id && sys.type === (link?.sys?.linkType ?? sys.type))
  const fieldsOf = (fields: object, above: Resource[]) =>
    Object.fromEntries(
      Object.entries(fields)
        .map(([key, value]) => [key, visit(value, above)] as const)
        .filter(([, value]) => value !== undefined),
    )
  const propsOf = (resource: Resource, above: Resource[]) => {
    const { sys, fields = {} } = resource
    return sys.type === 'Asset' ? mediaOf(fields) : { id: sys.id, ...fieldsOf(fields, [...above, resource]) }
  }
  return fieldsOf(entry.fields ?? {}, [entry])
}

/** A picture or a video as steps take them. */
function mediaOf({ file, title, description }: { [name: string]: any }): { [key: string]: unknown } | undefined {
  if (!file?.url) return undefined
  const url = file.url.replace(/^\/\//, 'https://')
  const { width, height } = file.details?.image ?? {}
  if (/^video\//.test(file.contentType)) return { src: url, ...(title && { title }) }
  return { url, alt: description ?? '', ...(width && { width, height }) }
}

function blocksOf(node: RichText, linked: (link: unknown) => Resource | undefined): Block[] {
  const { nodeType, content = [], data } = node
  const level = /^heading-(\d)$/.exec(nodeType)?.[1]
  if (nodeType === 'paragraph' || nodeType === 'table-row' || level)
    return [{ spans: content.flatMap((each) => spansOf(each, linked)), level: level ? Number(level) : undefined }]
  if (/^(un)?ordered-list$/.test(nodeType))
    return [
      {
        ordered: nodeType === 'ordered-list',
        items: content.map((item) => (item.content ?? []).flatMap((each) => blocksOf(each, linked))),
      },
    ]
  if (nodeType === 'embedded-asset-block') {
    const { url, alt } = mediaOf(linked(data?.target)?.fields ?? {}) ?? {}
    return url ? [{ image: { url: url as string, alt: alt as string } }] : []
  }
  return content.flatMap((each) => blocksOf(each, linked))
}

function spansOf(node: RichText, linked: (link: unknown) => Resource | undefined, url?: string): Span[] {
  const { nodeType, value = '', marks = [], content = [], data } = node
  if (nodeType === 'text') {
    const has = (mark: string) => marks.some(({ type }) => type === mark) || undefined
    return [{ text: value, bold: has('bold'), italic: has('italic'), code: has('code'), url }]
  }
  const media = nodeType === 'asset-hyperlink' ? mediaOf(linked(data?.target)?.fields ?? {}) : undefined
  const to = nodeType === 'hyperlink' ? data?.uri : ((media?.url ?? media?.src) as string | undefined)
  const spans = content.flatMap((each) => spansOf(each, linked, to ?? url))
  return nodeType === 'table-cell' || nodeType === 'table-header-cell' ? [...spans, { text: ' ' }] : spans
}
