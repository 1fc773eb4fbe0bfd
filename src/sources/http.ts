import { readJson, type Server } from './read-json.ts'
import type { Source } from './source.ts'

/**
 * Fetches the guide from an address, revalidated by the browser's cache (ETag), and contents from
 * `{content}/{ref}?flow=…&variant=…&locale=…`. A content is asked for a second time when the network failed.
 *
 * @example httpSource({ url: '/guide.json' })
 */
export function httpSource(options: HttpSourceOptions): Source {
  const { url, content = 'content' } = options
  const beside = (address: string) => new URL(address, new URL(url, globalThis.location?.href))
  return {
    name: 'http',
    guide: (_, signal) => readJson(options, 'The guide', () => beside(url), signal),
    content: (ref, { flow, variant, locale, signal }) =>
      readJson(
        options,
        `The content "${ref}"`,
        () => {
          const folder = beside(content)
          // "." and ".." would climb out of the folder, encoded or not.
          if (!/[^.]/.test(ref)) throw new TypeError('no reference')
          folder.pathname = `${folder.pathname.replace(/\/$/, '')}/${encodeURIComponent(ref)}`
          for (const [key, value] of Object.entries({ flow, variant, locale }))
            if (value) folder.searchParams.set(key, value)
          return folder
        },
        signal,
        2,
      ),
  }
}

export interface HttpSourceOptions extends Server {
  /** Where the guide is, e.g. `/guide.json`. */
  url: string
  /** Where contents are, e.g. `/content`. @default `content`, beside the guide */
  content?: string
  /** More headers, e.g. `async () => ({ authorization: … })`. */
  headers?: Server['headers']
}
