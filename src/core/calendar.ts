/** Calendar days and weeks in time zones; an unknown zone is read as UTC. */
export interface Calendar {
  /** The day of a moment, as `2026-11-23`. */
  day(at: number, timezone: string | undefined): string
  /** The first day (Monday) of the week of a moment. */
  week(at: number, timezone: string | undefined): string
  /** Milliseconds of an ISO date or time; without a zone of its own it is meant in `timezone`. */
  moment(text: string, timezone: string | undefined): number
}

const minute = 60_000
const minutesKept = 1000

export function createCalendar(): Calendar {
  // To make one takes longer than all the rest.
  const formats = new Map<string, Intl.DateTimeFormat>()
  /** Local time as `2026-11-23 18:05:09`: Swedish writes dates the ISO way. */
  const local = (at: number, timezone = 'UTC'): string => {
    let format = formats.get(timezone)
    if (!format) {
      const options = { dateStyle: 'short', timeStyle: 'medium' } as const
      try {
        format = new Intl.DateTimeFormat('sv', { ...options, timeZone: timezone })
      } catch {
        format = new Intl.DateTimeFormat('sv', { ...options, timeZone: 'UTC' })
      }
      formats.set(timezone, format)
    }
    return format.format(at)
  }
  // Since 1972 every zone's midnights, and the moments when its clocks are set, are whole minutes of UTC.
  const days = new Map<string, string>()
  const day = (at: number, timezone = 'UTC') => {
    const key = `${Math.floor(at / minute)}${timezone}`
    let found = days.get(key)
    if (!found) {
      if (days.size === minutesKept) days.clear()
      found = timezone === 'UTC' ? new Date(at).toISOString().slice(0, 10) : local(at, timezone).slice(0, 10)
      days.set(key, found)
    }
    return found
  }
  return {
    day,
    week(at, timezone) {
      const monday = new Date(day(at, timezone))
      monday.setUTCDate(monday.getUTCDate() - ((monday.getUTCDay() + 6) % 7))
      return monday.toISOString().slice(0, 10)
    },
    moment(text, timezone) {
      if (/T.*(Z|[+-]\d\d:?\d\d)$/i.test(text)) return Date.parse(text)
      const meant = Date.parse(text.includes('T') ? `${text}Z` : `${text}T00:00Z`)
      const offset = (at: number) => Date.parse(`${local(at, timezone).replace(' ', 'T')}Z`) - at
      // The offset at that moment, which a guess that is off by it may miss by an hour.
      return Number.isNaN(meant) ? meant : meant - offset(meant - offset(meant))
    },
  }
}

/** The first millisecond after `at` at which `periodOf` says something else; at most eight days on. */
export function nextPeriod(at: number, periodOf: (at: number) => string): number {
  const now = periodOf(at)
  let [before, after] = [at, at + 8 * 86_400_000]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (periodOf(middle) === now) before = middle
    else after = middle
  }
  return after
}
