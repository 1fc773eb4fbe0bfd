import { expect, test } from 'vitest'
import { looksLikeMarkdown, plainText, wordsOf } from '../../src/core/text.ts'
import { parseMarkdown } from '../../src/markdown.ts'

const plain = [
  'Hello',
  'Two lines\nof one paragraph',
  'One.\n\nTwo.',
  'Save 20 % today – really!',
  'It costs 9.99 (net)',
  '',
]
const marked = [
  '**bold**',
  'a _b_',
  '`x`',
  '[a](b)',
  '# Title',
  '- one\n- two',
  '1. one',
  'see https://a.b',
  '<b>x</b>',
  '&amp;',
  '\\*',
  'text\n---',
  '~~x~~',
  'me@example.com',
]

test.each(plain)('the plain text %j needs no parser, and reads the same with it', (text) => {
  expect(looksLikeMarkdown(text)).toBe(false)
  // A single line end is a break for us and a space for Markdown: what visitors read is the same words.
  const words = (tree: ReturnType<typeof plainText>) => wordsOf(tree).replace(/\s+/g, ' ')
  expect(words(plainText(text))).toBe(words(parseMarkdown(text)))
})

test.each(marked)('the text %j goes to the parser', (text) => {
  expect(looksLikeMarkdown(text)).toBe(true)
})

test('a blank line starts a paragraph, a line end breaks the line', () => {
  expect(plainText('One\ntwo\n\nThree')).toEqual([
    { type: 'paragraph', children: ['One', { type: 'break' }, 'two'] },
    { type: 'paragraph', children: ['Three'] },
  ])
})
