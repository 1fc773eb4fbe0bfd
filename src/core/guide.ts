import type { Json, Properties } from './activity.ts'

/** Matches `^[a-z0-9][a-z0-9-]{0,63}$`. */
export type Id = string
/** `"500ms" "20s" "3m" "24h" "7d"`, or a number of milliseconds. */
export type Duration = string | number
/** A duration, the page (from the tab's `Page Viewed` to its next), the session, or all time. Default `"ever"`. */
export type Window = Duration | 'page' | 'session' | 'ever'
/** A MongoDB-style filter with GrowthBook's results; see `condition.ts`. */
export type Condition = { [key: string]: unknown }
/** Comparison operators on a number or a duration, e.g. `{ "$gt": 3 }`. */
export type Range = { $eq?: Duration; $ne?: Duration; $gt?: Duration; $gte?: Duration; $lt?: Duration; $lte?: Duration }
/** Which activities are meant: a type, or types with a condition on the properties and patterns for the page. */
export type Match = string | { on: string | string[]; where?: Condition; pages?: string[] }

/** The trigger language; `trigger.ts` says when each is true. */
export type Expression =
  | string
  | { on: string | string[]; where?: Condition; pages?: string[] }
  | { count: Match; is: Range; within?: Window; per?: string; distinct?: string; unless?: Match }
  | ({ of: string; is: Range; within?: Window; per?: string; unless?: Match } & Aggregate)
  | { ratio: Match; of: Match; is: Range; within?: Window }
  | { sequence: (Match | { next: Match })[]; within?: Window; unless?: Match; same?: string }
  | { absent: Match; after: Match; for: Duration; same?: string }
  | { idle: Duration }
  | { dwell: string[] | { section: string }; is: Range; streak?: number }
  | { since: { first: Match | 'seen' } | { last: Match | 'seen' }; is: Range }
  | { active: 'days' | 'sessions'; is: Range; within?: Window; where?: Condition }
  | { status: Id; is: 'completed' | 'dismissed' | 'dropped' | 'shown' | 'never'; step?: Id; within?: Duration }
  | { profile: Condition }
  | { segment: Id }
  | { all: Expression[] }
  | { any: Expression[] }
  | { not: Expression }

type Aggregate = { sum: Match } | { avg: Match } | { min: Match } | { max: Match }

export type Surface = 'tooltip' | 'hotspot' | 'modal' | 'banner' | 'card' | 'inline'
export type Purpose = 'functional' | 'analytics' | 'marketing'
export type Priority = 'lowest' | 'low' | 'normal' | 'high' | 'highest'
type Side = 'top' | 'right' | 'bottom' | 'left'
export type Placement = Side | `${Side}-start` | `${Side}-end`

/** The document that a content source delivers. */
export interface Guide {
  format: 1
  /** `false` stops everything: the kill switch. */
  enabled?: boolean
  segments?: Record<Id, Expression>
  models?: Record<Id, Model>
  flows: Flow[]
  limits?: {
    gap?: Duration
    perSession?: number
    perDay?: number
    perSurface?: Partial<Record<Surface, { perSession?: number; perDay?: number }>>
  }
  /** Visitors who see no flow at all, for the lift over everything. */
  holdout?: { share: number; salt: string }
  alerts?: { id: Id; when: Expression; visitors: Range; within: Duration; notify: string[] }[]
  translations?: Record<string, Record<string, string>>
}

export interface Model {
  intercept: number
  features: Record<string, { weight: number; of: Expression | string; scale?: 'log1p' | 'z'; mean?: number; sd?: number }>
}

export interface Flow {
  id: Id
  version: number
  name?: string
  enabled?: boolean
  /** @default 'page' */
  runs?: 'page' | 'relay'
  trigger: Expression
  /** States only. */
  audience?: Expression
  /** Path patterns in regexparam's syntax; `"!/checkout/*"` excludes. */
  pages?: string[]
  schedule?: { from?: string; until?: string; timezone?: string }
  /** @default { times: 1 } — once ever */
  frequency?: { times: number; every?: Duration | 'session' | 'day' | 'week' }
  /** @default 'normal' */
  priority?: Priority
  /** Flows of one group exclude each other. */
  group?: Id
  /** Exempt from `limits`. */
  urgent?: boolean
  /** The consent it needs. @default 'functional' */
  purpose?: Purpose
  delay?: Duration
  cancelOn?: Match[]
  /** The page was left in the middle. @default 'resume' */
  onLeave?: 'resume' | 'restart' | 'end'
  goal?: { on: Match; within: Duration }
  experiment?: Experiment
  /** A changed flow keeps its trigger state. @default false */
  backfill?: boolean
  steps: Step[] | { ref: string }
}

export interface Experiment {
  id: Id
  /** Share of visitors who see nothing. */
  holdout?: number
  /** `patch` is a JSON merge patch (RFC 7386) on the flow; `steps` is patched by step id. */
  variants: { id: Id; weight: number; patch?: { [key: string]: unknown } }[]
}

export interface Step {
  id: Id
  /** `message survey offer checklist send wait`, or a custom one. */
  type: string
  /** @default tooltip with a target, modal without */
  surface?: Surface
  /** `"@anchor"`, a selector, `">>>"` crosses open shadow roots. */
  target?: string | { css: string; text?: string; within?: string }
  placement?: Placement
  spotlight?: boolean
  mode?: 'replace' | 'append' | 'annotate'
  /** How long to wait for a late target. @default '5s' */
  wait?: Duration
  /** @default 'skip' */
  onMissing?: 'skip' | 'center' | 'end'
  /** Shown at most so long. */
  timeout?: Duration
  /** States only; where it is not true the step is passed over. */
  when?: Expression
  /** The real thing done moves on. */
  advance?: Match
  branch?: Branch[]
  /** Resolved by `source.content(ref, context)` when shown. */
  content?: { ref: string }
  /** Inline; merged over the content. */
  props?: { [key: string]: Json }
}

export type Branch = { answer: Range | Json; to: Id } | { on: Match; to: Id }

/** The context in which templates and contents are resolved. */
export interface FlowContext {
  flow: Id
  variant?: string
  /** Properties of the activity of the leaf that fired. */
  trigger: Properties
}

/** The surface of a step: what it says, else a tooltip with a target and a modal without. */
export function surfaceOf(step: Step): Surface {
  return step.surface ?? (step.target ? 'tooltip' : 'modal')
}
