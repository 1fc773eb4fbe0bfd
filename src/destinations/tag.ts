import type { Activity, Json, Properties, Visitor } from '../core/activity.ts'
import { FootholdError } from '../core/errors.ts'
import { isPrivateName } from '../core/private-name.ts'
import type { Destination, Refusal } from './destination.ts'

export interface TagOptions {
  /**
   * Types of activities to send; `*` stands for anything: `['Flow *', 'Order Completed']`.
   * @default what visitors did and what flows led to: not what has `interaction: false` and is none of the latter, as page
   * views, which clients count themselves, and what observers read from the page or heard from another tracker
   */
  types?: string[]
}

/** An activity as a client is told it. */
export interface Told {
  /** The activity's own, for clients that tell repetitions by it. */
  id: string
  type: string
  at: number
  visitor: Visitor
  /** The page's path; empty if the activity had no page. */
  path: string
  /** Without what is private, with `foothold_id`, which says that it comes from here. */
  properties: Properties
}

export interface Tag<Client> {
  name: string
  /** What has to be on the page, for the error: `window.mixpanel`. */
  global: string
  types: TagOptions['types']
  /** Asked for each batch anew, as scripts put themselves in the place of their stubs; nothing while it is not there. */
  find(): Client | undefined
  /** What collects calls while the client's script is not there; nothing once it is. */
  queue(client: Client): ArrayLike<unknown> | undefined
  tell(client: Client, told: Told): unknown
}

/** So many activities are put into a stub that nobody may ever empty. The rest waits where consent is still asked. */
const mostQueued = 100
/** What Foothold alone can tell. */
const outcome =
  /^(Flow (Started|Completed|Dismissed|Ended|Snoozed)|Step \w+|Action Clicked|Offer (Shown|Copied)|Experiment Viewed|Goal Reached|Visitor Identified)$/
const countedElsewhere = /^(Page|Session|Visitor|Flow)\b/
const deepest = 8

/** Makes a destination of a client that lives in the page. What it throws stays here: no client hurts another, or the page. */
export function tag<Client>({ name, global, types, find, queue, tell }: Tag<Client>): Destination {
  const patterns = types?.map((type) => new RegExp(`^${type.replace(/[^\w *]/g, '\\$&').replaceAll('*', '.*')}$`, 's'))
  const isWanted = ({ type, interaction }: Activity) =>
    patterns
      ? patterns.some((pattern) => pattern.test(type))
      : outcome.test(type) || (interaction !== false && !countedElsewhere.test(type))
  const failed = (why: string, cause: Refusal & { error?: unknown }) =>
    new FootholdError('destination-failed', `Destination "${name}": ${why}`, { cause })
  let queued = 0
  let length = 0
  let complained = false

  const look = () => {
    try {
      const client = find()
      return { client, waiting: client && queue(client) }
    } catch (error) {
      return { error }
    }
  }

  return {
    name,
    send({ visitor, activities }) {
      const wanted = activities.filter(isWanted)
      if (!wanted.length) return
      const { client, waiting, error } = look()
      if (!client)
        throw failed(
          `there is no ${global} that can be used on this page. Load it, or hand the client over as an option. What happens is kept until it is there.`,
          { error },
        )
      // Emptied, or replaced: the script has come.
      if (!waiting || waiting.length < length) queued = 0
      if (waiting && queued + wanted.length > mostQueued)
        throw failed(
          `the script behind ${global} does not load; is it blocked? What happens is kept until it has loaded.`,
          {},
        )
      const before = waiting?.length ?? 0
      const errors: unknown[] = []
      for (const activity of wanted) {
        const told = toldOf(activity, visitor)
        try {
          // Clients keep and repeat by themselves: nothing waits for them.
          if (told) Promise.resolve(tell(client, told)).catch(() => {})
        } catch (error) {
          errors.push(error)
        }
      }
      length = look().waiting?.length ?? 0
      if (waiting) queued += Math.max(0, length - before)
      if (errors.length && !complained) {
        complained = true
        throw failed(
          `${global} threw at ${errors.length} of ${wanted.length} activities, which are dropped: ${errors[0]}. This is said once.`,
          { terminal: true, error: errors[0] },
        )
      }
    },
  }
}

/** Nothing of what cannot be written, so that it never stops the others. */
function toldOf({ id, type, at, visitor, page, properties }: Activity, known: Visitor): Told | undefined {
  if (Number.isNaN(new Date(at).getTime())) return
  try {
    const kept = publicPart(properties, 0) as Properties
    if (type === 'Step Answered') {
      kept.answer = withoutOwnWords(kept.answer, kept.written)
      delete kept.written
    }
    return {
      id,
      type,
      at,
      visitor: { ...known, ...visitor },
      path: page?.path ?? '',
      properties: { ...kept, foothold_id: id },
    }
  } catch {
    return
  }
}

/** A copy without private names, without the queries of addresses, and without what is no JSON. */
function publicPart(value: unknown, depth: number): Json | undefined {
  if (typeof value === 'string') return value.replace(/^(\w+:\/\/[^?#]*)[?#].*$/s, '$1')
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return value as Json
  if (typeof value !== 'object' || depth > deepest) return
  if (Array.isArray(value)) return value.map((item) => publicPart(item, depth + 1)).filter((item) => item !== undefined)
  const kept: { [key: string]: Json } = {}
  for (const [key, item] of Object.entries(value)) {
    const copy = isPrivateName(key) ? undefined : publicPart(item, depth + 1)
    if (copy !== undefined) kept[key] = copy
  }
  return kept
}

/** Of an answer, what was chosen. What somebody wrote is for the page's owner alone. */
function withoutOwnWords(answer: Json | undefined, written: Json | undefined): Json | undefined {
  if (written === undefined) return withoutWords(answer)
  if (written === true) return
  if (Array.isArray(answer))
    return answer.map((item) => withoutOwnWords(item, false)).filter((item) => item !== undefined)
  if (typeof answer !== 'object' || answer === null) return answer
  const kept: { [key: string]: Json } = {}
  for (const [key, item] of Object.entries(answer)) {
    const isOwn = key === 'other' || (Array.isArray(written) && written.includes(key))
    const copy = isOwn ? undefined : withoutOwnWords(item, false)
    if (copy !== undefined) kept[key] = copy
  }
  return Object.keys(kept)[0] && kept
}

/** Where nobody said what was written: numbers and single words. */
function withoutWords(answer: Json | undefined): Json | undefined {
  if (typeof answer === 'string')
    return /^[\p{L}\p{N}_.-]{1,64}$/u.test(answer) && !/\d{6}/.test(answer) ? answer : undefined
  if (Array.isArray(answer)) return answer.map(withoutWords).filter((item) => item !== undefined)
  if (typeof answer !== 'object' || answer === null) return answer
  const kept: { [key: string]: Json } = {}
  for (const [key, item] of Object.entries(answer)) {
    const copy = key === 'other' ? undefined : withoutWords(item)
    if (copy !== undefined) kept[key] = copy
  }
  return kept
}
