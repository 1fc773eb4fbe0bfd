import { FootholdError } from '../core/errors.ts'
import type { Source } from './source.ts'

/**
 * Fetches the guide from an address, revalidated by the browser's cache (ETag), and contents from
 * `{content}/{ref}?flow=…&variant=…&locale=…`. A content is asked for a second time when the network failed.
 *
 * @example httpSource({ url: '/guide.json' })
 */
export function httpSource({ url, content, headers, timeout = 10_000 }: HttpSourceOptions): Source {
  const read = async (what: string, address: () => string, signal: AbortSignal | undefined, tries: number) => {
    const failed = (why: string, cause?: unknown) =>
      new FootholdError('source-failed', `${what} could not be had: ${why}`, { cause })
    let href: string
    try {
      href = address()
    } catch (cause) {
      throw failed(
        `httpSource was given an address that is none (url "${url}", content "${content}"). Correct it.`,
        cause,
      )
    }
    const abort = new AbortController()
    const called = () => abort.abort(failed('it is no longer wanted.', signal?.reason))
    signal?.addEventListener('abort', called)
    const timer = setTimeout(
      () =>
        abort.abort(
          failed(`${href} did not answer within ${timeout} ms. Check the server, or raise httpSource's timeout.`),
        ),
      timeout,
    )
    if (signal?.aborted) called()
    // A fetch that somebody patched may throw, answer nothing, or never settle, whatever the signal says.
    const ended = new Promise<never>((_, reject) => {
      const end = () => reject(abort.signal.reason)
      if (abort.signal.aborted) end()
      else abort.signal.addEventListener('abort', end)
    })
    const ask = async (left: number): Promise<Response> => {
      abort.signal.throwIfAborted()
      try {
        return await fetch(href, {
          cache: 'no-cache',
          signal: abort.signal,
          headers: { accept: 'application/json', ...(typeof headers === 'function' ? await headers() : headers) },
        })
      } catch (cause) {
        if (left > 1 && !abort.signal.aborted) return ask(left - 1)
        throw failed(`${href} could not be reached. Check the network, CORS and the page's connect-src.`, cause)
      }
    }
    const load = async () => {
      const response = await ask(tries)
      if (typeof response?.text !== 'function') throw failed(`fetch answered no Response for ${href}. Is it patched?`)
      if (!response.ok) {
        const { status } = response
        throw failed(`${href} answered ${status}. Check the address given to httpSource, and the server.`, { status })
      }
      const text = await response.text()
      if (text.length > largest) throw failed(`${href} answered more than ${largest} characters. Split the guide.`)
      try {
        return JSON.parse(text) as unknown
      } catch (cause) {
        const kind = /^\s*</.test(text) ? 'an HTML page (a sign-in or fallback page?)' : 'something else'
        throw failed(`${href} answered ${kind} instead of JSON. Check the address and what serves it.`, cause)
      }
    }
    try {
      return await Promise.race([ended, load()])
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', called)
    }
  }

  return {
    name: 'http',
    guide: (_, signal) => read('The guide', () => new URL(url, globalThis.location?.href).href, signal, 1),
    content: (ref, { flow, variant, locale, signal }) =>
      read(
        `The content "${ref}"`,
        () => {
          // "." and ".." would climb out of the folder, encoded or not.
          if (!ref || /^\.+$/.test(ref)) throw new TypeError(`"${ref}" is no reference`)
          const base = new URL(url, globalThis.location?.href)
          const folder = new URL(content === undefined ? 'content' : content, base)
          folder.pathname = `${folder.pathname.replace(/\/$/, '')}/${encodeURIComponent(ref)}`
          for (const [key, value] of Object.entries({ flow, variant, locale }))
            if (value) folder.searchParams.set(key, value)
          return folder.href
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

/** Parsing more would freeze the page. */
const largest = 4 << 20
