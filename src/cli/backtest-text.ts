import { textOf } from '../backtest/sweep.ts'
import { type FlowTally, perWeek, type Tally } from '../backtest/tally.ts'
import type { Guide } from '../core/guide.ts'
import type { Ink } from './ink.ts'
import type { Backtest } from './run-backtest.ts'
import { table } from './table.ts'

/** What a back-test found, for a terminal. */
export function backtestText(
  backtest: Backtest,
  guide: Guide,
  files: { guide: string; log: string },
  ink: Ink,
): string {
  const { activities, visitors, seconds, jobs, tally, variations, interrupted } = backtest
  const { bold, dim, yellow } = ink
  const lines = [
    '',
    `  ${bold(files.guide)} on ${bold(files.log)}${interrupted ? yellow('   stopped early: this is what was read until then') : ''}`,
    `  ${dim(`${plural(activities, 'activity', 'activities')} of ${plural(visitors, 'visitor')}${span(backtest)}`)}`,
    `  ${dim(`replayed in ${seconds.toFixed(1)} s${jobs > 1 ? ` by ${jobs} jobs` : ''}, ${count(Math.round(activities / Math.max(seconds, 0.001)))} a second`)}`,
    '',
    flowTable(tally, guide, visitors, ink),
    `  ${weeksText(tally)}`,
    ...notes(backtest, ink),
    '',
  ]
  if (variations.length) lines.push(sweepText(backtest, ink))
  return `${lines.join('\n')}`
}

function flowTable({ flows }: Tally, guide: Guide, visitors: number, { dim }: Ink): string {
  return table(
    ['flow', '>fired', '>visitors', '>shown', '>reach', '>control', '>open', 'held or refused by'],
    guide.flows.map(({ id, runs }) => {
      const { fired, visitors: reached, shown, reached: seen, control, open, held } = flows[id]!
      return [
        id + (runs === 'relay' ? dim(' relay') : ''),
        count(fired),
        count(reached),
        count(shown),
        share(seen, visitors),
        none(control, dim),
        none(open, dim),
        heldText(held) || dim('–'),
      ]
    }),
    dim,
  )
}

/** What each value of a sweep brings, and what that does to the other flows. */
function sweepText({ tally, variations, visitors }: Backtest, { bold, dim }: Ink): string {
  const paths = Object.keys(variations[0]!.settings)
  const swept = [...new Set(paths.map((path) => /^flows\.([^.]+)\./.exec(path)?.[1]))].filter((id) => id !== undefined)
  const row = (heads: string[], each: Tally) => {
    const of = swept.map((id) => each.flows[id]!)
    const sum = (name: 'fired' | 'shown' | 'open') => of.reduce((all, flow) => all + flow[name], 0)
    return [
      ...heads,
      ...(swept.length
        ? [
            count(sum('fired')),
            count(sum('shown')),
            swept.length === 1
              ? share(of[0]!.reached, visitors)
              : of.map(({ reached }) => share(reached, visitors)).join(' / '),
            none(sum('open'), dim),
          ]
        : []),
      perWeek(each).toFixed(3),
      each === tally ? dim('–') : displacedText(each, swept) || dim('nothing'),
    ]
  }
  const columns = [
    ...paths.map((path) => `>${path}`),
    ...(swept.length ? ['>fired', '>shown', '>reach', '>open'] : []),
    '>per visitor-week',
    'other flows',
  ]
  const rows = [
    row(
      paths.map((_, index) => (index ? '' : dim('as it is'))),
      tally,
    ),
    ...variations.map(({ settings, tally: each }) => row(Object.values(settings).map(textOf), each)),
  ]
  const about = swept.length ? `, for ${swept.map((id) => bold(id)).join(' and ')}` : ''
  return `  ${bold('Sweep')}${about}\n\n${table(columns, rows, dim)}\n  ${dim('Other flows: times shown, against the guide as it is.')}\n`
}

/** `survey −120 +4`: what other flows lose and gain. */
export function displacedText({ flows }: Pick<Tally, 'flows'>, but: string[]): string {
  return othersOf({ flows }, but)
    .map(([id, { lost, gained }]) => `${id}${lost ? ` −${count(lost)}` : ''}${gained ? ` +${count(gained)}` : ''}`)
    .join(', ')
}

/** Flows that a sweep changes without being about them, those most changed first. */
export function othersOf({ flows }: Pick<Tally, 'flows'>, but: string[]): [flow: string, FlowTally][] {
  return Object.entries(flows)
    .filter(([id, { lost, gained }]) => !but.includes(id) && lost + gained > 0)
    .sort(([, a], [, b]) => b.lost + b.gained - a.lost - a.gained)
}

export function weeksText(tally: Tally): string {
  const all = tally.weeks.reduce((sum, weeks) => sum + weeks, 0)
  if (!all) return 'No visitor, no week.'
  const [, one = 0, two = 0, ...more] = tally.weeks
  const rest = more.reduce((sum, weeks) => sum + weeks, 0)
  return `${perWeek(tally).toFixed(3)} interruptions per visitor-week: of ${plural(all, 'week')} ${share(one, all)} saw one flow, ${share(two, all)} two, ${share(rest, all)} more.`
}

export function heldText(held: FlowTally['held']): string {
  return Object.entries(held)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([gate, times]) => `${gate} ${count(times)}`)
    .join(', ')
}

function notes({ left, bad, from, until, activities, tally }: Backtest, { dim, yellow }: Ink): string[] {
  const open = Object.values(tally.flows).some((flow) => flow.open > 0)
  return [
    ...(open ? [`  ${dim('open: would fire after the end of the log, if nothing more happened. Nobody knows.')}`] : []),
    ...(left
      ? [
          `  ${dim(`${plural(left, 'line')} left out: what flows did when this was recorded. The replay decides anew.`)}`,
        ]
      : []),
    ...(activities && until! < Date.UTC(1990, 0)
      ? [`  ${yellow(`The log is from ${day(from!)}. Is "at" in seconds? It counts milliseconds.`)}`]
      : []),
    ...(bad.count
      ? [
          `  ${yellow(`${plural(bad.count, 'bad line')}, passed over${bad.count > bad.first.length ? `; the first ${bad.first.length}` : ''}:`)}`,
          ...bad.first.map(({ line, problem }) => `    ${yellow(`line ${line}`)} ${problem}`),
        ]
      : []),
  ]
}

function span({ from, until }: Backtest): string {
  if (from === undefined) return ''
  const days = (until! - from) / 864e5
  const long =
    days >= 2
      ? `${Math.round(days)} days`
      : days >= 1 / 12
        ? `${Math.round(days * 24)} hours`
        : `${Math.round(days * 1440)} minutes`
  return `, ${day(from)} – ${day(until!)} (${long})`
}

export function day(at: number): string {
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
}

export function count(number: number): string {
  return number.toLocaleString('en')
}

export function share(part: number, all: number): string {
  if (!part || !all) return '0 %'
  const percent = (part / all) * 100
  return `${percent < 0.1 ? '<0.1' : percent < 9.95 ? percent.toFixed(1) : Math.round(percent)} %`
}

export function plural(number: number, one: string, several = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : several}`
}

function none(number: number, dim: Ink['dim']): string {
  return number ? count(number) : dim('–')
}
