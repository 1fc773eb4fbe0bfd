import { createActor } from 'xstate'
import type { Contents } from './contents.ts'
import type { Activity, Json, Properties, Report } from './core/activity.ts'
import { FootholdError } from './core/errors.ts'
import type { Flow, FlowContext, Guide, Step } from './core/guide.ts'
import {
  type FlowEmitted,
  type FlowEvent,
  type FlowInput,
  type FlowMachine,
  type FlowSnapshot,
  stepOf,
} from './core/machine.ts'
import type { Profile } from './core/profile.ts'
import { type Task, tasksOf } from './core/task.ts'
import { resolveProps } from './core/template.ts'
import { toJson } from './core/to-json.ts'
import { traitsOf } from './core/traits-of.ts'
import { type FlowEventWithoutTime, viewOf } from './core/view.ts'
import { checkProps, type StepChunks, type StepType } from './steps/step.ts'
import type { Screen } from './surfaces/screen.tsx'
import { override } from './surfaces/slot.ts'
import { findTarget, isThere, seekTarget } from './surfaces/target.ts'

/** What flows that run need of the page around them. */
export interface Playing {
  /** Custom step types, beside the built-in ones. */
  steps: StepType[]
  /** Built-in step types that are fetched when a step has them. */
  stepChunks: StepChunks
  locale(): string
  clock: { now(): number; after(ms: number, run: () => void): () => void }
  /** Whether the `when` of a step, or of one of its tasks, is true. */
  when(flow: Flow, step: Step | Task): boolean
  profile(): Profile
  translations(): Guide['translations']
  /** Keeps where a flow is, after every move; undefined when it is over. */
  save(flow: string, progress: Json | undefined): void
  /** An action starts another flow. */
  start(flow: string): void
  /** An answer told this about the visitor. */
  identify(traits: Properties): void
  onError(error: FootholdError): void
}

export interface RunOptions extends Playing {
  flow: PlayableFlow
  machine: FlowMachine
  from: { input: FlowInput } | { snapshot: FlowSnapshot }
  /** Reports and keeps nothing. */
  preview: boolean
  /** What the machine hears before anything is drawn. */
  first?: FlowEvent | undefined
  screen: Screen
  contents: Contents
  /** Step types that nobody knows; each is told of once. */
  unknown: Set<string>
  /** Whether there is reason to show a step; where it was `seen`, it stays when it has nothing left to say. */
  applies(flow: Flow, step: Step, seen: boolean): boolean
  /** Lets a machine move, as far as it comes by itself. */
  perform(move: () => void): void
  /** What happened. */
  tell(activity: Report): void
  /** Something new is on screen. */
  onChanged(): void
  /** It moved, or is over: what is due next may be something else. */
  onMoved(): void
  onOver(): void
}

export type PlayableFlow = Flow & { steps: Step[] }

/** A flow that runs: a machine, and what of it is on screen. The machine owns the place in the flow. */
export interface Run {
  flow: PlayableFlow
  preview: boolean
  /** The step it is at. */
  step(): string | undefined
  isSnoozed(): boolean
  /** When time alone moves it. */
  until(): number | undefined
  start(): void
  send(event: FlowEventWithoutTime): void
  hear(activity: Activity): void
  report(activity: Report): void
  /** A visible second has passed, or the visitor did something first: told once a showing. */
  viewed(): void
  /** The target left the document; `away`: only for now. */
  lost(away: boolean): void
  failed(step: string): void
  /** Something on screen may be done by now. */
  refresh(): void
  /** Takes it off the screen and forgets its place. */
  finish(): void
  /** Leaves nothing behind but its place, for going on elsewhere. What is drawn is the screen's to take away. */
  stop(): void
}

/** Names of the machine's own events, and of XState's: an activity that is called so is none of them. */
const verbs =
  /^(next|back|skip|complete|dismiss|snooze|answer|draft|go|found|lost|missing|failed|end|TIME|rest|\*|xstate\..*)$/

const veiled = 500

export function createRun(options: RunOptions): Run {
  const { flow, from, preview, screen, clock, perform, tell, onError } = options
  const { id } = flow
  const actor = createActor(options.machine, from as never)
  const context = contextOf(flow, 'input' in from ? from.input : from.snapshot.context)
  const contents = options.contents.of(context)
  let over = false
  /** What is on screen. */
  let snapshot: FlowSnapshot | undefined
  /** The step that is looked for; what comes late for another is ignored. */
  let seeking: { step: Step; stop(): void } | undefined
  let target: Element | undefined
  /** The showing of a step, and what it was drawn from: verbs of an earlier one do nothing. */
  let showing: { step: Step; viewed: boolean; key?: string } | undefined
  /** Ends listening to the frame in which the target stands. */
  let unhear: (() => void) | undefined

  // — what goes into the machine and what comes out

  function send(event: FlowEventWithoutTime) {
    if (!over) perform(() => actor.send({ ...event, at: clock.now() } as never))
  }

  function report(activity: Report) {
    if (!preview) tell({ interaction: false, ...activity })
  }

  function start() {
    const { first } = options
    actor.on('*' as never, (emitted: FlowEmitted) =>
      report(emitted.type === 'activity' ? emitted.activity : sent(emitted.step)),
    )
    let early = !!first
    actor.subscribe({
      next() {
        if (!early) attempt(moved)
        early = false
      },
      error: fail,
    })
    perform(() => {
      if (first) actor.send(first as never)
      actor.start()
    })
  }

  /** What a step of the type `send` reports. */
  function sent({ activity, properties = {} }: Step): Report {
    const profile = options.profile()
    const scope = { visitor: profile.visitor, trigger: context.trigger, profile }
    return { type: activity!, properties: resolveProps(properties, scope, options.locale()) }
  }

  function attempt(move: () => void) {
    try {
      move()
    } catch (cause) {
      fail(cause)
    }
  }

  /** A flow that breaks is ended, and the others go on. */
  function fail(cause: unknown) {
    if (over) return
    const step = snapshot && stepOf(snapshot)
    onError(broken(flow, cause))
    report({ type: 'Flow Ended', properties: { flow: id, reason: 'failed', ...(step && { step }) } })
    finish()
  }

  function viewed() {
    if (!showing || showing.viewed) return
    showing.viewed = true
    report({ type: 'Step Viewed', properties: { flow: id, step: showing.step.id } })
  }

  // — the flow moves

  function moved() {
    const before = snapshot
    const now = actor.getSnapshot()
    // Most activities move nothing.
    if (over || now === before) return
    snapshot = now
    if (now.status !== 'active') return finish()
    if (!preview) options.save(id, actor.getPersistedSnapshot() as unknown as Json)
    const { value } = now
    const at = stepOf(now)
    if (before?.value === 'snoozed' && value !== 'snoozed')
      report({ type: 'Flow Resumed', properties: { flow: id, step: at!, resumed: 'snoozed' } })
    const step = flow.steps.find((each) => each.id === at)
    const place = typeof value === 'string' ? value : Object.values(value)[0]
    if (step && place === 'seeking') seek(step)
    else if (step && place === 'shown') show(step)
    else clear()
    options.onMoved()
  }

  /** Waits for whatever a step needs: its type, its content, its words, its target. All at hand, it is found at once. */
  function seek(step: Step) {
    if (seeking?.step === step) return
    seeking?.stop()
    const mine = { step, stop() {} }
    seeking = mine
    target = undefined
    if (!screen.knows(step.type) && !options.stepChunks.has(step.type)) {
      tellUnknown(step)
      return send({ type: 'failed', reason: 'unknown' })
    }
    let awaited = 1
    let outcome: 'found' | 'missing' = 'found'
    const arrived = () => {
      if (seeking === mine && !--awaited) send({ type: outcome })
    }
    if (!contents.ready(step)) {
      awaited++
      contents.prepare(step).then(arrived, (error) => {
        if (seeking !== mine) return
        onError(error)
        send({ type: 'failed', reason: 'content' })
      })
    }
    try {
      const inline = step.surface === 'inline'
      const element = step.target && findTarget(step.target)
      if (element && isThere(element, inline)) target = element
      else if (step.target) {
        awaited++
        const stop = seekTarget(
          step.target,
          (found) => {
            target = found
            // It was not painted yet: nobody has to see what is about to be replaced.
            if (step.mode === 'replace' && inline && awaited > 1) veil(mine, found)
            arrived()
          },
          inline,
        )
        mine.stop = stop
      }
    } catch (error) {
      onError(error as FootholdError)
      outcome = 'missing'
    }
    // What stands there belongs to another step, or to an element that is gone. Where all is at hand, it is changed in place.
    if (showing?.step === step) delete showing.key
    else showing = undefined
    if (awaited > 1) screen.erase(id)
    arrived()
  }

  /** Keeps an element out of sight, but not its room, while a step is looked for; and no longer than half a second. */
  function veil(mine: NonNullable<typeof seeking>, element: Element) {
    const { stop } = mine
    const restore = override(element, 'visibility', 'hidden')
    const cancel = clock.after(veiled, restore)
    mine.stop = () => {
      stop()
      cancel()
      restore()
    }
  }

  /** The step goes on where its element comes back, in a list that draws only what is seen. */
  function awaitReturn(step: Step) {
    seeking?.stop()
    const stop = seekTarget(step.target, (found) => {
      target = found
      delete showing?.key
      show(step)
    })
    seeking = { step, stop }
  }

  function tellUnknown({ id: step, type }: Step) {
    const { unknown } = options
    if (!unknown.has(type))
      onError(
        new FootholdError(
          'unknown-step',
          `Step "${step}" of flow "${id}" has the type "${type}", which nobody registered. It is skipped; give it to createFoothold({ steps }).`,
        ),
      )
    unknown.add(type)
  }

  function show(step: Step) {
    const { context: memory } = actor.getSnapshot()
    // Its time ran out before its content was there.
    if (!contents.ready(step, memory.missing)) return send({ type: 'failed', reason: 'content' })
    seeking?.stop()
    seeking = undefined
    const beside = memory.missing ? undefined : target
    const content = contents.props(step)
    const done = tasksOf({ ...step, props: { ...content, ...step.props } })
      .filter((task) => options.when(flow, task))
      .map((task) => task.id.slice(step.id.length + 1))
    const small = step.type === 'checklist' && memory.drafts[step.id]
    const key = toJson([memory.missing, memory.answers, done, small])
    const mine: NonNullable<typeof showing> = showing?.step === step ? showing : { step, viewed: false }
    if (mine.key === key) return
    if (mine !== showing) options.onChanged()
    mine.key = key
    showing = mine
    const locale = options.locale()
    const view = viewOf({
      flow,
      step,
      memory,
      canBack: actor.getSnapshot().can({ type: 'back', at: clock.now() }),
      content,
      done,
      clock,
      profile: options.profile(),
      locale,
      translations: options.translations(),
      base: location.href,
      parse: options.contents.parse,
      applies: (each) => preview || options.applies(flow, each, memory.visited.includes(each.id)),
      live: () => showing === mine && !over,
      send(event) {
        viewed()
        // Known before the flow moves: the next step may ask for it.
        const traits = event.type === 'answer' && !preview && traitsOf(view.props, event.answer)
        if (traits) options.identify(traits)
        if (showing === mine) send(event)
      },
      report(activity) {
        // What a step tells by itself is no deed of the visitor.
        if (activity.interaction !== false && showing === mine) viewed()
        report(activity)
      },
      start: (other) => {
        if (!preview) options.start(other)
      },
      open: openUrl,
      onError,
    })
    const { schema } = options.steps.findLast(({ name }) => name === step.type) ?? {}
    const draw = (props: typeof view.props) => {
      if (showing === mine && mine.key === key) screen.draw(id, { ...view, props }, beside)
    }
    if (schema)
      checkProps(schema, view, draw, (error) => {
        onError(error)
        if (showing === mine) send({ type: 'failed', reason: 'props' })
      })
    else draw(view.props)
    unhear?.()
    unhear = beside && beside.ownerDocument !== document ? hearFrame(beside.ownerDocument) : undefined
    const next = flow.steps[flow.steps.indexOf(step) + 1]
    // A failure is told when that step's turn comes.
    if (next) contents.prepare(next).catch(() => {})
  }

  /** Takes the flow off the screen, without ending it. */
  function clear() {
    seeking?.stop()
    seeking = undefined
    showing = undefined
    unhear?.()
    unhear = undefined
    screen.erase(id)
  }

  /** No observer hears clicks in a frame; on the anchors of the frame that a step points into they are told from here. */
  function hearFrame(frame: Document) {
    const onClick = ({ target }: MouseEvent) => {
      const anchor = (target as Element).closest('[data-foothold]')?.getAttribute('data-foothold')
      const properties = { anchor: anchor!, path: location.pathname }
      if (anchor && !preview) tell({ type: 'Element Clicked', properties })
    }
    frame.addEventListener('click', onClick)
    return () => frame.removeEventListener('click', onClick)
  }

  function finish() {
    if (over) return
    over = true
    options.onOver()
    actor.stop()
    if (!preview) options.save(id, undefined)
    clear()
    options.onMoved()
  }

  return {
    flow,
    preview,
    step: () => snapshot && stepOf(snapshot),
    isSnoozed: () => snapshot?.value === 'snoozed',
    until: () => snapshot?.context.until,
    start,
    send,
    hear(activity) {
      if (!preview && !over && !verbs.test(activity.type))
        perform(() => actor.send({ type: activity.type, at: activity.at, activity } as never))
    },
    report,
    viewed,
    lost(away) {
      if (away && showing) awaitReturn(showing.step)
      else send({ type: 'lost' })
    },
    failed(step) {
      if (showing?.step.id === step) send({ type: 'failed', reason: 'failed' })
    },
    refresh() {
      const { step } = showing ?? {}
      if (step && /^(checklist|offer)$/.test(step.type)) attempt(() => show(step))
    },
    finish,
    stop() {
      over = true
      seeking?.stop()
      seeking = undefined
      unhear?.()
      actor.stop()
    },
  }
}

/** What is given along when content is asked for. */
export function contextOf({ id }: Flow, { variant, trigger = {} }: Partial<FlowContext> | FlowInput): FlowContext {
  return { flow: id, ...(variant !== undefined && { variant }), trigger }
}

export function broken(flow: Flow, cause: unknown): FootholdError {
  const said = cause instanceof Error ? cause.message : cause
  return new FootholdError('step-failed', `Flow "${flow.id}" broke and is ended: ${said}`, { cause })
}

/** Addresses of this origin open here, others in a tab that knows nothing of this one. */
function openUrl(url: string): void {
  if (/^https?:/.test(url) && new URL(url).origin !== location.origin) open(url, '_blank', 'noopener,noreferrer')
  else location.assign(url)
}
