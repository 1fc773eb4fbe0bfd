import type { Json } from './activity.ts'
import { parseDuration } from './duration.ts'
import type { Expression, Match, Step } from './guide.ts'

/** Something that a step asks about the visitor: whether an item of a checklist is done, whether an offer was claimed. */
export interface Task {
  /** The step's id, a dot, and the item's id or `claimed`. */
  id: string
  /** True once it is done; in the shape of a step that applies from then on. */
  when: Expression
  /** Where it is written, below `props`. */
  path: string
}

/** `"Project Created"`, a match, `{ "flow": "welcome" }` once that was completed, or a state of the trigger language. */
export type Done = Match | { flow: string } | Expression

/** What a step asks about the visitor. It is followed from the start, so that what was done before the step is shown counts. */
export function tasksOf({ id, type, props }: Step): Task[] {
  if (type !== 'offer' && type !== 'checklist') return []
  const {
    items,
    code,
    claimed = typeof code === 'string' ? { on: 'Offer Copied', where: { code } } : '',
  } = Object(props)
  const asked: { id?: unknown; done?: Done }[] =
    type === 'offer' ? [{ id: 'claimed', done: claimed }] : Array.isArray(items) ? items : []
  return asked.flatMap((item, index) => {
    const { id: name = index, done } = Object(item)
    const path = type === 'offer' ? 'claimed' : `items[${index}].done`
    return done == null || done === '' ? [] : { id: `${id}.${name}`, when: stateOf(done), path }
  })
}

/** Whether there is nothing left for a step to say: a checklist all done, an offer that is claimed or over. */
export function isSettled(
  step: Step,
  isDone: (task: Task) => boolean,
  shownAt: number | undefined,
  now: number,
): boolean {
  const tasks = tasksOf(step)
  const all = step.type === 'checklist' ? (step.props?.items as Json[] | undefined)?.length : 1
  return (
    (!!tasks[0] && tasks.length === all && tasks.every(isDone)) || endOf(step.props?.expires, shownAt ?? now) <= now
  )
}

/**
 * When an offer ends, in milliseconds since the epoch; `NaN` without an end. A duration runs from the first time that it
 * was shown; a day ends with its last minute, where the visitor is.
 */
export function endOf(expires: unknown, shownAt: number): number {
  if (typeof expires !== 'string') return Number(expires ?? NaN)
  const span = parseDuration(expires)
  return span >= 0 ? shownAt + span : Date.parse(/^\d{4}-\d\d-\d\d$/.test(expires) ? `${expires}T24:00` : expires)
}

const once = { $gte: 1 }

/** A type alone counts whenever it happened, also before the guide asked for it. */
function stateOf(done: Done): Expression {
  if (typeof done === 'string') return { any: [{ count: done, is: once }, { profile: { [`counts.${done}`]: once } }] }
  const { flow, on } = Object(done)
  return flow ? { status: flow, is: 'completed' } : on ? { count: done as Match, is: once } : (done as Expression)
}
