import type { Activity, Json } from './activity.ts'
import { compileMatch, typesOf } from './condition.ts'
import { parseDuration } from './duration.ts'
import type { Flip, Told } from './explanation.ts'
import type { Match, Range, Window } from './guide.ts'
import { type Around, type Leaf, type Truth, valuesReader } from './operator.ts'
import { compileRange } from './range.ts'

/** What was counted: when, its value, and how many activities it stands for, one unless said. */
export type Entry = [at: number, value: Json, times?: number]

/** What was counted for one key: a value of `per`, in a tab for page windows. */
interface Slot {
  /** In order of time. */
  entries: Entry[]
  /** What lies up to the latest clear, to the millisecond, stays uncounted when it comes late. */
  clearedAt: number
  /** How many activities the entries stand for, and their values reduced from the oldest to the newest. */
  times: number
  total: number
  truth?: Truth
}

/** What `count`, `ratio` and the aggregates have in common. */
export interface Tallied {
  /** What an activity adds. */
  read(activity: Activity, path: string | undefined): Entry | undefined
  is: Range
  within?: Window | undefined
  per?: string | undefined
  /** Values that are equal at this path count once. */
  distinct?: string | undefined
  unless?: Match | undefined
  /** The newest entries of a key that matter; without it older ones are merged. */
  cap?: number | undefined
  reduce(total: number, value: number): number
  /** The number to compare, of the values reduced and their count; undefined is unknown. */
  measure(total: number, times: number): number | undefined
  /** The measure is how many there are. */
  counts?: boolean
  /** What could turn the answer over: activities and what each adds, at `most` so many of them. */
  tries(slot: { times: number; total: number }): {
    match: Match
    value: Json
    adds?: number
    most?: number
    with?: { [path: string]: unknown }
  }[]
}

const keysKept = 200
/** What is told apart of a key, with `per` and without; above it the older half is merged. */
const entriesKept = [500, 100]

/**
 * A leaf over what is in a window: true when the measure of any key fits, with an edge for each key that becomes true.
 * A window W at time t is `(t-W, t]`. The 200 keys counted last are kept, and of each up to 500 entries (100 with `per`):
 * then the older half is merged, over all time without loss; in a window of time neighbours, which leave it together, are
 * merged as long as they stand for less than a hundredth of it (with `per` a twenty-fifth).
 */
export function tally(written: Tallied): (around: Around, saved: Json | undefined) => Leaf {
  const { read, is, within = 'ever', per, distinct, reduce, measure } = written
  const { fits, rising } = compileRange(is)
  const unless = written.unless === undefined ? undefined : compileMatch(written.unless)
  const valuesOf = per === undefined ? () => [''] : valuesReader(per)
  const byPage = within === 'page'
  const bySession = within === 'session'
  const span = byPage || bySession || within === 'ever' ? Infinity : parseDuration(within)
  const cap = written.cap ?? entriesKept[+(per !== undefined)]!
  return ({ memory }, saved) => {
    const slots = new Map<string, Slot>()
    let [kept, clearedAt] = (saved ?? [[], 0]) as [[string, Entry[], number][], number]
    let trues = 0
    let falses = 0
    /** No entry is older, of those that matter: a count that is too low stays so as it gets less. */
    let oldest = Infinity
    let latest: [key: string, slot: Slot] | undefined
    /** What became true since it was asked, and by what. */
    let edged: Slot[] = []
    let edgedBy: Activity | true | undefined

    // No value of `per` is known before something was counted for it.
    const measured = ({ times, total }: Slot) => (per !== undefined && !times ? undefined : measure(total, times))
    const truthOf = (slot: Slot): Truth => {
      const value = measured(slot)
      return value === undefined ? undefined : fits(value)
    }
    const judge = (slot: Slot, cause?: Activity | true) => {
      const was = slot.truth
      slot.truth = truthOf(slot)
      if (slot.truth === was) return
      tell(was, -1)
      tell(slot.truth, 1)
      if (slot.truth && cause) {
        edged.push(slot)
        edgedBy = cause
      }
    }
    const tell = (truth: Truth, more: number) => {
      if (truth) trues += more
      else if (truth === false) falses += more
    }
    const addUp = (slot: Slot, entry: Entry) => {
      const value = entry[1] as number
      slot.total = slot.times ? reduce(slot.total, value) : value
      slot.times += entry[2] ?? 1
    }
    const recount = (slot: Slot) => {
      slot.times = 0
      for (const entry of slot.entries) addUp(slot, entry)
    }
    const slotWith = (entries: Entry[], clearedAt: number): Slot => {
      const slot: Slot = { entries, clearedAt, times: 0, total: 0 }
      recount(slot)
      return slot
    }
    const slotOf = (key: string) => {
      if (latest?.[0] === key) return latest[1]
      const known = slots.get(key)
      const slot = known ?? slotWith([], 0)
      if (known) slots.delete(key)
      else judge(slot)
      // Set anew, so that the map's order is by the latest use and the first key is the one to forget.
      slots.set(key, slot)
      latest = [key, slot]
      if (slots.size > keysKept) {
        drop(slots.keys().next().value!)
        findOldest()
      }
      return slot
    }
    const drop = (key: string) => {
      tell(slots.get(key)?.truth, -1)
      slots.delete(key)
      if (latest?.[0] === key) latest = undefined
    }
    /** Keeps what is after a time. */
    const keep = (slot: Slot, after: number, cause: Activity | true) => {
      const { entries } = slot
      let gone = 0
      while (gone < entries.length && entries[gone]![0] <= after) slot.times -= entries[gone++]![2] ?? 1
      if (!gone) return
      if (gone > 1) entries.splice(0, gone)
      else entries.shift()
      if (!written.counts) recount(slot)
      judge(slot, cause)
    }
    const expire = (at: number) => {
      if (oldest > at - span) return
      for (const [key, slot] of slots) {
        keep(slot, at - span, true)
        if (per !== undefined && !slot.entries.length && !slot.clearedAt) drop(key)
      }
      findOldest()
    }
    const findOldest = () => {
      oldest = Infinity
      for (const slot of slots.values()) consider(slot)
    }
    const consider = ({ entries, truth }: Slot) => {
      if (entries.length && (truth || !written.counts || !rising)) oldest = Math.min(oldest, entries[0]![0])
    }
    const add = (slot: Slot, entry: Entry) => {
      const { entries } = slot
      const [at, value] = entry
      let anew = false
      if (distinct) {
        const known = entries.findIndex((each) => each[1] === value)
        if (known >= 0 && entries[known]![0] > at) return
        if (known >= 0) anew = entries.splice(known, 1).length > 0
      }
      let place = entries.push(entry) - 1
      for (; place && entries[place - 1]![0] > at; place--)
        [entries[place - 1], entries[place], anew] = [entry, entries[place - 1]!, true]
      if (entries.length > cap) {
        if (written.cap) entries.shift()
        else merge(slot)
        anew = true
      }
      if (anew) recount(slot)
      else addUp(slot, entry)
    }
    /** Makes one of the older half where nothing leaves by time alone, else merges neighbours while they stand for little. */
    const merge = (slot: Slot) => {
      const merged: Entry[] = []
      const little = (4 * slot.times) / cap
      slot.entries.forEach(([at, value, times = 1], index) => {
        const last = merged.at(-1)
        if (last && (span < Infinity ? last[2]! + times <= little : index < cap / 2))
          merged[merged.length - 1] = [at, reduce(last[1] as number, value as number), last[2]! + times]
        else merged.push([at, value, times])
      })
      slot.entries = merged
    }

    for (const [key, entries, clearedAt] of kept) {
      const slot = slotWith(entries, clearedAt)
      slots.set(key, slot)
      judge(slot)
    }
    findOldest()
    if (per === undefined && !slots.size) slotOf(byPage ? '\n' : '')

    return {
      hear(activity, path, late, now) {
        expire(now)
        const { type, at, tab = '' } = activity
        const prefix = byPage ? `${tab}\n` : ''
        const clear = (values?: string[]) => {
          for (const [key, slot] of slots) {
            if (!key.startsWith(prefix) || (values && !values.includes(key.slice(prefix.length)))) continue
            if (values) slot.clearedAt = Math.max(slot.clearedAt, at)
            keep(slot, at, activity)
          }
          findOldest()
        }
        if (byPage && type === 'Page Viewed' && !late) {
          clear()
          // Until a page is viewed there is one page without a tab, with nothing on it.
          if (tab && !slots.get('\n')?.entries.length) drop('\n')
          if (per === undefined) slotOf(prefix)
        }
        const clears = unless?.test(activity, path)
        const entry = read(activity, path)
        if (!clears && !entry) return
        const values = valuesOf(activity)
        // What it clears itself does not keep it from being counted.
        const open = late
          ? values.filter((value) => {
              const whole = byPage ? slots.get(prefix)?.clearedAt : clearedAt
              return at > Math.max(whole ?? 0, slots.get(prefix + value)?.clearedAt ?? 0)
            })
          : values
        if (clears) {
          if (per !== undefined && values.length) {
            for (const value of values) slotOf(prefix + value)
            clear(values)
          } else {
            // A page is cleared in its tab only.
            if (byPage) slotOf(prefix).clearedAt = Math.max(slotOf(prefix).clearedAt, at)
            else clearedAt = Math.max(clearedAt, at)
            clear()
          }
        }
        const from = byPage
          ? memory.tabs[tab]?.view.at
          : bySession
            ? (memory.session?.startedAt ?? Infinity)
            : now - span + 1
        if (!entry || at < (from ?? 0)) return
        for (const value of open) {
          const slot = slotOf(prefix + value)
          keep(slot, now - span, true)
          add(slot, entry)
          judge(slot, activity)
          consider(slot)
        }
      },
      sense() {
        for (const slot of slots.values()) keep(slot, Infinity, true)
        findOldest()
      },
      tick: expire,
      value() {
        if (trues) return true
        return falses || measure(0, 0) !== undefined ? false : undefined
      },
      edge() {
        if (!edged[0]) return undefined
        // What a clear made true may be false again by what it counted.
        const edge = edged.some(({ truth }) => truth)
        edged = []
        return edge ? edgedBy : undefined
      },
      due: () => (oldest + span < Infinity ? oldest + span : undefined),
      explain(now, turned, known) {
        // Where it is true it turns when no key is true any more; else one key is enough, be it one not met yet.
        const turning = trues > 0
        const turns = (slot: Slot, others = falses) => {
          const truth = truthOf(slot) ?? (others || measure(0, 0) !== undefined ? false : undefined)
          return turning && !known ? !truth : truth === turned
        }
        let best: Told | undefined
        let fewest = Infinity
        let changesAt = Infinity
        if (turning) {
          // A key that is no longer true may be so again when more has left, so all are asked each time one leaves.
          const kept = [...slots.values()].map(({ entries }) => entries)
          const ends = kept.flatMap((entries) => entries.map(([at]) => at + span)).sort((a, b) => a - b)
          const falseAt = (end: number) =>
            kept.every((entries) => {
              const left = entries.filter(([at]) => at + span > end)
              return turns(slotWith(left, 0), 0)
            })
          changesAt = ends.find((end) => end > now && falseAt(end)) ?? Infinity
        }
        const judged = [...slots].filter(([, { truth }]) => truth || !turning)
        if (per !== undefined && !turning) judged.push(['', slotWith([], 0)])
        for (const [key, { entries: all }] of judged) {
          const entries = all.filter(([at]) => at > now - span)
          const slot = slotWith(entries, 0)
          const of = per !== undefined && key ? { [per]: key.split('\n').at(-1)! } : undefined
          let flip: (Flip & { more: number }) | undefined
          const tries = written.tries(slot)
          // What an activity does that may do both depends on its properties.
          const clearsItself =
            unless && tries.some(({ match }) => typesOf(match).some((type) => unless.types.includes(type)))
          if (unless && !clearsItself && slot.times && turns(slotWith([], 0)))
            flip = { more: 1, match: written.unless!, ...(of && { with: of }) }
          for (const { match, value, adds = 1, most = 1, with: properties } of clearsItself ? [] : tries) {
            const after = { ...slot }
            for (let more = 1; more <= most && !(flip && flip.more <= more); more++) {
              addUp(after, [0, value, adds])
              const given = (of || properties) && { with: { ...of, ...properties } }
              if (turns(after)) flip = { more, match, ...given, ...(distinct && { distinct }) }
            }
          }
          const gone = turning
            ? undefined
            : entries.find(
                ([at], index) => entries[index + 1]?.[0] !== at && turns(slotWith(entries.slice(index + 1), 0), 0),
              )
          if (gone) changesAt = Math.min(changesAt, gone[0] + span)
          const actual = measure(slot.total, slot.times)
          const nearer = fewest - (flip?.more ?? Infinity)
          if (best && !(nearer > 0) && (nearer < 0 || !(actual! > (best.actual as number)))) continue
          fewest = flip?.more ?? Infinity
          best = {
            // A value not met yet has nothing to tell but how to meet it.
            ...(key || !best
              ? {
                  ...(actual !== undefined && { actual }),
                  ...(entries.length === written.cap && { orMore: true }),
                  ...(of && { of }),
                }
              : best),
            ...(flip && trues < 2 && { flip }),
          }
        }
        return { ...best, ...(changesAt < Infinity && { changesAt }) }
      },
      get state() {
        return [
          [...slots].map(([key, { entries, clearedAt }]) => [key, entries, clearedAt]),
          clearedAt,
        ] as unknown as Json
      },
    }
  }
}
