import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { declarations } from '../../src/theme/theme-css.ts'
import { type Token, tokens } from '../../src/theme.ts'

// What is written of the tokens elsewhere comes from their one list: `npx vitest run test/themes/written.test.ts -u` writes it anew.

test('the defaults of the style sheet are those of the list', async () => {
  const sheet = readFileSync('src/surfaces/surfaces.css', 'utf8')
  const light = block(':host {', [
    'all: initial !important;',
    'display: contents !important;',
    'font-size: max(16px, 1rem) !important;',
    ...lines('light'),
  ])
  const dark = block(':host([data-theme="dark"]) {', lines('dark'))
  const auto = `@media (prefers-color-scheme: dark) {\n${indented(block(':host([data-theme="auto"]) {', lines('dark')))}\n}`
  const [before, after] = [sheet.indexOf(':host {'), sheet.indexOf('\n\n/* Frames */')]
  const written = sheet.slice(0, before) + [light, dark, auto].join('\n') + sheet.slice(after)
  await expect(written).toMatchFileSnapshot('../../src/surfaces/surfaces.css')
})

test('the theme light is a template with all tokens and what they are for, and dark has what differs', async () => {
  const groups = [...new Set(tokens.map(({ group }) => group))]
  const parts = groups.map((group) => {
    const inGroup = tokens.filter((token) => token.group === group)
    return [`/* ${headings[group]} */`, ...inGroup.map((token) => wrapped(token, token.light))].join('\n')
  })
  await expect(
    `/*
 * Light: what Foothold looks like without any theme. Copy this file to make your own: rename "light", change what you
 * like, leave out the rest, link the style sheet, and pass the name as \`theme\`. README, "Theming", says what each token is.
 */
foothold-host[data-theme="light"] {
${indented(parts.join('\n\n'))}
}
`,
  ).toMatchFileSnapshot('../../themes/light.css')
  await expect(
    `/* Dark: a raised charcoal surface, a softened accent with dark words on it. What it leaves out is as in light.css. */
${block('foothold-host[data-theme="dark"] {', lines('dark'))}
`,
  ).toMatchFileSnapshot('../../themes/dark.css')
})

test('the README lists all tokens', async () => {
  const readme = readFileSync('README.md', 'utf8')
  const rows = tokens.map(
    ({ name, type, light, dark, description }) =>
      `| \`${name}\` | ${type} | \`${short(light)}\`${dark === undefined ? '' : ` / \`${short(dark)}\``} | ${description} |`,
  )
  const head = '| token `--foothold-…` | type | light / dark | what for |\n|---|---|---|---|\n'
  const before = readme.indexOf(head)
  const after = readme.indexOf('\n\n', before)
  expect(before).toBeGreaterThan(0)
  await expect(readme.slice(0, before) + head + rows.join('\n') + readme.slice(after)).toMatchFileSnapshot(
    '../../README.md',
  )
})

const headings: { [group in Token['group']]: string } = {
  color: 'Colors. README, "Theming", says which have to be told apart, and how well.',
  type: 'Type. Lengths are in em, so that they follow the font size of the reader.',
  space: 'Space',
  shape: 'Shape',
  motion: 'Motion',
}

function lines(scheme: 'light' | 'dark'): string[] {
  return tokens.flatMap((token) => (token[scheme] === undefined ? [] : [wrapped(token, token[scheme])]))
}

/** As the formatter has it: what is longer than a line goes on below, as much as there is room for. */
function wrapped({ name }: Token, css: string): string {
  const line = declarations({ [name]: css })[0] as string
  if (line.length <= 100) return line
  const [head] = line.split(' ')
  const rows = ['']
  for (const part of css.split(/, (?=\d)/)) {
    const row = rows.at(-1)
    if (row && `    ${row} ${part},`.length > 120) rows.push(`${part},`)
    else rows[rows.length - 1] = row ? `${row} ${part},` : `${part},`
  }
  return `${head}\n${indented(rows.join('\n').replace(/,$/, ';'))}`
}

function block(head: string, declared: string[]): string {
  return `${head}\n${indented(declared.join('\n'))}\n}`
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}

function short(css: string): string {
  return css.length > 60 ? `${css.slice(0, css.indexOf(', '))}, …` : css
}
