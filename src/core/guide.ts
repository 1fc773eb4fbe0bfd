import type { Json, Properties } from './activity.ts'
import { FootholdError } from './errors.ts'
import { patchFlow } from './experiment.ts'
import {
  activityType,
  at,
  between,
  boolean,
  duration,
  either,
  expressionShape,
  id,
  isObject,
  json,
  list,
  match,
  matchShape,
  misfit,
  number,
  object,
  oneOf,
  optional,
  type Problem,
  pattern,
  plainObject,
  range,
  record,
  type Shape,
  scalar,
  string,
  text,
  times,
} from './shape.ts'
import { tasksOf } from './task.ts'
import { operators } from './trigger.ts'

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
  features: Record<
    string,
    { weight: number; of: Expression | string; scale?: 'log1p' | 'z'; mean?: number; sd?: number }
  >
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
  /** `"@anchor"`, a selector, `">>>"` crosses open shadow roots and frames of the same origin. */
  target?: string | { css: string; text?: string; within?: string }
  placement?: Placement
  /** Dims the page around every rendered element that the target matches; the step stands beside the first. */
  spotlight?: boolean
  /** Of the surface `inline`: instead of the target, inside at its end, or behind it in the line. @default 'append' */
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
  /** Of a `send`: where to, one of the relay's destinations. */
  destination?: string
  /** Of a `send`: the type of the activity that is sent. */
  activity?: string
  /** Of a `send`: the properties of that activity. */
  properties?: { [key: string]: Json }
  /** Of a `wait`: how long. */
  for?: Duration
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

/** Whether a step stands beside the element that it points at. */
export function standsBeside(step: Step): boolean {
  return /^(tooltip|hotspot)$/.test(surfaceOf(step))
}

/**
 * The agent's reader: checks a document without a schema library. `schema.ts` describes the same format for everyone
 * else; one table of cases ties the two together.
 *
 * @returns The document itself, not a copy. Defaults are applied where a value is used.
 * @throws FootholdError `unsupported-format` for a newer format, else `invalid-guide` with the first problem.
 */
export function readGuide(value: unknown): Guide {
  const [first, ...more] = problemsOf(value)
  if (first) {
    const rest = more[0] ? `, and ${more.length} more` : ''
    throw refusal(value, `${first.path || 'It'} ${first.message}${rest}. "foothold check" says what to write.`)
  }
  return value as Guide
}

/** The error about a document that cannot be used. */
export function refusal(value: unknown, why: string): FootholdError {
  return new FootholdError(isNewer(value) ? 'unsupported-format' : 'invalid-guide', `The guide cannot be used: ${why}`)
}

/** What makes a document no guide at all; where there is nothing, what its shape lacks; else names of nothing. */
export function problemsOf(value: unknown): Problem[] {
  const problems = documentProblems(value)
  if (problems[0]) return problems

  // Names are looked up at the end, when all of them are known.
  const uses: { segment?: unknown; status?: unknown; path: string }[] = []
  const leaf = ({ segment, status }: { [key: string]: unknown }, path: string) => {
    if (segment || status) uses.push({ segment, status, path })
  }
  const trigger = expressionShape(operators, { leaf })
  const state = expressionShape(operators, { leaf, states: true })

  /** By step id, or a list of steps with their ids; the patched flow is checked as a whole. */
  const patch = object({
    id: scalar((value) => value === undefined),
    steps: optional(either(Array.isArray, list(object({ id })), plainObject)),
  })
  const caps = { perSession: optional(between(0, 1e9)), perDay: optional(between(0, 1e9)) }
  const stepShape = object({
    id: stepId,
    type: string,
    surface: optional(oneOf(...surfaces)),
    target: optional(
      either(isObject, object({ css: selector, text: optional(string), within: optional(selector) }), selector),
    ),
    placement: optional(text(/^(top|right|bottom|left)(-start|-end)?$/)),
    spotlight: optional(boolean),
    mode: optional(oneOf('replace', 'append', 'annotate')),
    wait: optional(duration),
    onMissing: optional(oneOf('skip', 'center', 'end')),
    timeout: optional(duration),
    when: optional(state),
    advance: optional(machineMatch),
    branch: optional(
      list(
        either(
          (value) => isObject(value) && 'on' in value,
          object({ on: machineMatch, to: id }),
          object({ answer, to: id }),
        ),
      ),
    ),
    content: optional(object({ ref: string })),
    props: optional(plainObject),
    destination: optional(string),
    activity: optional(activityType),
    properties: optional(plainObject),
    for: optional(duration),
  })
  const step: Shape = (value, path, problems) => {
    stepShape(value, path, problems)
    for (const { when, path: place } of tasksOf(Object(value))) {
      const here = `${path}.props.${place}`
      const wrong: Problem[] = []
      state(when, here, wrong)
      if (wrong[0]) problems.push({ path: here, message: wrong[0].message })
    }
  }
  const flow = {
    version: number,
    name: optional(string),
    enabled: optional(boolean),
    runs: optional(oneOf('page', 'relay')),
    trigger,
    audience: optional(state),
    pages: optional(list(pattern, 1)),
    schedule: optional(object({ from: optional(date), until: optional(date), timezone: optional(string) })),
    frequency: optional(
      object({
        times,
        every: optional(either((value) => ['session', 'day', 'week'].includes(value as string), json, duration)),
      }),
    ),
    priority: optional(oneOf('lowest', 'low', 'normal', 'high', 'highest')),
    group: optional(id),
    urgent: optional(boolean),
    purpose: optional(oneOf('functional', 'analytics', 'marketing')),
    delay: optional(duration),
    cancelOn: optional(list(machineMatch)),
    onLeave: optional(oneOf('resume', 'restart', 'end')),
    goal: optional(object({ on: match, within: duration })),
    experiment: optional(
      object({
        id,
        holdout: optional(between(0, 1)),
        variants: list(object({ id: variantId, weight: between(1e-9, 1e9), patch: optional(patch) }), 1),
      }),
    ),
    backfill: optional(boolean),
    steps: either(isObject, object({ ref: string }), list(step, 1)),
  }

  object({
    format: scalar((value) => value === 1),
    enabled: optional(boolean),
    segments: optional(record(state, id)),
    models: optional(
      record(
        object({
          intercept: number,
          features: record(
            object({
              weight: number,
              of: either((value) => typeof value === 'string', string, state),
              scale: optional(oneOf('log1p', 'z')),
              mean: optional(number),
              sd: optional(number),
            }),
          ),
        }),
        id,
      ),
    ),
    flows: list(object({ id, ...flow })),
    limits: optional(
      object({
        gap: optional(duration),
        ...caps,
        perSurface: optional(object(Object.fromEntries(surfaces.map((surface) => [surface, optional(object(caps))])))),
      }),
    ),
    holdout: optional(object({ share: between(0, 1), salt: string })),
    alerts: optional(list(object({ id, when: trigger, visitors: range, within: duration, notify: list(string) }))),
    translations: optional(record(record(string))),
  })(value, '', problems)

  if (problems[0]) return problems
  const { segments = {}, flows, alerts = [] } = value as Guide
  const segmentNames = new Set(Object.keys(segments))
  const flowIds = unique(flows, 'flows')
  unique(alerts, 'alerts')
  flows.forEach((original, index) => {
    const path = at('flows', index)
    checkNames(original, path)
    original.experiment?.variants.forEach(({ id, patch = {} }, index) => {
      const here = `${path}.experiment.variants[${index}].patch`
      const changed = Object.entries(flow).filter(([key]) => Object.hasOwn(patch, key))
      const patched = patchFlow(original, id)
      object(Object.fromEntries(changed))(patched, here, problems)
      if (changed[0] && !problems[0]) checkNames(patched, here)
    })
  })
  for (const { segment, status, path } of uses) {
    if (segment) find(segmentNames, segment, `${path}.segment`)
    if (status) find(flowIds, status, `${path}.status`)
  }
  // What leads nowhere is taken off again and again; what stays goes in a circle, or on for too long.
  let ways = uses.filter(({ segment, path }) => segment && /^segments/.test(path))
  const start = ({ path }: { path: string }) => path.split('.')[1]
  for (let i = 0; ways[0] && i < 64; i++) {
    const starts = new Set<unknown>(ways.map(start))
    ways = ways.filter(({ segment }) => starts.has(segment))
  }
  if (ways[0])
    problems.push({ path: `${ways[0].path}.segment`, message: 'leads back to its own segment; write another' })
  return problems

  function checkNames({ experiment, steps }: Flow, path: string): void {
    if (experiment) unique(experiment.variants, `${path}.experiment.variants`)
    if (Array.isArray(steps)) {
      const stepIds = unique(steps, `${path}.steps`)
      steps.forEach(({ branch = [] }, index) => {
        branch.forEach(({ to }, at) => {
          find(stepIds, to, `${path}.steps[${index}].branch[${at}].to`)
        })
      })
    }
  }

  function unique(items: { id: Id }[], path: string): Set<unknown> {
    const ids = new Set()
    items.forEach(({ id }, index) => {
      if (ids.has(id)) problems.push({ path: `${path}[${index}].id`, message: `"${id}" is taken; write another id` })
      ids.add(id)
    })
    return ids
  }

  function find(ids: Set<unknown>, id: unknown, path: string): void {
    if (!ids.has(id)) problems.push({ path, message: `${misfit(id)}; write a name that is there` })
  }
}

const answer = either(
  (value) => isObject(value) && /^\$/.test(Object.keys(value)[0]!),
  range,
  scalar((value) => value !== undefined),
)
/** Of the activities that are events of the flow's machine, beside its own. */
const machineMatch = matchShape(
  text(
    /^(?!((.*\.)?\*|next|back|skip|dismiss|snooze|answer|draft|go|found|lost|missing|failed|complete|end|rest|TIME)$)./s,
  ),
)
const stepId = text(/^(?!(completed|dismissed|ended|snoozed)$)[a-z0-9][a-z0-9-]{0,63}$/)
const variantId = text(/^(?!holdout$)[a-z0-9][a-z0-9-]{0,63}$/)
const selector = text(/^[\s\S]{1,512}$/)
const date = scalar((value) => typeof value === 'string' && /^\d{4}-\d\d/.test(value) && Date.parse(value) > -1e15)
const surfaces = ['tooltip', 'hotspot', 'modal', 'banner', 'card', 'inline']

function isNewer(value: unknown): boolean {
  return isObject(value) && typeof value.format === 'number' && value.format > 1
}

/** A newer format, or the first thing that is no plain data, or too much. */
export function documentProblems(value: unknown): Problem[] {
  // The path is put together on the way back, so that a good guide pays for none.
  const trail: (string | number)[] = []
  let nodes = 0
  if (isNewer(value)) return [{ path: 'format', message: 'is newer than 1; update Foothold' }]
  const message = flaw(value, 1)
  return message ? [{ path: trail.reduce<string>(at, ''), message }] : []

  function flaw(value: unknown, depth: number): string | undefined {
    if (value == null || typeof value === 'string' || value === !!value || Number.isFinite(value)) return
    if (typeof value !== 'object') return 'is not JSON'
    if (depth > 64 || ++nodes > 50_000) return 'is beyond 64 levels or 50,000 objects'
    for (const key of Object.keys(value)) {
      const item = (value as { [key: string]: unknown })[key]
      const message =
        key === '__proto__' || (key === 'constructor' && isObject(item) && Object.hasOwn(item, 'prototype'))
          ? 'is a refused key'
          : typeof item !== 'string' && flaw(item, depth + 1)
      if (message) {
        trail.unshift(Array.isArray(value) ? +key : key)
        return message
      }
    }
  }
}
