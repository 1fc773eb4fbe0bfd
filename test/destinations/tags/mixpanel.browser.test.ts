import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mixpanelTag } from '../../../src/destinations/tags/mixpanel.ts'
import { activity, batch } from '../../../src/testing/destination-contract.ts'
import { tagContract } from './tag-contract.ts'
import { tapWire } from './wire.ts'

const wire = tapWire(() => ({ status: 1, error: null }))
let mixpanel: any

beforeAll(async () => {
  mixpanel = (await import('mixpanel-browser/dist/mixpanel-core.cjs.js')).default
  mixpanel.init('token', {
    api_host: 'https://api.mixpanel.test',
    batch_requests: false,
    persistence: 'localStorage',
    api_payload_format: 'json',
  })
})
afterAll(() => {
  wire.cut()
  localStorage.clear()
})

/** What the client has posted since to a path, once it has posted all that it was told. */
async function posted(path = '/track'): Promise<any[]> {
  mixpanel.track('Ended')
  await wire.until((body) => body.includes('Ended'))
  const at = wire.requests.splice(0).filter(({ url }) => url.pathname.startsWith(path))
  const items = at.flatMap(({ body }) => JSON.parse(new URLSearchParams(body).get('data')!))
  return items.filter(({ event }) => event !== 'Ended')
}

tagContract({
  tag: mixpanelTag,
  global: 'mixpanel',
  client: () => mixpanel,
  arrived: async () =>
    (await posted()).map(({ event, properties: { $insert_id } }) => ({
      type: event === '$mp_web_page_view' ? 'Page Viewed' : event,
      id: $insert_id,
    })),
  verb: 'track',
})

describe('mixpanelTag, with the real client,', () => {
  const send = (...activities: ReturnType<typeof activity>[]) =>
    mixpanelTag({ client: mixpanel }).send(batch(activities))

  test('posts activities with their own id and time', async () => {
    await send(
      activity('Offer Copied', 1, {
        id: 'a_very.long-id-that-goes-on-and-on-and-on-1',
        properties: { code: 'BACK10' },
      }),
      activity('Experiment Viewed', 2, { properties: { experiment: 'x1', variant: 'three', flow: 'welcome' } }),
    )
    const [copied, viewed] = await posted()
    expect(copied).toMatchObject({
      event: 'Offer Copied',
      properties: { code: 'BACK10', time: Date.UTC(2026, 0, 5, 9) / 1000 + 1, token: 'token' },
    })
    expect(copied.properties.$insert_id).toMatch(/^[a-zA-Z0-9-]{36}$/)
    expect(copied.properties.foothold_id).toBe('a_very.long-id-that-goes-on-and-on-and-on-1')
    expect(viewed).toMatchObject({
      event: '$experiment_started',
      properties: { 'Experiment name': 'x1', 'Variant name': 'three', $insert_id: 'id-2' },
    })
  })

  test('posts page views as its own, where they are asked for', async () => {
    const tag = mixpanelTag({ client: mixpanel, types: ['Page *'] })
    await tag.send(batch([activity('Page Viewed', 1, { properties: { path: '/pricing' } })]))
    expect(await posted()).toMatchObject([{ event: '$mp_web_page_view', properties: { path: '/pricing' } }])
  })

  test('identifies, and tells traits', async () => {
    await send(
      activity('Visitor Identified', 1, {
        properties: {},
        visitor: { anonymousId: 'a1', id: 'u7', traits: { plan: 'pro' } },
      }),
      activity('Flow Started', 2),
    )
    const events = await posted('/')
    expect(events).toContainEqual(expect.objectContaining({ $set: expect.objectContaining({ plan: 'pro' }) }))
    expect(events.find(({ event }) => event === 'Flow Started').properties.distinct_id).toBe('u7')
  })
})
