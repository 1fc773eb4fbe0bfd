import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Refusal } from '../../src/destinations/destination.ts'
import { webhook } from '../../src/destinations/webhook.ts'
import { activity, batch, destinationContract } from '../../src/testing/destination-contract.ts'

describe('webhook, as every destination,', () => {
  const cases = destinationContract({
    async open() {
      const arrived: { id: string; type: string }[] = []
      let status = 200
      const server = createServer(async (request, response) => {
        let body = ''
        for await (const chunk of request) body += chunk
        if (status === 200)
          for (const { messageId, event, type } of JSON.parse(body).batch)
            arrived.push({
              id: messageId,
              type: event ?? { page: 'Page Viewed', identify: 'Visitor Identified' }[type as string],
            })
        response.writeHead(status).end('{}')
      })
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
      const answer = (wanted: number) => {
        status = wanted
        return () => {
          status = 200
        }
      }
      return {
        destination: webhook({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` }),
        arrived: () => arrived,
        fail: () => answer(503),
        refuse: () => answer(401),
        close() {
          server.closeAllConnections()
          server.close()
        },
      }
    },
    onError: (error) => expect(error).toMatchObject({ code: 'destination-failed' }),
  })
  for (const { name, run } of cases) test(name, run)
})

describe('webhook', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  function fetched(answer: () => unknown = () => new Response()) {
    const fetch = vi.fn(async (_url: string, _init: RequestInit) => answer())
    vi.stubGlobal('fetch', fetch)
    return { calls: fetch.mock.calls, body: (call = 0) => JSON.parse(fetch.mock.calls[call]![1].body as string) }
  }
  const rejection = (promise: Promise<void> | void): Promise<Error & { cause: Refusal }> =>
    Promise.resolve(promise).then(
      () => expect.unreachable(),
      (error) => error,
    )
  const hook = (more = {}) => webhook({ url: 'https://example.test/hook', ...more })

  test("writes Segment's batch format", async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 5, 10) })
    const { calls, body } = fetched()
    const context = {
      page: { path: '/pricing', title: 'Pricing', referrer: 'https://example.com/', device: 'desktop' },
      locale: 'de-AT',
      timezone: 'Europe/Berlin',
    }
    await hook({ headers: { authorization: 'Bearer x' } }).send(
      batch([
        activity('Page Viewed', 1, { properties: { path: '/pricing' } }),
        activity('Step Answered', 2, { interaction: false }),
        activity('Visitor Identified', 3, { properties: {} }),
        activity('Visitor Identified', 4, { properties: {}, visitor: { anonymousId: 'a1', traits: { plan: 'pro' } } }),
      ]),
    )
    expect(calls[0]).toMatchObject([
      'https://example.test/hook',
      { method: 'POST', keepalive: false, headers: { 'content-type': 'application/json', authorization: 'Bearer x' } },
    ])
    const who = { anonymousId: 'a1', userId: 'u1' }
    const item = (seq: number) => ({ ...who, messageId: `id-${seq}`, timestamp: `2026-01-05T09:00:0${seq}.000Z` })
    const foothold = (seq: number) => ({ seq, tab: 't1' })
    expect(body()).toEqual({
      batch: [
        { ...item(1), type: 'page', properties: { path: '/pricing' }, context: { ...context, foothold: foothold(1) } },
        {
          ...item(2),
          type: 'track',
          event: 'Step Answered',
          properties: { seq: 2 },
          context: { ...context, foothold: { ...foothold(2), interaction: false } },
        },
        { ...item(3), type: 'identify', traits: { plan: 'trial' }, context: { ...context, foothold: foothold(3) } },
        {
          ...item(4),
          userId: undefined,
          type: 'identify',
          traits: { plan: 'pro' },
          context: { page: context.page, foothold: foothold(4) },
        },
      ],
      sentAt: '2026-01-05T10:00:00.000Z',
    })
  })

  test('writes lists although the host gave them a toJSON', async () => {
    const { body } = fetched()
    Object.defineProperty(Array.prototype, 'toJSON', { configurable: true, value: () => 'HACKED' })
    try {
      await hook().send(batch([activity('Cart Viewed', 1, { properties: { products: [{ tags: ['a'] }] } })]))
    } finally {
      delete (Array.prototype as { toJSON?: unknown }).toJSON
    }
    expect(body().batch[0].properties).toEqual({ products: [{ tags: ['a'] }] })
  })

  test.each([
    [400, true],
    [401, true],
    [404, true],
    [413, true],
    [408, false],
    [425, false],
    [429, false],
    [500, false],
    [503, false],
  ])('rejects at %i; terminal: %s', async (status, terminal) => {
    fetched(() => new Response('', { status }))
    const error = await rejection(hook().send(batch([activity('Step Viewed', 1)])))
    expect(error.message).toContain(`it answered ${status}`)
    expect(error.cause).toEqual({ status, terminal, retryAfter: undefined })
  })

  test.each([
    ['120', 120_000],
    ['0', 0],
    ['Mon, 05 Jan 2026 10:01:00 GMT', 60_000],
    ['Mon, 05 Jan 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', 0],
  ])('tells how long to wait after Retry-After: %s', async (header, retryAfter) => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 5, 10) })
    fetched(() => new Response('', { status: 429, headers: { 'retry-after': header } }))
    const { cause } = await rejection(hook().send(batch([activity('Step Viewed', 1)])))
    expect(cause.retryAfter).toBe(header === '-5' ? cause.retryAfter : retryAfter)
  })

  test.each([
    [
      'throws at once',
      () => {
        throw new Error('blocked')
      },
    ],
    ['answers nothing', () => undefined],
    ['answers something else', async () => 'no'],
  ])('rejects, to be sent again, with a fetch that %s', async (_, fetch) => {
    vi.stubGlobal('fetch', fetch)
    const error = await rejection(hook().send(batch([activity('Step Viewed', 1)])))
    expect(error).toMatchObject({ code: 'destination-failed' })
    expect(error.cause.terminal).toBeFalsy()
  })

  test('asks nobody for an empty batch, and leaves no timer after a full one', async () => {
    vi.useFakeTimers()
    const { calls } = fetched()
    await hook().send(batch([]))
    expect(calls).toHaveLength(0)
    await hook().send(batch([activity('Step Viewed', 1)]))
    expect(calls).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('gives up after ten seconds on a fetch that never settles, and leaves no timer', async () => {
    vi.useFakeTimers()
    vi.stubGlobal('fetch', () => new Promise(() => {}))
    const error = rejection(hook().send(batch([activity('Step Viewed', 1)])))
    await vi.advanceTimersByTimeAsync(10_000)
    expect((await error).message).toContain('did not answer within 10000 ms')
    expect(vi.getTimerCount()).toBe(0)
  })
})
