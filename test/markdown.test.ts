import { expect, test } from 'vitest'
import { parseMarkdown } from '../src/markdown.ts'

const paragraph = (...children: unknown[]) => ({ type: 'paragraph', children })

test.each([
  [
    'Hello **big** _world_',
    [paragraph('Hello ', { type: 'strong', children: ['big'] }, ' ', { type: 'em', children: ['world'] })],
  ],
  ['`a < b`', [paragraph({ type: 'code', text: 'a < b' })]],
  ['```\nlet a\n```', [{ type: 'code', text: 'let a', block: true }]],
  ['## Title', [{ type: 'heading', level: 2, children: ['Title'] }]],
  ['a  \nb', [paragraph('a', { type: 'break' }, 'b')]],
  [
    '[a *b*](https://x.y)',
    [paragraph({ type: 'link', url: 'https://x.y', children: ['a ', { type: 'em', children: ['b'] }] })],
  ],
  ['![alt](https://x.y/i.png)', [paragraph({ type: 'image', url: 'https://x.y/i.png', alt: 'alt' })]],
  [
    '- one\n- two',
    [
      {
        type: 'list',
        ordered: false,
        children: [
          { type: 'item', children: ['one'] },
          { type: 'item', children: ['two'] },
        ],
      },
    ],
  ],
  ['3. one', [{ type: 'list', ordered: true, start: 3, children: [{ type: 'item', children: ['one'] }] }]],
  ['- [x] done', [{ type: 'list', ordered: false, children: [{ type: 'item', children: ['☑ ', 'done'] }] }]],
  ['> quoted', [paragraph('quoted')]],
  ['\\*no\\*', [paragraph('*', 'no', '*')]],
  ['Fish &amp; chips &#x41; &nope;', [paragraph('Fish & chips A &nope;')]],
])('%j becomes nodes', (markdown, tree) => {
  expect(parseMarkdown(markdown)).toEqual(tree)
})

test('HTML stays the text that it is', () => {
  expect(parseMarkdown('a <b onclick="x">b</b>')).toEqual([paragraph('a ', '<b onclick="x">', 'b', '</b>')])
  expect(parseMarkdown('<script>alert(1)</script>')).toEqual([paragraph('<script>alert(1)</script>')])
})

test('a nested list stays nested', () => {
  expect(parseMarkdown('- a\n  - b')).toEqual([
    {
      type: 'list',
      ordered: false,
      children: [
        {
          type: 'item',
          children: ['a', { type: 'list', ordered: false, children: [{ type: 'item', children: ['b'] }] }],
        },
      ],
    },
  ])
})
