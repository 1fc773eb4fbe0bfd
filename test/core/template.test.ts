import { describe, expect, test } from 'vitest'
import { fillTemplate, fillText, resolveProps } from '../../src/core/template.ts'
import { parseMarkdown } from '../../src/markdown.ts'

const scope = {
  visitor: { traits: { name: 'Ada', admin: true } },
  trigger: {
    name: 'Desk',
    price: 1299.5,
    currency: 'EUR',
    money: 'USD',
    day: '2026-05-05',
    evil: '{{visitor.traits.name}}',
    mark: '**x** [y](javascript:1)',
    products: [{ name: 'A' }, { name: 'B' }],
  },
  profile: { zero: 0, empty: '', nothing: null },
}
const fill = (text: string, locale = 'en') => fillTemplate(text, scope, locale)

describe('a template', () => {
  test.each([
    ['Hi {{visitor.traits.name}}', 'Hi Ada'],
    ['{{ visitor.traits.admin }}', 'true'],
    ['{{profile.zero}}', '0'],
    ['{{trigger.price | currency}}', '€1,299.50'],
    ['{{trigger.price | currency:USD}}', '$1,299.50'],
    ['{{trigger.price | currency:trigger.money}}', '$1,299.50'],
    ['{{trigger.price | number}}', '1,299.5'],
    ['{{trigger.day | date}}', 'May 5, 2026'],
    ['{{trigger.day | date:long}}', 'May 5, 2026'],
    ['{{trigger.name | upper}}', 'DESK'],
    ['{{visitor.traits.nick | default:"friend"}}', 'friend'],
    ['{{visitor.traits.nick | upper | default:"a | b"}}', 'a | b'],
    ['{{profile.empty | default:"none"}}', 'none'],
    ['{{trigger.name | currency | default:"free"}}', 'free'],
    ['{{missing.path}}', ''],
    ['{{trigger.products}}', ''],
    ['{{profile.nothing}}', ''],
    ['{{trigger.name | unheard-of}}', 'Desk'],
    ['no {braces} {{}} {{ }}', 'no {braces} {{}} '],
  ])('%s reads %j', (template, text) => {
    expect(fill(template)).toBe(text)
  })

  test('speaks the language of the visitor', () => {
    expect(fill('{{trigger.price | currency}}', 'de').replace(/\s/g, ' ')).toBe('1.299,50 €')
  })

  test('never expands what a value contains', () => {
    expect(fill('{{trigger.evil}}')).toBe('{{visitor.traits.name}}')
  })

  test.each([
    '__proto__',
    'constructor',
    'visitor.__proto__.polluted',
    'visitor.constructor.name',
    'visitor.toString',
    'trigger.products.length.x',
    'a-b',
    "visitor['traits']",
    '1a',
  ])('cannot reach %s', (name) => {
    expect(fill(`{{${name}}}`)).toBe('')
  })

  test('keeps a value to two thousand characters', () => {
    expect(fillTemplate('{{trigger.long}}', { trigger: { long: 'x'.repeat(9000) } }, 'en')).toHaveLength(2048)
  })
})

describe('the props of a step', () => {
  test('are filled at any depth, and lists are taken from where they stand', () => {
    const props = {
      title: 'For {{visitor.traits.name}}',
      products: { from: 'trigger.products' },
      none: { from: 'trigger.nope' },
      actions: [{ label: '{{trigger.name}}', max: 3 }],
    }
    expect(resolveProps(props, scope, 'en')).toEqual({
      title: 'For Ada',
      products: [{ name: 'A' }, { name: 'B' }],
      none: [],
      actions: [{ label: 'Desk', max: 3 }],
    })
  })

  test('keep a value within an address a part of the address', () => {
    const values = { trigger: { q: '/../x?y#z', image: 'https://cdn.example/a b.png' } }
    expect(
      resolveProps({ url: 'https://a.example/s?q={{trigger.q}}', image_url: '{{trigger.image}}' }, values, 'en'),
    ).toEqual({
      url: 'https://a.example/s?q=%2F..%2Fx%3Fy%23z',
      image_url: 'https://cdn.example/a b.png',
    })
  })

  test('tell which text came from which template', () => {
    const sources = new Map<string, string>()
    resolveProps({ title: 'Hi {{visitor.traits.name}}', text: 'plain' }, scope, 'en', sources)
    expect([...sources]).toEqual([['Hi Ada', 'Hi {{visitor.traits.name}}']])
  })
})

describe('a value in rich text', () => {
  test('stays text, whatever Markdown it contains', () => {
    expect(fillText(parseMarkdown('**{{trigger.mark}}**'), scope, 'en')).toEqual([
      { type: 'paragraph', children: [{ type: 'strong', children: ['**x** [y](javascript:1)'] }] },
    ])
  })

  test('is encoded within a link', () => {
    expect(fillText(parseMarkdown('[go](https://a.example/?q={{trigger.mark}})'), scope, 'en')).toEqual([
      {
        type: 'paragraph',
        children: [{ type: 'link', url: 'https://a.example/?q=**x**%20%5By%5D(javascript%3A1)', children: ['go'] }],
      },
    ])
  })
})
