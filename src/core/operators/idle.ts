import { parseDuration } from '../duration.ts'
import type { Duration } from '../guide.ts'
import { type Operator, stateLeaf } from '../operator.ts'
import { idleSince, viewOf } from '../profile.ts'
import { duration, object } from '../shape.ts'

/** No interaction for that long within a session, a page being visible. */
export const idle: Operator<{ idle: Duration }> = {
  name: 'idle',
  kind: 'state',
  shape: object({ idle: duration }),
  hears: () => ({
    types: ['Page Viewed', 'Page Hidden', 'Page Shown', 'Page Left'],
    facts: ['session', 'interaction'],
  }),
  compile(written) {
    const span = parseDuration(written.idle)
    return ({ memory }, saved) => {
      const idleFor = (at: number) => at - (idleSince(memory) ?? Infinity)
      return stateLeaf(
        {
          cause: () => viewOf(memory),
          value: (at) => idleFor(at) >= span,
          due(at) {
            const since = idleSince(memory)
            return since === undefined || since + span <= at ? undefined : since + span
          },
          explain(at, turned) {
            const actual = idleFor(at)
            // Between sessions, and out of sight, the clock rests.
            if (actual < 0)
              return { flip: { more: 1, match: memory.session ? 'Page Shown' : 'Page Viewed', wait: span } }
            return { actual, ...(!turned && { flip: { more: 1, match: 'Visitor Active' } }) }
          },
        },
        saved,
      )
    }
  },
}
