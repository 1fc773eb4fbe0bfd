import type { FootholdError } from '../core/errors.ts'
import type { Flow } from '../core/guide.ts'
import type { Entry, Journal, Moment } from './journal.ts'

export type ViewName = 'flows' | 'activities' | 'visitor' | 'machine' | 'targets' | 'time' | 'log'

/** What the panel remembers for the session of the tab. */
export interface Settings {
  dock: 'right' | 'bottom'
  /** Pixels. */
  width: number
  height: number
  folded: boolean
  view: ViewName
  /** The flow that is looked at. */
  flow?: string | undefined
  filter: string
  target: string
}

/** What the views look at: the page now, or as it was. */
export interface Scene {
  live: boolean
  /** The entry after which it is. */
  index: number
  at: number
  /** Absent before there is a guide. */
  moment: Moment | undefined
  entries: Entry[]
}

/** What the views have at hand. */
export interface Desk {
  readonly journal: Journal
  readonly settings: Settings
  readonly errors: { at: number; error: FootholdError }[]
  now(): number
  set(change: Partial<Settings>): void
  scene(): Scene
  /** To the moment after an entry; back to now without one. */
  travel(index?: number): void
  start(flow: string): void
  end(flow: string): void
  preview(flow: Flow): void
  /** As if the visitor had never met the flow. */
  forget(flow: string): void
  /** Moves the page's clock, where it has one that can be moved. */
  forward?: (ms: number) => void
  /** Highlights elements of the page. */
  show(element?: Element): void
  /** Lets the developer point at an element of the page; undefined when it is called off. */
  pick(signal: AbortSignal): Promise<Element | undefined>
  /** Whether the text is in the clipboard. */
  copy(text: string): Promise<boolean>
  close(): void
}
