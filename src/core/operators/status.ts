import { parseDuration } from '../duration.ts'
import type { Duration } from '../guide.ts'
import { type Operator, stateLeaf } from '../operator.ts'
import { sessionGap } from '../profile.ts'
import { duration, id, object, oneOf, optional } from '../shape.ts'

interface Status {
  status: string
  is: 'completed' | 'dismissed' | 'dropped' | 'shown' | 'never'
  step?: string
  within?: Duration
}

/** What makes it so, or with `never` no longer so. */
const causes: { [is: string]: string } = {
  completed: 'Flow Completed',
  dismissed: 'Flow Dismissed',
  shown: 'Flow Started',
  never: 'Flow Started',
}

/**
 * The history of another flow. `dropped` (at a step): it was seen, and the flow ended or 30 minutes passed without the
 * next. With `within`: that came about less than so long ago.
 */
export const status: Operator<Status> = {
  name: 'status',
  kind: 'state',
  fromProfile: true,
  shape: object({
    status: id,
    is: oneOf('completed', 'dismissed', 'dropped', 'shown', 'never'),
    step: optional(id),
    within: optional(duration),
  }),
  hears: ({ status }) => ({ types: [], facts: [`flow:${status}`] }),
  compile({ status, is, step, within }) {
    const span = within === undefined ? Infinity : parseDuration(within)
    return ({ memory }, saved) => {
      /** When it came to that, or will by time alone. */
      const moment = (): number | undefined => {
        const flow = memory.flows[status]
        if (!flow) return undefined
        if (is === 'shown') return step ? flow.steps[step] : flow.times ? flow.lastAt : undefined
        if (is === 'completed' || is === 'dismissed') {
          const [at, where] = flow.ends[is] ?? []
          return step && where !== step ? undefined : at
        }
        // The last step that was seen; those passed over do not count.
        const [where, seenAt] = Object.entries(flow.steps).reduce<[string?, number?]>(
          (last, each) => (each[1] >= (last[1] ?? 0) ? each : last),
          [],
        )
        if (seenAt === undefined || (step && where !== step) || flow.status === 'completed') return undefined
        return flow.status === 'shown' || flow.status === 'snoozed' ? seenAt + sessionGap : flow.changedAt
      }
      return stateLeaf(
        {
          value(at) {
            if (is === 'never') return !memory.flows[status]?.times
            const since = moment()
            return since !== undefined && since <= at && since > at - span
          },
          due(at) {
            const since = is === 'never' ? undefined : moment()
            return since === undefined
              ? undefined
              : since > at
                ? since
                : since + span > at && span < Infinity
                  ? since + span
                  : undefined
          },
          explain(_, turned) {
            const flow = memory.flows[status]
            const match =
              is === 'shown' && step
                ? 'Step Viewed'
                : is === 'never' || !step || flow?.step === step
                  ? causes[is]
                  : undefined
            return {
              actual: flow?.status ?? 'never',
              ...(flow && { lastAt: flow.lastAt, ...(flow.step && { step: flow.step }) }),
              // What was once is not undone, but by time.
              ...(match &&
                turned !== (is === 'never') && {
                  flip: { more: 1, match, with: { flow: status, ...(step && { step }) } },
                }),
            }
          },
        },
        saved,
      )
    }
  },
}
