import type { Visitor } from '../core/activity.ts'
import type { Experiment } from '../core/guide.ts'

/**
 * Says which variant of an experiment a visitor gets, where that is decided elsewhere. Asked once for each visitor and
 * experiment: what it says is reported as `Experiment Assigned`, and stands.
 *
 * @example { name: 'own', variant: async ({ id }) => (await fetch(`/variants/${id}`)).text() }
 */
export interface Assignment {
  name: string
  /**
   * The id of a variant. Any other text is the group that sees nothing, `undefined` leaves it to the hash of the visitor.
   * Flows of the experiment wait for it, but no longer than three seconds.
   */
  variant(experiment: Experiment, visitor: Visitor): Promise<string | undefined> | string | undefined
}
