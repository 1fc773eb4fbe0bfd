import { basename } from 'node:path'
import { Command } from 'commander'
import type { Guide } from '../core/guide.ts'
import { plural } from './backtest-text.ts'
import { checkGuide } from './check/check-guide.ts'
import { type Finding, findingCodes, inOrder } from './check/finding.ts'
import { checkPatterns } from './check/patterns.ts'
import { checkRepeatedKeys } from './check/repeated-keys.ts'
import { readGuideFile, readTextFile } from './guide-file.ts'
import { type Ink, ink } from './ink.ts'

interface Options {
  json?: true
  strict?: true
  steps: string[]
}

/** `foothold check`. */
export function checkCommand(): Command {
  const { bold } = ink(process.stdout)
  return new Command('check')
    .summary('Find what is wrong with a guide.')
    .description(
      'Looks for what does not work in a guide: its shape, keys that stand twice, names that stand for nothing, conditions that nothing or everything meets, regular expressions on which a page would stand still, segments that read themselves, steps that no way leads to, flows that another always comes before, links that are refused, and missing translations.',
    )
    .argument('<guide>', 'The guide, a JSON file.')
    .option('--json', 'Print the findings as JSON.')
    .option('--strict', 'Warnings count as errors.')
    .option(
      '--steps <names>',
      'Names of your own types of steps, with commas.',
      (text: string) => text.split(',').map((name) => name.trim()),
      [],
    )
    .helpOption('-h, --help', 'Show this.')
    .addHelpText(
      'after',
      `
${bold('It ends with')} 0 where nothing is wrong, 1 where something is, 2 where there is no such file or no JSON in it.
Each finding has a code that never changes, a severity (error, warning, hint), the path in the document and a remedy:
  ${codeList()}
--json prints { ok, error, warning, hint, findings: [{ code, severity, path, message, remedy }] }: ok is whether it
ends with 0, then come how many there are of each severity, and the findings by their paths.

${bold('Examples:')}
  foothold check guide.json
  foothold check guide.json --strict --steps rating,legacy
  foothold check guide.json --json | jq '.findings[] | select(.severity == "error") | .path'`,
    )
    .action(async (file: string, { json, strict, steps }: Options) => {
      const document = readGuideFile(file)
      const found = checkGuide(document, { now: Date.now(), steps })
      const misshapen = found[0]?.code === 'invalid-shape'
      const more = misshapen ? [] : await checkPatterns(document)
      const findings = inOrder([...found, ...checkRepeatedKeys(readTextFile(file)), ...more])
      const counts = countsOf(findings)
      const ok = !counts.error && !(strict && counts.warning)
      process.stdout.write(
        json
          ? `${JSON.stringify({ ok, ...counts, findings }, null, 2)}\n`
          : checkText(findings, document, basename(file), ink(process.stdout)),
      )
      if (!ok) process.exitCode = 1
    })
}

function checkText(
  findings: Finding[],
  document: unknown,
  file: string,
  { bold, dim, red, yellow, green, cyan }: Ink,
): string {
  const { error, warning, hint } = countsOf(findings)
  const marks = { error: red('error  '), warning: yellow('warning'), hint: cyan('hint   ') }
  const told = findings.map(
    ({ severity, code, path, message, remedy }) =>
      `  ${marks[severity]}  ${bold(path || '(document)')}  ${dim(code)}\n           ${message}.\n           ${dim('→')} ${remedy}.\n`,
  )
  const counted = [
    error && red(plural(error, 'error')),
    warning && yellow(plural(warning, 'warning')),
    hint && cyan(plural(hint, 'hint')),
  ].filter(Boolean)
  const flows = (document as Partial<Guide>)?.flows?.length
  const about = Array.isArray((document as Partial<Guide>)?.flows) ? dim(`  ${plural(flows!, 'flow')}`) : ''
  return `\n  ${bold(file)}${about}\n\n${told.join('\n')}${told.length ? '\n' : ''}  ${counted.length ? counted.join(', ') : green('Nothing is wrong.')}\n\n`
}

function countsOf(findings: Finding[]): { [severity in Finding['severity']]: number } {
  const of = (severity: Finding['severity']) => findings.filter((each) => each.severity === severity).length
  return { error: of('error'), warning: of('warning'), hint: of('hint') }
}

/** The codes, five a line. */
function codeList(): string {
  const codes = Object.keys(findingCodes)
  return Array.from({ length: Math.ceil(codes.length / 5) }, (_, line) =>
    codes.slice(line * 5, line * 5 + 5).join(', '),
  ).join(',\n  ')
}
