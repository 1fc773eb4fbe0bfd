import type { Json } from '../core/activity.ts'
import { FootholdError } from '../core/errors.ts'
import { toJson } from '../core/to-json.ts'
import { nearestLocale } from './nearest-locale.ts'
import { readJson } from './read-json.ts'
import type { Source } from './source.ts'
import { type Block, type Span, writeMarkdown } from './write-markdown.ts'

export interface SanitySourceOptions {
  /** Id of the project. */
  project: string
  /** @default 'production' */
  dataset?: string
  /** A day: the API as it was then. @default '2025-02-19' */
  version?: string
  /** GROQ for the guide: an object, or JSON as text or code. E.g. `*[_id == "guide"][0].json` */
  guide: string
  /** GROQ for a content, with the parameters `$ref $locale $flow $variant`. @default `*[_id == $ref][0]` */
  content?: string
  /** The locales that there are, e.g. `['en', 'de']`: `$locale` is the visitor's nearest, else the first. Default: the visitor's. */
  locales?: string[]
  /** For a private dataset. Whoever sees the page sees it. */
  token?: string
}

/**
 * Brings the guide and contents from Sanity by queries: references are theirs to follow (`->`), portable text becomes
 * Markdown, pictures become `{ url, alt, width, height }`, and what begins with `_` is left out.
 *
 * @example
 * sanitySource({
 *   project: 'abc123', guide: '*[_id == "guide"][0].json.code', locales: ['en', 'de'],
 *   content: '*[_type == "tip" && slug.current == $ref && language == $locale][0]{ title, text, image }',
 * })
 */
export function sanitySource(options: SanitySourceOptions): Source {
  const { project, dataset = 'production', version = '2025-02-19', guide, locales, token } = options
  const { content = '*[_id == $ref][0]' } = options
  const url = `https://${project}.${token ? 'api' : 'apicdn'}.sanity.io/v${version}/data/query/${dataset}`
  const headers = token ? { authorization: `Bearer ${token}` } : undefined

  async function ask(
    what: string,
    query: string,
    signal: AbortSignal,
    given: { [name: string]: string | undefined } = {},
  ) {
    const address = () => {
      const asked = new URL(url)
      const parameters = Object.entries(given).map(([name, value]) => [`$${name}`, toJson(value ?? null)])
      asked.search = `${new URLSearchParams([['query', query], ['perspective', 'published'], ...parameters] as [string, string][])}`
      return asked
    }
    const { result } = Object(await readJson({ url, headers }, what, address, signal, 2)) as { result?: Json }
    if (result !== undefined && result !== null) return result
    throw new FootholdError(
      'source-failed',
      `${what} could not be had: Sanity finds nothing published with ${query}. Publish it, or correct the query.`,
    )
  }

  return {
    name: 'sanity',
    async guide(_, signal) {
      const found = await ask('The guide', guide, signal)
      const text = typeof found === 'string' ? found : (found as { code?: Json }).code
      if (typeof text !== 'string') return found
      try {
        return JSON.parse(text)
      } catch (cause) {
        throw new FootholdError(
          'source-failed',
          'The guide could not be had: its text is no JSON. Correct it in Sanity.',
          {
            cause,
          },
        )
      }
    },
    async content(ref, { locale, flow, variant, signal }) {
      const near = locales ? (nearestLocale(locale, locales) ?? locales[0]) : locale
      return propsOf(
        await ask(`The content "${ref}"`, content, signal, { ref, locale: near, flow, variant }),
        project,
        dataset,
      )
    },
  }
}

interface PortableBlock {
  _type: string
  style?: string
  listItem?: string
  level?: number
  children?: { _type: string; text?: string; marks?: string[] }[]
  markDefs?: { _key: string; _type: string; href?: string }[]
}

function propsOf(value: any, project: string, dataset: string): unknown {
  const visit = (value: any): unknown => {
    if (Array.isArray(value)) {
      if (value.some((each) => each?._type === 'block')) return writeMarkdown(blocksOf(value, imageOf))
      return value.map(visit).filter((each) => each !== undefined)
    }
    if (typeof value !== 'object' || !value) return value ?? undefined
    if (value._type === 'slug') return value.current
    if (value._type === 'image') return imageOf(value)
    if (value._type === 'reference') return undefined
    const own = Object.entries(value).filter(([key]) => key[0] !== '_')
    const entries = own.map(([key, each]) => [key, visit(each)] as const).filter(([, each]) => each !== undefined)
    // What stands in a list is known by its key.
    return { ...(value._key && { id: value._key }), ...Object.fromEntries(entries) }
  }
  const imageOf = ({ asset, alt }: any) => {
    const [, id, width, height, format] = /^image-(.+)-(\d+)x(\d+)-(\w+)$/.exec(asset?._ref ?? asset?._id ?? '') ?? []
    if (!id) return asset?.url ? { url: asset.url, alt: alt ?? '' } : undefined
    const url = `https://cdn.sanity.io/images/${project}/${dataset}/${id}-${width}x${height}.${format}`
    return { url, alt: alt ?? '', width: Number(width), height: Number(height) }
  }
  return visit(value)
}

function blocksOf(
  portable: PortableBlock[],
  imageOf: (image: PortableBlock) => { url: string; alt: string } | undefined,
): Block[] {
  const blocks: Block[] = []
  /** The lists that are open, the innermost last. */
  let open: (Block & { items: Block[][] })[] = []
  for (const each of portable) {
    const { _type, style = 'normal', listItem, level = 1, children = [], markDefs = [] } = each
    if (_type === 'image') {
      const image = imageOf(each)
      if (image) blocks.push({ image })
    }
    if (_type !== 'block') {
      open = []
      continue
    }
    const spans = children.map(({ text = '', marks = [] }): Span => {
      const has = (mark: string) => marks.includes(mark) || undefined
      const url = markDefs.find(({ _key }) => marks.includes(_key))?.href
      return { text, bold: has('strong'), italic: has('em'), code: has('code'), url }
    })
    const heading = /^h([1-6])$/.exec(style)?.[1]
    const block: Block = { spans, level: heading ? Number(heading) : undefined }
    if (!listItem) {
      open = []
      blocks.push(block)
      continue
    }
    const ordered = listItem === 'number'
    open = open.slice(0, level)
    if (open.length === level && (open.at(-1) as { ordered?: boolean }).ordered !== ordered) open = open.slice(0, -1)
    while (open.length < level) {
      const list = { items: [] as Block[][], ordered }
      const parent = open.at(-1)
      if (!parent) blocks.push(list)
      else if (parent.items.length) parent.items.at(-1)!.push(list)
      else parent.items.push([list])
      open.push(list)
    }
    open.at(-1)!.items.push([block])
  }
  return blocks
}
