const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' })

/** `10:32:05`. */
export function clock(at: number): string {
  return time.format(at)
}

/** `23 Nov 2026, 10:32:05`. */
export function moment(at: number): string {
  return full.format(at)
}

/** When something comes, seen from now: `at 10:32:05, in 14 s`; further away `on Tue 10:32, in 2 days`. */
export function coming(at: number, now: number): string {
  return `${at - now < 86_400_000 ? `at ${clock(at)}` : `on ${day.format(at)}`}, in ${span(at - now)}`
}

/** `14 s`, `2 min 5 s`, `3 h`, `2 days`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min${seconds % 60 ? ` ${seconds % 60} s` : ''}`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`
  return `${Math.round(hours / 24)} days`
}
