import { useRef, useState } from 'preact/hooks'
import type { Json } from '../core/activity.ts'
import { compileCondition } from '../core/condition.ts'
import type { Condition } from '../core/guide.ts'
import type { FlowView } from '../core/view.ts'
import { Actions, BackButton, Button } from './actions.tsx'
import { Prose, Title, titleId } from './copy.tsx'
import { answerOf, Field, type Question, wrongWith } from './field.tsx'
import type { StepType } from './step.ts'
import css from './survey.css?inline'

/** One question, or several: the answer is then an object, by their ids. */
export interface SurveyProps extends Partial<Question> {
  /** Above several questions. */
  title?: string
  questions?: AskedQuestion[]
  /** The label of the button. */
  submit?: string
  /** Stays for a moment where the answer was the end of the flow; `true` says thank you in the visitor's language. */
  thanks?: string | true
  /** A partial answer from before a reload. */
  draft?: Json
}

export interface AskedQuestion extends Question {
  /** Its name in the answer. */
  id: string
  /** Asked only while the answers to the others fit, e.g. `{ "score": { "$lte": 6 } }`. */
  when?: Condition
}

/** Asks something. */
export const survey: StepType<SurveyProps> = { name: 'survey', View: Survey, css }

function Survey({ title, submit, draft, view, questions, ...only }: SurveyProps & { view: FlowView }) {
  const several = Array.isArray(questions)
  const start = draft ?? view.answers[view.step.id]
  // Drawn anew with what is wrong, which each answer sets.
  const answers = useRef<{ [id: string]: Json | undefined }>(several ? { ...Object(start) } : { '': start })
  const [wrong, setWrong] = useState<{ [id: string]: string }>({})
  const asked = (several ? questions : [{ ...(only as Question), id: '' }]).filter(
    ({ when }: Partial<AskedQuestion>) => !when || compileCondition(when)(answers.current),
  )
  if (asked.some(({ question }) => question == null)) throw new Error('a question has no words')
  const strange = asked.find(({ kind }) => !/^(nps|csat|rating|emoji|choice|text)$/.test(kind))
  if (strange) throw new Error(`questions of the kind ${strange.kind} are unknown`)
  const id = `${view.flow.id}-${view.step.id}`
  const first = asked.find((one) => one.id in wrong)

  const change = (name: string, value: Json | undefined) => {
    answers.current = { ...answers.current, [name]: value }
    setWrong(({ [name]: _, ...others }) => others)
    view.draft((several ? answers.current : value) as Json)
  }
  const send = (event: Event) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const fieldOf = (name: string) => form.querySelector(`#${CSS.escape(`${id}-${name}`)}`) as HTMLElement
    const found: typeof wrong = Object.fromEntries(
      asked.flatMap((one) => {
        const said = wrongWith(one, answers.current[one.id], fieldOf(one.id), view)
        return said ? [[one.id, said]] : []
      }),
    )
    setWrong(found)
    const faulty = asked.find((one) => one.id in found)
    if (faulty) {
      const field = fieldOf(faulty.id)
      // What is to be written comes first, then what was chosen.
      const [to] = ['[part~=field]', ':checked', 'input'].flatMap(
        (each) => field.querySelector<HTMLElement>(each) ?? [],
      )
      return to?.focus()
    }
    const given = asked.flatMap((one) => {
      const value = answerOf(one, answers.current[one.id])
      return value === undefined ? [] : [[one.id, value] as const]
    })
    if (!given[0]) view.skip()
    else view.answer(several ? Object.fromEntries(given) : given[0][1])
  }
  const heading = several ? title : only.question
  return (
    <form class="step" noValidate onSubmit={send}>
      {several && heading && (
        <div class="copy">
          <Title title={heading} view={view} />
          {only.text && <Prose text={only.text} view={view} />}
        </div>
      )}
      {asked.map((one) => (
        <Field
          key={one.id}
          id={`${id}-${one.id}`}
          asked={one}
          value={answers.current[one.id]}
          wrong={wrong[one.id]}
          // With the first one the focus goes there; the others are found on the way.
          alert={one === first}
          labelledBy={several ? `${id}-${one.id}-ask` : titleId(view)}
          heading={
            several ? (
              <p part="question" id={`${id}-${one.id}-ask`}>
                {one.question}
                {!one.required && <span class="note">{` (${view.label('optional')})`}</span>}
              </p>
            ) : (
              <Title title={one.question} view={view} />
            )
          }
          change={(value) => change(one.id, value)}
          view={view}
        />
      ))}
      <Actions view={view}>
        <BackButton view={view} />
        <Button look="primary" type="submit">
          {submit ?? view.label('submit')}
        </Button>
      </Actions>
    </form>
  )
}
