import type { Json, Properties, Report } from './activity.ts'
import { parseDuration } from './duration.ts'
import { FootholdError } from './errors.ts'
import { type Flow, type Guide, type Step, type Surface, surfaceOf } from './guide.ts'
import type { FlowEvent, FlowMemory } from './machine.ts'
import { ownWords } from './own-words.ts'
import { offerName, type Profile } from './profile.ts'
import { endOf } from './task.ts'
import { fillText, resolveProps } from './template.ts'
import { plainText, type Text } from './text.ts'

/**
 * What a surface and a step may know and do. A view owns nothing: every verb is an event to the flow's machine
 * or a report at the door.
 */
export interface FlowView {
  flow: Pick<Flow, 'id' | 'name' | 'version'>
  step: Step
  surface: Surface
  /** Props of the step: content, with the inline ones over it, templates applied to strings. */
  props: { [key: string]: Json }
  /** Position among the steps that apply to this visitor; `index` counts from 0. A flow that branches has `count` 1. */
  index: number
  count: number
  canBack: boolean
  /** True on the last step: "Next" is "Done". */
  last: boolean
  /** What was answered so far, by step id; what is under way included. */
  answers: { readonly [step: string]: Json }
  /** What the visitor did of what the step asks for: ids of a checklist's items, or `claimed` of an offer. */
  done: readonly string[]
  /** BCP 47 tag and direction of the content. */
  locale: string
  dir: 'ltr' | 'rtl'
  /** The time in milliseconds since the epoch, and a timer, which returns what cancels it. The page may run on another clock. */
  clock: { now(): number; after(ms: number, run: () => void): () => void }
  /** Rich text of a prop: Markdown parsed to a tree, never HTML. */
  text(markdown: string): Text
  /** A word of the interface in the visitor's language, e.g. `label('next')`. */
  label(key: LabelKey): string
  /** The address if it is allowed (https, http, mailto, tel, same-origin paths), else undefined. */
  url(address: unknown): string | undefined
  next(): void
  back(): void
  /** Goes on to the next step and reports the skip. */
  skip(): void
  /** `by`: 'close', 'escape', 'outside' or the action's name. */
  dismiss(by: string): void
  /** Milliseconds; comes back at the same step. */
  snooze(forMs: number): void
  /** Answers the step: branches by answer, else goes on. */
  answer(value: Json): void
  /** Keeps a partial answer without moving on; survives a reload. */
  draft(value: Json): void
  /** Goes to a step of this flow. */
  go(step: string): void
  /** Does what an action of a message says, and reports `Action Clicked`. */
  act(action: Action): void
  report(activity: Report): void
}

/** A button of a step. The first of `answer`, `to`, `start`, `url`, `report` that are given all happen, in this order. */
export interface Action {
  /** Its name in `Action Clicked`; default: the label. */
  id?: string
  label: string
  /** @default 'secondary', but 'primary' for the last action */
  look?: 'primary' | 'secondary' | 'link'
  /** Where to: `next back skip dismiss snooze complete`, or a step's id. Default `next` where nothing else is said. */
  to?: string
  /** How long, with `to: "snooze"`. @default '1d' */
  for?: string | number
  /** Answers the step with this value (branches apply). */
  answer?: Json
  /** Starts another flow. */
  start?: string
  /** Opens an address: same origin in this tab, elsewhere in a new one. */
  url?: string
  /** Reports an activity. */
  report?: string | { type: string; properties?: Properties }
}

/**
 * Words of the interface. In braces: what the surface fills in.
 *
 * | key | in English |
 * |---|---|
 * | `next` `back` `skip` `done` `close` | Next, Back, Skip, Done, Close |
 * | `submit` `thanks` | Submit, Thank you |
 * | `required` `blank` `invalid` `email` | Please choose an answer, Please write an answer, Please check what you wrote, Please write an email address, such as name@example.com |
 * | `fewer` `more` `longer` | Please choose {count} at most, Please choose at least {count}, Please write at least {count} characters |
 * | `optional` `other` | optional, Other |
 * | `worst` `bad` `neutral` `good` `best` | Very dissatisfied, Dissatisfied, Neutral, Satisfied, Very satisfied |
 * | `step` | Step {index} of {count} |
 * | `progress` | {index} of {count} |
 * | `unlikely` `likely` | Not likely, Very likely |
 * | `rating` | {value} of {max} |
 * | `code` `copy` `copied` | Code, Copy, Copied |
 * | `expires` `expired` | Ends {date}, This offer has ended |
 * | `accept` `decline` `claimed` | Use the offer, No, thanks, Claimed |
 * | `ticked` `allDone` `collapse` | Completed, All done, Minimize |
 * | `openTarget` | Go to the highlighted element |
 * | `tip` | Tip: {title} |
 */
export type LabelKey =
  | 'next'
  | 'back'
  | 'skip'
  | 'done'
  | 'close'
  | 'submit'
  | 'thanks'
  | 'required'
  | 'blank'
  | 'invalid'
  | 'email'
  | 'fewer'
  | 'more'
  | 'longer'
  | 'optional'
  | 'other'
  | 'worst'
  | 'bad'
  | 'neutral'
  | 'good'
  | 'best'
  | 'step'
  | 'progress'
  | 'unlikely'
  | 'likely'
  | 'rating'
  | 'code'
  | 'copy'
  | 'copied'
  | 'expires'
  | 'expired'
  | 'accept'
  | 'decline'
  | 'claimed'
  | 'ticked'
  | 'allDone'
  | 'collapse'
  | 'openTarget'
  | 'tip'

/** What the host of a flow knows and does for its view. */
export interface ViewOptions {
  flow: Flow
  step: Step
  memory: FlowMemory
  canBack: boolean
  /** What `step.content` led to; the step's own props go over it. */
  content?: { [key: string]: Json } | undefined
  profile: Profile
  /** Of the step's tasks, those that are done. */
  done?: readonly string[]
  clock: FlowView['clock']
  /** Whether a step's `when` is true. */
  applies(step: Step): boolean
  /** False once the step is no longer on: a second click then does nothing. */
  live(): boolean
  send(event: FlowEventWithoutTime): void
  report(activity: Report): void
  /** Starts another flow. */
  start(flow: string): void
  /** Opens an address that is allowed. */
  open(url: string): void
  onError(error: FootholdError): void
  locale: string
  translations?: Guide['translations']
  /** Where relative addresses start, e.g. `location.href`. */
  base: string
  /** @default plainText */
  parse?(markdown: string): Text
}

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'at'> : never
export type FlowEventWithoutTime = WithoutTime<FlowEvent>

/** Makes the view of the step that is shown. It lasts as long as the showing. */
export function viewOf(options: ViewOptions): FlowView {
  const { flow, step, memory, locale, applies, live, report, profile, done = [], clock, parse = plainText } = options
  const chosen = surfaceOf(step)
  const steps = (flow.steps as Step[]).filter(
    (each) => each === step || (!/^(send|wait)$/.test(each.type) && applies(each)),
  )
  const index = steps.indexOf(step)
  const languages = fallbacks(locale)
  const translate = (text: string, chain = languages) => {
    for (const language of chain) {
      const words = options.translations?.[language]
      if (words && Object.hasOwn(words, text)) return words[text]!
    }
    return text
  }
  const scope = { visitor: profile.visitor, trigger: memory.trigger, profile, content: options.content }
  const sources = new Map<string, string>()
  const send = (event: FlowEventWithoutTime) => {
    if (live()) options.send(event)
  }
  const url = (address: unknown) => allowedUrl(address, options.base)
  const props = resolveProps(
    { ...options.content, ...step.props } as { [key: string]: Json },
    scope,
    locale,
    sources,
    (text) => translate(text),
  )
  // So long after it was first shown is from then on a moment.
  if (step.type === 'offer' && parseDuration(`${props.expires}`) >= 0)
    props.expires = endOf(props.expires, profile.flows[flow.id]?.offers?.[offerName(props, step.id)] ?? clock.now())

  return {
    flow,
    step,
    // Without its target there is nothing to stand beside.
    surface: memory.missing && /^(tooltip|hotspot|inline)$/.test(chosen) ? 'modal' : chosen,
    props,
    // How long a way is that branches nobody knows before it is walked.
    ...(steps.some(({ branch }) => branch?.length) ? { index: 0, count: 1 } : { index, count: steps.length }),
    canBack: options.canBack,
    last: index === steps.length - 1,
    answers: { ...memory.answers, ...memory.drafts },
    done,
    clock,
    locale,
    dir: /^(ar|fa|he|ur|yi|ps|dv|ckb)\b/.test(locale) ? 'rtl' : 'ltr',
    text(markdown) {
      const source = sources.get(markdown)
      return source === undefined ? parse(markdown) : fillText(parse(source), scope, locale)
    },
    label: (key) => translate(words[key], [...languages, 'en']),
    url,
    next: () => send({ type: 'next' }),
    back: () => send({ type: 'back' }),
    skip: () => send({ type: 'skip' }),
    // A checklist stays until it is done or closed on purpose: Escape makes it small.
    dismiss: (by) =>
      send(
        by === 'escape' && step.type === 'checklist'
          ? { type: 'draft', answer: { ...(memory.drafts[step.id] as object), collapsed: true } }
          : { type: 'dismiss', by },
      ),
    snooze: (forMs) => send({ type: 'snooze', for: forMs }),
    answer: (answer) => send({ type: 'answer', answer, written: ownWords(step, props) }),
    draft: (answer) => send({ type: 'draft', answer }),
    go: (step) => send({ type: 'go', step }),
    act(action) {
      if (!live()) return
      const { answer, start, url: address, report: also, id: name = action.label } = action
      const only = answer === undefined && !start && !address && !also
      const to = action.to ?? (only ? 'next' : undefined)
      report({ type: 'Action Clicked', properties: { flow: flow.id, step: step.id, action: name } })
      if (answer !== undefined) send({ type: 'answer', answer, written: false, ...(to && { stay: true }) })
      if (to === 'dismiss') send({ type: to, by: name })
      else if (to === 'snooze') send({ type: to, for: action.for ?? '1d' })
      else if (to === 'next' || to === 'back' || to === 'skip' || to === 'complete') send({ type: to })
      else if (to) send({ type: 'go', step: to })
      if (start) options.start(start)
      const allowed = address && url(address)
      if (allowed) options.open(allowed)
      else if (address)
        options.onError(
          new FootholdError(
            'url-refused',
            `Action "${name}" of step "${step.id}" opens "${address}", which is refused. Use https, http, mailto or tel, without a user name.`,
          ),
        )
      if (also) report(typeof also === 'string' ? { type: also } : also)
    },
    report,
  }
}

const words: Record<LabelKey, string> = {
  next: 'Next',
  back: 'Back',
  skip: 'Skip',
  done: 'Done',
  close: 'Close',
  submit: 'Submit',
  thanks: 'Thank you',
  required: 'Please choose an answer',
  blank: 'Please write an answer',
  invalid: 'Please check what you wrote',
  email: 'Please write an email address, such as name@example.com',
  fewer: 'Please choose {count} at most',
  more: 'Please choose at least {count}',
  longer: 'Please write at least {count} characters',
  optional: 'optional',
  other: 'Other',
  worst: 'Very dissatisfied',
  bad: 'Dissatisfied',
  neutral: 'Neutral',
  good: 'Satisfied',
  best: 'Very satisfied',
  step: 'Step {index} of {count}',
  progress: '{index} of {count}',
  unlikely: 'Not likely',
  likely: 'Very likely',
  rating: '{value} of {max}',
  code: 'Code',
  copy: 'Copy',
  copied: 'Copied',
  expires: 'Ends {date}',
  expired: 'This offer has ended',
  accept: 'Use the offer',
  decline: 'No, thanks',
  claimed: 'Claimed',
  ticked: 'Completed',
  allDone: 'All done',
  collapse: 'Minimize',
  openTarget: 'Go to the highlighted element',
  tip: 'Tip: {title}',
}

/** `de-AT`, then `de`. */
function fallbacks(locale: string): string[] {
  const parts = locale.split('-')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'))
}

declare const URL: new (
  address: string,
  base: string,
) => { href: string; protocol: string; username: string; password: string }

/** The address as the browser understands it. The scheme is compared after parsing: before, `java\nscript:` passes. */
function allowedUrl(address: unknown, base: string): string | undefined {
  if (typeof address !== 'string' || !address.trim()) return
  try {
    const { href, protocol, username, password } = new URL(address, base)
    return /^(https?|mailto|tel):$/.test(protocol) && !username && !password ? href : undefined
  } catch {
    return
  }
}
