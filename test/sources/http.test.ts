import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { httpSource } from '../../src/sources/http.ts'
import { contentContext, sourceContract } from '../../src/testing/source-contract.ts'

const guide = { format: 1, flows: [] }
const visitor = { anonymousId: 'a1' }
const servers: Server[] = []
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** Serves, and returns the origin. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const answering = async (status: number, body: string | Buffer, type = 'application/json') => {
  const origin = await serve((_, response) => response.writeHead(status, { 'content-type': type }).end(body))
  return httpSource({ url: `${origin}/guide.json` })
}

describe('httpSource, as every source,', () => {
  const cases = sourceContract({
    async open() {
      const origin = await serve(({ url }, response) => {
        if (url === '/v1/guide') response.end(JSON.stringify(guide))
        else if (url === '/v1/content/hello?flow=welcome&locale=en') response.end('{"title":"Hello"}')
        else response.writeHead(404).end('{}')
      })
      return httpSource({ url: `${origin}/v1/guide` })
    },
    guide,
    content: { ref: 'hello', props: { title: 'Hello' }, missing: 'good-bye' },
    broken: {
      'a missing page': () => answering(404, '{}'),
      'a failing server': () => answering(500, 'oops'),
      'a server that asks to wait': () => answering(429, '{}'),
      'an HTML page that is OK': () => answering(200, '<!doctype html><title>Sign in</title>', 'text/html'),
      'an HTML page that claims to be JSON': () => answering(200, '\n <html></html>'),
      nothing: () => answering(200, ''),
      'JSON that is cut off': () => answering(200, '{"format":1,"flows":['),
      'a guide that would freeze the page': () => answering(200, `"${'x'.repeat(5 << 20)}"`),
      'a server that is not there': () => httpSource({ url: 'http://127.0.0.1:1/guide.json' }),
      'an address that is none': () => httpSource({ url: 'http://' }),
      'no address at all': () => httpSource({} as never),
      'a fetch that throws at once': () =>
        patched(() => {
          throw new Error('blocked')
        }),
      'a fetch that answers nothing': () => patched(() => undefined),
      'a fetch that answers something else': () => patched(async () => ({ ok: true, status: 200 })),
      'a fetch whose body fails': () =>
        patched(async () => ({
          ok: true,
          status: 200,
          text: async () => {
            throw new TypeError('cut')
          },
        })),
      'headers that fail': async () =>
        httpSource({
          url: await serve((_, response) => response.end('{}')),
          headers: () => {
            throw new Error('no token')
          },
        }),
    },
    silent: () => patched(() => new Promise(() => {})),
    onError(error) {
      expect(error).toMatchObject({ code: 'source-failed' })
      expect(error.message).toMatch(/^The (guide|content ".*") could not be had: .+\. .+\. \[source-failed\]$/s)
    },
  })
  for (const { name, run } of cases) test(name, run)
})

function patched(fetch: () => unknown) {
  vi.stubGlobal('fetch', fetch)
  return httpSource({ url: 'http://example.test/guide.json' })
}

describe('httpSource', () => {
  const signal = () => new AbortController().signal

  test('takes JSON with a byte order mark', async () => {
    const source = await answering(200, `\uFEFF${JSON.stringify(guide)}`)
    expect(await source.guide(visitor, signal())).toEqual(guide)
  })

  test('has the cache ask the server again, and sends its headers', async () => {
    const fetch = vi.fn(async (..._: unknown[]) => Response.json(guide))
    vi.stubGlobal('fetch', fetch)
    await httpSource({
      url: 'http://example.test/guide.json',
      headers: async () => ({ authorization: 'Bearer x' }),
    }).guide(visitor, signal())
    expect(fetch.mock.calls).toEqual([
      [
        new URL('http://example.test/guide.json'),
        expect.objectContaining({
          cache: 'no-cache',
          headers: { accept: 'application/json', authorization: 'Bearer x' },
        }),
      ],
    ])
  })

  test('gives up after ten seconds, also on a fetch that never settles', async () => {
    vi.useFakeTimers()
    const asked = patched(() => new Promise(() => {})).guide(visitor, signal())
    const refused = expect(asked).rejects.toThrow('did not answer within 10000 ms')
    await vi.advanceTimersByTimeAsync(10_000)
    await refused
    expect(vi.getTimerCount()).toBe(0)
  })

  test('leaves no timer and no listener behind', async () => {
    vi.useFakeTimers()
    vi.stubGlobal('fetch', async () => Response.json(guide))
    const { signal } = new AbortController()
    const removed = vi.spyOn(signal, 'removeEventListener')
    await httpSource({ url: 'http://example.test/' }).guide(visitor, signal)
    expect(vi.getTimerCount()).toBe(0)
    expect(removed).toHaveBeenCalled()
  })

  test.each([
    ['beside the guide', {}, '/v1/content/hello?flow=welcome&locale=de'],
    ['in a folder', { content: '/c' }, '/c/hello?flow=welcome&locale=de'],
    ['in a folder with a slash and a query', { content: '/c/?key=1' }, '/c/hello?key=1&flow=welcome&locale=de'],
  ])('asks for content %s', async (_, options, address) => {
    const asked: unknown[] = []
    vi.stubGlobal('fetch', async (url: URL) => {
      asked.push(`${url}`)
      return Response.json({})
    })
    await httpSource({ url: 'http://example.test/v1/guide', ...options }).content!(
      'hello',
      contentContext({ locale: 'de' }),
    )
    expect(asked).toEqual([`http://example.test${address}`])
  })

  test('names the variant, and escapes the reference', async () => {
    const asked: string[] = []
    vi.stubGlobal('fetch', async (url: URL) => {
      asked.push(`${url}`)
      return Response.json({})
    })
    await httpSource({ url: 'http://example.test/g' }).content!('a/b?c', contentContext({ variant: 'B & C' }))
    expect(asked).toEqual(['http://example.test/content/a%2Fb%3Fc?flow=welcome&variant=B+%26+C&locale=en'])
  })

  test.each(['', '.', '..', '...'])('asks nobody for content %j, which would be another folder', async (ref) => {
    const fetch = vi.fn()
    vi.stubGlobal('fetch', fetch)
    await expect(httpSource({ url: 'http://example.test/g' }).content!(ref, contentContext())).rejects.toThrow()
    expect(fetch).not.toHaveBeenCalled()
  })

  test('asks for content a second time when the network failed, and no third', async () => {
    let failures = 1
    const fetch = vi.fn(async () => {
      if (failures-- > 0) throw new TypeError('Failed to fetch')
      return Response.json({ title: 'Hello' })
    })
    vi.stubGlobal('fetch', fetch)
    const source = httpSource({ url: 'http://example.test/g' })
    expect(await source.content!('hello', contentContext())).toEqual({ title: 'Hello' })
    failures = 9
    await expect(source.content!('hello', contentContext())).rejects.toThrow('could not be reached')
    expect(fetch).toHaveBeenCalledTimes(4)
  })

  test.each([
    ['seconds', '120', 120_000],
    ['a date', 'Mon, 05 Jan 2026 12:05:00 GMT', 300_000],
    ['nonsense', 'soon', Number.NaN],
    ['nothing', undefined, Number.NaN],
  ])('tells how long a server wants to be left alone: %s', async (_, wait, retryAfter) => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 5, 12) })
    const headers = new Headers(wait === undefined ? [] : [['retry-after', wait]])
    vi.stubGlobal('fetch', async () => new Response('', { status: 503, headers }))
    const refused = httpSource({ url: 'http://example.test/g' }).guide(visitor, signal())
    await expect(refused).rejects.toMatchObject({ cause: { status: 503, retryAfter } })
  })

  test('of a key that is there twice takes the last, and nothing from the prototype', async () => {
    const source = await answering(200, '{"format":9,"__proto__":{"polluted":1},"format":1,"flows":[]}')
    const got = await source.guide(visitor, signal())
    expect(got).toMatchObject({ format: 1 })
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('does not ask again for a content that the server refuses, nor for a guide', async () => {
    const refuse = vi.fn(async () => new Response('', { status: 500 }))
    vi.stubGlobal('fetch', refuse)
    const source = httpSource({ url: 'http://example.test/g' })
    await expect(source.content!('hello', contentContext())).rejects.toThrow('answered 500')
    expect(refuse).toHaveBeenCalledTimes(1)
    const fail = vi.fn(async () => {
      throw new TypeError('Failed to fetch')
    })
    vi.stubGlobal('fetch', fail)
    await expect(source.guide(visitor, signal())).rejects.toThrow('could not be reached')
    expect(fail).toHaveBeenCalledTimes(1)
  })
})
