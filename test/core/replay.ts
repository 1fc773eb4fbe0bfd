import type { Activity, Properties } from '../../src/core/activity.ts'
import { createEngine, type Decision, type Engine, type EngineOptions } from '../../src/core/engine.ts'
import type { Expression, Flow, Guide } from '../../src/core/guide.ts'

/** A moment of a table: milliseconds, or a duration and what is added to it, e.g. `30m-1`. */
export type Moment = number | string

/** An activity of a table. */
export type Row = [
  at: Moment,
  type: string,
  properties?: Properties,
  more?: {
    tab?: string
    page?: string
    id?: string
    seq?: number
    interaction?: false
    visitor?: string
    traits?: Properties
  },
]

/** Monday, in the middle of the night of Greenwich. */
export const start = Date.UTC(2026, 0, 5)

export function moment(at: Moment): number {
  if (typeof at === 'number') return start + at
  const [, sum, rest] = /^((?:\d+[a-z]+)*)([+-]\d+)?$/.exec(at)!
  const units: { [unit: string]: number } = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 }
  const parts = [...sum!.matchAll(/(\d+)([a-z]+)/g)].map(([, count, unit]) => Number(count) * units[unit!]!)
  return parts.reduce((all, part) => all + part, start) + Number(rest ?? 0)
}

let serial = 0

export function activity([at, type, properties = {}, more = {}]: Row): Activity {
  const { tab = 'a', page, id, seq, interaction, visitor, traits } = more
  const path = page ?? (type === 'Page Viewed' ? (properties.path as string) : undefined)
  serial++
  return {
    id: id ?? `row-${serial}`,
    type,
    at: moment(at),
    seq: seq ?? serial,
    visitor: { anonymousId: 'anonymous', ...(visitor && { id: visitor }), ...(traits && { traits }) },
    ...(tab && { tab }),
    ...(path && { page: { path } }),
    properties: 'since' in properties ? { ...properties, since: moment(properties.since as Moment) } : properties,
    ...(interaction === false && { interaction }),
  }
}

export const step = { id: 'hello', type: 'message' }

/** A flow that may start as often as its trigger fires. */
export function flow(trigger: Expression, more: Partial<Flow> = {}): Flow {
  return { id: 'flow', version: 1, trigger, frequency: { times: 1e9 }, steps: [step], ...more }
}

export function guide(flows: Flow[], more: Partial<Guide> = {}): Guide {
  return { format: 1, flows, ...more }
}

export interface Replay {
  engine: Engine
  decisions: Decision[]
  starts: Decision[]
  derived: Activity[]
  /** Lets time pass, every deadline at its own time, as a page's timer does. */
  advance(to: Moment): void
  handle(activity: Activity): void
  /** The same for rows, those before them in time first. */
  rows(...rows: Row[]): void
}

/** An engine whose flows are played: each is started, seen and ended at once, unless asked otherwise. */
export function replay(of: Guide, options: EngineOptions & { play?: boolean } = {}): Replay {
  const engine = createEngine(of, options)
  const decisions: Decision[] = []
  const derived: Activity[] = []
  const take = (outcome: ReturnType<Engine['handle']>) => {
    decisions.push(...outcome.decisions)
    derived.push(...outcome.activities)
    if (options.play === false) return
    for (const { flow, verdict, at, cause } of outcome.decisions)
      if (verdict === 'start')
        for (const [type, properties] of [
          ['Flow Started', { flow }],
          ['Step Viewed', { flow, step: 'hello' }],
          ['Flow Ended', { flow, reason: 'done' }],
        ] as const)
          take(engine.handle(activity([at - start, type, properties, { interaction: false, seq: cause.seq }])))
  }
  const advance = (to: Moment) => {
    const end = moment(to)
    for (let due = engine.due; due !== undefined && due < end; due = engine.due) take(engine.advanceTo(due))
    take(engine.advanceTo(end))
  }
  return {
    engine,
    decisions,
    derived,
    get starts() {
      return decisions.filter(({ verdict }) => verdict === 'start')
    },
    advance,
    handle(each) {
      // It tells of what was before, so a log is not stopped on the way to it.
      if (each.type !== 'Visitor Returned')
        for (let due = engine.due; due !== undefined && due <= each.at; due = engine.due) take(engine.advanceTo(due))
      take(engine.handle(each))
    },
    rows(...rows) {
      for (const row of rows) this.handle(activity(row))
    },
  }
}
