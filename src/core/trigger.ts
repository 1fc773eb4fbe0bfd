import type { Activity, Json } from './activity.ts'
import { typesOf } from './condition.ts'
import type { Decides, Flip, LeafExplanation } from './explanation.ts'
import type { Expression } from './guide.ts'
import { type Around, type Heard, joined, type Leaf, type Operator, opposite, type Truth } from './operator.ts'
import { absent } from './operators/absent.ts'
import { active } from './operators/active.ts'
import { avg, max, min, sum } from './operators/aggregate.ts'
import { count } from './operators/count.ts'
import { dwell } from './operators/dwell.ts'
import { idle } from './operators/idle.ts'
import { on } from './operators/on.ts'
import { profile } from './operators/profile.ts'
import { ratio } from './operators/ratio.ts'
import { segment } from './operators/segment.ts'
import { sequence } from './operators/sequence.ts'
import { since } from './operators/since.ts'
import { status } from './operators/status.ts'
import { toJson } from './to-json.ts'

/** The operators of the trigger language, by the key that names them in an expression. */
export const operators: { readonly [name: string]: Operator } = {
  on,
  count,
  sum,
  avg,
  min,
  max,
  ratio,
  sequence,
  absent,
  idle,
  dwell,
  since,
  active,
  status,
  profile,
  segment,
}

/** What fired, and why. */
export interface Firing {
  /** The activity of the leaf whose edge fired; absent for what time or the profile alone made true. */
  cause: Activity | undefined
  /** Whether the trigger stays true after this moment: a state, not a pulse. */
  lasting: boolean
}

/**
 * An expression followed as activities come. It fires when it is true and was not just before, or when a leaf outside
 * every `not` that is true has an edge.
 */
export interface Trigger {
  readonly leaves: readonly Leaf[]
  /** Looks at the trigger at this time, after its leaves have heard. */
  evaluate(at: number): Firing | undefined
  value(at: number): Truth
  due(at: number): number | undefined
  /** @param known Only what turns it to a known value is a change. */
  explain(at: number, known?: boolean): { leaves: LeafExplanation[]; decides: Decides }
  readonly state: Json
}

/** An expression, ready to be followed for any number of visitors. */
export interface CompiledTrigger {
  /** What concerns each of its leaves. */
  readonly heard: readonly Heard[]
  /** It has something to say before anything was heard: it reads the profile, or depends on facts. */
  readonly eager: boolean
  /** @param saved The `state` of a trigger of the same expression. */
  follow(around: Around, saved?: Json): Trigger
}

interface Placed {
  part: any
  path: string
  operator: Operator
  /** Under a `not`: its edge does not count. */
  negated: boolean
  heard: Heard
  /** Compiled when it is followed the first time. */
  compiled?: ReturnType<Operator['compile']>
}

/** The value of an expression, from the values of its leaves by their numbers. */
type Tree = (read: (leaf: number) => Truth) => Truth

export function compileTrigger(expression: Expression): CompiledTrigger {
  const placed: Placed[] = []
  const place = (part: any, path: string, negated: boolean): Tree => {
    if (typeof part === 'object' && 'not' in part) {
      const inner = place(part.not, join(path, 'not'), true)
      return (read) => opposite(inner(read))
    }
    if (typeof part === 'object' && ('all' in part || 'any' in part)) {
      const name = 'all' in part ? 'all' : 'any'
      return joined(
        name,
        (part[name] as Expression[]).map((each, index) => place(each, join(path, `${name}.${index}`), negated)),
      )
    }
    const operator =
      typeof part === 'string' ? on : operators[Object.keys(part).find((key) => Object.hasOwn(operators, key))!]!
    const index = placed.push({ part, path, operator, negated, heard: operator.hears(part) }) - 1
    return (read) => read(index)
  }
  const tree = place(expression, '', false)
  return {
    heard: placed.map(({ heard }) => heard),
    eager: placed.some(({ operator, heard }) => operator.fromProfile || heard.facts?.length),
    follow: (around, saved) => follow(placed, tree, around, saved),
  }
}

function follow(placed: Placed[], tree: Tree, around: Around, saved: Json | undefined): Trigger {
  const [savedWas, savedLeaves] = (saved ?? []) as [boolean?, { [name: string]: Json }?]
  // Before the first evaluation the profile counts as unknown, so that a new flow reaches whom it fits already.
  let fresh = !savedLeaves
  const leaves = placed.map((each) => {
    const { part, path, operator } = each
    each.compiled ??= operator.compile(part)
    return each.compiled(around, savedLeaves?.[join(path, operator.name)] ?? undefined)
  })
  let time = 0
  const read = (index: number) =>
    fresh && placed[index]!.operator.fromProfile ? undefined : leaves[index]!.value(time)
  const value = (at: number) => {
    time = at
    return tree(read)
  }
  let was = savedLeaves ? savedWas === true : value(0) === true

  return {
    leaves,
    evaluate(at) {
      fresh = false
      for (const leaf of leaves) leaf.tick?.(at)
      const now = value(at) === true
      let cause: Activity | true | undefined
      for (let index = 0; index < leaves.length; index++) {
        const leaf = leaves[index]!
        const edge = leaf.edge(at)
        if (edge && !placed[index]!.negated && leaf.value(at)) cause ??= edge
      }
      const fires = now && (!was || cause)
      for (const leaf of leaves) leaf.settle?.()
      was = now && value(at) === true
      return fires ? { cause: cause === true ? undefined : cause, lasting: was } : undefined
    },
    value,
    due(at) {
      let next: number | undefined
      for (const leaf of leaves) {
        const due = leaf.due?.(at)
        if (due !== undefined && due > at && !(next! <= due)) next = due
      }
      return next
    },
    explain(at, known = false) {
      const told = placed.map(({ part, path, operator: { name } }, index): LeafExplanation => {
        const leaf = leaves[index]!
        const value = leaf.value(at)
        let changesAt: number | undefined
        // A deadline may pass without a change.
        for (let last = at, due = leaf.due?.(at); due! > last && !changesAt; last = due!, due = leaf.due!(due!))
          if (leaf.value(due!) !== value) changesAt = due
        const more = leaf.explain(at, value === undefined ? needs(path) : !value, known || !needs(path))
        changesAt = more.changesAt ?? changesAt
        return {
          path,
          operator: name,
          value: value ?? null,
          wanted: part.is ?? part.for ?? part[name] ?? part,
          written: part,
          ...(changesAt !== undefined && { changesAt, flip: { at: changesAt } }),
          ...more,
        }
      })
      return { leaves: told, decides: decisive(tree, placed, leaves, told) }
    },
    get state() {
      return [
        was,
        Object.fromEntries(
          placed.map(({ path, operator }, index) => [join(path, operator.name), leaves[index]!.state ?? null]),
        ),
      ]
    },
  }
}

/** The value that the trigger needs of a leaf: under a `not` it is the other one. */
function needs(path: string): boolean {
  return path.split('not').length % 2 === 1
}

/** The leaf that alone turns the trigger over, by the smallest change; where there is none, all that are in the way. */
function decisive(tree: Tree, placed: Placed[], leaves: readonly Leaf[], told: LeafExplanation[]): Decides {
  const now = tree((index) => told[index]!.value ?? undefined) === true
  let best: LeafExplanation | undefined
  for (const leaf of told) {
    const { flip } = leaf
    if (!flip || size(flip) >= size(best?.flip)) continue
    const after = tree((index) => valueAfter(flip, leaves[index]!, placed[index]!.heard, told[index]!))
    if (after === !now) best = leaf
  }
  if (best) return { leaves: [best.path], flip: best.flip! }
  return { leaves: told.filter(({ path, value }) => (value === needs(path)) === now).map(({ path }) => path) }
}

/** How much a change asks of the visitor. */
function size(flip: Flip | undefined): number {
  return !flip ? Infinity : 'more' in flip ? flip.more + (flip.wait ? 1 : 0) : 'order' in flip ? flip.order.length : 1
}

/** What a leaf is worth after a change, undefined where that is not certain. */
function valueAfter(
  flip: Flip,
  leaf: Leaf,
  { types }: Heard,
  { path, operator, value, written, flip: own, changesAt }: LeafExplanation,
): Truth {
  const turned = value === null ? needs(path) : !value
  const stays = value ?? undefined
  const same = (a: unknown, b: unknown) => toJson(a) === toJson(b)
  if (same(flip, own)) return turned
  if ('path' in flip) return operator === 'profile' ? undefined : stays
  if ('at' in flip) {
    if (operator !== 'count' && !Object.hasOwn(written as object, 'of')) return leaf.value(flip.at)
    // What is left of an aggregate may be nothing, which is unknown.
    return changesAt === flip.at ? turned : changesAt! < flip.at || operator !== 'count' ? undefined : stays
  }
  const reported = 'order' in flip ? flip.order : [flip.match]
  if ('more' in flip) {
    if (flip.wait || flip.match === 'Session Started') return undefined
    if (own && 'more' in own && own.more > flip.more && same([flip.match, flip.with], [own.match, own.with]))
      return stays
  }
  if (operator === 'on' && same(reported.at(-1), written)) return true
  // Who does something is not idle.
  if (operator === 'idle') return false
  return reported.some((match) =>
    typesOf(match).some((type) => types.includes(type) || (operator === 'status' && /^(Flow|Step) /.test(type))),
  )
    ? undefined
    : stays
}

function join(path: string, name: string): string {
  return path ? `${path}.${name}` : name
}
