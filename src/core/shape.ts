import { durationExample, parseDuration } from './duration.ts'
import type { Duration } from './guide.ts'

/** What is wrong at one place of a document, and what to write instead. */
export interface Problem {
  /** The place, e.g. `flows[2].trigger.all[0].is`; empty for the document itself. */
  path: string
  message: string
}

/** Looks at a value of unknown origin and adds what is wrong with it. */
export type Shape = (value: unknown, path: string, problems: Problem[]) => void

/** What `expressionShape` needs to know about an operator. */
export interface OperatorShape {
  /** A pulse is true only at the activity that completes it; for a few operators that depends on the range. */
  kind: Kind | ((expression: { [key: string]: unknown }) => Kind)
  /** Checks the whole object, the operator's own key included. */
  shape: Shape
}

export type Kind = 'pulse' | 'state'

/** Operators of conditions, all of GrowthBook's that need no saved groups. */
export const conditionOperators =
  '$eq $ne $gt $gte $lt $lte $in $nin $ini $nini $regex $regexi $notRegex $notRegexi $exists $type $size $elemMatch $all $alli $and $or $nor $not $veq $vne $vgt $vgte $vlt $vlte'

/** Operators of ranges. */
export const rangeOperators = '$eq $ne $gt $gte $lt $lte'

/**
 * One value that either fits or not.
 *
 * @example const percent = scalar((value) => Number(value) <= 100, 'percentage', 'a number up to 100')
 */
export function scalar(fits: (value: unknown) => unknown, noun: string, example: string): Shape {
  return (value, path, problems) => {
    if (!fits(value)) problems.push({ path, message: misfit(value, noun, example) })
  }
}

/** The message about a value that does not fit. */
export function misfit(value: unknown, noun: string, example: string): string {
  return `${value === undefined ? `the ${noun} is missing` : `${shown(value)} is no ${noun}`}; write ${example}`
}

export function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The path of a member. */
export function at(path: string, key: string | number): string {
  return typeof key === 'number' ? `${path}[${key}]` : path ? `${path}.${key}` : key
}

/** An object with these members; those that are not named here are ignored. */
export function object(shapes: { [key: string]: Shape }): Shape {
  const entries = Object.entries(shapes)
  return (value, path, problems) => {
    plainObject(value, path, problems)
    if (isObject(value))
      // Own members only: a host page may have polluted Object.prototype.
      for (const [key, shape] of entries) shape(Object.hasOwn(value, key) ? value[key] : undefined, at(path, key), problems)
  }
}

/** The same, or nothing at all. */
export function optional(shape: Shape): Shape {
  return (value, path, problems) => {
    if (value !== undefined) shape(value, path, problems)
  }
}

/** A list of at least `least` items. */
export function list(shape: Shape, least = 0): Shape {
  const enough = scalar((value) => Array.isArray(value) && value.length >= least, 'list', least ? 'at least one item' : '[ ]')
  return (value, path, problems) => {
    enough(value, path, problems)
    if (Array.isArray(value)) value.forEach((item, index) => shape(item, at(path, index), problems))
  }
}

/** An object whose members all have one shape. */
export function record(shape: Shape, key?: Shape): Shape {
  return (value, path, problems) => {
    plainObject(value, path, problems)
    if (isObject(value))
      for (const name of Object.keys(value)) {
        key?.(name, at(path, name), problems)
        shape(value[name], at(path, name), problems)
      }
  }
}

/** One of these words. */
export function oneOf(...words: string[]): Shape {
  return scalar((value) => words.includes(value as string), 'choice', `one of ${words.join(', ')}`)
}

/** The first shape for what passes the test, else the second. */
export function either(test: (value: unknown) => unknown, yes: Shape, no: Shape): Shape {
  return (value, path, problems) => (test(value) ? yes : no)(value, path, problems)
}

/** A finite number between two bounds, both allowed. */
export function between(least: number, most: number, noun = 'number', example = `a number from ${least} to ${most}`): Shape {
  return scalar((value) => Number.isFinite(value) && least <= (value as number) && (value as number) <= most, noun, example)
}

export const number = scalar(Number.isFinite, 'number', 'a number')
/** How often: zero or more. */
export const amount = between(0, 1e15, 'amount', 'a number from 0 on')
/** How often: a whole number, one or more. */
export const times = scalar((value) => Number.isInteger(value) && (value as number) > 0, 'whole number', 'a whole number from 1 on')
export const boolean = scalar((value) => typeof value === 'boolean', 'switch', 'true or false')
/** Anything; that it is plain data is checked for the whole document. */
export const json: Shape = () => {}
/** A text that is not empty. */
export const string = scalar(isText, 'text', '"…"')
export const plainObject = scalar(isObject, 'object', '{ … }')
export const id = scalar(
  (value) => isText(value) && /^[a-z0-9][a-z0-9-]{0,63}$/.test(value),
  'id',
  'up to 64 of a-z, 0-9 and "-", a letter or digit first',
)
export const duration = scalar(isDuration, 'duration', durationExample)
/** A duration, `"page"`, `"session"` or `"ever"`. */
export const window = scalar(
  (value) => isDuration(value) || ['page', 'session', 'ever'].includes(value as string),
  'window',
  `"page", "session", "ever", ${durationExample}`,
)
/** Comparison operators, at least one, on numbers or durations; a number may be negative. */
export const range: Shape = (value, path, problems) => {
  scalar((value) => isObject(value) && Object.keys(value)[0], 'range', `{ "$gt": 3 } with ${rangeOperators}`)(value, path, problems)
  if (isObject(value))
    for (const key of Object.keys(value))
      scalar(
        () => rangeOperators.split(' ').includes(key) && (Number.isFinite(value[key]) || isDuration(value[key])),
        'comparison',
        `a number or a duration after one of ${rangeOperators}`,
      )(value[key], at(path, key), problems)
}
/** A path pattern such as `/products/:id` or `!/checkout/*`. */
export const pattern = scalar((value) => isText(value) && /^!?[/*]/.test(value), 'path pattern', '"/products/:id", "/help/*" or "!/checkout/*"')
/** The type of an activity. XState reads a star as "any event", so it cannot be one. */
export const activityType = scalar(
  (value) => isText(value) && !/^\*$|\.\*$/.test(value),
  'activity type',
  'a name such as "Product Viewed", without a star',
)
/** A filter on data. What stands below an operator is checked too, as it may be a condition again. */
export const condition: Shape = (value, path, problems) => {
  plainObject(value, path, problems)
  if (isObject(value)) operators(value, path, problems)
}

/** Which activities are meant. The shape of a type can be narrowed for places where some are taken. */
export function matchShape(type: Shape): Shape {
  return either(
    isObject,
    object({ on: either(Array.isArray, list(type, 1), type), where: optional(condition), pages: optional(list(pattern, 1)) }),
    type,
  )
}

export const match = matchShape(activityType)

/**
 * An expression over a table of operators, with `all`, `any` and `not`. A bare text is the pulse `on`.
 *
 * @param states Pulses are refused: they are true only for a moment, so nothing can ask for them later.
 */
export function expressionShape(
  table: { [name: string]: OperatorShape },
  { states = false }: { states?: boolean } = {},
): Shape {
  const known = ['on', ...Object.keys(table), 'all', 'any', 'not'].filter((name, index, all) => all.indexOf(name) === index)
  const expression =
    (states: boolean): Shape =>
    (value, path, problems) => {
      const [name, other] = typeof value === 'string' ? ['on'] : isObject(value) ? known.filter((name) => Object.hasOwn(value, name)) : []
      const refuse = (message: string) => problems.push({ path, message })
      const operator = table[name!]
      if (!name) refuse(misfit(value, 'expression', `an activity type or an object with one of ${known.join(', ')}`))
      else if (other) refuse(`"${name}" and "${other}" are both operators; join them: { "all": [{ "${name}": … }, { "${other}": … }] }`)
      else if (name === 'not') expression(true)((value as { not: unknown }).not, at(path, name), problems)
      else if (name === 'all' || name === 'any') list(expression(states), 1)((value as { all: unknown })[name as 'all'], at(path, name), problems)
      else {
        const kind = typeof operator?.kind === 'function' ? operator.kind(value as { [key: string]: unknown }) : operator?.kind
        if (states && kind !== 'state')
          refuse(`"${name}" is true only for a moment and cannot stand under "not" or in segments, audiences and "when"; write a state such as "count"`)
        ;(operator?.shape ?? match)(value, path, problems)
      }
    }
  return expression(states)
}

function operators(value: unknown, path: string, problems: Problem[]): void {
  if (typeof value === 'object' && value)
    for (const [key, item] of Object.entries(value)) {
      const here = at(path, Array.isArray(value) ? +key : key)
      if (key[0] === '$' && !conditionOperators.split(' ').includes(key))
        problems.push({ path: here, message: `"${key}" is no operator; write one of ${conditionOperators}` })
      else if (/^\$(and|n?or|n?ini?|alli?)$/.test(key)) list(json)(item, here, problems)
      operators(item, here, problems)
    }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isDuration(value: unknown): boolean {
  return /^(string|number)$/.test(typeof value) && parseDuration(value as Duration) >= 0
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : typeof value === 'object' && value ? (Array.isArray(value) ? 'a list' : 'an object') : String(value)
}
