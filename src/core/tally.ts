import type { Activity, Json } from './activity.ts'
import { compileMatch } from './condition.ts'
import { parseDuration } from './duration.ts'
import type { Match, Range, Window } from './guide.ts'
import { type Around, type Leaf, type Truth, valuesAt } from './operator.ts'
import { compileRange } from './range.ts'

/** One thing that was counted: when, and its value. */
export type Entry = [at: number, value: Json]

/** What was counted for one key: a value of `per`, in a tab for page windows. */
interface Slot {
  /** In order of time. */
  entries: Entry[]
  /** What lies before the latest clear stays uncounted, even when it comes late. */
  clearedAt: number
  truth?: Truth
}

/** What `count`, `ratio` and the aggregates have in common. */
export interface Tallied {
  types: readonly string[]
  /** What an activity adds. */
  read(activity: Activity, path: string | undefined): Json[]
  is: Range
  within?: Window | undefined
  per?: string | undefined
  /** Equal values count once. */
  distinct?: boolean
  unless?: Match | undefined
  /** How many entries of a key are kept, the newest. */
  cap: number
  /** The number to compare; undefined is unknown. */
  measure(entries: readonly Entry[]): number | undefined
  /** The measure counts up, so that an explanation can say how many more. */
  counts?: boolean
}

const keysKept = 200

/**
 * A leaf over what is in a window: true when the measure of any key fits, with an edge for each key that becomes true.
 * A window W at time t is `(t-W, t]`. The 200 keys counted last are kept.
 */
export function tallyLeaf(written: Tallied, { memory }: Around, saved: Json | undefined): Leaf {
  const { types, read, is, within = 'ever', per, distinct, cap, measure } = written
  const { fits, flip } = compileRange(is)
  const unless = written.unless === undefined ? undefined : compileMatch(written.unless)
  const byPage = within === 'page'
  const bySession = within === 'session'
  const span = byPage || bySession || within === 'ever' ? Infinity : parseDuration(within)
  const slots = new Map<string, Slot>()
  let [kept, clearedAt] = (saved ?? [[], 0]) as [[string, Entry[], number][], number]
  let trues = 0
  let oldest = Infinity
  let edged: Activity | true | undefined

  // No value of `per` is known before something was counted for it.
  const measured = (entries: Entry[]) => (per !== undefined && !entries.length ? undefined : measure(entries))
  const truthOf = (entries: Entry[]): Truth => {
    const value = measured(entries)
    return value === undefined ? undefined : fits(value)
  }
  const judge = (slot: Slot, cause?: Activity | true) => {
    const was = slot.truth
    slot.truth = truthOf(slot.entries)
    trues += +(slot.truth === true) - +(was === true)
    if (slot.truth && !was) edged = cause ?? edged
  }
  const slotOf = (key: string) => {
    let slot = slots.get(key)
    if (!slot) {
      slot = { entries: [], clearedAt: 0 }
      judge(slot)
    } else slots.delete(key)
    // Set anew, so that the map's order is by the latest use and the first key is the one to forget.
    slots.set(key, slot)
    if (slots.size > keysKept) {
      drop(slots.keys().next().value!)
      findOldest()
    }
    return slot
  }
  const drop = (key: string) => {
    trues -= +(slots.get(key)?.truth === true)
    slots.delete(key)
  }
  /** Keeps what is after a time. */
  const keep = (slot: Slot, after: number, cause: Activity | true) => {
    if (!slot.entries.length || slot.entries[0]![0] > after) return
    slot.entries = slot.entries.filter(([at]) => at > after)
    judge(slot, cause)
  }
  const findOldest = () => {
    oldest = Infinity
    for (const { entries } of slots.values()) if (entries.length) oldest = Math.min(oldest, entries[0]![0])
  }
  const add = (slot: Slot, entry: Entry) => {
    const { entries } = slot
    if (distinct) {
      const known = entries.findIndex(([, value]) => value === entry[1])
      if (known >= 0 && entries[known]![0] > entry[0]) return
      if (known >= 0) entries.splice(known, 1)
    }
    let place = entries.push(entry) - 1
    for (; place && entries[place - 1]![0] > entry[0]; place--)
      [entries[place - 1], entries[place]] = [entry, entries[place - 1]!]
    if (entries.length > cap) entries.shift()
    findOldest()
  }

  for (const [key, entries, clearedAt] of kept) judge(slots.set(key, { entries, clearedAt }).get(key)!)
  if (per === undefined && !slots.size) slotOf(byPage ? '\n' : '')
  findOldest()
  edged = undefined

  return {
    types: [...new Set([...types, ...(unless?.types ?? []), ...(byPage ? ['Page Viewed'] : [])])],
    facts: bySession ? ['session'] : [],
    hear(activity, path, late, now) {
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
      const values = per === undefined ? [''] : valuesAt(activity, per)
      // What it clears itself does not keep it from being counted.
      const open = values.filter(
        (value) => !late || at > Math.max(clearedAt, slots.get(prefix + value)?.clearedAt ?? 0),
      )
      if (unless?.test(activity, path)) {
        if (per !== undefined && values.length) {
          for (const value of values) slotOf(prefix + value)
          clear(values)
        } else {
          clearedAt = Math.max(clearedAt, at)
          clear()
        }
      }
      const from = byPage ? memory.tabs[tab]?.at : bySession ? (memory.session?.startedAt ?? Infinity) : now - span + 1
      if (at < (from ?? 0)) return
      const added = read(activity, path)
      if (added.length)
        for (const value of open) {
          const slot = slotOf(prefix + value)
          for (const each of added) add(slot, [at, each])
          judge(slot, activity)
        }
    },
    sense() {
      for (const slot of slots.values()) keep(slot, Infinity, true)
      findOldest()
    },
    tick(at) {
      if (oldest > at - span) return
      for (const [key, slot] of slots) {
        keep(slot, at - span, true)
        if (per !== undefined && !slot.entries.length && !slot.clearedAt) drop(key)
      }
      findOldest()
    },
    value() {
      if (trues) return true
      for (const { truth } of slots.values()) if (truth === false) return false
      return measure([]) === undefined ? undefined : false
    },
    edge() {
      const edge = edged
      edged = undefined
      return edge
    },
    due: () => (oldest + span < Infinity ? oldest + span : undefined),
    explain() {
      // The key with the most, of those that are true if any is.
      let [key, best]: [string, Entry[]] = ['', []]
      for (const [name, { entries, truth }] of slots)
        if ((trues === 0 || truth) && (!best.length || (measured(entries) ?? 0) > (measured(best) ?? 0)))
          [key, best] = [name, entries]
      const actual = measure(best)
      const truth = truthOf(best)
      const gone = best.findIndex(
        ([at], index) => best[index + 1]?.[0] !== at && truthOf(best.slice(index + 1)) !== truth,
      )
      const wanted = written.counts && !truth ? flip(0, actual!) : undefined
      return {
        actual: per !== undefined && key ? { [per]: key.split('\n').at(-1), value: actual } : actual,
        wanted: is,
        changesAt: gone < 0 || span === Infinity ? undefined : best[gone]![0] + span,
        ...(wanted !== undefined && { flip: `${wanted - actual!} more ${types.join(' or ')}` }),
      }
    },
    get state() {
      return [
        [...slots].map(([key, { entries, clearedAt }]) => [key, entries, clearedAt]),
        clearedAt,
      ] as unknown as Json
    },
  }
}
