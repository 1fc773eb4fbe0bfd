import { compileCondition } from '../../core/condition.ts'
import { parseDuration } from '../../core/duration.ts'
import type { Duration, Range } from '../../core/guide.ts'
import { compileRange } from '../../core/range.ts'

/**
 * Whether something always or never holds, or both can be. Comparisons change their answer only at what they compare
 * with, so that it is enough to ask about those values and what lies beside and between them.
 */
export type Verdict = 'always' | 'never' | 'open'

/** What a number can be: `whole` from 0 on (counts, days), `least` 0 or nothing, up to `most`. */
export interface Domain {
  whole?: boolean
  least?: number
  most?: number
}

/** All of several ranges at once. */
export function rangesVerdict(ranges: Range[], domain: Domain): Verdict {
  const compiled = ranges.map(compileRange)
  const bounds = ranges
    .flatMap((range) => Object.values(range) as Duration[])
    .map((bound) => (typeof bound === 'number' ? bound : parseDuration(bound)))
  return verdictOf(valuesIn(bounds, domain).map((value) => compiled.every(({ fits }) => fits(value))))
}

const compared = /^\$(eq|ne|gte?|lte?|in|nin|exists)$/

/**
 * All that is asked of one property, e.g. `{ "$gt": 5 }` and `{ "$lt": 3 }`: never, or open; of a number in a domain also
 * always. What else is said is left out.
 */
export function operandVerdict(asked: { [name: string]: unknown }[], domain?: Domain): Verdict {
  const all = asked.flatMap((operators) => Object.entries(operators))
  const known = all.filter(([name]) => compared.test(name))
  if (!known.length) return 'open'
  const operands = known.flatMap(([, operand]) => operand)
  const numbers = operands.filter((operand) => typeof operand === 'number')
  const texts = operands.filter((operand) => typeof operand === 'string')
  const numeric = valuesIn(numbers, domain ?? {})
  const values = domain
    ? numeric
    : [
        null,
        true,
        false,
        '',
        0,
        // A list can have all of them.
        operands,
        ...operands,
        ...numeric,
        ...texts.flatMap((text) => [`${text}\u0000`, text.slice(0, -1), `${text.slice(0, -1)}\uffff`]),
      ]
  const holds = known.map(([name, operand]) => compileCondition({ value: { [name]: operand } as never }))
  const verdict = verdictOf(values.map((value) => holds.every((each) => each({ value }))))
  return verdict === 'always' && !(domain && known.length === all.length) ? 'open' : verdict
}

/** Numbers of a domain among which each answer is that the bounds lead to. */
function valuesIn(bounds: number[], { whole, least = -Infinity, most = Infinity }: Domain): number[] {
  return [least, most, ...beside(bounds)].filter(
    (value) => Number.isFinite(value) && value >= least && value <= most && (!whole || Number.isInteger(value)),
  )
}

function beside(numbers: number[]): number[] {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted.flatMap((number, index) => {
    const next = sorted[index + 1]
    return [
      number,
      number - 1,
      number + 1,
      Math.floor(number),
      Math.ceil(number),
      Math.floor(number) + 1,
      Math.ceil(number) - 1,
      ...(next === undefined ? [] : [(number + next) / 2]),
    ]
  })
}

function verdictOf(answers: boolean[]): Verdict {
  return answers.every(Boolean) ? 'always' : answers.some(Boolean) ? 'open' : 'never'
}
