import { type Operator, stateLeaf } from '../operator.ts'
import { id, object } from '../shape.ts'

/** Membership in a segment of the guide. */
export const segment: Operator<{ segment: string }> = {
  name: 'segment',
  kind: 'state',
  fromProfile: true,
  shape: object({ segment: id }),
  hears: ({ segment }) => ({ types: [], facts: [`segment:${segment}`] }),
  compile:
    ({ segment }) =>
    (around, saved) =>
      stateLeaf(
        {
          value: () => around.segment(segment),
          explain(at) {
            const told = around.explainSegment(segment, at)
            return { ...(told && { leaves: told.leaves }), ...(told?.decides.flip && { flip: told.decides.flip }) }
          },
        },
        saved,
      ),
}
