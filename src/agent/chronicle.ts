import { type Activity, compareActivities, type Json } from '../core/activity.ts'
import type { Time } from './time.ts'

/**
 * What a visitor did, as far as it is needed once more: by the next page, by an engine that has no guide yet, by a tab
 * that has just opened.
 */
export interface Chronicle {
  /** Whether it is known what earlier pages have left. */
  readonly known: boolean
  /** What the engine goes on from. */
  readonly state: Json | undefined
  /** The latest activities, and some more. */
  readonly recent: Activity[]
  /** Takes what the store has. */
  recall(found: unknown): void
  /** It has to be recalled anew: others may have gone on. */
  doubt(): void
  /** Another visitor begins with nothing. */
  clear(): void
  /** `told`: what follows from it was told by another tab. */
  add(activity: Activity, folded: boolean, told: boolean): void
  /** Gives what was not folded yet, in order, once. */
  unfolded(): { activity: Activity; told: boolean }[]
  /** Of the last seconds: it may not be in the store yet. */
  unsure(): Activity[]
  /** Something is to be saved; by and by, not at once. */
  touch(): void
  /** This tab persists from now on. */
  own(): void
  save(): void
}

export interface ChronicleOptions extends Pick<Time, 'now' | 'after'> {
  /** Whether this tab persists. */
  owner(): boolean
  /** The engine's state; undefined while it has no guide. */
  state(): Json | undefined
  keep(kept: Json): void
}

/** What is in the store. */
interface Kept {
  at: number
  state?: Json | undefined
  /** Not folded yet, as there was no guide. */
  backlog: Activity[]
}

const mostUnfolded = 200
const mostRecent = 200
/** At most so often it is saved while the page is open. */
const saveEvery = 2000
/** By then the tab that persists has saved it. */
const savedAfter = 5000
const day = 864e5
const nothing: Kept = { at: 0, backlog: [] }

export function createChronicle({ owner, state, keep, now, after }: ChronicleOptions): Chronicle {
  let kept: Kept | undefined
  let backlog: Activity[] = []
  /** Those of the backlog that were told. */
  const toldIds = new Set<string>()
  let recent: Activity[] = []
  let dirty = false
  let saving: (() => void) | undefined

  function touch() {
    dirty = true
    own()
  }

  function own() {
    if (dirty && owner()) saving ??= after(saveEvery, save)
  }

  function save() {
    saving?.()
    saving = undefined
    if (!dirty || !kept || !owner()) return
    dirty = false
    keep({ at: now(), state: state() ?? kept.state, backlog } satisfies Kept as unknown as Json)
  }

  return {
    get known() {
      return !!kept
    },
    get state() {
      return kept?.state
    },
    get recent() {
      return recent
    },
    recall(found: any) {
      // One from the future was written while the clock was wrong.
      kept = found?.at < now() + day ? { ...nothing, ...found } : nothing
      if (Array.isArray(kept!.backlog)) backlog = [...kept!.backlog, ...backlog].slice(-mostUnfolded)
    },
    doubt() {
      kept = undefined
    },
    clear() {
      kept = nothing
      backlog = []
      recent = []
    },
    add(activity, folded, told) {
      if (activity.type !== 'Visitor Active') {
        if (recent.push(activity) > 2 * mostRecent) recent = recent.slice(-mostRecent)
        touch()
      }
      if (folded) return
      if (backlog.push(activity) > mostUnfolded) toldIds.delete(backlog.shift()!.id)
      if (told) toldIds.add(activity.id)
    },
    unfolded: () =>
      backlog
        .splice(0)
        .sort(compareActivities)
        .map((activity) => ({ activity, told: toldIds.delete(activity.id) })),
    unsure: () => recent.filter(({ at }) => at > now() - savedAfter),
    touch,
    own,
    save,
  }
}
