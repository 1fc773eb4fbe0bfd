import { createInOrder } from '../backtest/in-order.ts'
import { readLogLine } from '../backtest/log-line.ts'
import type { ReplayOptions } from '../backtest/replay.ts'
import type { Variation } from '../backtest/sweep.ts'
import type { Tally } from '../backtest/tally.ts'
import { compareActivities } from '../core/activity.ts'
import { FootholdError } from '../core/errors.ts'
import type { Guide } from '../core/guide.ts'
import { createCrew, type Entry } from './crew.ts'
import { openLog } from './log-input.ts'
import { type Columns, csvRows, jsonRows, type Row } from './log-rows.ts'
import { createProgress } from './progress.ts'

export interface BacktestOptions extends Pick<ReplayOptions, 'consent' | 'outcome'> {
  guide: Guide
  variations: Variation[]
  /** A file, or `-`. */
  log: string
  jobs: number
  /** The module that workers start with. */
  entry: string
  /** Holds the whole log to put it in order. */
  sort: boolean
  /** Stops at the first bad line. */
  strict: boolean
  format?: 'ndjson' | 'csv'
  columns: Columns
  delimiter?: string
  onFirings?: ((lines: string) => void) | undefined
  /** Stops reading; what was read counts. */
  signal: AbortSignal
}

export interface Backtest {
  /** Activities that were replayed. */
  activities: number
  visitors: number
  seconds: number
  jobs: number
  /** When the first and the last activity happened; absent for an empty log. */
  from?: number
  until?: number
  /** Lines by which Foothold reported what it did when they were recorded. */
  left: number
  bad: { count: number; first: { line: number; problem: string }[] }
  interrupted: boolean
  tally: Tally
  variations: { settings: Variation['settings']; tally: Tally }[]
}

/** How far behind the newest a line may come. */
const slack = 60_000
const badShown = 10
/** So long an interrupted replay goes on with what was read. */
const patience = 1500

/** Replays a log, from opening it to adding up. */
export async function runBacktest(options: BacktestOptions): Promise<Backtest> {
  const { guide, variations, jobs, sort, strict, columns, signal } = options
  const started = performance.now()
  const input = await openLog(options.log, signal)
  const csv = options.format
    ? options.format === 'csv'
    : /\.(csv|tsv)(\.gz)?$/i.test(options.log) || (input.start !== '' && !/^\s*[{[]/.test(input.start))
  const crew = createCrew([guide, ...variations.map(({ guide }) => guide)], options)
  const progress = createProgress(process.stderr)
  let [late, patient]: [boolean, NodeJS.Timeout?] = [false]
  const stopping = () => {
    progress.clear()
    process.stderr.write('Stopping; what was read is replayed for a moment, then what is done is printed.\n')
    patient = setTimeout(() => {
      late = true
      crew.hurry()
    }, patience)
  }
  if (signal.aborted) stopping()
  else signal.addEventListener('abort', stopping, { once: true })
  const order = createInOrder<Entry>(slack)
  const bad: Backtest['bad'] = { count: 0, first: [] }
  const held: Entry[] = []
  let [from, until, entries] = [Infinity, -Infinity, 0]

  const spoil = ({ number: line, problem }: { number: number; problem: string }) => {
    if (strict)
      throw new FootholdError(
        'log-refused',
        `Line ${line} of the log ${problem}. Mend it, or leave --strict out to pass over such lines.`,
      )
    bad.count++
    if (bad.first.length < badShown) bad.first.push({ line, problem })
  }
  const entryOf = ({ number, value, text = '', problem }: Row): Entry | undefined => {
    if (problem !== undefined) {
      spoil({ number, problem })
      return undefined
    }
    try {
      const { at, seq, id, visitor } = readLogLine(value, number)
      return { at, seq, id, number, visitor: visitor.anonymousId, text: text || JSON.stringify(value) }
    } catch (error) {
      spoil({ number, problem: (error as Error).message.replace(/ \[invalid-activity\]$/, '') })
      return undefined
    }
  }
  const take = (entry: Entry) => {
    entries++
    from = Math.min(from, entry.at)
    until = Math.max(until, entry.at)
    if (sort) {
      held.push(entry)
      return
    }
    const ready = order.add(entry)
    if (!ready)
      throw new FootholdError(
        'log-refused',
        `Line ${entry.number} of the log is ${lasting(until - entry.at)} older than one before it. A log is read in the order of time, but for ${slack / 1000} s. Add --sort to put it in order first; it is then held in memory.`,
      )
    if (ready.length) crew.take(ready)
  }

  try {
    const rows = csv ? csvRows(input.bytes, input.start, columns, options.delimiter) : jsonRows(input.bytes)
    for await (const batch of rows) {
      // The last line may be half of one.
      if (signal.aborted) break
      for (const row of batch) {
        const entry = entryOf(row)
        if (entry) take(entry)
      }
      await crew.ready()
      const share = input.size ? input.read / input.size : undefined
      progress.show(share, `${entries.toLocaleString('en')} activities, ${rate(entries, started)} a second`)
    }
    held.sort(compareActivities)
    const total = held.length
    for (let index = 0; index < total && !late; index += 5000) {
      crew.take(held.slice(index, index + 5000))
      await crew.ready()
      progress.show(index / total, 'replaying in order')
      // Lets an interruption in.
      await new Promise(setImmediate)
    }
    crew.take(order.rest())
    const { tallies, visitors, taken, left } = await crew.finish(until, (done) =>
      progress.show(done, 'letting the log end for each visitor'),
    )
    return {
      activities: taken,
      visitors,
      seconds: Math.round(performance.now() - started) / 1000,
      jobs,
      ...(entries > 0 && { from, until }),
      left,
      bad,
      interrupted: signal.aborted,
      tally: tallies[0]!,
      variations: variations.map(({ settings }, index) => ({ settings, tally: tallies[index + 1]! })),
    }
  } finally {
    clearTimeout(patient)
    signal.removeEventListener('abort', stopping)
    progress.clear()
    crew.stop()
  }
}

function rate(entries: number, started: number): string {
  return Math.round(entries / ((performance.now() - started) / 1000)).toLocaleString('en')
}

function lasting(ms: number): string {
  const [size, unit] =
    ms >= 864e5 ? [864e5, 'days'] : ms >= 36e5 ? [36e5, 'hours'] : ms >= 6e4 ? [6e4, 'minutes'] : [1e3, 'seconds']
  return `${Math.round((ms / (size as number)) * 10) / 10} ${unit}`
}
