import { type Operator, stateLeaf } from '../operator.ts'
import { id, object } from '../shape.ts'

/** Membership in a segment of the guide. */
export const segment: Operator<{ segment: string }> = {
  name: 'segment',
  kind: 'state',
  fromProfile: true,
  shape: object({ segment: id }),
  compile: ({ segment }, around, saved) =>
    stateLeaf(
      {
        types: [],
        facts: [`segment:${segment}`],
        value: () => around.segment(segment),
        explain: () => ({}),
      },
      saved,
    ),
}
