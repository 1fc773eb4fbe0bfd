import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

type Tokens = { [name: string]: string }

const builtIn = readFileSync('src/surfaces/surfaces.css', 'utf8')
const themes = readdirSync('themes').map((file) => file.replace('.css', ''))
const light = tokensOf(builtIn, ':host {')
const written = (name: string) =>
  tokensOf(readFileSync(`themes/${name}.css`, 'utf8'), `foothold-host[data-theme="${name}"] {`)

/** Words need 4.5:1, edges and marks 3:1 (WCAG 1.4.3, 1.4.11). */
const pairs: [string, string, number][] = [
  ['text', 'surface', 4.5],
  ['text', 'subtle', 4.5],
  ['muted', 'surface', 4.5],
  ['muted', 'subtle', 4.5],
  ['link', 'surface', 4.5],
  ['link', 'subtle', 4.5],
  ['danger', 'surface', 4.5],
  ['accent-text', 'accent', 4.5],
  ['control-border', 'surface', 3],
  ['focus', 'surface', 3],
  ['star', 'surface', 3],
]

describe.each(themes)('the theme %s', (name) => {
  const tokens: Tokens = { ...light, ...written(name) }

  test.each(pairs)('has %s readable on %s', (front, back, least) => {
    expect(contrast(tokens[`--foothold-${front}`]!, tokens[`--foothold-${back}`]!)).toBeGreaterThanOrEqual(least)
  })

  test('names no token that does not exist, and is nothing but tokens', () => {
    expect(Object.keys(written(name)).filter((token) => !(token in light))).toEqual([])
    const rest = readFileSync(`themes/${name}.css`, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
    expect(rest.match(/[{}]/g)).toEqual(['{', '}'])
  })
})

test('light and dark look the same with and without their stylesheet, and auto is dark where the system is', () => {
  expect(written('light')).toEqual(light)
  const dark = tokensOf(builtIn, ':host([data-theme="dark"]) {')
  expect(written('dark')).toEqual(dark)
  expect(tokensOf(builtIn, ':host([data-theme="auto"]) {')).toEqual(dark)
})

test('high contrast reaches 7:1', () => {
  const tokens: Tokens = { ...light, ...written('high-contrast') }
  for (const [front, back] of pairs) {
    expect(contrast(tokens[`--foothold-${front}`]!, tokens[`--foothold-${back}`]!)).toBeGreaterThanOrEqual(7)
  }
})

function tokensOf(css: string, rule: string): Tokens {
  const from = css.indexOf(rule)
  expect(from).toBeGreaterThanOrEqual(0)
  const body = css.slice(from + rule.length, css.indexOf('}', from)).replace(/\/\*[\s\S]*?\*\//g, '')
  const declared = body.split(';').flatMap((line): [string, string][] => {
    const [name, ...value] = line.split(':')
    return name?.trim().startsWith('--') ? [[name.trim(), value.join(':').replace(/\s+/g, ' ').trim()]] : []
  })
  return Object.fromEntries(declared)
}

function contrast(a: string, b: string): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(colour: string): number {
  const hex = colour.slice(1).length === 3 ? colour.slice(1).replace(/./g, '$&$&') : colour.slice(1)
  const [red, green, blue] = [0, 2, 4].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
