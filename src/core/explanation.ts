import type { Gate, GateName } from './eligibility.ts'
import type { Expression, Match } from './guide.ts'

/** Why a flow shows or does not, as plain JSON; `describe` turns it into sentences. */
export interface Explanation {
  flow: string
  variant?: string
  /** Milliseconds since the epoch, as all moments here. */
  at: number
  /** Whether the trigger is true now, `null` being unknown, and whether a firing waits. */
  trigger: { value: boolean | null; pending: boolean; leaves: LeafExplanation[] }
  /** All gates, none left out. No gates: the guide has no such flow. */
  gates: Gate[]
  /** What keeps the flow back, or would turn the trigger over. */
  decides: Decides
  /** What became of the latest firing; absent before the first. */
  latest?: { at: number; verdict: 'start' | 'hold' | 'refuse' | 'control'; gate?: GateName }
}

export interface Decides {
  /** The gate that holds or refuses it. */
  gate?: GateName
  /** It has fired, and its delay ends then. */
  delay?: number
  /**
   * The leaf that turns the trigger over by itself, or, without `flip`, all that stand in the way. The trigger fires
   * when it becomes true, so where it is true already they say what makes it false.
   */
  leaves?: string[]
  /** The smallest single change that turns the verdict over, if one is enough. */
  flip?: Flip
}

/** One leaf of the trigger: what it is worth, and why. Nothing is left out because another leaf decides. */
export interface LeafExplanation {
  /** Where it stands in the trigger, e.g. `all.1`. */
  path: string
  operator: string
  /** `null` is unknown: nothing was seen that could say. */
  value: boolean | null
  /** A number, milliseconds, a status; absent where there is nothing to compare. */
  actual?: unknown
  /** More than this many, but how many is not kept. */
  orMore?: true
  /** What that is compared with, as it is written: a range, a duration, a condition. */
  wanted: unknown
  /** The leaf as it is written. */
  written: Expression
  /** The value of `per` or `same` that this is about: the one that decides, or that is nearest. */
  of?: { [path: string]: string }
  /** Of a `sequence`: the step it waits for; `actual` were done. */
  next?: Match
  /** Of a `sequence`: what is under way must be complete before. */
  until?: number
  /** Of an `absent`: what began the wait, and when. */
  by?: { type: string; at: number }
  /** Of a `dwell` with `streak`: visits in a row that fitted. */
  streak?: number
  /** Of a `status`: the last step that was reached, and when the flow was last started. */
  step?: string
  lastAt?: number
  /** Of a `profile`: each part of the condition. */
  parts?: { path: string; actual?: unknown; wanted: unknown; value: boolean | null }[]
  /** Of a `segment`: the leaves of its expression. */
  leaves?: LeafExplanation[]
  /** When time alone changes its value. */
  changesAt?: number
  /** The smallest change that turns its value over (from unknown: to what the trigger needs); absent if there is none. */
  flip?: Flip
}

/** A change that turns a value over. */
export type Flip =
  /**
   * So many more of such activities, with these properties, each with another value at `distinct`; `wait`: and then so
   * many milliseconds in which nothing is undone.
   */
  | { more: number; match: Match; with?: { [path: string]: unknown }; distinct?: string; wait?: number }
  /** These activities in this order. */
  | { order: Match[]; with?: { [path: string]: unknown } }
  /** Nothing but time, up to then. */
  | { at: number }
  /** A value of the profile that meets `wanted`, or with `not` no longer does. */
  | { path: string; wanted: unknown; not?: true }

/** What an operator says of its leaf. */
export type Told = Partial<Omit<LeafExplanation, 'path' | 'operator' | 'value' | 'written'>>
