import { textOf } from '../backtest/sweep.ts'
import { perWeek, type Tally } from '../backtest/tally.ts'
import { parseDuration } from '../core/duration.ts'
import type { Guide } from '../core/guide.ts'
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
  const { activities, visitors, from, until, tally, variations, interrupted, seconds } = backtest
  const title = `${names.guide} on ${names.log}`
  const sections = [
    ['Flows', flowTable(backtest, guide)],
    ['Reach over time', reach(backtest, guide, charts)],
    ...(variations.length ? ([['Sweep', sweep(backtest, charts)]] as const) : []),
    ['Interruptions per visitor-week', weeks(tally, charts)],
    ['Displacement', displacement(tally)],
  ] as const
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Back-test: ${asText(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<p class="over">Back-test</p>
<h1>${asText(names.guide)} <span>on</span> ${asText(names.log)}</h1>
<p>${plural(activities, 'activity', 'activities')} of ${plural(visitors, 'visitor')}${from === undefined ? '' : `, ${day(from)} to ${day(until!)}`}, replayed in ${seconds.toFixed(1)} seconds.${interrupted ? ' <strong>Stopped early: this is what was read until then.</strong>' : ''}</p>
<dl>
${figure(share(reachedByAny(tally, visitors), visitors), 'reached by the flow that reaches most')}
${figure(perWeek(tally).toFixed(2), 'interruptions per visitor-week')}
${figure(count(Object.values(tally.flows).reduce((sum, { shown }) => sum + shown, 0)), 'times a flow was shown')}
${figure(count(Object.values(tally.flows).reduce((sum, { fired }) => sum + fired, 0)), 'times a trigger fired')}
</dl>
</header>
<main>
${sections.map(([name, inside]) => `<section><h2>${name}</h2>\n${inside}\n</section>`).join('\n')}
</main>
<footer>A flow is taken as started, viewed and ended at the moment of its decision. Each visitor has an engine of their own, the one that decides in the page. Times are UTC.</footer>
</body>
</html>
`
}

function flowTable({ tally, visitors }: Backtest, guide: Guide): string {
  const rows = guide.flows.map(({ id, name }) => {
    const { fired, visitors: whom, shown, reached, held, control, open } = tally.flows[id]!
    return `<tr><th scope="row">${asText(id)}${name ? `<small>${asText(name)}</small>` : ''}</th>${[fired, whom, shown].map(cell).join('')}<td class="n">${share(reached, visitors)}</td>${[control, open].map(cell).join('')}<td class="why">${
      heldText(held)
        .split(', ')
        .map((pair) => `<span class="pair">${asText(pair)}</span>`)
        .join(', ') || '–'
    }</td></tr>`
  })
  return `<div class="wide"><table>
<thead><tr><th scope="col">Flow</th>${['Fired', 'Visitors', 'Shown', 'Reach', 'Control', 'Open'].map((head) => `<th scope="col" class="n">${head}</th>`).join('')}<th scope="col">Held or refused by</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>
<p class="note"><b>Fired</b> counts firings of the trigger before any gate, <b>visitors</b> those for whom it fired, <b>reach</b> the share of all visitors who were shown the flow. <b>Open</b> would fire after the end of the log if nothing more happened: nobody knows.</p>`
}

function reach({ tally, from, until }: Backtest, guide: Guide, charts: Charts): string {
  const shown = guide.flows.filter(({ id }) => tally.flows[id]!.reached > 0)
  if (!shown.length || from === undefined) return '<p class="empty">No flow was shown to anybody.</p>'
  const order = [...shown].sort((a, b) => tally.flows[b.id]!.reached - tally.flows[a.id]!.reached)
  const drawn = order.slice(0, linesMost)
  const series = drawn.map(({ id }) => {
    const hours = Object.entries(tally.flows[id]!.reach)
      .map(([at, number]) => [Number(at) * hour, number] as const)
      .sort(([a], [b]) => a - b)
    let sum = 0
    const points: [number, number][] = [[from, 0]]
    for (const [at, number] of hours) {
      sum += number
      points.push([Math.min(Math.max(at, from), until!), sum])
    }
    points.push([until!, sum])
    return { name: id, color: guide.flows.findIndex((flow) => flow.id === id) % linesMost, points: thinned(points) }
  })
  return `${charts.lines({ title: 'Visitors reached by each flow, over time', series, x: 'time', format: count, steps: true })}
<p class="note">Visitors who were shown the flow for the first time, added up.${order.length > drawn.length ? ` The ${drawn.length} flows that reach most; the table has the others.` : ''}</p>`
}

/** A line as wide as a screen needs no more points than it has pixels. */
function thinned(points: [number, number][]): [number, number][] {
  const every = Math.ceil(points.length / 500)
  return points.filter((_, index) => index % every === 0 || index === points.length - 1)
}

function sweep({ tally, variations, visitors }: Backtest, charts: Charts): string {
  const paths = Object.keys(variations[0]!.settings)
  const swept = [...new Set(paths.map((path) => /^flows\.([^.]+)\./.exec(path)?.[1]))].filter((id) => id !== undefined)
  const reachOf = (each: Tally) =>
    swept.length ? Math.max(...swept.map((id) => each.flows[id]!.reached)) : reachedByAny(each, visitors)
  const curves = paths.map((path) => {
    const values = [...new Set(variations.map(({ settings }) => textOf(settings[path]!)))].sort(
      (a, b) => amount(a) - amount(b),
    )
    const lines = new Map<string, typeof variations>()
    for (const variation of variations) {
      const others = paths
        .filter((each) => each !== path)
        .map((each) => `${each.split('.').at(-1)} ${textOf(variation.settings[each]!)}`)
      const name = others.join(', ')
      lines.set(name, [...(lines.get(name) ?? []), variation])
    }
    const series = (read: (each: Tally) => number, fallback: string) =>
      [...lines].slice(0, linesMost).map(([name, list], color) => ({
        name: name || fallback,
        color,
        points: list
          .map(({ settings, tally: each }): [string, number] => [textOf(settings[path]!), read(each)])
          .sort(([a], [b]) => values.indexOf(a) - values.indexOf(b)),
      }))
    const chart = (title: string, read: (each: Tally) => number, format: (value: number) => string) =>
      `<figure><figcaption>${asText(title)} <span>dashed: as it is</span></figcaption>${charts.lines({ title, series: series(read, title), x: values, xLabel: path, format, level: { name: 'as it is', y: read(tally) } })}</figure>`
    return `<div class="${lines.size > 1 ? '' : 'pair-of-charts'}">${chart('Reach', (each) => (reachOf(each) / Math.max(1, visitors)) * 100, percent)}${chart('Interruptions per visitor-week', perWeek, (value) => value.toFixed(2))}</div>`
  })
  const row = (heads: string[], each: Tally) => {
    const of = swept.map((id) => each.flows[id]!)
    return `<tr>${heads.map((head) => `<th scope="row" class="n">${asText(head)}</th>`).join('')}${cell(of.reduce((sum, { fired }) => sum + fired, 0))}${cell(of.reduce((sum, { shown }) => sum + shown, 0))}<td class="n">${share(reachOf(each), visitors)}</td><td class="n">${perWeek(each).toFixed(3)}</td><td class="why">${each === tally ? '–' : displaced(each, swept)}</td></tr>`
  }
  return `${curves.join('\n')}
<div class="wide"><table>
<thead><tr>${paths.map((path) => `<th scope="col" class="n">${asText(path)}</th>`).join('')}<th scope="col" class="n">Fired</th><th scope="col" class="n">Shown</th><th scope="col" class="n">Reach</th><th scope="col" class="n">Per visitor-week</th><th scope="col">Other flows</th></tr></thead>
<tbody>${row(
    paths.map((_, index) => (index ? '' : 'as it is')),
    tally,
  )}${variations.map(({ settings, tally: each }) => row(Object.values(settings).map(textOf), each)).join('\n')}</tbody></table></div>
<p class="note">Other flows: times shown, against the guide as it is; what each visitor no longer sees, and what they see instead.</p>`
}

function displaced(tally: Tally, but: string[]): string {
  const told = othersOf(tally, but).map(
    ([id, { lost, gained }]) =>
      `<span class="pair">${asText(id)}${lost ? ` <span class="lost">−${count(lost)}</span>` : ''}${gained ? ` <span class="gained">+${count(gained)}</span>` : ''}</span>`,
  )
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
  return `${charts.bars({ title: 'Weeks of visitors, by how many flows were shown in them', bars, xLabel: 'flows shown in the week' })}
<p class="note">${weeksText(tally)} A visitor-week is a calendar week in which the visitor was there.</p>`
}

/** Who kept whom away: darker is more. */
function displacement({ flows }: Tally): string {
  const rows = Object.entries(flows).filter(([, { displaced }]) => Object.keys(displaced).length)
  if (!rows.length) return '<p class="empty">No flow kept another one away.</p>'
  const by = [...new Set(rows.flatMap(([, { displaced }]) => Object.keys(displaced)))]
  const most = Math.max(...rows.flatMap(([, { displaced }]) => Object.values(displaced)))
  return `<div class="wide"><table class="matrix">
<thead><tr><th scope="col">Not shown because of</th>${by.map((id) => `<th scope="col" class="n">${asText(id)}</th>`).join('')}</tr></thead>
<tbody>${rows
    .map(
      ([id, { displaced, fired }]) =>
        `<tr><th scope="row">${asText(id)}</th>${by.map((other) => (displaced[other] ? `<td class="n" style="--much:${Math.round((displaced[other] / most) * 100)}%">${count(displaced[other])}<small>${share(displaced[other], fired)}</small></td>` : '<td class="n none">–</td>')).join('')}</tr>`,
    )
    .join('\n')}</tbody></table></div>
<p class="note">Firings that were never shown, by the flow that was in the way: in the same place, of the same group, or shown last when a limit was reached. In small: the share of all firings of that flow.</p>`
}

function reachedByAny({ flows }: Tally, visitors: number): number {
  return Math.min(visitors, Math.max(0, ...Object.values(flows).map(({ reached }) => reached)))
}

function figure(value: string, name: string): string {
  return `<div><dt>${name}</dt><dd>${value}</dd></div>`
}

function cell(number: number): string {
  return `<td class="n${number ? '' : ' none'}">${number ? count(number) : '–'}</td>`
}

function percent(value: number): string {
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} %`
}

/** For the order of values: durations and numbers by size. */
function amount(text: string): number {
  const number = Number(text)
  return Number.isNaN(number) ? parseDuration(text) : number
}

const style = `
:root{--paper:#fff;--ink:#1c2330;--soft:#5a6475;--faint:#e4e7ec;--wash:#f5f6f8;--bad:#b3261e;--good:#17734a;
--c0:#2a5fc4;--c1:#b8560a;--c2:#1a7f5a;--c3:#a3337a;--c4:#6a51b8;--c5:#8a6a00;--c6:#0d7c91;--c7:#b3303c}
@media(prefers-color-scheme:dark){:root{--paper:#14181f;--ink:#e8ebf0;--soft:#9aa5b6;--faint:#2b323d;--wash:#1b2029;--bad:#ff8a80;--good:#6fd3a3;
--c0:#7da8ff;--c1:#f0a35c;--c2:#5fcfa4;--c3:#ee8ec7;--c4:#b5a1ff;--c5:#d9bd4f;--c6:#5cc8dd;--c7:#ff9aa2}}
*{box-sizing:border-box}
body{margin:0 auto;padding:48px 24px 64px;max-width:908px;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,sans-serif}
header p{margin:0 0 24px;color:var(--soft)}.over{margin:0!important;font-size:13px;letter-spacing:.04em}
h1{margin:2px 0 6px;font-size:28px;line-height:1.25;font-weight:650;overflow-wrap:anywhere}h1 span{font-weight:400;color:var(--soft)}
h2{margin:0 0 14px;font-size:19px;font-weight:650}
section{margin-top:52px}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:1px;margin:0;background:var(--faint);border:1px solid var(--faint);border-radius:10px;overflow:hidden}
dl div{display:flex;flex-direction:column-reverse;justify-content:flex-end;padding:14px 16px;background:var(--paper)}dt{color:var(--soft);font-size:13px;line-height:1.35}dd{margin:0 0 2px;font-size:24px;font-weight:650;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
th,td{padding:8px 12px;text-align:left;vertical-align:top;border-bottom:1px solid var(--faint)}
th:first-child,td:first-child{padding-left:0}td:last-child,th:last-child{padding-right:0}
thead th{color:var(--soft);font-weight:500;font-size:13px;vertical-align:bottom}tbody th{font-weight:600}
tbody th,.pair{white-space:nowrap}.n{text-align:right;white-space:nowrap}.none{color:var(--soft)}.why{color:var(--soft);min-width:190px}
th small{white-space:normal;min-width:150px}small{display:block;color:var(--soft);font-weight:400;font-size:12.5px}
.lost{color:var(--bad);white-space:nowrap}.gained{color:var(--good);white-space:nowrap}
.matrix td{background:color-mix(in srgb,var(--c0) calc(var(--much,0%)*.32),transparent);padding:8px 12px!important}
.note,.empty{margin:12px 0 0;max-width:66ch;color:var(--soft);font-size:13.5px}.note b{font-weight:600;color:var(--ink)}
figure{margin:0 0 20px;min-width:0}.pair-of-charts{display:grid;grid-template-columns:1fr 1fr;gap:32px}figcaption{margin-bottom:4px;font-weight:600;font-size:14px}figcaption span{margin-left:6px;color:var(--soft);font-weight:400;font-size:13px}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font:12.5px system-ui,sans-serif;fill:var(--soft);font-variant-numeric:tabular-nums}
svg .x{text-anchor:middle}svg .point{fill:var(--ink);font-weight:600}svg .y{text-anchor:end}svg .end{fill:var(--ink)}svg .value{fill:var(--soft)}
svg .grid{stroke:var(--faint)}svg .level{stroke:var(--soft);stroke-dasharray:3 4}svg .leader{stroke:var(--faint);fill:none}svg .line{fill:none;stroke-width:2;stroke-linejoin:round}
${Array.from({ length: linesMost }, (_, at) => `.c${at}{fill:var(--c${at})}.line.c${at}{fill:none;stroke:var(--c${at})}`).join('')}
footer{margin-top:56px;padding-top:16px;border-top:1px solid var(--faint);color:var(--soft);font-size:13px;max-width:76ch}
@media(max-width:640px){body{padding:28px 16px 40px}svg{min-width:600px}.pair-of-charts{grid-template-columns:1fr}.pair-of-charts svg{min-width:0}section{overflow-x:auto}}
@media print{body{padding:0;max-width:none}section{break-inside:avoid}}
`
