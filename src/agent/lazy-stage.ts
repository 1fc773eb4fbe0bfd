import type { Activity, Json } from '../core/activity.ts'
import { compilePages } from '../core/condition.ts'
import { type Flow, standsBeside } from '../core/guide.ts'
import type { Stage, StageOptions } from '../stage.ts'
import type { StepChunks, StepType } from '../steps/step.ts'
import type { Attempts } from './attempts.ts'
import type { Time } from './time.ts'

/** The stage, which is loaded when it is wanted or when the page is idle. */
export interface LazyStage {
  /** What is loaded. */
  readonly now: Stage | undefined
  /** Runs at once where it is loaded, else when it is. */
  on(run: (stage: Stage) => void): void
  /** The same, but nothing is loaded for it. */
  ifWanted(run: (stage: Stage) => void): void
  /** Fetches beside the stage what a flow is drawn with. A failure is told when the step's turn comes. */
  fetch(flow: Flow | undefined): void
  /** Loads it in idle time where one of these may start on this page, so that it is shown at once. */
  warm(flows: Flow[], path: string): void
  /** Tells it of an activity. What happens before it is loaded is told to flows that go on. */
  hear(activity: Activity): void
  /** Goes on with flows that an earlier page, or another tab, has left. */
  resume(progress: { [flow: string]: Json }): void
  /** Takes everything off the screen; what is wanted later loads it anew. */
  close(): void
}

export interface LazyStageOptions extends Attempts, Pick<Time, 'whenIdle'> {
  /** Whether this tab may show anything. */
  held(): boolean
  options: Omit<StageOptions, 'stepChunks' | 'loadFollow'>
}

/** Step types that are chunks of their own: few flows have them. */
export const stepChunks: StepChunks = new Map<string, () => Promise<{ [type: string]: StepType }>>([
  ['survey', () => import('../steps/survey.tsx')],
  ['offer', () => import('../steps/offer.tsx')],
  ['checklist', () => import('../steps/checklist.tsx')],
])
/** So is what keeps surfaces beside elements. */
export const loadFollow = () => import('../surfaces/follow.ts')

const mostMissed = 200

export function createLazyStage({ held, options, attempt, fail, whenIdle }: LazyStageOptions): LazyStage {
  let stage: Stage | undefined
  let loading = false
  let broken = false
  let warmed = false
  let waiting: ((stage: Stage) => void)[] = []
  /** What happened while this tab had the stage but had not loaded it. */
  let missed: Activity[] = []

  function on(run: (stage: Stage) => void) {
    if (stage) attempt('step-failed', 'The stage', () => run(stage!))
    else if (!broken) {
      waiting.push(run)
      if (!loading) load()
    }
  }

  async function load() {
    loading = true
    try {
      const fetchStage = () => import('../stage.ts')
      const { createStage } = await fetchStage().catch(fetchStage)
      if (held()) stage = createStage({ ...options, stepChunks, loadFollow })
    } catch (error) {
      broken = true
      fail('chunk-failed', 'Loading the stage', error)
    }
    loading = false
    for (const run of waiting.splice(0)) if (stage) on(run)
  }

  return {
    get now() {
      return stage
    },
    on,
    ifWanted(run) {
      if (stage || loading) on(run)
    },
    fetch(flow) {
      for (const step of Array.isArray(flow?.steps) ? flow.steps : [])
        for (const load of [stepChunks.get(step.type), standsBeside(step) && loadFollow])
          if (load) load().catch(() => {})
    },
    warm(flows, path) {
      if (warmed || !held()) return
      const here = flows.filter(({ pages, runs }) => runs !== 'relay' && (!pages || compilePages(pages)(path)))
      if (!here[0]) return
      warmed = true
      // Each in its own time: together they would be a long task.
      whenIdle(() => {
        if (!held()) return
        on(async (loaded) => {
          await loaded.fetch(here)
          const more = () => {
            if (stage === loaded && loaded.warm()) whenIdle(more)
          }
          whenIdle(more)
        })
      })
    },
    hear(activity) {
      if (stage) stage.activity(activity)
      // Where another tab has the stage, that has heard it.
      else if (held() && missed.push(activity) > mostMissed) missed.shift()
    },
    resume(progress) {
      if (Object.keys(progress).length) on((stage) => stage.resume(progress, missed.splice(0)))
      else missed = []
    },
    close() {
      stage?.stop()
      stage = undefined
      waiting = []
      missed = []
    },
  }
}
