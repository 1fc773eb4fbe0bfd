import { type Actor, createActor } from 'xstate'
import type { Activity, Json, Properties, Report } from '../core/activity.ts'
import { slotsOf } from '../core/eligibility.ts'
import type { Decision } from '../core/engine.ts'
import { FootholdError } from '../core/errors.ts'
import type { Flow, Guide, Step } from '../core/guide.ts'
import { type FlowEmitted, type FlowMachine, flowMachine, stepOf } from '../core/machine.ts'
import { ownWords } from '../core/own-words.ts'
import { offerName, type Profile } from '../core/profile.ts'
import { isSettled, type Task, tasksOf } from '../core/task.ts'
import { resolveProps } from '../core/template.ts'
import { traitsOf } from '../core/traits-of.ts'
import { type FlowEventWithoutTime, type FlowView, viewOf } from '../core/view.ts'

export interface PlayerOptions {
  now(): number
  report(activity: Report): void
  flow(id: string): { flow: Flow; variant?: string } | undefined
  when(flow: Flow, step: Step | Task): boolean
  /** Whether something keeps a snoozed flow from coming back now. */
  held(flow: string): boolean
  profile(): Profile
  translations: Guide['translations']
  locale(): string
  contents: { [ref: string]: unknown }
  start(flow: string): void
  /** An answer told this about the visitor. */
  identify(traits: Properties): void
  onError(error: FootholdError): void
}

/** Plays flows by their machines as the stage does, but on no screen: every target is there, and contents are at hand. */
export interface Player {
  play(decision: Pick<Decision, 'flow' | 'variant' | 'cause'>): void
  /** Takes every activity: it may advance, branch or cancel, and hide the page or show it again. */
  activity(activity: Activity): void
  /** What is on screen, the newest last. */
  views(): FlowView[]
  /** Ids of the flows that run; not the snoozed ones. */
  playing(): string[]
  /** What the visitor does in a flow on screen; false where that does nothing. */
  send(flow: string, event: FlowEventWithoutTime): boolean
  end(flow: string, reason: string): void
  /** The next moment at which time alone changes something. */
  due(): number | undefined
  /** It is now: deadlines up to it have passed. */
  tick(): void
}

interface Run {
  flow: Flow & { steps: Step[] }
  actor: Actor<FlowMachine>
  showing?: { step: Step; view: FlowView; since: number; viewed: boolean; key: string } | undefined
}

/** A step that stood there for so long was seen. */
const seenAfter = 1000

const verbs =
  /^(next|back|skip|complete|dismiss|snooze|answer|draft|go|found|lost|missing|failed|end|TIME|rest|\*|xstate\..*)$/

export function createPlayer(options: PlayerOptions): Player {
  const runs = new Map<string, Run>()
  /** It is told when all has found its place, as it may lead to further moves and flows. */
  const untold: Report[] = []
  let moving = 0
  let hiddenAt: number | undefined

  function perform(move: () => void) {
    moving++
    try {
      move()
    } finally {
      if (!--moving) tell()
    }
  }

  function report(activity: Report) {
    untold.push({ interaction: false, ...activity })
    if (!moving) tell()
  }

  function tell() {
    for (let next = untold.shift(); next; next = untold.shift()) options.report(next)
  }

  function send(run: Run, event: FlowEventWithoutTime) {
    perform(() => run.actor.send({ ...event, at: options.now() } as never))
  }

  function learn({ showing }: Run, event: FlowEventWithoutTime) {
    const traits = event.type === 'answer' && traitsOf(showing?.view.props, event.answer)
    if (traits) options.identify(traits)
  }

  function viewed({ flow, showing }: Run) {
    if (!showing || showing.viewed) return
    showing.viewed = true
    report({ type: 'Step Viewed', properties: { flow: flow.id, step: showing.step.id } })
  }

  function applies(flow: Flow, step: Step, seen: boolean): boolean {
    if (!options.when(flow, step)) return false
    if (seen) return true
    const { offers } = options.profile().flows[flow.id] ?? {}
    const shownAt = offers?.[offerName(Object(step.props), step.id)]
    return !isSettled(step, (task) => options.when(flow, task), shownAt, options.now())
  }

  function begin(flow: Run['flow'], { variant, cause }: Pick<Decision, 'variant' | 'cause'>) {
    const machine = flowMachine(flow, (step, seen) => applies(flow, step, seen))
    const input = { at: options.now(), variant, trigger: cause.properties }
    const actor = createActor(machine, { input } as never)
    const run: Run = { flow, actor }
    actor.on('*' as never, (emitted: FlowEmitted) => {
      if (emitted.type === 'activity') return void untold.push({ interaction: false, ...emitted.activity })
      const { activity, properties = {} } = emitted.step
      const profile = options.profile()
      const scope = { visitor: profile.visitor, trigger: input.trigger, profile }
      untold.push({
        type: activity!,
        interaction: false,
        properties: resolveProps(properties, scope, options.locale()),
      })
    })
    runs.set(flow.id, run)
    perform(() => {
      actor.subscribe(() => moved(run))
      actor.start()
    })
  }

  function moved(run: Run) {
    const snapshot = run.actor.getSnapshot()
    if (runs.get(run.flow.id) !== run) return
    if (snapshot.status !== 'active') {
      runs.delete(run.flow.id)
      run.showing = undefined
      return
    }
    const { value } = snapshot
    const place = typeof value === 'string' ? value : Object.values(value)[0]
    const step = run.flow.steps.find(({ id }) => id === stepOf(snapshot))
    if (step && place === 'seeking') {
      run.showing = undefined
      send(run, { type: 'found' })
    }
    // Also where it stays at its step: something may be done now.
    else if (step && place === 'shown') show(run, step)
    else run.showing = undefined
  }

  function show(run: Run, step: Step) {
    const { flow, actor } = run
    const { context } = actor.getSnapshot()
    const content = step.content && (Object(options.contents[step.content.ref]) as { [key: string]: Json })
    const whole = { ...step, props: { ...content, ...step.props } }
    const done = tasksOf(whole)
      .filter((task) => options.when(flow, task))
      .map(({ id }) => id.slice(step.id.length + 1))
    const key = JSON.stringify([context.answers, context.drafts[step.id], done])
    const before = run.showing?.step === step ? run.showing : undefined
    if (before?.key === key) return
    const profile = options.profile()
    const locale = options.locale()
    const view = viewOf({
      flow,
      step,
      memory: context,
      canBack: actor.getSnapshot().can({ type: 'back', at: options.now() }),
      content,
      done,
      // What a step does by time is drawn, and nothing is drawn here.
      clock: { now: options.now, after: () => () => {} },
      profile,
      locale,
      translations: options.translations,
      base: 'https://app.test/',
      applies: (each) => applies(flow, each, context.visited.includes(each.id)),
      live: () => run.showing?.step === step && runs.get(flow.id) === run,
      send(event) {
        viewed(run)
        learn(run, event)
        send(run, event)
      },
      report(activity) {
        if (activity.interaction !== false) viewed(run)
        report(activity)
      },
      start: options.start,
      open() {},
      onError: options.onError,
    })
    run.showing = { since: options.now(), viewed: false, ...before, step, view, key }
    // What these two tell and do by themselves.
    if (!before && step.type === 'offer')
      report({
        type: 'Offer Shown',
        properties: { flow: flow.id, step: step.id, ...(view.props.code !== undefined && { code: view.props.code }) },
      })
    if (step.type === 'checklist') {
      const items = (view.props.items ?? []) as { id: string; done?: Json }[]
      const { ticked = [] } = Object(view.answers[step.id]) as { ticked?: string[] }
      if (items.every((item) => (item.done ? done : ticked).includes(item.id)))
        send(run, { type: 'answer', answer: items.map(({ id }) => id), written: false })
    }
  }

  function isSnoozed({ actor }: Run): boolean {
    return actor.getSnapshot().value === 'snoozed'
  }

  /** Nothing runs out while nobody looks. A snoozed flow comes back when its slot is free and nothing holds it. */
  function rests(run: Run): boolean {
    if (hiddenAt !== undefined || !isSnoozed(run)) return hiddenAt !== undefined
    const slots = slotsOf(run.flow)
    const taken = [...runs.values()].some(
      (other) => other !== run && !isSnoozed(other) && slotsOf(other.flow).some((slot) => slots.includes(slot)),
    )
    return run.actor.getSnapshot().context.until! <= options.now() && (taken || options.held(run.flow.id))
  }

  function deadlines(run: Run): number[] {
    if (rests(run)) return []
    const { until } = run.actor.getSnapshot().context
    const { showing } = run
    return [...(until === undefined ? [] : [until]), ...(showing && !showing.viewed ? [showing.since + seenAfter] : [])]
  }

  return {
    play({ flow: id, variant, cause }) {
      const found = options.flow(id)
      const run = runs.get(id)
      if (run && isSnoozed(run)) send(run, { type: 'go', step: stepOf(run.actor.getSnapshot())! })
      if (!found || run) return
      const { flow } = found
      const steps = Array.isArray(flow.steps) ? flow.steps : options.contents[flow.steps.ref]
      if (!Array.isArray(steps))
        throw new FootholdError(
          'content-failed',
          `The steps of flow "${id}" come from elsewhere. Give simulate(guide, { contents: { "${(flow.steps as { ref: string }).ref}": [ … ] } }).`,
        )
      begin({ ...flow, steps }, { variant: variant ?? found.variant!, cause })
    },
    activity(activity) {
      const { type, at } = activity
      if (type === 'Page Hidden') hiddenAt ??= at
      if (type === 'Page Shown' && hiddenAt !== undefined) {
        const away = at - hiddenAt
        hiddenAt = undefined
        for (const run of [...runs.values()]) {
          if (run.showing) run.showing.since += away
          send(run, { type: 'rest', for: away })
        }
      }
      for (const run of [...runs.values()])
        if (!verbs.test(type)) perform(() => run.actor.send({ type, at, activity } as never))
    },
    views: () => [...runs.values()].flatMap(({ showing }) => showing?.view ?? []),
    playing: () => [...runs.values()].filter((run) => !isSnoozed(run)).map(({ flow }) => flow.id),
    send(flow, event) {
      const run = runs.get(flow)
      if (!run?.actor.getSnapshot().can({ ...event, at: options.now() } as never)) return false
      viewed(run)
      learn(run, event)
      const { view } = run.showing ?? {}
      send(run, event.type === 'answer' && view ? { written: ownWords(view.step, view.props), ...event } : event)
      return true
    },
    end(flow, reason) {
      const run = runs.get(flow)
      if (run) send(run, { type: 'end', reason })
    },
    due() {
      const all = [...runs.values()].flatMap(deadlines)
      return all.length ? Math.min(...all) : undefined
    },
    tick() {
      for (const run of [...runs.values()]) {
        if (rests(run)) continue
        if (run.showing && run.showing.since + seenAfter <= options.now()) viewed(run)
        send(run, { type: 'TIME' })
      }
    },
  }
}
