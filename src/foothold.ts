import { type Consent, createAgreement } from './agent/agreement.ts'
import { assignVariants } from './agent/assign-variants.ts'
import { createAttempts } from './agent/attempts.ts'
import { createBlocks } from './agent/blocks.ts'
import { createChronicle } from './agent/chronicle.ts'
import { createDelivery } from './agent/delivery.ts'
import { createDoor } from './agent/door.ts'
import { createIdentity, idOf, visitorOf } from './agent/identity.ts'
import { createLazyInspector } from './agent/lazy-inspector.ts'
import { createLazyStage } from './agent/lazy-stage.ts'
import { createLiveEngine, emptyEngine } from './agent/live-engine.ts'
import { checkOptions, type FootholdOptions } from './agent/options.ts'
import { createOutboxes, type Unsent } from './agent/outboxes.ts'
import { plain } from './agent/plain.ts'
import { createShelf } from './agent/shelf.ts'
import { createSubscribers } from './agent/subscribers.ts'
import { joinTabs, type Message, type Tabs } from './agent/tabs.ts'
import { createTime } from './agent/time.ts'
import { createTurns } from './agent/turns.ts'
import type { Activity, ActivityMap, Json, Properties, Report } from './core/activity.ts'
import { slotsOf } from './core/eligibility.ts'
import type { Outcome } from './core/engine.ts'
import { FootholdError } from './core/errors.ts'
import type { Explanation } from './core/explanation.ts'
import type { Flow, Guide } from './core/guide.ts'
import type { Profile } from './core/profile.ts'
import { defaultObservers } from './observers/default-observers.ts'
import { listen } from './observers/listen.ts'
import { localStore } from './stores/local.ts'

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
  /** The visitor logged out: a new `anonymousId`. Of the old one nothing stays in the store but what waits to be sent. */
  reset(): void
  /** Leaves nothing behind: no node, listener, timer, lock or channel. */
  stop(): void
}

/** What may keep a flow that was decided from showing. Its own start fills the others. */
const othersGates = /^(?!(frequency|group|limits|slot|stale)$)/

/**
 * Observes the visitor, decides which flow starts, and shows it. On a server, and with options that it cannot use,
 * it does nothing.
 *
 * @example const foothold = createFoothold({ source: httpSource({ url: '/guide.json' }) })
 */
export function createFoothold(given: FootholdOptions): Foothold {
  const inBrowser = typeof document !== 'undefined'
  const { problem, options } = checkOptions(given)
  const { onActivity } = options
  let stopped = !inBrowser || !!problem
  const ending = new AbortController()
  /** What `stop` has to call. */
  const stops = new Set<() => void>()

  const attempts = createAttempts(options)
  const { attempt, fail } = attempts
  const time = createTime(options.clock, attempt)
  const { now, after, soon, whenIdle } = time

  const door = createDoor({ ...time, onError: (error) => fail(error.code, '', error) })
  const { enter, go } = createTurns({
    attempt,
    ready: () => !stopped && !!identity.who,
    onDone() {
      engine.arm()
      subscribers.tell()
    },
  })
  const subscribers = createSubscribers(profile, attempt)

  const engine = createLiveEngine({
    ...time,
    fail,
    onBegin(engine) {
      engine.consent(agreement.purposes)
      blocks.hold(engine)
    },
    onDue: advance,
  })
  const blocks = createBlocks({
    ...time,
    onRelease() {
      engine.arm()
      stage.now?.arm()
    },
  })
  const { read, write, watch } = createShelf(options.store ?? localStore(), attempts)
  let tabs: Tabs | undefined
  const identity = createIdentity((visitor) => write('visitor', visitor as unknown as Json))
  const chronicle = createChronicle({
    ...time,
    owner,
    state: () => (engine.begun ? engine.now.state : undefined),
    keep: (kept) => write(key('state'), kept),
  })
  const delivery = createDelivery({
    ...time,
    source: options.source!,
    visitor: () => identity.who!,
    signal: ending.signal,
    keep: (raw) => write('guide', raw),
    onGuide() {
      if (engine.begun) return goOn(engine.now.state)
      prepare()
      soon(begin)
    },
    onError: (error) => fail('source-failed', `Source "${options.source!.name}"`, error),
  })
  let boots = 0
  let turns = 0

  const agreement = createAgreement(options.consent)
  const outboxes = createOutboxes(options.destinations ?? [], {
    ...time,
    owner,
    read,
    write,
    fail,
    give: (unsent) => tabs?.post({ unsent }),
  })

  /** Explicit starts that wait for the guide or the stage. */
  const starts = new Set<string>()
  let progress: { [flow: string]: Json } = {}
  const stage = createLazyStage({
    ...attempts,
    whenIdle,
    held: () => !!tabs?.stage,
    options: {
      whenIdle,
      theme: options.theme ?? 'light',
      steps: Array.isArray(options.steps) ? options.steps : [],
      locale,
      clock: time,
      report: admit,
      flows: () => delivery.guide?.flows ?? [],
      flow: (id) => engine.now.flow(id),
      when: (flow, step) => engine.now.when(flow, step, now()),
      held: (flow) => !!closed(flow, /^(enabled|consent|blocked)$/),
      explain: (id) => engine.now.explain(id, now()),
      profile,
      translations: () => delivery.guide?.translations,
      ...(options.source?.content && {
        // Nothing is copied: to read a trigger that is not known yet would be to depend on it.
        content: (ref, context) =>
          options.source!.content!(
            ref,
            Object.assign(context, { visitor: identity.who!, locale: locale(), signal: ending.signal }),
          ),
      }),
      save(flow, snapshot) {
        if (snapshot === undefined) delete progress[flow]
        else progress[flow] = snapshot
        write(key('progress'), Object.keys(progress).length ? progress : undefined)
      },
      start: (id) => enter(() => play(id)),
      identify: (traits) => identify(undefined, traits),
      closed: (id, asked) => (asked ? (allowed(id) ? undefined : 'disabled') : closed(id, othersGates)),
      onOpened: (some) => blocks.toggle('open hotspot', some, (flow) => slotsOf(flow).includes('main')),
      onError: (error) => fail(error.code ?? 'step-failed', 'A step', error),
    },
  })

  // — an activity comes in

  function report(given: Report) {
    if (door.admits(given)) admit(given)
  }

  function admit(report: Report) {
    const activity = door.activityOf(report)
    enter(() => take(activity))
  }

  /** Takes an activity of this tab, now that it is known who the visitor is. */
  function take(given: Omit<Activity, 'visitor'>) {
    const activity = identity.sign(given)
    if (activity.type === 'Visitor Active') tabs?.tell(activity)
    else tell(activity)
    fold(activity, true)
    if (activity.type === 'Page Viewed') {
      warm()
      delivery.refresh()
    }
  }

  /** An activity of this tab, reported or derived, goes to the other tabs, the destinations and the host. */
  function tell(activity: Activity) {
    tabs?.tell(activity)
    outboxes.add(activity)
    if (onActivity) attempt('host-failed', 'onActivity', () => onActivity(activity))
  }

  // — it is folded, and flows are decided

  /** Folds an activity of any tab. Derived ones are told by the tab that has the stage. */
  function fold(activity: Activity, own: boolean, told = false) {
    chronicle.add(activity, engine.begun, told)
    const outcome = engine.begun && engine.now.handle(activity)
    // A flow does not hear of what starts it.
    stage.hear(activity)
    if (outcome) settle(outcome, own, told)
  }

  function settle({ decisions, activities }: Outcome, own: boolean, told = false) {
    for (const activity of activities) {
      if (!told && (tabs?.stage || (own && !tabs?.staged))) tell(activity)
      stage.hear(activity)
      chronicle.touch()
    }
    const late = !stage.now
    for (const decision of decisions)
      if (decision.verdict === 'start' && tabs?.stage) {
        stage.fetch(engine.now.flow(decision.flow)?.flow)
        stage.on((stage) => {
          // While the stage was loading a gate may have closed.
          const gate = late && closed(decision.flow, othersGates)
          if (!gate) stage.play(decision)
          else admit({ type: 'Flow Ended', interaction: false, properties: { flow: decision.flow, reason: gate } })
        })
      }
  }

  /** The first of these gates that is closed for a flow now. */
  function closed(flow: string, gates: RegExp) {
    return engine.now.explain(flow, now()).gates.find(({ gate, verdict }) => verdict !== 'open' && gates.test(gate))
      ?.gate
  }

  /** Lets time pass. */
  function advance() {
    enter(() => {
      if (engine.begun) settle(engine.now.advanceTo(now()), false)
    })
  }

  // — the engine gets its guide and its state

  /** The engine starts once there is a guide and the visitor's state. */
  function mayBegin() {
    return !engine.begun && delivery.guide && chronicle.known && identity.who
  }

  /** In a task before `begin`, as both are long. */
  function prepare() {
    if (mayBegin()) engine.prepare(delivery.guide!, chronicle.state)
  }

  /** What was kept is handled, in order. */
  function begin() {
    if (!mayBegin()) return
    engine.begin(delivery.guide!, chronicle.state)
    assign()
    enter(() => {
      for (const { activity, told } of chronicle.unfolded())
        settle(engine.now.handle(activity), activity.tab === door.tab, told)
    })
    onHeld()
  }

  /** From that state, with the guide in force. */
  function goOn(state: Json) {
    engine.begin(delivery.guide!, state)
    assign()
    recheck()
    warm()
    engine.arm()
  }

  function assign() {
    if (options.assignment)
      assignVariants(options.assignment, delivery.guide!.flows, {
        ...attempts,
        after,
        enter,
        block: blocks.block,
        report: admit,
        visitor: () => identity.who!,
        assigned: (flow) => engine.now.flow(flow)?.assigned,
      })
  }

  // — what the visitor agreed to

  function agree(purposes: Consent) {
    agreement.agree(purposes)
    if (engine.begun) engine.now.consent(agreement.purposes)
    outboxes.consent(agreement.grants)
    recheck()
    engine.arm()
  }

  function allowed(id: string) {
    return !!engine.now.flow(id) && !closed(id, /^(enabled|consent)$/)
  }

  /** Ends what may no longer run. */
  function recheck() {
    for (const id of stage.now?.playing() ?? []) if (!allowed(id)) stage.now?.end(id, 'disabled')
  }

  // — flows play

  function warm() {
    if (engine.begun && document.body) stage.warm(delivery.guide!.flows, door.path)
  }

  /** The stage was won or lost, or there is a guide at last. */
  function onHeld() {
    return attempt('host-failed', 'Taking the stage', takeStage)
  }

  async function takeStage() {
    const mine = ++turns
    const held = !!tabs?.stage
    blocks.toggle('another tab', !held)
    if (!held) return stage.close()
    if (!engine.begun || !document.body) return
    const found = await read(key('progress'))
    if (stopped || mine !== turns || !engine.begun) return
    if (!stage.now) {
      progress = Object.fromEntries(Object.entries(Object(found) as typeof progress).filter(([id]) => allowed(id)))
      for (const id of Object.keys(progress)) stage.fetch(engine.now.flow(id)?.flow)
      stage.resume(progress)
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

  /** An explicit start: it takes the slot. */
  function play(id: string) {
    if (!engine.begun || !document.body) return void starts.add(id)
    const found = engine.now.flow(id)
    if (!found) throw unknownFlow(id, delivery.guide)
    if (!allowed(id)) return
    tabs!.claim()
    if (!tabs!.stage) return void starts.add(id)
    const cause: Activity = { ...door.activityOf({ type: 'Flow Requested' }), visitor: identity.who! }
    stage.fetch(found.flow)
    stage.on((stage) => {
      const playing = stage.playing()
      if (playing.includes(id)) return
      const slots = slotsOf(found.flow)
      for (const other of playing) {
        const flow = engine.now.flow(other)?.flow
        if (flow && slotsOf(flow).some((slot) => slots.includes(slot))) stage.end(other, 'displaced')
      }
      stage.play({ flow: id, ...(found.variant !== undefined && { variant: found.variant }), cause })
    })
  }

  // — the visitor comes and goes

  /** Finds out who the visitor is and what is known, then lets in what waits. */
  function boot() {
    return attempt('host-failed', 'The start', meet)
  }

  async function meet() {
    const mine = ++boots
    engine.end()
    chronicle.doubt()
    identity.leave()
    const visitor = await read('visitor')
    if (stopped || mine !== boots) return
    identity.come(visitorOf(visitor))
    join()
    delivery.fetch()
    await new Promise<void>(soon)
    if (mine !== boots) return
    const kept = await read(key('state'))
    const guide = delivery.guide ? undefined : await read('guide')
    if (stopped || mine !== boots) return
    chronicle.recall(kept)
    if (guide && !delivery.guide) attempt('invalid-guide', 'The guide in the store', () => delivery.take(guide))
    soon(prepare)
    soon(() => {
      begin()
      go()
      whenIdle(identity.tellTimezone)
    })
  }

  /** Another tab says that the visitor is somebody else, or something else of the visitor. */
  async function onVisitor() {
    const { who } = identity
    const found = visitorOf(await read('visitor'))
    if (!who || !found) return
    if (found.anonymousId === who.anonymousId) return identity.come(found)
    part(true)
    boot()
  }

  function join() {
    identity.tell({ locale: locale() })
    blocks.toggle('another tab', true)
    tabs = joinTabs({
      name: `foothold:${identity.who!.anonymousId}`,
      tab: door.tab,
      hear: (message) => enter(() => hear(message)),
      onOwner() {
        chronicle.own()
        outboxes.recall()
      },
      onStage: onHeld,
    })
    tabs.claim()
  }

  function hear({ activities, told, hello, unsent, end, consent }: Message) {
    for (const activity of (activities ?? []) as Activity[]) fold(activity, false, told === true)
    if (hello && tabs?.owner) tellUnsure()
    if (unsent && tabs?.owner) outboxes.adopt(unsent as Unsent)
    if (end) stage.now?.end(end as string, 'host')
    if (consent) agree(consent as Consent)
  }

  /** For a tab that may have read the store just before this one wrote it. */
  function tellUnsure() {
    tabs?.post({ activities: chronicle.unsure(), told: true })
  }

  function identify(given: unknown, traits: unknown) {
    if (typeof given === 'object' && traits === undefined) return identify(undefined, given)
    const id = idOf(given)
    const told = plain(traits)
    const activity = door.activityOf({ type: 'Visitor Identified', interaction: false })
    enter(() => {
      const known = identity.who!.id
      if (id && known && known !== id) renew()
      if (identity.learn(id, told)) take(activity)
    })
  }

  /** Closes the visitor's affairs: surfaces, state, tabs. Of one who is gone for good nothing stays in the store. */
  function part(forGood = false) {
    stage.close()
    if (forGood) for (const what of ['state', 'progress']) write(key(what), undefined)
    else chronicle.save()
    tabs?.stop()
    tabs = undefined
  }

  /** Another visitor: everything starts anew. What waits to be sent of the old one is sent under the old ids. */
  function renew() {
    part(true)
    boots++
    identity.come()
    chronicle.clear()
    progress = {}
    engine.end()
    join()
    begin()
    whenIdle(identity.tellTimezone)
  }

  /** Where something of the visitor's is. */
  function key(what: string) {
    return `${what}:${identity.who!.anonymousId}`
  }

  // — small questions

  /** Whether this tab is the one that persists. */
  function owner() {
    return !!tabs?.owner
  }

  function locale() {
    return options.locale || document.documentElement.lang || navigator.language
  }

  function profile() {
    return identity.knownIn(engine.now.profile(now()))
  }

  // — it starts and stops

  function start() {
    outboxes.consent(agreement.grants)
    const hear = (types: string, run: (event: any) => void) =>
      stops.add(listen(types, (event) => attempt('host-failed', types, () => run(event))))
    const leave = (gone: boolean) => {
      chronicle.save()
      outboxes.leave(gone)
    }
    blocks.toggle('hidden tab', document.hidden)
    stops.add(blocks.watch()).add(inspector.stop)
    if (!document.body) {
      const release = blocks.block('no body')
      hear('DOMContentLoaded', () => {
        release()
        onHeld()
      })
    }
    // Before the observers: what they report on return is for the state as it is now.
    hear('pageshow', (event: PageTransitionEvent) => {
      if (!event.persisted) return
      part()
      outboxes.forget()
      boot()
    })
    for (const observer of options.observers ?? defaultObservers()) {
      const name = `Observer "${observer?.name}"`
      const watched = attempt('observer-failed', name, () => observer.watch(verb(name, report), { now, after }))
      if (typeof watched === 'function') stops.add(watched)
    }
    // After them: what they report while the page goes away is saved too.
    hear('visibilitychange', () => {
      blocks.toggle('hidden tab', document.hidden)
      if (document.hidden) leave(false)
      else delivery.refresh()
      advance()
    })
    hear('pagehide', () => {
      leave(true)
      tellUnsure()
      // A page that holds a lock or a channel cannot be kept for the way back.
      tabs?.stop()
    })
    soon(() => stops.add(watch('visitor', onVisitor)))
    // It looks on from the first activity.
    const opened = inspector.openIfAsked()
    if (opened) opened.then(boot)
    else soon(boot)
  }

  function stop() {
    for (const stop of stops) attempt('observer-failed', 'Stopping', stop)
    outboxes.leave(true)
    part()
    stopped = true
    ending.abort()
    time.stop()
    subscribers.clear()
  }

  /** Makes a verb that never throws and does nothing once stopped. */
  function verb<Args extends unknown[], Result>(name: string, run: (...args: Args) => Result) {
    return (...args: Args) => (stopped ? undefined : attempt('invalid-activity', `${name}()`, () => run(...args)))
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
      attempt('unknown-flow', 'explain()', () => engine.now.explain(id, now())) ?? emptyEngine().explain('', 0),
    end: verb('end', (id) => {
      starts.delete(id)
      tabs?.post({ end: id })
      stage.ifWanted((stage) => stage.end(id, 'host'))
    }),
    preview: verb('preview', (flow) => {
      const given = delivery.read(flow)
      enter(() => {
        tabs!.claim()
        stage.on((stage) => stage.preview(given))
      })
    }),
    async inspect() {
      if (inBrowser) await inspector.open()
    },
    hold: (reason) => verb('hold', () => blocks.block(String(reason)))() ?? (() => {}),
    get profile() {
      return attempt('invalid-activity', 'profile', profile) ?? emptyEngine().profile(0)
    },
    subscribe(run) {
      return !stopped && typeof run === 'function' ? subscribers.add(run) : () => {}
    },
    consent: verb('consent', (purposes) => {
      agree(purposes)
      tabs?.post({ consent: plain(purposes) })
    }),
    reset: verb('reset', () => enter(renew)),
    stop: verb('stop', stop) as () => void,
  }
  const inspector = createLazyInspector(
    {
      foothold,
      now,
      clock: options.clock ?? {},
      look: () => ({
        guide: delivery.guide,
        engine: engine.now,
        recent: chronicle.recent,
        progress,
        errors: attempts.errors,
      }),
      watch(run, state = engine.now.state) {
        engine.watch(run)
        if (engine.begun) goOn(state)
        chronicle.touch()
      },
    },
    attempts,
  )

  if (problem)
    fail('invalid-option', '', new FootholdError('invalid-option', `createFoothold cannot start: ${problem}.`))
  if (!stopped) attempt('invalid-option', 'createFoothold', start)
  return foothold
}

/** The error for a flow that is not there. It names the one that was meant, maybe. */
function unknownFlow(id: unknown, guide: Guide | undefined): FootholdError {
  const name = `${id}`.slice(0, 64)
  // The one with the most pairs of letters in common.
  const likeness = (other: string) => Array.from(other).filter((_, i) => name.includes(other.slice(i, i + 2))).length
  const ids = guide?.flows.map((flow) => flow.id) ?? []
  const [nearest] = ids.sort((a, b) => likeness(b) - likeness(a))
  const hint = nearest ? `Did you mean "${nearest}"?` : guide ? 'The guide has none.' : 'The guide is not there yet.'
  return new FootholdError('unknown-flow', `There is no flow "${name}". ${hint}`)
}
