import { FootholdError } from '../core/errors.ts'

/** A server, and how it is asked. */
export interface Server {
  /** Its address, as errors name it. */
  url: string
  headers?: Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>) | undefined
  /** Milliseconds to wait for an answer. @default 10000 */
  timeout?: number | undefined
}

/**
 * Fetches JSON, revalidated by the browser's cache (ETag). Rejects with a FootholdError `source-failed`; where the server
 * answered that it failed, its `cause` has the `status` and, in milliseconds, `retryAfter`.
 *
 * @param what What is wanted, e.g. `The guide`.
 * @param address Where it is; may throw.
 * @param tries How often it is asked for while the network fails.
 */
export async function readJson(
  { url, headers, timeout = 10_000 }: Server,
  what: string,
  address: () => URL,
  signal: AbortSignal | undefined,
  tries = 1,
): Promise<unknown> {
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
    const wrong = (how: string, cause?: unknown) => failed(`${response.url} answered ${how}. Check the server.`, cause)
    if (!response.ok) {
      const { status } = response
      const wait: any = response.headers?.get('retry-after')
      throw wrong(`${status}`, { status, retryAfter: wait * 1000 || Date.parse(wait) - Date.now() })
    }
    // Parsing more would freeze the page.
    if (text.length > 4 << 20) throw wrong('more than 4 MB')
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw wrong(`no JSON: "${text.slice(0, 40)}"`, cause)
    }
  }
  try {
    return await Promise.race([ended, load(tries)])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', called)
  }
}
