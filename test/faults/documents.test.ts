import { afterEach, expect, test, vi } from 'vitest'
import { readGuide } from '../../src/core/guide.ts'
import { resolveProps } from '../../src/core/template.ts'
import { httpSource } from '../../src/sources/http.ts'
import { corpus } from '../corpus.ts'

// What a content server may answer, byte by byte.

afterEach(() => vi.unstubAllGlobals())

interface Case {
  name: string
  expect: string
  bytes_b64: string
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const sample: Case[] = [
  { name: 'HTML', expect: 'reject', bytes_b64: base64('<!doctype html><title>Log in</title>') },
  { name: 'nothing', expect: 'reject', bytes_b64: '' },
  { name: 'cut JSON', expect: 'reject', bytes_b64: base64('{"format":1,"flows":[') },
  { name: 'a byte order mark', expect: 'accept', bytes_b64: base64('\uFEFF{}') },
  { name: 'a key that is there twice', expect: 'accept', bytes_b64: base64('{"a":1,"a":2}') },
  { name: 'ten megabytes', expect: 'reject', bytes_b64: base64(`"${'x'.repeat(10 << 20)}"`) },
  { name: 'a hundred thousand levels', expect: 'either', bytes_b64: base64('['.repeat(1e5) + ']'.repeat(1e5)) },
]
const pollution = corpus('prototype-pollution.json') as { json: string[] } | undefined
const bodies = pollution?.json ?? ['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}']
const visitor = { anonymousId: 'v', traits: {} } as never

test.each([
  ['a sample of documents', sample],
  ['jsontestsuite.ndjson', corpus('jsontestsuite.ndjson') as Case[] | undefined],
])('guides and contents are JSON or refused with a reason: %s', async (name, cases) => {
  if (!cases) return
  for (const { name: title, expect: expected, bytes_b64 } of cases) {
    const answer = vi.fn(async () => new Response(Buffer.from(bytes_b64, 'base64')))
    vi.stubGlobal('fetch', answer)
    const source = httpSource({ url: 'http://example.test/guide.json' })
    const { signal } = new AbortController()
    const got = await Promise.allSettled([
      source.guide(visitor, signal),
      source.content!('a', { flow: 'f', locale: 'en', signal } as never),
    ])
    for (const each of got) {
      if (expected === 'accept' || expected === 'reject')
        expect([title, each.status]).toEqual([title, expected === 'accept' ? 'fulfilled' : 'rejected'])
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'source-failed' })
      // What is JSON is still no guide.
      else
        expect(() => readGuide(each.value)).toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^(invalid-guide|unsupported-format)$/) }),
        )
    }
  }
  console.log(`${name}: ${cases.length} documents tried`)
})

test('keys that reach for the prototype are refused in guides, and are mere keys in contents', () => {
  for (const body of bodies) {
    const guide = `{"format":1,"flows":[],"extra":${body}}`
    if (/__proto__"|onstructor":\{"prototype/.test(JSON.stringify(JSON.parse(body))))
      expect(() => readGuide(JSON.parse(guide))).toThrow(/refused/)
    const props = resolveProps(JSON.parse(`{"body":${body}}`), { trigger: JSON.parse(body) }, 'en')
    expect(Object.getPrototypeOf(props)).toBe(Object.prototype)
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  expect(bodies.length).toBeGreaterThan(1)
})
