import type { ScaleLinear, ScaleTime } from 'd3-scale'
import { optionalPackage } from './optional-package.ts'

/** Charts as SVG texts, drawn without a page. Colours are classes `c0` to `c7`, which the page's style knows. */
export interface Charts {
  /** Lines over time, or over the values of a sweep; each is named at its end. */
  lines(chart: LineChart): string
  bars(chart: BarChart): string
}

export interface LineChart {
  title: string
  series: { name: string; color: number; points: [x: number | string, y: number][] }[]
  /** Moments, or texts in their order. */
  x: 'time' | string[]
  /** Under the axis. */
  xLabel?: string
  /** How a number is written. */
  format(y: number): string
  /** Values stay until the next one. */
  steps?: boolean
  /** A value to compare with. */
  level?: { name: string; y: number }
}

export interface BarChart {
  title: string
  bars: { name: string; value: number; told: string }[]
  xLabel: string
}

const width = 760
const height = 300
const margin = { top: 26, right: 180, bottom: 44, left: 56 }
const labelHeight = 17

/**
 * Loads what draws.
 *
 * @throws FootholdError `package-missing`
 */
export async function loadCharts(): Promise<Charts> {
  const [scales, shapes] = await optionalPackage(
    () => Promise.all([import('d3-scale'), import('d3-shape')]),
    'd3-scale d3-shape',
    'A page with charts',
  )
  const { scaleBand, scaleLinear, scalePoint, scaleUtc } = scales
  const { line, curveStepAfter } = shapes
  const [left, right, top, bottom] = [margin.left, width - margin.right, margin.top, height - margin.bottom]
  /** Of a chart with one line, which needs no name at its end and so half the width. */
  const half = { width: 400, right: 384 }

  const yAxis = (y: ScaleLinear<number, number>, format: (value: number) => string, to: number) =>
    y.ticks(4).map((tick) => {
      const place = round(y(tick))
      return (
        tag('path', { class: 'grid', d: `M${left} ${place}H${to}` }) + label('y', left - 10, place, format(tick), true)
      )
    })
  const frame = (title: string, parts: string[], xLabel = '', end = right) =>
    tag(
      'svg',
      { viewBox: `0 0 ${end === half.right ? half.width : width} ${height}`, role: 'img', 'aria-label': title },
      ...parts,
      xLabel && label('x', (left + end) / 2, height - 6, xLabel),
    )

  return {
    lines({ title, series, x, xLabel, format, steps, level }) {
      const single = x !== 'time' && series.length === 1
      const end = single ? half.right : right
      const all = series.flatMap(({ points }) => points)
      const most = Math.max(0, level?.y ?? 0, ...all.map(([, value]) => value)) || 1
      const y = scaleLinear([0, most], [bottom, top]).nice(4)
      const moments = all.map(([value]) => Number(value))
      const time = scaleUtc([Math.min(...moments), Math.max(...moments)], [left, end])
      const named = scalePoint(x === 'time' ? [] : x, [left, end]).padding(0.3)
      const at = (value: number | string) => round(typeof value === 'number' ? time(value) : named(value)!)
      const draw = line<[number | string, number]>(
        ([value]) => at(value),
        ([, value]) => round(y(value)),
      )
      if (steps) draw.curve(curveStepAfter)
      const ticks = x === 'time' ? timeTicks(time) : x.map((text) => ({ at: text, text }))
      const ends = apart(series.map(({ points }) => y(points.at(-1)![1])))

      const drawn = series.flatMap(({ name, color, points }, index) => {
        const [lastX, lastY] = points.at(-1)!
        const [from, to] = [round(y(lastY)), round(ends[index]!)]
        const colored = `c${color}`
        const dots = x === 'time' ? [] : points
        return [
          tag('path', { class: `line ${colored}`, d: draw(points)! }, hover(`${name}: ${format(lastY)}`)),
          ...dots.map(([value, number]) =>
            tag(
              'circle',
              { class: colored, cx: at(value), cy: round(y(number)), r: 4 },
              hover(`${name}, ${value}: ${format(number)}`),
            ),
          ),
          ...(single
            ? points.map(([value, number]) => label('x point', at(value), round(y(number)) - 12, format(number)))
            : [
                Math.abs(to - from) > 3
                  ? tag('path', { class: 'leader', d: `M${at(lastX) + 4} ${from}L${right + 8} ${to}` })
                  : '',
                tag(
                  'text',
                  { class: 'end', x: right + 12, y: to, dy: '0.35em' },
                  tag('tspan', { class: colored }, '●'),
                  ` ${asText(clip(name))} `,
                  tag('tspan', { class: 'value' }, asText(format(lastY))),
                ),
              ]),
        ]
      })
      const place = level && round(y(level.y))
      const compared =
        level &&
        tag('path', { class: 'level', d: `M${left} ${place}H${end}` }, hover(`${level.name}: ${format(level.y)}`))
      return frame(
        title,
        [
          ...yAxis(y, format, end),
          compared ?? '',
          ...ticks.map(({ at: value, text }) => label('x', at(value), bottom + 20, text)),
          ...drawn,
        ],
        xLabel,
        end,
      )
    },
    bars({ title, bars, xLabel }) {
      const end = width - 24
      const x = scaleBand(
        bars.map(({ name }) => name),
        [left, end],
      ).padding(0.25)
      const y = scaleLinear([0, Math.max(...bars.map(({ value }) => value)) || 1], [bottom, top + 14]).nice(4)
      const drawn = bars.map(({ name, value, told }) => {
        const [from, high, wide] = [round(x(name)!), round(y(value)), round(x.bandwidth())]
        const middle = round(from + wide / 2)
        return [
          tag('rect', { class: 'c0', x: from, y: high, width: wide, height: round(bottom - high), rx: 2 }),
          label('x value', middle, high - 7, told),
          label('x', middle, bottom + 20, name),
        ].join('')
      })
      return frame(title, [...yAxis(y, (value) => value.toLocaleString('en'), end), ...drawn], xLabel, end)
    },
  }
}

function tag(name: string, attributes: { [name: string]: string | number }, ...inside: string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${asText(String(value))}"`)
  return `<${name}${written.join('')}>${inside.join('')}</${name}>`
}

/** A text in the drawing; `level` puts its middle at `y`. */
function label(name: string, x: number, y: number, text: string, level = false): string {
  return tag('text', { class: name, x, y, ...(level && { dy: '0.35em' }) }, asText(text))
}

/** What shows when the pointer rests there. */
function hover(text: string): string {
  return tag('title', {}, asText(text))
}

/** A text that is only text in HTML. */
export function asText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** Moments to name, each with its date or its time. */
function timeTicks(scale: ScaleTime<number, number>): { at: number; text: string }[] {
  const [from, until] = scale.domain().map(Number) as [number, number]
  const days = (until - from) / 864e5
  const options: Intl.DateTimeFormatOptions =
    days > 2 ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' }
  return scale
    .ticks(days > 2 ? Math.min(6, Math.floor(days)) : 6)
    .map((date) => ({ at: Number(date), text: date.toLocaleString('en-GB', { ...options, timeZone: 'UTC' }) }))
}

/** Moves labels apart that would lie on each other, and keeps them in the frame. */
function apart(places: number[]): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place)
  order.forEach((each, at) => {
    if (at) each.place = Math.max(each.place, order[at - 1]!.place + labelHeight)
  })
  const over = (order.at(-1)?.place ?? 0) - (height - margin.bottom)
  if (over > 0) {
    order.at(-1)!.place -= over
    for (let at = order.length - 2; at >= 0; at--)
      order[at]!.place = Math.min(order[at]!.place, order[at + 1]!.place - labelHeight)
  }
  return order.sort((a, b) => a.index - b.index).map(({ place }) => place)
}

function clip(text: string): string {
  return text.length > 17 ? `${text.slice(0, 16)}…` : text
}

function round(number: number): number {
  return Math.round(number * 10) / 10
}
