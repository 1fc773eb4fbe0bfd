import type { Activity, Json } from './activity.ts'
import type { Calendar } from './calendar.ts'
import { reader, typesOf } from './condition.ts'
import type { Decides, LeafExplanation, Told } from './explanation.ts'
import type { Match, Window } from './guide.ts'
import type { Memory, Profile } from './profile.ts'
import type { Kind, Shape } from './shape.ts'

/** Three-valued: undefined is unknown, which is not true and stays unknown under `not`. */
export type Truth = boolean | undefined

/**
 * Something in the profile that leaves read, besides activities: `session` (one started or ended), `visitor`, `page`,
 * `cart`, `seen` (for the first time), `interaction`, `any` (each activity), `flow:ID`, `segment:NAME`,
 * `scores`.
 */
export type Fact = string

/** An operator of the trigger language: how it is written, and how it is followed. */
export interface Operator<Written = any> {
  name: string
  /** A pulse is true only at the activity that completes it, a state has a value at any time. */
  kind: Kind | ((written: Written) => Kind)
  shape: Shape
  /** Reads the profile, which a new flow does not reset: not true before the flow's first evaluation. */
  fromProfile?: true
  /** What concerns it; cheap, as most expressions of a guide are never followed. */
  hears(written: Written): Heard
  /** What depends on what is written alone, once for all visitors; returns what follows one of them. */
  compile(written: Written): (around: Around, saved: Json | undefined) => Leaf
}

/** What can change the value of an expression. */
export interface Heard {
  /** Types of activities. */
  types: readonly string[]
  /** Facts, without an activity of these types. */
  facts?: readonly Fact[]
}

/** What a leaf may read of the world. */
export interface Around {
  memory: Memory
  calendar: Calendar
  profile(at: number): Profile
  /** Whether the visitor is in a segment. */
  segment(name: string): Truth
  /** Its leaves, and what decides (`known`: not by becoming unknown); undefined where the guide has no such segment. */
  explainSegment(name: string, at: number, known: boolean): { leaves: LeafExplanation[]; decides: Decides } | undefined
}

/** One operator of one trigger, with its incremental state. */
export interface Leaf {
  /** Takes an activity of its types, on the path of its tab. A late one lies before what was handled already. */
  hear?(activity: Activity, path: string | undefined, late: boolean, now: number): void
  /** Takes a fact. */
  sense?(fact: Fact, at: number): void
  /** Lets time pass; what leaves a window is forgotten. */
  tick?(at: number): void
  value(at: number): Truth
  /** Whether it became true (for `per` and `same`: for any value) since it was last asked, and by which activity. */
  edge(at: number): Activity | true | undefined
  /** The next moment after `at` at which time alone can change its value. */
  due?(at: number): number | undefined
  /** The activity that stands for what time made true. */
  cause?(at: number): Activity | undefined
  /** A pulse is over. */
  settle?(): void
  /** What can be told of its value; `turned` is the value that `flip` leads to, `known`: and not to unknown instead. */
  explain(at: number, turned: boolean, known: boolean): Told
  readonly state?: Json
}

/** A leaf whose edge is that its one value becomes true. `saved` is what its `state` was. */
export function stateLeaf(leaf: Omit<Leaf, 'edge' | 'state'>, saved: Json | undefined): Leaf {
  let before = saved === true
  return {
    ...leaf,
    edge(at) {
      const now = leaf.value(at) === true
      const edge = now && !before
      before = now
      return edge ? (leaf.cause?.(at) ?? true) : undefined
    },
    get state() {
      return before
    },
  }
}

/** The types of matches, and what ends a window that is not one of time. */
export function heard(within: Window | undefined, ...matches: (Match | undefined)[]): Heard {
  const types = matches.flatMap((match) => (match === undefined ? [] : typesOf(match)))
  return within === 'page'
    ? { types: [...types, 'Page Viewed'] }
    : within === 'session'
      ? { types, facts: ['session'] }
      : { types }
}

/** Reads the values of an activity at a path: the path's own, else that path in each element of `products`. */
export function valuesReader(path: string): (activity: Activity) => string[] {
  const read = reader(path)
  return ({ properties }) => {
    const own = read(properties)
    if (own == null && !Array.isArray(properties.products)) return []
    const values = own == null ? (properties.products as unknown[]).map(read) : [own]
    const known = values.filter((value) => typeof value === 'string' || typeof value === 'number').map(String)
    return known.length > 1 ? [...new Set(known)] : known
  }
}

/** Three-valued `all` (false decides, then unknown) and `any` (true decides, then unknown). */
export function joined<T>(name: 'all' | 'any', parts: ((of: T) => Truth)[]): (of: T) => Truth {
  const decisive = name === 'any'
  return (of) => {
    let result: Truth = !decisive
    for (const part of parts) {
      const value = part(of)
      if (value === decisive) return value
      if (value === undefined) result = undefined
    }
    return result
  }
}

export function opposite(value: Truth): Truth {
  return value === undefined ? value : !value
}
