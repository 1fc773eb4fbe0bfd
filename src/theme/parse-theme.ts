import { readValue } from './read-value.ts'
import { aliasOf, type Theme, type TokenName, type Tokens, tokenNamed, tokens } from './tokens.ts'

/** What was not taken over, and why. */
export interface Refusal {
  /** Its name, or its path in a document of design tokens. */
  token: string
  /** A sentence or two: what is wrong, and what to write instead. */
  why: string
}

export interface ParsedTheme {
  /** What is sound. Its values are written anew, so that nothing but tokens can be in them. */
  theme: Theme
  refused: Refusal[]
}

/**
 * Reads a theme from data: a record of tokens, `{ accent: '#0b6e4f', dark: { accent: '#5ce6ab' } }`, or a document in the
 * W3C design tokens format (2025.10, with groups, aliases, `$ref`, `$root`, `$extends` and composite types). In a document the tokens
 * are below `foothold`, or at the top where there is no such group; the category in between may be left out. Others are
 * there for aliases. What is unsafe, mistyped or unknown is refused, and the rest is kept. Never throws.
 *
 * @example parseTheme({ accent: '#0b6e4f', radius: 'url(x)' }).refused[0].why
 */
export function parseTheme(input: unknown): ParsedTheme {
  const refused: Refusal[] = []
  if (!isRecord(input)) {
    refused.push({ token: '', why: 'A theme is an object of tokens, e.g. { "accent": "#0b6e4f" }.' })
    return { theme: {}, refused }
  }
  const entries = read(input, refused)
  const isDocument = [...entries.values()].some(({ typed }) => typed)
  const within = isRecord(own(input, 'foothold'))
  const light: Tokens = {}
  const dark: Tokens = {}

  const refuse = (entry: Entry, why: string) => refused.push({ token: entry.path.join('.'), why })

  function take(entry: Entry, look: Tokens, name: string, value: unknown, type?: string) {
    const token = tokenNamed(name)
    if (!token) return refuse(entry, unknown(name))
    if (typeof value === 'string' && aliasOf(value)) {
      const target = tokenNamed(aliasOf(value)!)!
      if (target.type !== token.type)
        return refuse(entry, `${name} is a ${token.type}, and ${target.name}, which it stands for, a ${target.type}.`)
      look[token.name] = `var(--foothold-${target.name})`
      return
    }
    if (type !== undefined && type !== token.type)
      return refuse(entry, `${name} is a ${token.type}, not a ${type}. Write "$type": "${token.type}".`)
    const reading = readValue(token, value)
    if ('css' in reading) look[token.name] = reading.css
    else refuse(entry, reading.why)
  }

  for (const entry of entries.values()) {
    const place = placeOf(entry.path, within)
    if (!place) continue
    const look = place.dark ? dark : light
    const { value, type, problem } = resolved(entry, entries, input)
    const parts = composites[type ?? '']?.[place.name]
    if (parts && isRecord(value)) {
      for (const [key, part] of Object.entries(value)) {
        const name = own(parts, key)
        if (typeof name === 'string') take(entry, look, name, part)
        else if (key !== 'style') refuse(entry, `There is no token for the ${key} of ${place.name}.`)
      }
    } else if (tokenNamed(place.name)) {
      if (problem) refuse(entry, problem)
      else take(entry, look, place.name, value, type)
    } else if (within || !isDocument) refuse(entry, unknown(place.name))
  }
  const scheme = schemesIn(input)
  if (scheme.light) light.scheme = scheme.light
  if (scheme.dark) dark.scheme = scheme.dark
  withoutCircles(light, light, refused)
  withoutCircles(dark, { ...light, ...dark }, refused)
  return { theme: { ...inOrder(light), ...(Object.keys(dark).length > 0 && { dark: inOrder(dark) }) }, refused }
}

/** Under this key of `$extensions` a document says what its format cannot. */
export const extension = 'dev.foothold'

interface Entry {
  path: string[]
  value: unknown
  type: string | undefined
  /** It has `$value` or `$ref`: the document is in the design tokens format. */
  typed: boolean
}

const deepest = 24
const most = 5000

/** Values of several tokens in one: by type, by name, by part. */
const composites: { [type: string]: { [name: string]: { [part: string]: TokenName } } } = {
  typography: {
    title: {
      fontFamily: 'title-font',
      fontSize: 'title-size',
      fontWeight: 'title-weight',
      letterSpacing: 'title-spacing',
    },
    text: { fontFamily: 'font', fontSize: 'text-size' },
    control: { fontSize: 'control-size', fontWeight: 'control-weight' },
  },
  border: { border: { color: 'border', width: 'border-width' }, 'control-border': { color: 'control-border' } },
  transition: { motion: { duration: 'duration', timingFunction: 'ease' } },
}

/** All values of a document, by path. */
function read(input: Record<string, unknown>, refused: Refusal[]): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  const visit = (node: unknown, path: string[], inherited: string | undefined) => {
    if (path.length > deepest || entries.size > most) return
    const key = path.join('.')
    if (!isRecord(node)) {
      if (node !== undefined) entries.set(key, { path, value: node, type: inherited, typed: false })
      return
    }
    const type = typeof own(node, '$type') === 'string' ? (own(node, '$type') as string) : inherited
    if (Object.hasOwn(node, '$value') || Object.hasOwn(node, '$ref')) {
      const value = withUnit(own(node, '$value') ?? { $ref: own(node, '$ref') }, own(node, '$extensions'))
      // The last part `$root` is the group's own value.
      entries.set(key, { path, value, type, typed: true })
      return
    }
    const base = baseOf(node, input)
    if (Object.hasOwn(node, '$extends') && !base)
      refused.push({ token: key, why: 'The group that it extends is not there. Write e.g. "$extends": "{color}".' })
    const inheritedType = type ?? (base && (own(base, '$type') as string | undefined))
    for (const [name, child] of Object.entries({ ...base, ...node })) {
      if (name === '$root') visit(child, path, inheritedType)
      else if (!name.startsWith('$')) visit(child, [...path, name], inheritedType)
    }
  }
  visit(input, [], undefined)
  if (entries.size > most)
    refused.push({ token: '', why: `It has more than ${most} values; what follows was not read.` })
  return entries
}

function baseOf(group: Record<string, unknown>, input: unknown): Record<string, unknown> | undefined {
  const name = own(group, '$extends')
  if (typeof name !== 'string') return
  const path = /^\{(.+)\}$/.exec(name)?.[1]?.split('.') ?? pointer(name)
  const base = path && at(input, path)
  return isRecord(base) && base !== group ? base : undefined
}

/** Where a value belongs: `foothold.dark.color.accent` is the accent in the dark. */
function placeOf(path: string[], within: boolean): { name: string; dark: boolean } | undefined {
  let rest = path
  if (within) {
    if (rest[0] !== 'foothold') return
    rest = rest.slice(1)
  }
  const dark = rest[0] === 'dark'
  if (dark) rest = rest.slice(1)
  if (rest.length > 1 && tokens.some(({ group }) => group === rest[0])) rest = rest.slice(1)
  return { name: rest.join('-').replace(/^--foothold-/, ''), dark }
}

interface Resolved {
  value: unknown
  type: string | undefined
  problem?: string
}

/** A value without aliases, but for those of tokens of ours: they stay, as CSS. */
function resolved(entry: Entry, entries: Map<string, Entry>, input: unknown): Resolved {
  let { type } = entry
  let problem: string | undefined
  const follow = (value: unknown, depth: number, whole: boolean): unknown => {
    if (depth > deepest) {
      problem = 'Its aliases lead in a circle, or too far. Write a value.'
      return undefined
    }
    const alias = typeof value === 'string' ? /^\{([^{}]+)\}$/.exec(value)?.[1] : undefined
    const ref = isRecord(value) ? own(value, '$ref') : undefined
    if (alias === undefined && typeof ref !== 'string') {
      if (Array.isArray(value)) return value.map((each) => follow(each, depth + 1, false))
      if (!isRecord(value)) return value
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, follow(each, depth + 1, false)]))
    }
    const path = alias === undefined ? pointer(ref as string) : alias.replace(/\.\$root$/, '').split('.')
    const named = path?.at(-1) === '$value' ? path.slice(0, -1) : path
    const target = named && entries.get(named.join('.'))
    const place = named && placeOf(named, named[0] === 'foothold')
    if (whole && place && tokenNamed(place.name) && (named.length === 1 || named[0] === 'foothold'))
      return `var(--foothold-${place.name})`
    if (target) {
      if (whole) type = target.type ?? type
      return follow(target.value, depth + 1, whole)
    }
    const inner = alias === undefined && path ? at(input, path) : undefined
    if (inner === undefined)
      problem = `"${alias ?? ref}", which it stands for, is not there. Write a value, or the path of one.`
    return inner === undefined ? undefined : follow(inner, depth + 1, false)
  }
  const value = follow(entry.value, 0, true)
  return { value, type, ...(problem !== undefined && { problem }) }
}

/** Lengths of the format are in px or rem; what was em says so beside. */
function withUnit(value: unknown, extensions: unknown): unknown {
  const said = isRecord(extensions) ? own(extensions, extension) : undefined
  return isRecord(said) && own(said, 'unit') === 'em' && isRecord(value) && own(value, 'unit') === 'rem'
    ? { ...value, unit: 'em' }
    : value
}

/** Light or dark has no type in the format. */
function schemesIn(input: Record<string, unknown>): { light?: string; dark?: string } {
  const top = isRecord(own(input, 'foothold')) ? (own(input, 'foothold') as Record<string, unknown>) : input
  const said = (group: unknown) => {
    const extensions = isRecord(group) ? own(group, '$extensions') : undefined
    const ours = isRecord(extensions) ? own(extensions, extension) : undefined
    const scheme = isRecord(ours) ? own(ours, 'scheme') : undefined
    return scheme === 'light' || scheme === 'dark' ? scheme : undefined
  }
  const light = said(top)
  const dark = said(own(top, 'dark'))
  return { ...(light && { light }), ...(dark && { dark }) }
}

/** Tokens that stand for each other in a circle would stand for nothing. */
function withoutCircles(look: Tokens, inForce: Tokens, refused: Refusal[]) {
  for (const name of Object.keys(look) as TokenName[]) {
    const way: string[] = [name]
    // Left out, a token has its default, which may stand for another.
    for (let next = aliasOf(look[name]); next; next = aliasOf(inForce[next] ?? tokenNamed(next)!.light)) {
      if (way.includes(next)) {
        delete look[name]
        delete inForce[name]
        refused.push({
          token: name,
          why: `${[...way, next].join(', ')} stand for each other in a circle. Write a value.`,
        })
        break
      }
      way.push(next)
    }
  }
}

function inOrder(look: Tokens): Tokens {
  return Object.fromEntries(tokens.flatMap(({ name }) => (look[name] === undefined ? [] : [[name, look[name]]])))
}

function unknown(name: string): string {
  const near = tokens.find((token) => token.name.includes(name) || name.includes(token.name))
  return `There is no token "${name.slice(0, 60)}".${near ? ` Did you mean "${near.name}"?` : ' The README lists them all.'}`
}

function pointer(text: string): string[] | undefined {
  if (!text.startsWith('#/')) return
  return text
    .slice(2)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function at(node: unknown, path: string[]): unknown {
  return path.reduce(
    (found, part) => (typeof found === 'object' && found !== null ? own(found, part) : undefined),
    node,
  )
}

function own(node: object, key: string): unknown {
  return Object.hasOwn(node, key) ? (node as Record<string, unknown>)[key] : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
