import type { Json, Properties, Report } from './activity.ts'
import type { Flow, Step, Surface } from './guide.ts'
import type { Text } from './text.ts'

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
  /** Position among the steps that apply to this visitor; `index` counts from 0. */
  index: number
  count: number
  canBack: boolean
  /** True on the last step: "Next" is "Done". */
  last: boolean
  /** What was answered so far, by step id. */
  answers: { readonly [step: string]: Json }
  /** BCP 47 tag and direction of the content. */
  locale: string
  dir: 'ltr' | 'rtl'
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
 * | `submit` `thanks` `required` | Submit, Thank you, Please choose an answer |
 * | `step` | Step {index} of {count} |
 * | `progress` | {index} of {count} |
 * | `unlikely` `likely` | Not likely, Very likely |
 * | `rating` | {value} of {max} |
 * | `code` `copy` `copied` | Code, Copy, Copied |
 * | `expires` `expired` | Ends {date}, This offer has ended |
 * | `accept` `decline` | Use the offer, No, thanks |
 * | `openTarget` | Go to the highlighted element |
 */
export type LabelKey =
  | 'next' | 'back' | 'skip' | 'done' | 'close' | 'submit' | 'thanks' | 'required' | 'step' | 'progress'
  | 'unlikely' | 'likely' | 'rating' | 'code' | 'copy' | 'copied' | 'expires' | 'expired' | 'accept' | 'decline' | 'openTarget'
