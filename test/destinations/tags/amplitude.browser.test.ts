import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { amplitudeTag } from '../../../src/destinations/tags/amplitude.ts'
import { activity, batch } from '../../../src/testing/destination-contract.ts'
import { tagContract } from './tag-contract.ts'
import { tapWire } from './wire.ts'

const wire = tapWire(() => ({ code: 200 }))
let amplitude: any

beforeAll(async () => {
  amplitude = await import('@amplitude/analytics-browser')
  await amplitude.init('key', {
    serverUrl: 'https://api.amplitude.test/2/httpapi',
    autocapture: false,
    fetchRemoteConfig: false,
    identityStorage: 'none',
  }).promise
})
afterAll(() => wire.cut())

/** What the client has posted since, once it has posted all that it was told. */
async function posted(): Promise<any[]> {
  await amplitude.flush().promise
  return wire.requests
    .splice(0)
    .flatMap(({ url, body }) => (url.pathname === '/2/httpapi' ? JSON.parse(body).events : []))
}

tagContract({
  tag: amplitudeTag,
  global: 'amplitude',
  client: () => amplitude,
  arrived: async () => (await posted()).map(({ event_type, insert_id }) => ({ type: event_type, id: insert_id })),
  verb: 'track',
})

describe('amplitudeTag, with the real client,', () => {
  const send = (...activities: ReturnType<typeof activity>[]) =>
    amplitudeTag({ client: amplitude }).send(batch(activities))

  test('posts activities with their own id and time', async () => {
    await send(
      activity('Flow Completed', 1, { properties: { flow: 'welcome' } }),
      activity('Experiment Viewed', 2, { properties: { experiment: 'x1', variant: 'three', flow: 'welcome' } }),
      activity('Order Completed', 3, { properties: { order_id: 'o1', total: 49.9, currency: 'EUR' } }),
    )
    expect(await posted()).toMatchObject([
      {
        event_type: 'Flow Completed',
        insert_id: 'id-1',
        time: Date.UTC(2026, 0, 5, 9) + 1000,
        event_properties: { flow: 'welcome', foothold_id: 'id-1' },
      },
      { event_type: '$exposure', event_properties: { flag_key: 'x1', variant: 'three', foothold_id: 'id-2' } },
      { event_type: 'Order Completed', revenue: 49.9, currency: 'EUR', event_properties: { order_id: 'o1' } },
    ])
  })

  test('identifies, and tells traits', async () => {
    const visitor = { anonymousId: 'a1', id: 'user-7', traits: { plan: 'pro', seats: 3 } }
    await send(activity('Visitor Identified', 1, { properties: {}, visitor }), activity('Flow Started', 2))
    expect(await posted()).toMatchObject([
      { event_type: '$identify', user_id: 'user-7', user_properties: { $set: { plan: 'pro', seats: 3 } } },
      { event_type: 'Flow Started', user_id: 'user-7' },
    ])
  })
})
