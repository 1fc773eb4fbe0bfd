import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { posthogTag } from '../../../src/destinations/tags/posthog.ts'
import { activity, batch } from '../../../src/testing/destination-contract.ts'
import { tagContract } from './tag-contract.ts'
import { tapWire } from './wire.ts'

const wire = tapWire()
let posthog: any

beforeAll(async () => {
  posthog = (await import('posthog-js')).default
  posthog.init('key', {
    api_host: 'https://posthog.test',
    persistence: 'localStorage',
    autocapture: false,
    capture_pageview: false,
    capture_pageleave: false,
    disable_session_recording: true,
    advanced_disable_flags: true,
    request_batching: false,
    opt_out_useragent_filter: true,
    person_profiles: 'always',
  })
})
afterAll(() => {
  wire.cut()
  localStorage.clear()
})

/** What the client has posted since, once it has posted all that it was told; it packs some of it by gzip. */
async function posted(): Promise<any[]> {
  posthog.capture('Test Ended', {}, { skip_client_rate_limiting: true })
  await wire.until((body) => body.includes('Test Ended'))
  const bodies = wire.requests.splice(0).filter(({ url }) => /^\/(e|i)\//.test(url.pathname))
  const items = bodies.map(({ body }) => JSON.parse(body)).flatMap((sent) => sent.batch ?? sent)
  return items.filter(({ event }) => event !== 'Test Ended')
}

tagContract({
  tag: posthogTag,
  global: 'posthog',
  client: () => posthog,
  arrived: async () =>
    (await posted()).map(({ event, properties }) => ({
      type: event === '$pageview' ? 'Page Viewed' : event,
      id: properties.foothold_id,
    })),
  verb: 'capture',
})

describe('posthogTag, with the real client,', () => {
  const send = (...activities: ReturnType<typeof activity>[]) => posthogTag({ client: posthog }).send(batch(activities))

  test('posts activities with their own time, and the same uuid for the same activity', async () => {
    const completed = activity('Flow Completed', 1, { properties: { flow: 'welcome' } })
    await send(completed, activity('Flow Started', 2))
    await send(completed)
    const [first, other, again] = await posted()
    expect(first).toMatchObject({
      event: 'Flow Completed',
      timestamp: '2026-01-05T09:00:01.000Z',
      properties: { flow: 'welcome', foothold_id: 'id-1' },
    })
    expect(first.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(again.uuid).toBe(first.uuid)
    expect(other.uuid).not.toBe(first.uuid)
  })

  test('exposes to experiments as a feature flag does', async () => {
    await send(
      activity('Experiment Viewed', 1, { properties: { experiment: 'x1', variant: 'three', flow: 'welcome' } }),
    )
    expect(await posted()).toMatchObject([
      {
        event: '$feature_flag_called',
        properties: { $feature_flag: 'x1', $feature_flag_response: 'three', '$feature/x1': 'three' },
      },
    ])
  })

  test('identifies, and tells traits', async () => {
    const identified = (seq: number, more: object) =>
      activity('Visitor Identified', seq, { properties: {}, visitor: { anonymousId: 'a1', ...more } })
    await posthogTag({ client: posthog }).send(
      batch([identified(1, { traits: { plan: 'trial' } })], { visitor: { anonymousId: 'a1' } }),
    )
    await send(identified(2, { id: 'u7', traits: { plan: 'pro' } }))
    expect(await posted()).toMatchObject([
      { event: '$set', properties: { $set: { plan: 'trial' } } },
      { event: '$identify', properties: { distinct_id: 'u7' }, $set: { plan: 'pro' } },
    ])
  })
})
