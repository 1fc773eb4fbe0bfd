import { type Actor, createActor } from 'xstate'
import type { Activity, Json, Report } from './core/activity.ts'
import { slotsOf } from './core/eligibility.ts'
import type { Decision } from './core/engine.ts'
import { FootholdError } from './core/errors.ts'
import type { Flow, FlowContext, Guide, Step } from './core/guide.ts'
import { type FlowEmitted, type FlowMachine, flowMachine, resumeFlow, stepOf } from './core/machine.ts'
import type { Profile } from './core/profile.ts'
import { looksLikeMarkdown, plainText, type Text } from './core/text.ts'
import { type FlowEventWithoutTime, viewOf } from './core/view.ts'
import type { StepType } from './steps/step.ts'
import { createScreen } from './surfaces/screen.tsx'
import { findTarget, isRendered, seekTarget } from './surfaces/target.ts'

export interface StageOptions {
  /** `light`, `dark`, `auto`, or any name that a style sheet defines. */
  theme: string
  /** Custom step types, beside the built-in ones. */
  steps: StepType[]
  locale(): string
  clock: { now(): number; after(ms: number, run: () => void): () => void }
  /** The one door. */
  report(activity: Report): void
  /** The flow as this visitor gets it. */
  flow(id: string): { flow: Flow; variant?: string } | undefined
  /** Whether a step's `when` is true. */
  when(flow: Flow, step: Step): boolean
  profile(): Profile
  translations(): Guide['translations']
  /** Props of a step, or the steps of a flow by reference. */
  content?(ref: string, context: FlowContext): Promise<unknown>
  /** Keeps where a flow is, at every move; undefined when it is over. */
  save(flow: string, progress: Json | undefined): void
  /** An action starts another flow. */
  start(flow: string): void
  onError(error: FootholdError): void
}

/** Plays the flows that were decided: machines, targets, contents, surfaces. It keeps no place of its own. */
export interface Stage {
  play(decision: Pick<Decision, 'flow' | 'variant' | 'cause'>): void
  /**
   * Goes on with flows after a reload or in another tab, as their `onLeave` says.
   * `missed` is what happened on the new page before the stage was there.
   */
  resume(progress: { [flow: string]: Json }, missed?: readonly Activity[]): void
  /** Takes every activity: it may advance, branch or cancel. */
  activity(activity: Activity): void
  /** Ids of the flows that run, the snoozed ones excluded. */
  playing(): string[]
  end(flow: string, reason: string): void
  /** Steps through a flow without reporting or keeping anything. */
  preview(flow: Flow): void
  setTheme(theme: string): void
  /** Does ahead of time what the first show would have to wait for. */
  warm(): void
  /** Leaves nothing behind; what was kept of the flows stays, for `resume`. */
  stop(): void
}

/** A flow that runs. */
interface Run {
  flow: Flow
  preview: boolean
  actor: Actor<FlowMachine>
  target: Element | undefined
  /** The showing on screen: verbs of an earlier one do nothing. */
  showing: { step: Step; key: string; viewed: boolean } | undefined
  /** The step that is sought; what comes late for another is ignored. */
  sought: Step | undefined
  stopSeeking: () => void
  contents: Map<Step, Promise<Content>>
  ready: Map<Step, Content>
}

type Content = { [key: string]: Json } | undefined

const verbs = /^(next|back|skip|complete|dismiss|snooze|answer|draft|go|found|lost|missing|failed|end|TIME|rest)$/

export function createStage(options: StageOptions): Stage {
  const { clock, onError } = options
  const runs = new Map<string, Run>()
  /** Flows whose steps are on their way. */
  const fetching = new Set<string>()
  const unknown = new Set<string>()
  let parse: ((markdown: string) => Text) | undefined
  let parsing: Promise<unknown> | undefined
  let cancelTimer: (() => void) | undefined
  let stopped = false

  const screen = createScreen({
    theme: options.theme,
    steps: options.steps,
    after: clock.after,
    onError,
    onViewed: (flow) => {
      const run = runs.get(flow)
      if (run) viewed(run)
    },
    onLost(flow) {
      const run = runs.get(flow)
      if (!run) return
      run.target = undefined
      send(run, { type: 'lost' })
    },
  })

  const send = (run: Run, event: FlowEventWithoutTime) => run.actor.send({ ...event, at: clock.now() } as never)
  const report = (run: Run, activity: Report) => {
    if (!run.preview) options.report({ interaction: false, ...activity })
  }

  /** Once a showing: after a visible second, or before the visitor's first deed in it. */
  function viewed(run: Run) {
    const { showing, flow } = run
    if (!showing || showing.viewed) return
    showing.viewed = true
    report(run, { type: 'Step Viewed', properties: { flow: flow.id, step: showing.step.id } })
  }

  function hear(run: Run, activity: Activity) {
    if (!run.preview && !verbs.test(activity.type))
      run.actor.send({ type: activity.type, at: activity.at, activity } as never)
  }

  // — a flow begins

  function play({ flow: id, variant, cause }: Pick<Decision, 'flow' | 'variant' | 'cause'>) {
    const found = options.flow(id)
    if (!found || runs.has(id) || fetching.has(id)) return
    const chosen = variant ?? found.variant
    const context = { flow: id, ...(chosen !== undefined && { variant: chosen }), trigger: cause.properties }
    withSteps(found.flow, context, (flow) => {
      const machine = flowMachine(flow, (step) => options.when(flow, step))
      begin(
        flow,
        createActor(machine, { input: { at: clock.now(), variant: chosen, trigger: cause.properties } }),
        false,
      )
    })
  }

  /** Calls back with the flow's steps in place: at once, or when they were fetched. */
  function withSteps(flow: Flow, context: FlowContext, run: (flow: Flow) => void) {
    if (Array.isArray(flow.steps)) return run(flow)
    const { ref } = flow.steps
    fetching.add(flow.id)
    resolve(ref, context)
      .then((steps) => {
        if (stopped || !fetching.delete(flow.id)) return
        if (!isSteps(steps)) throw new Error('it is not a list of steps, each with an id and a type')
        run({ ...flow, steps })
      })
      .catch((cause) => {
        if (stopped) return
        fetching.delete(flow.id)
        onError(contentFailed(`The steps of flow "${flow.id}" (${ref})`, cause))
        // Its slot is free again; nobody saw it, so it is not counted.
        options.report({ type: 'Flow Ended', interaction: false, properties: { flow: flow.id, reason: 'content' } })
      })
  }

  function begin(flow: Flow, actor: Actor<FlowMachine>, preview: boolean): Run {
    const run: Run = {
      flow,
      preview,
      actor,
      target: undefined,
      showing: undefined,
      sought: undefined,
      stopSeeking: () => {},
      contents: new Map(),
      ready: new Map(),
    }
    runs.set(flow.id, run)
    actor.on('*' as never, (emitted: FlowEmitted) => {
      if (emitted.type === 'activity') report(run, emitted.activity)
      else {
        const { activity, properties } = emitted.step
        if (activity) report(run, { type: activity, ...(properties && { properties }) })
      }
    })
    actor.subscribe({
      next: () => moved(run),
      error: (cause) => {
        onError(
          new FootholdError('step-failed', `Flow "${flow.id}" broke and is ended: ${(cause as Error)?.message}`, {
            cause,
          }),
        )
        finish(run)
      },
    })
    actor.start()
    return run
  }

  // — a flow moves

  function moved(run: Run) {
    if (runs.get(run.flow.id) !== run) return
    const snapshot = run.actor.getSnapshot()
    if (snapshot.status !== 'active') return finish(run)
    if (!run.preview) options.save(run.flow.id, run.actor.getPersistedSnapshot() as unknown as Json)
    const id = stepOf(snapshot)
    const step = (run.flow.steps as Step[]).find((each) => each.id === id)
    const place = typeof snapshot.value === 'string' ? snapshot.value : (Object.values(snapshot.value)[0] as string)
    if (step && place === 'seeking') seek(run, step)
    else if (step && place === 'shown') show(run, step)
    else clear(run)
    arm()
  }

  /** Takes the flow off the screen, without ending it. */
  function clear(run: Run) {
    run.stopSeeking()
    run.sought = undefined
    run.showing = undefined
    run.target = undefined
    screen.erase(run.flow.id)
  }

  /** Waits for whatever a step needs: its type, its content, its words, its target. All at hand, it is found at once. */
  function seek(run: Run, step: Step) {
    if (run.sought === step) return
    run.stopSeeking()
    run.sought = step
    run.target = undefined
    if (!screen.knows(step.type)) {
      if (!unknown.has(step.type))
        onError(
          new FootholdError(
            'unknown-step',
            `Step "${step.id}" of flow "${run.flow.id}" has the type "${step.type}", which nobody registered. It is skipped; give it to createFoothold({ steps }).`,
          ),
        )
      unknown.add(step.type)
      return send(run, { type: 'failed', reason: 'unknown' })
    }
    const wanted = () => run.sought === step && runs.get(run.flow.id) === run
    let waitsForContent = !prepared(run, step)
    let waitsForTarget = false
    const check = () => {
      if (wanted() && !waitsForContent && !waitsForTarget) send(run, { type: 'found' })
    }
    if (waitsForContent)
      prepare(run, step).then(
        () => {
          waitsForContent = false
          check()
        },
        () => {
          if (wanted()) send(run, { type: 'failed', reason: 'content' })
        },
      )
    try {
      const element = step.target && findTarget(step.target)
      if (element && isRendered(element)) run.target = element
      else if (step.target) {
        waitsForTarget = true
        run.stopSeeking = seekTarget(step.target, (found) => {
          run.target = found
          waitsForTarget = false
          check()
        })
      }
    } catch (error) {
      onError(error as FootholdError)
      return send(run, { type: 'missing' })
    }
    // What stood there belongs to another step; where the next is ready it is changed in place.
    if (waitsForContent || waitsForTarget) {
      run.showing = undefined
      screen.erase(run.flow.id)
    }
    check()
  }

  function show(run: Run, step: Step) {
    run.stopSeeking()
    run.sought = undefined
    const { context } = run.actor.getSnapshot()
    const { flow } = run
    const key = JSON.stringify([context.missing, context.answers])
    if (run.showing?.step === step && run.showing.key === key) return
    const showing = run.showing?.step === step ? run.showing : { step, key, viewed: false }
    showing.key = key
    run.showing = showing
    const locale = options.locale()
    const view = viewOf({
      flow,
      step,
      memory: context,
      canBack: run.actor.getSnapshot().can({ type: 'back', at: clock.now() }),
      content: run.ready.get(step),
      profile: options.profile(),
      locale,
      dir: /^(ar|fa|he|ur|yi|ps|dv|ckb)\b/.test(locale) ? 'rtl' : 'ltr',
      translations: options.translations(),
      base: location.href,
      parse: (markdown) => (parse && looksLikeMarkdown(markdown) ? parse(markdown) : plainText(markdown)),
      applies: (each) => run.preview || options.when(flow, each),
      live: () => run.showing === showing && run.actor.getSnapshot().status === 'active',
      send(event) {
        viewed(run)
        send(run, event)
      },
      report: (activity) => report(run, activity),
      start: options.start,
      open: openUrl,
      onError,
    })
    screen.draw(flow.id, view, context.missing ? undefined : run.target)
    const steps = flow.steps as Step[]
    const next = steps[steps.indexOf(step) + 1]
    // A failure is told when that step's turn comes.
    if (next) prepare(run, next).catch(() => {})
  }

  function finish(run: Run) {
    if (!runs.delete(run.flow.id)) return
    clear(run)
    run.actor.stop()
    if (!run.preview) options.save(run.flow.id, undefined)
    arm()
  }

  // — what a step needs

  function prepared(run: Run, step: Step): boolean {
    return (!step.content || run.ready.has(step)) && (!!parse || !needsMarkdown(step.props, run.ready.get(step)))
  }

  async function prepare(run: Run, step: Step): Promise<void> {
    if (step.content) {
      const { ref } = step.content
      let content = run.contents.get(step)
      if (!content) {
        const { trigger, variant } = run.actor.getSnapshot().context
        content = resolve(ref, { flow: run.flow.id, trigger, ...(variant !== undefined && { variant }) }).then(
          (given) => {
            if (typeof given !== 'object' || given === null || Array.isArray(given))
              throw new Error('it is not an object of props')
            return given as Content
          },
        )
        run.contents.set(step, content)
        content.catch((cause) => {
          // Asked again where the step comes up again.
          run.contents.delete(step)
          if (!stopped) onError(contentFailed(`The content "${ref}" of step "${step.id}"`, cause))
        })
      }
      run.ready.set(step, await content)
    }
    if (!parse && needsMarkdown(step.props, run.ready.get(step))) {
      parsing ??= import('./markdown.ts').then(
        (module) => {
          parse = module.parseMarkdown
        },
        (cause) => {
          // Without it the text is shown as it was written.
          parse = plainText
          onError(
            new FootholdError(
              'chunk-failed',
              'The Markdown parser could not be loaded; texts are shown as they are written.',
              { cause },
            ),
          )
        },
      )
      await parsing
    }
  }

  async function resolve(ref: string, context: FlowContext): Promise<unknown> {
    if (!options.content) throw new Error('the source has no content()')
    return await options.content(ref, context)
  }

  // — time

  /** One timer for the deadlines of all machines. */
  function arm() {
    cancelTimer?.()
    cancelTimer = undefined
    const untils = [...runs.values()].flatMap((run) =>
      isHeldBack(run) ? [] : (run.actor.getSnapshot().context.until ?? []),
    )
    if (!untils.length || stopped) return
    cancelTimer = clock.after(Math.max(0, Math.min(...untils) - clock.now()), () => {
      for (const run of [...runs.values()]) if (!isHeldBack(run)) send(run, { type: 'TIME' })
      arm()
    })
  }

  /** A snoozed flow comes back when its slot is free. */
  function isHeldBack(run: Run): boolean {
    if (!isSnoozed(run)) return false
    const slots = slotsOf(run.flow)
    return [...runs.values()].some(
      (other) => other !== run && !isSnoozed(other) && slotsOf(other.flow).some((slot) => slots.includes(slot)),
    )
  }

  let hiddenAt: number | undefined = document.hidden ? clock.now() : undefined
  function onVisibility() {
    if (document.hidden) hiddenAt = clock.now()
    else if (hiddenAt !== undefined) {
      // Nobody could see it meanwhile.
      const away = clock.now() - hiddenAt
      hiddenAt = undefined
      for (const run of [...runs.values()]) send(run, { type: 'rest', for: away })
    }
  }
  document.addEventListener('visibilitychange', onVisibility)

  return {
    play,
    resume(progress, missed = []) {
      for (const [id, kept] of Object.entries(progress)) {
        const found = options.flow(id)
        const { context } = Object(kept) as { context?: FlowContext }
        if (!found || runs.has(id)) continue
        withSteps(found.flow, { ...context, flow: id, trigger: context?.trigger ?? {} }, (flow) => {
          const machine = flowMachine(flow, (step) => options.when(flow, step))
          const resumed = resumeFlow(flow, machine, kept, clock.now())
          if (!resumed) {
            options.save(id, undefined)
            return options.report({ type: 'Flow Ended', interaction: false, properties: { flow: id, reason: 'lost' } })
          }
          const run = begin(flow, createActor(machine, { snapshot: resumed.snapshot } as never), false)
          run.actor.send(resumed.event as never)
          for (const activity of missed) hear(run, activity)
          if (resumed.resumed !== 'same')
            report(run, { type: 'Flow Resumed', properties: { flow: id, resumed: resumed.resumed } })
        })
      }
    },
    activity(activity) {
      for (const run of [...runs.values()]) hear(run, activity)
    },
    playing: () => [...runs.values()].filter((run) => !isSnoozed(run)).map((run) => run.flow.id),
    end(flow, reason) {
      const run = runs.get(flow)
      if (run) send(run, { type: 'end', reason })
      else if (fetching.delete(flow))
        options.report({ type: 'Flow Ended', interaction: false, properties: { flow, reason } })
    },
    preview(flow) {
      const running = runs.get(flow.id)
      if (running) finish(running)
      withSteps(flow, { flow: flow.id, trigger: {} }, (whole) => {
        begin(whole, createActor(flowMachine(whole), { input: { at: clock.now() } }), true)
      })
    },
    setTheme: screen.setTheme,
    warm: screen.warm,
    stop() {
      stopped = true
      cancelTimer?.()
      document.removeEventListener('visibilitychange', onVisibility)
      for (const run of runs.values()) {
        run.stopSeeking()
        run.actor.stop()
      }
      runs.clear()
      screen.stop()
    },
  }
}

function isSnoozed(run: Run): boolean {
  return run.actor.getSnapshot().value === 'snoozed'
}

function isSteps(value: unknown): value is Step[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (step) =>
        typeof step?.id === 'string' && /^[a-z0-9][a-z0-9-]{0,63}$/.test(step.id) && typeof step.type === 'string',
    )
  )
}

function needsMarkdown(...values: unknown[]): boolean {
  return values.some((value) =>
    typeof value === 'string'
      ? looksLikeMarkdown(value)
      : typeof value === 'object' && value !== null && needsMarkdown(...Object.values(value)),
  )
}

function contentFailed(what: string, cause: unknown): FootholdError {
  return new FootholdError(
    'content-failed',
    `${what} could not be had: ${(cause as Error)?.message ?? cause}. It is skipped.`,
    { cause },
  )
}

/** Addresses of this origin open here, others in a tab that knows nothing of this one. */
function openUrl(url: string): void {
  if (/^https?:/.test(url) && new URL(url).origin !== location.origin) open(url, '_blank', 'noopener,noreferrer')
  else location.assign(url)
}
