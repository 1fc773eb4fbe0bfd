import type { Activity, Json } from '../core/activity.ts'
import { createEngine, type Engine, type Outcome } from '../core/engine.ts'
import type { Flow, Guide, Purpose } from '../core/guide.ts'
import { type Plan, planGuide } from '../core/plan.ts'

/** Where each flow under way is: what its machine persists. */
export type Places = { readonly [flow: string]: Json }

/** A call of the page's engine, and what came of it; `at` is the page's time, in milliseconds since the epoch. */
export type Entry = { at: number; places: Places } & (
  | { call: 'engine'; guide: Guide; state: Json }
  | { call: 'handle'; activity: Activity; outcome: Outcome }
  | { call: 'advanceTo'; to: number; outcome: Outcome }
  | { call: 'block'; key: number; reason: string; only?: ((flow: Flow) => boolean) | undefined }
  | { call: 'release'; key: number }
  | { call: 'consent'; purposes: Agreed }
  /** Happened before the inspector looked on: what came of it is not known. */
  | { call: 'missed'; activity: Activity }
)

export type Agreed = { [purpose in Purpose]?: boolean }

/** The engine as it was, and what it had been told beside activities. */
export interface Moment {
  engine: Engine
  guide: Guide
  plan: Plan
  agreed: Agreed
  blocks: { reason: string; only?: ((flow: Flow) => boolean) | undefined }[]
  places: Places
}

/** Writes down every call of the page's engine, so that the same calls bring another engine to the same place. */
export interface Journal {
  readonly entries: readonly Entry[]
  /** The page's engine and what it was told; undefined before there is one. */
  readonly now: Moment | undefined
  /** Goes between the page and its engine. */
  watch(engine: Engine, guide: Guide): Engine
  /** What happened before anybody looked on. */
  missed(activities: readonly Activity[]): void
  /** The machines have moved. */
  moved(): void
  /** Brings a fresh engine to where the page's was after that entry. Undefined before there was one. */
  replay(index: number): Moment | undefined
  /** All of it for `createJournal`, on the next page of the tab; at most so many characters, the oldest left out. */
  text(most: number): string
}

const mostEntries = 5000

/**
 * @param now The page's time.
 * @param before What `text` gave, on an earlier page of the tab.
 * @param changed Is told of every entry.
 */
export function createJournal(now: () => number, places: () => Places, before?: string, changed = () => {}): Journal {
  const entries: Entry[] = read(before)
  const plans = new Map<Guide, Plan>()
  let keys = entries.reduce((most, entry) => ('key' in entry ? Math.max(most, entry.key) : most), 0)
  let current: (Omit<Moment, 'blocks' | 'places'> & { blocks: Map<number, Moment['blocks'][number]> }) | undefined
  let latest: { index: number; moment: Moment } | undefined

  type Written<E = Entry> = E extends Entry ? Omit<E, 'at' | 'places'> : never
  const write = (entry: Written) => {
    entries.push({ at: now(), places: places(), ...entry } as Entry)
    changed()
    if (entries.length <= mostEntries) return
    // What is left begins with an engine, if there is one.
    const next = entries.findIndex(({ call }, index) => index > mostEntries / 5 && call === 'engine')
    entries.splice(0, next < 0 ? mostEntries / 5 : next)
    latest = undefined
  }

  const planOf = (guide: Guide) => {
    const plan = plans.get(guide) ?? planGuide(guide)
    plans.set(guide, plan)
    return plan
  }

  return {
    entries,
    get now() {
      return current && { ...current, blocks: [...current.blocks.values()], places: places() }
    },
    watch(engine, guide) {
      const agreed: Agreed = {}
      const blocks = new Map<number, Moment['blocks'][number]>()
      current = { engine, guide, plan: planOf(guide), agreed, blocks }
      write({ call: 'engine', guide, state: engine.state })
      const told: Pick<Engine, 'handle' | 'advanceTo' | 'block' | 'consent'> = {
        handle(activity) {
          const outcome = engine.handle(activity)
          write({ call: 'handle', activity, outcome })
          return outcome
        },
        advanceTo(to) {
          const outcome = engine.advanceTo(to)
          const last = entries.at(-1)
          // Time that passed without any consequence is one stretch.
          if (last?.call === 'advanceTo' && isEmpty(last.outcome)) entries.pop()
          write({ call: 'advanceTo', to, outcome })
          return outcome
        },
        block(reason, only) {
          const release = engine.block(reason, only)
          const key = ++keys
          blocks.set(key, { reason, only })
          write({ call: 'block', key, reason, only })
          return () => {
            release()
            blocks.delete(key)
            write({ call: 'release', key })
          }
        },
        consent(purposes) {
          engine.consent(purposes)
          Object.assign(agreed, purposes)
          write({ call: 'consent', purposes: { ...purposes } })
        },
      }
      return Object.assign(Object.create(engine), told)
    },
    missed(activities) {
      for (const activity of activities) entries.push({ at: activity.at, places: places(), call: 'missed', activity })
    },
    moved() {
      const last = entries.at(-1)
      if (last) last.places = places()
    },
    replay(index) {
      if (latest && latest.index === index) return latest.moment
      const start = entries.findLastIndex(({ call }, at) => at <= index && call === 'engine')
      const first = entries[start]
      if (first?.call !== 'engine') return
      const { guide } = first
      const plan = planOf(guide)
      const engine = createEngine(guide, { state: structuredClone(first.state), live: true, plan })
      const agreed: Agreed = {}
      const blocks = new Map<number, Moment['blocks'][number] & { release(): void }>()
      for (const entry of entries.slice(start + 1, index + 1)) {
        if (entry.call === 'handle') engine.handle(entry.activity)
        else if (entry.call === 'advanceTo') engine.advanceTo(entry.to)
        else if (entry.call === 'consent') engine.consent(Object.assign(agreed, entry.purposes))
        else if (entry.call === 'block') {
          const { key, reason, only } = entry
          blocks.set(key, { reason, only, release: engine.block(reason, only) })
        } else if (entry.call === 'release') {
          blocks.get(entry.key)?.release()
          blocks.delete(entry.key)
        }
      }
      const moment = { engine, guide, plan, agreed, blocks: [...blocks.values()], places: entries[index]!.places }
      latest = { index, moment }
      return moment
    },
    text(most) {
      const guides: Guide[] = []
      const list = entries.map((entry) => {
        if (entry.call !== 'engine') return entry
        const { guide, ...rest } = entry
        const known = guides.indexOf(guide)
        return { ...rest, guide: known < 0 ? guides.push(guide) - 1 : known }
      })
      // A function cannot be written down: such a block concerned a page that is gone.
      const narrow = new Set(list.flatMap((entry) => (entry.call === 'block' && entry.only ? entry.key : [])))
      let kept = list.filter((entry) => !('key' in entry && narrow.has(entry.key)))
      for (;;) {
        const text = JSON.stringify({ guides, entries: kept })
        if (text.length <= most) return text
        const next = kept.findIndex(({ call }, index) => index > 0 && call === 'engine')
        if (next < 0) return ''
        kept = kept.slice(next)
      }
    },
  }
}

function isEmpty({ decisions, activities }: Outcome): boolean {
  return !decisions.length && !activities.length
}

function read(text: string | undefined): Entry[] {
  try {
    const { guides, entries } = JSON.parse(text!)
    return entries.map((entry: { guide?: number }) =>
      entry.guide === undefined ? entry : { ...entry, guide: guides[entry.guide] },
    )
  } catch {
    return []
  }
}
