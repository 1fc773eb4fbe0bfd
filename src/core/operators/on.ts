import type { Activity } from '../activity.ts'
import { compileMatch } from '../condition.ts'
import type { Match } from '../guide.ts'
import { heard, type Operator } from '../operator.ts'
import { match as shape } from '../shape.ts'

/** A pulse: such an activity happens. */
export const on: Operator<Match> = {
  name: 'on',
  kind: 'pulse',
  shape,
  hears: (written) => heard(undefined, written),
  compile(written) {
    const { test } = compileMatch(written)
    return () => {
      let came: Activity | undefined
      return {
        hear(activity, path) {
          if (test(activity, path)) came = activity
        },
        value: () => came !== undefined,
        edge: () => came,
        settle() {
          came = undefined
        },
        explain: () => ({ flip: { more: 1, match: written } }),
      }
    }
  },
}
