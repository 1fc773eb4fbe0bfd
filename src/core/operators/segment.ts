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
          explain(at, turned, known) {
            const told = around.explainSegment(segment, at, known)
            // What turns the expression over from unknown makes it true.
            const turns = turned !== (around.segment(segment) === true)
            return {
              ...(told && { leaves: told.leaves }),
              ...(turns && told?.decides.flip && { flip: told.decides.flip }),
            }
          },
        },
        saved,
      ),
}
