import { textOf } from '../backtest/sweep.ts'
import { perWeek, type Tally } from '../backtest/tally.ts'
import { parseDuration } from '../core/duration.ts'
import type { Guide } from '../core/guide.ts'
import style from './backtest-page.css?inline'
import { count, day, heldText, othersOf, plural, share, weeksText } from './backtest-text.ts'
import { asText, type Charts } from './charts.ts'
import type { Backtest } from './run-backtest.ts'

const hour = 3_600_000
/** So many lines can be told apart. */
const linesMost = 8

/** One page that needs nothing else: no script, no network, light and dark. */
export function backtestPage(
  backtest: Backtest,
  guide: Guide,
  names: { guide: string; log: string },
  charts: Charts,
): string {
  const { visitors, tally, variations } = backtest
  const all = Object.values(tally.flows)
  const sum = (name: 'shown' | 'fired') => count(all.reduce((total, flow) => total + flow[name], 0))
  const sections = [
    ['Flows', flowTable(backtest, guide)],
    ['Reach over time', reach(backtest, guide, charts)],
    ...(variations.length ? [['Sweep', sweep(backtest, charts)]] : []),
    ['Interruptions per visitor-week', weeks(tally, charts)],
    ['Displacement', displacement(tally)],
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Back-test: ${asText(`${names.guide} on ${names.log}`)}</title>
<style>${style}</style>
</head>
<body>
<header>
<p class="over">Back-test</p>
<h1>${asText(names.guide)} <span>on</span> ${asText(names.log)}</h1>
<p>${about(backtest)}</p>
<dl>
${figure(share(mostReached(tally), visitors), 'reached by the flow that reaches most')}
${figure(perWeek(tally).toFixed(2), 'interruptions per visitor-week')}
${figure(sum('shown'), 'times a flow was shown')}
${figure(sum('fired'), 'times a trigger fired')}
</dl>
</header>
<main>
${sections.map(([name, inside]) => `<section><h2>${name}</h2>\n${inside}\n</section>`).join('\n')}
</main>
<footer>A flow is taken as started, viewed and ended at the moment of its decision.
Each visitor has an engine of their own, the one that decides in the page. Times are UTC.</footer>
</body>
</html>
`
}

function about({ activities, visitors, from, until, seconds, interrupted }: Backtest): string {
  const when = from === undefined ? '' : `, ${day(from)} to ${day(until!)}`
  const stopped = interrupted ? ' <strong>Stopped early: this is what was read until then.</strong>' : ''
  const who = `${plural(activities, 'activity', 'activities')} of ${plural(visitors, 'visitor')}`
  return `${who}${when}, replayed in ${seconds.toFixed(1)} seconds.${stopped}`
}

function flowTable({ tally, visitors }: Backtest, guide: Guide): string {
  const rows = guide.flows.map(({ id, name }) => {
    const { fired, visitors: whom, shown, reached, held, control, open } = tally.flows[id]!
    const gates = heldText(held)
      .split(', ')
      .map((pair) => `<span class="pair">${asText(pair)}</span>`)
    return [
      `<th scope="row">${asText(id)}${name ? `<small>${asText(name)}</small>` : ''}</th>`,
      ...[fired, whom, shown].map(cell),
      `<td class="n">${share(reached, visitors)}</td>`,
      ...[control, open].map(cell),
      `<td class="why">${Object.keys(held).length ? gates.join(', ') : '–'}</td>`,
    ]
  })
  const heads = ['Flow', '>Fired', '>Visitors', '>Shown', '>Reach', '>Control', '>Open', 'Held or refused by']
  return `${table(heads, rows)}
<p class="note"><b>Fired</b> counts firings of the trigger before any gate, <b>visitors</b> those for whom it fired,
<b>reach</b> the share of all visitors who were shown the flow. <b>Open</b> would fire after the end of the log if
nothing more happened: nobody knows.</p>`
}

function reach({ tally, from, until }: Backtest, guide: Guide, charts: Charts): string {
  const order = guide.flows
    .map(({ id }, index) => ({ id, color: index % linesMost, ...tally.flows[id]! }))
    .filter(({ reached }) => reached > 0)
    .sort((a, b) => b.reached - a.reached)
  if (!order.length || from === undefined) return '<p class="empty">No flow was shown to anybody.</p>'
  const drawn = order.slice(0, linesMost)
  const series = drawn.map(({ id, color, reach }) => {
    const hours = Object.entries(reach)
      .map(([at, number]) => [Number(at) * hour, number] as const)
      .sort(([a], [b]) => a - b)
    let sum = 0
    const points: [number, number][] = [[from, 0]]
    for (const [at, number] of hours) {
      sum += number
      points.push([Math.min(Math.max(at, from), until!), sum])
    }
    points.push([until!, sum])
    return { name: id, color, points: thinned(points) }
  })
  const others = order.length > drawn.length ? ` The ${drawn.length} flows that reach most; the table has all.` : ''
  const title = 'Visitors reached by each flow, over time'
  return `${wide(charts.lines({ title, series, x: 'time', format: count, steps: true }))}
<p class="note">Visitors who were shown the flow for the first time, added up.${others}</p>`
}

/** A line as wide as a screen needs no more points than that has pixels. */
function thinned(points: [number, number][]): [number, number][] {
  const every = Math.ceil(points.length / 500)
  return points.filter((_, index) => index % every === 0 || index === points.length - 1)
}

function sweep({ tally, variations, visitors }: Backtest, charts: Charts): string {
  const paths = Object.keys(variations[0]!.settings)
  const flowIn = (path: string) => /^flows\.([^.]+)\./.exec(path)?.[1]
  const swept = [...new Set(paths.map(flowIn))].filter((id) => id !== undefined)
  const reachOf = (each: Tally, id: string | undefined) =>
    id === undefined ? mostReached(each) : each.flows[id]!.reached
  const curves = paths.map((path) => {
    const id = flowIn(path)
    const valueIn = ({ settings }: (typeof variations)[number]) => textOf(settings[path]!)
    const values = [...new Set(variations.map(valueIn))].sort((a, b) => amount(a) - amount(b))
    // One line for each combination of the other values.
    const lines = new Map<string, typeof variations>()
    for (const variation of variations) {
      const others = paths.filter((each) => each !== path)
      const name = others.map((each) => `${each.split('.').at(-1)} ${textOf(variation.settings[each]!)}`).join(', ')
      lines.set(name, [...(lines.get(name) ?? []), variation])
    }
    const chart = (title: string, read: (each: Tally) => number, format: (value: number) => string) => {
      const series = [...lines].slice(0, linesMost).map(([name, list], color) => ({
        name: name || title,
        color,
        points: list
          .map((each): [string, number] => [valueIn(each), read(each.tally)])
          .sort(([a], [b]) => values.indexOf(a) - values.indexOf(b)),
      }))
      const level = { name: 'as it is', y: read(tally) }
      const drawing = charts.lines({ title, series, x: values, xLabel: path, format, level })
      return `<figure><figcaption>${title} <span>dashed: as it is</span></figcaption>${lines.size > 1 ? wide(drawing) : drawing}</figure>`
    }
    const both = [
      chart(
        swept.length > 1 && id !== undefined ? `Reach of ${id}` : 'Reach',
        (each) => (reachOf(each, id) / Math.max(1, visitors)) * 100,
        percent,
      ),
      chart('Interruptions per visitor-week', perWeek, (value) => value.toFixed(2)),
    ]
    return `<div${lines.size > 1 ? '' : ' class="pair-of-charts"'}>${both.join('\n')}</div>`
  })
  const row = (heads: string[], each: Tally) => {
    const sum = (name: 'fired' | 'shown') => swept.reduce((all, id) => all + each.flows[id]![name], 0)
    return [
      ...heads.map((head) => `<th scope="row" class="n">${asText(head)}</th>`),
      ...[sum('fired'), sum('shown')].map(cell),
      `<td class="n">${(swept.length ? swept : [undefined]).map((id) => share(reachOf(each, id), visitors)).join(' / ')}</td>`,
      `<td class="n">${perWeek(each).toFixed(3)}</td>`,
      `<td class="why">${each === tally ? '–' : displaced(each, swept)}</td>`,
    ]
  }
  const rows = [
    row(
      paths.map((_, index) => (index ? '' : 'as it is')),
      tally,
    ),
    ...variations.map(({ settings, tally: each }) => row(Object.values(settings).map(textOf), each)),
  ]
  const heads = [...paths.map((path) => `>${path}`), '>Fired', '>Shown', '>Reach', '>Per visitor-week', 'Other flows']
  return `${curves.join('\n')}
${table(heads, rows)}
<p class="note">Other flows: times shown, against the guide as it is; what each visitor no longer sees, and what they see
instead.</p>`
}

function displaced(tally: Tally, but: string[]): string {
  const told = othersOf(tally, but).map(([id, { lost, gained }]) => {
    const less = lost ? ` <span class="lost">−${count(lost)}</span>` : ''
    const more = gained ? ` <span class="gained">+${count(gained)}</span>` : ''
    return `<span class="pair">${asText(id)}${less}${more}</span>`
  })
  return told.join(', ') || 'nothing'
}

function weeks(tally: Tally, charts: Charts): string {
  const all = tally.weeks.reduce((sum, number) => sum + number, 0)
  if (!all) return '<p class="empty">No visitor, no week.</p>'
  const last = tally.weeks.length - 1
  const bars = tally.weeks.map((value, index) => ({
    name: index === last ? `${index} or more` : String(index),
    value,
    told: share(value, all),
  }))
  const title = 'Weeks of visitors, by how many flows were shown in them'
  return `${wide(charts.bars({ title, bars, xLabel: 'flows shown in the week' }))}
<p class="note">${weeksText(tally)} A visitor-week is a week in which the visitor was there, counted from that visitor’s own first activity: who came at all has at least one.</p>`
}

/** Who kept whom away: darker is more. */
function displacement({ flows }: Tally): string {
  const kept = Object.entries(flows).filter(([, { displaced }]) => Object.keys(displaced).length)
  if (!kept.length) return '<p class="empty">No flow kept another one away.</p>'
  const total = (by: string) => kept.reduce((sum, [, { displaced }]) => sum + (displaced[by] ?? 0), 0)
  const by = Object.keys(flows)
    .filter(total)
    .sort((a, b) => total(b) - total(a))
  const most = Math.max(...kept.flatMap(([, { displaced }]) => Object.values(displaced)))
  const rows = kept.map(([id, { displaced, fired }]) => [
    `<th scope="row">${asText(id)}</th>`,
    ...by.map((other) => {
      const times = displaced[other]
      if (!times) return cell(0)
      const much = Math.round((times / most) * 100)
      return `<td class="n" style="--much:${much}%">${count(times)}<small>${share(times, fired)}</small></td>`
    }),
  ])
  return `${table(['Not shown because of', ...by.map((id) => `>${id}`)], rows, 'matrix')}
<p class="note">Firings that were never shown, by the flow that was in the way: in the same place, of the same group, or
shown last when a limit was reached. In small: the share of all firings of that flow.</p>`
}

/** Columns with `>` hold numbers. */
function table(heads: string[], rows: string[][], name = ''): string {
  const columns = heads.map((head) =>
    head.startsWith('>')
      ? `<th scope="col" class="n">${asText(head.slice(1))}</th>`
      : `<th scope="col">${asText(head)}</th>`,
  )
  const body = rows.map((row) => `<tr>${row.join('')}</tr>`).join('\n')
  return wide(`<table class="${name}">
<thead><tr>${columns.join('')}</tr></thead>
<tbody>${body}</tbody></table>`)
}

/** Scrolls where the screen is narrow, by keys too. */
function wide(inside: string): string {
  return `<div class="wide" tabindex="0">${inside}</div>`
}

function mostReached({ flows }: Tally): number {
  return Math.max(0, ...Object.values(flows).map(({ reached }) => reached))
}

function figure(value: string, name: string): string {
  return `<div><dt>${name}</dt><dd>${value}</dd></div>`
}

function cell(number: number): string {
  return number ? `<td class="n">${count(number)}</td>` : '<td class="n none">–</td>'
}

function percent(value: number): string {
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} %`
}

/** For the order of values: durations and numbers by size. */
function amount(text: string): number {
  const number = Number(text)
  return Number.isNaN(number) ? parseDuration(text) : number
}
