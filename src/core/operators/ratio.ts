import { compileMatch } from '../condition.ts'
import type { Match, Range, Window } from '../guide.ts'
import { pathOf, stateLeaf, type Operator } from '../operator.ts'
import { compileRange } from '../range.ts'
import { match, object, optional, range, window } from '../shape.ts'
import { createTally } from '../tally.ts'

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
  compile(written, around, saved) {
    const [before, ...kept] = (saved ?? []) as any[]
    const sides = [written.ratio, written.of].map((each, index) => ({
      match: compileMatch(each),
      tally: createTally(written.within, matchesKept, kept[index]),
    }))
    const { fits } = compileRange(written.is)
    const quotient = () => {
      const [above, below] = sides.map(({ tally }) => tally.entries('').length) as [number, number]
      return below ? above / below : undefined
    }
    const leaf = stateLeaf(
      {
        types: [...new Set(sides.flatMap(({ match }) => match.types)), ...(written.within === 'page' ? ['Page Viewed'] : [])],
        facts: written.within === 'session' ? ['session'] : [],
        hear(activity, late) {
          for (const { match, tally } of sides) {
            if (written.within === 'page' && activity.type === 'Page Viewed' && !late) tally.clear(undefined, activity.at)
            if (match.types.includes(activity.type) && match.test(activity, pathOf(around, activity)))
              tally.add('', [activity.at], late, false)
          }
        },
        sense: (_, at) => sides.forEach(({ tally }) => tally.clear(undefined, at)),
        tick: (at) => sides.forEach(({ tally }) => tally.expire(at)),
        value() {
          const value = quotient()
          return value === undefined ? undefined : fits(value)
        },
        due() {
          const ends = sides.flatMap(({ tally }) => tally.entries('').slice(0, 1).map(tally.leaves))
          return ends.length && ends[0] !== undefined ? Math.min(...(ends as number[])) : undefined
        },
        explain: () => ({ actual: quotient(), wanted: written.is }),
      },
      before,
    )
    return {
      ...leaf,
      get state() {
        return [leaf.state!, ...sides.map(({ tally }) => tally.state)]
      },
    }
  },
}
