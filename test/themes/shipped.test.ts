import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { contrasts, lookOf, themeCss } from '../../src/theme.ts'
import { shipped, shippedTheme } from './shipped.ts'

const schemesOf = (name: string) => (shippedTheme(name).dark ? (['light', 'dark'] as const) : (['light'] as const))

describe.each(shipped)('the theme %s', (name) => {
  const theme = shippedTheme(name)

  test.each(schemesOf(name))('can be read, in its %s form', (scheme) => {
    expect(contrasts(lookOf(theme, scheme)).filter(({ passes }) => !passes)).toEqual([])
  })

  test('is nothing but tokens, written as `themeCss` writes them, its dark form by name and by the system the same', () => {
    const plain = (css: string) =>
      css
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .replace(/\s+/g, ' ')
        .trim()
    expect(plain(readFileSync(`themes/${name}.css`, 'utf8'))).toBe(plain(themeCss(theme, name)))
  })
})

test('high contrast reaches 7:1, for edges and marks too', () => {
  for (const scheme of schemesOf('high-contrast'))
    expect(contrasts(lookOf(shippedTheme('high-contrast'), scheme)).filter(({ ratio }) => ratio < 7)).toEqual([])
})

test('the three brand looks differ in type, shape, density, shadow and motion, not only in color', () => {
  const looks = ['light', 'atelier', 'confetti', 'console'].map((name) => lookOf(shippedTheme(name)))
  for (const token of [
    'font',
    'title-size',
    'title-weight',
    'radius',
    'control-radius',
    'space',
    'shadow',
    'duration',
  ] as const)
    expect(new Set(looks.map((look) => look[token])).size).toBe(looks.length)
})
