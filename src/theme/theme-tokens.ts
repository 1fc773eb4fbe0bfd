import { extension } from './parse-theme.ts'
import { aliasOf, type Theme, type Token, type Tokens, tokenNamed, tokens } from './tokens.ts'

/** JSON in the W3C design tokens format. */
export type TokenDocument = { [key: string]: TokenDocument | string | number | boolean | (object | string | number)[] }

/**
 * A theme in the W3C design tokens format (2025.10), for design tools: groups by category below `foothold`, the dark form below
 * `foothold.dark`. `parseTheme` reads it back to the same theme.
 */
export function themeTokens({ dark, ...light }: Theme): TokenDocument {
  return { foothold: { ...groupsOf(light), ...(dark && { dark: groupsOf(dark) }) } }
}

function groupsOf(look: Tokens): TokenDocument {
  const document: TokenDocument = look.scheme ? { $extensions: { [extension]: { scheme: look.scheme } } } : {}
  for (const token of tokens) {
    const css = look[token.name]
    if (css === undefined || token.type === 'scheme') continue
    document[token.group] ??= {}
    ;(document[token.group] as TokenDocument)[token.name] = {
      $type: token.type,
      $value: written(token, css) as TokenDocument,
      ...(token.type === 'dimension' && css.endsWith('em') && !css.endsWith('rem') && inEm),
      $description: token.description,
    }
  }
  return document
}

const inEm = { $extensions: { [extension]: { unit: 'em' } } }

function written({ type }: Token, css: string): unknown {
  const other = aliasOf(css)
  if (other) return `{foothold.${tokenNamed(other)!.group}.${other}}`
  switch (type) {
    case 'color':
      return colorOf(css)
    case 'dimension':
    case 'duration':
      return measureOf(css)
    case 'fontWeight':
      return Number(css)
    case 'fontFamily':
      return css.split(', ').map((name) => name.replaceAll('"', ''))
    case 'cubicBezier':
      return css.slice(13, -1).split(', ').map(Number)
    default:
      return shadowOf(css)
  }
}

function colorOf(css: string): object {
  const channels = css.startsWith('#')
    ? [1, 3, 5].map((from) => Number.parseInt(css.slice(from, from + 2), 16))
    : (css.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number)
  const alpha = css.startsWith('#') ? 1 : Number(/\/ ([\d.]+)/.exec(css)?.[1] ?? 1)
  const hex = `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
  return { colorSpace: 'srgb', components: channels.map((channel) => Number((channel / 255).toFixed(4))), alpha, hex }
}

/** The format knows px and rem; em, which is as much, is told beside. */
function measureOf(css: string): object {
  const unit = /[a-z]+$/.exec(css)?.[0]
  return { value: Number.parseFloat(css), unit: unit === 'em' ? 'rem' : (unit ?? 'px') }
}

function shadowOf(css: string): object[] {
  const none = '0 0 0 rgb(0 0 0 / 0)'
  const layers = (css === 'none' ? none : css).match(/(?:\([^)]*\)|[^,])+/g) ?? []
  return layers.map((layer) => {
    const [color = ''] = /(#|rgb\().*$/.exec(layer.trim()) ?? []
    const inset = /^\s*inset /.test(layer)
    const lengths = layer.replace(color, '').replace('inset', '').trim().split(' ')
    const [offsetX, offsetY, blur, spread] = [0, 1, 2, 3].map((place) => measureOf(lengths[place] ?? '0'))
    return { color: colorOf(color), offsetX, offsetY, blur, spread, ...(inset && { inset }) }
  })
}
