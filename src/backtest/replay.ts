import type { Activity, Json } from '../core/activity.ts'
import type { Gate, GateName } from '../core/eligibility.ts'
import { createEngine, type Decision, type Engine, type Outcome } from '../core/engine.ts'
import { type Flow, type Guide, type Purpose, type Step, surfaceOf } from '../core/guide.ts'
import { planGuide } from '../core/plan.ts'
import { countWeek, createTally, increase, type Tally } from './tally.ts'

/** Replays recorded activities through real engines: each visitor has one of its own, for each guide. */
export interface Replay {
  /** Takes an activity; those of one visitor come in order. It may be replayed later. */
  take(activity: Activity): void
  /**
   * The log ends here: deadlines up to then pass, later ones are open. One tally a guide. `told` is given the share of
   * the visitors that are done, now and then.
   */
  finish(end: number, told?: (done: number) => void): Tally[]
  readonly visitors: number
  /** Activities that were replayed. */
  readonly taken: number
  /** Left out: what Foothold reported when it was recorded, as the replay decides anew. */
  readonly left: number
}

export interface ReplayOptions {
  /** What visitors agreed to. @default everything */
  consent?: Purpose[]
  /** How each flow ends, at once. @default 'completed' */
  outcome?: ReplayOutcome
  /**
   * How many activities are held, to be replayed visitor by visitor: an engine then lives for a moment, and is put away
   * as text. @default 100,000
   */
  held?: number
  /** Is told each firing under the first guide, when it is known what became of it. */
  onFiring?: ((firing: FiringLine) => void) | undefined
  /** Once it says so, no more is replayed: each visitor's log ends where the replay has come. */
  hurried?: () => boolean
}

export type ReplayOutcome = 'completed' | 'dismissed' | 'ended'

/** A firing of a trigger, and what became of it. */
export interface FiringLine {
  flow: string
  variant?: string
  visitor: string
  /** Milliseconds since the epoch. */
  at: number
  /** The type of the activity that fired it, or the page for what time made true. */
  cause: string
  /** `held`: some gate stayed closed. `waiting`: its delay was not over, or a newer firing or page took its place. */
  verdict: 'shown' | 'held' | 'refused' | 'control' | 'waiting'
  /** When it was shown. */
  shownAt?: number
  /** The gate that decided last; absent where all were open. */
  because?: Gate
}

/** What Foothold reports about flows by itself: not what the visitor does in them. */
const replayed =
  /^(Flow (Started|Completed|Dismissed|Ended|Snoozed|Held)|Step Viewed|Offer Shown|Session Started|Experiment Viewed|Goal Reached)$/

const week = 7 * 86_400_000
const hour = 3_600_000
/** So long after its end a log can still be waited for. */
const silence = 400 * 86_400_000
/** Orders what a replay tells itself behind its cause, and before the next line. */
const tick = 2 ** -20

/** A visitor under all guides. */
interface Follower {
  id: string
  cases: Case[]
  /** What was not replayed yet. */
  held: Activity[]
}

/** A visitor under one guide. */
interface Case {
  /** Of its engines, as text: a tenth of what they take. */
  states?: string
  lastSeq: number
  /** When its first activity happened, from which its weeks are counted. */
  first?: number
  /** How many flows were shown in each of its weeks; those in which it was not there are left out. */
  weeks: number[]
  fired?: Set<string>
  shown?: Map<string, number>
  lastShown?: string
  /** How much the replay told by itself. */
  told?: number
  /** Firings of which is not known yet what becomes of them. */
  waiting?: Map<string, Waiting>
}

interface Waiting {
  line: FiringLine
  /** Gates by which it was held or refused; each counts once. */
  gates: Set<string>
  /** It joined a firing that this gate held, and no decision was made about it yet. */
  joined?: GateName | undefined
}

/**
 * Flows are taken as started, viewed and ended at their decision's time.
 *
 * @param guides The first is the one that the others are compared with.
 */
export function createReplay(guides: Guide[], options: ReplayOptions = {}): Replay {
  const {
    consent = ['functional', 'analytics', 'marketing'],
    outcome = 'completed',
    held: most = 100_000,
    onFiring,
    hurried = () => false,
  } = options
  const agreed = Object.fromEntries(consent.map((purpose) => [purpose, true]))
  const tallies = guides.map(createTally)
  const rooms = guides.map((guide) =>
    [...new Set(['page' as const, ...guide.flows.map(({ runs = 'page' }) => runs)])].map((runs) => ({
      runs,
      plan: planGuide(guide, runs),
    })),
  )
  const byId = guides.map(({ flows }) => new Map(flows.map((flow) => [flow.id, flow])))
  const followers = new Map<string, Follower>()
  /** Those with something to replay. */
  const waiting = new Set<Follower>()
  let [taken, left, held, unseen] = [0, 0, 0, 0]
  // What a firing belongs to: one visitor and guide at a time.
  let now: { id: string; own: Case; index: number; beyond: boolean } | undefined

  const createEngines = ({ states }: Case, index: number): Engine[] => {
    const saved: Json[] | undefined = states === undefined ? undefined : JSON.parse(states)
    return rooms[index]!.map((of, room) => {
      const engine = createEngine(guides[index]!, { ...of, state: saved?.[room], onFiring: fired })
      engine.consent(agreed)
      return engine
    })
  }

  /** The engine tells of a firing, before its gates. */
  const fired = (flow: string, variant: string | undefined, at: number, cause: Activity) => {
    const { id, own, index, beyond } = now!
    const tally = tallies[index]!.flows[flow]!
    if (beyond) {
      tally.open++
      return
    }
    tally.fired++
    own.fired ??= new Set()
    if (!own.fired.has(flow)) tally.visitors++
    own.fired.add(flow)
    // What joins a firing that is held is held as well, until a decision says otherwise.
    const { verdict = 'waiting', because } = own.waiting?.get(flow)?.line ?? {}
    settle(own, flow)
    own.waiting ??= new Map()
    own.waiting.set(flow, {
      line: {
        flow,
        ...(variant && { variant }),
        visitor: id,
        at,
        cause: cause.type,
        verdict,
        ...(because && { because }),
      },
      gates: new Set(),
      joined: because?.gate,
    })
  }
  /** Nothing more becomes of what waits. */
  const settle = (own: Case, flow: string) => {
    const waiting = own.waiting?.get(flow)
    if (!waiting) return
    own.waiting!.delete(flow)
    const { index } = now!
    const { line, joined } = waiting
    if (joined) hold(waiting, index, joined)
    const by = line.verdict === 'held' && culprit(own, line.because!)
    if (by) increase(tallies[index]!.flows[flow]!.displaced, by)
    if (index === 0) onFiring?.(line)
  }

  const count = (own: Case, index: number, at: number, flow: Flow) => {
    const tally = tallies[index]!
    const each = tally.flows[flow.id]!
    own.shown ??= new Map()
    const times = own.shown.get(flow.id) ?? 0
    own.shown.set(flow.id, times + 1)
    own.lastShown = flow.id
    each.shown++
    if (!times) {
      each.reached++
      increase(each.reach, String(Math.floor(at / hour)))
    }
    if (flow.runs === 'relay') return
    enter(own, at, 1)
    tally.interruptions++
  }
  const enter = (own: Case, at: number, shown = 0) => {
    own.first ??= at
    const current = Math.floor((at - own.first) / week)
    own.weeks[current] = (own.weeks[current] ?? 0) + shown
  }

  const hold = ({ line: { flow }, gates }: Waiting, index: number, gate: GateName) => {
    if (!gates.has(gate)) increase(tallies[index]!.flows[flow]!.held, gate)
    gates.add(gate)
  }
  const decide = ({ flow, verdict, at, because }: Decision, own: Case, index: number) => {
    const waiting = own.waiting?.get(flow)
    if (!waiting) return
    const { line, joined } = waiting
    const closed = because.at(-1)
    // It was held indeed, where it was not decided about at once.
    if (joined && at > line.at) hold(waiting, index, joined)
    waiting.joined = undefined
    if (verdict === 'control') tallies[index]!.flows[flow]!.control++
    else if (verdict !== 'start') hold(waiting, index, closed!.gate)
    if (verdict === 'start') Object.assign(line, { verdict: 'shown', shownAt: at, because: undefined })
    else
      Object.assign(line, {
        verdict: verdict === 'control' ? verdict : verdict === 'hold' ? 'held' : 'refused',
        because: closed,
      })
    if (verdict !== 'hold') settle(own, flow)
  }

  /** What a decision leads to: the flow starts, is seen and ends at once, and more may follow from that. */
  const follow = (own: Case, index: number, engines: Engine[], engine: Engine, { decisions }: Outcome) => {
    for (const decision of decisions) {
      decide(decision, own, index)
      if (decision.verdict !== 'start') continue
      const { at } = decision
      const { flow = byId[index]!.get(decision.flow)! } = engine.flow(decision.flow) ?? {}
      const steps = Array.isArray(flow.steps) ? flow.steps.filter((step) => engine.when(flow, step, at)) : [byReference]
      const shown =
        steps.find(({ type }) => !/^(send|wait)$/.test(type)) ?? (flow.runs === 'relay' ? steps[0] : undefined)
      if (shown) count(own, index, at, flow)
      const told = (type: string, properties: Activity['properties']): Activity => {
        own.lastSeq += tick
        own.told = (own.told ?? 0) + 1
        const { cause, variant } = decision
        return {
          id: `replay-${own.told}`,
          type,
          at,
          seq: own.lastSeq,
          visitor: { anonymousId: cause.visitor.anonymousId },
          ...(cause.tab && { tab: cause.tab }),
          properties: { flow: decision.flow, ...(variant && { variant }), ...properties },
          interaction: false,
        }
      }
      const reports = [told('Flow Started', shown ? { surface: surfaceOf(shown) } : {})]
      if (shown) {
        reports.push(told('Step Viewed', { step: shown.id, surface: surfaceOf(shown) }))
        const step = steps.at(-1)!.id
        if (outcome === 'completed') reports.push(told('Flow Completed', { step }))
        else if (outcome === 'dismissed') reports.push(told('Flow Dismissed', { step: shown.id, by: 'close' }))
        else reports.push(told('Flow Ended', { step: shown.id, reason: 'replay' }))
      } else reports.push(told('Flow Ended', { reason: 'empty' }))
      // The relay hears of flows on the page, pages do not hear of those of the relay.
      const hearing = flow.runs === 'relay' ? [engine] : engines
      for (const report of reports) for (const each of hearing) follow(own, index, engines, each, each.handle(report))
    }
  }
  /** Lets time pass, deadline by deadline, so that what a flow leads to happens at its time. */
  const pass = (own: Case, index: number, engines: Engine[], engine: Engine, to: number) => {
    let before: number | undefined
    for (let due = engine.due; due !== undefined && due <= to && due !== before; due = engine.due) {
      before = due
      follow(own, index, engines, engine, engine.advanceTo(due))
    }
  }

  const hear = (own: Case, index: number, engines: Engine[], activity: Activity) => {
    const { at, type, seq, properties } = activity
    // Who returns was there since then, which the engine must hear before deadlines pass.
    const until =
      type === 'Visitor Returned' && typeof properties.since === 'number' ? Math.min(at, properties.since) : at
    enter(own, at)
    for (const engine of engines) {
      pass(own, index, engines, engine, until)
      own.lastSeq = Math.max(own.lastSeq, seq)
      follow(own, index, engines, engine, engine.handle(activity))
    }
  }
  /** Lets the log end for a visitor. */
  const conclude = (own: Case, index: number, engines: Engine[], end: number) => {
    for (const engine of engines) {
      pass(own, index, engines, engine, end)
      engine.advanceTo(end)
    }
    settleAll(own, index)
    now!.beyond = true
    for (const engine of engines) engine.advanceTo(end + silence)
  }
  const settleAll = (own: Case, index: number) => {
    for (const flow of [...(own.waiting?.keys() ?? [])]) settle(own, flow)
    for (const shown of Object.values(own.weeks)) countWeek(tallies[index]!, shown)
  }
  /** Replays what is held of a visitor; with an end, all of it. */
  const work = (follower: Follower, end?: number) => {
    const { id, cases, held } = follower
    follower.held = []
    cases.forEach((own, index) => {
      now = { id, own, index, beyond: false }
      const engines = createEngines(own, index)
      for (const activity of held) hear(own, index, engines, activity)
      if (end === undefined) own.states = JSON.stringify(engines)
      else {
        conclude(own, index, engines, end)
        compare(tallies[index]!, own, cases[0]!)
        delete own.states
      }
    })
  }

  /** Counts what was replayed of a visitor, and no more. */
  const abandon = ({ id, cases, held }: Follower) => {
    taken -= held.length
    if (cases[0]!.first === undefined) unseen++
    cases.forEach((own, index) => {
      now = { id, own, index, beyond: false }
      settleAll(own, index)
      compare(tallies[index]!, own, cases[0]!)
    })
  }

  return {
    take(activity) {
      if (replayed.test(activity.type)) {
        left++
        return
      }
      taken++
      const id = activity.visitor.anonymousId
      let follower = followers.get(id)
      if (!follower) {
        follower = { id, cases: guides.map(createCase), held: [] }
        followers.set(id, follower)
      }
      follower.held.push(activity)
      waiting.add(follower)
      if (++held < most) return
      for (const each of waiting) {
        if (hurried()) return
        work(each)
      }
      waiting.clear()
      held = 0
    },
    finish(end, told) {
      let done = 0
      for (const follower of followers.values()) {
        if (hurried()) abandon(follower)
        else work(follower, end)
        if (++done % 1000 === 0) told?.(done / followers.size)
      }
      return tallies
    },
    get visitors() {
      return followers.size - unseen
    },
    get taken() {
      return taken
    },
    get left() {
      return left
    },
  }
}

/** Steps that the source would bring: one of them is taken to be shown. */
const byReference: Step = { id: 'first', type: 'message' }

function createCase(): Case {
  return { lastSeq: 0, weeks: [] }
}

/** Which flow is in the way, where a gate is closed by one. */
function culprit(own: Case, { gate, actual }: Gate): string | undefined {
  if (gate === 'slot' || gate === 'group') return String(actual)
  return gate === 'limits' ? own.lastShown : undefined
}

function compare({ flows }: Tally, own: Case, before: Case): void {
  if (own === before) return
  for (const [id, tally] of Object.entries(flows)) {
    const more = (own.shown?.get(id) ?? 0) - (before.shown?.get(id) ?? 0)
    if (more > 0) tally.gained += more
    else tally.lost -= more
  }
}
