import type { Activity, Json } from './activity.ts'
import { type CompiledMatch, compileMatch, valueAt } from './condition.ts'
import { parseDuration } from './duration.ts'
import type { Match, Range, Window } from './guide.ts'
import { type Around, type Leaf, pathOf, valuesAt } from './operator.ts'

/** One thing that was counted: when, and the value for `distinct` and the aggregates. */
export type Entry = [at: number, value?: Json]

/**
 * What was counted in a window, by key (`per`, and the tab for page windows). A window W at time t is `(t-W, t]`.
 * Keeps per key the newest `cap` entries, and the 200 keys counted last.
 */
export interface Tally {
  keys(): string[]
  entries(key: string): Entry[]
  /** Counts, at its own time even when late; refused (false) when the window or a clear has passed it already. */
  add(key: string, entry: Entry, late: boolean, distinct: boolean): boolean
  /** Forgets what was counted up to a time, of one key or of all. */
  clear(key: string | undefined, upTo: number): string[]
  /** Forgets what is no longer in the window; returns the keys that lost something. */
  expire(at: number): string[]
  /** When the oldest entry of the key leaves the window. */
  leaves(entry: Entry): number | undefined
  state: Json
}

const keysKept = 200

export function createTally(within: Window | undefined, cap: number, saved?: Json): Tally {
  const span = within === undefined || within === 'ever' || within === 'page' || within === 'session' ? 0 : parseDuration(within)
  const [kept, cleared] = (saved ?? [[], []]) as [[string, Entry[]][], [string, number][]]
  const slots = new Map(kept)
  // Clears are remembered so that a late activity from before one stays uncounted; '' stands for all keys.
  const clears = new Map(cleared)
  const clearedAt = (key: string) => Math.max(clears.get(key) ?? -Infinity, clears.get('*') ?? -Infinity)
  let oldest = Infinity
  if (span) for (const entries of slots.values()) oldest = Math.min(oldest, entries[0]?.[0] ?? Infinity)
  return {
    keys: () => [...slots.keys()],
    entries: (key) => slots.get(key) ?? [],
    add(key, entry, late, distinct) {
      if (late && entry[0] <= clearedAt(key)) return false
      const entries = slots.get(key) ?? []
      if (distinct) {
        const known = entries.findIndex(([, value]) => value === entry[1])
        if (known >= 0) {
          if (entries[known]![0] > entry[0]) return true
          entries.splice(known, 1)
        }
      }
      let place = entries.length
      while (place && entries[place - 1]![0] > entry[0]) place--
      entries.splice(place, 0, entry)
      if (entries.length > cap) entries.shift()
      // Set anew, so that the map's order is by the latest use and the first key is the one to forget.
      slots.delete(key)
      slots.set(key, entries)
      if (slots.size > keysKept) slots.delete(slots.keys().next().value!)
      if (entry[0] < oldest) oldest = entry[0]
      return true
    },
    clear(key, upTo) {
      clears.set(key ?? '*', Math.max(upTo, clears.get(key ?? '*') ?? upTo))
      if (clears.size > keysKept) clears.delete(clears.keys().next().value!)
      const touched: string[] = []
      for (const [each, entries] of slots) {
        if (key !== undefined && each !== key) continue
        const left = entries.filter(([at]) => at > upTo)
        if (left.length === entries.length) continue
        touched.push(each)
        if (left.length) slots.set(each, left)
        else slots.delete(each)
      }
      return touched
    },
    expire(at) {
      const touched: string[] = []
      if (!span || oldest > at - span) return touched
      oldest = Infinity
      for (const [key, entries] of slots) {
        let gone = 0
        while (gone < entries.length && entries[gone]![0] <= at - span) gone++
        if (gone) {
          touched.push(key)
          entries.splice(0, gone)
          if (!entries.length) slots.delete(key)
        }
        if (entries.length) oldest = Math.min(oldest, entries[0]![0])
      }
      return touched
    },
    leaves: ([at]) => (span ? at + span : undefined),
    get state() {
      return [[...slots], [...clears]] as unknown as Json
    },
  }
}

/** What `count` and the aggregates have in common. */
export interface Tallied {
  counted: CompiledMatch
  is: Range
  fits(value: number): boolean
  within?: Window | undefined
  per?: string | undefined
  distinct?: string | undefined
  /** The number that an aggregate is over. */
  of?: string | undefined
  unless?: Match | undefined
  cap: number
  /** The number to compare, over the entries from an index on; undefined is unknown. */
  measure(entries: Entry[], from: number): number | undefined
}

/** A leaf over a tally: true when the measure of any key fits, with an edge for each key that becomes true. */
export function tallyLeaf(written: Tallied, around: Around, saved: Json | undefined): Leaf {
  const { counted, within, per, distinct, of, fits, measure, cap } = written
  const unless = written.unless === undefined ? undefined : compileMatch(written.unless)
  const tally = createTally(within, cap, saved)
  const byPage = within === 'page'
  const keyed = byPage || per !== undefined
  const truths = new Set<string>()
  const dues = new Map<string, number>()
  let edged: Activity | true | undefined

  const fitting = (entries: Entry[], from: number) => {
    if (keyed && entries.length <= from) return false
    const value = measure(entries, from)
    return value !== undefined && fits(value)
  }
  const judge = (key: string, cause: Activity | true | undefined) => {
    const entries = tally.entries(key)
    const truth = fitting(entries, 0)
    if (!truth) truths.delete(key)
    else if (!truths.has(key)) {
      truths.add(key)
      edged = cause ?? edged
    }
    dues.delete(key)
    if (tally.leaves([0]) === undefined) return
    // The first entry to leave that changes the answer; those of one millisecond leave together.
    for (let gone = 1; gone <= entries.length; gone++)
      if (entries[gone]?.[0] !== entries[gone - 1]![0] && fitting(entries, gone) !== truth) {
        dues.set(key, tally.leaves(entries[gone - 1]!)!)
        break
      }
  }
  if (!keyed) judge('', undefined)
  for (const key of tally.keys()) judge(key, undefined)

  return {
    types: [...new Set([...counted.types, ...(unless?.types ?? []), ...(byPage ? ['Page Viewed'] : [])])],
    facts: within === 'session' ? ['session'] : [],
    hear(activity, late) {
      const { type, at, tab = '' } = activity
      const path = pathOf(around, activity)
      const prefix = byPage ? `${tab}\n` : ''
      const forget = (key: string | undefined) => {
        for (const each of tally.clear(key, at)) judge(each, undefined)
      }
      if (byPage && type === 'Page Viewed' && !late)
        for (const key of tally.keys()) if (key.startsWith(prefix)) forget(key)
      const values = per === undefined ? [''] : valuesAt(activity, per)
      if (unless?.types.includes(type) && unless.test(activity, path))
        if (per !== undefined && values.length) for (const value of values) forget(prefix + value)
        else forget(undefined)
      if (!counted.types.includes(type) || !counted.test(activity, path)) return
      const value = of ?? distinct
      const found = value === undefined ? undefined : valueAt(activity.properties, value)
      if (of !== undefined && typeof found !== 'number') return
      if (distinct !== undefined && found == null) return
      for (const each of values)
        if (tally.add(prefix + each, found === undefined ? [at] : [at, found as Json], late, distinct !== undefined))
          judge(prefix + each, activity)
    },
    sense(_, at) {
      for (const key of tally.clear(undefined, at)) judge(key, undefined)
    },
    tick(at) {
      for (const key of tally.expire(at)) judge(key, true)
    },
    value: () => truths.size > 0 || (of !== undefined && !tally.keys().length ? undefined : false),
    edge() {
      const edge = edged
      edged = undefined
      return edge
    },
    due: () => (dues.size ? Math.min(...dues.values()) : undefined),
    explain() {
      const [key, actual] = tally
        .keys()
        .map((key) => [key, measure(tally.entries(key), 0)] as const)
        .reduce((best, each) => ((each[1] ?? 0) > (best[1] ?? 0) ? each : best), ['', measure([], 0)] as readonly [string, number?])
      return { actual: key ? { [per ?? 'page']: key.split('\n').at(-1), value: actual } : actual, wanted: written.is }
    },
    get state() {
      return tally.state
    },
  }
}
