import type { Activity, Json } from '../activity.ts'
import { compileMatch } from '../condition.ts'
import { parseDuration } from '../duration.ts'
import type { Match, Window } from '../guide.ts'
import { heard, type Operator, valuesReader } from '../operator.ts'
import { either, isObject, list, match, object, optional, string, window } from '../shape.ts'

interface Sequence {
  sequence: (Match | { next: Match })[]
  within?: Window
  unless?: Match
  same?: string
}

const keysKept = 200

/**
 * A pulse: the steps in this order, others in between allowed; `next`: no activity of a type that the sequence names in
 * between. Any match of the first step may be the start, the first complete one counts, matches do not overlap.
 * The last comes less than `within` after the first. `unless` in between breaks what is under way.
 *
 * Of all runs that have come equally far only the one that started last is kept: what completes another completes it.
 */
export const sequence: Operator<Sequence> = {
  name: 'sequence',
  kind: 'pulse',
  shape: object({
    sequence: list(
      either((step) => isObject(step) && 'next' in step, object({ next: match }), match),
      1,
    ),
    within: optional(window),
    unless: optional(match),
    same: optional(string),
  }),
  hears: ({ sequence, within, unless }) => heard(within, ...sequence.map(matchOf), unless),
  compile({ sequence, within = 'ever', unless, same }) {
    const steps = sequence.map((step) => ({ ...compileMatch(matchOf(step)), strict: matchOf(step) !== step }))
    const valuesOf = same === undefined ? () => [''] : valuesReader(same)
    const breaks = unless === undefined ? undefined : compileMatch(unless)
    const named = new Set(steps.flatMap(({ types }) => types))
    const byPage = within === 'page'
    const bySession = within === 'session'
    const span = byPage || bySession || within === 'ever' ? Infinity : parseDuration(within)
    return ({ memory }, saved) => {
      // By value of `same` (and tab): for each step reached, when the run started.
      const runs = new Map(saved as unknown as [string, (number | null)[]][] | undefined)
      let completed: Activity | undefined
      const advance = (key: string, activity: Activity, path: string | undefined) => {
        const starts = runs.get(key) ?? steps.map(() => null)
        runs.delete(key)
        // Later steps first, so that one activity never serves twice.
        for (let index = steps.length - 1; index >= 0; index--) {
          const start = index ? starts[index - 1]! : activity.at
          if (start !== null && activity.at - start < span && steps[index]!.test(activity, path)) {
            if (index === steps.length - 1) {
              completed = activity
              return
            }
            starts[index] = start
          }
          // Its next must follow at once, and something else has come.
          else if (steps[index + 1]?.strict) starts[index] = null
        }
        if (starts.some((start) => start !== null)) runs.set(key, starts)
        if (runs.size > keysKept) runs.delete(runs.keys().next().value!)
      }
      return {
        hear(activity, path, late) {
          const prefix = byPage ? `${activity.tab ?? ''}\n` : ''
          const values = valuesOf(activity)
          /** Ends the runs that started up to a time. */
          const end = (upTo: number, values: string[]) => {
            for (const [key, starts] of runs) {
              if (!key.startsWith(prefix) || (values.length && !values.includes(key.slice(prefix.length)))) continue
              const left = starts.map((start) => (start !== null && start > upTo ? start : null))
              if (left.some((start) => start !== null)) runs.set(key, left)
              else runs.delete(key)
            }
          }
          if (byPage && activity.type === 'Page Viewed' && !late) end(Infinity, [])
          if (breaks?.test(activity, path)) end(activity.at, values)
          // Between sessions there is no session to be in.
          if (!late && named.has(activity.type) && (!bySession || memory.session))
            for (const value of values) advance(prefix + value, activity, path)
        },
        sense: () => runs.clear(),
        value: () => completed !== undefined,
        edge: () => completed,
        settle() {
          completed = undefined
        },
        explain(at) {
          let [actual, key, start] = [0, '', 0]
          for (const [name, starts] of runs) {
            const reached = starts.findLastIndex((each) => each !== null && at - each < span) + 1
            if (reached > actual) [actual, key, start] = [reached, name.split('\n').at(-1)!, starts[reached - 1]!]
          }
          const order = sequence.slice(actual).map(matchOf)
          const of = same !== undefined && actual ? { [same]: key } : undefined
          return {
            actual,
            next: order[0]!,
            ...(actual && span < Infinity && { until: start + span }),
            ...(of && { of }),
            flip: { order, ...(of && { with: of }) },
          }
        },
        get state() {
          return [...runs] as unknown as Json
        },
      }
    }
  },
}

function matchOf(step: Match | { next: Match }): Match {
  return typeof step === 'object' && 'next' in step ? step.next : step
}
