import type { Assignment } from './assignments/assignment.ts'
import {
  type Activity,
  type ActivityMap,
  compareActivities,
  type Json,
  type Properties,
  type Report,
  type Visitor,
} from './core/activity.ts'
import { compilePages } from './core/condition.ts'
import { slotsOf } from './core/eligibility.ts'
import { createEngine, type Engine, type Outcome } from './core/engine.ts'
import { type ErrorCode, FootholdError } from './core/errors.ts'
import type { Explanation } from './core/explanation.ts'
import { type Flow, type Guide, type Purpose, readGuide, standsBeside } from './core/guide.ts'
import { hasRoom } from './core/has-room.ts'
import type { Profile } from './core/profile.ts'
import { toJson } from './core/to-json.ts'
import type { Destination } from './destinations/destination.ts'
import type { Inspector } from './inspector/inspector.ts'
import { defaultObservers } from './observers/default-observers.ts'
import { listen } from './observers/listen.ts'
import type { Observer } from './observers/observer.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import type { Source } from './sources/source.ts'
import type { Stage } from './stage.ts'
import type { StepChunks, StepType } from './steps/step.ts'
import { localStore } from './stores/local.ts'
import type { Store } from './stores/store.ts'
import { joinTabs, type Message, type Tabs } from './tabs.ts'

export interface FootholdOptions {
  /** Where the guide comes from, e.g. `httpSource({ url: '/guide.json' })`. */
  source: Source
  /** @default defaultObservers() */
  observers?: Observer[]
  /** Custom step types, beside the built-in ones. */
  steps?: StepType[]
  destinations?: Destination[]
  /** Who says which variant of an experiment a visitor gets, e.g. `growthbookAssignment(gb)`. @default a hash of the visitor */
  assignment?: Assignment
  /** @default localStore(), which remembers in memory where storage is refused */
  store?: Store
  /** `light`, `dark`, `auto`, or any name that a style sheet defines. @default 'light' */
  theme?: string
  /** BCP 47 tag. @default `<html lang>`, then the browser's */
  locale?: string
  /**
   * What the visitor agreed to. A purpose that is left out is not known yet: its destinations wait, its flows are held.
   * @default { analytics: true, marketing: true }, but no marketing where the browser sends Global Privacy Control
   */
  consent?: Consent
  /** Tests, the demo and the inspector pass their own. */
  clock?: Clock
  onError?(error: FootholdError): void
  /** Every activity of this tab that is kept, derived ones included. */
  onActivity?(activity: Activity): void
  /** Writes errors to the console, the first twenty of them. @default false */
  debug?: boolean
}

export type Consent = { [purpose in Exclude<Purpose, 'functional'>]?: boolean }

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs once after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void
  /** Moves time on: the inspector offers it where a clock has it. */
  forward?(ms: number): void
}

/** All verbs may be called at any time, with anything: before the guide is there, after `stop`. None ever throws. */
export interface Foothold {
  /** Says who the visitor is. Another id than before is another visitor: the old one is `reset` first. */
  identify(id: string | undefined, traits?: Properties): void
  /** Reports an activity. Properties become plain JSON; what is none is left out. */
  track<Type extends keyof ActivityMap | (string & {})>(
    type: Type,
    properties?: Type extends keyof ActivityMap ? ActivityMap[Type] : object,
  ): void
  /** Reports `Page Viewed`; only needed where `pageViews()` is not used. */
  page(properties?: Properties): void
  /** Starts a flow without its trigger. The kill switch and the consent it needs still count. */
  start(flow: string): void
  /** Why a flow shows or does not. */
  explain(flow: string): Explanation
  /** Ends a flow that is on screen, in whatever tab. */
  end(flow: string): void
  /** Shows a flow as it is given, without reporting anything. */
  preview(flow: Flow): void
  /** Opens the inspector, as `?foothold=inspect` in the address of the page does. */
  inspect(): Promise<void>
  /** Nothing opens while held, e.g. during a checkout; returns what releases. */
  hold(reason: string): () => void
  /** What is known about the visitor now. */
  readonly profile: Profile
  /** Calls back after the profile changed; returns what stops it. */
  subscribe(run: (profile: Profile) => void): () => void
  /** What the visitor agreed to, as far as it changed. */
  consent(purposes: Consent): void
  /** The visitor logged out: a new `anonymousId`; what the old one did stays under the old one. */
  reset(): void
  /** Leaves nothing behind: no node, listener, timer, lock or channel. */
  stop(): void
}

const keptBeforeGuide = 200
/** Reports a second, and how many at once. */
const sustained = 10
const burst = 100
/** At most so often the state is written while the page is open. */
const saveEvery = 2000
/** What happened so recently may not be in the store yet: a new tab is told of it. */
const recently = 5000
const mostRecent = 200
/** So long flows of an experiment wait for who assigns its variants. */
const assignmentTimeout = 3000
const sourceBackoff = 5000
const sourceTries = 6
/** A guide that is older is fetched again at the next page or return. */
const guideAge = 5 * 60_000
const typingPause = 2000
const longestTimer = 2 ** 31 - 1
const errorsKept = 20

// As they were when this module was loaded: a host may patch them later.
const { setTimeout, clearTimeout } = globalThis
const pageClock: Clock = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
const emptyGuide: Guide = { format: 1, flows: [] }

/** Step types that are chunks of their own: few flows have them. */
export const stepChunks: StepChunks = new Map<string, () => Promise<{ [type: string]: StepType }>>([
  ['survey', () => import('./steps/survey.tsx')],
  ['offer', () => import('./steps/offer.tsx')],
  ['checklist', () => import('./steps/checklist.tsx')],
])
/** So is what keeps surfaces beside elements. */
export const loadFollow = () => import('./surfaces/follow.ts')

/**
 * Observes the visitor, decides which flow starts, and shows it. On a server, and with options that it cannot use,
 * it does nothing.
 *
 * @example const foothold = createFoothold({ source: httpSource({ url: '/guide.json' }) })
 */
export function createFoothold(given: FootholdOptions): Foothold {
  const inBrowser = typeof document !== 'undefined'
  const { problem, options } = check(given)
  const { source, destinations = [], clock = pageClock, onError, onActivity, debug } = options

  /** This visit of this page: activities are numbered in it. */
  const tab = random(16)
  const ending = inBrowser ? new AbortController() : undefined
  /** What `stop` has to call. */
  const stops = new Set<() => void>()
  let stopped = !inBrowser || !!problem
  let time = 0
  let seq = 0
  let warnings = 0
  /** The latest, for the inspector. */
  const errors: FootholdError[] = []

  let who: Visitor | undefined
  /** What the next activity tells about the visitor beside the ids. */
  let news: Partial<Visitor> = {}
  let viewed: [location: string, path: string] | undefined
  let tokens = burst
  let filledAt = 0
  let flooded = 0
  let activeAt = 0

  let guide: Guide | undefined
  let guideText: string | undefined
  let fetches = 0
  let fetchedAt = 0

  const emptyEngine = createEngine(emptyGuide)
  let engine: Engine = emptyEngine
  /** The inspector looks on. */
  let watched = (engine: Engine) => engine
  let inspector: Inspector | undefined
  /** The engine has the visitor's state and a guide. */
  let begun = false
  let boots = 0
  let turns = 0
  /** What of the visitor's is in the store; absent until it was read. */
  let saved: Saved | undefined
  /** What was not folded yet, as there is no guide. */
  let backlog: Activity[] = []
  let recent: Activity[] = []
  /** What the other tabs are to be told. */
  let untold: Activity[] = []
  let dirty = false
  let saving: (() => void) | undefined
  /** What the store did not take. */
  const unkept = new Set<string>()
  let armed: number | undefined
  let disarm: (() => void) | undefined
  const queue: (() => void)[] = []
  let busy = false
  const subscribers = new Set<(profile: Profile) => void>()
  let notifying = false

  const blocks = new Set<Block>()
  const toggled: { [reason: string]: () => void } = {}
  let typedAt = -typingPause
  let composing = false

  let tabs: Tabs | undefined
  let stage: Stage | undefined
  let loading = false
  let broken = false
  let warmed = false
  let waiting: ((stage: Stage) => void)[] = []
  /** What happened while this tab had the stage but had not loaded it. */
  let missed: Activity[] = []
  /** Explicit starts that wait for the guide or the stage. */
  const starts = new Set<string>()
  let progress: { [flow: string]: Json } = {}

  let agreed: Consent = { analytics: true, marketing: true }
  let store: Store
  let outboxes: { destination: Destination; outbox: Outbox }[] = []

  // — every call out happens here

  function fail(code: ErrorCode, subject: string, cause: any) {
    try {
      const error =
        // By its name: chunks have a class of their own.
        cause?.name === 'FootholdError'
          ? cause
          : new FootholdError(code, `${subject} failed, Foothold goes on without it: ${cause?.message ?? cause}`, {
              cause,
            })
      errors.splice(0, errors.push(error) - errorsKept)
      if (debug && warnings++ < 20) console.warn?.(error)
      onError?.(error)
    } catch {
      // the host's own callback failed: there is nobody left to tell
    }
  }

  function attempt<Result>(code: ErrorCode, subject: string, run: () => Result): Result | undefined {
    try {
      const result = run()
      // Not by `instanceof`: a host may have put another Promise in its place.
      ;(result as any)?.then?.(undefined, (error: unknown) => fail(code, subject, error))
      return result
    } catch (error) {
      fail(code, subject, error)
      return undefined
    }
  }

  /** Makes a verb that never throws and does nothing once stopped. */
  function verb<Args extends unknown[], Result>(name: string, run: (...args: Args) => Result) {
    return (...args: Args) => (stopped ? undefined : attempt('invalid-activity', `${name}()`, () => run(...args)))
  }

  // — time

  /** Never goes back in a tab, whatever the clock does. */
  function now() {
    time = Math.max(time, Math.floor(attempt('host-failed', 'The clock', clock.now) as number) || time)
    return time
  }

  function after(ms: number, run: () => void) {
    if (stopped) return () => {}
    const cancel = () => {
      stops.delete(cancel)
      stop?.()
    }
    const stop = attempt('host-failed', 'The clock', () =>
      clock.after(Math.min(ms, longestTimer), () => {
        stops.delete(cancel)
        attempt('host-failed', 'A timer', run)
      }),
    )
    stops.add(cancel)
    return cancel
  }

  /** One timer serves the engine. */
  function arm() {
    const due = stopped || !begun ? undefined : engine.due
    // Too early does no harm: what is not due yet is armed again then.
    if (due === armed || (due && armed && armed < due)) return
    disarm?.()
    armed = due
    disarm = due === undefined ? undefined : after(Math.max(due - now(), 0), tick)
  }

  function tick() {
    armed = undefined
    enter(() => {
      if (begun) settle(engine.advanceTo(now()), false)
    })
  }

  // — the door

  function report({ type, properties, interaction, page }: Report) {
    if (typeof type !== 'string' || !type || type.length > 200)
      throw new FootholdError(
        'invalid-activity',
        'An activity needs a type, a text of up to 200 characters, e.g. "Product Viewed".',
      )
    const at = now()
    if (type === 'Visitor Active') {
      if (at - activeAt < 1000) return
      activeAt = at
    } else if (isFlood(at)) return
    admit({ type, properties, interaction, page })
  }

  function isFlood(at: number) {
    tokens = Math.min(burst, tokens + ((at - filledAt) * sustained) / 1000)
    filledAt = at
    if (tokens >= 1) {
      tokens--
      return false
    }
    if (!flooded++)
      after(1000, () => {
        fail(
          'invalid-activity',
          '',
          new FootholdError(
            'invalid-activity',
            `${flooded} activities were dropped: more than ${burst} at once, or ${sustained} a second. Report less often.`,
          ),
        )
        flooded = 0
      })
    return true
  }

  function admit(report: Report) {
    const activity = activityOf(report)
    enter(() => take(activity))
  }

  /** Gives an activity its id, time, order and page. */
  function activityOf({ type, properties, interaction, page }: Report): Omit<Activity, 'visitor'> {
    const { pathname } = location
    if (type === 'Page Viewed') viewed = [pathname, page?.path ?? pathname]
    const path = viewed?.[0] === pathname ? viewed[1] : pathname
    return {
      id: `${tab}-${(++seq).toString(36)}`,
      type,
      at: now(),
      seq,
      tab,
      page: { path, ...plain(page) },
      properties: plain(properties),
      ...(interaction === false && { interaction }),
    }
  }

  /** Takes an activity of this tab, now that it is known who the visitor is. */
  function take(given: Omit<Activity, 'visitor'>) {
    const { id, anonymousId } = who!
    const visitor: Visitor = { ...(id !== undefined && { id }), anonymousId }
    const activity = { ...given, visitor }
    if (activity.type === 'Visitor Active') broadcast(activity)
    else {
      Object.assign(visitor, news)
      news = {}
      tell(activity)
    }
    fold(activity, true)
    if (activity.type === 'Page Viewed') {
      warm()
      if (now() - fetchedAt > guideAge) fetchGuide()
    }
  }

  /** Runs in order, one at a time, once it is known who the visitor is. */
  function enter(run: () => void) {
    if (stopped || (!who && queue.length >= keptBeforeGuide)) return
    queue.push(run)
    drain()
  }

  function drain() {
    if (busy || !who) return
    busy = true
    for (let run = queue.shift(); run && !stopped; run = queue.shift()) attempt('invalid-activity', 'An activity', run)
    busy = false
    arm()
    if (subscribers.size && !notifying) {
      notifying = true
      queueMicrotask(notify)
    }
  }

  function notify() {
    notifying = false
    for (const run of stopped ? [] : subscribers) attempt('host-failed', 'A subscriber', () => run(profile()))
  }

  /** An activity of this tab, reported or derived, goes to the other tabs, the destinations and the host. */
  function tell(activity: Activity) {
    broadcast(activity)
    for (const { outbox } of outboxes) outbox.add(activity)
    if (onActivity) attempt('host-failed', 'onActivity', () => onActivity(activity))
  }

  /** Folds an activity of any tab. Derived ones are told by the tab that has the stage. */
  function fold(activity: Activity, own: boolean, told = false) {
    if (activity.type !== 'Visitor Active') {
      if (recent.push(activity) > 2 * mostRecent) recent = recent.slice(-mostRecent)
      touch()
    }
    const outcome = begun && engine.handle(activity)
    if (!begun && backlog.push(activity) > keptBeforeGuide) backlog.shift()
    // A flow does not hear of what starts it.
    tellStage(activity)
    if (outcome) settle(outcome, own, told)
  }

  function tellStage(activity: Activity) {
    if (stage) stage.activity(activity)
    // Flows that go on here are told of it when the stage is loaded; elsewhere another tab's stage has heard it.
    else if (tabs?.stage && missed.push(activity) > keptBeforeGuide) missed.shift()
  }

  function settle({ decisions, activities }: Outcome, own: boolean, told = false) {
    for (const activity of activities) {
      if (!told && (tabs?.stage || (own && !tabs?.staged))) tell(activity)
      tellStage(activity)
      touch()
    }
    const loaded = !!stage
    for (const decision of decisions)
      if (decision.verdict === 'start' && tabs?.stage) {
        fetchSteps(decision.flow)
        onStage((stage) => {
          // While the stage was loading a gate may have closed.
          const closed = !loaded && closedNow(decision.flow)
          if (!closed) stage.play(decision)
          else admit({ type: 'Flow Ended', interaction: false, properties: { flow: decision.flow, reason: closed } })
        })
      }
  }

  /** The first gate that would keep a flow that was decided from showing now. Its own start fills the others. */
  function closedNow(flow: string) {
    const own = /^(frequency|group|limits|slot|stale)$/
    return engine.explain(flow, now()).gates.find(({ gate, verdict }) => verdict !== 'open' && !own.test(gate))?.gate
  }

  // — the guide and the engine

  async function fetchGuide(tries = 1) {
    const mine = ++fetches
    fetchedAt = now()
    try {
      const raw = await source!.guide(who!, ending!.signal)
      if (mine === fetches) use(raw, true)
    } catch (error: any) {
      if (stopped || mine !== fetches) return
      fail('source-failed', `Source "${source!.name}"`, error)
      // A server that is back is not asked by everybody at once, and not before it wants to be.
      const wait = Math.max(sourceBackoff * 2 ** (tries - 1 - Math.random()), error?.cause?.retryAfter || 0)
      fetchedAt += wait
      // Asked again while somebody looks: else on return, as it then counts as old.
      if (tries < sourceTries)
        after(wait, () => {
          if (document.hidden) fetchedAt = 0
          else if (mine === fetches) fetchGuide(tries + 1)
        })
    }
  }

  /** Puts a guide in force; throws, and leaves the last good one, if it cannot be used. */
  function use(raw: unknown, fresh: boolean) {
    if (stopped) return
    const text = toJson(raw)
    if (text === guideText && guide) return
    guide = readGuide(raw)
    guideText = text
    if (fresh) write('guide', raw as Json)
    if (begun) goOn(engine.state)
    else begin()
  }

  /** From that state, with the guide in force. */
  function goOn(state: Json) {
    engine = engineFor(state)
    assign()
    recheck()
    warm()
    arm()
  }

  /** Starts once there is a guide and the visitor's state: what was kept is handled, in order. */
  function begin() {
    if (begun || !guide || !saved || !who) return
    engine = engineFor(saved.state)
    begun = true
    assign()
    enter(() => {
      for (const activity of backlog.splice(0).sort(compareActivities))
        settle(engine.handle(activity), activity.tab === tab)
    })
    onHeld()
  }

  function engineFor(state: Json | undefined): Engine {
    let next: Engine
    try {
      next = createEngine(guide!, { state, live: true })
    } catch (error) {
      // Written by a newer version, or damaged: only this is given up.
      fail('store-failed', 'Reading the state', error)
      next = createEngine(guide!, { live: true })
    }
    next = watched(next)
    next.consent(agreed)
    for (const block of blocks) block.release = next.block(block.reason, block.only)
    return next
  }

  function allowed(id: string) {
    const flow = engine.flow(id)?.flow
    return guide?.enabled !== false && flow && flow.enabled !== false && isGranted(flow.purpose ?? 'functional')
  }

  function isGranted(purpose: Purpose) {
    return purpose === 'functional' || agreed[purpose]
  }

  /** Ends what may no longer run. */
  function recheck() {
    for (const id of stage?.playing() ?? []) if (!allowed(id)) stage?.end(id, 'disabled')
  }

  /** Asks for the variants of a new visitor; flows of an experiment wait for that. */
  function assign() {
    const { assignment } = options
    for (const { id: flow, experiment } of assignment ? guide!.flows : []) {
      if (!experiment || engine.flow(flow)?.assigned) continue
      const visitor = who!
      const release = block('assignment', ({ id }) => id === flow)
      after(assignmentTimeout, release)
      attempt('host-failed', `Assignment "${assignment!.name}"`, async () => {
        try {
          const variant = await assignment!.variant(experiment, visitor)
          const known = experiment.variants.some(({ id }) => id === variant)
          if (typeof variant === 'string' && who!.anonymousId === visitor.anonymousId && !engine.flow(flow)?.assigned)
            admit({
              type: 'Experiment Assigned',
              interaction: false,
              // Whatever else is said is what those get who see nothing.
              properties: { experiment: experiment.id, variant: known ? variant : 'holdout' },
            })
        } finally {
          enter(release)
        }
      })
    }
  }

  // — what nothing opens over

  function block(reason: string, only?: (flow: Flow) => boolean) {
    const block: Block = { reason, only, release: engine.block(reason, only) }
    blocks.add(block)
    return () => {
      if (blocks.delete(block)) block.release()
      arm()
      stage?.arm()
    }
  }

  function toggle(reason: string, on: boolean, only?: (flow: Flow) => boolean) {
    if (on) toggled[reason] ??= block(reason, only)
    else {
      toggled[reason]?.()
      delete toggled[reason]
    }
  }

  /** Typing, with an input method or without: only text fields tell an `inputType`. */
  function onInput(event: Event) {
    composing = event.type === 'compositionstart' || (event as InputEvent).isComposing === true
    if (!composing && event.type === 'input' && !('inputType' in event)) return
    typedAt = now()
    if (toggled.typing) return
    toggle('typing', true)
    const release = () => {
      const left = composing ? typingPause : typedAt + typingPause - now()
      if (left > 0) after(left, release)
      else toggle('typing', false)
    }
    after(typingPause, release)
  }

  // — visitor, store, tabs

  async function read(key: string): Promise<any> {
    try {
      return await store.get(key)
    } catch (error) {
      fail('store-failed', `Reading "${key}"`, error)
    }
  }

  /** A store that is full is told of once, until it takes the key again. */
  async function write(key: string, value: Json | undefined) {
    try {
      await store.set(key, value)
      unkept.delete(key)
    } catch (error) {
      if (!unkept.has(key)) fail('store-failed', `Writing "${key}"`, error)
      unkept.add(key)
    }
  }

  /** Finds out who the visitor is and what is known, then lets in what waits. */
  function boot() {
    return attempt('host-failed', 'The start', meet)
  }

  async function meet() {
    const mine = ++boots
    begun = false
    saved = who = undefined
    const found = await read('visitor')
    if (stopped || mine !== boots) return
    who = visitorOf(found) ?? newVisitor()
    join()
    fetchGuide()
    const state = await read(`state:${who.anonymousId}`)
    const cached = guide ? undefined : await read('guide')
    if (stopped || mine !== boots) return
    // A state from the future was written while the clock was wrong.
    saved = state?.at < now() + 864e5 ? { ...initial, ...state } : initial
    if (Array.isArray(saved!.backlog)) backlog = [...saved!.backlog, ...backlog].slice(-keptBeforeGuide)
    if (cached && !guide) attempt('invalid-guide', 'The guide in the store', () => use(cached, false))
    begin()
    drain()
  }

  function newVisitor(): Visitor {
    const visitor = { anonymousId: globalThis.crypto?.randomUUID?.() ?? random(32) }
    write('visitor', visitor)
    return visitor
  }

  function join() {
    news = { locale: locale() }
    // The first use of Intl takes a page longer than all the rest of the start; Temporal takes nothing.
    whenIdle(() => {
      const { Temporal } = globalThis as { Temporal?: { Now: { timeZoneId(): string } } }
      news = { ...news, timezone: Temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone }
    })
    toggle('another tab', true)
    tabs = joinTabs({
      name: `foothold:${who!.anonymousId}`,
      tab,
      hear: (message) => enter(() => hear(message)),
      onOwner() {
        if (dirty) touch()
        for (const { destination, outbox } of outboxes)
          attempt('store-failed', 'Reading an outbox', async () => {
            const unsent = await store.get(outboxKey(destination))
            if (Array.isArray(unsent)) outbox.adopt(unsent as unknown as Activity[])
          })
      },
      onStage: onHeld,
    })
    tabs.claim()
  }

  /** A message costs more than all else about an activity: what happens at once is told at once. */
  function broadcast(activity: Activity) {
    if (untold.push(activity) === 1) queueMicrotask(tellTabs)
  }

  function tellTabs() {
    if (untold[0]) tabs?.post({ activities: untold })
    untold = []
  }

  function hear({ activities, told, hello, unsent, end, consent }: Message) {
    for (const activity of (activities ?? []) as Activity[]) fold(activity, false, told === true)
    if (hello && tabs?.owner) tellRecent()
    if (unsent)
      for (const { destination, outbox } of outboxes)
        if (tabs?.owner) outbox.adopt((unsent as { [name: string]: Activity[] })[destination.name] ?? [])
    if (end) stage?.end(end as string, 'host')
    if (consent) agree(consent as Consent)
  }

  /** For a tab that may have read the store just before this one wrote it. */
  function tellRecent() {
    tellTabs()
    tabs?.post({ activities: recent.filter(({ at }) => at > now() - recently), told: true })
  }

  /** The stage was won or lost, or there is a guide at last. */
  function onHeld() {
    return attempt('host-failed', 'Taking the stage', takeStage)
  }

  async function takeStage() {
    const mine = ++turns
    const held = !!tabs?.stage
    toggle('another tab', !held)
    if (!held) {
      stage?.stop()
      stage = undefined
      waiting = []
      missed = []
      return
    }
    if (!begun || !document.body) return
    const found = await read(`progress:${who!.anonymousId}`)
    if (stopped || mine !== turns || !begun) return
    if (!stage) {
      progress = Object.fromEntries(Object.entries(Object(found) as typeof progress).filter(([id]) => allowed(id)))
      Object.keys(progress).forEach(fetchSteps)
      if (Object.keys(progress).length) onStage((stage) => stage.resume(progress, missed.splice(0)))
      else missed = []
      // Whatever else ran is lost, and its slot is free.
      for (const [flow, { status }] of Object.entries(profile().flows))
        if (/shown|snoozed/.test(status) && !(flow in progress))
          admit({ type: 'Flow Ended', interaction: false, properties: { flow, reason: 'lost' } })
    }
    for (const id of starts) {
      starts.delete(id)
      attempt('unknown-flow', 'start()', () => play(id))
    }
    warm()
  }

  /** Something is to be saved; by and by, not at once. */
  function touch() {
    dirty = true
    if (tabs?.owner) saving ??= after(saveEvery, save)
  }

  function save() {
    saving?.()
    saving = undefined
    if (!dirty || !saved || !tabs?.owner) return
    dirty = false
    write(`state:${who!.anonymousId}`, {
      at: now(),
      state: begun ? engine.state : saved.state,
      backlog,
    } satisfies Saved as unknown as Json)
  }

  /** Closes the visitor's affairs: surfaces, state, tabs. */
  function part() {
    stage?.stop()
    stage = undefined
    waiting = []
    save()
    tellTabs()
    tabs?.stop()
    tabs = undefined
  }

  /** Another visitor: everything starts anew, and what the old one did stays with the old one. */
  function renew() {
    part()
    boots++
    who = newVisitor()
    saved = initial
    backlog = []
    recent = []
    progress = {}
    begun = false
    join()
    begin()
  }

  function identify(id: unknown, traits: unknown) {
    if (typeof id === 'object' && traits === undefined) return identify(undefined, id)
    if (typeof id === 'number' && Number.isFinite(id)) return identify(`${id}`, traits)
    if ((id !== undefined && id !== null && typeof id !== 'string') || id === '')
      throw new FootholdError('invalid-activity', 'identify() needs the id of the visitor, a text that is not empty.')
    const told = plain(traits)
    const activity = activityOf({ type: 'Visitor Identified', interaction: false })
    enter(() => {
      if (id && who!.id && who!.id !== id) renew()
      const known = who!.traits ?? {}
      const changed = Object.keys(told).some((key) => toJson(told[key]) !== toJson(known[key]))
      if (!changed && (!id || id === who!.id)) return
      who = { ...who!, ...(id && { id }), traits: { ...known, ...told } }
      write('visitor', who as unknown as Json)
      news = { ...news, ...(changed && { traits: told }) }
      take(activity)
    })
  }

  // — the stage

  /** Runs at once where the stage is loaded, else when it is. */
  function onStage(run: (stage: Stage) => void) {
    if (stage) attempt('step-failed', 'The stage', () => run(stage!))
    else if (!broken) {
      waiting.push(run)
      if (!loading) loadStage()
    }
  }

  async function loadStage() {
    loading = true
    try {
      const load = () => import('./stage.ts')
      const { createStage } = await load().catch(load)
      if (!stopped && tabs?.stage)
        stage = createStage({
          theme: options.theme ?? 'light',
          steps: Array.isArray(options.steps) ? options.steps : [],
          stepChunks,
          loadFollow,
          locale,
          clock: { now, after },
          report: admit,
          flow: (id) => engine.flow(id),
          when: (flow, step) => engine.when(flow, step, now()),
          held: (flow) =>
            engine
              .explain(flow, now())
              .gates.some(({ gate, verdict }) => verdict !== 'open' && /^(enabled|consent|blocked)$/.test(gate)),
          profile,
          translations: () => guide?.translations,
          ...(source!.content && {
            content: (ref, context) =>
              source!.content!(ref, { ...context, visitor: who!, locale: locale(), signal: ending!.signal }),
          }),
          save(flow, snapshot) {
            if (snapshot === undefined) delete progress[flow]
            else progress[flow] = snapshot
            write(`progress:${who!.anonymousId}`, Object.keys(progress).length ? progress : undefined)
          },
          start: (id) => enter(() => play(id)),
          identify: (traits) => identify(undefined, traits),
          closed: (id, asked) => (asked ? (allowed(id) ? undefined : 'disabled') : closedNow(id)),
          onOpened: (some) => toggle('open hotspot', some, (flow) => slotsOf(flow).includes('main')),
          onError: (error) => fail(error.code ?? 'step-failed', 'A step', error),
        })
    } catch (error) {
      broken = true
      fail('chunk-failed', 'Loading the stage', error)
    }
    loading = false
    for (const run of waiting.splice(0)) if (stage) onStage(run)
  }

  /** Fetches, beside the stage, what a flow is drawn with. A failure is told when the step's turn comes. */
  function fetchSteps(id: string) {
    const steps = engine.flow(id)?.flow.steps
    for (const step of Array.isArray(steps) ? steps : [])
      for (const load of [stepChunks.get(step.type), standsBeside(step) && loadFollow]) if (load) load().catch(() => {})
  }

  /** Loads the stage in idle time where a flow may start on this page, so that it is shown at once. */
  function warm() {
    if (warmed || !begun || !tabs?.stage || !document.body) return
    const path = viewed?.[1] ?? location.pathname
    const here = guide!.flows.filter(({ pages, runs }) => runs !== 'relay' && (!pages || compilePages(pages)(path)))
    if (!here[0]) return
    warmed = true
    // Each in its own time: together they would be a long task.
    whenIdle(() => {
      if (!tabs?.stage) return
      onStage(async (loaded) => {
        await loaded.fetch(here)
        const more = () => {
          if (stage === loaded && loaded.warm()) whenIdle(more)
        }
        whenIdle(more)
      })
    })
  }

  /** Runs when the page has nothing else to do. */
  function whenIdle(run: () => void) {
    const { requestIdleCallback = (run: () => void) => +setTimeout(run, 200), cancelIdleCallback = clearTimeout } =
      globalThis
    const idle = requestIdleCallback(() => {
      stops.delete(cancel)
      attempt('host-failed', 'Idle work', run)
    })
    const cancel = () => cancelIdleCallback(idle)
    stops.add(cancel)
  }

  /** An explicit start: it takes the slot. */
  function play(id: string) {
    if (!begun || !document.body) return void starts.add(id)
    const found = engine.flow(id)
    if (!found) throw unknownFlow(id)
    if (!allowed(id)) return
    tabs!.claim()
    if (!tabs!.stage) return void starts.add(id)
    const cause: Activity = { ...activityOf({ type: 'Flow Requested' }), visitor: who! }
    fetchSteps(id)
    onStage((stage) => {
      const playing = stage.playing()
      if (playing.includes(id)) return
      const slots = slotsOf(found.flow)
      for (const other of playing) {
        const flow = engine.flow(other)?.flow
        if (flow && slotsOf(flow).some((slot) => slots.includes(slot))) stage.end(other, 'displaced')
      }
      stage.play({ flow: id, ...(found.variant !== undefined && { variant: found.variant }), cause })
    })
  }

  function unknownFlow(id: string) {
    const name = `${id}`.slice(0, 64)
    // The one with the most pairs of letters in common.
    const likeness = (other: string) => Array.from(other).filter((_, i) => name.includes(other.slice(i, i + 2))).length
    const ids = guide?.flows.map((flow) => flow.id) ?? []
    const [nearest] = ids.sort((a, b) => likeness(b) - likeness(a))
    const hint = nearest ? `Did you mean "${nearest}"?` : guide ? 'The guide has none.' : 'The guide is not there yet.'
    return new FootholdError('unknown-flow', `There is no flow "${name}". ${hint}`)
  }

  // — small questions

  function locale() {
    return options.locale || document.documentElement.lang || navigator.language
  }

  function profile() {
    const known = engine.profile(now())
    return { ...known, visitor: { ...known.visitor, ...who, traits: { ...known.visitor.traits, ...who?.traits } } }
  }

  function outboxKey({ name }: Destination) {
    return `outbox:${name}`
  }

  async function inspect() {
    if (!inBrowser) return
    try {
      const { createInspector } = await import('./inspector/inspector.ts')
      inspector ??= createInspector({
        foothold,
        now,
        clock,
        look: () => ({ guide, engine, recent, progress, errors }),
        watch(run, state = engine.state) {
          watched = run
          if (begun) goOn(state)
          touch()
        },
      })
      stops.add(inspector.stop)
      inspector.open()
    } catch (error) {
      fail('chunk-failed', 'inspect()', error)
    }
  }

  function start() {
    store = options.store ?? localStore()
    agreed = {
      ...(options.consent ?? agreed),
      ...((navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl && { marketing: false }),
    }
    outboxes = destinations.map((destination) => ({
      destination,
      outbox: createOutbox(destination, {
        now,
        after,
        owner: () => !!tabs?.owner,
        keep: (unsent) => write(outboxKey(destination), unsent),
        give: (unsent) => tabs?.post({ unsent: { [destination.name]: unsent } }),
        onError: (error) => fail('destination-failed', `Destination "${destination.name}"`, error),
      }),
    }))
    tellConsent()

    const hear = (types: string, run: (event: any) => void) =>
      stops.add(listen(types, (event) => attempt('host-failed', types, () => run(event))))
    const leave = (gone: boolean) => {
      save()
      for (const { outbox } of outboxes) outbox.leave(gone)
    }
    toggle('hidden tab', document.hidden)
    block('dialog', isBehindDialog)
    block('fullscreen', isBehindFilm)
    if (!document.body) {
      const release = block('no body')
      hear('DOMContentLoaded', () => {
        release()
        onHeld()
      })
    }
    // Before the observers: what they report on return is for the state as it is now.
    hear('pageshow', (event: PageTransitionEvent) => {
      if (!event.persisted) return
      part()
      for (const { outbox } of outboxes) outbox.forget()
      boot()
    })
    hear('input compositionstart compositionend', onInput)
    hear('close fullscreenchange', () => block('dialog')())
    for (const observer of options.observers ?? defaultObservers()) {
      const watched = attempt('observer-failed', `Observer "${observer?.name}"`, () =>
        observer.watch(verb(`Observer "${observer.name}"`, report), { now, after }),
      )
      if (typeof watched === 'function') stops.add(watched)
    }
    // After them: what they report while the page goes away is saved too.
    hear('visibilitychange', () => {
      toggle('hidden tab', document.hidden)
      if (document.hidden) leave(false)
      else if (now() - fetchedAt > guideAge) fetchGuide()
      tick()
    })
    hear('pagehide', () => {
      leave(true)
      tellRecent()
      // A page that holds a lock or a channel cannot be kept for the way back.
      tabs?.stop()
    })
    const unwatch = attempt('store-failed', 'Watching the store', () =>
      store.watch?.('visitor', async () => {
        const found = visitorOf(await read('visitor'))
        if (!who || !found) return
        if (found.anonymousId === who.anonymousId) who = found
        else {
          part()
          boot()
        }
      }),
    )
    if (unwatch) stops.add(unwatch)
    let asked = false
    try {
      // In the address, or what it left behind when it was open in this tab.
      asked = (location.search + Object.keys(sessionStorage)).includes('foothold=inspect')
    } catch {
      // refused storage remembers nothing
    }
    // It looks on from the first activity.
    if (asked) inspect().then(boot)
    else boot()
  }

  function agree(purposes: Consent) {
    for (const purpose of ['analytics', 'marketing'] as const)
      if (typeof purposes[purpose] === 'boolean') agreed = { ...agreed, [purpose]: purposes[purpose] }
    engine.consent(agreed)
    tellConsent()
    recheck()
    arm()
  }

  function tellConsent() {
    for (const { destination, outbox } of outboxes) {
      outbox.consent(isGranted(destination.purpose ?? 'analytics'))
    }
  }

  function stop() {
    for (const stop of [...stops]) attempt('observer-failed', 'Stopping', stop)
    for (const { outbox } of outboxes) outbox.leave(true)
    part()
    stopped = true
    ending?.abort()
    for (const stop of stops) stop()
    subscribers.clear()
  }

  const foothold: Foothold = {
    identify: verb('identify', identify),
    track: verb('track', (type: string, properties?: object) => report({ type, properties: properties as Properties })),
    page: verb('page', (properties) => {
      const { pathname: path } = location
      report({
        type: 'Page Viewed',
        properties: { path, title: document.title, referrer: document.referrer, ...plain(properties) },
      })
    }),
    start: verb('start', (id) => enter(() => play(id))),
    explain: (id) =>
      attempt('unknown-flow', 'explain()', () => engine.explain(id, now())) ?? emptyEngine.explain('', 0),
    end: verb('end', (id) => {
      starts.delete(id)
      tabs?.post({ end: id })
      if (stage || loading) onStage((stage) => stage.end(id, 'host'))
    }),
    preview: verb('preview', (flow) => {
      // Beside the guide's other flows and segments: it may name them.
      const { flows, ...rest } = guide ?? emptyGuide
      const others = flows.filter(({ id }) => id !== flow?.id)
      const [given] = readGuide({ ...rest, flows: [JSON.parse(toJson(flow)), ...others] }).flows
      enter(() => {
        tabs!.claim()
        onStage((stage) => stage.preview(given!))
      })
    }),
    inspect,
    hold: (reason) => verb('hold', () => block(String(reason)))() ?? (() => {}),
    get profile() {
      return attempt('invalid-activity', 'profile', profile) ?? emptyEngine.profile(0)
    },
    subscribe(run) {
      if (!stopped && typeof run === 'function') subscribers.add(run)
      return () => subscribers.delete(run)
    },
    consent: verb('consent', (purposes) => {
      if (Object(purposes) !== purposes)
        throw new FootholdError(
          'invalid-option',
          'consent() needs an object, e.g. { analytics: true, marketing: false }.',
        )
      agree(purposes)
      tabs?.post({ consent: plain(purposes) })
    }),
    reset: verb('reset', () => enter(renew)),
    stop: verb('stop', stop) as () => void,
  }
  if (problem)
    fail('invalid-option', '', new FootholdError('invalid-option', `createFoothold cannot start: ${problem}.`))
  if (!stopped) attempt('invalid-option', 'createFoothold', start)
  return foothold
}

interface Block {
  reason: string
  only: ((flow: Flow) => boolean) | undefined
  release(): void
}

/** What of a visitor's is in the store; the backlog was not folded yet, as there was no guide. */
interface Saved {
  at: number
  state?: Json | undefined
  backlog: Activity[]
}

const initial: Saved = { at: 0, backlog: [] }

/** A copy of the options, so that no getter of the host's runs later; of those that cannot be used only what tells so. */
function check(given: unknown): { problem?: string | undefined; options: Partial<FootholdOptions> } {
  let options: Partial<FootholdOptions> = {}
  let problem: string | undefined
  try {
    options = { ...(given as FootholdOptions) }
    problem = problemWith(options)
  } catch {
    problem = 'reading the options throws'
  }
  const { onError, debug } = options
  return problem ? { problem, options: { onError, debug } } : { options }
}

/** What an option is asked to do; those in the plural are lists. */
const verbsOf = {
  source: ['guide'],
  assignment: ['variant'],
  store: ['get', 'set'],
  clock: ['now', 'after'],
  observers: ['watch'],
  destinations: ['send'],
}

/** What is wrong with the options, if they cannot be used. */
function problemWith(options: { [name: string]: any }): string | undefined {
  if (!options.source) return 'it needs a source, e.g. httpSource({ url: "/guide.json" })'
  for (const [name, verbs] of Object.entries(verbsOf)) {
    const given = options[name]
    const each = name.endsWith('s') ? given : [given]
    const fits = Array.isArray(each) && each.every((one) => verbs.every((verb) => typeof one?.[verb] === 'function'))
    if (given !== undefined && !fits) return `"${name}" cannot ${verbs.join(' and ')}`
  }
  return undefined
}

/** A visitor as the store has it. */
function visitorOf(found: any): Visitor | undefined {
  if (typeof found?.anonymousId !== 'string') return undefined
  const { anonymousId, id, traits } = found
  return { anonymousId, ...(typeof id === 'string' && { id }), traits: plain(traits) }
}

/** Characters of base 36, from the browser's generator where there is one. */
function random(length: number): string {
  const bytes = new Uint8Array(length)
  const filled = globalThis.crypto?.getRandomValues?.(bytes) ?? bytes.map(() => Math.random() * 256)
  return Array.from(filled, (byte) => (byte % 36).toString(36)).join('')
}

const longestText = 4096
const mostText = 32_000
const deepest = 8

/** Plain JSON of whatever it is given, at most 32 kB and 8 levels. What is none, or throws, is left out. */
function plain(given: unknown): Properties {
  let room = mostText
  const result = copy({ given }, 'given', [])
  return isRecord(result) ? (result as Properties) : {}

  /** The value under the key; `above` are the objects on the way to it. */
  function copy(holder: any, key: PropertyKey, above: unknown[]): Json | undefined {
    try {
      const value = holder[key]
      room -= 8
      if (value === null || value === !!value || Number.isFinite(value)) return value
      if (typeof value === 'string') {
        const text = value.length > longestText ? `${value.slice(0, longestText)}…` : value
        room -= text.length
        return room < 0 ? undefined : text
      }
      if (typeof value !== 'object' || above.length > deepest || above.includes(value)) return undefined
      return copyAll(value, [...above, value])
    } catch {
      return undefined
    }
  }

  function copyAll(value: any, way: unknown[]): Json | undefined {
    const list: Json[] | false = Array.isArray(value) && []
    if (!list && !isRecord(value)) return copy({ json: value.toJSON() }, 'json', way)
    const object: { [key: string]: Json } = {}
    // Of a long list no more keys are made than there is room for.
    for (const key of Object.keys(list ? value.slice(0, room) : value)) {
      if (!list) room -= key.length
      if (room < 0) break
      const item = key === '__proto__' ? undefined : copy(value, key, way)
      if (item === undefined) continue
      if (list) list.push(item)
      else object[key] = item
    }
    return list || object
  }
}

function isRecord(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Object]'
}

/** Whether something fills the whole screen that has no room for a surface: all else is inert. */
function isBehindFilm(): boolean {
  const { fullscreenElement } = document
  return !!fullscreenElement && !hasRoom(fullscreenElement)
}

/** Whether a modal dialog of the host is open in which a flow's first target is not. */
function isBehindDialog({ steps }: Flow): boolean {
  const target = Array.isArray(steps) ? steps[0]?.target : undefined
  const css = typeof target === 'object' ? target.css : target
  for (const dialog of document.getElementsByTagName('dialog')) {
    if (!dialog.matches(':modal')) continue
    try {
      const selector = css!.replace(/^@(.*)/, '[data-foothold="$1"]').split('>>>')[0]!
      if (!dialog.querySelector(selector)) return true
    } catch {
      return true
    }
  }
  return false
}
