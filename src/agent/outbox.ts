import type { Activity, Json } from '../core/activity.ts'
import { FootholdError } from '../core/errors.ts'
import type { Destination, Refusal } from '../destinations/destination.ts'

/** What waits for one destination: bounded, in order, sent in batches, kept until the destination has taken it. */
export interface Outbox {
  add(activity: Activity): void
  /** `undefined`: not asked yet, so a little is kept in memory; `false`: what waits is forgotten. */
  consent(granted: boolean | undefined): void
  /** Sends what waits, in batches, one after the other. */
  flush(): void
  /** The page is hidden or (`gone`) going away: what waits is sent by beacon and kept, or given to a tab that stays. */
  leave(gone: boolean): void
  /** Takes what another tab, or an earlier page, could not send. */
  adopt(activities: Activity[]): void
  /** Forgets what this page knows: the page comes back from a time in which others may have sent it. */
  forget(): void
}

export interface OutboxOptions {
  now(): number
  after(ms: number, run: () => void): () => void
  /** Whether this tab is the one that persists. */
  owner(): boolean
  /** Keeps what is not sent for the next page. */
  keep(unsent: Json | undefined): void
  /** Gives what is not sent to the tab that persists. */
  give(unsent: Activity[]): void
  onError(error: unknown): void
}

const batchSize = 100
const bound = 500
const boundBeforeConsent = 100
/** So long more activities are waited for. */
const debounce = 1000
const longestBackoff = 60_000
const longestRetryAfter = 300_000
/** After so many failures it is tried again only when there is something new. */
const tries = 10

/** Makes the outbox of a destination. Ids are stable, so a batch that is sent again can be recognised. */
export function createOutbox(destination: Destination, options: OutboxOptions): Outbox {
  const { now, after, owner, keep, give, onError } = options
  /** Batches that are not answered yet, and whether they were sent while the page went away. */
  const underWay = new Map<Activity[], boolean>()
  let waiting: Activity[] = []
  let granted: boolean | undefined
  let size = batchSize
  let failures = 0
  let dropped = 0
  let notBefore = 0
  let kept = false
  let cancel: (() => void) | undefined

  const outbox: Outbox = {
    add(activity) {
      if (granted === false) return
      waiting.push(activity)
      trim()
      if (granted) schedule(debounce)
    },
    consent(answer) {
      granted = answer
      if (granted) schedule(debounce)
      if (granted === false) {
        outbox.forget()
        keep(undefined)
      }
    },
    flush: () => send(false),
    leave(gone) {
      if (!granted) return
      if (owner()) {
        send(true)
        save()
      } else {
        const left = gone ? unsent() : waiting
        if (gone) underWay.clear()
        waiting = []
        if (left.length) give(left)
      }
    },
    adopt(activities) {
      if (granted === false) return
      const known = new Set(
        [...underWay.keys()]
          .flat()
          .concat(waiting)
          .map(({ id }) => id),
      )
      waiting = [...activities.filter(({ id }) => !known.has(id)), ...waiting]
      kept = true
      trim()
      if (granted) schedule(debounce)
    },
    forget() {
      waiting = []
      underWay.clear()
    },
  }
  return outbox

  function send(leaving: boolean) {
    while (granted && waiting.length && now() >= notBefore && (leaving || !underWay.size)) {
      const { anonymousId } = waiting[0]!.visitor
      const end = waiting.findIndex(({ visitor }, index) => index >= size || visitor.anonymousId !== anonymousId)
      const batch = waiting.splice(0, end < 0 ? waiting.length : end)
      const visitors = batch.map((activity) => activity.visitor)
      const visitor = Object.assign({}, ...visitors)
      // Each tells what changed.
      if (visitor.traits) visitor.traits = Object.assign({}, ...visitors.map(({ traits }) => traits))
      underWay.set(batch, leaving)
      const refused = (error: any) => settled(batch, error ?? new Error('no reason was given'))
      try {
        const sent = destination.send({ visitor, activities: batch, ...(leaving && { leaving }) })
        Promise.resolve(sent).then(() => settled(batch), refused)
      } catch (error) {
        // Known at once, so that a page that goes away still keeps it.
        refused(error)
        return
      }
    }
  }

  function settled(batch: Activity[], error?: { cause?: Refusal }) {
    if (!underWay.delete(batch)) return
    const { status, retryAfter, terminal } = error?.cause ?? {}
    const halve = status === 413 && batch.length > 1
    if (!error) {
      failures = 0
      if (dropped) onError(lost(`${dropped} activities were dropped while it failed.`))
      dropped = 0
    } else if (terminal && !halve) onError(error)
    else if (granted !== false) {
      // Several may be under way; what follows from an activity stays behind it.
      waiting = [...batch, ...waiting].sort((a, b) => a.at - b.at || a.seq - b.seq)
      trim()
      if (halve) size = Math.ceil(batch.length / 2)
      else {
        if (!failures++) onError(error)
        const backoff = Math.min(1000 * 2 ** (failures - 1), longestBackoff) * (0.5 + Math.random() / 2)
        notBefore = now() + (retryAfter === undefined ? backoff : Math.min(retryAfter, longestRetryAfter))
      }
    }
    if (kept || (error && owner())) save()
    if (failures < tries) schedule(0)
  }

  function schedule(ms: number) {
    if (waiting.length)
      cancel ??= after(Math.max(ms, notBefore - now()), () => {
        cancel = undefined
        send(false)
      })
  }

  function save() {
    const left = unsent()
    if (kept || left.length) keep(left.length ? (left as unknown as Json) : undefined)
    kept = left.length > 0
  }

  /** A beacon under way is the browser's, which sends it though the page is gone; to keep it would be to send it twice. */
  function unsent() {
    return [...underWay].flatMap(([batch, leaving]) => (leaving ? [] : batch)).concat(waiting)
  }

  function trim() {
    const over = waiting.length - (granted ? bound : boundBeforeConsent)
    if (over > 0) {
      waiting.splice(0, over)
      dropped += over
    }
  }

  function lost(why: string) {
    return new FootholdError('destination-failed', `Destination "${destination.name}" is behind: ${why}`)
  }
}
