import { useSignal } from '@preact/signals'
import type { Json } from '../core/activity.ts'
import type { FlowView } from '../core/view.ts'
import { Actions, BackButton, Button } from './actions.tsx'
import { Prose, Title, titleId } from './copy.tsx'
import type { StepType } from './step.ts'

export interface SurveyProps {
  question: string
  text?: string
  /** `nps`: 0 to 10. `rating`: stars. `choice`: one of a list, or several. `text`: own words. */
  kind: 'nps' | 'rating' | 'choice' | 'text'
  choices?: (string | { value: Json; label: string })[]
  /** Several choices may be taken; the answer is then a list. */
  multiple?: boolean
  /** Stars of a rating. @default 5 */
  max?: number
  /** What the ends of a scale mean. */
  low?: string
  high?: string
  /** Without an answer the step is skipped; required, it asks again. @default false */
  required?: boolean
  placeholder?: string
  /** The label of the button. */
  submit?: string
  /** Stays for a moment where the answer was the end of the flow; `true` says thank you in the visitor's language. */
  thanks?: string | true
  /** A partial answer from before a reload. */
  draft?: Json
}

const longest = 2000

/** Asks something. */
export const survey: StepType<SurveyProps> = { name: 'survey', View: Survey }

function Survey(props: SurveyProps & { view: FlowView }) {
  const { question, text, kind, multiple, required, placeholder, submit, view } = props
  const answer = useSignal<Json | undefined>(props.draft ?? view.answers[view.step.id])
  const wrong = useSignal(false)
  const id = `${view.flow.id}-${view.step.id}`
  const given = answer.value
  const taken = multiple ? (Array.isArray(given) ? given : []) : given
  const empty = taken === undefined || taken === '' || (Array.isArray(taken) && !taken.length)

  const change = (value: Json) => {
    answer.value = value
    wrong.value = false
    view.draft(value)
  }
  const send = (event: Event) => {
    event.preventDefault()
    if (!empty) view.answer(typeof taken === 'string' ? taken.trim() : taken)
    else if (!required) view.skip()
    else {
      wrong.value = true
      ;(event.currentTarget as HTMLFormElement).querySelector<HTMLElement>('input, textarea')?.focus()
    }
  }
  const asking = {
    'aria-labelledby': titleId(view),
    'aria-describedby': wrong.value ? `${id}-error ${id}-more` : `${id}-more`,
    'aria-invalid': wrong.value,
    'aria-required': required === true,
  }
  const heading = <Title title={question} view={view} />
  const more = text && <Prose text={text} view={view} />
  return (
    <form class="step" noValidate onSubmit={send}>
      {kind === 'text' ? (
        <div class="fields">
          {heading}
          {more}
          <textarea
            part="field"
            {...asking}
            rows={4}
            maxLength={longest}
            placeholder={placeholder}
            value={String(given ?? '')}
            onInput={(event) => change(event.currentTarget.value)}
          />
          <p class="note count" id={`${id}-more`}>
            {String(given ?? '').length} / {longest}
          </p>
        </div>
      ) : (
        <fieldset class="fields" role={multiple ? 'group' : 'radiogroup'} {...asking}>
          <legend>{heading}</legend>
          {more}
          <div class={kind}>
            <div class={kind === 'nps' ? 'scale' : kind === 'rating' ? 'stars' : 'choices'}>
              {optionsOf(props).map(({ value, label }) => {
                const chosen = Array.isArray(taken) ? taken.includes(value) : taken === value
                const toggled = () =>
                  change(
                    !Array.isArray(taken) ? value : chosen ? taken.filter((one) => one !== value) : [...taken, value],
                  )
                return (
                  <label key={label} part="choice">
                    <input type={multiple ? 'checkbox' : 'radio'} name={id} checked={chosen} onChange={toggled} />
                    {kind === 'rating' && star}
                    <span class={kind === 'rating' ? 'unseen' : undefined}>{label}</span>
                  </label>
                )
              })}
            </div>
            <Ends {...props} id={`${id}-more`} />
          </div>
        </fieldset>
      )}
      {wrong.value && (
        <p class="error" id={`${id}-error`} role="alert">
          {view.label('required')}
        </p>
      )}
      <Actions view={view}>
        <BackButton view={view} />
        <Button look="primary" type="submit">
          {submit ?? view.label('submit')}
        </Button>
      </Actions>
    </form>
  )
}

function optionsOf({
  kind,
  choices,
  max = 5,
  view,
}: SurveyProps & { view: FlowView }): { value: Json; label: string }[] {
  if (kind === 'nps') return Array.from({ length: 11 }, (_, value) => ({ value, label: String(value) }))
  if (kind === 'rating') {
    const label = (value: number) =>
      view.label('rating').replace('{value}', String(value)).replace('{max}', String(max))
    return Array.from({ length: Math.min(max, 10) }, (_, at) => ({ value: at + 1, label: label(at + 1) }))
  }
  return (choices ?? []).map((choice) => (typeof choice === 'string' ? { value: choice, label: choice } : choice))
}

/** What the ends of a scale mean. */
function Ends({ kind, low, high, id, view }: SurveyProps & { id: string; view: FlowView }) {
  const [least, most] = kind === 'nps' ? [low ?? view.label('unlikely'), high ?? view.label('likely')] : [low, high]
  return least || most ? (
    <p class="note ends" id={id}>
      <span>{least}</span> <span>{most}</span>
    </p>
  ) : null
}

const star = (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="m12 3.2 2.7 5.6 6.1.8-4.5 4.3 1.1 6.1L12 17l-5.4 3 1.1-6.1-4.5-4.3 6.1-.8z" />
  </svg>
)
