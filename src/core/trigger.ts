import type { Activity, Json } from './activity.ts'
import type { Decides, Flip, LeafExplanation } from './explanation.ts'
import type { Expression } from './guide.ts'
import { type Around, joined, type Leaf, type Operator, opposite, type Truth } from './operator.ts'
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
  explain(at: number): { leaves: LeafExplanation[]; decides: Decides }
  readonly state: Json
}

interface Placed {
  leaf: Leaf
  part: any
  path: string
  operator: Operator
  /** Under a `not`: its edge does not count. */
  negated: boolean
}

export function compileTrigger(expression: Expression, around: Around, saved?: Json): Trigger {
  const [savedWas, savedLeaves] = (saved ?? []) as [boolean?, { [name: string]: Json }?]
  const placed: Placed[] = []
  // Before the first evaluation the profile counts as unknown, so that a new flow reaches whom it fits already.
  let fresh = !savedLeaves

  const compile = (part: any, path: string, negated: boolean): ((at: number) => Truth) => {
    if (typeof part === 'object' && 'not' in part) {
      const inner = compile(part.not, join(path, 'not'), true)
      return (at) => opposite(inner(at))
    }
    if (typeof part === 'object' && ('all' in part || 'any' in part)) {
      const name = 'all' in part ? 'all' : 'any'
      return joined(
        name,
        (part[name] as Expression[]).map((each, index) => compile(each, join(path, `${name}.${index}`), negated)),
      )
    }
    const operator =
      typeof part === 'string' ? on : operators[Object.keys(part).find((key) => Object.hasOwn(operators, key))!]!
    const leaf = operator.compile(part, around, savedLeaves?.[join(path, operator.name)] ?? undefined)
    placed.push({ leaf, part, path, operator, negated })
    return operator.fromProfile ? (at) => (fresh ? undefined : leaf.value(at)) : leaf.value
  }
  const value = compile(expression, '', false)
  const leaves = placed.map(({ leaf }) => leaf)
  let was = savedLeaves ? savedWas === true : value(0) === true

  return {
    leaves,
    evaluate(at) {
      fresh = false
      for (const leaf of leaves) leaf.tick?.(at)
      const now = value(at) === true
      let cause: Activity | true | undefined
      for (const { leaf, negated } of placed) {
        const edge = leaf.edge(at)
        if (edge && !negated && leaf.value(at)) cause ??= edge
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
    explain(at) {
      const leaves = placed.map(({ leaf, part, path, operator: { name } }): LeafExplanation => {
        const value = leaf.value(at)
        let changesAt: number | undefined
        // A deadline may pass without a change.
        for (let last = at, due = leaf.due?.(at); due! > last && !changesAt; last = due!, due = leaf.due!(due!))
          if (leaf.value(due!) !== value) changesAt = due
        const told = leaf.explain(at, value === undefined ? needs(path) : !value)
        changesAt = told.changesAt ?? changesAt
        return {
          path,
          operator: name,
          value: value ?? null,
          wanted: part.is ?? part.for ?? part[name] ?? part,
          written: part,
          ...(changesAt !== undefined && { changesAt, flip: { at: changesAt } }),
          ...told,
        }
      })
      return { leaves, decides: decisive(expression, leaves) }
    },
    get state() {
      return [
        was,
        Object.fromEntries(placed.map(({ leaf, path, operator }) => [join(path, operator.name), leaf.state ?? null])),
      ]
    },
  }
}

/** The value that the trigger needs of a leaf: under a `not` it is the other one. */
function needs(path: string): boolean {
  return path.split('not').length % 2 === 1
}

/** The leaf that alone turns the trigger over, by the smallest change; where there is none, all that are in the way. */
function decisive(expression: Expression, leaves: LeafExplanation[]): Decides {
  const truth = (part: any, path: string, worth: (leaf: LeafExplanation) => Truth): Truth =>
    part.not
      ? opposite(truth(part.not, join(path, 'not'), worth))
      : part.all || part.any
        ? joined(
            part.all ? 'all' : 'any',
            ((part.all ?? part.any) as Expression[]).map(
              (each, index) => () => truth(each, join(path, `${part.all ? 'all' : 'any'}.${index}`), worth),
            ),
          )(undefined)
        : worth(leaves.find((leaf) => leaf.path === path)!)
  const now = truth(expression, '', valueNow) === true
  let best: LeafExplanation | undefined
  for (const leaf of leaves) {
    const { flip } = leaf
    if (!flip || size(flip) >= size(best?.flip)) continue
    const after = truth(expression, '', (each) =>
      each === leaf || includes(flip, each) ? (each.value === null ? needs(each.path) : !each.value) : valueNow(each),
    )
    if ((after === true) !== now) best = leaf
  }
  if (best) return { leaves: [best.path], flip: best.flip! }
  const inTheWay = leaves.filter(({ path, value }) => (value === needs(path)) === now)
  return { leaves: (inTheWay.length ? inTheWay : leaves).map(({ path }) => path) }
}

function valueNow({ value }: LeafExplanation): Truth {
  return value ?? undefined
}

/** How much a change asks of the visitor. */
function size(flip: Flip | undefined): number {
  return !flip ? Infinity : 'more' in flip ? flip.more + (flip.wait ? 1 : 0) : 'order' in flip ? flip.order.length : 1
}

/** Whether what turns one leaf over turns another on the way. */
function includes(flip: Flip, { flip: other, changesAt, operator, value }: LeafExplanation): boolean {
  if ('at' in flip) return changesAt! <= flip.at
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
  // Who does something is not idle.
  if (operator === 'idle' && value && !('path' in flip)) return true
  return 'more' in flip && other && 'more' in other
    ? same([flip.match, flip.with], [other.match, other.with]) && other.more <= flip.more && !other.wait
    : same(flip, other)
}

function join(path: string, name: string): string {
  return path ? `${path}.${name}` : name
}
