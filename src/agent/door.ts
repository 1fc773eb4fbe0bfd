import type { Activity, Report } from '../core/activity.ts'
import { FootholdError } from '../core/errors.ts'
import { plain } from './plain.ts'
import { random } from './random.ts'
import type { Time } from './time.ts'

/** Where reports come in and become activities of this tab. */
export interface Door {
  /** This visit of this page: activities are numbered in it. */
  readonly tab: string
  /** Whether a report may come in: a loop of the host hurts nobody. Throws for what is none. */
  admits(report: Report): boolean
  /** Gives a report its id, time, order and page. */
  activityOf(report: Report): Omit<Activity, 'visitor'>
  /** Where the visitor is, as the latest `Page Viewed` says. */
  readonly path: string
}

export interface DoorOptions extends Pick<Time, 'now' | 'after'> {
  onError(error: FootholdError): void
}

/** Reports a second, and how many at once. */
const sustained = 10
const burst = 100
/** Signs of life are taken at most so often. */
const signEvery = 1000

export function createDoor({ now, after, onError }: DoorOptions): Door {
  const tab = random(16)
  let seq = 0
  let viewed: [location: string, path: string] | undefined
  let tokens = burst
  let filledAt = 0
  let dropped = 0
  let signAt = 0

  function isFlood(at: number) {
    tokens = Math.min(burst, tokens + ((at - filledAt) * sustained) / 1000)
    filledAt = at
    if (tokens >= 1) {
      tokens--
      return false
    }
    if (!dropped++)
      after(1000, () => {
        const text = `${dropped} activities were dropped: more than ${burst} at once, or ${sustained} a second. Report less often.`
        onError(new FootholdError('invalid-activity', text))
        dropped = 0
      })
    return true
  }

  return {
    tab,
    admits({ type }) {
      if (typeof type !== 'string' || !type || type.length > 200)
        throw new FootholdError(
          'invalid-activity',
          'An activity needs a type, a text of up to 200 characters, e.g. "Product Viewed".',
        )
      const at = now()
      if (type !== 'Visitor Active') return !isFlood(at)
      if (at - signAt < signEvery) return false
      signAt = at
      return true
    },
    activityOf({ type, properties, interaction, page }) {
      const { pathname } = location
      if (type === 'Page Viewed') viewed = [pathname, page?.path ?? pathname]
      return {
        id: `${tab}-${(++seq).toString(36)}`,
        type,
        at: now(),
        seq,
        tab,
        page: { path: viewed?.[0] === pathname ? viewed[1] : pathname, ...plain(page) },
        properties: plain(properties),
        ...(interaction === false && { interaction }),
      }
    },
    get path() {
      return viewed?.[1] ?? location.pathname
    },
  }
}
