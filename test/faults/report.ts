import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Reporter, TestModule, Vitest } from 'vitest/node'

/** What can go wrong on a page, and what must happen then. */
interface Row {
  row: string
  fault: string
  expected: string
  /** `file: name`; the name is a part of the full names of one test or of several, all of which must pass. */
  tests?: string[]
  /** Why there is no test, and what happens today. */
  reason?: string
}

/** What a test on a corpus leaves in its meta, to be counted. */
export interface CorpusCount {
  corpus: string
  tried: number
  executed: number
  requests: number
  polluted: number
}

declare module 'vitest' {
  interface TaskMeta {
    corpora?: CorpusCount[]
  }
}

const table = 'node_modules/.cache/faults.md'
type Seen = { name: string; state: string; corpora: CorpusCount[] }[]

/**
 * Writes the table of faults from what the run has shown. A row that names a test which is not there, or failed, fails the
 * run; so does one without a test and without a reason. Of a part of the suite, only rows of files that ran are judged.
 */
export default class FaultTable implements Reporter {
  #whole = true

  onInit(vitest: Vitest): void {
    const { config, projects } = vitest
    const { filenamePattern } = vitest as { filenamePattern?: string[] }
    this.#whole =
      !filenamePattern?.length && !config.testNamePattern && projects.length === 3 && !config.shard && !config.related
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const ran = new Map<string, Seen>()
    for (const module of modules)
      ran.set(
        relative('test', module.moduleId),
        [...module.children.allTests()].map((test) => ({
          name: test.fullName,
          state: test.result().state,
          corpora: test.meta().corpora ?? [],
        })),
      )
    const rows: Row[] = JSON.parse(readFileSync('test/faults/rows.json', 'utf8'))
    if (!rows.some(({ tests = [] }) => tests.some((test) => ran.has(fileOf(test))))) return
    const judged = rows.map((row) => ({ row, ...judge(row, ran, this.#whole) }))
    const counts = [...ran.values()].flatMap((tests) => tests.flatMap(({ corpora }) => corpora))
    mkdirSync(dirname(table), { recursive: true })
    writeFileSync(table, written(judged, counts))
    const count = (wanted: string) => judged.filter(({ verdict }) => verdict === wanted).length
    const wrong = judged.flatMap(({ row, problems }) => problems.map((problem) => `  ${row.row}: ${problem}`))
    console.log(
      [
        `faults: ${rows.length} rows, ${count('pass')} pass, ${count('reason')} with a reason, ${count('fail')} fail, ${count('not run')} not run (${table})`,
        ...counts.map((each) => `  ${sentence(each)}`),
        ...wrong,
      ].join('\n'),
    )
    if (wrong.length) process.exitCode = 1
  }
}

function judge({ tests = [], reason }: Row, ran: Map<string, Seen>, whole: boolean) {
  const problems: string[] = []
  let passed = 0
  let missing = 0
  for (const test of tests) {
    const file = fileOf(test)
    const seen = ran.get(file)
    if (!seen) {
      missing++
      if (whole || !existsSync(join('test', file))) problems.push(`${file} has not run`)
      continue
    }
    const named = seen.filter(({ name }) => name.includes(test.slice(file.length + 2)))
    const failed = named.filter(({ state }) => state === 'failed')
    const went = named.filter(({ state }) => state === 'passed')
    // With `-t` all other tests are skipped.
    if (!named.length || (whole && !went.length)) problems.push(`no test ran that is named "${test}"`)
    for (const { name } of failed) problems.push(`failed: ${file}: ${name}`)
    passed += went.length
  }
  if (!tests.length && !reason) problems.push('has neither a test nor a reason')
  const verdict = problems.length ? 'fail' : tests.length === 0 ? 'reason' : missing || !passed ? 'not run' : 'pass'
  return { problems, passed, verdict }
}

function fileOf(test: string): string {
  return test.slice(0, test.indexOf(': '))
}

function written(judged: ({ row: Row } & ReturnType<typeof judge>)[], counts: CorpusCount[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|')
  return [
    '| row | fault | expected | result | tests, or the reason |',
    '|---|---|---|---|---|',
    ...judged.map(
      ({ row: { row, fault, expected, tests = [], reason = '' }, verdict, passed, problems }) =>
        `| ${[row, fault, expected, passed ? `${verdict}, ${passed} tests` : verdict, [...problems, ...tests, ...(reason ? [reason] : [])].join('<br>')].map(cell).join(' | ')} |`,
    ),
    '',
    ...counts.map((each) => `- ${sentence(each)}`),
    '',
  ].join('\n')
}

function sentence({ corpus, tried, executed, requests, polluted }: CorpusCount): string {
  return `${corpus}: ${tried} tried, ${executed} executed, ${requests} external requests, ${polluted} polluted`
}
