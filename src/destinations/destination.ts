import type { Activity, Visitor } from '../core/activity.ts'
import type { Purpose } from '../core/guide.ts'

/** Activities of one visitor, in order, as a destination gets them. Ids are stable: a batch that is sent again has the same ones. */
export interface Batch {
  visitor: Visitor
  activities: Activity[]
  /** The page is going away: use `sendBeacon` or `keepalive`. */
  leaving?: boolean
}

/** Carries outcomes away. A rejection means "again later"; the batch is kept and sent again with the same ids. */
export interface Destination {
  name: string
  /** The consent it needs. @default 'analytics' */
  purpose?: Purpose
  send(batch: Batch): Promise<void> | void
}
