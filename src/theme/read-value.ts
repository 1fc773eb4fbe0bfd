import {
  type Color,
  converter,
  formatHex,
  modeA98,
  modeHsl,
  modeHwb,
  modeLab,
  modeLch,
  modeLrgb,
  modeOklab,
  modeOklch,
  modeP3,
  modeProphoto,
  modeRec2020,
  modeRgb,
  modeXyz50,
  modeXyz65,
  parse,
  type Rgb,
  toGamut,
  useMode,
} from 'culori/fn'
import type { Token } from './tokens.ts'

const modes = [modeRgb, modeLrgb, modeHsl, modeHwb, modeLab, modeLch, modeOklab, modeOklch, modeP3]
for (const mode of [...modes, modeA98, modeProphoto, modeRec2020, modeXyz50, modeXyz65] as (typeof modeRgb)[])
  useMode(mode)
const toRgb = converter('rgb')
const intoGamut = toGamut('rgb', 'oklch')
const tolerance = 1e-4

/** A value as CSS text that is safe in a style sheet, or why it is none: a sentence that says what to write. */
export type Reading = { css: string } | { why: string }

/**
 * Reads the value of a token, as CSS text or as the W3C design tokens format has it. Nothing of what was given gets into
 * the result but numbers and names of fonts: it is written anew.
 */
export function readValue(token: Token, value: unknown): Reading {
  const reading = typeof value === 'string' && value.length > longest ? undefined : readers[token.type](value, token)
  if (reading && typeof reading !== 'string') return reading
  return reading === undefined ? { why: `${shown(value)} is ${wanted[token.type]}` } : { css: reading }
}

/** A color in sRGB: hex, or `rgb(… / alpha)`. Undefined for what is no color. */
export function readColor(value: unknown): string | undefined {
  const color = typeof value === 'string' ? parsed(value) : isRecord(value) ? colorOf(value) : undefined
  if (!color) return
  const exact = toRgb(color)
  const channels = ({ r, g, b }: Rgb) => [r, g, b]
  if (!channels(exact).every(Number.isFinite)) return
  // Mapped only from outside: the way there and back is not exact.
  const outside = channels(exact).some((share) => share < -tolerance || share > 1 + tolerance)
  const { r, g, b } = outside ? (intoGamut(color) as Rgb) : exact
  const alpha = rounded(Math.min(1, Math.max(0, color.alpha ?? 1)), 3)
  const [red, green, blue] = [r, g, b].map((share) => Math.round(Math.min(1, Math.max(0, share)) * 255))
  return alpha === 1 ? formatHex({ mode: 'rgb', r, g, b }) : `rgb(${red} ${green} ${blue} / ${alpha})`
}

type Reader = (value: unknown, token: Token) => string | { why: string } | undefined

const longest = 1000

const wanted: { [type in Token['type']]: string } = {
  scheme: 'neither light nor dark. Write "light" or "dark".',
  color: 'no color. Write e.g. "#0b6e4f" or "oklch(0.5 0.1 160)".',
  fontFamily: 'no list of font names. Write e.g. "Inter, system-ui, sans-serif".',
  fontWeight: 'no font weight. Write a number from 1 to 1000, e.g. 600.',
  dimension: 'no length. Write a number with em, rem or px, e.g. "0.5em".',
  shadow: 'no shadow. Write e.g. "0 8px 24px rgb(0 0 0 / 0.2)", several with commas between, or "none".',
  duration: 'no duration. Write e.g. "120ms".',
  cubicBezier: 'no easing. Write e.g. "cubic-bezier(0.2, 0, 0, 1)" or "ease-out".',
}

const readers: { [type in Token['type']]: Reader } = {
  scheme: (value) => (value === 'light' || value === 'dark' ? value : undefined),
  color(value, { translucent }) {
    const color = readColor(value)
    return color?.includes('/') && !translucent
      ? { why: `${shown(value)} is translucent, so what stands on it may be unreadable. Write a solid color.` }
      : color
  },
  dimension(value, { range: [least, most] = [0, 100] }) {
    const length = lengthOf(value)
    if (!length) return
    const ems = length.unit === 'px' ? length.value / 16 : length.value
    if (ems < least || ems > most)
      return { why: `${shown(value)} is out of bounds. Write a length from ${least}em to ${most}em (1em is 16px).` }
    return `${length.value}${length.unit}`
  },
  fontFamily: (value) => fontsOf(value),
  fontWeight(value) {
    const named = typeof value === 'string' ? weights[value.toLowerCase().replace(/[ _]/g, '-')] : undefined
    const weight = named ?? numberIn(value)
    return weight !== undefined && weight >= 1 && weight <= 1000 ? `${rounded(weight)}` : undefined
  },
  duration(value, { range: [, most] = [0, 1000] }) {
    const duration = measureOf(value, /^(ms|s)$/)
    if (!duration) return
    const ms = rounded(duration.unit === 's' ? duration.value * 1000 : duration.value)
    return ms >= 0 && ms <= most ? `${ms}ms` : { why: `${shown(value)} is out of bounds. Write 0ms to ${most}ms.` }
  },
  cubicBezier(value) {
    const numbers = Array.isArray(value) ? value : typeof value === 'string' ? curveOf(value.trim()) : undefined
    if (numbers?.length !== 4 || !numbers.every((each) => typeof each === 'number' && Math.abs(each) <= 10)) return
    const [x1, , x2] = numbers as number[]
    return [x1, x2].every((x) => x! >= 0 && x! <= 1)
      ? `cubic-bezier(${numbers.map((each) => rounded(each)).join(', ')})`
      : undefined
  },
  shadow(value) {
    if (typeof value === 'string' && value.trim() === 'none') return 'none'
    const layers = typeof value === 'string' ? split(value, ',') : Array.isArray(value) ? value : [value]
    if (layers.length > 8) return { why: 'It has more than eight layers. Write fewer.' }
    const read = layers.map((layer) => (typeof layer === 'string' ? layerOf(layer) : isRecord(layer) && layerIn(layer)))
    if (!read.every((layer): layer is string => !!layer)) return
    const seen = read.filter((layer) => !/ \/ 0\)$/.test(layer))
    return seen.length ? seen.join(', ') : 'none'
  },
}

const weights: { [name: string]: number } = {
  thin: 100,
  hairline: 100,
  'extra-light': 200,
  'ultra-light': 200,
  light: 300,
  normal: 400,
  regular: 400,
  book: 400,
  medium: 500,
  'semi-bold': 600,
  'demi-bold': 600,
  bold: 700,
  'extra-bold': 800,
  'ultra-bold': 800,
  black: 900,
  heavy: 900,
  'extra-black': 950,
  'ultra-black': 950,
}

const curves: { [name: string]: number[] } = {
  linear: [0, 0, 1, 1],
  ease: [0.25, 0.1, 0.25, 1],
  'ease-in': [0.42, 0, 1, 1],
  'ease-out': [0, 0, 0.58, 1],
  'ease-in-out': [0.42, 0, 0.58, 1],
}

/** How the design tokens format calls color spaces, and how CSS writes them: as a function of its own, or in `color()`. */
const functions: { [space: string]: (parts: (number | 'none')[]) => string } = {
  hsl: ([h, s, l]) => `hsl(${h} ${percent(s)} ${percent(l)}`,
  hwb: ([h, w, b]) => `hwb(${h} ${percent(w)} ${percent(b)}`,
  lab: (parts) => `lab(${parts.join(' ')}`,
  lch: (parts) => `lch(${parts.join(' ')}`,
  oklab: (parts) => `oklab(${parts.join(' ')}`,
  oklch: (parts) => `oklch(${parts.join(' ')}`,
}
const spaces =
  /^(srgb|srgb-linear|hsl|hwb|lab|lch|oklab|oklch|display-p3|a98-rgb|prophoto-rgb|rec2020|xyz-d65|xyz-d50)$/

function colorOf({ colorSpace, components, alpha = 1, hex }: Record<string, unknown>): Color | undefined {
  const parts = Array.isArray(components) ? components : []
  const sound = parts.length === 3 && parts.every((part) => part === 'none' || Number.isFinite(part))
  if (typeof colorSpace === 'string' && spaces.test(colorSpace) && sound && Number.isFinite(alpha)) {
    const space = Object.hasOwn(functions, colorSpace) ? functions[colorSpace] : undefined
    return parsed(`${space?.(parts) ?? `color(${colorSpace} ${parts.join(' ')}`} / ${alpha})`)
  }
  return components === undefined && typeof hex === 'string' ? parsed(hex) : undefined
}

function parsed(text: string): Color | undefined {
  const color = text.trim().toLowerCase()
  // The library also reads hex without its sign, and breaks at a function that has no end.
  return /^(#[\da-f]+|[a-z]+|[a-z]+\([^()]*\))$/.test(color) && !/^[\da-f]{3,8}$/.test(color) ? parse(color) : undefined
}

function lengthOf(value: unknown): { value: number; unit: string } | undefined {
  if (value === 0 || (typeof value === 'string' && /^[+-]?0$/.test(value.trim()))) return { value: 0, unit: 'px' }
  const length = measureOf(value, /^(px|rem|em)$/)
  return length && (length.value === 0 ? { value: 0, unit: 'px' } : length)
}

/** A number with its unit: `"12px"`, or `{ value: 12, unit: 'px' }`. */
function measureOf(given: unknown, units: RegExp): { value: number; unit: string } | undefined {
  const text = typeof given === 'string' && /^([+-]?(?:\d+\.?\d*|\.\d+))([a-z]+)$/i.exec(given.trim())
  const value = text ? Number(text[1]) : isRecord(given) ? given.value : undefined
  const unit = text ? text[2]!.toLowerCase() : isRecord(given) ? given.unit : undefined
  if (typeof value !== 'number' || !Number.isFinite(value) || typeof unit !== 'string' || !units.test(unit)) return
  return { value: rounded(value), unit }
}

function fontsOf(value: unknown): string | undefined {
  const names = typeof value === 'string' ? split(value, ',') : value
  if (!Array.isArray(names) || !names.length || names.length > 20) return
  const written = names.map((name) => typeof name === 'string' && fontOf(name.trim()))
  return written.every((name): name is string => !!name) ? written.join(', ') : undefined
}

/** A name in quotes, but for those that mean a kind of font, and for single words. */
function fontOf(given: string): string | undefined {
  const name = /^(["'])(.*)\1$/.exec(given)?.[2] ?? given
  if (!/^-?[\p{L}\p{N}][\p{L}\p{N}\p{M} _.+-]{0,63}$/u.test(name)) return
  return /^-?[a-z][a-z-]*$/i.test(name) && !/^(inherit|initial|unset|default|none|revert(-layer)?)$/i.test(name)
    ? name
    : `"${name}"`
}

function curveOf(text: string): number[] | undefined {
  if (Object.hasOwn(curves, text)) return curves[text]
  const numbers = /^cubic-bezier\(([-+\d.,\s]+)\)$/.exec(text)?.[1]?.split(',')
  return numbers?.map((each) => numberIn(each) ?? Number.NaN)
}

function layerOf(text: string): string | undefined {
  const words = split(text, ' ').filter(Boolean)
  const lengths = words.filter((word) => lengthOf(word))
  const [color, ...more] = words.filter((word) => !lengthOf(word) && word !== 'inset')
  const insets = words.filter((word) => word === 'inset').length
  if (more.length || insets > 1 || lengths.length < 2 || lengths.length > 4) return
  const [offsetX, offsetY, blur = 0, spread = 0] = lengths
  return layerIn({ offsetX, offsetY, blur, spread, color, inset: insets > 0 })
}

function layerIn({ offsetX, offsetY, blur = 0, spread = 0, color, inset }: Record<string, unknown>) {
  const read = [offsetX, offsetY, blur, spread].map(lengthOf)
  const written = readColor(color)
  if (!written || !read.every((length) => length && Math.abs(length.value) <= 200)) return
  const [x, y, soft, wide] = read.map((length) => (length!.value === 0 ? '0' : `${length!.value}${length!.unit}`))
  if (read[2]!.value < 0) return
  return [inset === true && 'inset', x, y, soft, wide !== '0' && wide, written].filter(Boolean).join(' ')
}

/** Parts between separators that stand in neither brackets nor quotes. */
function split(text: string, separator: ',' | ' '): string[] {
  const parts = text.match(separator === ',' ? /(?:"[^"]*"|'[^']*'|\([^()]*\)|[^,])+/g : /(?:\([^()]*\)|\S)+/g)
  return (parts ?? []).map((part) => part.trim())
}

function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*[+-]?(\d+\.?\d*|\.\d+)\s*$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function rounded(value: number, digits = 4): number {
  return Number(value.toFixed(digits)) + 0
}

function percent(part: number | 'none' | undefined): string {
  return part === 'none' ? part : `${part}%`
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
