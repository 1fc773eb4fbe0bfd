import type { ScaleLinear, ScalePoint, ScaleTime } from 'd3-scale'
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
const margin = { top: 16, right: 180, bottom: 44, left: 56 }
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
    y
      .ticks(4)
      .map(
        (tick) =>
          `<g transform="translate(0 ${round(y(tick))})"><path class="grid" d="M${left} 0H${to}"/><text class="y" x="${left - 10}" dy="0.35em">${asText(format(tick))}</text></g>`,
      )
      .join('')
  const frame = (title: string, inside: string, label = '', end = right) =>
    `<svg viewBox="0 0 ${end === half.right ? half.width : width} ${height}" role="img" aria-label="${asText(title)}">${inside}${label && `<text class="x name" x="${(left + end) / 2}" y="${height - 6}">${asText(label)}</text>`}</svg>`

  return {
    lines({ title, series, x, xLabel, format, steps, level }) {
      const single = x !== 'time' && series.length === 1
      const end = single ? half.right : right
      const all = series.flatMap(({ points }) => points)
      const y = scaleLinear([0, Math.max(0, level?.y ?? 0, ...all.map(([, value]) => value)) || 1], [bottom, top]).nice(
        4,
      )
      const xs = all.map(([value]) => Number(value))
      const scale =
        x === 'time'
          ? scaleUtc([Math.min(...xs), Math.max(...xs)], [left, end])
          : scalePoint(x, [left, end]).padding(0.3)
      const at = (value: number | string) =>
        round(
          x === 'time'
            ? (scale as ScaleTime<number, number>)(value as number)
            : (scale as ScalePoint<string>)(value as string)!,
        )
      const draw = line<[number | string, number]>(
        ([value]) => at(value),
        ([, value]) => round(y(value)),
      )
      if (steps) draw.curve(curveStepAfter)
      const ticks =
        x === 'time'
          ? timeTicks(scale as ScaleTime<number, number>).map(({ at: moment, text }) => [at(moment), text] as const)
          : x.map((text) => [at(text), text] as const)
      const ends = apart(series.map(({ points }) => y(points.at(-1)![1])))
      return frame(
        title,
        yAxis(y, format, end) +
          (level
            ? `<path class="level" d="M${left} ${round(y(level.y))}H${end}"><title>${asText(`${level.name}: ${format(level.y)}`)}</title></path>`
            : '') +
          ticks
            .map(([place, text]) => `<text class="x" x="${place}" y="${bottom + 20}">${asText(text)}</text>`)
            .join('') +
          series
            .map(({ name, color, points }, index) => {
              const last = points.at(-1)!
              const dots =
                x === 'time'
                  ? ''
                  : points
                      .map(
                        ([value, number]) =>
                          `<circle class="c${color}" cx="${at(value)}" cy="${round(y(number))}" r="4"><title>${asText(`${name}, ${value}: ${format(number)}`)}</title></circle>`,
                      )
                      .join('')
              const line = `<path class="line c${color}" d="${draw(points)}"><title>${asText(`${name}: ${format(last[1])}`)}</title></path>${dots}`
              if (single)
                return (
                  line +
                  points
                    .map(
                      ([value, number]) =>
                        `<text class="x point" x="${at(value)}" y="${round(y(number)) - 12}">${asText(format(number))}</text>`,
                    )
                    .join('')
                )
              const place = round(ends[index]!)
              const from = round(y(last[1]))
              const leader =
                Math.abs(place - from) > 3
                  ? `<path class="leader" d="M${at(last[0]) + 4} ${from}L${right + 8} ${place}"/>`
                  : ''
              return `${line}${leader}<text class="end" x="${right + 12}" y="${place}" dy="0.35em"><tspan class="c${color}">●</tspan> ${asText(clip(name))} <tspan class="value">${asText(format(last[1]))}</tspan></text>`
            })
            .join(''),
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
      return frame(
        title,
        yAxis(y, (value) => value.toLocaleString('en'), end) +
          bars
            .map(({ name, value, told }) => {
              const [from, high] = [round(x(name)!), round(y(value))]
              const middle = round(from + x.bandwidth() / 2)
              return `<rect class="c0" x="${from}" y="${high}" width="${round(x.bandwidth())}" height="${round(bottom - high)}" rx="2"/><text class="x value" x="${middle}" y="${high - 7}">${asText(told)}</text><text class="x" x="${middle}" y="${bottom + 20}">${asText(name)}</text>`
            })
            .join(''),
        xLabel,
        end,
      )
    },
  }
}

/** A text that is only text in HTML. */
export function asText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** Moments to name, each with its date or its time. */
function timeTicks(scale: ScaleTime<number, number>): { at: number; text: string }[] {
  const [from, until] = scale.domain().map(Number) as [number, number]
  const options: Intl.DateTimeFormatOptions =
    until - from > 2 * 864e5 ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' }
  return scale
    .ticks(6)
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
