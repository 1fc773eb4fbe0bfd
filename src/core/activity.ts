/** Any value that survives JSON. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** Properties of an activity, traits of a visitor: plain data. */
export type Properties = { [key: string]: Json | undefined }

/**
 * Names of activities and the shape of their properties. Open: a host adds its own by declaration merging.
 *
 * @example
 * declare module 'foothold' {
 *   interface ActivityMap { 'Project Created': { project_id: string } }
 * }
 */
export interface ActivityMap {
  'Session Started': Record<never, never>
  'Visitor Identified': Record<never, never>
  'Page Viewed': { path: string; title?: string; referrer?: string }
  'Page Left': { path: string; seconds: number; engaged: number }
  'Page Hidden': Record<never, never>
  'Page Shown': Record<never, never>
  'Visitor Active': Record<never, never>
  'Visitor Returned': { since: number }
  'Element Clicked': { anchor?: string; text?: string; path: string }
  'Section Viewed': { section: string; seconds?: number }
  'Section Skipped': { section: string; seconds: number }
  'Page Scrolled': { percent: number; path: string }
  'Page Dwelled': { seconds: number; path: string }
  'Exit Intended': { by: 'pointer' | 'scroll'; path: string }
  'Rage Clicked': { anchor?: string; text?: string; path: string; clicks: number }
  'Dead Clicked': { anchor?: string; text?: string; path: string }
  'Form Abandoned': { form?: string; fields: number; last?: string; seconds: number; path: string }
  'Error Shown': { source?: 'alert' | 'field' | 'validation'; text?: string; field?: string; path?: string }
  'Text Selected': { length: number; section?: string; anchor?: string; text?: string; path: string }
  'Text Copied': { length: number; section?: string; anchor?: string; text?: string; path: string }
  'Video Played': VideoProperties
  'Video Paused': VideoProperties
  'Video Completed': VideoProperties
  'Product Viewed': ProductProperties
  'Product Added': ProductProperties & { quantity?: number }
  'Product Removed': ProductProperties & { quantity?: number }
  'Cart Viewed': { products?: ProductProperties[] }
  'Checkout Started': { products?: ProductProperties[]; value?: number; currency?: string }
  'Order Completed': { order_id?: string; products?: ProductProperties[]; total?: number; currency?: string }
  'Flow Started': { flow: string; variant?: string; surface?: string }
  'Flow Completed': { flow: string; step?: string }
  'Flow Dismissed': { flow: string; step: string; by: string }
  'Flow Ended': { flow: string; reason: string; step?: string }
  'Flow Snoozed': { flow: string; step: string; until: number }
  'Flow Held': { flow: string; gate: string }
  'Step Viewed': { flow: string; step: string; surface?: string }
  'Step Skipped': { flow: string; step: string; reason: string }
  /** `written`: whether the answer is in the visitor's own words, or the ids of the questions whose answers are. */
  'Step Answered': { flow: string; step: string; answer: Json; written?: boolean | string[] }
  'Action Clicked': { flow: string; step: string; action: string }
  'Offer Shown': { flow: string; step: string; code?: string }
  'Offer Copied': { flow: string; step: string; code: string }
  'Experiment Assigned': { experiment: string; variant: string }
  'Experiment Viewed': { experiment: string; variant: string; flow: string }
  'Goal Reached': { flow: string; variant?: string }
}

/** A product as in Segment's e-commerce specification, with the names of that specification. */
export interface ProductProperties {
  product_id: string
  name?: string
  price?: number
  currency?: string
  image_url?: string
  url?: string
  category?: string
  quantity?: number
}

/** Where a video stands. Segment's video specification calls `seconds` `position`. */
export interface VideoProperties {
  title?: string
  seconds: number
  /** Of its length; absent where it has none, as a live stream. */
  percent?: number
  anchor?: string
  path?: string
}

/** Who an activity is about. `anonymousId` stays the same across `identify`; traits are sent when they change. */
export interface Visitor {
  /** The host's id of the visitor, once identified. */
  id?: string
  anonymousId: string
  /** Traits to merge into the profile; absent when nothing changed. */
  traits?: Properties
  /** IANA name, e.g. `Europe/Berlin`; calendar periods are counted in it. */
  timezone?: string
  /** BCP 47 tag, e.g. `de-AT`. */
  locale?: string
}

/** The page an activity happened on. */
export interface Page {
  /** Path without query and hash, e.g. `/products/p1`. */
  path: string
  title?: string
  referrer?: string
  device?: 'phone' | 'tablet' | 'desktop'
}

/**
 * Something that happened, as plain data. The only thing that the engine is ever told.
 * Order is `(at, seq, id)`.
 */
export interface Activity {
  /** Unique; an activity whose id was seen before is ignored. */
  id: string
  /** "Object Action", e.g. `Product Viewed`. */
  type: string
  /** Milliseconds since the epoch. */
  at: number
  /** Counts up per tab; in a log without it, the line number. */
  seq: number
  visitor: Visitor
  /** The browser tab; absent on a server. */
  tab?: string
  page?: Page
  properties: Properties
  /** `false` for what the visitor did not do: automatic, server-side and Foothold's own activities. */
  interaction?: false
}

/** What an observer, a step or the host tells; the door adds id, time, order, visitor, tab and page. */
export interface Report {
  type: string
  properties?: Properties
  interaction?: false
  page?: Page
}

/** The total order of activities. */
export function compareActivities(a: Ordered, b: Ordered): number {
  return a.at - b.at || a.seq - b.seq || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

type Ordered = Pick<Activity, 'at' | 'seq' | 'id'>
