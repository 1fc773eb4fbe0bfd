import type { Guide } from '../../core/guide.ts'
import { guideProblems } from '../../core/schema.ts'
import { checkContents } from './contents.ts'
import { checkExpressions } from './expressions.ts'
import { type Finding, finding, inOrder } from './finding.ts'
import { checkGates } from './gates.ts'
import { checkKeys } from './keys.ts'
import { checkRings } from './rings.ts'
import { checkWalks } from './walk.ts'

export interface CheckOptions {
  /** Milliseconds since the epoch: which schedules are over. */
  now: number
  /** Names of custom types of steps. */
  steps?: string[]
}

/** All that is wrong with a document but its patterns, by its paths. One of the wrong shape is not looked at further. */
export function checkGuide(document: unknown, { now, steps = [] }: CheckOptions): Finding[] {
  const problems = guideProblems(document)
  if (problems[0])
    return problems.map(({ path, message }) => {
      const [what = message, ...remedy] = message.split('; ')
      return finding('invalid-shape', path, `${path || 'It'} ${what}`, remedy.join('; ') || 'Mend it')
    })
  const guide = document as Guide
  return inOrder([
    ...checkKeys(guide),
    ...checkExpressions(guide),
    ...checkRings(guide),
    ...checkGates(guide, now),
    ...checkWalks(guide),
    ...checkContents(guide, steps),
  ])
}
