import type { Activity } from '../../src/core/activity.ts'

/**
 * The trigger language read from its text, as slowly as it likes: at every millisecond, and after every activity, it
 * looks at the whole history again. For logs in order, without tabs, shorter than a session.
 */
export function firingsOf(trigger: any, log: Activity[], from: number, to: number): number[] {
  const firings: number[] = []
  let before: Moment = { at: from - 1, past: [], activity: undefined }
  const look = (now: Moment) => {
    const fires =
      truthAt(trigger, now) === true && (truthAt(trigger, before, true) !== true || hasEdge(trigger, before, now))
    if (fires) firings.push(now.at)
    before = now
  }
  for (let at = from; at <= to; at++) {
    const past = log.filter((each) => each.at < at)
    // Deadlines come before the activities of their moment.
    look({ at, past, activity: undefined })
    for (const activity of log.filter((each) => each.at === at))
      look({ at, past: log.slice(0, log.indexOf(activity) + 1), activity })
  }
  return firings
}

interface Moment {
  at: number
  past: Activity[]
  /** The activity that has just come, the last of the past; absent where it is time alone. */
  activity: Activity | undefined
}

type Truth = boolean | undefined

/** @param over The moment is over, so that no pulse is true. */
function truthAt(part: any, now: Moment, over = false): Truth {
  if (part.all)
    return three(
      part.all.map((each: any) => truthAt(each, now, over)),
      false,
    )
  if (part.any)
    return three(
      part.any.map((each: any) => truthAt(each, now, over)),
      true,
    )
  if (part.not) {
    const value = truthAt(part.not, now, over)
    return value === undefined ? undefined : !value
  }
  if (part.idle) {
    const last = now.past.findLast(({ interaction }) => interaction !== false)
    return last ? now.at - last.at >= part.idle : false
  }
  if (part.since) {
    const matching = now.past.filter(({ type }) => type === (part.since.last ?? part.since.first))
    const one = part.since.last ? matching.at(-1) : matching[0]
    return one && fits(now.at - one.at, part.is)
  }
  if (isPulse(part)) return !over && truths(part, now).size > 0
  return truths(part, now).size > 0
}

function three(values: Truth[], decisive: boolean): Truth {
  return values.includes(decisive) ? decisive : values.includes(undefined) ? undefined : !decisive
}

/** Whether a leaf outside every `not` is true now and has an edge. */
function hasEdge(part: any, before: Moment, now: Moment): boolean {
  if (part.not) return false
  const parts = part.all ?? part.any
  if (parts) return parts.some((each: any) => hasEdge(each, before, now))
  if (isPulse(part)) return truths(part, now).size > 0
  if (part.idle || part.since) return truthAt(part, now) === true && truthAt(part, before) !== true
  const [was, is] = [truths(part, before), truths(part, now)]
  // The clear by the activity that has just come is a state of its own.
  const cleared =
    now.activity && part.unless && hits(part.unless, now.activity)
      ? truths({ ...part, onlyClears: now.activity }, now)
      : was
  const armedAnew = (key: string) => part.absent && armedBy(part, key, now.past) !== armedBy(part, key, before.past)
  return [...is].some((key) => !was.has(key) || !cleared.has(key) || armedAnew(key))
}

function isPulse(part: any): boolean {
  return typeof part === 'string' || 'on' in part || 'sequence' in part
}

/** For which values a leaf is true. */
function truths(part: any, now: Moment): Set<string> {
  const { at, past, activity } = now
  if (typeof part === 'string' || part.on) return new Set(activity && hits(part, activity) ? ['all'] : [])
  const by = part.per ?? part.same
  const keys = by ? [...new Set(past.flatMap((each) => keysOf(by, each) as string[]))] : ['all']
  return new Set(
    keys.filter((key) => {
      const concerns = (each: Activity) => !by || keysOf(by, each).includes(key)
      if (part.count) {
        const counted = past.filter((each, index) => {
          if (
            each === part.onlyClears ||
            !hits(part.count, each) ||
            !concerns(each) ||
            each.at <= at - (part.within ?? Infinity)
          )
            return false
          return !past
            .slice(index + 1)
            .some((later) => part.unless && hits(part.unless, later) && clears(by, key, later))
        })
        return by && !counted.length ? false : fits(counted.length, part.is)
      }
      if (part.absent) {
        const arms = armedBy(part, key, past)
        return !!arms && at >= arms.at + part.for
      }
      return !!activity && completions(part, past, key, by).includes(past.length - 1)
    }),
  )
}

function armedBy({ absent, after, same }: any, key: string, past: Activity[]): Activity | undefined {
  const index = past.findLastIndex((each) => hits(after, each) && (!same || keysOf(same, each).includes(key)))
  return past.slice(index + 1).some((each) => hits(absent, each) && clears(same, key, each)) ? undefined : past[index]
}

/** Where matches of a sequence end; the next one begins after that. */
function completions(
  { sequence, within = Infinity, unless }: any,
  past: Activity[],
  key: string,
  by: string | undefined,
): number[] {
  const steps = sequence.map((step: any) =>
    step.next ? { match: step.next, strict: true } : { match: step, strict: false },
  )
  const named = steps.flatMap(({ match }: any) => match.on ?? match)
  const concerns = (each: Activity) => !by || keysOf(by, each).includes(key)
  const found: number[] = []
  let begin = 0
  /** Whether the steps from one on can be found, the last one at `end`. */
  const find = (step: number, first: number, previous: number, end: number): boolean => {
    if (step === steps.length) return previous === end
    for (let index = previous + 1; index <= end; index++) {
      const each = past[index]!
      const start = step ? first : index
      const broken = past
        .slice(start + 1, index + 1)
        .some((other) => unless && hits(unless, other) && clears(by, key, other))
      if (
        concerns(each) &&
        hits(steps[step].match, each) &&
        !broken &&
        each.at - past[start]!.at < within &&
        find(step + 1, start, index, end)
      )
        return true
      if (step && steps[step].strict && concerns(each) && named.includes(each.type)) return false
    }
    return false
  }
  for (let end = 0; end < past.length; end++)
    if (find(0, -1, begin - 1, end)) {
      found.push(end)
      begin = end + 1
    }
  return found
}

/** An activity without any value clears all of them. */
function clears(by: string | undefined, key: string, activity: Activity): boolean {
  return !by || !keysOf(by, activity).length || keysOf(by, activity).includes(key)
}

function keysOf(path: string, { properties }: Activity): string[] {
  if (properties[path] !== undefined) return [`${properties[path]}`]
  return ((properties.products ?? []) as any[]).map((product) => `${product[path]}`)
}

function hits(match: any, { type, properties }: Activity): boolean {
  return typeof match === 'string'
    ? match === type
    : match.on === type && (!match.where || (properties.n as number) >= 1)
}

function fits(value: number, range: { [name: string]: number }): boolean {
  return Object.entries(range).every(([name, bound]) =>
    name === '$eq'
      ? value === bound
      : name === '$gt'
        ? value > bound
        : name === '$gte'
          ? value >= bound
          : value < bound,
  )
}
