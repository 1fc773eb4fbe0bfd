import type { Activity } from '../activity.ts'
import { compileMatch } from '../condition.ts'
import type { Match } from '../guide.ts'
import type { Operator } from '../operator.ts'
import { match as shape } from '../shape.ts'

/** A pulse: such an activity happens. */
export const on: Operator<Match> = {
  name: 'on',
  kind: 'pulse',
  shape,
  compile(written) {
    const { types, test } = compileMatch(written)
    let heard: Activity | undefined
    return {
      types,
      hear(activity, path) {
        if (test(activity, path)) heard = activity
      },
      value: () => heard !== undefined,
      edge: () => heard,
      settle() {
        heard = undefined
      },
      explain: () => ({ flip: { more: 1, match: written } }),
    }
  },
}
