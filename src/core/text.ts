/** Rich text as data: a tree of nodes, never HTML. */
export type Text = TextNode[]

export type TextNode =
  | string
  | { type: 'paragraph' | 'strong' | 'em' | 'item'; children: Text }
  | { type: 'heading'; level: 1 | 2 | 3 | 4 | 5 | 6; children: Text }
  | { type: 'list'; ordered: boolean; start?: number; children: Text }
  | { type: 'code'; text: string; block?: boolean }
  | { type: 'link'; url: string; children: Text }
  | { type: 'image'; url: string; alt: string }
  | { type: 'break' }

// Anything that Markdown might read differently from plain text. A false alarm costs one chunk, a miss shows asterisks.
const markup =
  /[*_`~[\]\\<&]|^\s{0,3}(?:#{1,6}|[-+>]|\d{1,9}[.)])(?:\s|$)|^\s{0,3}[-=]{3,}\s*$|https?:\/\/|www\.|\S@\S/m

/** Whether the text needs the Markdown parser: where it says no, `plainText` gives the same tree. */
export function looksLikeMarkdown(text: string): boolean {
  return markup.test(text)
}

/** The tree of a text without markup: paragraphs at blank lines, breaks at line ends. */
export function plainText(text: string): Text {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter(Boolean)
    .map((paragraph) => ({
      type: 'paragraph',
      children: paragraph.split(/\s*\n\s*/).flatMap((line, at): Text => (at ? [{ type: 'break' }, line] : [line])),
    }))
}

/** The words of a tree, e.g. for a name that is read aloud. */
export function wordsOf(text: Text): string {
  return text
    .map((node) => {
      if (typeof node === 'string') return node
      if ('children' in node) return wordsOf(node.children)
      return node.type === 'code' ? node.text : node.type === 'image' ? node.alt : ' '
    })
    .join('')
}
