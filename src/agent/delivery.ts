import type { Json, Visitor } from '../core/activity.ts'
import { type Flow, type Guide, readGuide } from '../core/guide.ts'
import { toJson } from '../core/to-json.ts'
import type { Source } from '../sources/source.ts'
import type { Time } from './time.ts'

/** Brings the guide to the page. What cannot be used leaves the last good one in force. */
export interface Delivery {
  /** The guide in force. */
  readonly guide: Guide | undefined
  /** Asks the source; where that fails, again after a while. */
  fetch(): void
  /** Asks again where the answer is old. */
  refresh(): void
  /** Takes a guide that was kept; throws if it cannot be used. */
  take(raw: unknown): void
  /** Reads a flow as if it stood in the guide, whose segments and flows it may name; throws if it cannot be used. */
  read(flow: Flow): Flow
}

export interface DeliveryOptions extends Pick<Time, 'now' | 'after' | 'soon'> {
  source: Source
  visitor(): Visitor
  signal: AbortSignal
  /** Keeps a guide for the next page. */
  keep(raw: Json): void
  /** Another guide is in force. Called in a task of its own. */
  onGuide(): void
  onError(error: unknown): void
}

const backoff = 5000
const mostTries = 6
const oldAfter = 5 * 60_000

export function createDelivery(options: DeliveryOptions): Delivery {
  const { source, visitor, signal, keep, onGuide, onError, now, after, soon } = options
  let guide: Guide | undefined
  let text: string | undefined
  let fetches = 0
  let fetchedAt = 0

  async function fetch(tries = 1) {
    const mine = ++fetches
    fetchedAt = now()
    try {
      const raw = await source.guide(visitor(), signal)
      if (mine === fetches && use(raw)) soon(() => keep(raw as Json))
    } catch (error: any) {
      if (signal.aborted || mine !== fetches) return
      onError(error)
      // A server that is back is not asked by everybody at once, and not before it wants to be.
      const wait = Math.max(backoff * 2 ** (tries - 1 - Math.random()), error?.cause?.retryAfter || 0)
      fetchedAt += wait
      // Asked again while somebody looks: else on return, as it then counts as old.
      if (tries < mostTries)
        after(wait, () => {
          if (document.hidden) fetchedAt = 0
          else if (mine === fetches) fetch(tries + 1)
        })
    }
  }

  /** Whether it is another one. */
  function use(raw: unknown) {
    const written = toJson(raw)
    if (signal.aborted || (written === text && guide)) return false
    guide = readGuide(raw)
    text = written
    soon(onGuide)
    return true
  }

  return {
    get guide() {
      return guide
    },
    fetch: () => void fetch(),
    refresh() {
      if (now() - fetchedAt > oldAfter) fetch()
    },
    take: use,
    read(flow) {
      const { flows, ...rest }: Guide = guide ?? { format: 1, flows: [] }
      const others = flows.filter(({ id }) => id !== flow?.id)
      return readGuide({ ...rest, flows: [JSON.parse(toJson(flow)), ...others] }).flows[0]!
    },
  }
}
