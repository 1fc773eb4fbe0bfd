import { type Activity, compareActivities, type Json, type Properties } from './activity.ts'
import { createCalendar } from './calendar.ts'
import { parseDuration } from './duration.ts'
import { firstSurface, type Gate, passGates, type Situation } from './eligibility.ts'
import { armOf, fnv32a } from './experiment.ts'
import type { Explanation } from './explanation.ts'
import type { Flow, Guide, Purpose, Step } from './guide.ts'
import type { Around, Leaf } from './operator.ts'
import { type Arm, type Candidate, keyOf, type Part, type Plan, planGuide } from './plan.ts'
import {
  createMemory,
  endSession,
  fold,
  type Memory,
  type Profile,
  pathOf,
  profileOf,
  publish,
  sessionCap,
  sessionGap,
  startSession,
  viewOf,
} from './profile.ts'
import { createSegments } from './segment.ts'
import type { Task } from './task.ts'
import { toJson } from './to-json.ts'
import type { Firing, Trigger } from './trigger.ts'

/**
 * Folds activities into a profile and decides, with reasons, which flow starts. Pure: it never reads a clock,
 * the DOM or the network.
 */
export interface Engine {
  /** Takes an activity: first all deadlines up to its time, then the activity. */
  handle(activity: Activity): Outcome
  /** The same, for time alone. */
  advanceTo(at: number): Outcome
  /**
   * Nothing opens while blocked; returns what releases. `only` narrows it to some flows.
   * After a release `due` asks for one more `advanceTo`.
   */
  block(reason: string, only?: (flow: Flow) => boolean): () => void
  /** What the visitor agreed to; until told, only `functional` is open. */
  consent(purposes: { [purpose in Purpose]?: boolean }): void
  /** The next moment at which time alone can change something; may be one that has been put off, never one too late. */
  readonly due: number | undefined
  /** Every gate and every leaf of the trigger: actual, wanted, and the smallest single change that turns it over. */
  explain(flow: string, at: number): Explanation
  /** Whether the `when` of a step, or of one of its tasks, is true, live. */
  when(flow: Flow, step: Step | Task, at: number): boolean
  profile(at: number): Profile
  /** The flow as this visitor gets it: with the patch of the visitor's variant; `assigned` once that stands. */
  flow(id: string): { flow: Flow; variant?: string; assigned?: boolean } | undefined
  /** All of it, as plain JSON; `createEngine(guide, { state })` goes on exactly where it was. */
  readonly state: Json
  /** For `JSON.stringify(engine)`: the text of `state`, in half the time. */
  toJSON(): unknown
}

export interface Outcome {
  decisions: Decision[]
  /** Derived ones (`Session Started`, `Goal Reached`, `Experiment Viewed`, `Flow Held`), already folded in. */
  activities: Activity[]
}

/** What was concluded about a flow. Only `start` asks the stage to do something. */
export interface Decision {
  flow: string
  variant?: string
  verdict: 'start' | 'hold' | 'refuse' | 'control'
  /** Milliseconds since the epoch. */
  at: number
  /** The activity of the leaf whose edge fired; its properties are `trigger` in templates. */
  cause: Activity
  /** The gates passed, the deciding one last. */
  because: Gate[]
}

export interface EngineOptions {
  /** From `engine.state`. */
  state?: Json | undefined
  /** On a page a firing that is older than a session is dropped (gate `stale`). @default false */
  live?: boolean
  /** Whether relay flows are decided instead of page flows. @default 'page' */
  runs?: 'page' | 'relay'
  /** From `planGuide(guide, runs)`, for one that makes engines for many visitors. */
  plan?: Plan | undefined
  /**
   * Is told each firing of the visitor's own arm before any gate, also one that joins a firing that waits: a back-test
   * counts them.
   */
  onFiring?: ((flow: string, variant: string | undefined, at: number, cause: Activity) => void) | undefined
}

/** What is followed of the plan for this visitor. */
interface Unit {
  part: Part
  trigger: Trigger
  /** Its idle leaves, which every interaction could change. */
  idles: Leaf[]
  /** Where it stands in the list of deadlines. */
  dueAt: number | undefined
  touched: boolean
  /** Goes on from saved state. */
  restored: boolean
}

/** A firing that waits for its delay or its gates. */
interface Pending {
  flow: string
  arm: string | null
  cause: Activity
  lasting: boolean
  firedAt: number
  /** When the delay is over; absent before the gates were asked the first time. */
  readyAt?: number
  /** The gates were asked, and it stands as they said. */
  asked?: boolean
  /** The gate that holds it, and when time alone opens it. */
  heldBy?: string
  opensAt?: number | undefined
}

const ranks = ['lowest', 'low', 'normal', 'high', 'highest']
const idsKept = 500
/** A decided start that the stage never reported gives its slot back. */
const startGrace = 60_000

interface Saved {
  memory: Partial<Memory>
  seen: [older: string[], newer: string[]]
  now: number
  last: Pick<Activity, 'at' | 'seq' | 'id'> | null
  units: { [name: string]: [stamp: string, state: Json] }
  pending: [key: string, Pending][]
  goals: [flow: string, { at: number; variant?: string }][]
  exposed: string[]
  starting: [flow: string, at: number][]
  concluded: [flow: string, NonNullable<Explanation['latest']>][]
}

/**
 * @param guide What `parseGuide` or the reader returned; it is trusted.
 * @example
 * const engine = createEngine(guide)
 * const { decisions } = engine.handle(activity)
 */
export function createEngine(
  guide: Guide,
  { state, live = false, runs = 'page', plan = planGuide(guide, runs), onFiring }: EngineOptions = {},
): Engine {
  const saved = (state ?? {}) as unknown as Partial<Saved>
  const memory = createMemory(saved.memory, '')
  const calendar = createCalendar()
  /** Ids of the latest activities, in two halves: the older one is forgotten when the newer one is full. */
  let [older, newer] = (saved.seen ?? [[], []]).map((ids) => new Set(ids)) as [Set<string>, Set<string>]
  const pending = new Map(saved.pending)
  const goals = new Map(saved.goals)
  /** Flows and experiments of which `Experiment Viewed` was told: several flows may share one experiment. */
  const exposed = new Set(saved.exposed)
  /** Starts that were decided and that the stage has not reported yet. */
  const starting = new Map(saved.starting)
  /** What became of each flow's latest firing. */
  const concluded = new Map(saved.concluded)
  const blocks = new Set<{ reason: string; only: ((flow: Flow) => boolean) | undefined }>()
  let agreed: { [purpose in Purpose]?: boolean } = {}
  let now = saved.now ?? 0
  let last = saved.last
  /** The time the caller wants to come to: deadlines before it are decided late. */
  let horizon = now
  let recheck = false
  /** Something that gates look at may have changed. */
  let stirred = true
  let outcome: Outcome = { decisions: [], activities: [] }
  let current: Activity | undefined
  /** Derived activities that wait until what caused them is evaluated. */
  const derived: Activity[] = []

  const { candidates } = plan
  /** By the index of their part, those that something has concerned. */
  const units: (Unit | undefined)[] = []
  const idling = new Set<Unit>()
  let touched: Unit[] = []
  const touchedSegments: Unit[] = []
  // Sorted, the next one last.
  const deadlines: { at: number; unit: Unit }[] = []

  const around: Around = {
    memory,
    calendar,
    profile: (at) => profileOf(memory, at, segments.members, segments.scores(at)),
    segment: (name) => segments.value(name),
    explainSegment(name, at, known) {
      const part = plan.parts.get(`segment:${name}`)
      return part && unitOf(part).trigger.explain(at, known)
    },
  }

  const unitOf = (part: Part): Unit => {
    let unit = units[part.index]
    if (unit) return unit
    const [stamp, oldState] = saved.units?.[part.name] ?? []
    const kept = oldState !== undefined && (part.keep || stamp === part.stamp) ? oldState : undefined
    const trigger = part.trigger.follow(around, kept)
    const idles = trigger.leaves.filter((_, leaf) => part.trigger.heard[leaf]!.facts?.includes('interaction'))
    unit = { part, trigger, idles, dueAt: undefined, touched: false, restored: kept !== undefined }
    units[part.index] = unit
    touch(unit)
    return unit
  }
  const touch = (unit: Unit) => {
    if (unit.touched) return
    unit.touched = true
    ;(unit.part.segment === undefined ? touched : touchedSegments).push(unit)
  }
  const sense = (fact: string, at: number) => {
    stirred ||= !/^(any|cart|seen)$/.test(fact)
    for (const { part, leaf } of plan.byFact.get(fact) ?? []) {
      const unit = unitOf(part)
      unit.trigger.leaves[leaf]!.sense?.(fact, at)
      touch(unit)
    }
  }

  const segments = createSegments(guide, around, (name) => unitOf(plan.parts.get(name)!))
  for (const part of plan.parts.values()) if (part.trigger.eager || saved.units?.[part.name]) unitOf(part)

  const ownArm = ({ flow: { experiment } }: Candidate) =>
    experiment && armOf(experiment, memory.visitor.anonymousId, memory.arms)
  const armWith = ({ arms }: Candidate, id: string | null | undefined) =>
    arms.find((arm) => arm.id === (id ?? undefined))

  const fire = (candidate: Candidate, arm: string | undefined, { cause, lasting }: Firing, at: number) => {
    const { id } = candidate.flow
    const key = keyOf(id, arm)
    const by = cause ?? current ?? pageActivity(at)
    if (onFiring && arm === ownArm(candidate)) onFiring(id, arm, at, by)
    stirred ||= !pending.has(key)
    // What waits already goes on waiting, for the newer cause.
    pending.set(key, { firedAt: at, ...pending.get(key), flow: id, arm: arm ?? null, cause: by, lasting })
    recheck = true
  }
  /** The page stands for what time alone made true. */
  const pageActivity = (at: number): Activity =>
    viewOf(memory) ?? {
      id: 'page',
      type: 'Page Viewed',
      at,
      seq: 0,
      visitor: memory.visitor,
      properties: {},
      interaction: false,
    }

  /** An activity that follows from another; tabs, relay and replays compute the same id for it. */
  const derive = (type: string, { id: cause, seq, tab, page }: Activity, at: number, properties: Properties) => {
    const { anonymousId, id } = memory.visitor
    const name = `${type}/${anonymousId}/${cause}/${at}/${toJson(properties)}`
    const activity: Activity = {
      // Names that share one hash go on sharing it with whatever comes after them, so the second begins otherwise.
      id: `${fnv32a(name).toString(36)}-${fnv32a(`/${name}`).toString(36)}`,
      type,
      at,
      seq,
      visitor: id === undefined ? { anonymousId } : { id, anonymousId },
      ...(tab !== undefined && { tab }),
      ...(page && { page }),
      properties,
      interaction: false,
    }
    if (!remember(activity.id)) return
    outcome.activities.push(activity)
    derived.push(activity)
  }
  const remember = (id: string) => {
    if (newer.has(id) || older.has(id)) return false
    if (newer.size === idsKept / 2) {
      older = newer
      newer = new Set()
    }
    newer.add(id)
    return true
  }
  const exposureOf = ({ id, experiment }: Flow) => `${id}/${experiment!.id}`
  const expose = (flow: Flow, at: number, variant: string) => {
    exposed.add(exposureOf(flow))
    if (flow.goal) goals.set(flow.id, { at, variant })
  }

  /** Who was assigned a variant, or saw one, keeps it. */
  const pin = ({ experiment, variant }: Properties) => {
    for (const { flow } of candidates.values())
      if (flow.experiment?.id === experiment) memory.arms[flow.experiment!.id] ??= `${variant}`
    stirred = true
  }

  /** Folds an activity, lets all leaves hear it that concern it, and evaluates their triggers. */
  const take = (activity: Activity, late: boolean) => {
    const { type, at, tab, properties } = activity
    current = activity
    const facts = fold(memory, activity, late)
    const view = memory.tabs[tab ?? '']?.view
    const path = view && pathOf(view)
    for (const { part, leaf } of plan.byType.get(type) ?? []) {
      const unit = unitOf(part)
      unit.trigger.leaves[leaf]!.hear?.(activity, path, late, now)
      touch(unit)
    }
    for (const fact of facts) sense(fact, at)

    if (type === 'Page Viewed' && !late && runs === 'page')
      for (const [key, { lasting, cause }] of pending) if (!lasting && cause.tab === tab) pending.delete(key)
    for (const { key, match } of plan.cancels.get(type) ?? [])
      if (at >= (pending.get(key)?.firedAt ?? Infinity) && match.test(activity, path)) pending.delete(key)

    const flow = candidates.get(properties.flow as string)?.flow
    if (flow && /^Flow [^H]/.test(type)) {
      starting.delete(flow.id)
      if (type === 'Flow Started' && flow.goal && !flow.experiment) goals.set(flow.id, { at })
    }
    if (type.startsWith('Experiment ')) pin(properties)
    // Another tab, or the log, may tell it first.
    if (flow?.experiment && type === 'Experiment Viewed' && !exposed.has(exposureOf(flow)))
      expose(flow, at, properties.variant as string)
    for (const { flow, match, within } of plan.goals.get(type) ?? []) {
      const goal = goals.get(flow.id)
      if (!goal || at < goal.at || at - goal.at >= within || !match.test(activity, path)) continue
      goals.delete(flow.id)
      derive('Goal Reached', activity, at, { flow: flow.id, ...(goal.variant && { variant: goal.variant }) })
    }
    evaluate(now)
    current = undefined
  }
  const takeDerived = () => {
    for (let activity = derived.shift(); activity; activity = derived.shift()) take(activity, activity.at < now)
  }

  const interact = (at: number) => {
    memory.session!.lastAt = Math.max(memory.session!.lastAt, at)
    if (!idling.size) return
    for (const unit of idling) touch(unit)
    idling.clear()
  }

  /** Evaluates the segments that were touched, and those that read them, until none changes. */
  const evaluateSegments = (at: number) => {
    // Through the profile they may lead back to themselves, and never come to rest.
    let rounds = 100 * plan.parts.size
    for (let unit = touchedSegments.pop(); unit; unit = touchedSegments.pop()) {
      unit.touched = false
      const { name } = unit.part
      if (rounds-- > 0 && segments.update(name, at)) {
        sense(name, at)
        // What a model predicts may depend on it.
        sense('scores', at)
      }
      rest(unit, at)
    }
  }
  /** Evaluates the triggers that were touched; segments first, as the others read them. */
  const evaluate = (at: number) => {
    evaluateSegments(at)
    if (!touched.length) return
    const batch = touched
    touched = []
    for (const unit of batch) {
      unit.touched = false
      const firing = unit.trigger.evaluate(at)
      // An audience, maybe.
      stirred ||= !unit.part.fires
      const { fires } = unit.part
      if (firing && fires) fire(fires.candidate, fires.arm, firing, at)
      rest(unit, at)
    }
  }
  const rest = (unit: Unit, at: number) => {
    schedule(unit, at)
    for (const leaf of unit.idles) if (leaf.value(at)) idling.add(unit)
  }

  /** Evaluates, then decides; what follows from decisions may make more true. */
  const settle = () => {
    do {
      evaluate(now)
      recheck = false
      decide(now)
      takeDerived()
    } while (touched.length || recheck)
  }

  const schedule = (unit: Unit, at: number) => {
    const due = unit.trigger.due(at)
    // A later deadline is found out when the earlier one comes up.
    if (due === undefined || unit.dueAt! <= due) return
    unit.dueAt = due
    let [low, high] = [0, deadlines.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (deadlines[middle]!.at > due) low = middle + 1
      else high = middle
    }
    deadlines.splice(low, 0, { at: due, unit })
  }
  const sessionEnd = () =>
    memory.session && Math.min(memory.session.lastAt + sessionGap, memory.session.startedAt + sessionCap)
  const nextDue = (): number | undefined => {
    while (deadlines.length && deadlines.at(-1)!.unit.dueAt !== deadlines.at(-1)!.at) deadlines.pop()
    let next = deadlines.at(-1)?.at
    const consider = (at: number | undefined) => {
      if (at !== undefined && !(next! <= at)) next = at
    }
    consider(sessionEnd())
    for (const { readyAt, opensAt } of pending.values())
      for (const at of [readyAt, opensAt]) if (at! > now) consider(at)
    if (pending.size) for (const at of starting.values()) consider(at + startGrace)
    return next
  }
  const finishSession = () => {
    endSession(memory)
    sense('session', now)
    if (runs === 'relay') for (const [key, { lasting }] of pending) if (!lasting) pending.delete(key)
  }

  /** Lets time pass up to and including a moment; every deadline is evaluated at its own time. */
  const pass = (to: number) => {
    horizon = Math.max(to, now)
    for (let due = nextDue(); due !== undefined && due <= to; due = nextDue()) {
      now = Math.max(now, due)
      if (sessionEnd()! <= now) finishSession()
      for (const [flow, at] of starting) if (at + startGrace <= now) stirred = starting.delete(flow)
      while ((deadlines.at(-1)?.at ?? Infinity) <= now) {
        const { unit, at } = deadlines.pop()!
        if (unit.dueAt !== at) continue
        unit.dueAt = undefined
        // What put it off left it where it stood: to move every deadline with every interaction takes too long.
        if (unit.trigger.due(at - 1) === at) touch(unit)
        else schedule(unit, now)
      }
      settle()
    }
    now = horizon
  }

  /** Flows that run or are about to. */
  const running = (): Situation['running'] => [
    ...Object.entries(memory.flows)
      .filter(([, { status }]) => status === 'shown' || status === 'snoozed')
      .map(([id, { status, surface }]) => ({
        id,
        flow: candidates.get(id)?.flow,
        snoozed: status === 'snoozed',
        surface,
      })),
    ...[...starting.keys()].map((id) => ({ id, flow: candidates.get(id)?.flow, snoozed: false })),
  ]
  const ask = (
    { flow, pages, audience }: Arm,
    at: number,
    delayed: number,
    which?: Parameters<typeof passGates>[2],
  ): Gate[] => {
    const situation: Situation = {
      guide,
      memory,
      calendar,
      starts: [...memory.starts, ...[...starting].map(([flow, at]) => startOf(flow, at))],
      at,
      consent: agreed,
      blocks: [...blocks].filter(({ only }) => !only || only(flow)).map(({ reason }) => reason),
      running: running(),
      audience: audience && unitOf(audience).trigger.value(at),
      pages,
      delayed,
    }
    return passGates(flow, situation, which)
  }
  const startOf = (flow: string, at: number) => {
    const candidate = candidates.get(flow)
    return {
      at,
      flow,
      session: memory.sessions,
      ...(candidate && { surface: firstSurface(armWith(candidate, ownArm(candidate))!.flow) }),
    }
  }

  /** Explicit starts and resumes are the stage's. Of the rest a click comes first, then priority, then the order. */
  const rank = ({ flow, cause }: Pending) => {
    const {
      flow: { priority = 'normal' },
      order,
    } = candidates.get(flow)!
    return (cause.type.endsWith(' Clicked') ? -1e6 : 0) - ranks.indexOf(priority) * 1e5 + order
  }
  const decide = (at: number) => {
    if (!pending.size) return
    const waiting = pending.size > 1 ? [...pending].sort(([, a], [, b]) => rank(a) - rank(b)) : [...pending]
    const all = stirred
    stirred = false
    for (const [key, each] of waiting) {
      const candidate = candidates.get(each.flow)!
      const { experiment } = candidate.flow
      const arm = armWith(candidate, each.arm)!
      if (each.lasting && unitOf(arm.part).trigger.value(at) !== true) pending.delete(key)
      if (!pending.has(key) || each.readyAt! > at) continue
      // They said it already.
      if (each.asked && !all && !(each.opensAt! <= at)) continue
      each.asked = true
      const late = live ? horizon - at : 0
      // Until a trigger, of whatever arm, has met the open gates of the flow as it is, all arms are alike.
      let alike = experiment && !exposed.has(exposureOf(candidate.flow))
      let gates = alike ? ask(candidate.arms.at(-1)!, at, late, { but: 'experiment' }) : ask(arm, at, late)
      let closed = deciding(gates)
      if (alike && !closed) {
        alike = false
        const variant = ownArm(candidate)!
        expose(candidate.flow, at, variant)
        derive('Experiment Viewed', each.cause, at, { experiment: experiment!.id, variant, flow: each.flow })
        gates = ask(arm, at, late)
        closed = deciding(gates)
      }
      each.opensAt = closed?.opensAt
      if (experiment && each.arm !== ownArm(candidate)) {
        // It waits for nothing but that.
        if (!alike || closed?.verdict === 'refuse') pending.delete(key)
        continue
      }
      const conclude = (verdict: Decision['verdict']) => {
        concluded.set(each.flow, { at, verdict, ...(closed && { gate: closed.gate }) })
        outcome.decisions.push({
          flow: each.flow,
          ...(each.arm && { variant: each.arm }),
          verdict,
          at,
          cause: each.cause,
          because: gates,
        })
      }
      if (closed?.verdict === 'refuse') {
        pending.delete(key)
        conclude(closed.gate === 'experiment' ? 'control' : 'refuse')
      } else if (each.readyAt === undefined && arm.flow.delay !== undefined) {
        each.readyAt = each.firedAt + parseDuration(arm.flow.delay)
        each.asked = false
        if (each.readyAt <= at) recheck = true
      } else if (!closed) {
        pending.delete(key)
        starting.set(each.flow, at)
        conclude('start')
        // Those asked before it may be held by something else now.
        recheck = stirred = pending.size > 0
      } else if (each.heldBy !== closed.gate) {
        conclude('hold')
        if (each.heldBy === undefined) derive('Flow Held', each.cause, at, { flow: each.flow, gate: closed.gate })
        each.heldBy = closed.gate
      }
    }
  }

  // Pending firings of flows that are no longer there, or were changed, are gone with them.
  for (const [key, { flow, arm }] of pending) {
    const candidate = candidates.get(flow)
    const part = candidate && armWith(candidate, arm)?.part
    if (!part || !unitOf(part).restored) pending.delete(key)
  }
  if (state !== undefined) {
    evaluateSegments(now)
    for (const unit of units) if (unit) rest(unit, now)
  }

  const takeOutcome = (): Outcome => {
    const result = outcome
    outcome = { decisions: [], activities: [] }
    return result
  }

  return {
    handle(activity) {
      const { type, at, visitor, properties } = activity
      const { since } = properties
      const transient = type === 'Visitor Active'
      if (!transient && !remember(activity.id)) return takeOutcome()
      memory.visitor.anonymousId ||= visitor.anonymousId
      // What was not stored moved the clock until then; without this a replay would see an idle visitor.
      if (type === 'Visitor Returned' && memory.session && typeof since === 'number' && since <= at) {
        interact(since)
        evaluate(now)
      }
      pass(at)
      const late = at < now || (!transient && !!last && compareActivities(activity, last) < 0)
      const { id } = memory.visitor
      if (!late && memory.session && id !== undefined && visitor.id !== undefined && visitor.id !== id) finishSession()
      if (activity.interaction !== false) {
        if (!memory.session && !late && !transient) {
          startSession(memory, activity)
          sense('session', at)
          derive('Session Started', activity, at, {})
          takeDerived()
        }
        if (memory.session) interact(at)
      }
      // It lengthens the session, which is part of the profile.
      if (transient) sense('any', at)
      else {
        take(activity, late)
        if (!late) last = { at, seq: activity.seq, id: activity.id }
      }
      settle()
      return takeOutcome()
    },
    advanceTo(at) {
      pass(at)
      settle()
      return takeOutcome()
    },
    block(reason, only) {
      const block = { reason, only }
      blocks.add(block)
      stirred = true
      return () => {
        if (blocks.delete(block)) recheck = stirred = true
      }
    },
    consent(purposes) {
      agreed = { ...agreed, ...purposes }
      recheck = stirred = true
    },
    get due() {
      return recheck && pending.size ? now : nextDue()
    },
    explain(id, at) {
      const candidate = candidates.get(id)
      if (!candidate)
        return { flow: id, at, trigger: { value: null, pending: false, leaves: [] }, gates: [], decides: {} }
      const arm = armWith(candidate, ownArm(candidate))!
      const { trigger } = unitOf(arm.part)
      const { leaves, decides } = trigger.explain(at)
      const audience = arm.audience && unitOf(arm.audience).trigger.explain(at)
      const gates = ask(arm, at, 0, { all: true }).map((gate) =>
        gate.gate === 'audience' && audience ? { ...gate, leaves: audience.leaves } : gate,
      )
      const waits = pending.get(keyOf(id, arm.id))
      const closed = deciding(gates)
      const latest = concluded.get(id)
      return {
        flow: id,
        ...(arm.id !== undefined && { variant: arm.id }),
        at,
        trigger: { value: trigger.value(at) ?? null, pending: !!waits, leaves },
        gates,
        decides:
          closed && (waits || closed.verdict === 'refuse')
            ? {
                gate: closed.gate,
                ...(closed.opensAt !== undefined && { flip: { at: closed.opensAt } }),
                ...(closed.gate === 'audience' && audience?.decides),
              }
            : waits
              ? { delay: waits.readyAt ?? at }
              : decides,
        ...(latest && { latest }),
      }
    },
    when(flow, step, at) {
      if (step.when === undefined) return true
      const { trigger } = unitOf(plan.when(flow.id, step))
      evaluate(now)
      return trigger.value(at) === true
    },
    profile: (at) => publish(around.profile(at)),
    flow(id) {
      const candidate = candidates.get(id)
      if (!candidate) return undefined
      const variant = ownArm(candidate)
      const assigned = memory.arms[candidate.flow.experiment?.id ?? ''] !== undefined
      return {
        flow: armWith(candidate, variant)!.flow,
        ...(variant !== undefined && { variant }),
        ...(assigned && { assigned }),
      }
    },
    toJSON(): Saved {
      return {
        memory,
        seen: [[...older], [...newer]],
        now,
        last: last ?? null,
        units: Object.fromEntries(
          units.flatMap((unit) => (unit ? [[unit.part.name, [unit.part.stamp, unit.trigger.state]]] : [])),
        ),
        pending: [...pending],
        goals: [...goals],
        exposed: [...exposed],
        starting: [...starting],
        concluded: [...concluded],
      }
    },
    get state() {
      // A copy: what goes on here must not change what was saved.
      return JSON.parse(toJson(this.toJSON())) as Json
    },
  }
}

/** The gate that decides: the first one, in their order, that is not open. */
function deciding(gates: Gate[]): Gate | undefined {
  return gates.find(({ verdict }) => verdict !== 'open')
}
