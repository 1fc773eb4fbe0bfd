import { type Activity, compareActivities, type Json, type Properties } from './activity.ts'
import { type CompiledMatch, compileMatch, compilePages } from './condition.ts'
import { parseDuration } from './duration.ts'
import { type Gate, passGates } from './eligibility.ts'
import { armOf, fnv32a, patchFlow } from './experiment.ts'
import type { Expression, Flow, Guide, Purpose, Step } from './guide.ts'
import { type Around, type Leaf, pathOf } from './operator.ts'
import { createMemory, endSession, fold, type Memory, type Profile, profileOf, sessionCap, sessionGap, startSession } from './profile.ts'
import { createSegments } from './segment.ts'
import { compileTrigger, type Firing, type Trigger } from './trigger.ts'

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
  /** The next moment at which time alone can change something. */
  readonly due: number | undefined
  /** Every gate and every leaf of the trigger: actual, wanted, and the smallest change that flips it. */
  explain(flow: string, at: number): Explanation
  /** Whether a step's `when` is true, live. */
  when(flow: Flow, step: Step, at: number): boolean
  profile(at: number): Profile
  /** The flow as this visitor gets it: with the patch of the visitor's variant. */
  flow(id: string): { flow: Flow; variant?: string } | undefined
  /** All of it, as plain JSON; `createEngine(guide, { state })` goes on exactly where it was. */
  readonly state: Json
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

/** Why a flow shows or does not. */
export interface Explanation {
  flow: string
  variant?: string
  at: number
  /** Whether the trigger is true now, and whether a firing waits. */
  trigger: { value: boolean | undefined; pending: boolean; leaves: LeafExplanation[] }
  /** All gates, none left out. */
  gates: Gate[]
  /** One sentence: the gate or leaf that decides, and what would flip it. */
  summary: string
}

export interface LeafExplanation {
  /** Where it stands in the trigger, e.g. `all.1`. */
  path: string
  operator: string
  value: boolean | undefined
  actual?: unknown
  wanted?: unknown
  /** When time alone changes it, in milliseconds since the epoch. */
  changesAt?: number
  /** The smallest single change that flips it, e.g. "2 more matches". */
  flip?: string
}

export interface EngineOptions {
  /** From `engine.state`. */
  state?: Json | undefined
  /** On a page a firing that is older than a session is dropped (gate `stale`). @default false */
  live?: boolean
  /** Whether relay flows are decided instead of page flows. @default 'page' */
  runs?: 'page' | 'relay'
}


/** An expression that is followed: a flow's trigger in one arm, an audience, a segment, a step's `when`. */
interface Unit {
  trigger: Trigger
  fired?: (firing: Firing, at: number) => void
  /** Has an idle leaf, which every interaction could change. */
  idles: boolean
  /** Where it stands in the list of deadlines. */
  dueAt: number | undefined
  touched: boolean
  /** Goes on from saved state. */
  restored: boolean
  /** Which expression its state belongs to. */
  stamp: string
}

/** A flow of the guide, in each of its arms. */
interface Candidate {
  flow: Flow
  order: number
  arms: { id: string | undefined; flow: Flow; unit: Unit; pages: ReturnType<typeof compilePages> | undefined }[]
  audience: Unit | undefined
  pages: ReturnType<typeof compilePages> | undefined
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
  /** The gate that holds it, and when time alone opens it. */
  heldBy?: string
  opensAt?: number
}

const ranks = ['lowest', 'low', 'normal', 'high', 'highest']
const idsKept = 2000
/** A decided start that the stage never reported gives its slot back. */
const startGrace = 60_000

interface Saved {
  memory: Partial<Memory>
  seen: string[]
  now: number
  last: [at: number, seq: number, id: string] | null
  units: { [name: string]: [stamp: string, state: Json] }
  pending: Pending[]
  goals: { [flow: string]: { at: number; variant?: string } }
  exposed: { [experiment: string]: number }
  starting: [flow: string, at: number][]
}

/**
 * @param guide What `parseGuide` or the reader returned; it is trusted.
 * @example
 * const engine = createEngine(guide)
 * const { decisions } = engine.handle(activity)
 */
export function createEngine(guide: Guide, { state, live = false, runs = 'page' }: EngineOptions = {}): Engine {
  const saved = (state ?? {}) as unknown as Partial<Saved>
  const memory = createMemory(saved.memory, '')
  const seen = new Set(saved.seen)
  const pending = new Map((saved.pending ?? []).map((each) => [`${each.flow}/${each.arm}`, each]))
  const goals = { ...saved.goals }
  const exposed = { ...saved.exposed }
  const starting = new Map(saved.starting)
  const blocks = new Set<{ reason: string; only: ((flow: Flow) => boolean) | undefined }>()
  let agreed: { [purpose in Purpose]?: boolean } = {}
  let now = saved.now ?? -Infinity
  let last = saved.last && { at: saved.last[0], seq: saved.last[1], id: saved.last[2] }
  /** The time the caller wants to come to: deadlines before it are decided late. */
  let horizon = now
  let recheck = false
  let outcome: Outcome = { decisions: [], activities: [] }
  let current: Activity | undefined
  /** Derived activities that wait until what caused them is evaluated. */
  const derived: Activity[] = []

  const units = new Map<string, Unit>()
  const byType = new Map<string, { unit: Unit; leaf: Leaf }[]>()
  const byFact = new Map<string, { unit: Unit; leaf: Leaf }[]>()
  const idling = new Set<Unit>()
  let touched: Unit[] = []
  // Sorted, the next one last.
  const deadlines: { at: number; unit: Unit }[] = []

  const around: Around = {
    memory,
    profile: (at) => profileOf(memory, at, segments.members, segments.scores(at)),
    segment: (name) => segments.value(name),
  }

  const follow = (name: string, expression: Expression, stamp: string, keep = false): Unit => {
    const known = units.get(name)
    if (known) return known
    const hashed = `${stamp}:${fnv32a(JSON.stringify(expression))}`
    const [oldStamp, oldState] = saved.units?.[name] ?? []
    const kept = keep || oldStamp === hashed ? oldState : undefined
    const trigger = compileTrigger(expression, around, kept)
    const unit: Unit = { trigger, idles: false, dueAt: undefined, touched: false, restored: kept !== undefined, stamp: hashed }
    for (const leaf of trigger.leaves) {
      for (const type of leaf.types) listen(byType, type, { unit, leaf })
      for (const fact of leaf.facts ?? [])
        if (fact === 'interaction') unit.idles = true
        else if (fact) listen(byFact, fact, { unit, leaf })
    }
    units.set(name, unit)
    touch(unit)
    return unit
  }
  const touch = (unit: Unit) => {
    if (unit.touched) return
    unit.touched = true
    touched.push(unit)
  }
  const sense = (fact: string, at: number) => {
    for (const { unit, leaf } of byFact.get(fact) ?? []) {
      leaf.sense?.(fact, at)
      touch(unit)
    }
  }

  const segments = createSegments(guide, around, (name, expression) => follow(name, expression, ''))
  const candidates = new Map<string, Candidate>()
  const goalsByType = new Map<string, { flow: Flow; match: CompiledMatch; within: number }[]>()
  const cancelsByType = new Map<string, { flow: string; match: CompiledMatch }[]>()
  for (const flow of guide.flows) {
    if ((flow.runs ?? 'page') !== runs) continue
    const { id, version, experiment, backfill, audience } = flow
    const candidate: Candidate = {
      flow,
      order: candidates.size,
      arms: [],
      audience: audience === undefined ? undefined : follow(`audience:${id}`, audience, ''),
      pages: flow.pages && compilePages(flow.pages),
    }
    candidates.set(id, candidate)
    // Everybody's activities run through all arms' triggers; the held-out follow the flow as it is.
    const arms = experiment ? [...experiment.variants.map((variant) => variant.id), 'holdout'] : [undefined]
    for (const arm of arms) {
      const patched = patchFlow(flow, arm)
      const unit = follow(arm === undefined ? `flow:${id}` : `flow:${id}/${arm}`, patched.trigger, String(version), backfill)
      unit.fired = (firing, at) => fire(candidate, arm, firing, at)
      candidate.arms.push({ id: arm, flow: patched, unit, pages: patched.pages && compilePages(patched.pages) })
      for (const step of Array.isArray(patched.steps) ? patched.steps : [])
        if (step.when !== undefined) follow(whenName(id, step), step.when, '')
    }
    if (flow.goal) {
      const match = compileMatch(flow.goal.on)
      for (const type of match.types) listen(goalsByType, type, { flow, match, within: parseDuration(flow.goal.within) })
    }
    for (const cancel of flow.cancelOn ?? []) {
      const match = compileMatch(cancel)
      for (const type of match.types) listen(cancelsByType, type, { flow: id, match })
    }
  }

  const ownArm = ({ flow: { experiment } }: Candidate) => experiment && armOf(experiment, memory.visitor.anonymousId)
  const flowOf = (candidate: Candidate) => {
    const own = ownArm(candidate)
    return candidate.arms.find(({ id }) => id === own)!
  }

  const fire = ({ flow: { id } }: Candidate, arm: string | undefined, { cause, lasting }: Firing, at: number) => {
    const by = cause ?? current ?? pageActivity(at)
    pending.set(`${id}/${arm ?? null}`, { flow: id, arm: arm ?? null, cause: by, lasting, firedAt: at })
    recheck = true
  }
  /** The page stands for what time alone made true. */
  const pageActivity = (at: number): Activity =>
    memory.view ?? { id: 'page', type: 'Page Viewed', at, seq: 0, visitor: memory.visitor, properties: {}, interaction: false }

  /** An activity that follows from another; tabs, relay and replays compute the same id for it. */
  const derive = (type: string, cause: Activity, at: number, properties: Properties) => {
    const { anonymousId, id } = memory.visitor
    const name = `${type}/${anonymousId}/${cause.id}/${at}/${JSON.stringify(properties)}`
    const activity: Activity = {
      id: `${fnv32a(name).toString(36)}-${fnv32a(`${name}/`).toString(36)}`,
      type,
      at,
      seq: cause.seq,
      visitor: id === undefined ? { anonymousId } : { id, anonymousId },
      ...(cause.tab !== undefined && { tab: cause.tab }),
      ...(cause.page && { page: cause.page }),
      properties,
      interaction: false,
    }
    if (!remember(activity.id)) return
    outcome.activities.push(activity)
    derived.push(activity)
  }
  const remember = (id: string) => {
    if (seen.has(id)) return false
    seen.add(id)
    if (seen.size > idsKept) seen.delete(seen.values().next().value!)
    return true
  }

  /** Folds an activity, lets all leaves hear it that concern it, and evaluates their triggers. */
  const take = (activity: Activity, late: boolean) => {
    const { type, at, properties } = activity
    current = activity
    const facts = fold(memory, activity, late)
    for (const { unit, leaf } of byType.get(type) ?? []) {
      leaf.hear?.(activity, late)
      touch(unit)
    }
    for (const fact of facts) sense(fact, at)

    if (type === 'Page Viewed' && !late)
      for (const [key, { lasting, cause }] of pending) if (!lasting && cause.tab === activity.tab) pending.delete(key)
    for (const { flow, match } of cancelsByType.get(type) ?? [])
      if (match.test(activity, pathOf(around, activity)))
        for (const [key, each] of pending) if (each.flow === flow) pending.delete(key)

    const flow = candidates.get(properties.flow as string)?.flow
    if (flow && type.startsWith('Flow ')) {
      starting.delete(flow.id)
      if (type === 'Flow Started' && flow.goal && !flow.experiment) goals[flow.id] = { at }
    }
    for (const { flow, match, within } of goalsByType.get(type) ?? []) {
      const goal = goals[flow.id]
      if (!goal || at < goal.at || at - goal.at >= within || !match.test(activity, pathOf(around, activity))) continue
      delete goals[flow.id]
      derive('Goal Reached', activity, at, { flow: flow.id, ...(goal.variant && { variant: goal.variant }) })
    }
    evaluate(now)
  }

  const interact = (at: number, cause: Activity) => {
    if (!memory.session) {
      startSession(memory, at)
      sense('session', at)
      derive('Session Started', cause, at, {})
      takeDerived()
    }
    memory.session!.lastAt = Math.max(memory.session!.lastAt, at)
    for (const unit of idling) touch(unit)
    idling.clear()
  }

  const takeDerived = () => {
    for (let activity = derived.shift(); activity; activity = derived.shift()) take(activity, false)
  }

  /** Evaluates the triggers that were touched; segments first, as flows read them. */
  const evaluate = (at: number) => {
    while (touched.length) {
      const batch = touched
      touched = []
      for (const unit of batch) unit.touched = false
      const changed = segments.update(batch, at)
      for (const unit of batch) {
        if (!segments.owns(unit)) {
          const firing = unit.trigger.evaluate(at)
          if (firing) unit.fired?.(firing, at)
        }
        schedule(unit, at)
        if (unit.idles && unit.trigger.leaves.some((leaf) => leaf.facts?.includes('interaction') && leaf.value(at))) idling.add(unit)
      }
      for (const name of changed) sense(`segment:${name}`, at)
    }
  }

  /** Evaluates, then decides; what follows from decisions may make more true. */
  const settle = (at: number) => {
    do {
      evaluate(at)
      recheck = false
      decide(at)
      current = undefined
      takeDerived()
    } while (touched.length || recheck)
  }

  const schedule = (unit: Unit, at: number) => {
    const due = unit.trigger.due(at)
    // A later deadline is found out when the earlier one comes up.
    if (due === undefined || (unit.dueAt !== undefined && unit.dueAt <= due)) return
    unit.dueAt = due
    let [low, high] = [0, deadlines.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (deadlines[middle]!.at > due) low = middle + 1
      else high = middle
    }
    deadlines.splice(low, 0, { at: due, unit })
  }
  /** The next deadline that is still one. */
  const nextDeadline = (): number | undefined => {
    for (let top = deadlines.at(-1); top; top = deadlines.at(-1)) {
      if (top.unit.dueAt === top.at) {
        const due = top.unit.trigger.due(now)
        if (due === top.at || top.at <= now) return top.at
        top.unit.dueAt = undefined
        deadlines.pop()
        schedule(top.unit, now)
      } else deadlines.pop()
    }
    return undefined
  }
  const sessionEnd = () => memory.session && Math.min(memory.session.lastAt + sessionGap, memory.session.startedAt + sessionCap)
  const nextDue = (): number | undefined => {
    const waits = [...pending.values()].flatMap(({ readyAt, opensAt }) => [readyAt, opensAt].filter((at) => at !== undefined && at > now))
    const moments = [...waits, nextDeadline(), sessionEnd()].filter((at) => at !== undefined)
    return moments.length ? Math.min(...moments) : undefined
  }
  const finishSession = (at: number) => {
    endSession(memory)
    sense('session', at)
    if (runs === 'relay') for (const [key, { lasting }] of pending) if (!lasting) pending.delete(key)
  }

  /** Lets time pass up to and including a moment; every deadline is evaluated at its own time. */
  const pass = (to: number) => {
    horizon = Math.max(to, now)
    for (let due = nextDue(); due !== undefined && due <= to; due = nextDue()) {
      now = Math.max(now, due)
      if ((sessionEnd() ?? Infinity) <= now) finishSession(now)
      while ((deadlines.at(-1)?.at ?? Infinity) <= now) {
        const { unit, at } = deadlines.pop()!
        if (unit.dueAt === at) {
          unit.dueAt = undefined
          touch(unit)
        }
      }
      settle(now)
    }
    now = Math.max(now, to)
  }

  const running = () => {
    const list = Object.entries(memory.flows)
      .filter(([, { status }]) => status === 'shown' || status === 'snoozed')
      .map(([id, { status, surface }]) => ({ id, flow: candidates.get(id)?.flow, snoozed: status === 'snoozed', surface }))
    for (const [id, at] of starting)
      if (at < now - startGrace) starting.delete(id)
      else if (!list.some((each) => each.id === id))
        list.push({ id, flow: candidates.get(id)?.flow, snoozed: false, surface: undefined })
    return list
  }
  const ask = (candidate: Candidate, flow: Flow, pages: Candidate['pages'], at: number, delayed: number): Gate[] =>
    passGates(flow, {
      guide,
      memory,
      at,
      consent: agreed,
      blocks: [...blocks].filter(({ only }) => !only || only(flow)).map(({ reason }) => reason),
      running: running(),
      audience: candidate.audience?.trigger.value(at),
      pages,
      delayed,
    })

  /** Explicit starts and resumes are the stage's; of the rest a click comes first, then priority, then the guide's order. */
  const rank = ({ flow, cause }: Pending) => {
    const { flow: { priority = 'normal' }, order } = candidates.get(flow)!
    return (cause.type === 'Element Clicked' ? -1e6 : 0) - ranks.indexOf(priority) * 1e5 + order
  }
  const decide = (at: number) => {
    for (const [key, each] of [...pending].sort(([, a], [, b]) => rank(a) - rank(b))) {
      const candidate = candidates.get(each.flow)
      const arm = candidate?.arms.find(({ id }) => id === (each.arm ?? undefined))
      if (!candidate || !arm || (each.lasting && arm.unit.trigger.value(at) !== true)) {
        pending.delete(key)
        continue
      }
      if (each.readyAt !== undefined && each.readyAt > at) continue
      const { experiment } = candidate.flow
      const late = live ? horizon - at : 0
      const unexposed = experiment && exposed[experiment.id] === undefined
      let gates = ask(candidate, unexposed ? candidate.flow : arm.flow, unexposed ? candidate.pages : arm.pages, at, late)
      // Until an arm's trigger, of whatever arm, has met open gates nobody's arm decides: control and holdout count too.
      if (unexposed) gates = gates.filter(({ gate }) => gate !== 'holdout' && gate !== 'experiment')
      if (unexposed && !deciding(gates) && (each.readyAt !== undefined || candidate.flow.delay === undefined)) {
        const variant = ownArm(candidate)!
        exposed[experiment.id] = at
        if (candidate.flow.goal) goals[each.flow] = { at, variant }
        derive('Experiment Viewed', each.cause, at, { experiment: experiment.id, variant, flow: each.flow })
        gates = ask(candidate, arm.flow, arm.pages, at, late)
      }
      if (experiment && exposed[experiment.id] !== undefined && each.arm !== ownArm(candidate)) {
        pending.delete(key)
        continue
      }
      const closed = deciding(gates)
      const because = closed ? gates.slice(0, gates.indexOf(closed) + 1) : gates
      const conclude = (verdict: Decision['verdict']) =>
        outcome.decisions.push({ flow: each.flow, ...(each.arm && { variant: each.arm }), verdict, at, cause: each.cause, because })
      if (closed?.verdict === 'refuse') {
        pending.delete(key)
        conclude(closed.gate === 'experiment' ? 'control' : 'refuse')
      } else if (each.readyAt === undefined && arm.flow.delay !== undefined) {
        each.readyAt = each.firedAt + parseDuration(arm.flow.delay)
        if (each.readyAt <= at) recheck = true
      } else if (closed) {
        if (closed.opensAt === undefined) delete each.opensAt
        else each.opensAt = closed.opensAt
        if (each.heldBy === closed.gate) continue
        const first = each.heldBy === undefined
        each.heldBy = closed.gate
        conclude('hold')
        if (first) derive('Flow Held', each.cause, at, { flow: each.flow, gate: closed.gate })
      } else {
        pending.delete(key)
        starting.set(each.flow, at)
        conclude('start')
      }
    }
  }

  // Pending firings of flows that are no longer there, or were changed, are gone with them.
  for (const [key, { flow, arm }] of pending)
    if (!candidates.get(flow)?.arms.some(({ id, unit }) => id === (arm ?? undefined) && unit.restored)) pending.delete(key)
  if (state !== undefined) {
    // Segments may refer to each other, so until nothing changes any more.
    for (let round = 0; segments.update([...units.values()], now).length && round < 100; round++);
    for (const unit of units.values()) schedule(unit, now)
  }

  const conclude = (): Outcome => {
    const result = outcome
    outcome = { decisions: [], activities: [] }
    return result
  }

  return {
    handle(activity) {
      const { type, at, visitor, properties } = activity
      const transient = type === 'Visitor Active'
      if (!transient && !remember(activity.id)) return conclude()
      memory.visitor.anonymousId ||= visitor.anonymousId
      // What was not stored moved the clock until then; without this a replay would see an idle visitor.
      if (type === 'Visitor Returned' && memory.session && typeof properties.since === 'number' && properties.since <= at)
        memory.session.lastAt = Math.max(memory.session.lastAt, properties.since)
      pass(at)
      const late = at < now || (!transient && !!last && compareActivities(activity, last) < 0)
      const known = memory.visitor.id
      if (known !== undefined && visitor.id !== undefined && visitor.id !== known && memory.session) finishSession(now)
      if (activity.interaction !== false && (!late || memory.session)) interact(at, activity)
      if (!transient) {
        take(activity, late)
        if (!late) last = { at, seq: activity.seq, id: activity.id }
      }
      settle(now)
      return conclude()
    },
    advanceTo(at) {
      pass(at)
      settle(now)
      return conclude()
    },
    block(reason, only) {
      const block = { reason, only }
      blocks.add(block)
      return () => {
        if (blocks.delete(block)) recheck = true
      }
    },
    consent(purposes) {
      agreed = { ...agreed, ...purposes }
      recheck = true
    },
    get due() {
      return recheck && pending.size ? now : nextDue()
    },
    explain(id, at) {
      const candidate = candidates.get(id)
      if (!candidate) return { flow: id, at, trigger: { value: undefined, pending: false, leaves: [] }, gates: [], summary: `there is no flow "${id}"` }
      const { id: arm, flow, unit, pages } = flowOf(candidate)
      const value = unit.trigger.value(at)
      const leaves = unit.trigger.explain(at)
      const gates = ask(candidate, flow, pages, at, 0)
      const closed = deciding(gates)
      const waits = pending.get(`${id}/${arm ?? null}`)
      return {
        flow: id,
        ...(arm !== undefined && { variant: arm }),
        at,
        trigger: { value, pending: !!waits, leaves },
        gates,
        summary: summarize(closed, leaves, waits, value),
      }
    },
    when(flow, step, at) {
      if (step.when === undefined) return true
      const unit = follow(whenName(flow.id, step), step.when, '')
      settle(at)
      return unit.trigger.value(at) === true
    },
    profile: (at) => structuredClone(around.profile(at)),
    flow(id) {
      const candidate = candidates.get(id)
      if (!candidate) return undefined
      const { id: variant, flow } = flowOf(candidate)
      return { flow, ...(variant !== undefined && { variant }) }
    },
    get state() {
      const state: Saved = {
        memory,
        seen: [...seen],
        now: Math.max(now, 0),
        last: last ? [last.at, last.seq, last.id] : null,
        units: Object.fromEntries([...units].map(([name, { stamp, trigger }]) => [name, [stamp, trigger.state]])),
        pending: [...pending.values()],
        goals,
        exposed,
        starting: [...starting],
      }
      // A copy: what goes on here must not change what was saved.
      return JSON.parse(JSON.stringify(state)) as Json
    },
  }
}

function listen<T>(index: Map<string, T[]>, name: string, entry: T): void {
  const list = index.get(name)
  if (list) list.push(entry)
  else index.set(name, [entry])
}

function whenName(flow: string, step: Step): string {
  return `when:${flow}/${step.id}/${fnv32a(JSON.stringify(step.when))}`
}

/** The gate that decides: what refuses comes before what holds. */
function deciding(gates: Gate[]): Gate | undefined {
  return gates.find(({ verdict }) => verdict === 'refuse') ?? gates.find(({ verdict }) => verdict === 'hold')
}

function summarize(closed: Gate | undefined, leaves: LeafExplanation[], waits: Pending | undefined, value: boolean | undefined): string {
  if (closed && (waits || closed.verdict === 'refuse'))
    return `${closed.verdict === 'hold' ? 'held' : 'refused'} by ${closed.gate}: ${JSON.stringify(closed.actual)}, wanted ${JSON.stringify(closed.wanted)}`
  if (value) return 'the trigger is true; it fires when it becomes true again'
  const leaf = leaves.find((each) => each.value !== true)
  return `the trigger is not true: ${leaf?.operator} is ${JSON.stringify(leaf?.actual)}, wanted ${JSON.stringify(leaf?.wanted)}`
}
