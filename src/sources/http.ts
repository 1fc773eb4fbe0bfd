import { FootholdError } from '../core/errors.ts'
import type { Source } from './source.ts'

/**
 * Fetches the guide from an address, revalidated by the browser's cache (ETag), and contents from
 * `{content}/{ref}?flow=…&variant=…&locale=…`. A content is asked for a second time when the network failed.
 *
 * @example httpSource({ url: '/guide.json' })
 */
export function httpSource({ url, content = 'content', headers, timeout = 10_000 }: HttpSourceOptions): Source {
  const read = async (what: string, address: () => URL, signal: AbortSignal | undefined, tries: number) => {
    const failed = (why: string, cause?: unknown) =>
      new FootholdError('source-failed', `${what} could not be had: ${why}`, { cause })
    const abort = new AbortController()
    let end = (_why: string) => {}
    // A fetch that somebody patched may throw, answer nothing, or never settle, whatever the signal says.
    const ended = new Promise<never>((_, reject) => {
      end = (why) => {
        reject(failed(why))
        abort.abort()
      }
    })
    const called = () => end('it is no longer wanted. Ask again.')
    signal?.addEventListener('abort', called)
    if (signal?.aborted) called()
    const timer = setTimeout(() => end(`${url} did not answer within ${timeout} ms. Check the server.`), timeout)

    const load = async (left: number): Promise<unknown> => {
      let response: Response
      let text: string
      try {
        response = await fetch(address(), {
          cache: 'no-cache',
          signal: abort.signal,
          headers: { accept: 'application/json', ...(typeof headers === 'function' ? await headers() : headers) },
        })
        text = await response.text()
      } catch (cause) {
        if (left > 1 && !abort.signal.aborted) return load(left - 1)
        throw failed(`${url} could not be reached. Check the address, the network, CORS and connect-src.`, cause)
      }
      const wrong = (how: string, cause?: unknown) =>
        failed(`${response.url} answered ${how}. Check the server.`, cause)
      if (!response.ok) throw wrong(`${response.status}`)
      // Parsing more would freeze the page.
      if (text.length > 4 << 20) throw wrong('more than 4 MB')
      try {
        return JSON.parse(text)
      } catch (cause) {
        throw wrong(/^\s*</.test(text) ? 'a web page instead of JSON' : 'something that is no JSON', cause)
      }
    }
    try {
      return await Promise.race([ended, load(tries)])
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', called)
    }
  }

  const beside = (address: string) => new URL(address, new URL(url, globalThis.location?.href))
  return {
    name: 'http',
    guide: (_, signal) => read('The guide', () => beside(url), signal, 1),
    content: (ref, { flow, variant, locale, signal }) =>
      read(
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

export interface HttpSourceOptions {
  /** Where the guide is, e.g. `/guide.json`. */
  url: string
  /** Where contents are, e.g. `/content`. @default `content`, beside the guide */
  content?: string
  /** More headers, e.g. `async () => ({ authorization: … })`. */
  headers?: Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>)
  /** Milliseconds to wait for an answer. @default 10000 */
  timeout?: number
}
