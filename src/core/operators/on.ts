import type { Activity } from '../activity.ts'
import { compileMatch } from '../condition.ts'
import type { Match } from '../guide.ts'
import { pathOf, type Operator } from '../operator.ts'
import { match as shape } from '../shape.ts'

/** A pulse: such an activity happens. */
export const on: Operator<Match> = {
  name: 'on',
  kind: 'pulse',
  shape,
  compile(written, around) {
    const { types, test } = compileMatch(written)
    let heard: Activity | undefined
    return {
      types,
      hear(activity) {
        if (test(activity, pathOf(around, activity))) heard = activity
      },
      value: () => heard !== undefined,
      edge: () => heard,
      settle() {
        heard = undefined
      },
      explain: () => ({ wanted: types, flip: types.join(' or ') }),
    }
  },
}
