import type { Activity, Visitor } from '../core/activity.ts'
import { FootholdError } from '../core/errors.ts'
import type { Purpose } from '../core/guide.ts'
import { toJson } from '../core/to-json.ts'
import type { Batch, Destination, Refusal } from './destination.ts'

/**
 * Posts activities as JSON to an address of yours, `{ batch: […], sentAt }` in Segment's batch format. What Segment has
 * no word for stands under `context.foothold`: `seq`, `tab`, `interaction`. While the page goes away it sends by
 * beacon, in pieces, as `text/plain` (with `headers` by `fetch` with `keepalive`, as beacons carry none).
 *
 * @example webhook({ url: 'https://example.com/hooks/foothold' })
 */
export function webhook({ url, headers, name = 'webhook', purpose, timeout = 10_000 }: WebhookOptions): Destination {
  const failed = (why: string, refusal: Refusal & { error?: unknown }) =>
    new FootholdError('destination-failed', `${url} did not take the batch: ${why}`, { cause: refusal })

  const post = async (body: string, keepalive: boolean) => {
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    // A fetch that somebody patched may throw, answer nothing, or never settle, whatever the signal says.
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(failed(`it did not answer within ${timeout} ms. It will be sent again.`, {}))
        abort.abort()
      }, timeout)
    })
    const ask = async () => {
      let response: Response
      try {
        response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': keepalive && !headers ? 'text/plain' : 'application/json', ...headers },
          body,
          keepalive,
          signal: abort.signal,
        })
      } catch (error) {
        throw failed('it could not be reached. Check the network, CORS and the connect-src of the page.', { error })
      }
      const status = response?.status
      if (!status) throw failed('fetch answered no Response. Is it patched?', {})
      if (response.ok) return
      const terminal = status >= 400 && status < 500 && ![408, 425, 429].includes(status)
      throw failed(
        `it answered ${status}. ${terminal ? 'It is dropped; check the address and the headers.' : 'It will be sent again.'}`,
        {
          status,
          retryAfter: wait(response.headers?.get('retry-after')),
          terminal,
        },
      )
    }
    try {
      await Promise.race([late, ask()])
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    name,
    purpose,
    async send({ visitor, activities, leaving }: Batch) {
      const items = activities.flatMap((activity) => encode(activity, visitor))
      if (!items.length) return
      if (!leaving) return post(bodyOf(items), false)
      const sent = await Promise.allSettled(
        pieces(items).map((piece) => (!headers && beacon(url, bodyOf(piece))) || post(bodyOf(piece), true)),
      )
      for (const one of sent) if (one.status === 'rejected') throw one.reason
    },
  }
}

export interface WebhookOptions {
  url: string
  /** Of every request, e.g. `{ authorization: 'Bearer …' }`. They can be read by everyone who opens the page. */
  headers?: Record<string, string>
  /** Tells several webhooks apart. @default 'webhook' */
  name?: string
  /** The consent it needs. @default 'analytics' */
  purpose?: Purpose
  /** Milliseconds to wait for an answer. @default 10000 */
  timeout?: number
}

function beacon(url: string, body: string): boolean {
  try {
    // A string goes as text/plain: no preflight, which a page that goes away could not wait for.
    return navigator.sendBeacon(url, body)
  } catch {
    return false
  }
}

function bodyOf(items: string[]): string {
  return `{"batch":[${items.join()}],"sentAt":"${new Date().toISOString()}"}`
}

/** Beacons in flight share 64 KiB, so each piece stays below 60 kB. */
function pieces(items: string[]): string[][] {
  const encoder = new TextEncoder()
  const result: string[][] = []
  let room = 0
  for (const item of items) {
    const size = encoder.encode(item).length + 1
    if (!result.length || size > room) {
      result.push([])
      room = 60_000 - 60
    }
    room -= size
    result.at(-1)!.push(item)
  }
  return result
}

/** One activity as Segment writes it; nothing if it cannot be written, so that it never stops the others. */
function encode(
  { id, type, at, seq, visitor, tab, page, properties, interaction }: Activity,
  known: Visitor,
): string[] {
  try {
    const who = visitor ?? known
    const what =
      type === 'Page Viewed'
        ? { type: 'page', properties }
        : type === 'Visitor Identified'
          ? { type: 'identify', traits: who.traits ?? known.traits ?? {} }
          : { type: 'track', event: type, properties }
    const item = {
      ...what,
      messageId: id,
      anonymousId: who.anonymousId,
      userId: who.id,
      timestamp: new Date(at).toISOString(),
      context: {
        page,
        locale: who.locale,
        timezone: who.timezone,
        traits: what.type === 'identify' ? undefined : who.traits,
        foothold: { seq, tab, interaction },
      },
    }
    return [toJson(item)]
  } catch {
    return []
  }
}

/** `Retry-After` in milliseconds: whole seconds or a date. */
function wait(header: string | null | undefined): number | undefined {
  if (!header) return
  const ms = /^\d+$/.test(header) ? +header * 1000 : Date.parse(header) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
