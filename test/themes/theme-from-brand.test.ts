import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contrasts, lookOf, parseTheme, themeFromBrand } from '../../src/theme.ts'
import { numRuns, seed } from '../seed.ts'

const schemes = ['light', 'dark'] as const
const failing = (primary: string, secondary?: string) => {
  const theme = themeFromBrand({ primary, ...(secondary !== undefined && { secondary }) })
  expect(parseTheme(theme)).toEqual({ theme, refused: [] })
  return schemes.flatMap((scheme) => contrasts(lookOf(theme, scheme)).filter(({ passes }) => !passes))
}

test.each([
  '#000',
  '#fff',
  '#ffd500',
  '#00ff00',
  '#ff00ff',
  '#0000ff',
  '#ff0000',
  '#00ffff',
  '#777',
  '#808080',
  '#001f5b',
])('of the brand color %s everything can be read, light and dark, alone and beside its opposite', (primary) => {
  expect(failing(primary)).toEqual([])
  for (const secondary of ['#000000', '#ffffff', '#ffd500', primary]) expect(failing(primary, secondary)).toEqual([])
})

test('of any two colors everything can be read', () => {
  const channel = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 127, 128, 254, 255))
  const srgb = fc.tuple(channel, channel, channel).map((parts) => `rgb(${parts.join(' ')})`)
  const vivid = fc
    .tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 40 }), fc.nat(360))
    .map(([l, c, h]) => `oklch(${l}% ${c / 100} ${h})`)
  const color = fc.oneof(srgb, vivid)
  fc.assert(
    fc.property(color, fc.option(color, { nil: undefined }), (primary, secondary) => {
      expect(failing(primary, secondary)).toEqual([])
    }),
    { seed, numRuns: numRuns(200) },
  )
})

test.each(['#0b6e4f', '#ffd500', '#1d4ed8', '#d6336c', '#7c3aed'])('%s stays the accent as it is', (primary) => {
  expect(themeFromBrand({ primary }).accent).toBe(primary)
})

test('what is close to white words becomes a little darker rather than getting dark ones', () => {
  const { accent, 'accent-text': words } = themeFromBrand({ primary: '#3b82f6' })
  expect(words).toBe('#ffffff')
  expect(accent).not.toBe('#3b82f6')
})

test('what is no color is refused', () => {
  expect(() => themeFromBrand({ primary: 'url(x)' })).toThrow('"url(x)" is no color.')
  expect(() => themeFromBrand({ primary: '#fff', secondary: 'sea' })).toThrow('invalid-theme')
})
