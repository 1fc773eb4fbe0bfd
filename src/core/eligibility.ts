import { type Calendar, nextPeriod } from './calendar.ts'
import type { compilePages } from './condition.ts'
import { parseDuration } from './duration.ts'
import { armOf, hash } from './experiment.ts'
import type { LeafExplanation } from './explanation.ts'
import { type Flow, type Guide, type Purpose, type Surface, surfaceOf } from './guide.ts'
import type { Truth } from './operator.ts'
import { type Memory, type Start, sessionGap } from './profile.ts'

/** The gates of a firing, in the order in which they are passed. */
export const gates = [
  'enabled',
  'consent',
  'holdout',
  'experiment',
  'audience',
  'pages',
  'schedule',
  'frequency',
  'group',
  'limits',
  'blocked',
  'slot',
  'stale',
] as const

export type GateName = (typeof gates)[number]

/** What one gate says. `refuse` drops the firing, `hold` keeps it pending. */
export interface Gate {
  gate: GateName
  verdict: 'open' | 'hold' | 'refuse'
  /** What was found, e.g. `5` flows today. */
  actual?: unknown
  /** What it was compared with, e.g. `5`. */
  wanted?: unknown
  /** When time alone opens it, in milliseconds since the epoch. */
  opensAt?: number
  /** Of `audience`, in an explanation: each leaf. */
  leaves?: LeafExplanation[]
}

/** What the gates look at. */
export interface Situation {
  guide: Guide
  memory: Memory
  calendar: Calendar
  /** Latest starts, those included that the stage has not reported yet; the newest last. */
  starts: Start[]
  at: number
  consent: { [purpose in Purpose]?: boolean }
  /** Reasons why nothing opens. */
  blocks: string[]
  /** Flows that run or are about to. */
  running: { id: string; flow: Flow | undefined; snoozed: boolean; surface?: Surface | undefined }[]
  audience: Truth
  pages: ReturnType<typeof compilePages> | undefined
  /** How long ago the decision should have been made; only a page is ever late. */
  delayed: number
}

/** Asks the gates about a flow, in their order: all of them, or up to the first that is closed. */
export function passGates(
  flow: Flow,
  situation: Situation,
  { all, but }: { all?: boolean; but?: GateName } = {},
): Gate[] {
  const passed: Gate[] = []
  for (const gate of gates) {
    if (gate === but) continue
    const { closed, ...found } = checks[gate](flow, situation)
    passed.push({ gate, verdict: !closed ? 'open' : refusing.includes(gate) ? 'refuse' : 'hold', ...found })
    if (closed && !all) break
  }
  return passed
}

/**
 * The slots a flow takes while it runs: one modal-like surface, beside it at most one banner and one card. A hotspot takes
 * none until the visitor opens it; that blocks others then.
 */
export function slotsOf(flow: Flow): string[] {
  return Array.isArray(flow.steps)
    ? [...new Set(flow.steps.flatMap((step) => (/^(send|wait)$/.test(step.type) ? [] : slotOf(surfaceOf(step)))))]
    : ['main']
}

/** The surface that a flow starts with. */
export function firstSurface(flow: Flow): Surface {
  return Array.isArray(flow.steps) && flow.steps[0] ? surfaceOf(flow.steps[0]) : 'modal'
}

const day = 86_400_000

/** Those that drop a firing; the others hold it. */
const refusing = ['enabled', 'holdout', 'experiment', 'audience', 'schedule', 'frequency', 'stale']

type Check = (flow: Flow, situation: Situation) => { closed: boolean } & Omit<Gate, 'gate' | 'verdict'>

const checks: Record<GateName, Check> = {
  enabled: (flow, { guide }) => ({ closed: flow.enabled === false || guide.enabled === false }),

  consent({ purpose = 'functional' }, { consent }) {
    const actual = consent[purpose] ?? (purpose === 'functional' ? true : undefined)
    return { closed: actual !== true, actual: actual ?? 'unknown', wanted: purpose }
  },

  holdout(_, { guide: { holdout }, memory }) {
    if (!holdout) return { closed: false }
    const actual = hash(holdout.salt, memory.visitor.anonymousId)
    return { closed: actual < holdout.share, actual, wanted: holdout.share }
  },

  experiment({ experiment }, { memory }) {
    const actual = experiment && armOf(experiment, memory.visitor.anonymousId, memory.arms)
    return { closed: actual === 'holdout', actual }
  },

  audience: ({ audience }, situation) => ({
    closed: audience !== undefined && situation.audience !== true,
    ...(audience !== undefined && { actual: situation.audience ?? 'unknown', wanted: true }),
  }),

  pages({ pages: wanted }, { pages, memory }) {
    const actual = memory.page?.path
    return { closed: pages !== undefined && !pages(actual), actual, wanted }
  },

  schedule({ schedule }, { memory, at, calendar }) {
    const zone = schedule?.timezone ?? memory.visitor.timezone
    const from = schedule?.from === undefined ? -Infinity : calendar.moment(schedule.from, zone)
    const until = schedule?.until === undefined ? Infinity : calendar.moment(schedule.until, zone)
    return {
      closed: at < from || at >= until,
      ...(schedule && { actual: at, wanted: schedule }),
      ...(at < from && { opensAt: from }),
    }
  },

  frequency({ id, frequency = { times: 1 } }, { memory, at, calendar }) {
    const { times, every } = frequency
    const starts = memory.flows[id]?.starts ?? []
    const period = every === 'day' || every === 'week' ? every : undefined
    const date = period && ((moment: number) => calendar[period](moment, memory.visitor.timezone))
    const since =
      every === undefined
        ? -Infinity
        : period
          ? at - 9 * day
          : every === 'session'
            ? (memory.session?.startedAt ?? Infinity) - 1
            : at - parseDuration(every)
    const inPeriod = starts.filter((start) => start > since && (!date || date(start) === date(at)))
    const closed = inPeriod.length >= times
    const opensAt =
      !closed || every === undefined || every === 'session'
        ? undefined
        : date
          ? nextPeriod(at, date)
          : inPeriod.at(-times)! + parseDuration(every)
    return { closed, actual: inPeriod.length, wanted: frequency, ...(opensAt !== undefined && { opensAt }) }
  },

  group({ id, group }, { running }) {
    const other = group && running.find((each) => each.id !== id && each.flow?.group === group)
    return { closed: !!other, ...(other && { actual: other.id }), ...(group && { wanted: group }) }
  },

  limits(flow, { guide: { limits }, memory, at, calendar, starts }) {
    if (!limits || flow.urgent) return { closed: false }
    const date = (moment: number) => calendar.day(moment, memory.visitor.timezone)
    const surface = firstSurface(flow)
    const last = starts.at(-1)
    const gap = limits.gap === undefined ? 0 : parseDuration(limits.gap)
    if (last && at < last.at + gap)
      return { closed: true, actual: at - last.at, wanted: { gap }, opensAt: last.at + gap }
    for (const [of, { perSession, perDay }] of [
      ['', limits],
      [`${surface}.`, limits.perSurface?.[surface] ?? {}],
    ] as const) {
      const counted = of ? starts.filter((start) => start.surface === surface) : starts
      const inSession = counted.filter((start) => start.session === memory.sessions).length
      if (inSession >= perSession!)
        return { closed: true, actual: inSession, wanted: { [`${of}perSession`]: perSession } }
      if (perDay === undefined) continue
      const today = counted.filter((start) => start.at > at - 2 * day && date(start.at) === date(at)).length
      if (today >= perDay)
        return { closed: true, actual: today, wanted: { [`${of}perDay`]: perDay }, opensAt: nextPeriod(at, date) }
    }
    return { closed: false }
  },

  blocked: (_, { blocks }) => ({ closed: blocks.length > 0, ...(blocks.length && { actual: blocks }) }),

  slot(flow, { running }) {
    const mine = slotsOf(flow)
    const other = running.find(
      ({ id, flow: each, snoozed, surface = 'modal' }) =>
        id === flow.id || (!snoozed && (each ? slotsOf(each) : slotOf(surface)).some((slot) => mine.includes(slot))),
    )
    return { closed: !!other, ...(other && { actual: other.id }), wanted: mine }
  },

  stale: (_, { delayed }) => ({
    closed: delayed > sessionGap,
    ...(delayed > 0 && { actual: delayed, wanted: sessionGap }),
  }),
}

function slotOf(surface: Surface): string[] {
  return surface === 'inline' || surface === 'hotspot'
    ? []
    : [surface === 'banner' || surface === 'card' ? surface : 'main']
}
