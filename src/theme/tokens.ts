/** What kind of value a token takes; all but `scheme` are types of the W3C design tokens format. */
export type TokenType =
  | 'scheme'
  | 'color'
  | 'fontFamily'
  | 'fontWeight'
  | 'dimension'
  | 'shadow'
  | 'duration'
  | 'cubicBezier'

export interface Token<Name extends string = string> {
  /** Without `--foothold-`. */
  name: Name
  group: 'color' | 'type' | 'space' | 'shape' | 'motion'
  type: TokenType
  /** What it is in the built-in theme `light`. */
  light: string
  /** And in `dark`, where that differs. */
  dark?: string
  /** Least and most, in em: px and rem are counted as sixteenths and ones. Of a duration: milliseconds. */
  range?: readonly [number, number]
  /** A color that may let what is behind it shine through. */
  translucent?: true
  description: string
}

/** Everything that a theme can say. Defaults, types, the tables of the README and what is checked all come from here. */
const list = [
  {
    name: 'scheme',
    group: 'color',
    type: 'scheme',
    light: 'light',
    dark: 'dark',
    description: "Colors of the browser's own controls: light or dark",
  },
  {
    name: 'surface',
    group: 'color',
    type: 'color',
    light: '#ffffff',
    dark: '#1c1e24',
    description: 'What everything stands on',
  },
  {
    name: 'subtle',
    group: 'color',
    type: 'color',
    light: '#f5f6f8',
    dark: '#282b32',
    description: 'Behind code, and what the pointer is over',
  },
  {
    name: 'text',
    group: 'color',
    type: 'color',
    light: '#15171c',
    dark: '#f3f4f6',
    description: 'Titles, labels, strong words',
  },
  {
    name: 'muted',
    group: 'color',
    type: 'color',
    light: '#5a606c',
    dark: '#a8adb8',
    description: 'Running text, notes, progress',
  },
  {
    name: 'link',
    group: 'color',
    type: 'color',
    light: '#4349c6',
    dark: '#aab0ff',
    description: 'Links, and copying a code',
  },
  {
    name: 'danger',
    group: 'color',
    type: 'color',
    light: '#c02a45',
    dark: '#ff8a9b',
    description: 'What is wrong with an answer',
  },
  {
    name: 'accent',
    group: 'color',
    type: 'color',
    light: '#4f55d8',
    dark: '#949bff',
    description: 'The button that matters, what is chosen',
  },
  {
    name: 'accent-text',
    group: 'color',
    type: 'color',
    light: '#ffffff',
    dark: '#12131c',
    description: 'On the accent',
  },
  {
    name: 'accent-border',
    group: 'color',
    type: 'color',
    light: 'var(--foothold-accent)',
    description: 'Edge of what the accent fills: shows it where the accent is close to the surface',
  },
  {
    name: 'border',
    group: 'color',
    type: 'color',
    light: '#e2e4e9',
    dark: '#343740',
    translucent: true,
    description: 'Edge of surfaces and of quiet buttons',
  },
  {
    name: 'control-border',
    group: 'color',
    type: 'color',
    light: '#868c98',
    dark: '#757b88',
    description: 'Edge of fields, stars not yet given',
  },
  {
    name: 'focus',
    group: 'color',
    type: 'color',
    light: '#4f55d8',
    dark: '#aab0ff',
    description: 'Ring of what has the focus',
  },
  { name: 'star', group: 'color', type: 'color', light: '#c27c00', dark: '#f5bd48', description: 'Stars given' },
  {
    name: 'overlay',
    group: 'color',
    type: 'color',
    light: 'rgb(16 18 27 / 0.52)',
    dark: 'rgb(4 5 8 / 0.64)',
    translucent: true,
    description: 'Over the page, behind a modal and around a spotlight',
  },
  {
    name: 'font',
    group: 'type',
    type: 'fontFamily',
    light: 'system-ui, -apple-system, "Segoe UI", sans-serif',
    description: 'Everything but the two below',
  },
  {
    name: 'title-font',
    group: 'type',
    type: 'fontFamily',
    light: 'var(--foothold-font)',
    description: 'Titles',
  },
  {
    name: 'code-font',
    group: 'type',
    type: 'fontFamily',
    light: 'ui-monospace, Menlo, Consolas, monospace',
    description: 'Code, discount codes',
  },
  {
    name: 'title-size',
    group: 'type',
    type: 'dimension',
    light: '1.0625em',
    range: [0.75, 3],
    description: 'Titles; a modal has them a quarter larger',
  },
  { name: 'title-weight', group: 'type', type: 'fontWeight', light: '620', description: 'Titles' },
  {
    name: 'title-spacing',
    group: 'type',
    type: 'dimension',
    light: '-0.014em',
    range: [-0.2, 0.5],
    description: 'Between the letters of titles',
  },
  {
    name: 'text-size',
    group: 'type',
    type: 'dimension',
    light: '0.9375em',
    range: [0.75, 2],
    description: 'Running text, choices, fields',
  },
  {
    name: 'control-size',
    group: 'type',
    type: 'dimension',
    light: '0.875em',
    range: [0.75, 2],
    description: 'Labels of buttons',
  },
  {
    name: 'control-weight',
    group: 'type',
    type: 'fontWeight',
    light: '540',
    description: 'Labels of buttons',
  },
  {
    name: 'space',
    group: 'space',
    type: 'dimension',
    light: '1em',
    range: [0.5, 2],
    description: 'Density: the space between things is a share of it',
  },
  {
    name: 'width',
    group: 'space',
    type: 'dimension',
    light: '22em',
    range: [14, 40],
    description: 'Of tooltips and cards',
  },
  {
    name: 'radius',
    group: 'shape',
    type: 'dimension',
    light: '0.875em',
    range: [0, 4],
    description: 'Corners of surfaces',
  },
  {
    name: 'control-radius',
    group: 'shape',
    type: 'dimension',
    light: '0.5em',
    range: [0, 4],
    description: 'Corners of buttons, fields, choices',
  },
  {
    name: 'border-width',
    group: 'shape',
    type: 'dimension',
    light: '1px',
    range: [0, 0.5],
    description: 'Of surfaces and buttons',
  },
  {
    name: 'shadow',
    group: 'shape',
    type: 'shadow',
    light:
      '0 1px 1px rgb(16 18 27 / 0.04), 0 4px 8px -2px rgb(16 18 27 / 0.06), 0 12px 24px -6px rgb(16 18 27 / 0.1), 0 32px 56px -16px rgb(16 18 27 / 0.16)',
    dark: '0 1px 1px rgb(0 0 0 / 0.2), 0 6px 12px -2px rgb(0 0 0 / 0.24), 0 16px 32px -6px rgb(0 0 0 / 0.32), 0 32px 56px -16px rgb(0 0 0 / 0.4)',
    description: 'Of surfaces',
  },
  {
    name: 'control-shadow',
    group: 'shape',
    type: 'shadow',
    light: '0 1px 2px rgb(16 18 27 / 0.08)',
    description: 'Of buttons',
  },
  {
    name: 'duration',
    group: 'motion',
    type: 'duration',
    light: '120ms',
    range: [0, 1000],
    description:
      'How long a button takes to answer the pointer, and a surface to fade when it closes; nothing moves where motion is to be reduced',
  },
  {
    name: 'ease',
    group: 'motion',
    type: 'cubicBezier',
    light: 'cubic-bezier(0.25, 0.1, 0.25, 1)',
    description: 'The way it takes',
  },
] as const satisfies readonly Token[]

export type TokenName = (typeof list)[number]['name']

/** Values of tokens as CSS, e.g. `{ accent: '#0b6e4f' }`. One that stands for another is `var(--foothold-…)`. */
export type Tokens = { [name in TokenName]?: string }

/** A theme: what it leaves out is as in the built-in ones. `dark` holds what differs in its dark form. */
export interface Theme extends Tokens {
  dark?: Tokens
}

/** Every token, in the order of the documentation. */
export const tokens: readonly Token<TokenName>[] = list

export function tokenNamed(name: string): Token<TokenName> | undefined {
  return tokens.find((token) => token.name === name)
}

/** The token that a value stands for, when it is no value of its own. */
export function aliasOf(css: string | undefined): TokenName | undefined {
  const name = /^var\(\s*--foothold-([a-z-]+)\s*\)$/.exec(css ?? '')?.[1]
  return name === undefined ? undefined : tokenNamed(name)?.name
}

/** Every token of a theme as it is drawn, in its light or its dark form: with defaults, and nothing stands for another. */
export function lookOf(theme: Theme, scheme: 'light' | 'dark' = 'light'): Required<Tokens> {
  const { dark, ...light } = theme
  const inForce: Tokens = { ...light, ...(scheme === 'dark' && dark && { ...darkDefaults(), ...dark }) }
  const drawn = (name: TokenName): string => {
    const value = inForce[name] ?? tokenNamed(name)!.light
    const other = aliasOf(value)
    return other ? drawn(other) : value
  }
  return Object.fromEntries(tokens.map(({ name }) => [name, drawn(name)])) as Required<Tokens>
}

/** Colors and shadow as the built-in theme `dark` has them; a theme's dark form begins from them. */
export function darkDefaults(): Tokens {
  const differing = tokens.filter(({ group, dark }) => group === 'color' || dark !== undefined)
  return Object.fromEntries(differing.map(({ name, light, dark = light }) => [name, dark]))
}
