import { Command, InvalidArgumentError, Option } from 'commander'
import { ink } from './ink.ts'
import { type Place, places, snippet, stubHash } from './snippet.ts'

interface Options {
  for: Place
  script: string
  guide: string
  data: { [name: string]: string }
}

/** `foothold snippet`. */
export function snippetCommand(): Command {
  const { bold } = ink(process.stdout)
  return new Command('snippet')
    .summary('Write what to paste into your page.')
    .description('Writes what embeds Foothold, with your own addresses.')
    .addOption(new Option('--for <place>', 'Where it goes.').choices(places).default('html'))
    .option('--script <address>', 'Where foothold.js is, with its chunks beside it.', '/foothold/foothold.js')
    .option('--guide <address>', 'Where the guide is.', '/guide.json')
    .option('--data <name=value>', 'One more data-* attribute; may be repeated.', collect, {})
    .helpOption('-h, --help', 'Show this.')
    .addHelpText(
      'after',
      `
html is any page, strict one with script-src 'self' and no inline script, gtm a Custom HTML tag of Google Tag Manager;
next and vue are apps with a bundler, after npm install foothold; rails is a layout.
Without 'unsafe-inline' the inline line of html needs this in script-src: ${stubHash}

${bold('Examples:')}
  foothold snippet --for gtm --script https://unpkg.com/foothold@0.1/dist/foothold.js --guide https://shop.example/guide.json
  foothold snippet --data theme=auto --data "destinations=segment gtag"`,
    )
    .action(({ for: place, ...options }: Options) => {
      process.stdout.write(snippet(place, options))
    })
}

function collect(pair: string, before: Options['data']): Options['data'] {
  const [, name, value] = /^(?:data-)?([a-z]+)=(.*)$/s.exec(pair) ?? []
  if (!name) throw new InvalidArgumentError('It has to be name=value, e.g. theme=auto.')
  return { ...before, [name]: value! }
}
