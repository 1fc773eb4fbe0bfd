import type { Activity, Json } from '../core/activity.ts'
import type { Purpose } from '../core/guide.ts'
import type { Destination } from '../destinations/destination.ts'
import type { Attempts } from './attempts.ts'
import { createOutbox, type OutboxOptions } from './outbox.ts'
import type { Shelf } from './shelf.ts'

/** The outboxes of all destinations. */
export interface Outboxes {
  add(activity: Activity): void
  /** Opens and closes each by its purpose. */
  consent(granted: (purpose: Purpose) => boolean | undefined): void
  /** The page is hidden, or (`gone`) going away. */
  leave(gone: boolean): void
  /** Takes what an earlier page could not send. */
  recall(): void
  /** Takes what another tab could not send. */
  adopt(unsent: Unsent): void
  /** The page comes back from a time in which others may have sent what this one knows. */
  forget(): void
}

/** By the name of the destination. */
export type Unsent = { [destination: string]: Activity[] }

export interface OutboxesOptions
  extends Pick<OutboxOptions, 'now' | 'after' | 'owner'>,
    Pick<Shelf, 'read' | 'write'>,
    Pick<Attempts, 'fail'> {
  give(unsent: Unsent): void
}

export function createOutboxes(destinations: Destination[], options: OutboxesOptions): Outboxes {
  const { give, read, write, fail } = options
  const keyOf = ({ name }: Destination) => `outbox:${name}`
  const all = destinations.map((destination) => {
    const outbox = createOutbox(destination, {
      ...options,
      keep: (unsent: Json | undefined) => write(keyOf(destination), unsent),
      give: (unsent) => give({ [destination.name]: unsent }),
      onError: (error) => fail('destination-failed', `Destination "${destination.name}"`, error),
    })
    return { destination, outbox }
  })

  return {
    add(activity) {
      for (const { outbox } of all) outbox.add(activity)
    },
    consent(granted) {
      for (const { destination, outbox } of all) outbox.consent(granted(destination.purpose ?? 'analytics'))
    },
    leave(gone) {
      for (const { outbox } of all) outbox.leave(gone)
    },
    recall() {
      for (const { destination, outbox } of all)
        read(keyOf(destination)).then((unsent) => {
          if (Array.isArray(unsent)) outbox.adopt(unsent)
        })
    },
    adopt(unsent) {
      for (const { destination, outbox } of all) outbox.adopt(unsent[destination.name] ?? [])
    },
    forget() {
      for (const { outbox } of all) outbox.forget()
    },
  }
}
