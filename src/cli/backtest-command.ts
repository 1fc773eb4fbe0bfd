import { closeSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { ReplayOutcome } from '../backtest/replay.ts'
import { parseSweep, type Sweep, variationsOf } from '../backtest/sweep.ts'
import { FootholdError } from '../core/errors.ts'
import type { Purpose } from '../core/guide.ts'
import { parseGuide } from '../core/schema.ts'
import { backtestJson } from './backtest-json.ts'
import { backtestPage } from './backtest-page.ts'
import { backtestText } from './backtest-text.ts'
import { loadCharts } from './charts.ts'
import { readGuideFile } from './guide-file.ts'
import { ink } from './ink.ts'
import { parseColumns } from './log-rows.ts'
import { runBacktest } from './run-backtest.ts'

interface Options {
  sweep: Sweep[]
  json?: true
  firings?: string
  html?: string
  format?: 'ndjson' | 'csv'
  column: string[]
  delimiter?: string
  sort?: true
  strict?: true
  jobs?: number
  consent: Purpose[]
  outcome: ReplayOutcome
}

const purposes = ['functional', 'analytics', 'marketing'] as const
/** From this size on, more than one job is worth starting them. */
const large = 16e6

/** `foothold backtest`. */
export function backtestCommand(entry: string): Command {
  const { bold, dim } = ink(process.stdout)
  return new Command('backtest')
    .summary('Replay a recorded log through a guide.')
    .description(
      'Replays recorded activities through the engine that decides in the page, and tells for each flow how often its trigger fired, whom it would have reached, and which gates kept it back. Each visitor has an engine of their own. A flow is taken as started, viewed and ended at the moment of its decision.',
    )
    .argument('<guide>', 'The guide, a JSON file.')
    .argument('<log>', 'The log: NDJSON or CSV, also gzipped; "-" for standard input.')
    .optionsGroup('What to try:')
    .option(
      '--sweep <path=a,b,c>',
      'Replay with each of these values, too. Repeat it for a grid.',
      collect(parseSweep),
      [],
    )
    .addOption(choiceOf('--consent <purposes>', 'What visitors agreed to.', purposes).default([...purposes], 'all'))
    .addOption(
      new Option('--outcome <end>', 'How flows end in the replay.')
        .choices(['completed', 'dismissed', 'ended'])
        .default('completed'),
    )
    .optionsGroup('What to write:')
    .option('--json', 'Print the result as JSON.')
    .option('--firings <file>', 'Write one line for each firing: flow, visitor, at, verdict, because.')
    .option('--html <file>', 'Write a page with charts. It needs nothing else, and no network.')
    .optionsGroup('How to read the log:')
    .addOption(new Option('--format <format>', 'Default: by the name and the first line.').choices(['ndjson', 'csv']))
    .option(
      '--column <field=column>',
      'A field from a column of CSV; FIELD==TEXT is the same text for all.',
      collect(String),
      [],
    )
    .option('--delimiter <character>', 'Between the columns of CSV. Default: found in the header.')
    .option('--sort', 'Put the log in order first. It is then held in memory.')
    .option('--strict', 'Stop at the first bad line.')
    .optionsGroup('How to run:')
    .option('--jobs <number>', 'How many worker threads. Default: one for small files, else one a processor.', jobsOf)
    .helpOption('-h, --help', 'Show this.')
    .addHelpText(
      'after',
      `
${bold('A line of the log')} needs a visitor, a type and a time, in milliseconds or ISO 8601:
  { "visitor": "v1", "type": "Product Viewed", "at": "2026-11-23T10:00:00Z", "properties": { "product_id": "p1" } }
and may have id, seq, tab, page (a path) and traits. Lines come in the order of time, but for 60 seconds.

${bold('Examples:')}
  ${dim('# who would have seen what')}
  foothold backtest guide.json log.ndjson.gz
  ${dim('# would an earlier welcome reach more, and whom would it push aside?')}
  foothold backtest guide.json log.ndjson --sweep flows.welcome.trigger.idle=60s,120s,180s --html report.html
  ${dim('# a table of views as it comes from a shop')}
  foothold backtest guide.json views.csv --sort --column visitor=session_id --column at=time \\
    --column "type==Product Viewed" --column properties.product_id=item_id
  ${dim('# for a script')}
  zcat log-*.gz | foothold backtest guide.json - --json | jq .flows.welcome.shown

${bold('It ends with')} 0, or with 2 where it could not do it. Ctrl+C stops reading and keeps what is done.`,
    )
    .action((guideFile: string, logFile: string, options: Options) => backtest(guideFile, logFile, options, entry))
}

async function backtest(guideFile: string, log: string, options: Options, entry: string): Promise<void> {
  const guide = parseGuide(readGuideFile(guideFile))
  const { sweep, json, firings, html, column, jobs = jobsFor(log), consent, outcome, format, delimiter } = options
  const charts = html === undefined ? undefined : await loadCharts()
  const file = firings === undefined ? undefined : opened(firings)
  const stop = new AbortController()
  const interrupt = () => {
    // The second time means it.
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  }
  process.on('SIGINT', interrupt)
  try {
    const result = await runBacktest({
      guide,
      variations: variationsOf(guide, sweep),
      log,
      jobs,
      entry,
      sort: !!options.sort,
      strict: !!options.strict,
      columns: parseColumns(column),
      consent,
      outcome,
      signal: stop.signal,
      ...(format && { format }),
      ...(delimiter && { delimiter: delimiter.replace('\\t', '\t') }),
      ...(file !== undefined && { onFirings: (lines: string) => void writeSync(file, lines) }),
    })
    const names = { guide: basename(guideFile), log: log === '-' ? 'standard input' : basename(log) }
    process.stdout.write(
      json
        ? `${JSON.stringify(backtestJson(result), null, 2)}\n`
        : backtestText(result, guide, names, ink(process.stdout)),
    )
    if (charts) {
      written(html!, backtestPage(result, guide, names, charts))
      if (!json) process.stdout.write(`  The charts are in ${html}.\n\n`)
    }
    if (result.interrupted) process.exitCode = 130
  } finally {
    process.off('SIGINT', interrupt)
    if (file !== undefined) closeSync(file)
  }
}

function collect<T>(read: (text: string) => T) {
  return (text: string, before: T[]): T[] => [...before, read(text)]
}

function choiceOf(flags: string, description: string, words: readonly string[]): Option {
  return new Option(flags, `${description} With commas: ${words.join(', ')}.`).argParser((text) => {
    const chosen = text.split(',').map((word) => word.trim())
    const wrong = chosen.find((word) => !words.includes(word))
    if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is none of ${words.join(', ')}.`)
    return chosen
  })
}

function jobsOf(text: string): number {
  const jobs = Number(text)
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= 64) return jobs
  throw new InvalidArgumentError('Write a number from 1 to 64.')
}

function jobsFor(log: string): number {
  try {
    return statSync(log).size > large ? Math.min(8, availableParallelism()) : 1
  } catch {
    return 1
  }
}

function opened(file: string): number {
  try {
    return openSync(file, 'w')
  } catch (cause) {
    throw unwritable(file, cause)
  }
}

function written(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (cause) {
    throw unwritable(file, cause)
  }
}

function unwritable(file: string, cause: unknown): FootholdError {
  return new FootholdError(
    'file-failed',
    `${file} cannot be written: ${(cause as Error).message}. Name another file.`,
    { cause },
  )
}
