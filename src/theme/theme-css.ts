import { FootholdError } from '../core/errors.ts'
import { parseTheme } from './parse-theme.ts'
import { darkDefaults, type Theme, type Tokens, tokens } from './tokens.ts'

/**
 * A theme as a style sheet for the page: `theme: name` then draws it. With a dark form there are two names more,
 * `name-dark`, and `name-auto`, which follows the system.
 *
 * @throws FootholdError `invalid-theme` for a name that is none, or a value that `parseTheme` would refuse
 *
 * @example themeCss({ accent: '#0b6e4f', dark: { accent: '#5ce6ab' } }, 'acme')
 */
export function themeCss(theme: Theme, name: string): string {
  if (!/^[a-z][a-z0-9-]*$/i.test(name))
    throw new FootholdError('invalid-theme', `"${name}" names no theme. Write a word of letters, digits and hyphens.`)
  const { theme: sound, refused } = parseTheme(theme)
  if (refused[0])
    throw new FootholdError('invalid-theme', `${refused[0].token} of the theme "${name}" is refused: ${refused[0].why}`)
  const { dark, ...light } = sound
  const forms = (...names: string[]) => names.map((each) => `foothold-host[data-theme="${each}"]`).join(',\n')
  if (!dark) return `${rule(forms(name), light)}\n`
  const inTheDark = { ...darkDefaults(), ...dark }
  return [
    rule(forms(name, `${name}-dark`, `${name}-auto`), light),
    rule(forms(`${name}-dark`), inTheDark),
    `@media (prefers-color-scheme: dark) {\n${indented(rule(forms(`${name}-auto`), inTheDark))}\n}\n`,
  ].join('\n')
}

/** Declarations of tokens, one a line. */
export function declarations(look: Tokens): string[] {
  return tokens.flatMap(({ name }) => (look[name] === undefined ? [] : [`--foothold-${name}: ${look[name]};`]))
}

function rule(selector: string, look: Tokens): string {
  return `${selector} {\n${indented(declarations(look).join('\n'))}\n}`
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}
