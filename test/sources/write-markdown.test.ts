import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Text, wordsOf } from '../../src/core/text.ts'
import { parseMarkdown } from '../../src/markdown.ts'
import { type Block, type Span, writeMarkdown } from '../../src/sources/write-markdown.ts'
import { numRuns, seed } from '../seed.ts'

/** Each word, with how it looks. */
function looksOf(text: Text, looks: string[] = []): string[] {
  return text.flatMap((node): string[] => {
    if (typeof node === 'string')
      return node.split(/\s+/).flatMap((word) => (word ? [[word, ...looks].sort().join('+')] : []))
    if (node.type === 'code') return looksOf([node.text], [...looks, 'code'])
    if (node.type === 'strong' || node.type === 'em') return looksOf(node.children, [...looks, node.type])
    if (node.type === 'link') return looksOf(node.children, [...looks, 'link'])
    return 'children' in node ? looksOf(node.children, looks) : []
  })
}

describe('writeMarkdown', () => {
  test.each<[string, Block[], string]>([
    ['paragraphs', [{ spans: [{ text: 'One' }] }, { spans: [] }, { spans: [{ text: 'Two' }] }], 'One\n\nTwo'],
    ['a heading', [{ spans: [{ text: 'New\nhere' }], level: 2 }], '## New here'],
    [
      'emphasis, without its spaces',
      [{ spans: [{ text: 'so ' }, { text: 'very ', bold: true }, { text: 'new', bold: true, italic: true }] }],
      'so **very _new_**',
    ],
    [
      'half of a word',
      [{ spans: [{ text: 'un' }, { text: 'believ', italic: true }, { text: 'able' }] }],
      'un*believ*able',
    ],
    [
      'no emphasis that Markdown would not take for it',
      [{ spans: [{ text: 'say' }, { text: '“hi”', bold: true }, { text: 'now' }] }],
      'say“hi”now',
    ],
    [
      'one link of several looks',
      [{ spans: [{ text: 'see ' }, { text: 'the ', url: '/a b' }, { text: 'docs', url: '/a b', code: true }] }],
      'see [the `docs`](/a%20b)',
    ],
    ['a line end', [{ spans: [{ text: 'One\nTwo' }] }], 'One\\\nTwo'],
    ['code', [{ code: 'let a = *b' }], '```\nlet a = *b\n```'],
    ['a picture', [{ image: { url: 'https://x.test/a.png', alt: 'A [cat]' } }], '![A \\[cat\\]](https://x.test/a.png)'],
    [
      'lists within lists',
      [
        {
          ordered: true,
          items: [
            [{ spans: [{ text: 'One' }] }, { ordered: false, items: [[{ spans: [{ text: 'deep' }] }]] }],
            [{ spans: [{ text: 'Two' }] }],
          ],
        },
      ],
      '1. One\n   - deep\n2. Two',
    ],
    [
      'what looks like markup',
      [{ spans: [{ text: '# 1*2_3 <b> [x](y) &amp; `c`' }] }],
      '\\# 1\\*2\\_3 \\<b\\> \\[x\\](y) \\&amp; \\`c\\`',
    ],
    ['what looks like a list', [{ spans: [{ text: '1. May\n- or not' }] }], '1\\. May\\\n\\- or not'],
    [
      'templates as they are',
      [{ spans: [{ text: 'Hi {{visitor.traits.first_name}}_' }] }],
      'Hi {{visitor.traits.first_name}}\\_',
    ],
  ])('writes %s', (_, blocks, markdown) => {
    expect(writeMarkdown(blocks)).toBe(markdown)
  })

  test('is read back with all its words, looking as they did where Markdown can say it', () => {
    const word = fc.stringMatching(/^[a-z]{1,4}$/)
    const span: fc.Arbitrary<Span> = fc.record({
      text: fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => `${words.join(' ')} `),
      bold: fc.boolean(),
      italic: fc.boolean(),
      url: fc.constantFrom(undefined, '/docs'),
    })
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 5 }), (spans) => {
        const looks = spans.flatMap(({ text, bold, italic, url }) =>
          looksOf([text], [...(bold ? ['strong'] : []), ...(italic ? ['em'] : []), ...(url ? ['link'] : [])]),
        )
        expect(looksOf(parseMarkdown(writeMarkdown([{ spans }])))).toEqual(looks)
      }),
      { seed, numRuns: numRuns(300) },
    )
  })

  test('never makes markup of any text', () => {
    const rough = fc.string({ unit: fc.constantFrom(...'ab1 *_`[]()<>#-+=.!~|&;\\:"“'), maxLength: 12 })
    fc.assert(
      fc.property(rough, (text) => {
        const read = parseMarkdown(writeMarkdown([{ spans: [{ text }] }]))
        expect(wordsOf(read).replace(/\s+/g, '')).toBe(text.replace(/\s+/g, ''))
        expect(looksOf(read).filter((look) => /\+(code|em|link|strong)$/.test(look))).toEqual([])
      }),
      { seed, numRuns: numRuns(500) },
    )
  })
})
