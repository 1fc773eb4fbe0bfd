import type { Activity, Visitor } from '../core/activity.ts'
import type { Purpose } from '../core/guide.ts'

/** Activities of one visitor, in order, as a destination gets them. Ids are stable: a batch that is sent again has the same ones. */
export interface Batch {
  visitor: Visitor
  activities: Activity[]
  /** The page is going away: use `sendBeacon` or `keepalive`. */
  leaving?: boolean
}

/**
 * Carries outcomes away. A rejection means "again later": the batch is kept and sent again with the same ids,
 * unless the error's `cause` is a `Refusal` with `terminal`: then it can never be taken and is dropped.
 */
export interface Destination {
  name: string
  /** The consent it needs. @default 'analytics' */
  purpose?: Purpose
  send(batch: Batch): Promise<void> | void
}

/** Why a batch was not taken, as the `cause` of the `FootholdError('destination-failed')` that `send` rejects with. */
export interface Refusal {
  /** The HTTP status, where there was an answer. */
  status?: number
  /** Milliseconds that the other side asks to wait before the next try. */
  retryAfter?: number
  /** The same batch will never be taken: do not send it again. */
  terminal?: boolean
}
