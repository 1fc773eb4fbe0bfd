import type { Readable } from 'node:stream'
import type { Info } from 'csv-parse'
import { FootholdError } from '../core/errors.ts'
import { optionalPackage } from './optional-package.ts'

/** A row of a log: what stands there, or why nothing can be read. */
export interface Row {
  number: number
  value?: unknown
  /** The row as it stands in the log, where that is JSON. */
  text?: string
  problem?: string
}

/** Lines of JSON, in batches; empty lines are no rows. */
export async function* jsonRows(bytes: Readable): AsyncGenerator<Row[]> {
  const decoder = new TextDecoder()
  let number = 0
  let rest = ''
  const read = (lines: string[]): Row[] => {
    const rows: Row[] = []
    for (const line of lines) {
      number++
      const text = line.trim()
      if (!text) continue
      try {
        rows.push({ number, value: JSON.parse(text), text })
      } catch (error) {
        rows.push({ number, problem: `is no JSON: ${(error as Error).message}` })
      }
    }
    return rows
  }
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n')
    rest = lines.pop()!
    yield read(lines)
  }
  yield read([rest + decoder.decode()])
}

/** Fields of a log line, and from which column each comes; `=text` stands for the same text in every row. */
export type Columns = { [field: string]: string }

const fields = /^(visitor|type|at|id|seq|tab|page|interaction|(properties|traits)\..+)$/

/**
 * Reads `visitor=user_id`, `properties.price=Unit Price`, `type==Product Viewed`.
 *
 * @throws FootholdError `invalid-option`
 */
export function parseColumns(texts: string[]): Columns {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=')
      const [field, column] = [text.slice(0, equals), text.slice(equals + 1)]
      if (equals > 0 && column && fields.test(field)) return [field, column]
      throw new FootholdError(
        'invalid-option',
        `--column "${text}" maps nothing. Write FIELD=COLUMN or FIELD==TEXT; a field is visitor, type, at, id, seq, tab, page, properties.NAME or traits.NAME.`,
      )
    }),
  )
}

/**
 * Rows of a CSV file with a header, by a map of its columns. Without a map, columns are named like the fields, and
 * all others are properties.
 *
 * @param start The beginning of the file, by which the delimiter is found.
 * @throws FootholdError `log-refused` where the file has no such column.
 */
export async function* csvRows(
  bytes: Readable,
  start: string,
  map: Columns,
  delimiter?: string,
): AsyncGenerator<Row[]> {
  const { parse } = await optionalPackage(() => import('csv-parse'), 'csv-parse', 'Reading CSV')
  const header = start.slice(0, start.search(/\r?\n|$/))
  const found =
    delimiter ?? [',', ';', '\t', '|'].reduce((a, b) => (header.split(b).length > header.split(a).length ? b : a))
  let skipped: Row[] = []
  const parser = parse({
    delimiter: found,
    bom: true,
    columns: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      skipped.push({ number: Number(error?.lines ?? 0), problem: `is no CSV: ${error?.message ?? 'unknown'}` })
      return undefined
    },
  })
  bytes.on('error', (error) => parser.destroy(error))
  let fieldOf: [field: string, column: string][] | undefined
  let rows: Row[] = []
  for await (const { record, info } of bytes.pipe(parser) as AsyncIterable<{
    record: { [column: string]: string }
    info: Info
  }>) {
    fieldOf ??= fieldsOf(Object.keys(record), map)
    rows.push({ number: info.lines, value: lineOf(record, fieldOf) })
    if (rows.length < 1000) continue
    yield [...skipped, ...rows]
    rows = []
    skipped = []
  }
  yield [...skipped, ...rows]
}

function fieldsOf(columns: string[], map: Columns): [field: string, column: string][] {
  const missing = Object.values(map).find((column) => !column.startsWith('=') && !columns.includes(column))
  if (missing !== undefined)
    throw new FootholdError('log-refused', `The log has no column "${missing}". It has ${columns.join(', ')}.`)
  const mapped = Object.entries(map)
  const used = new Set(Object.values(map))
  const rest = columns
    .filter((column) => !used.has(column))
    .map((column): [string, string] => [fields.test(column) ? column : `properties.${column}`, column])
    .filter(([field]) => !Object.hasOwn(map, field))
  const all = [...mapped, ...rest]
  for (const field of ['visitor', 'type', 'at'])
    if (!all.some(([name]) => name === field))
      throw new FootholdError(
        'log-refused',
        `No column of the log says the ${field}. Name it with --column ${field}=COLUMN${field === 'type' ? ', or one type for all with --column "type==Product Viewed"' : ''}. It has ${columns.join(', ')}.`,
      )
  return all
}

/** A number stays a text where it is an id. */
const texts = /^(visitor|type|id|tab|page)$|(^|[._])id$/

function lineOf(record: { [column: string]: string }, fieldOf: [field: string, column: string][]): unknown {
  const line: { [field: string]: unknown } = {}
  for (const [field, column] of fieldOf) {
    const cell = column.startsWith('=') ? column.slice(1) : record[column]
    if (cell === undefined || cell === '') continue
    const value = texts.test(field)
      ? cell
      : cell.trim() !== '' && Number.isFinite(Number(cell))
        ? Number(cell)
        : /^(true|false)$/i.test(cell)
          ? /^t/i.test(cell)
          : cell
    const [room, name] = /^(properties|traits)\.(.+)$/.exec(field)?.slice(1) ?? []
    if (room) line[room] = { ...(line[room] as object), [name!]: value }
    else line[field] = value
  }
  return line
}
