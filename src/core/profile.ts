import type { Json, Page, Properties, ProductProperties } from './activity.ts'

/** What is known about a visitor: the fold of all activities. */
export interface Profile {
  visitor: { id?: string; anonymousId: string; traits: Properties; timezone?: string; locale?: string }
  /** Milliseconds since the epoch. */
  firstSeen?: number
  lastSeen?: number
  sessions: {
    /** How many sessions there were, the current one included. */
    count: number
    /** Absent between sessions. `seconds` from its start to its last interaction, `engaged` seconds of visible pages. */
    current?: { startedAt: number; seconds: number; pages: number; engaged: number }
  }
  /** How often each type of activity happened. */
  counts: { [type: string]: number }
  page?: Page
  device?: 'phone' | 'tablet' | 'desktop'
  cart: { items: CartItem[]; value: number; currency?: string }
  flows: { [id: string]: FlowHistory }
  /** Names of the segments the visitor is in now: `true` for each. */
  segments: { [name: string]: boolean }
  /** What the guide's models predict, between 0 and 1. */
  scores: { [model: string]: number }
}

export type CartItem = ProductProperties & { quantity: number }

export interface FlowHistory {
  /** `shown` while it runs. */
  status: 'shown' | 'completed' | 'dismissed' | 'ended' | 'snoozed'
  /** The last step that was reached. */
  step?: string
  /** How often it was started and seen. */
  times: number
  /** Milliseconds since the epoch, of the latest start. */
  lastAt: number
  answers: { [step: string]: Json }
}
