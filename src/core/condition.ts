import { parse } from 'regexparam'
import type { Activity } from './activity.ts'
import type { Condition, Match } from './guide.ts'
import { toJson } from './to-json.ts'

type Test = (value: unknown) => boolean

/**
 * Compiles a MongoDB-style filter to a function. Syntax and results are GrowthBook's
 * (https://docs.growthbook.io/lib/build-your-own#conditions) but for one thing: an ordered comparison
 * (`$gt $gte $lt $lte`) with a missing value is false. Unknown operators and broken expressions are false, never errors.
 *
 * @example compileCondition({ price: { $gt: 20 }, 'brand.name': { $in: ['Acme'] } })(properties)
 */
export function compileCondition(condition: Condition): Test {
  return every(
    Object.entries(condition).map(([key, wanted]): Test => {
      if (key === '$and') return every(conditions(wanted))
      if (key === '$or') return some(conditions(wanted))
      if (key === '$nor') return not(some(conditions(wanted)))
      if (key === '$not') return not(compileCondition(wanted as Condition))
      const test = compileValue(wanted)
      const read = reader(key)
      return (value) => test(read(value))
    }),
  )
}

/** Reads the value under a dotted path, own properties only; null where there is none. */
export function reader(path: string): (value: unknown) => unknown {
  const parts = path.split('.')
  return (value) => {
    let current = value
    for (const part of parts) {
      if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return null
      current = (current as Record<string, unknown>)[part]
    }
    return current
  }
}

/** The value under a dotted path, for one that is read once in a while. */
export function valueAt(value: unknown, path: string): unknown {
  return reader(path)(value)
}

/** A match, ready to be asked; `path` is the latest path of the activity's tab, for one that has none of its own. */
export interface CompiledMatch {
  types: readonly string[]
  test(activity: Activity, path: string | undefined): boolean
}

/** What is asked of the properties and the page is compiled when the first activity of such a type comes. */
export function compileMatch(match: Match): CompiledMatch {
  const { where, pages } = typeof match === 'string' ? { where: undefined, pages: undefined } : match
  const types = typesOf(match)
  let holds: Test | undefined
  let there: ReturnType<typeof compilePages> | undefined
  return {
    types,
    test(activity, path) {
      if (!types.includes(activity.type)) return false
      if (where) holds ??= compileCondition(where)
      if (pages) there ??= compilePages(pages)
      return (!holds || holds(activity.properties)) && (!there || there(activity.page?.path ?? path))
    },
  }
}

/** The types of activities that are meant. */
export function typesOf(match: Match): readonly string[] {
  const on = typeof match === 'string' ? match : match.on
  return typeof on === 'string' ? [on] : on
}

/** Whether an activity is one that is meant; for a match that is asked once in a while. */
export function matches(match: Match, activity: Activity, path?: string): boolean {
  return compileMatch(match).test(activity, path)
}

/** Path patterns in regexparam's syntax; those after `!` exclude, and only exclusions mean everywhere else. */
export function compilePages(pages: readonly string[]): (path: string | undefined) => boolean {
  const patterns = (excluding: boolean) =>
    pages.filter((page) => page.startsWith('!') === excluding).map((page) => parse(page.slice(+excluding)).pattern)
  let lists: [wanted: RegExp[], unwanted: RegExp[]] | undefined
  const hits = (list: RegExp[], path: string) => list.some((pattern) => pattern.test(path))
  return (path) => {
    lists ??= [patterns(false), patterns(true)]
    const [wanted, unwanted] = lists
    return path !== undefined && !hits(unwanted, path) && (!wanted.length || hits(wanted, path))
  }
}

function compileValue(wanted: unknown, fold = same): Test {
  if (typeof wanted === 'string') return (value) => fold(`${value}`) === fold(wanted)
  if (typeof wanted === 'number') return (value) => Number(value) === wanted
  if (typeof wanted === 'boolean') return (value) => value !== null && !!value === wanted
  if (wanted === null) return (value) => value === null
  if (isOperators(wanted)) return every(Object.entries(wanted).map(([name, operand]) => compileOperator(name, operand)))
  const text = toJson(wanted)
  return (value) => toJson(value) === text
}

function compileOperator(name: string, wanted: any): Test {
  const fold = name.endsWith('i') ? lower : same
  switch (name) {
    case '$eq':
      return (value) => value === wanted
    case '$ne':
      return (value) => value !== wanted
    case '$lt':
      return (value: any) => value != null && value < wanted
    case '$lte':
      return (value: any) => value != null && value <= wanted
    case '$gt':
      return (value: any) => value != null && value > wanted
    case '$gte':
      return (value: any) => value != null && value >= wanted
    case '$exists':
      return (value) => (value != null) === !!wanted
    case '$in':
    case '$ini':
      return Array.isArray(wanted) ? (value) => isIn(value, wanted, fold) : never
    case '$nin':
    case '$nini':
      return Array.isArray(wanted) ? (value) => !isIn(value, wanted, fold) : never
    case '$all':
    case '$alli': {
      if (!Array.isArray(wanted)) return never
      const tests = wanted.map((each) => compileValue(each, fold))
      return (value) => Array.isArray(value) && tests.every((test) => value.some(test))
    }
    case '$not':
      return not(compileValue(wanted))
    case '$size': {
      const test = compileValue(wanted)
      return (value) => Array.isArray(value) && test(value.length)
    }
    case '$elemMatch': {
      const test = isOperators(wanted) ? compileValue(wanted) : compileCondition(wanted)
      return (value) => Array.isArray(value) && value.some((each) => each != null && test(each))
    }
    case '$regex':
    case '$regexi':
    case '$notRegex':
    case '$notRegexi': {
      const negated = name[1] === 'n'
      try {
        const pattern = new RegExp(wanted, fold === lower ? 'i' : '')
        return (value) => pattern.test(`${value}`) !== negated
      } catch {
        return never
      }
    }
    case '$type':
      return (value) => typeOf(value) === wanted
    case '$veq':
    case '$vne':
    case '$vgt':
    case '$vgte':
    case '$vlt':
    case '$vlte': {
      const test = compileOperator(`$${name.slice(2)}`, version(wanted))
      return (value) => test(version(value))
    }
  }
  return never
}

const never: Test = () => false
const same = (text: string) => text
const lower = (text: string) => text.toLowerCase()
const not =
  (test: Test): Test =>
  (value) =>
    !test(value)
const every = (tests: Test[]): Test => (tests.length === 1 ? tests[0]! : (value) => tests.every((test) => test(value)))
const some =
  (tests: Test[]): Test =>
  (value) =>
    !tests.length || tests.some((test) => test(value))
const conditions = (list: unknown): Test[] => (list as Condition[]).map(compileCondition)

function isOperators(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const keys = Object.keys(value)
  return keys.length > 0 && keys.every((key) => key[0] === '$')
}

function isIn(value: unknown, list: unknown[], fold: (text: string) => string): boolean {
  const folded = (each: unknown) => (typeof each === 'string' ? fold(each) : each)
  const wanted = list.map(folded)
  return Array.isArray(value) ? value.some((each) => wanted.includes(folded(each))) : wanted.includes(folded(value))
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
}

/** Semantic versions as text that sorts: numbers padded, a release after its pre-releases. */
function version(value: unknown): string {
  const parts = `${(typeof value === 'string' || typeof value === 'number') && value ? value : 0}`
    .replace(/(^v|\+.*$)/g, '')
    .split(/[-.]/)
  if (parts.length === 3) parts.push('~')
  return parts.map((part) => (/^\d+$/.test(part) ? part.padStart(5) : part)).join('-')
}
