import type { Activity, Page, Properties, Visitor } from '../core/activity.ts'
import { FootholdError } from '../core/errors.ts'

/** A line of a recorded log. All but `visitor`, `type` and `at` may be missing. */
export interface LogLine {
  /** An id that stays the same, or a visitor as in an activity. */
  visitor: string | number | Visitor
  type: string
  /** Milliseconds since the epoch, or ISO 8601; without a zone it is UTC. */
  at: number | string
  /** Equal ids count once. Default: the number of the line. */
  id?: string | number
  /** Orders what happened at the same moment. Default: the number of the line. */
  seq?: number
  tab?: string | number
  /** A path, or a page as in an activity. */
  page?: string | Page
  properties?: Properties
  traits?: Properties
  /** `false` for what the visitor did not do. */
  interaction?: boolean
}

/**
 * Reads a line as an activity.
 *
 * @param number Which line of the log it is, counting from 1.
 * @throws FootholdError `invalid-activity`, with what is wrong and what to write.
 */
export function readLogLine(value: unknown, number: number): Activity {
  if (!isObject(value)) throw unfit('is no object; write { "visitor": …, "type": …, "at": … }')
  const { type, id, seq, tab, properties, traits, interaction } = value as Partial<LogLine>
  if (typeof type !== 'string' || !type) throw unfit(`has no type; write "type": "Page Viewed"`)
  if (!isMissing(properties) && !isObject(properties)) throw unfit('has properties that are no object')
  if (!isMissing(traits) && !isObject(traits)) throw unfit('has traits that are no object')
  const visitor = visitorOf(value.visitor)
  const page = pageOf(value.page)
  return {
    id: isName(id) ? String(id) : `line-${number}`,
    type,
    at: momentOf(value.at),
    seq: typeof seq === 'number' && Number.isFinite(seq) ? seq : number,
    visitor: traits ? { ...visitor, traits } : visitor,
    ...(isName(tab) && { tab: String(tab) }),
    ...(page && { page }),
    properties: properties ?? {},
    ...(interaction === false && { interaction }),
  }
}

function visitorOf(value: unknown): Visitor {
  if (isName(value)) return { anonymousId: String(value) }
  const { anonymousId, id } = (isObject(value) ? value : {}) as Partial<Visitor>
  if (isName(anonymousId)) return { ...(value as unknown as Visitor), anonymousId: String(anonymousId) }
  if (isName(id)) return { ...(value as unknown as Visitor), id: String(id), anonymousId: String(id) }
  throw unfit('has no visitor; write "visitor": "v1", an id that stays the same')
}

function pageOf(value: unknown): Page | undefined {
  if (typeof value === 'string' && value) return { path: value }
  return isObject(value) && typeof value.path === 'string' ? (value as unknown as Page) : undefined
}

/** In the year 5138; microseconds of today are far beyond it. */
const latest = 1e14
const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?/i

/** Milliseconds since the epoch, of a number of them or ISO 8601; without a zone it is UTC. */
export function momentOf(value: unknown): number {
  if (typeof value === 'number' && Math.abs(value) > latest)
    throw unfit(`has the time ${value}, thousands of years away; write milliseconds since the epoch, not microseconds`)
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'string' && iso.test(value)) {
    const [moment] = iso.exec(value)!
    const zone = value.slice(moment.length).trim().replace(/^UTC$/i, 'Z')
    const time = moment.length === 10 ? `${moment}T00:00` : moment.replace(' ', 'T').replace(',', '.')
    const at = Date.parse(`${time}${zone.replace(/^([+-]\d\d)$/, '$1:00') || 'Z'}`)
    if (!Number.isNaN(at)) return at
  }
  const found = value === undefined ? 'has no time' : `has ${JSON.stringify(value)} as its time`
  throw unfit(`${found}; write "at" as milliseconds since the epoch or as ISO 8601`)
}

function unfit(message: string): FootholdError {
  return new FootholdError('invalid-activity', message)
}

function isName(value: unknown): value is string | number {
  return (typeof value === 'string' && value !== '') || typeof value === 'number'
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null
}

function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
