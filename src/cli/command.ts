import { readFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { Command, CommanderError } from 'commander'
import { FootholdError } from '../core/errors.ts'
import { backtestCommand } from './backtest-command.ts'
import { checkCommand } from './check-command.ts'
import { ink } from './ink.ts'
import { snippetCommand } from './snippet-command.ts'

/**
 * The command `foothold`. It ends with 0, with 1 where something was found, or with 2 where it could not do what it was
 * asked to.
 *
 * @param argv As in `process.argv`.
 * @param entry The module that workers start with.
 */
export async function runCommand(argv: string[], entry: string): Promise<void> {
  // Who reads only the first lines closes the pipe: that is no error.
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit()
  })
  const { bold, dim } = ink(process.stdout)
  const program = new Command('foothold')
    .description('Checks a guide before visitors see it, tries it on what they really did, and writes what embeds it.')
    .version(versionOf(entry), '-v, --version', 'Print the version.')
    .helpOption('-h, --help', 'Show this, or the help of a command.')
    .helpCommand(false)
    .usage('<command> [options]')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text), outputError: complain })
    .configureHelp({
      styleTitle: (title) => bold(title),
      styleOptionTerm: (term) => term,
      styleDescriptionText: (text) => text,
      helpWidth: Math.min(process.stdout.columns || 100, 110),
      optionDescription: ({ description, argChoices, defaultValue, defaultValueDescription: told }) => {
        const about = [
          argChoices && `one of ${argChoices.join(', ')}`,
          (told || typeof defaultValue === 'string') && `default: ${told ?? defaultValue}`,
        ].filter(Boolean)
        return about.length ? `${description} (${about.join('; ')})` : description
      },
    })
    .addHelpText(
      'after',
      `
${bold('Examples:')}
  foothold check guide.json                    ${dim('What is wrong with a guide, and what to write instead.')}
  foothold backtest guide.json log.ndjson      ${dim('Who would have seen which flow, and why the others would not.')}
  foothold snippet --for gtm                   ${dim('What to paste to embed Foothold.')}

foothold <command> --help shows the options of a command.`,
    )
  for (const command of [backtestCommand(entry), checkCommand(), snippetCommand()])
    program.addCommand(command.copyInheritedSettings(program))
  try {
    await program.parseAsync(argv)
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      const told =
        error instanceof FootholdError ? error.message : `Something in Foothold broke. ${(error as Error).stack}`
      process.stderr.write(`${ink(process.stderr).red('error:')} ${told}\n`)
    }
    process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : 2
  }
}

/** What commander says of a wrong option, and where to read on. */
function complain(text: string, write: (text: string) => void): void {
  const { red, dim } = ink(process.stderr)
  const plain = stripVTControlCharacters(text).replace(/^error: /, '')
  write(`${red('error:')} ${plain}${dim('Add --help to see what there is.')}\n`)
}

function versionOf(entry: string): string {
  // dist/cli.js, or src/cli/cli.ts
  for (const up of ['../package.json', '../../package.json']) {
    try {
      return JSON.parse(readFileSync(new URL(up, entry), 'utf8')).version
    } catch {}
  }
  return 'unknown'
}
