import type { Json, Properties } from './activity.ts'

/**
 * What an answer tells about the visitor: a survey's `trait` is the name of it, of several questions each its own.
 * Undefined where it tells nothing.
 *
 * @example traitsOf({ question: 'What do you do?', trait: 'role' }, 'design') // { role: 'design' }
 */
export function traitsOf(props: unknown, answer: Json): Properties | undefined {
  const { trait, questions } = Object(props)
  const asked = Array.isArray(questions)
    ? questions.map((each) => [each?.trait, Object(answer)[each?.id]])
    : [[trait, answer]]
  const told = asked.filter(([name, value]) => typeof name === 'string' && value !== undefined)
  return told[0] && Object.fromEntries(told)
}
