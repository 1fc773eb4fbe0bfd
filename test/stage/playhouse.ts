import { vi } from 'vitest'
import { loadFollow, stepChunks } from '../../src/agent/lazy-stage.ts'
import type { Activity, Json, Properties, Report } from '../../src/core/activity.ts'
import { createEngine } from '../../src/core/engine.ts'
import type { FootholdError } from '../../src/core/errors.ts'
import type { Flow, Step } from '../../src/core/guide.ts'
import { createStage, type Stage, type StageOptions } from '../../src/stage.ts'
import { type FakeClock, fakeClock } from '../../src/testing/fake-clock.ts'

export type Playhouse = ReturnType<typeof playhouse>

const open = new Set<Stage>()

/** A stage on a real page, with a door that tells it at once of all it reports, as `foothold.report` does. */
export function playhouse({
  flows = [],
  clock = fakeClock(),
  ...given
}: Partial<Omit<StageOptions, 'flow' | 'flows' | 'clock'>> & { flows?: Flow[]; clock?: FakeClock } = {}) {
  const reports: Report[] = []
  const errors: FootholdError[] = []
  const progress: { [flow: string]: Json } = {}
  const saves: [flow: string, over: boolean][] = []
  const start = vi.fn()
  const { profile, explain } = createEngine({ format: 1, flows: [] })
  let seq = 0
  const activity = (type: string, properties: Properties = {}): Activity => ({
    id: `activity-${++seq}`,
    type,
    at: clock.now(),
    seq,
    visitor: { anonymousId: 'v' },
    properties,
  })
  const stage = createStage({
    theme: 'light',
    steps: [],
    stepChunks,
    loadFollow,
    locale: () => 'en',
    clock,
    report(report) {
      reports.push(report)
      stage.activity(activity(report.type, report.properties))
    },
    whenIdle: (run) => run(),
    flows: () => [],
    explain: (id) => explain(id, clock.now()),
    flow(id) {
      const flow = flows.find((each) => each.id === id)
      return flow && { flow }
    },
    when: (_, step) => !('path' in step),
    held: () => false,
    identify: () => {},
    profile: () => profile(clock.now()),
    translations: () => undefined,
    save(flow, kept) {
      saves.push([flow, kept === undefined])
      if (kept === undefined) delete progress[flow]
      else progress[flow] = structuredClone(kept)
    },
    start,
    closed: () => undefined,
    onOpened: () => {},
    onError: (error) => errors.push(error),
    ...given,
  })
  open.add(stage)
  return {
    stage,
    clock,
    reports,
    errors,
    progress,
    saves,
    start,
    activity,
    play: (flow: string, trigger: Properties = {}) => stage.play({ flow, cause: activity('Flow Requested', trigger) }),
    happens: (type: string, properties?: Properties) => stage.activity(activity(type, properties)),
    /** What flows are drawn with is there, as on a page that was idle. */
    fetched: () => stage.fetch(flows),
    /** What was reported, e.g. `Step Skipped two missing`. */
    told: () =>
      reports.map(({ type, properties: { step, reason, by, answer } = {} }) =>
        [type, step, reason ?? by ?? answer].filter((each) => each !== undefined).join(' '),
      ),
    codes: () => errors.map(({ code }) => code),
  }
}

export function closeHouses(): void {
  for (const stage of open) stage.stop()
  open.clear()
  for (const element of document.querySelectorAll('[data-prop]')) element.remove()
  document.documentElement.removeAttribute('style')
}

export function flowOf(steps: (Partial<Step> & { id: string })[] | { ref: string }, more: Partial<Flow> = {}): Flow {
  return {
    id: 'tour',
    version: 1,
    trigger: 'Never Happens',
    steps: Array.isArray(steps) ? steps.map((step) => stepOf(step)) : steps,
    ...more,
  }
}

/** A message with the id as its title. */
export function stepOf({ props, ...step }: Partial<Step> & { id: string }): Step {
  return { type: 'message', ...step, props: { title: step.id, ...props } }
}

/** Puts an element on the page; it goes with the test. */
export function put(id: string, style: Partial<CSSStyleDeclaration> = {}): HTMLElement {
  const element = document.body.appendChild(document.createElement('button'))
  element.id = id
  element.textContent = id
  element.dataset.prop = ''
  Object.assign(element.style, { position: 'absolute', left: '300px', top: '200px', ...style })
  return element
}

export const root = () => document.querySelector('foothold-host')?.shadowRoot as ShadowRoot | undefined

/** Titles of all that is drawn, the parting words excluded. */
export function titles(): string[] {
  return [...(root()?.querySelectorAll('.flow [part~="title"]') ?? [])].map((title) => title.textContent ?? '')
}

export const surface = () => root()?.querySelector<HTMLElement>('.flow .surface') ?? undefined

export function click(label: string): void {
  const found = [...(root()?.querySelectorAll('button') ?? [])].find(
    (button) => (button.ariaLabel ?? button.textContent)?.trim() === label,
  )
  if (!found) throw new Error(`no button "${label}" beside ${titles()}`)
  found.click()
}

export async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 5))
}

export function until(check: () => unknown): Promise<unknown> {
  return vi.waitFor(
    () => {
      if (!check()) throw new Error(`not yet: ${check}; on screen: ${titles()}`)
    },
    { timeout: 5000, interval: 10 },
  )
}

/** The visitor looks at another tab, or comes back. */
export function hideTab(hidden: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (hidden ? 'hidden' : 'visible') })
  document.dispatchEvent(new Event('visibilitychange'))
}

/** A promise that the test settles. */
export function later<T>() {
  let resolve!: (value: T) => void
  let reject!: (cause: unknown) => void
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
