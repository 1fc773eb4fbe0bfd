import { afterEach, describe, expect, test, vi } from 'vitest'
import { contentfulSource } from '../../src/sources/contentful.ts'
import { nearestLocale } from '../../src/sources/nearest-locale.ts'
import { sanitySource } from '../../src/sources/sanity.ts'
import type { Source } from '../../src/sources/source.ts'
import { strapiSource } from '../../src/sources/strapi.ts'
import { contentContext, sourceContract } from '../../src/testing/source-contract.ts'
import { contentful } from './contentful.ts'
import { sanity } from './sanity.ts'
import { strapi4, strapi5 } from './strapi.ts'

const guide = { format: 1, flows: [{ id: 'a', version: 1, trigger: 'A B', steps: [], experiment: null }] }
afterEach(() => vi.unstubAllGlobals())

/** What a step gets from each of them. */
const props = {
  title: 'Invite **your** team',
  text: 'See the [guide](https://docs.example.com/invite) for _all_ of it, {{visitor.traits.name}}.\n\n- First\n  1. deep\n- Second',
  image: { url: expect.stringMatching(/^https:.*\.png$/), alt: 'Two people', width: 640, height: 360 },
  items: [
    { id: 'project', label: 'Create a project' },
    { id: 'invite', label: 'Invite somebody' },
  ],
}

interface Cms {
  make(more?: object): Source
  /** Answers as the service does; undefined is a 404. */
  answer(url: URL): unknown
  /** Of the request for the content in German. */
  asked: RegExp
  /** A guide that is missing there. */
  without: object
}

const services: Record<string, Cms> = {
  contentfulSource: {
    make: (more) => contentfulSource({ space: 's1', token: 't1', guide: 'guide', locales: ['en-US', 'de'], ...more }),
    answer: ({ searchParams }) => contentful(searchParams.get('sys.id'), guide),
    asked:
      /^https:\/\/cdn\.contentful\.com\/spaces\/s1\/environments\/master\/entries\?sys\.id=hello&include=10&locale=de$/,
    without: { field: 'other' },
  },
  sanitySource: {
    make: (more) => sanitySource({ project: 'p1', guide: '*[_id == "guide"][0].json', locales: ['en', 'de'], ...more }),
    answer: ({ searchParams }) => sanity(searchParams.get('query')!, searchParams.get('$ref'), guide),
    asked:
      /^https:\/\/p1\.apicdn\.sanity\.io\/v2025-02-19\/data\/query\/production\?query=\*%5B_id\+%3D%3D\+%24ref%5D%5B0%5D&perspective=published&%24ref=%22hello%22&%24locale=%22de%22&%24flow=%22welcome%22&%24variant=null$/,
    without: { guide: '*[_id == "other"][0]' },
  },
  'strapiSource, of Strapi 5,': {
    make: (more) =>
      strapiSource({ url: 'https://cms.test', contents: 'tips', key: 'slug', locales: ['en', 'de'], ...more }),
    answer: ({ pathname, searchParams }) => strapi5(pathname, searchParams.get('filters[slug][$eq]'), guide),
    asked: /^https:\/\/cms\.test\/api\/tips\?filters%5Bslug%5D%5B%24eq%5D=hello&populate=\*&locale=de$/,
    without: { guide: 'other' },
  },
  'strapiSource, of Strapi 4,': {
    make: (more) =>
      strapiSource({ url: 'https://cms.test', contents: 'tips', key: 'slug', locales: ['en', 'de'], ...more }),
    answer: ({ pathname, searchParams }) => strapi4(pathname, searchParams.get('filters[slug][$eq]'), guide),
    asked: /^https:\/\/cms\.test\/api\/tips\?filters%5Bslug%5D%5B%24eq%5D=hello&populate=\*&locale=de$/,
    without: { field: 'other' },
  },
}

describe.each(Object.entries(services))('%s', (_, { make, answer, asked, without }) => {
  const requests: [url: string, headers: Record<string, string>][] = []
  const serve = (given: (url: URL) => unknown) => {
    requests.length = 0
    vi.stubGlobal('fetch', async (url: URL, { headers }: { headers: Record<string, string> }) => {
      requests.push([`${url}`, headers])
      const found = given(url)
      return found === undefined ? Response.json({ error: {} }, { status: 404 }) : Response.json(found)
    })
  }
  const open = (more?: object) => {
    serve(answer)
    return make(more)
  }
  const status = (status: number, body: string) => () => {
    vi.stubGlobal('fetch', async () => new Response(body, { status }))
    return make()
  }

  describe('as every source,', () => {
    const cases = sourceContract({
      open,
      guide,
      content: { ref: 'bare', props: { title: 'Hello' }, missing: 'good-bye' },
      broken: {
        'a guide that is not there': () => open(without),
        'a wrong token': status(401, '{"message":"The access token you sent could not be found or is invalid."}'),
        'a limit that is reached': status(429, '{}'),
        'a web page': status(200, '<!doctype html>'),
        'an answer of another kind': status(200, '[]'),
        'nothing in it': status(200, 'null'),
      },
      silent: () => {
        vi.stubGlobal('fetch', () => new Promise(() => {}))
        return make()
      },
      onError(error) {
        expect(error).toMatchObject({ code: 'source-failed' })
        expect(error.message).toMatch(/^The (guide|content ".*") could not be had: .+\. .+\. \[source-failed\]$/s)
      },
    })
    for (const { name, run } of cases) test(name, run)
  })

  test('gives props of a step: rich text as Markdown, pictures, and what is linked to in its place', async () => {
    expect(await open().content!('hello', contentContext({ locale: 'de-AT' }))).toEqual(props)
    expect(requests.map(([url]) => url)).toEqual([expect.stringMatching(asked)])
  })

  test('asks for no language that there is not', async () => {
    await open({ locales: ['fr'] }).content!('hello', contentContext({ locale: 'de' }))
    expect(decodeURIComponent(requests[0]![0])).not.toMatch(/locale="?de/)
  })

  test('keeps its token out of addresses, and so out of errors', async () => {
    await open({ token: 'secret' }).guide({ anonymousId: 'a1' }, new AbortController().signal)
    expect(requests[0]![0]).not.toContain('secret')
    expect(requests[0]![1]).toMatchObject({ authorization: 'Bearer secret' })
  })
})

test('a link of Contentful that leads back, or to what was not published, is left out', async () => {
  vi.stubGlobal('fetch', async () => Response.json(contentful('circle', guide)))
  const source = contentfulSource({ space: 's1', token: 't1', guide: 'guide' })
  expect(await source.content!('circle', contentContext())).toEqual({
    title: 'Round',
    next: { id: 'back', title: 'And back' },
    items: [{ id: 'back', title: 'And back' }],
  })
})

test('the guide of Sanity may be an object, or JSON as text', async () => {
  for (const result of [guide, JSON.stringify(guide)]) {
    vi.stubGlobal('fetch', async () => Response.json({ query: '', result, ms: 3 }))
    const source = sanitySource({ project: 'p1', guide: '*[_id == "guide"][0].json' })
    expect(await source.guide({ anonymousId: 'a1' }, new AbortController().signal)).toEqual(guide)
  }
  vi.stubGlobal('fetch', async () => Response.json({ query: '', result: '{"format":', ms: 3 }))
  const cut = sanitySource({ project: 'p1', guide: 'x' }).guide({ anonymousId: 'a1' }, new AbortController().signal)
  await expect(cut).rejects.toThrow('its text is no JSON. Correct it in Sanity. [source-failed]')
})

test.each([
  ['de-AT', ['en', 'de', 'de-AT'], 'de-AT'],
  ['de-AT', ['en', 'DE'], 'DE'],
  ['zh-Hant-TW', ['zh', 'zh-Hant'], 'zh-Hant'],
  ['en', ['de', 'en-US'], 'en-US'],
  ['fr', ['de', 'en-US'], undefined],
])('nearest to %s of %j is %s', (wanted, locales, found) => {
  expect(nearestLocale(wanted, locales)).toBe(found)
})
