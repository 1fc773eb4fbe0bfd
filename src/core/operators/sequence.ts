import type { Activity, Json } from '../activity.ts'
import { compileMatch } from '../condition.ts'
import { parseDuration } from '../duration.ts'
import type { Match, Window } from '../guide.ts'
import { pathOf, type Operator, valuesAt } from '../operator.ts'
import { either, isObject, list, match, object, optional, string, window } from '../shape.ts'

interface Sequence {
  sequence: (Match | { next: Match })[]
  within?: Window
  unless?: Match
  same?: string
}

/**
 * A pulse: the steps in this order, others in between allowed; `next`: no activity of a type that the sequence names in
 * between. Any match of the first step may be the start, the first complete one counts, matches do not overlap.
 * The last comes less than `within` after the first. `unless` in between breaks what is under way.
 *
 * Of all runs that have come equally far only the one that started last is kept: whatever completes another completes it.
 */
export const sequence: Operator<Sequence> = {
  name: 'sequence',
  kind: 'pulse',
  shape: object({
    sequence: list(either((step) => isObject(step) && 'next' in step, object({ next: match }), match), 1),
    within: optional(window),
    unless: optional(match),
    same: optional(string),
  }),
  compile({ sequence, within = 'ever', unless, same }, around, saved) {
    const steps = sequence.map((step) => {
      const strict = typeof step === 'object' && 'next' in step
      return { ...compileMatch(strict ? step.next : step), strict }
    })
    const breaks = unless === undefined ? undefined : compileMatch(unless)
    const named = new Set(steps.flatMap(({ types }) => types))
    const scope = within === 'page' || within === 'session' ? within : undefined
    const span = scope || within === 'ever' ? Infinity : parseDuration(within)
    // By value of `same` (and tab): for each step reached, when the run started.
    const runs = new Map(saved as unknown as [string, (number | null)[]][] | undefined)
    let completed: Activity | undefined
    const forget = (key: string | undefined, upTo: number) => {
      for (const [each, starts] of runs) {
        if (key !== undefined && each !== key && !each.endsWith(`\n${key}`)) continue
        const left = starts.map((start) => (start !== null && start > upTo ? start : null))
        if (left.some((start) => start !== null)) runs.set(each, left)
        else runs.delete(each)
      }
    }
    const advance = (key: string, activity: Activity, path: string | undefined) => {
      const starts = runs.get(key) ?? steps.map(() => null)
      // Later steps first, so that one activity never serves twice.
      for (let index = steps.length - 1; index >= 0; index--) {
        const step = steps[index]!
        const start = index ? starts[index - 1]! : activity.at
        const hit =
          step.types.includes(activity.type) && start !== null && activity.at - start < span && step.test(activity, path)
        if (hit && index === steps.length - 1) {
          completed = activity
          runs.delete(key)
          return
        }
        if (hit) starts[index] = Math.max(start, starts[index] ?? start)
        // Its next must follow at once, and something else has come.
        else if (steps[index + 1]?.strict) starts[index] = null
      }
      runs.delete(key)
      if (starts.some((start) => start !== null)) runs.set(key, starts)
      if (runs.size > 200) runs.delete(runs.keys().next().value!)
    }
    return {
      types: [...named, ...(breaks?.types ?? []), ...(scope === 'page' ? ['Page Viewed'] : [])],
      facts: scope === 'session' ? ['session'] : [],
      hear(activity, late) {
        const path = pathOf(around, activity)
        const tab = scope === 'page' ? (activity.tab ?? '') : ''
        const values = same === undefined ? [''] : valuesAt(activity, same)
        if (scope === 'page' && activity.type === 'Page Viewed' && !late)
          for (const key of runs.keys()) if (key.startsWith(`${tab}\n`)) runs.delete(key)
        if (breaks?.types.includes(activity.type) && breaks.test(activity, path))
          if (values.length && same !== undefined) values.forEach((value) => forget(value, activity.at))
          else forget(undefined, activity.at)
        if (!late && named.has(activity.type)) values.forEach((value) => advance(`${tab}\n${value}`, activity, path))
      },
      sense: () => runs.clear(),
      value: () => completed !== undefined,
      edge: () => completed,
      settle() {
        completed = undefined
      },
      explain() {
        const reached = Math.max(0, ...[...runs.values()].map((starts) => starts.findLastIndex((start) => start !== null) + 1))
        return { actual: reached, wanted: steps.length, flip: `then ${steps[reached]?.types.join(' or ')}` }
      },
      get state() {
        return [...runs] as unknown as Json
      },
    }
  },
}
