import type { Assignment } from '../assignments/assignment.ts'
import type { Report, Visitor } from '../core/activity.ts'
import type { Flow } from '../core/guide.ts'
import type { Attempts } from './attempts.ts'
import type { Blocks } from './blocks.ts'
import type { Time } from './time.ts'

export interface AssigningOptions extends Pick<Blocks, 'block'>, Pick<Time, 'after'>, Pick<Attempts, 'attempt'> {
  visitor(): Visitor
  /** Whether the visitor has a variant of the flow's experiment. */
  assigned(flow: string): boolean | undefined
  report(activity: Report): void
  enter(run: () => void): void
}

/** So long flows of an experiment wait for who assigns its variants. */
const timeout = 3000

/** Asks for the variants of a visitor who has none yet; flows of an experiment wait for that. */
export function assignVariants(assignment: Assignment, flows: Flow[], options: AssigningOptions): void {
  const { visitor, assigned, report, enter, block, after, attempt } = options
  for (const { id: flow, experiment } of flows) {
    if (!experiment || assigned(flow)) continue
    const asked = visitor()
    const release = block('assignment', ({ id }) => id === flow)
    after(timeout, release)
    attempt('host-failed', `Assignment "${assignment.name}"`, async () => {
      try {
        const variant = await assignment.variant(experiment, asked)
        const known = experiment.variants.some(({ id }) => id === variant)
        if (typeof variant === 'string' && visitor().anonymousId === asked.anonymousId && !assigned(flow))
          report({
            type: 'Experiment Assigned',
            interaction: false,
            // Whatever else is said is what those get who see nothing.
            properties: { experiment: experiment.id, variant: known ? variant : 'holdout' },
          })
      } finally {
        enter(release)
      }
    })
  }
}
