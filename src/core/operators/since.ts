import { compileMatch, typesOf } from '../condition.ts'
import type { Match, Range } from '../guide.ts'
import { type Operator, stateLeaf } from '../operator.ts'
import { compileRange } from '../range.ts'
import { either, isObject, match, object, range } from '../shape.ts'

interface Since {
  since: { first?: Match | 'seen'; last?: Match | 'seen' }
  is: Range
}

/**
 * The first or the last such activity is that long ago; never is unknown. `last: "seen"` is the end of the previous
 * session.
 */
export const since: Operator<Since> = {
  name: 'since',
  kind: 'state',
  fromProfile: true,
  shape: object({
    since: either((value) => isObject(value) && 'first' in value, object({ first: match }), object({ last: match })),
    is: range,
  }),
  hears({ since }) {
    const wanted = (since.first ?? since.last)!
    return wanted === 'seen'
      ? { types: [], facts: [since.first === undefined ? 'session' : 'seen'] }
      : { types: typesOf(wanted) }
  },
  compile({ since, is }) {
    const last = since.first === undefined
    const wanted = (last ? since.last : since.first)!
    const seen = wanted === 'seen'
    const compiled = compileMatch(wanted)
    const { fits, flip } = compileRange(is)
    return ({ memory }, saved) => {
      // A bare type is read from the profile, also from before this flow; with a condition it is kept here.
      let [before, kept] = (saved ?? [false]) as [boolean, number?]
      const moment = () => {
        if (seen) return last ? memory.past.at(-1)?.lastAt : memory.firstSeen
        if (typeof wanted === 'object') return kept
        return memory.times[wanted]?.[last ? 1 : 0]
      }
      const leaf = stateLeaf(
        {
          hear(activity, path) {
            if (typeof wanted === 'object' && compiled.test(activity, path))
              kept = last ? Math.max(kept ?? activity.at, activity.at) : Math.min(kept ?? activity.at, activity.at)
          },
          value(at) {
            const from = moment()
            return from === undefined ? undefined : fits(at - from)
          },
          due(at) {
            const from = moment()
            return from === undefined ? undefined : flip(from, at)
          },
          explain(at, turned) {
            const from = moment()
            const again = { more: 1, match: wanted }
            const wait = flip(0, 0)
            if (from === undefined)
              return seen
                ? {}
                : fits(0) === turned
                  ? { flip: again }
                  : wait === undefined
                    ? {}
                    : { flip: { ...again, wait } }
            return {
              actual: at - from,
              ...(last && !seen && flip(from, at) === undefined && fits(0) === turned && { flip: again }),
            }
          },
        },
        before,
      )
      return {
        ...leaf,
        get state() {
          before = leaf.state as boolean
          return kept === undefined ? [before] : [before, kept]
        },
      }
    }
  },
}
