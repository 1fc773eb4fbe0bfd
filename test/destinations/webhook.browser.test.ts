import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Activity } from '../../src/core/activity.ts'
import { webhook } from '../../src/destinations/webhook.ts'
import { activity, batch } from '../../src/testing/destination-contract.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const url = 'https://example.test/hook'

function watched({ beacons = () => true as boolean, status = 200 } = {}) {
  const beacon = vi.spyOn(navigator, 'sendBeacon').mockImplementation(beacons)
  const fetch = vi.spyOn(window, 'fetch').mockImplementation(async () => new Response('', { status }))
  return { beacon, fetch, bodies: () => beacon.mock.calls.map(([, body]) => body as string) }
}
const idsOf = (body: unknown) =>
  JSON.parse(body as string).batch.map(({ messageId }: { messageId: string }) => messageId)
const big = (count: number, text: string): Activity[] =>
  Array.from({ length: count }, (_, seq) => activity('Step Answered', seq, { properties: { text } }))

describe('webhook, while the page goes away,', () => {
  test('sends by beacon, at once, as text', () => {
    const { beacon, fetch, bodies } = watched()
    webhook({ url }).send(batch([activity('Page Left', 1)], { leaving: true }))
    // Nothing was awaited: a page that goes away has no later.
    expect(beacon.mock.calls).toEqual([[url, expect.any(String)]])
    expect(idsOf(bodies()[0])).toEqual(['id-1'])
    expect(fetch).not.toHaveBeenCalled()
  })

  test('sends pieces of at most 60 kB, counted in bytes, with every activity once', async () => {
    const { bodies } = watched()
    const activities = big(40, '👋ü'.repeat(1000))
    await webhook({ url }).send(batch(activities, { leaving: true }))
    expect(bodies().length).toBeGreaterThan(1)
    for (const body of bodies()) expect(new Blob([body]).size).toBeLessThanOrEqual(60_000)
    expect(bodies().flatMap(idsOf)).toEqual(activities.map(({ id }) => id))
  })

  test('fills the pieces to the brim, and never over it', async () => {
    const { beacon, bodies } = watched()
    for (let length = 0; length < 450; length += 7) {
      beacon.mockClear()
      await webhook({ url }).send(batch(big(150, 'x'.repeat(length)), { leaving: true }))
      const sizes = bodies().map((body) => body.length)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(60_000)
      expect(sizes.length).toBeLessThanOrEqual(Math.ceil(sizes.reduce((sum, size) => sum + size) / 58_000))
    }
  })

  test('sends the pieces that no beacon takes by fetch with keepalive', async () => {
    let room = 1
    const { fetch, bodies } = watched({ beacons: () => room-- > 0 })
    await webhook({ url }).send(batch(big(40, 'x'.repeat(3000)), { leaving: true }))
    expect(bodies()).toHaveLength(3)
    expect(fetch.mock.calls.map(([, init]) => [init?.keepalive, init?.headers])).toEqual([
      [true, { 'content-type': 'text/plain' }],
      [true, { 'content-type': 'text/plain' }],
    ])
    expect(fetch.mock.calls.flatMap(([, init]) => idsOf(init?.body))).toEqual(bodies().slice(1).flatMap(idsOf))
  })

  test('rejects when neither takes a piece, so that all of it is kept', async () => {
    watched({ beacons: () => false, status: 503 })
    await expect(webhook({ url }).send(batch([activity('Page Left', 1)], { leaving: true }))).rejects.toMatchObject({
      code: 'destination-failed',
    })
  })

  test.each([
    [
      'throws',
      () => {
        throw new TypeError('illegal')
      },
    ],
    ['is missing', undefined],
  ])('goes on where sendBeacon %s', async (_, beacons) => {
    const { fetch } = watched()
    if (beacons) vi.mocked(navigator.sendBeacon).mockImplementation(beacons)
    else Object.defineProperty(navigator, 'sendBeacon', { configurable: true, value: undefined })
    await webhook({ url }).send(batch([activity('Page Left', 1)], { leaving: true }))
    delete (navigator as Partial<Navigator>).sendBeacon
    expect(fetch).toHaveBeenCalledTimes(1)
  })

  test('sends by fetch where there are headers, as beacons carry none', async () => {
    const { beacon, fetch } = watched()
    await webhook({ url, headers: { authorization: 'Bearer x' } }).send(
      batch([activity('Page Left', 1)], { leaving: true }),
    )
    expect(beacon).not.toHaveBeenCalled()
    expect(fetch.mock.calls[0]![1]).toMatchObject({ keepalive: true, headers: { authorization: 'Bearer x' } })
  })
})
