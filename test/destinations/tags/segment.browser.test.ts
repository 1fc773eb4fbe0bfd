import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { segmentTag } from '../../../src/destinations/tags/segment.ts'
import { segmentAnalytics } from '../../../src/observers/segment-analytics.ts'
import { activity, batch } from '../../../src/testing/destination-contract.ts'
import { closeTabs, openTab, settled, until } from '../../foothold/tab.ts'
import { tagContract } from './tag-contract.ts'
import { tapWire } from './wire.ts'

const wire = tapWire()
let analytics: any

beforeAll(async () => {
  const { AnalyticsBrowser } = await import('@segment/analytics-next')
  const [client] = await AnalyticsBrowser.load({
    writeKey: 'key',
    cdnSettings: { integrations: { 'Segment.io': { apiKey: 'key', apiHost: 'api.segment.test/v1' } } },
  })
  analytics = client
})
afterAll(() => wire.cut())

/** What the client has posted since, once it has posted all that it was told. */
async function posted(): Promise<any[]> {
  await analytics.track('Test Ended')
  const calls = wire.requests.splice(0).map(({ body }) => JSON.parse(body))
  return calls.filter(({ event }) => event !== 'Test Ended')
}

tagContract({
  tag: segmentTag,
  global: 'analytics',
  client: () => analytics,
  arrived: async () =>
    (await posted()).map(({ type, event, messageId }) => ({
      type: type === 'page' ? 'Page Viewed' : event,
      id: messageId,
    })),
  verb: 'track',
})

describe('segmentTag, with the real client,', () => {
  const send = (...activities: ReturnType<typeof activity>[]) =>
    segmentTag({ client: analytics }).send(batch(activities, { visitor: { anonymousId: 'a1' } }))

  test('posts activities with their own id and time, as the visitor that the client knows', async () => {
    await send(
      activity('Step Answered', 1, { properties: { flow: 'welcome', answer: 9 } }),
      activity('Experiment Viewed', 2, { properties: { experiment: 'x1', variant: 'three', flow: 'welcome' } }),
    )
    const [answered, viewed] = await posted()
    expect(answered).toMatchObject({
      type: 'track',
      event: 'Step Answered',
      messageId: 'id-1',
      timestamp: '2026-01-05T09:00:01.000Z',
      anonymousId: analytics.user().anonymousId(),
      properties: { flow: 'welcome', answer: 9, foothold_id: 'id-1' },
    })
    expect(viewed.properties).toMatchObject({ experiment_id: 'x1', variation_id: 'three', variation_name: 'three' })
    expect(analytics.user().anonymousId()).not.toBe('a1')
  })

  test('identifies, without an id and with', async () => {
    const identified = (seq: number, more = {}) =>
      activity('Visitor Identified', seq, { properties: {}, visitor: { anonymousId: 'a1', ...more } })
    await send(identified(1, { traits: { plan: 'pro' } }))
    const [plan] = await posted()
    expect(plan).toMatchObject({ type: 'identify', userId: null, traits: { plan: 'pro' }, messageId: 'id-1' })
    await send(identified(2, { id: 'u1', traits: { email: 'a@b.example' } }))
    const [email] = await posted()
    expect(email).toMatchObject({ type: 'identify', userId: 'u1', traits: { email: 'a@b.example' }, messageId: 'id-2' })
  })

  test('posts page views where they are asked for', async () => {
    const viewed = activity('Page Viewed', 1, { properties: { path: '/pricing', title: 'Pricing' } })
    await send(viewed)
    expect(await posted()).toEqual([])
    const tag = segmentTag({ client: analytics, types: ['Page Viewed'] })
    await tag.send(batch([viewed, activity('Flow Started', 2)]))
    expect(await posted()).toMatchObject([
      { type: 'page', messageId: 'id-1', properties: { path: '/pricing', title: 'Pricing', foothold_id: 'id-1' } },
    ])
  })

  test('and an observer of the same client neither echo each other nor go round in circles', async () => {
    const page = globalThis as any
    page.analytics = analytics
    const { foothold, clock, types } = openTab({ observers: [segmentAnalytics()], destinations: [segmentTag()] })
    await settled()
    foothold.track('Report Exported', { format: 'pdf' })
    await analytics.track('Plan Chosen', { plan: 'pro' })
    await until(() => types().includes('Plan Chosen') && types().includes('Report Exported'))
    for (let second = 0; second < 5; second++) {
      clock.advance('2s')
      await settled()
    }
    expect((await posted()).map(({ event }) => event).toSorted()).toEqual(['Plan Chosen', 'Report Exported'])
    expect(types().filter((type) => /Plan|Report/.test(type))).toHaveLength(2)
    closeTabs()
    delete page.analytics
  })
})
