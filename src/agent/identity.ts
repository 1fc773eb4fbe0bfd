import type { Activity, Properties, Visitor } from '../core/activity.ts'
import { FootholdError } from '../core/errors.ts'
import type { Profile } from '../core/profile.ts'
import { toJson } from '../core/to-json.ts'
import { plain } from './plain.ts'
import { random } from './random.ts'

/** Who the visitor is. */
export interface Identity {
  /** Undefined until somebody came. */
  readonly who: Visitor | undefined
  /** A visitor came, or nobody known: then it is somebody new. */
  come(visitor?: Visitor): void
  /** It is not known any more who it is. */
  leave(): void
  /** The visitor said so; returns whether it is news. */
  learn(id: string | undefined, traits: Properties): boolean
  /** The next activity tells it. */
  tell(news: Partial<Visitor>): void
  /** So it does where the visitor is; to find that out may take long. */
  tellTimezone(): void
  /** The profile, with what it has not heard of yet. */
  knownIn(profile: Profile): Profile
  /** Puts the visitor's ids on an activity, and what the others have not been told. */
  sign(activity: Omit<Activity, 'visitor'>): Activity
}

/** @param keep Keeps the visitor for the next page and the other tabs. */
export function createIdentity(keep: (visitor: Visitor) => void): Identity {
  let who: Visitor | undefined
  let news: Partial<Visitor> = {}

  function tell(more: Partial<Visitor>) {
    news = { ...news, ...more }
  }

  return {
    get who() {
      return who
    },
    come(visitor) {
      who = visitor ?? { anonymousId: globalThis.crypto?.randomUUID?.() ?? random(32) }
      if (!visitor) keep(who)
    },
    leave() {
      who = undefined
    },
    learn(id, told) {
      const { traits = {} } = who!
      const changed = Object.keys(told).some((key) => toJson(told[key]) !== toJson(traits[key]))
      if (!changed && (!id || id === who!.id)) return false
      who = { ...who!, ...(id && { id }), traits: { ...traits, ...told } }
      keep(who)
      if (changed) news = { ...news, traits: told }
      return true
    },
    tell,
    tellTimezone() {
      // The first use of Intl takes a page longer than all the rest of the start; Temporal takes nothing.
      const { Temporal } = globalThis as { Temporal?: { Now: { timeZoneId(): string } } }
      tell({ timezone: Temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone })
    },
    knownIn: (profile) => ({
      ...profile,
      visitor: { ...profile.visitor, ...who, traits: { ...profile.visitor.traits, ...who?.traits } },
    }),
    sign(activity) {
      const { id, anonymousId } = who!
      const visitor: Visitor = { ...(id !== undefined && { id }), anonymousId }
      // A sign of life is nowhere kept.
      if (activity.type !== 'Visitor Active') {
        Object.assign(visitor, news)
        news = {}
      }
      return { ...activity, visitor }
    },
  }
}

/** The id of a visitor as a host gives it; throws for what is none. */
export function idOf(given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined
  const id = Number.isFinite(given) ? `${given}` : given
  if (typeof id !== 'string' || id === '')
    throw new FootholdError('invalid-activity', 'identify() needs the id of the visitor, a text that is not empty.')
  return id
}

/** A visitor as a store has it. */
export function visitorOf(found: any): Visitor | undefined {
  if (typeof found?.anonymousId !== 'string') return undefined
  const { anonymousId, id, traits } = found
  return { anonymousId, ...(typeof id === 'string' && { id }), traits: plain(traits) }
}
