import { type Description, describe } from '../core/describe.ts'
import type { Explanation } from '../core/explanation.ts'
import type { Flow } from '../core/guide.ts'
import type { Moment } from './journal.ts'

/** Where a flow stands, in a word and in a sentence. */
export interface FlowState {
  mark: 'on' | 'snoozed' | 'held' | 'delayed' | 'waiting' | 'refused' | 'elsewhere'
  word: string
  sentence: string
  explanation: Explanation
  description: Description
}

export function stateOf({ engine, places }: Moment, flow: Flow, at: number): FlowState {
  const explanation = engine.explain(flow.id, at)
  const description = describe(explanation)
  const { decides, trigger } = explanation
  // Its name stands above.
  const summary = description.summary.replace(/^“[^”]*” (.)/, (_, first: string) => first.toUpperCase())
  const tell = (mark: FlowState['mark'], word: string, sentence = summary): FlowState => ({
    mark,
    word,
    sentence,
    explanation,
    description,
  })
  if (flow.runs === 'relay') return tell('elsewhere', 'On the relay', 'It runs on the server, not in this page.')
  const place = places[flow.id] as { value?: unknown } | undefined
  if (place?.value === 'snoozed') return tell('snoozed', 'Snoozed')
  if (place) {
    const [step, part] =
      typeof place.value === 'string' ? [place.value] : (Object.entries(Object(place.value))[0] ?? [])
    const seeks = part === 'seeking'
    return tell(
      'on',
      seeks ? 'Looking for its target' : 'On screen',
      seeks ? `Step “${step}” waits for its target or its content.` : `Step “${step}” is on screen.`,
    )
  }
  if (decides.gate) {
    const hold = explanation.gates.some(({ gate, verdict }) => gate === decides.gate && verdict === 'hold')
    return hold ? tell('held', `Held by ${decides.gate}`) : tell('refused', `Refused by ${decides.gate}`)
  }
  if (decides.delay !== undefined) return tell('delayed', 'Waits for its delay')
  return tell('waiting', trigger.value ? 'True already' : 'Waiting')
}
