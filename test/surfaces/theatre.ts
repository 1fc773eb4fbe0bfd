import { vi } from 'vitest'
import type { Json } from '../../src/core/activity.ts'
import type { Step } from '../../src/core/guide.ts'
import { plainText } from '../../src/core/text.ts'
import type { FlowView, LabelKey } from '../../src/core/view.ts'
import { checklist } from '../../src/steps/checklist.tsx'
import { offer } from '../../src/steps/offer.tsx'
import type { StepType } from '../../src/steps/step.ts'
import { survey } from '../../src/steps/survey.tsx'
import { follow } from '../../src/surfaces/follow.ts'
import { createScreen } from '../../src/surfaces/screen.tsx'
import { findTarget } from '../../src/surfaces/target.ts'
import { fakeClock } from '../../src/testing/fake-clock.ts'

const words: Partial<Record<LabelKey, string>> = {
  next: 'Next',
  back: 'Back',
  skip: 'Skip',
  done: 'Done',
  close: 'Close',
  submit: 'Submit',
  required: 'Please choose an answer',
  step: 'Step {index} of {count}',
  progress: '{index} of {count}',
  rating: '{value} of {max}',
  copy: 'Copy',
  copied: 'Copied',
  expires: 'Ends {date}',
  expired: 'This offer has ended',
  tip: 'Tip: {title}',
}

/** What stands over the page; what stands in it has a mode. */
const host = 'foothold-host:not([data-mode])'

/** A screen on a real page, with time that only moves when told, and views whose verbs are spied on. */
export function theatre(steps: StepType[] = []) {
  const time = fakeClock()
  const told = { onViewed: vi.fn(), onLost: vi.fn(), onOpened: vi.fn(), onFailed: vi.fn(), onError: vi.fn() }
  const screen = createScreen({
    theme: 'light',
    steps: [survey, offer, checklist, ...steps],
    after: time.after,
    ...told,
  })
  screen.learnToFollow(follow)
  return {
    screen,
    time,
    ...told,
    root: () => document.querySelector(host)?.shadowRoot as ShadowRoot,
    /** Draws a step; returns its view. */
    show(step: Partial<Step> & { type: string }, props: { [key: string]: Json } = {}, more: Partial<FlowView> = {}) {
      const view = viewOfStep({ id: 'first', ...step }, props, more)
      screen.draw(view.flow.id, view, step.target ? findTarget(step.target) : undefined)
      return view
    },
    part: <E extends HTMLElement = HTMLElement>(name: string) =>
      document.querySelector(host)?.shadowRoot?.querySelector<E>(`[part~="${name}"]`) ?? undefined,
    button(label: string): HTMLButtonElement {
      const buttons = [...(document.querySelector(host)?.shadowRoot?.querySelectorAll('button') ?? [])]
      const found = buttons.find((button) => (button.ariaLabel ?? button.textContent)?.trim() === label)
      if (!found) throw new Error(`no button "${label}"`)
      return found
    },
  }
}

export function viewOfStep(step: Step, props: { [key: string]: Json }, more: Partial<FlowView> = {}): FlowView {
  return {
    flow: { id: 'flow', version: 1, name: 'A flow' },
    step,
    surface: step.surface ?? (step.target ? 'tooltip' : 'modal'),
    props,
    index: 0,
    count: 1,
    canBack: false,
    last: true,
    answers: {},
    done: [],
    clock: { now: () => Date.now(), after: () => () => {} },
    locale: 'en',
    dir: 'ltr',
    text: plainText,
    label: (key) => words[key] ?? key,
    url: (address) => (typeof address === 'string' && address.startsWith('https:') ? address : undefined),
    next: vi.fn(),
    back: vi.fn(),
    skip: vi.fn(),
    dismiss: vi.fn(),
    snooze: vi.fn(),
    answer: vi.fn(),
    draft: vi.fn(),
    go: vi.fn(),
    act: vi.fn(),
    report: vi.fn(),
    ...more,
  }
}

/** The next frame has been painted, and what observers had to say has been said. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => resolve()
      port2.postMessage(0)
    })
  })
}
