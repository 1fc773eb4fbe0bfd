import type { Step } from './guide.ts'

/**
 * Whether an answer to the step is in the visitor's own words, or the ids of the questions whose answers are; what was
 * chosen is in the words of who wrote the guide. The field of a choice for something else is told by its name, `other`.
 * Undefined where only the step's type knows.
 *
 * @example ownWords({ type: 'survey' }, { question: 'Why?', kind: 'text' }) // true
 */
export function ownWords({ type }: Pick<Step, 'type'>, props: unknown): boolean | string[] | undefined {
  if (type === 'checklist') return false
  if (type !== 'survey') return undefined
  const { kind, questions } = Object(props)
  return Array.isArray(questions)
    ? questions.filter((each) => !chosen.test(each?.kind)).map((each) => String(each?.id))
    : !chosen.test(kind)
}

const chosen = /^(nps|csat|rating|emoji|choice)$/
