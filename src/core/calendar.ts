/**
 * The calendar day of a moment in a time zone, as `2026-11-23`; an unknown zone is read as UTC.
 */
export function dayOf(at: number, timezone: string | undefined): string {
  return parts(at, timezone).slice(0, 10)
}

/** The first day (Monday) of the week of a moment, as `2026-11-23`. */
export function weekOf(at: number, timezone: string | undefined): string {
  const day = new Date(`${dayOf(at, timezone)}T00:00Z`)
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7))
  return day.toISOString().slice(0, 10)
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

/** Milliseconds of an ISO date or time; without a zone of its own it is meant in `timezone`. */
export function momentOf(text: string, timezone: string | undefined): number {
  const at = Date.parse(/T/.test(text) ? (zoned.test(text) ? text : `${text}Z`) : `${text}T00:00Z`)
  return Number.isNaN(at) || zoned.test(text) ? at : at - (Date.parse(`${parts(at, timezone)}Z`) - at)
}

const zoned = /T.*(Z|[+-]\d\d:?\d\d)$/i

/** Local time as `2026-11-23T18:05:09`: Swedish writes dates the ISO way. */
function parts(at: number, timezone: string | undefined): string {
  let format: Intl.DateTimeFormat
  const options = { dateStyle: 'short', timeStyle: 'medium' } as const
  try {
    format = new Intl.DateTimeFormat('sv', { ...options, timeZone: timezone ?? 'UTC' })
  } catch {
    format = new Intl.DateTimeFormat('sv', { ...options, timeZone: 'UTC' })
  }
  return format.format(at).replace(' ', 'T')
}
