import { compileMatch } from '../condition.ts'
import type { Match, Range, Window } from '../guide.ts'
import type { Operator } from '../operator.ts'
import { match, object, optional, range, window } from '../shape.ts'
import { tallyLeaf } from '../tally.ts'

interface Ratio {
  ratio: Match
  of: Match
  is: Range
  within?: Window
}

const matchesKept = 2000

/** The first count divided by the second, e.g. a click-through rate; where nothing matched the second it is unknown. */
export const ratio: Operator<Ratio> = {
  name: 'ratio',
  kind: 'state',
  shape: object({ ratio: match, of: match, is: range, within: optional(window) }),
  compile({ ratio, of, is, within }, around, saved) {
    const sides = [compileMatch(of), compileMatch(ratio)]
    return tallyLeaf(
      {
        types: sides.flatMap(({ types }) => types),
        is,
        within,
        read: (activity, path) => [0, 1].filter((side) => sides[side]!.test(activity, path)),
        cap: matchesKept,
        measure(entries) {
          const above = entries.reduce((sum, [, side]) => sum + (side as number), 0)
          return entries.length > above ? above / (entries.length - above) : undefined
        },
      },
      around,
      saved,
    )
  },
}
