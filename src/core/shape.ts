import { parseDuration } from './duration.ts'
import type { Duration } from './guide.ts'

/** What is wrong at one place of a document. */
export interface Problem {
  /** The place, e.g. `flows[2].trigger.all[0].is`; empty for the document itself. */
  path: string
  message: string
}

/** Looks at a value of unknown origin and adds what is wrong with it. */
export interface Shape {
  (value: unknown, path: string, problems: Problem[]): void
  /** For what may be missing: the shape of what is there. */
  optional?: Shape
}

/** What `expressionShape` needs to know about an operator. */
export interface OperatorShape {
  /** A pulse is true only at the activity that completes it; for a few operators the range decides. */
  kind: Kind | ((written: never) => Kind)
  /** Checks the whole object, the operator's own key included. */
  shape: Shape
}

export type Kind = 'pulse' | 'state'

/** Operators of conditions: all of GrowthBook's that need no saved groups. */
export const conditionOperators =
  /* @__PURE__ */ '$eq $ne $gt $gte $lt $lte $in $nin $ini $nini $regex $regexi $notRegex $notRegexi $exists $type $size $elemMatch $all $alli $not $veq $vne $vgt $vgte $vlt $vlte'.split(
    ' ',
  )

/** The message about a value that does not fit. What to write instead is told by `schema.ts`. */
export function misfit(value: unknown): string {
  return value === undefined ? 'is missing' : `${`${JSON.stringify(value)}`.slice(0, 60)} does not fit`
}

export function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && !!value && !Array.isArray(value)
}

/** The path of a member. */
export function at(path: string, key: string | number): string {
  return typeof key === 'number' ? `${path}[${key}]` : path ? `${path}.${key}` : key
}

/**
 * One value that either fits or not.
 *
 * @example const percentage = scalar((value) => Number(value) <= 100)
 */
// @__NO_SIDE_EFFECTS__
export function scalar(fits: (value: unknown) => unknown): Shape {
  return (value, path, problems) => {
    if (!fits(value)) problems.push({ path, message: misfit(value) })
  }
}

/** A text that looks like this. */
// @__NO_SIDE_EFFECTS__
export function text(pattern: RegExp): Shape {
  return scalar((value) => typeof value === 'string' && pattern.test(value))
}

/** One of these words. */
// @__NO_SIDE_EFFECTS__
export function oneOf(...words: string[]): Shape {
  return scalar((value) => words.includes(value as string))
}

/** A number between two bounds, both allowed. */
// @__NO_SIDE_EFFECTS__
export function between(least: number, most: number): Shape {
  return scalar((value) => Number.isFinite(value) && least <= (value as number) && (value as number) <= most)
}

/** The first shape for what passes the test, else the second. */
// @__NO_SIDE_EFFECTS__
export function either(test: (value: unknown) => unknown, yes: Shape, no: Shape): Shape {
  return (value, path, problems) => (test(value) ? yes : no)(value, path, problems)
}

/** The same, or nothing at all. */
// @__NO_SIDE_EFFECTS__
export function optional(shape: Shape): Shape {
  const or: Shape = either((value) => value === undefined, json, shape)
  or.optional = shape
  return or
}

/** An object with these members; others are ignored. */
// @__NO_SIDE_EFFECTS__
export function object(shapes: { [key: string]: Shape }): Shape {
  const entries = Object.entries(shapes)
  return either(
    isObject,
    (value, path, problems) => {
      for (const [key, shape] of entries) {
        // Own members only: a page may have polluted Object.prototype. Most are missing, so nothing is done for those.
        const member = (value as { [key: string]: unknown })[key]
        const missing = member === undefined || !Object.hasOwn(value as object, key)
        if (!missing) (shape.optional ?? shape)(member, at(path, key), problems)
        else if (!shape.optional) shape(undefined, at(path, key), problems)
      }
    },
    plainObject,
  )
}

/** An object whose members all have one shape. */
// @__NO_SIDE_EFFECTS__
export function record(shape: Shape, key: Shape = json): Shape {
  return either(
    isObject,
    (value, path, problems) => {
      for (const [name, member] of Object.entries(value as object)) {
        key(name, at(path, name), problems)
        shape(member, at(path, name), problems)
      }
    },
    plainObject,
  )
}

/** A list of at least `least` items. */
// @__NO_SIDE_EFFECTS__
export function list(shape: Shape, least = 0): Shape {
  return either(
    (value) => Array.isArray(value) && value.length >= least,
    (value, path, problems) => {
      ;(value as unknown[]).forEach((item, index) => {
        shape(item, at(path, index), problems)
      })
    },
    misfits,
  )
}

/** Anything; that it is plain data is checked for the whole document. */
export function json(): void {}

/** Nothing fits. */
const misfits = scalar(() => false)
export const plainObject = scalar(isObject)
export const boolean = scalar((value) => value === !!value)
export const number = scalar((value) => Number.isFinite(value))
/** How often something is to happen. */
export const times = between(1, 1e9)
/** A text that is not empty. */
export const string = text(/./s)
export const id = text(/^[a-z0-9][a-z0-9-]{0,63}$/)
export const duration = scalar(isDuration)
export const window = either((value) => ['page', 'session', 'ever'].includes(value as string), json, duration)
/** One or more comparisons with numbers or durations; a number may be negative. */
export const range = either(
  (value) => isObject(value) && Object.keys(value).length,
  record(
    scalar((value) => Number.isFinite(value) || isDuration(value)),
    text(/^\$(eq|ne|[gl]te?)$/),
  ),
  misfits,
)
/** A path pattern such as `/products/:id` or `!/checkout/*`. */
export const pattern = text(/^!?[/*]/)
/** The type of an activity. XState reads a star as any event, so it cannot be one. */
export const activityType = text(/^(?!(.*\.)?\*$)./s)

/** A filter on data, checked as deep as its evaluation reads it: what is only compared with may be anything. */
export const condition: Shape = either(
  isObject,
  (value, path, problems) => {
    for (const [key, item] of Object.entries(value as object))
      (key[0] !== '$' ? operand : key === '$not' ? condition : /^\$(and|n?or)$/.test(key) ? list(condition) : misfits)(
        item,
        at(path, key),
        problems,
      )
  },
  plainObject,
)

/** Which activities are meant; where not every type can be, with the shape of a type. */
// @__NO_SIDE_EFFECTS__
export function matchShape(type: Shape): Shape {
  return either(
    isObject,
    object({
      on: either(Array.isArray, list(type, 1), type),
      where: optional(condition),
      pages: optional(list(pattern, 1)),
    }),
    type,
  )
}

const operator = scalar((value) => conditionOperators.includes(value as string))
export const match = matchShape(activityType)

/** What a condition says of one property: a value, or operators. */
function operand(value: unknown, path: string, problems: Problem[]): void {
  if (isOperators(value)) {
    record(json, operator)(value, path, problems)
    for (const [key, item] of Object.entries(value))
      (/^\$(n?in|all)i?$/.test(key) ? list(json) : key === '$elemMatch' && !isOperators(item) ? condition : operand)(
        item,
        at(path, key),
        problems,
      )
  }
}

function isOperators(value: unknown): value is object {
  return isObject(value) && /^\$/.test(Object.keys(value)[0]!)
}

/**
 * An expression over a table of operators, with `all`, `any` and `not`. A bare text is the pulse `on`.
 *
 * @param states Refuses pulses, which are true only for a moment, so that nothing can ask for them at another.
 * @param leaf Is told each operator's object that has no problem.
 */
// @__NO_SIDE_EFFECTS__
export function expressionShape(
  table: { readonly [name: string]: OperatorShape },
  { states, leaf }: { states?: boolean; leaf?(written: { [key: string]: unknown }, path: string): void } = {},
): Shape {
  const known = [...Object.keys(table), 'all', 'any', 'not']
  const inner =
    (states?: boolean): Shape =>
    (value, path, problems) => {
      const written = (typeof value === 'string' ? { on: value } : value) as { [key: string]: unknown }
      const [name, other] = isObject(written) ? Object.keys(written).filter((name) => known.includes(name)) : []
      const fail = (message: string) => problems.push({ path, message })
      if (!name || other) fail(misfit(value))
      else if (name === 'not') inner(true)(written.not, at(path, name), problems)
      else if (table[name]) {
        const { kind, shape } = table[name]
        const before = problems.length
        shape(value, path, problems)
        if (problems.length === before) {
          if (states && (typeof kind === 'function' ? kind(value as never) : kind) === 'pulse')
            fail(`"${name}" is true for a moment only, not a state`)
          leaf?.(written, path)
        }
      } else list(inner(states), 1)(written[name], at(path, name), problems)
    }
  return inner(states)
}

function isDuration(value: unknown): boolean {
  return typeof value !== 'object' && parseDuration(value as Duration) >= 0
}
