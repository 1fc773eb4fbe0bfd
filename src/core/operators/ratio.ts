import { compileMatch } from '../condition.ts'
import type { Match, Range, Window } from '../guide.ts'
import { heard, type Operator } from '../operator.ts'
import { match, object, optional, range, window } from '../shape.ts'
import { tally } from '../tally.ts'

interface Ratio {
  ratio: Match
  of: Match
  is: Range
  within?: Window
}

/** The first count divided by the second, e.g. a click-through rate; where nothing matched the second it is unknown. */
export const ratio: Operator<Ratio> = {
  name: 'ratio',
  kind: 'state',
  shape: object({ ratio: match, of: match, is: range, within: optional(window) }),
  hears: ({ ratio, of, within }) => heard(within, ratio, of),
  compile({ ratio, of, is, within }) {
    const [above, below] = [compileMatch(ratio), compileMatch(of)]
    return tally({
      is,
      within,
      // Its value is how often it counts above; it may count on both sides.
      read(activity, path) {
        const [up, down] = [+above.test(activity, path), +below.test(activity, path)]
        return up + down ? [activity.at, up, up + down] : undefined
      },
      reduce: (a, b) => a + b,
      measure: (total, times) => (times > total ? total / (times - total) : undefined),
      tries: () => [
        // Where an activity can be both it is taken to be.
        { match: ratio, value: 1, adds: 1 + +above.types.some((type) => below.types.includes(type)), most: 2000 },
        { match: of, value: 0, most: 2000 },
      ],
    })
  },
}
