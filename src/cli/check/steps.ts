import type { Json } from '../../core/activity.ts'
import { patchFlow } from '../../core/experiment.ts'
import type { Flow, Guide, Step } from '../../core/guide.ts'

/** A step of a flow or of one of its variants, and its place in the document. */
export interface PlacedStep {
  flow: Flow
  step: Step
  path: string
}

/** All steps that stand in a guide; those of a variant only where the patch changes them. */
export function stepsOf({ flows }: Guide): PlacedStep[] {
  return flows.flatMap((flow, index) => {
    const own = Array.isArray(flow.steps) ? flow.steps : []
    const patched = (flow.experiment?.variants ?? []).flatMap(({ id, patch }, at) => {
      const variant = patch?.steps ? patchFlow(flow, id) : undefined
      return (variant && Array.isArray(variant.steps) ? variant.steps : [])
        .filter((step) => !own.some((each) => JSON.stringify(each) === JSON.stringify(step)))
        .map((step) => ({
          flow: variant!,
          step,
          path: `flows[${index}].experiment.variants[${at}].patch.steps.${step.id}`,
        }))
    })
    return [...own.map((step, at) => ({ flow, step, path: `flows[${index}].steps[${at}]` })), ...patched]
  })
}

/** All texts in a value, each with the names on the way to it. */
export function textsIn(
  value: Json | undefined,
  path: string,
  key = '',
): { text: string; path: string; key: string }[] {
  if (typeof value === 'string') return [{ text: value, path, key }]
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, `${path}[${index}]`, key))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, item]) => textsIn(item, `${path}.${name}`, name))
}

/** The answers that a survey offers; undefined where visitors write what they like. */
export function answersOf({
  kind,
  choices,
  max = 5,
  other,
}: {
  kind?: string
  choices?: Json[]
  max?: number
  other?: Json
}): Json[] | undefined {
  if (kind === 'nps') return Array.from({ length: 11 }, (_, score) => score)
  if (kind === 'rating') return Array.from({ length: max }, (_, star) => star + 1)
  if (kind === 'csat' || (kind === 'emoji' && !choices)) return [1, 2, 3, 4, 5]
  // Own words may be any.
  return (kind === 'emoji' || (kind === 'choice' && !other)) && Array.isArray(choices)
    ? choices.map(choiceValue)
    : undefined
}

function choiceValue(choice: Json): Json {
  return typeof choice === 'object' && choice !== null && !Array.isArray(choice) ? (choice.value ?? null) : choice
}
