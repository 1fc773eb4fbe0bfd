import type { ComponentChildren } from 'preact'
import type { Json } from '../core/activity.ts'
import type { FlowView } from '../core/view.ts'
import { Prose } from './copy.tsx'

export interface Question {
  question: string
  text?: string
  /**
   * `nps`: 0 to 10. `csat`: five faces, 1 to 5. `rating`: stars. `emoji`: choices as pictures, without `choices` five
   * faces from 1 to 5. `choice`: one of a list, or several. `text`: own words.
   */
  kind: 'nps' | 'csat' | 'rating' | 'emoji' | 'choice' | 'text'
  choices?: (string | { value: Json; label: string; emoji?: string })[]
  /** Several choices may be taken; the answer is then a list. */
  multiple?: boolean
  /** A last choice with a field for own words: `{ "other": "…" }` in the answer. `true` calls it "Other". */
  other?: string | true
  /** Stars of a rating. @default 5 */
  max?: number
  /** What the ends of a scale mean. */
  low?: string
  high?: string
  /** Without an answer the step is skipped; required, it asks again. @default false */
  required?: boolean
  /** How many choices, or characters of a text. @default 0, and 2000 characters */
  atLeast?: number
  atMost?: number
  /** Of a text: one line of that kind. A number is answered as one. */
  input?: 'line' | 'email' | 'tel' | 'url' | 'number'
  /** Of a text: a regular expression that one line has to match as a whole. */
  pattern?: string
  /** What is said when the text is not as it should be. */
  error?: string
  placeholder?: string
  /** The answer becomes the trait of the visitor that is called so. */
  trait?: string
}

interface FieldProps {
  id: string
  asked: Question
  value: Json | undefined
  wrong: string | undefined
  /** Said aloud. */
  alert: boolean
  labelledBy: string
  heading: ComponentChildren
  change(value: Json | undefined): void
  view: FlowView
}

/** One question, and what it is answered with. */
export function Field({ id, asked, value, wrong, alert, labelledBy, heading, change, view }: FieldProps) {
  const { text, kind, multiple, required, placeholder, input, pattern, atMost } = asked
  const asking = {
    'aria-labelledby': labelledBy,
    'aria-describedby': `${wrong ? `${id}-error ` : ''}${id}-more`,
    'aria-invalid': !!wrong,
    // A group has no such state.
    'aria-required': multiple ? undefined : required === true,
  }
  const more = text && <Prose text={text} view={view} />
  const error = wrong && (
    <p class="error" id={`${id}-error`} role={alert ? 'alert' : undefined}>
      {wrong}
    </p>
  )
  if (kind === 'text') {
    const written = String(value ?? '')
    const typed = {
      ...asking,
      part: 'field',
      placeholder,
      value: written,
      onInput: (event: Event) => change((event.currentTarget as HTMLInputElement).value),
    }
    const most = atMost ?? longest
    return (
      <div class="fields" id={id}>
        {heading}
        {more}
        {input || pattern ? (
          <input
            {...typed}
            type={(input === 'line' ? 'text' : input) as 'text'}
            // Names of the kinds that browsers know how to fill in.
            autocomplete={input === 'email' || input === 'tel' || input === 'url' ? input : undefined}
            // Addresses run from left to right in every language.
            dir={input === 'email' || input === 'url' ? 'ltr' : undefined}
            inputMode={input === 'number' ? 'decimal' : undefined}
            step={input === 'number' ? 'any' : undefined}
            maxLength={most}
            pattern={pattern}
          />
        ) : (
          <>
            <textarea {...typed} rows={4} maxLength={most} />
            {error}
            <p class="note count" id={`${id}-more`}>
              {/* In every language from left to right. */}
              <bdi dir="ltr">{`${written.length} / ${most}`}</bdi>
            </p>
          </>
        )}
        {(input || pattern) && error}
      </div>
    )
  }

  const taken = Array.isArray(value) ? value : value === undefined ? [] : [value]
  const toggle = (option: Json) =>
    change(!multiple ? option : taken.includes(option) ? taken.filter((one) => one !== option) : [...taken, option])
  const own = taken.find(isOther)
  const write = (other: string) => change(multiple ? [...taken.filter((one) => one !== own), { other }] : { other })
  const type = multiple ? 'checkbox' : 'radio'
  const drawn = kind === 'csat' || kind === 'emoji'
  return (
    <fieldset class="fields" id={id} role={multiple ? 'group' : 'radiogroup'} {...asking}>
      <legend>{heading}</legend>
      {more}
      <div class={kind}>
        <div class={kind === 'nps' ? 'scale' : kind === 'rating' ? 'stars' : drawn ? 'faces' : 'choices'}>
          {optionsOf(asked, view).map(({ value: option, label, picture }) => (
            <label key={label} part="choice" title={drawn ? label : undefined}>
              <input type={type} name={id} checked={taken.includes(option)} onChange={() => toggle(option)} />
              {picture}
              <span class={picture ? 'unseen' : undefined}>{label}</span>
            </label>
          ))}
          {asked.other && kind === 'choice' && (
            <div part="choice" class="other">
              <label>
                <input
                  type={type}
                  name={id}
                  checked={own !== undefined}
                  onChange={() => (multiple && own ? change(taken.filter((one) => one !== own)) : write(''))}
                />
                <span id={`${id}-other`}>{asked.other === true ? view.label('other') : asked.other}</span>
              </label>
              {own && (
                <input
                  part="field"
                  aria-labelledby={`${id}-other`}
                  maxLength={longest}
                  placeholder={placeholder}
                  value={own.other}
                  onInput={(event) => write(event.currentTarget.value)}
                />
              )}
            </div>
          )}
        </div>
        <Ends {...asked} id={`${id}-more`} view={view} />
      </div>
      {error}
    </fieldset>
  )
}

/** What is sent: undefined where nothing was answered. */
export function answerOf({ kind, input, multiple }: Question, value: Json | undefined): Json | undefined {
  if (value == null || value === '' || (Array.isArray(value) && !value.length)) return undefined
  if (kind !== 'text') return multiple && !Array.isArray(value) ? undefined : value
  const written = String(value).trim()
  if (written) return input === 'number' ? Number(written) : written
}

/** What to say about an answer that cannot be taken. */
export function wrongWith(
  asked: Question,
  value: Json | undefined,
  field: Element,
  view: FlowView,
): string | undefined {
  const { kind, required, atLeast = 0, atMost = Infinity, input, error } = asked
  const given = answerOf(asked, value)
  const own = [value].flat().find(isOther)
  if (own && !own.other.trim()) return view.label('blank')
  const typed = field.querySelector<HTMLInputElement>('input[part~=field]')
  // What is no number has no value.
  if (kind === 'text' && typed && !typed.validity.valid)
    return error ?? view.label(input === 'email' ? input : 'invalid')
  if (given === undefined) return required ? view.label(kind === 'text' ? 'blank' : 'required') : undefined
  const counted = (key: 'longer' | 'more' | 'fewer', count: number) => view.label(key).replace('{count}', `${count}`)
  if (typeof given === 'string' && kind === 'text' && given.length < atLeast) return error ?? counted('longer', atLeast)
  if (!Array.isArray(given)) return
  if (given.length < atLeast) return counted('more', atLeast)
  if (given.length > atMost) return counted('fewer', atMost)
}

const longest = 2000
const moods = ['worst', 'bad', 'neutral', 'good', 'best'] as const
const emojis = ['😠', '🙁', '😐', '🙂', '😍']

function optionsOf(
  { kind, choices, max = 5 }: Question,
  view: FlowView,
): { value: Json; label: string; picture?: ComponentChildren }[] {
  const most = Math.min(max, 10)
  if (kind === 'nps') return Array.from({ length: 11 }, (_, value) => ({ value, label: String(value) }))
  if (kind === 'rating')
    return Array.from({ length: most }, (_, at) => ({
      value: at + 1,
      label: view
        .label('rating')
        .replace('{value}', `${at + 1}`)
        .replace('{max}', `${most}`),
      picture: star,
    }))
  if (kind === 'csat' || (kind === 'emoji' && !choices))
    return moods.map((mood, at) => ({
      value: at + 1,
      label: view.label(mood),
      picture: kind === 'csat' ? face(at + 1) : <Emoji>{emojis[at]}</Emoji>,
    }))
  return (choices ?? []).map((choice) => {
    if (typeof choice === 'string') return { value: choice, label: choice }
    return kind === 'emoji' ? { ...choice, picture: <Emoji>{choice.emoji ?? choice.label}</Emoji> } : choice
  })
}

function Emoji({ children }: { children: ComponentChildren }) {
  return (
    <span class="emoji" aria-hidden="true">
      {children}
    </span>
  )
}

/** What the ends of a scale mean. */
function Ends({ kind, choices, low, high, id, view }: Question & { id: string; view: FlowView }) {
  const words = kind === 'nps' ? (['unlikely', 'likely'] as const) : (['worst', 'best'] as const)
  const own = kind === 'nps' || kind === 'csat' || (kind === 'emoji' && !choices)
  const [least, most] = own ? [low ?? view.label(words[0]), high ?? view.label(words[1])] : [low, high]
  return least || most ? (
    <p class="note ends" id={id}>
      <span>{least}</span> <span>{most}</span>
    </p>
  ) : null
}

function isOther(value: unknown): value is { other: string } {
  return typeof Object(value).other === 'string'
}

const star = (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="m12 3.2 2.7 5.6 6.1.8-4.5 4.3 1.1 6.1L12 17l-5.4 3 1.1-6.1-4.5-4.3 6.1-.8z" />
  </svg>
)

/** From 1, unhappy, to 5. */
function face(mood: number) {
  const bend = (mood - 3) * 1.75
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="9.25" />
      <path d={`M9 9.5v.5M15 9.5v.5M8 ${15.5 - bend / 2}q4 ${2 * bend} 8 0`} />
    </svg>
  )
}
