import { createActor } from 'xstate'
import { createAhead } from './ahead.ts'
import { createContents } from './contents.ts'
import type { Activity, Json, Report } from './core/activity.ts'
import { slotsOf } from './core/eligibility.ts'
import type { Decision } from './core/engine.ts'
import { FootholdError } from './core/errors.ts'
import type { Explanation } from './core/explanation.ts'
import type { Flow, FlowContext, Step } from './core/guide.ts'
import { flowMachine, resumeFlow, stepOf } from './core/machine.ts'
import { offerName } from './core/profile.ts'
import { isSettled } from './core/task.ts'
import { broken, contextOf, createRun, type PlayableFlow, type Playing, type Run, type RunOptions } from './run.ts'
import type { Follow } from './surfaces/follow.ts'
import { guardClicks } from './surfaces/guard-clicks.ts'
import { createScreen } from './surfaces/screen.tsx'

export interface StageOptions extends Playing {
  /** `light`, `dark`, `auto`, or any name that a style sheet defines. */
  theme: string
  /** What keeps a surface beside an element; fetched when a step stands there. */
  loadFollow(): Promise<{ follow: Follow }>
  /** Runs when the page has nothing else to do. */
  whenIdle(run: () => void): void
  /** The one door. */
  report(activity: Report): void
  /** All of the guide; the same list while it is the same guide. */
  flows(): readonly Flow[]
  /** The flow as this visitor gets it. */
  flow(id: string): { flow: Flow; variant?: string } | undefined
  /** Whether something keeps a flow from coming back now, though its time has come. */
  held(flow: string): boolean
  /** Why a flow shows or does not, now. */
  explain(flow: string): Explanation
  /** Props of a step, or the steps of a flow by reference. */
  content?(ref: string, context: FlowContext): Promise<unknown>
  /** The gate that keeps a flow from showing by now; asked when its steps came late. Who was `asked` passes most gates. */
  closed(flow: string, asked: boolean): string | undefined
  /** The visitor opened a hotspot, which takes the slot of modal-like surfaces; or none is open any more. */
  onOpened(some: boolean): void
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
  /** Does ahead of time a part of what the first show would have to wait for, a short task; whether there is more. */
  warm(): boolean
  /** Leaves nothing behind; what was kept of the flows stays, for `resume`. */
  stop(): void
}

export function createStage(options: StageOptions): Stage {
  const { clock, onError } = options
  const runs = new Map<string, Run>()
  /** Flows whose steps are on their way, with what happens meanwhile. */
  const fetching = new Map<string, { preview: boolean; heard: Activity[] }>()
  const unknown = new Set<string>()
  /** What happened in flows. It is told when all has found its place, as it may lead to further moves and flows. */
  const untold: Report[] = []
  let moving = 0
  let rehearsals = 0
  let cancelTimer: (() => void) | undefined
  let hiddenAt = document.hidden ? clock.now() : undefined

  const clicks = guardClicks()
  const screen = createScreen({
    theme: options.theme,
    steps: options.steps,
    after: clock.after,
    onError,
    onViewed: (flow) => runs.get(flow)?.viewed(),
    onOpened: options.onOpened,
    onLost: (flow, away) => runs.get(flow)?.lost(away),
    onFailed: (flow, step) => runs.get(flow)?.failed(step),
  })
  const contents = createContents({ ...options, screen })
  const ahead = createAhead({ ...options, fetch: contents.fetchAhead })

  // — what flows do, and what is told of it

  /** Lets a machine move, as far as it comes by itself; what happened is told afterwards. */
  function perform(move: () => void) {
    moving++
    try {
      move()
    } finally {
      if (!--moving) tellAll()
    }
  }

  function tell(activity: Report) {
    untold.push(activity)
    if (!moving) tellAll()
  }

  function tellAll() {
    for (let next = untold.shift(); next; next = untold.shift()) {
      try {
        options.report(next)
      } catch (cause) {
        const said = cause instanceof Error ? cause.message : cause
        onError(new FootholdError('host-failed', `"${next.type}" was not reported: ${said}.`, { cause }))
      }
    }
  }

  /** Of a flow that does not run: its slot is free again, and as nobody saw it, it is not counted. */
  function endUnseen(flow: string, reason: string) {
    options.save(flow, undefined)
    tell({ type: 'Flow Ended', interaction: false, properties: { flow, reason } })
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

  function begin({
    flow,
    ...how
  }: Pick<RunOptions, 'flow' | 'machine' | 'from' | 'preview' | 'first'> & Partial<Pick<RunOptions, 'onError'>>): Run {
    const run = createRun({
      ...options,
      ...how,
      flow,
      screen,
      contents,
      unknown,
      applies,
      perform,
      tell,
      onChanged: clicks.changed,
      onMoved: arm,
      onOver: () => runs.delete(flow.id),
    })
    runs.set(flow.id, run)
    run.start()
    return run
  }

  /** Whether there is reason to show a step; where it was `seen`, it stays when it has nothing left to say. */
  function applies(flow: Flow, step: Step, seen: boolean): boolean {
    if (!options.when(flow, step)) return false
    if (seen) return true
    const { offers } = options.profile().flows[flow.id] ?? {}
    const shownAt = offers?.[offerName(Object(step.props), step.id)]
    return !isSettled(step, (task) => options.when(flow, task), shownAt, clock.now())
  }

  function end(id: string, reason: string) {
    const run = runs.get(id)
    if (run) return run.send({ type: 'end', reason })
    const { preview } = fetching.get(id) ?? {}
    if (fetching.delete(id) && !preview) endUnseen(id, reason)
  }

  /**
   * Plays flows that nobody sees, so that what shows the first one is compiled by then. In turn, as together they would be
   * a long task: a machine alone, a card, a tooltip, one that goes on. Whether there is another turn.
   */
  function rehearse(): boolean {
    if (runs.size) return false
    const turn = rehearsals++
    const flow = rehearsal(turn > 1)
    const input = { at: clock.now(), trigger: {} }
    try {
      const machine = flowMachine(flow, (step, seen) => applies(flow, step, seen))
      if (!turn) {
        const actor = createActor(machine, { input }).start()
        for (const type of ['found', 'next', 'end'] as const) actor.send({ type, at: input.at } as never)
        return true
      }
      screen.quietly(() => {
        const run = begin({ flow, machine, from: { input }, preview: true, onError() {} })
        if (turn > 2) run.send({ type: 'next' })
        run.finish()
      })
      return turn < 3 && screen.follows()
    } catch {
      // What is wrong is told when it counts.
      return false
    }
  }

  // — time

  /** One timer for the deadlines of all machines. */
  function arm() {
    cancelTimer?.()
    cancelTimer = undefined
    // What a store gave back may be damaged.
    const untils = [...runs.values()].flatMap((run) => (rests(run) ? [] : (run.until() ?? []))).filter(Number.isFinite)
    if (!untils.length) return
    cancelTimer = clock.after(Math.max(0, Math.min(...untils) - clock.now()), () => {
      for (const run of [...runs.values()]) if (!rests(run)) run.send({ type: 'TIME' })
      arm()
    })
  }

  /** Nothing is missed, nor runs out, while nobody looks. A snoozed flow comes back when its slot is free and nothing holds it. */
  function rests(run: Run): boolean {
    if (hiddenAt !== undefined || !run.isSnoozed()) return hiddenAt !== undefined
    return run.until()! <= clock.now() && (isTaken(run.flow) || options.held(run.flow.id))
  }

  function isTaken(flow: Flow): boolean {
    const slots = slotsOf(flow)
    return [...runs.values()].some(
      (other) =>
        other.flow.id !== flow.id && !other.isSnoozed() && slotsOf(other.flow).some((slot) => slots.includes(slot)),
    )
  }

  function onVisibility() {
    if (document.hidden) hiddenAt ??= clock.now()
    else if (hiddenAt !== undefined) {
      const away = clock.now() - hiddenAt
      hiddenAt = undefined
      for (const run of [...runs.values()]) run.send({ type: 'rest', for: away })
    }
    arm()
  }
  document.addEventListener('visibilitychange', onVisibility)

  return {
    play({ flow: id, variant, cause }) {
      const found = options.flow(id)
      const run = runs.get(id)
      if (run?.isSnoozed()) run.send({ type: 'go', step: run.step()! })
      if (run?.preview) run.finish()
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
        const run = begin({ flow, machine, from: { input: { ...input, at: clock.now() } }, preview: false })
        for (const activity of heard) run.hear(activity)
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
          const run = begin({ flow, machine, from: { snapshot }, preview: false, first: waits ? undefined : first })
          if (resumed.resumed !== 'same' && !waits)
            run.report({ type: 'Flow Resumed', properties: { flow: id, resumed: resumed.resumed } })
          for (const activity of [...missed, ...heard]) run.hear(activity)
        })
      }
    },
    activity(activity) {
      ahead.hear(activity)
      for (const { heard } of fetching.values()) heard.push(activity)
      for (const run of [...runs.values()]) {
        run.hear(activity)
        run.refresh()
      }
      if ([...runs.values()].some((run) => run.isSnoozed())) arm()
    },
    playing: () => [...runs.values()].filter((run) => !run.preview && !run.isSnoozed()).map((run) => run.flow.id),
    end,
    arm,
    preview(flow) {
      end(flow.id, 'displaced')
      for (const run of [...runs.values()]) if (run.preview) run.finish()
      const input = { at: clock.now(), trigger: {} }
      withSteps(flow, contextOf(flow, input), true, (whole) => {
        begin({
          flow: whole,
          machine: flowMachine(whole),
          from: { input: { ...input, at: clock.now() } },
          preview: true,
        })
      })
    },
    setTheme: screen.setTheme,
    fetch: (flows) =>
      Promise.allSettled(flows.flatMap(({ steps }) => (Array.isArray(steps) ? steps.map(contents.fetchDrawing) : []))),
    warm: rehearse,
    stop() {
      cancelTimer?.()
      ahead.stop()
      document.removeEventListener('visibilitychange', onVisibility)
      for (const run of runs.values()) run.stop()
      runs.clear()
      fetching.clear()
      clicks.stop()
      screen.stop()
    },
  }
}

/** Two steps at an element that is always there, as most flows have them. */
function rehearsal(beside: boolean): PlayableFlow {
  const place = beside ? { target: 'body' } : { surface: 'card' as const, placement: 'bottom-end' as const }
  const step = { type: 'message', props: { title: 'x', text: 'x' }, ...place }
  return {
    id: 'rehearsal',
    version: 1,
    trigger: 'x',
    steps: [
      { ...step, id: 'one' },
      { ...step, id: 'two' },
    ],
  }
}
