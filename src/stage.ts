import { type Actor, createActor } from 'xstate'
import { createContents, type FlowContents } from './contents.ts'
import type { Activity, Json, Properties, Report } from './core/activity.ts'
import { slotsOf } from './core/eligibility.ts'
import type { Decision } from './core/engine.ts'
import { FootholdError } from './core/errors.ts'
import type { Flow, FlowContext, Guide, Step } from './core/guide.ts'
import {
  type FlowEmitted,
  type FlowEvent,
  type FlowInput,
  type FlowMachine,
  type FlowSnapshot,
  flowMachine,
  resumeFlow,
  stepOf,
} from './core/machine.ts'
import { offerName, type Profile } from './core/profile.ts'
import { isSettled, type Task, tasksOf } from './core/task.ts'
import { resolveProps } from './core/template.ts'
import { toJson } from './core/to-json.ts'
import { traitsOf } from './core/traits-of.ts'
import { type FlowEventWithoutTime, viewOf } from './core/view.ts'
import { checkProps, type StepChunks, type StepType } from './steps/step.ts'
import type { Follow } from './surfaces/follow.ts'
import { guardClicks } from './surfaces/guard-clicks.ts'
import { createScreen } from './surfaces/screen.tsx'
import { override } from './surfaces/slot.ts'
import { findTarget, isThere, seekTarget } from './surfaces/target.ts'

export interface StageOptions {
  /** `light`, `dark`, `auto`, or any name that a style sheet defines. */
  theme: string
  /** Custom step types, beside the built-in ones. */
  steps: StepType[]
  /** Built-in step types that are fetched when a step has them. */
  stepChunks: StepChunks
  /** What keeps a surface beside an element; fetched when a step stands there. */
  loadFollow(): Promise<{ follow: Follow }>
  locale(): string
  clock: { now(): number; after(ms: number, run: () => void): () => void }
  /** The one door. */
  report(activity: Report): void
  /** The flow as this visitor gets it. */
  flow(id: string): { flow: Flow; variant?: string } | undefined
  /** Whether the `when` of a step, or of one of its tasks, is true. */
  when(flow: Flow, step: Step | Task): boolean
  /** Whether something keeps a flow from coming back now, though its time has come. */
  held(flow: string): boolean
  profile(): Profile
  translations(): Guide['translations']
  /** Props of a step, or the steps of a flow by reference. */
  content?(ref: string, context: FlowContext): Promise<unknown>
  /** Keeps where a flow is, after every move; undefined when it is over. */
  save(flow: string, progress: Json | undefined): void
  /** An action starts another flow. */
  start(flow: string): void
  /** An answer told this about the visitor. */
  identify(traits: Properties): void
  /** The gate that keeps a flow from showing by now; asked when its steps came late. Who was `asked` passes most gates. */
  closed(flow: string, asked: boolean): string | undefined
  /** The visitor opened a hotspot, which takes the slot of modal-like surfaces; or none is open any more. */
  onOpened(some: boolean): void
  onError(error: FootholdError): void
}

/** Plays the flows that were decided: machines, targets, contents, surfaces. It keeps no place of its own. */
export interface Stage {
  /** A flow that is snoozed comes back at once. */
  play(decision: Pick<Decision, 'flow' | 'variant' | 'cause'>): void
  /**
   * Goes on with flows after a reload or in another tab, as their `onLeave` says.
   * `missed` is what happened on the new page before the stage was there.
   */
  resume(progress: { [flow: string]: Json }, missed?: readonly Activity[]): void
  /** Takes every activity: it may advance, branch or cancel. */
  activity(activity: Activity): void
  /** Ids of the flows that run; neither the snoozed ones nor previews. */
  playing(): string[]
  end(flow: string, reason: string): void
  /** What held snoozed flows back may be over. */
  arm(): void
  /** Steps through a flow without reporting or keeping anything. */
  preview(flow: Flow): void
  setTheme(theme: string): void
  /** Fetches ahead of time what flows are drawn with. What fails is told when its turn comes. */
  fetch(flows: Flow[]): Promise<unknown>
  /** Does ahead of time what the first show would have to wait for. */
  warm(): void
  /** Leaves nothing behind; what was kept of the flows stays, for `resume`. */
  stop(): void
}

/** A flow that runs. */
interface Run {
  flow: PlayableFlow
  preview: boolean
  actor: Actor<FlowMachine>
  contents: FlowContents
  /** What is on screen. */
  snapshot: FlowSnapshot | undefined
  /** The step that is looked for; what comes late for another is ignored. */
  seeking: { step: Step; stop(): void } | undefined
  target: Element | undefined
  /** The showing of a step, and what it was drawn from: verbs of an earlier one do nothing. */
  showing: { step: Step; viewed: boolean; key?: string } | undefined
  /** Ends listening to the frame in which the target stands. */
  unhear: (() => void) | undefined
}

type PlayableFlow = Flow & { steps: Step[] }

/** Names of the machine's own events, and of XState's: an activity that is called so is none of them. */
const verbs =
  /^(next|back|skip|complete|dismiss|snooze|answer|draft|go|found|lost|missing|failed|end|TIME|rest|\*|xstate\..*)$/

const veiled = 500

export function createStage(options: StageOptions): Stage {
  const { clock, onError } = options
  const runs = new Map<string, Run>()
  /** Flows whose steps are on their way, with what happens meanwhile. */
  const fetching = new Map<string, { preview: boolean; heard: Activity[] }>()
  const unknown = new Set<string>()
  /** What happened in flows. It is told when all has found its place, as it may lead to further moves and flows. */
  const untold: Report[] = []
  let moving = 0
  let cancelTimer: (() => void) | undefined
  let hiddenAt = document.hidden ? clock.now() : undefined

  const clicks = guardClicks()
  const screen = createScreen({
    theme: options.theme,
    steps: options.steps,
    after: clock.after,
    onError,
    onViewed(flow) {
      const run = runs.get(flow)
      if (run) viewed(run)
    },
    onOpened: options.onOpened,
    onLost(flow, away) {
      const run = runs.get(flow)
      if (!run) return
      if (away && run.showing) awaitReturn(run, run.showing.step)
      else send(run, { type: 'lost' })
    },
    onFailed(flow, step) {
      const run = runs.get(flow)
      if (run?.showing?.step.id === step) send(run, { type: 'failed', reason: 'failed' })
    },
  })
  const contents = createContents({ ...options, screen })

  // — what goes into a flow and what comes out

  /** Lets a machine move, as far as it comes by itself; what happened is told afterwards. */
  function perform(move: () => void) {
    moving++
    try {
      move()
    } finally {
      if (!--moving) tell()
    }
  }

  function send(run: Run, event: FlowEventWithoutTime) {
    if (runs.get(run.flow.id) === run) perform(() => run.actor.send({ ...event, at: clock.now() } as never))
  }

  function hear(run: Run, activity: Activity) {
    if (run.preview || verbs.test(activity.type)) return
    perform(() => run.actor.send({ type: activity.type, at: activity.at, activity } as never))
  }

  function report(run: Run, activity: Report) {
    if (run.preview) return
    untold.push({ interaction: false, ...activity })
    if (!moving) tell()
  }

  function tell() {
    for (let next = untold.shift(); next; next = untold.shift()) {
      try {
        options.report(next)
      } catch (cause) {
        onError(new FootholdError('host-failed', `"${next.type}" was not reported: ${said(cause)}.`, { cause }))
      }
    }
  }

  /** Once a showing: after a visible second, or before the visitor's first deed in it. */
  function viewed(run: Run) {
    const { showing, flow } = run
    if (!showing || showing.viewed) return
    showing.viewed = true
    report(run, { type: 'Step Viewed', properties: { flow: flow.id, step: showing.step.id } })
  }

  /** Of a flow that does not run: its slot is free again, and as nobody saw it, it is not counted. */
  function endUnseen(flow: string, reason: string) {
    options.save(flow, undefined)
    untold.push({ type: 'Flow Ended', interaction: false, properties: { flow, reason } })
    if (!moving) tell()
  }

  // — a flow begins

  /** Calls back with the flow's steps in place: at once, or when they were fetched. */
  async function withSteps(
    flow: Flow,
    context: FlowContext,
    preview: boolean,
    run: (flow: PlayableFlow, heard: Activity[]) => void,
  ) {
    let steps: Step[] | FootholdError
    const heard: Activity[] = []
    if (Array.isArray(flow.steps)) steps = flow.steps
    else {
      const mine = { preview, heard }
      fetching.set(flow.id, mine)
      steps = await contents.steps(flow.id, flow.steps.ref, context).catch((error) => error)
      // Ended meanwhile, or asked for anew.
      if (fetching.get(flow.id) !== mine) return
      fetching.delete(flow.id)
    }
    try {
      if (!Array.isArray(steps)) throw steps
      run({ ...flow, steps }, heard)
    } catch (error) {
      const known = error instanceof FootholdError
      onError(known ? error : broken(flow, error))
      if (!preview) endUnseen(flow.id, known ? 'content' : 'failed')
    }
  }

  /** Runs a machine; `first` is what it hears before anything is drawn. */
  function begin(
    flow: PlayableFlow,
    machine: FlowMachine,
    from: { input: FlowInput } | { snapshot: FlowSnapshot },
    preview: boolean,
    first?: FlowEvent,
  ): Run {
    const actor = createActor(machine, from as never)
    const context = contextOf(flow, 'input' in from ? from.input : from.snapshot.context)
    const run: Run = {
      flow,
      preview,
      actor,
      contents: contents.of(context),
      snapshot: undefined,
      seeking: undefined,
      target: undefined,
      showing: undefined,
      unhear: undefined,
    }
    actor.on('*' as never, (emitted: FlowEmitted) => {
      if (!preview)
        untold.push({ interaction: false, ...(emitted.type === 'activity' ? emitted.activity : sent(emitted.step)) })
    })
    const sent = ({ activity, properties = {} }: Step): Report => {
      const profile = options.profile()
      const scope = { visitor: profile.visitor, trigger: context.trigger, profile }
      return { type: activity!, properties: resolveProps(properties, scope, options.locale()) }
    }
    let early = !!first
    actor.subscribe({
      next() {
        if (!early) attempt(run, () => moved(run))
        early = false
      },
      error: (cause) => fail(run, cause),
    })
    runs.set(flow.id, run)
    perform(() => {
      if (first) actor.send(first as never)
      actor.start()
    })
    return run
  }

  function attempt(run: Run, move: () => void) {
    try {
      move()
    } catch (cause) {
      fail(run, cause)
    }
  }

  /** A flow that breaks is ended, and the others go on. */
  function fail(run: Run, cause: unknown) {
    if (runs.get(run.flow.id) !== run) return
    const step = run.snapshot && stepOf(run.snapshot)
    onError(broken(run.flow, cause))
    report(run, { type: 'Flow Ended', properties: { flow: run.flow.id, reason: 'failed', ...(step && { step }) } })
    finish(run)
  }

  /** Whether there is reason to show a step; where it was `seen`, it stays when it has nothing left to say. */
  function applies(flow: Flow, step: Step, seen: boolean): boolean {
    if (!options.when(flow, step)) return false
    if (seen) return true
    const { offers } = options.profile().flows[flow.id] ?? {}
    const shownAt = offers?.[offerName(Object(step.props), step.id)]
    return !isSettled(step, (task) => options.when(flow, task), shownAt, clock.now())
  }

  // — a flow moves

  function moved(run: Run) {
    const before = run.snapshot
    const snapshot = run.actor.getSnapshot()
    // Most activities move nothing.
    if (runs.get(run.flow.id) !== run || snapshot === before) return
    run.snapshot = snapshot
    if (snapshot.status !== 'active') return finish(run)
    if (!run.preview) options.save(run.flow.id, run.actor.getPersistedSnapshot() as unknown as Json)
    const { value } = snapshot
    const id = stepOf(snapshot)
    if (before?.value === 'snoozed' && value !== 'snoozed')
      report(run, { type: 'Flow Resumed', properties: { flow: run.flow.id, step: id!, resumed: 'snoozed' } })
    const step = run.flow.steps.find((each) => each.id === id)
    const place = typeof value === 'string' ? value : Object.values(value)[0]
    if (step && place === 'seeking') seek(run, step)
    else if (step && place === 'shown') show(run, step)
    else clear(run)
    arm()
  }

  /** Waits for whatever a step needs: its type, its content, its words, its target. All at hand, it is found at once. */
  function seek(run: Run, step: Step) {
    if (run.seeking?.step === step) return
    run.seeking?.stop()
    const mine = { step, stop() {} }
    run.seeking = mine
    run.target = undefined
    if (!screen.knows(step.type) && !options.stepChunks.has(step.type)) {
      tellUnknown(run.flow, step)
      return send(run, { type: 'failed', reason: 'unknown' })
    }
    let awaited = 1
    let outcome: 'found' | 'missing' = 'found'
    const arrived = () => {
      if (run.seeking === mine && !--awaited) send(run, { type: outcome })
    }
    if (!run.contents.ready(step)) {
      awaited++
      run.contents.prepare(step).then(arrived, (error) => {
        if (run.seeking !== mine) return
        onError(error)
        send(run, { type: 'failed', reason: 'content' })
      })
    }
    try {
      const element = step.target && findTarget(step.target)
      if (element && isThere(element)) run.target = element
      else if (step.target) {
        awaited++
        const stop = seekTarget(step.target, (found) => {
          run.target = found
          // It was not painted yet: nobody has to see what is about to be replaced.
          if (step.mode === 'replace' && step.surface === 'inline' && awaited > 1) veil(mine, found)
          arrived()
        })
        mine.stop = stop
      }
    } catch (error) {
      onError(error as FootholdError)
      outcome = 'missing'
    }
    // What stands there belongs to another step, or to an element that is gone. Where all is at hand, it is changed in place.
    if (run.showing?.step === step) delete run.showing.key
    else run.showing = undefined
    if (awaited > 1) screen.erase(run.flow.id)
    arrived()
  }

  /** Keeps an element out of sight, but not its room, while a step is looked for; and no longer than half a second. */
  function veil(seeking: NonNullable<Run['seeking']>, element: Element) {
    const { stop } = seeking
    const restore = override(element, 'visibility', 'hidden')
    const cancel = clock.after(veiled, restore)
    seeking.stop = () => {
      stop()
      cancel()
      restore()
    }
  }

  /** The step goes on where its element comes back, in a list that draws only what is seen. */
  function awaitReturn(run: Run, step: Step) {
    run.seeking?.stop()
    const stop = seekTarget(step.target, (found) => {
      run.target = found
      delete run.showing?.key
      show(run, step)
    })
    run.seeking = { step, stop }
  }

  function tellUnknown(flow: Flow, { id, type }: Step) {
    if (!unknown.has(type))
      onError(
        new FootholdError(
          'unknown-step',
          `Step "${id}" of flow "${flow.id}" has the type "${type}", which nobody registered. It is skipped; give it to createFoothold({ steps }).`,
        ),
      )
    unknown.add(type)
  }

  function show(run: Run, step: Step) {
    const { flow, actor } = run
    const { context } = actor.getSnapshot()
    // Its time ran out before its content was there.
    if (!run.contents.ready(step, context.missing)) return send(run, { type: 'failed', reason: 'content' })
    run.seeking?.stop()
    run.seeking = undefined
    const target = context.missing ? undefined : run.target
    const content = run.contents.props(step)
    const done = tasksOf({ ...step, props: { ...content, ...step.props } })
      .filter((task) => options.when(flow, task))
      .map((task) => task.id.slice(step.id.length + 1))
    const small = step.type === 'checklist' && context.drafts[step.id]
    const key = toJson([context.missing, context.answers, done, small])
    const showing: Run['showing'] = run.showing?.step === step ? run.showing : { step, viewed: false }
    if (showing.key === key) return
    if (showing !== run.showing) clicks.changed()
    showing.key = key
    run.showing = showing
    const locale = options.locale()
    const view = viewOf({
      flow,
      step,
      memory: context,
      canBack: actor.getSnapshot().can({ type: 'back', at: clock.now() }),
      content,
      done,
      clock,
      profile: options.profile(),
      locale,
      translations: options.translations(),
      base: location.href,
      parse: contents.parse,
      applies: (each) => run.preview || applies(flow, each, context.visited.includes(each.id)),
      live: () => run.showing === showing && runs.get(flow.id) === run,
      send(event) {
        viewed(run)
        // Known before the flow moves: the next step may ask for it.
        const traits = event.type === 'answer' && !run.preview && traitsOf(view.props, event.answer)
        if (traits) options.identify(traits)
        if (run.showing === showing) send(run, event)
      },
      report(activity) {
        // What a step tells by itself is no deed of the visitor.
        if (activity.interaction !== false && run.showing === showing) viewed(run)
        report(run, activity)
      },
      start: (id) => {
        if (!run.preview) options.start(id)
      },
      open: openUrl,
      onError,
    })
    const { schema } = options.steps.findLast(({ name }) => name === step.type) ?? {}
    const draw = (props: typeof view.props) => {
      if (run.showing === showing && showing.key === key) screen.draw(flow.id, { ...view, props }, target)
    }
    if (schema)
      checkProps(schema, view, draw, (error) => {
        onError(error)
        if (run.showing === showing) send(run, { type: 'failed', reason: 'props' })
      })
    else draw(view.props)
    run.unhear?.()
    run.unhear = target && target.ownerDocument !== document ? hearFrame(run, target.ownerDocument) : undefined
    const next = flow.steps[flow.steps.indexOf(step) + 1]
    // A failure is told when that step's turn comes.
    if (next) run.contents.prepare(next).catch(() => {})
  }

  /** Takes the flow off the screen, without ending it. */
  function clear(run: Run) {
    run.seeking?.stop()
    run.seeking = undefined
    run.showing = undefined
    run.unhear?.()
    run.unhear = undefined
    screen.erase(run.flow.id)
  }

  /** No observer hears clicks in a frame; on the anchors of the frame that a step points into they are told from here. */
  function hearFrame(run: Run, frame: Document) {
    const onClick = ({ target }: MouseEvent) => {
      const anchor = (target as Element).closest('[data-foothold]')?.getAttribute('data-foothold')
      const properties = { anchor: anchor!, path: location.pathname }
      if (!anchor || run.preview) return
      untold.push({ type: 'Element Clicked', properties })
      if (!moving) tell()
    }
    frame.addEventListener('click', onClick)
    return () => frame.removeEventListener('click', onClick)
  }

  function finish(run: Run) {
    if (!runs.delete(run.flow.id)) return
    run.actor.stop()
    if (!run.preview) options.save(run.flow.id, undefined)
    clear(run)
    arm()
  }

  function end(id: string, reason: string) {
    const run = runs.get(id)
    if (run) return send(run, { type: 'end', reason })
    const { preview } = fetching.get(id) ?? {}
    if (fetching.delete(id) && !preview) endUnseen(id, reason)
  }

  // — time

  /** One timer for the deadlines of all machines. */
  function arm() {
    cancelTimer?.()
    cancelTimer = undefined
    // What a store gave back may be damaged.
    const untils = [...runs.values()]
      .flatMap((run) => (rests(run) ? [] : (run.snapshot?.context.until ?? [])))
      .filter(Number.isFinite)
    if (!untils.length) return
    cancelTimer = clock.after(Math.max(0, Math.min(...untils) - clock.now()), () => {
      for (const run of [...runs.values()]) if (!rests(run)) send(run, { type: 'TIME' })
      arm()
    })
  }

  /** Nothing is missed, nor runs out, while nobody looks. A snoozed flow comes back when its slot is free and nothing holds it. */
  function rests(run: Run): boolean {
    if (hiddenAt !== undefined || !isSnoozed(run)) return hiddenAt !== undefined
    return run.snapshot!.context.until! <= clock.now() && (isTaken(run.flow) || options.held(run.flow.id))
  }

  function isTaken(flow: Flow): boolean {
    const slots = slotsOf(flow)
    return [...runs.values()].some(
      (other) =>
        other.flow.id !== flow.id && !isSnoozed(other) && slotsOf(other.flow).some((slot) => slots.includes(slot)),
    )
  }

  function onVisibility() {
    if (document.hidden) hiddenAt ??= clock.now()
    else if (hiddenAt !== undefined) {
      const away = clock.now() - hiddenAt
      hiddenAt = undefined
      for (const run of [...runs.values()]) send(run, { type: 'rest', for: away })
    }
    arm()
  }
  document.addEventListener('visibilitychange', onVisibility)

  return {
    play({ flow: id, variant, cause }) {
      const found = options.flow(id)
      const run = runs.get(id)
      if (run && isSnoozed(run)) send(run, { type: 'go', step: stepOf(run.snapshot!)! })
      if (run?.preview) finish(run)
      if (!found || runs.has(id) || fetching.has(id)) return
      const input = { at: clock.now(), variant: variant ?? found.variant, trigger: cause.properties }
      withSteps(found.flow, contextOf(found.flow, input), false, (flow, heard) => {
        if (!Array.isArray(found.flow.steps)) {
          const closed = options.closed(id, cause.type === 'Flow Requested')
          if (closed) return endUnseen(id, closed)
          // Which slots it takes was not known before.
          if (isTaken(flow)) return endUnseen(id, 'displaced')
        }
        const machine = flowMachine(flow, (step, seen) => applies(flow, step, seen))
        const run = begin(flow, machine, { input: { ...input, at: clock.now() } }, false)
        for (const activity of heard) hear(run, activity)
      })
    },
    resume(progress, missed = []) {
      for (const [id, kept] of Object.entries(progress)) {
        const found = options.flow(id)
        if (!found || runs.has(id) || fetching.has(id)) continue
        const context = contextOf(found.flow, Object(Object(kept).context))
        withSteps(found.flow, context, false, (flow, heard) => {
          const closed = !Array.isArray(found.flow.steps) && options.closed(id, true)
          if (closed) return endUnseen(id, closed)
          const machine = flowMachine(flow, (step, seen) => applies(flow, step, seen))
          const at = clock.now()
          const resumed = resumeFlow(flow, machine, kept, at)
          if (!resumed) return endUnseen(id, 'lost')
          const { snapshot, event } = resumed
          const waits = event.type === 'TIME' && snapshot.value === 'snoozed'
          // The element and the content of a step are to be had on this page.
          const again = event.type === 'TIME' && typeof snapshot.value === 'object'
          const first = again ? ({ type: 'go', step: stepOf(snapshot)!, at } as const) : event
          const run = begin(flow, machine, { snapshot }, false, waits ? undefined : first)
          if (resumed.resumed !== 'same' && !waits)
            report(run, { type: 'Flow Resumed', properties: { flow: id, resumed: resumed.resumed } })
          for (const activity of [...missed, ...heard]) hear(run, activity)
        })
      }
    },
    activity(activity) {
      for (const { heard } of fetching.values()) heard.push(activity)
      for (const run of [...runs.values()]) {
        hear(run, activity)
        // Something may be done now.
        const { step } = run.showing ?? {}
        if (step && /^(checklist|offer)$/.test(step.type)) attempt(run, () => show(run, step))
      }
      if ([...runs.values()].some(isSnoozed)) arm()
    },
    playing: () => [...runs.values()].filter((run) => !run.preview && !isSnoozed(run)).map((run) => run.flow.id),
    end,
    arm,
    preview(flow) {
      end(flow.id, 'displaced')
      for (const run of [...runs.values()]) if (run.preview) finish(run)
      const input = { at: clock.now(), trigger: {} }
      withSteps(flow, contextOf(flow, input), true, (whole) => {
        begin(whole, flowMachine(whole), { input: { ...input, at: clock.now() } }, true)
      })
    },
    setTheme: screen.setTheme,
    fetch: (flows) =>
      Promise.allSettled(flows.flatMap(({ steps }) => (Array.isArray(steps) ? steps.map(contents.fetchDrawing) : []))),
    warm: screen.warm,
    stop() {
      cancelTimer?.()
      document.removeEventListener('visibilitychange', onVisibility)
      for (const run of runs.values()) {
        run.seeking?.stop()
        run.seeking = undefined
        run.unhear?.()
        run.actor.stop()
      }
      runs.clear()
      fetching.clear()
      clicks.stop()
      screen.stop()
    },
  }
}

function isSnoozed(run: Run): boolean {
  return run.snapshot?.value === 'snoozed'
}

function contextOf({ id }: Flow, { variant, trigger = {} }: Partial<FlowContext> | FlowInput): FlowContext {
  return { flow: id, ...(variant !== undefined && { variant }), trigger }
}

function broken(flow: Flow, cause: unknown): FootholdError {
  return new FootholdError('step-failed', `Flow "${flow.id}" broke and is ended: ${said(cause)}`, { cause })
}

function said(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

/** Addresses of this origin open here, others in a tab that knows nothing of this one. */
function openUrl(url: string): void {
  if (/^https?:/.test(url) && new URL(url).origin !== location.origin) open(url, '_blank', 'noopener,noreferrer')
  else location.assign(url)
}
