import { marked, type Token, type Tokens } from 'marked'
import type { Text, TextNode } from './core/text.ts'

/**
 * Markdown as a tree of nodes: paragraphs, headings, emphasis, code, links, lists, images. HTML is no markup here, it
 * stays verbatim text; what the tree has no node for (tables, rules, quotes) is kept as its words.
 */
export function parseMarkdown(markdown: string): Text {
  return blocks(marked.lexer(markdown))
}

function blocks(tokens: Token[]): Text {
  return tokens.flatMap((token): Text => {
    switch (token.type) {
      case 'space':
      case 'def':
      case 'hr':
        return []
      case 'heading':
        return [{ type: 'heading', level: token.depth, children: inline(token.tokens) }]
      case 'code':
        return [{ type: 'code', text: token.text, block: true }]
      case 'blockquote':
        return blocks(token.tokens ?? [])
      case 'list':
        return [list(token as Tokens.List)]
      case 'html':
        return [paragraph([token.text.trim()])]
      case 'table':
        return [token.header, ...token.rows].map((row: Tokens.TableCell[]) =>
          paragraph(row.flatMap((cell, at): Text => (at ? [' · ', ...inline(cell.tokens)] : inline(cell.tokens)))),
        )
      default:
        return [paragraph(inline(token))]
    }
  })
}

function list(token: Tokens.List): TextNode {
  return {
    type: 'list',
    ordered: token.ordered,
    ...(token.ordered && token.start !== 1 && { start: Number(token.start) }),
    children: token.items.map((item) => ({
      type: 'item',
      // The text of a tight list stands in the item itself.
      children: item.tokens.flatMap(
        (inner): Text =>
          inner.type === 'text'
            ? inline(inner)
            : inner.type === 'checkbox'
              ? [inner.checked ? '☑ ' : '☐ ']
              : blocks([inner]),
      ),
    })),
  }
}

/** Inline tokens: of a list, or of a token that may hold some. */
function inline(from: Token | Token[] | undefined): Text {
  if (!from) return []
  if (!Array.isArray(from))
    return 'tokens' in from && from.tokens ? inline(from.tokens) : [decode('text' in from ? from.text : from.raw)]
  return from.flatMap((token): Text => {
    switch (token.type) {
      case 'strong':
      case 'em':
        return [{ type: token.type, children: inline(token.tokens) }]
      case 'codespan':
        return [{ type: 'code', text: token.text }]
      case 'br':
        return [{ type: 'break' }]
      case 'link':
        return [{ type: 'link', url: token.href, children: inline(token.tokens) }]
      case 'image':
        return [{ type: 'image', url: token.href, alt: token.text }]
      case 'html':
      case 'escape':
        return [token.text]
      default:
        return inline(token)
    }
  })
}

function paragraph(children: Text): TextNode {
  return { type: 'paragraph', children }
}

const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  euro: '€',
  copy: '©',
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name) return Object.hasOwn(entities, name) ? (entities[name] as string) : whole
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
