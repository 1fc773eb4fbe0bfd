import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { parseTheme, type Theme, type Tokens } from '../../src/theme.ts'

/** The names of the themes that are shipped. */
export const shipped = readdirSync('themes').map((file) => file.replace('.css', ''))

/** A theme as its file has it. */
export function shippedTheme(name: string): Theme {
  const css = readFileSync(`themes/${name}.css`, 'utf8')
  const light = tokensIn(css, name)
  const dark = css.includes(`"${name}-dark"`) && tokensIn(css, `${name}-dark`)
  const { theme, refused } = parseTheme({ ...light, ...(dark && { dark }) })
  expect(refused).toEqual([])
  return theme
}

/** What the last rule for a name declares. */
function tokensIn(css: string, name: string): Tokens {
  const rules = [...css.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/([^{}]+)\{([^{}]+)\}/g)]
  const rule = rules.filter(([, selector]) => selector!.includes(`"${name}"`)).at(-1)
  return Object.fromEntries(
    [...rule![2]!.matchAll(/(--[\w-]+):([^;]+);/g)].map(([, token, value]) => [
      token,
      value!.trim().replace(/\s+/g, ' '),
    ]),
  )
}
