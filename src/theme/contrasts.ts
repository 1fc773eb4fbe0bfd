import { formatHex, interpolate, modeRgb, useMode, wcagContrast } from 'culori/fn'
import type { Tokens } from './tokens.ts'

useMode(modeRgb)

/** How well one color of a theme is told from another. */
export interface Contrast {
  front: string
  back: string
  /** From 1 to 21 (WCAG 2.2). */
  ratio: number
  /** What is asked for: 4.5 of words, 3 of edges and marks; 7 and 4.5 at AAA. */
  least: number
  passes: boolean
}

/**
 * Every pair of colors that has to be told apart in a look, see `lookOf`, with its verdict by WCAG 2.2.
 *
 * @example contrasts(lookOf(theme)).filter(({ passes }) => !passes)
 */
export function contrasts(look: Required<Tokens>, level: 'AA' | 'AAA' = 'AA'): Contrast[] {
  return pairs.map(([front, back, kind]) => {
    const ratio = contrastOf(look[front], Object.hasOwn(mixed, back) ? mixed[back]!(look) : look[back as 'surface'])
    const least = (level === 'AA' ? { words: 4.5, mark: 3 } : { words: 7, mark: 4.5 })[kind]
    return { front, back, ratio, least, passes: ratio >= least }
  })
}

/** From 1 to 21, by WCAG 2.2. */
export function contrastOf(front: string, back: string): number {
  return wcagContrast(front, back)
}

/** What the style sheet mixes of tokens. */
const mixed: { [back: string]: (look: Required<Tokens>) => string } = {
  'accent, hovered': ({ accent, text }) => mix(text, accent, 0.88),
  'surface, chosen': ({ accent, surface }) => mix(surface, accent, 0.08),
}

const pairs: [front: keyof Tokens, back: string, kind: 'words' | 'mark'][] = [
  ['text', 'surface', 'words'],
  ['text', 'subtle', 'words'],
  ['text', 'surface, chosen', 'words'],
  ['muted', 'surface', 'words'],
  ['muted', 'subtle', 'words'],
  ['link', 'surface', 'words'],
  ['link', 'subtle', 'words'],
  ['danger', 'surface', 'words'],
  ['accent-text', 'accent', 'words'],
  ['accent-text', 'accent, hovered', 'words'],
  ['accent-border', 'surface', 'mark'],
  ['control-border', 'surface', 'mark'],
  ['focus', 'surface', 'mark'],
  ['star', 'surface', 'mark'],
]

function mix(first: string, second: string, share: number): string {
  return formatHex(interpolate([first, second], 'rgb')(share)) as string
}
