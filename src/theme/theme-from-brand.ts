import { converter, formatHex, modeOklch, modeRgb, type Oklch, toGamut, useMode } from 'culori/fn'
import { FootholdError } from '../core/errors.ts'
import { contrastOf, contrasts } from './contrasts.ts'
import { readColor } from './read-value.ts'
import { lookOf, type Theme, type Tokens } from './tokens.ts'

useMode(modeRgb)
useMode(modeOklch)
const toOklch = converter('oklch')
const intoGamut = toGamut('rgb', 'oklch')

/** Colors of a brand, as CSS. */
export interface Brand {
  /** Fills the button that matters, and tints the greys. */
  primary: string
  /** Links, focus and stars. @default the primary color, and amber for stars */
  secondary?: string
}

/**
 * All colors and the shadows of a theme, light and dark, from one or two colors of a brand. The accent is the brand's own color
 * wherever words can stand on it; everything else is moved in lightness (OKLCH) until it is told apart as WCAG 2.2 AA asks for,
 * whatever the colors are.
 *
 * @throws FootholdError `invalid-theme` for what is no color
 *
 * @example themeCss({ ...themeFromBrand({ primary: '#ffd500' }), radius: '4px' }, 'acme')
 */
export function themeFromBrand({ primary, secondary }: Brand): Theme {
  const first = oklchOf(primary)
  const second = secondary === undefined ? undefined : oklchOf(secondary)
  return { ...formOf(first, second, 'light'), dark: formOf(first, second, 'dark') }
}

/** Of each grey, the link, the star: where its lightness begins, by scheme. */
const lightness = {
  light: {
    surface: 1,
    subtle: 0.967,
    border: 0.915,
    'control-border': 0.64,
    muted: 0.48,
    text: 0.21,
    word: 0.56,
    mark: 0.7,
  },
  dark: {
    surface: 0.225,
    subtle: 0.275,
    border: 0.345,
    'control-border': 0.58,
    muted: 0.75,
    text: 0.965,
    word: 0.76,
    mark: 0.82,
  },
}

const step = 0.005
const red = 18
const amber = 72
/** How much darker the accent may become for white words, before dark words on the brand's own color are better. */
const slightly = 0.06

function formOf(primary: Oklch, secondary: Oklch | undefined, scheme: 'light' | 'dark'): Tokens {
  const at = lightness[scheme]
  const away = scheme === 'light' ? -step : step
  const tint = Math.min(primary.c * 0.09, 0.014) * (scheme === 'dark' ? 1.3 : 1)
  const grey = (l: number, chroma = tint) => hex({ ...primary, l, c: chroma })
  const surface = grey(at.surface)
  const subtle = grey(at.subtle)
  const text = grey(at.text, tint * 1.6)

  /** The nearest color, in the direction away from the surface, that is told apart enough. */
  const apart = (color: Oklch, least: number, ...backs: string[]) =>
    moved(color, away, (found) => backs.every((back) => contrastOf(found, back) >= least))
  const readable = (color: Oklch) => apart(begin(color, at.word, scheme), 4.5, surface, subtle)
  const mark = (color: Oklch) => apart(begin(color, at.mark, scheme), 3, surface, subtle)

  const brand = secondary ?? primary
  const ink = { ...primary, c: tint * 2 }
  const colors = {
    scheme,
    surface,
    subtle,
    text,
    muted: apart({ ...primary, l: at.muted, c: tint * 1.8 }, 4.5, surface, subtle),
    link: readable(brand),
    danger: readable({ mode: 'oklch', l: scheme === 'light' ? 0.53 : 0.76, c: 0.19, h: red }),
    border: grey(at.border, tint * 1.2),
    'control-border': apart({ ...primary, l: at['control-border'], c: tint * 1.6 }, 3, surface, subtle),
    focus: mark(brand),
    star: mark(secondary && secondary.c > 0.05 ? secondary : { mode: 'oklch', l: at.mark, c: 0.15, h: amber }),
    ...(scheme === 'light'
      ? { overlay: veil(ink, 0.2, 0.52), ...shadows((alpha) => veil(ink, 0.2, alpha), 1) }
      : { overlay: veil(ink, 0.1, 0.66), ...shadows((alpha) => veil(ink, 0.05, alpha), 4) }),
  }
  const accents = accentOf(primary, scheme, colors)
  const edge = apart(oklchOf(accents.accent), 3, surface)
  return { ...colors, ...accents, 'accent-border': edge === accents.accent ? 'var(--foothold-accent)' : edge }
}

/** The brand's color, and what is readable on it, also when the pointer is over it. */
function accentOf(primary: Oklch, scheme: 'light' | 'dark', colors: Tokens): { accent: string; 'accent-text': string } {
  const dark = hex({ ...primary, l: 0.2, c: Math.min(primary.c * 0.25, 0.05) })
  // In the dark a fill as dark as the surface would not be seen.
  const seen =
    scheme === 'dark' ? moved(primary, step, (found) => contrastOf(found, colors.surface!) >= 3) : hex(primary)
  const from = oklchOf(seen)
  const tries: [words: string, by: number, far: number][] = [
    ['#ffffff', -step, slightly],
    [dark, step, slightly],
    ['#000000', step, slightly],
    ['#ffffff', -step, 1],
    ['#000000', step, 1],
  ]
  for (const [words, by, far] of tries) {
    const readable = (accent: string) =>
      contrasts(lookOf({ ...colors, accent, 'accent-text': words })).every(
        ({ front, passes }) => front !== 'accent-text' || passes,
      ) &&
      (scheme === 'light' || contrastOf(accent, colors.surface!) >= 3)
    const accent = moved(from, by, readable, far)
    if (readable(accent)) return { accent, 'accent-text': words }
  }
  // Black on white, or on what is close to it, always is.
  return { accent: '#ffffff', 'accent-text': '#000000' }
}

/** Steps through lightness until a color will do, or to the end. */
function moved(color: Oklch, by: number, enough: (found: string) => boolean, far = 1): string {
  let found = hex(color)
  for (let by_ = 0; !enough(found) && Math.abs(by_) <= far; by_ += by)
    found = hex({ ...color, l: Math.min(1, Math.max(0, color.l + by_)) })
  return found
}

/** Words and marks begin where they look well on the surface, not at a color that is almost the surface. */
function begin(color: Oklch, l: number, scheme: 'light' | 'dark'): Oklch {
  return { ...color, l: scheme === 'light' ? Math.min(color.l, l) : Math.max(color.l, l) }
}

function shadows(veiled: (alpha: number) => string, times: number): Pick<Tokens, 'shadow' | 'control-shadow'> {
  const [near, close, wide, far] = [0.04, 0.06, 0.1, 0.15].map((alpha) => veiled(Math.min(0.44, alpha * times)))
  return {
    shadow: `0 1px 1px ${near}, 0 4px 8px -2px ${close}, 0 12px 24px -6px ${wide}, 0 32px 56px -16px ${far}`,
    'control-shadow': `0 1px 2px ${veiled(Math.min(0.4, 0.08 * times))}`,
  }
}

function veil(color: Oklch, l: number, alpha: number): string {
  return readColor(`oklch(${l} ${color.c} ${color.h ?? 0} / ${alpha})`) as string
}

function oklchOf(css: string): Oklch {
  const color = readColor(css)?.replace(/ \/ .*\)/, ')')
  if (!color) throw new FootholdError('invalid-theme', `"${css}" is no color. Write e.g. "#0b6e4f".`)
  return toOklch(color) as Oklch
}

function hex(color: Oklch): string {
  return formatHex(intoGamut(color)) as string
}
