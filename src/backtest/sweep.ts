import type { Json } from '../core/activity.ts'
import { FootholdError } from '../core/errors.ts'
import type { Guide } from '../core/guide.ts'
import { parseGuide } from '../core/schema.ts'

/** One place of a guide, and the values to try there. */
export interface Sweep {
  /** E.g. `flows.welcome.trigger.idle`. */
  path: string
  values: Json[]
}

/** The guide with one combination of the values. */
export interface Variation {
  /** Which value stands where. */
  settings: { [path: string]: Json }
  guide: Guide
}

const most = 200

/**
 * Reads `flows.ID.trigger.PATH=a,b,c`. A value is JSON where it can be, else a text: `60s`, `3`, `true`.
 *
 * @throws FootholdError `invalid-option`
 */
export function parseSweep(text: string): Sweep {
  const equals = text.indexOf('=')
  const path = text.slice(0, equals).trim()
  const values = text
    .slice(equals + 1)
    .split(',')
    .map((value) => value.trim())
  if (equals < 1 || values.includes(''))
    throw new FootholdError(
      'invalid-option',
      `--sweep "${text}" is no place with values. Write a path into the guide, "=" and values with commas: --sweep flows.welcome.trigger.idle=60s,120s`,
    )
  return { path, values: values.map(readValue) }
}

/**
 * The guide in all combinations of the values, the last sweep turning fastest.
 *
 * @throws FootholdError `invalid-option` where a path leads nowhere or a value does not fit there.
 */
export function variationsOf(guide: Guide, sweeps: Sweep[]): Variation[] {
  if (!sweeps[0]) return []
  const combinations = sweeps.reduce<Variation['settings'][]>(
    (grid, { path, values }) => grid.flatMap((settings) => values.map((value) => ({ ...settings, [path]: value }))),
    [{}],
  )
  if (combinations.length > most)
    throw new FootholdError(
      'invalid-option',
      `The sweeps have ${combinations.length} combinations, and each is a replay of its own. Sweep at most ${most} at a time.`,
    )
  return combinations.map((settings) => {
    const changed = structuredClone(guide)
    for (const [path, value] of Object.entries(settings)) put(changed, path, value)
    try {
      return { settings, guide: parseGuide(changed) }
    } catch (error) {
      const told = Object.entries(settings).map(([path, value]) => `${path} = ${textOf(value)}`)
      throw new FootholdError(
        'invalid-option',
        `With ${told.join(', ')} the guide is none. ${(error as Error).message}`,
      )
    }
  })
}

/** A value as it is written on the command line. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** `flows.welcome.…` looks a flow up by its id, `all.0` and `all[0]` both count from 0. */
function put(guide: Guide, path: string, value: Json): void {
  const parts = path.replace(/\[(\d+)\]/g, '.$1').split('.')
  let place: unknown = guide
  parts.slice(0, -1).forEach((part, index) => {
    const found = memberOf(place, part, index === 1 && parts[0] === 'flows')
    if (typeof found !== 'object' || found === null) throw lost(path, parts.slice(0, index), part, place)
    place = found
  })
  const last = parts.at(-1)!
  if (memberOf(place, last, false) === undefined) throw lost(path, parts.slice(0, -1), last, place)
  ;(place as { [key: string]: Json })[last] = value
}

function memberOf(place: unknown, name: string, byId: boolean): unknown {
  if (byId) return (place as { id: string }[]).find(({ id }) => id === name)
  return Object.hasOwn(place as object, name) ? (place as { [key: string]: unknown })[name] : undefined
}

function lost(path: string, way: string[], part: string, place: unknown): FootholdError {
  const there =
    way[0] === 'flows' && way[1] === undefined
      ? (place as { id: string }[]).map(({ id }) => id)
      : Object.keys(place as object)
  return new FootholdError(
    'invalid-option',
    `--sweep ${path} leads nowhere: ${way.join('.') || 'the guide'} has no "${part}". It has ${there.join(', ') || 'nothing'}.`,
  )
}

function readValue(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
