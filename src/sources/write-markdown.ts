/** A stretch of text that looks the same. */
export interface Span {
  text: string
  bold?: boolean | undefined
  italic?: boolean | undefined
  code?: boolean | undefined
  /** Where it leads to. */
  url?: string | undefined
}

/** A paragraph or heading, a list of items that hold blocks, code, or a picture. */
export type Block =
  | { spans: Span[]; level?: number | undefined }
  | { items: Block[][]; ordered: boolean }
  | { code: string }
  | { image: { url: string; alt?: string | undefined } }

/**
 * Writes rich text as Markdown, which is what props of a step hold. Text stays text, whatever it looks like; templates
 * in braces stay as they are.
 */
export function writeMarkdown(blocks: readonly Block[]): string {
  return blocks.map(writeBlock).filter(Boolean).join('\n\n')
}

function writeBlock(block: Block): string {
  if ('code' in block) return `\`\`\`\n${block.code.replace(/^```/gm, '``')}\n\`\`\``
  if ('image' in block) return `![${verbatim(block.image.alt ?? '')}](${writeUrl(block.image.url)})`
  if ('items' in block)
    return block.items
      .map((item, at) => {
        const mark = block.ordered ? `${at + 1}. ` : '- '
        // An item that is one paragraph, perhaps with a list below it, needs no room around it.
        const text = item
          .map(writeBlock)
          .filter(Boolean)
          .join(item.slice(1).every((each) => 'items' in each) ? '\n' : '\n\n')
        return mark + text.replaceAll('\n', `\n${' '.repeat(mark.length)}`)
      })
      .join('\n')
  const text = writeSpans(block.spans)
    .trim()
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/^(\d+)([.)])|^([-+=#>])/, (_, count, dot, sign) => (sign ? `\\${sign}` : `${count}\\${dot}`)),
    )
    .join('\\\n')
  return block.level && text ? `${'#'.repeat(Math.min(block.level, 6))} ${text.replaceAll('\\\n', ' ')}` : text
}

/** What is around a stretch of emphasis decides whether Markdown takes it for that. */
function writeSpans(spans: readonly Span[]): string {
  const link = (some: Span[], before: string, after: string) => {
    const text = grouped(some, 'bold', italic, before, after)
    const url = some[0]!.url
    return url ? `[${text}](${writeUrl(url)})` : text
  }
  const italic = (some: Span[], before: string, after: string) => grouped(some, 'italic', plain, before, after)
  const plain = (some: Span[]) =>
    some.map(({ text, code }) => (code && text.trim() ? writeCode(text) : verbatim(text))).join('')
  return runsOf(
    spans.filter(({ text }) => text),
    'url',
  )
    .map((run, at, runs) => link(run, lastOf(runs[at - 1]), firstOf(runs[at + 1])))
    .join('')
}

type Write = (some: Span[], before: string, after: string) => string

function grouped(spans: Span[], key: 'bold' | 'italic', write: Write, before: string, after: string): string {
  return runsOf(spans, key)
    .map((run, at, runs) => {
      const [left, right] = [lastOf(runs[at - 1]) || before, firstOf(runs[at + 1]) || after]
      const inner = write(run, left, right)
      if (!run[0]![key] || !inner.trim()) return inner
      // Emphasis holds no space at its ends, and opens or closes beside a word only with a letter.
      const [, open = '', text = '', close = ''] = /^(\s*)(.*?)(\s*)$/s.exec(inner)!
      const words = textOf(run).trim()
      const inWord = (!open && isWord(left)) || (!close && isWord(right))
      const holds = !inWord || (isWord(words[0]!) && isWord(words.at(-1)!))
      // Beside the stars of what is bold an underscore leaves no doubt; within a word it is none.
      const mark = key === 'bold' ? '**' : inWord ? '*' : '_'
      return holds ? `${open}${mark}${text}${mark}${close}` : inner
    })
    .join('')
}

/** Neighbours that have the same in common. */
function runsOf(spans: readonly Span[], key: keyof Span): Span[][] {
  const runs: Span[][] = []
  for (const span of spans) {
    const run = runs.at(-1)
    if (run && (run[0]![key] || undefined) === (span[key] || undefined)) run.push(span)
    else runs.push([span])
  }
  return runs
}

const textOf = (run: readonly Span[]) => run.map(({ text }) => text).join('')
const lastOf = (run: readonly Span[] | undefined) => (run ? (Array.from(textOf(run)).at(-1) ?? '') : '')
const firstOf = (run: readonly Span[] | undefined) => (run ? (Array.from(textOf(run))[0] ?? '') : '')
const isWord = (letter: string) => /^[^\s\p{P}\p{S}]/u.test(letter)

function writeCode(text: string): string {
  const fence = text.includes('`') ? '``' : '`'
  const room = /^`|`$/.test(text) ? ' ' : ''
  return `${fence}${room}${text}${room}${fence}`
}

/** Keeps text from being read as markup, but for templates. */
function verbatim(text: string): string {
  return text
    .split(/(\{\{[^{}]*\}\})/)
    .map((part, at) => (at % 2 ? part : part.replace(/[\\`*_[\]<>&~|!]/g, '\\$&')))
    .join('')
}

function writeUrl(url: string): string {
  return url.replace(/[\s<>()\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}
