import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { optimizelyTag } from '../../../src/destinations/tags/optimizely.ts'
import { activity, batch } from '../../../src/testing/destination-contract.ts'
import { tagContract } from './tag-contract.ts'
import { tapWire } from './wire.ts'

const page = globalThis as any

describe('Optimizely Web', () => {
  let queue: any[] = []
  tagContract({
    tag: optimizelyTag,
    global: 'optimizely',
    made: true,
    client: () => queue,
    arrived: () =>
      queue.splice(0).map(({ eventName, tags }) => ({
        type: eventName.replace(
          /(^|_)(\w)/g,
          (_: string, gap: string, letter: string) => `${gap && ' '}${letter.toUpperCase()}`,
        ),
        id: tags.foothold_id,
      })),
    verb: 'push',
  })
  afterEach(() => {
    queue = []
    delete page.optimizely
    delete page.optimizelyEdge
  })

  test('is told by its documented array, made where it is not there yet', async () => {
    await optimizelyTag().send(
      batch([
        activity('Order Completed', 1, {
          properties: { order_id: 'o1', total: 75.02, products: [{ product_id: 'p1' }] },
        }),
        activity('Visitor Identified', 2, {
          visitor: { anonymousId: 'a1', traits: { plan: 'pro', address: { city: 'Linz' } } },
        }),
      ]),
    )
    expect(page.optimizely).toEqual([
      {
        type: 'event',
        eventName: 'order_completed',
        tags: { foothold_id: 'id-1', order_id: 'o1', total: 75.02, revenue: 7502 },
      },
      { type: 'user', attributes: { plan: 'pro', address_city: 'Linz' } },
    ])
  })

  test('is told as Performance Edge where that is on the page', async () => {
    page.optimizelyEdge = []
    await optimizelyTag().send(batch([activity('Flow Started', 1)]))
    expect(page.optimizelyEdge).toHaveLength(1)
    expect(page.optimizely).toBeUndefined()
  })
})

describe('a user context of the real SDK', () => {
  const wire = tapWire()
  let user: any
  let client: any

  beforeAll(async () => {
    const sdk = await import('@optimizely/optimizely-sdk')
    const event = (id: string, key: string) => ({ id, key, experimentIds: [] })
    client = sdk.createInstance({
      projectConfigManager: sdk.createStaticProjectConfigManager({
        datafile: JSON.stringify({
          version: '4',
          accountId: '1',
          projectId: '2',
          revision: '3',
          anonymizeIP: true,
          botFiltering: false,
          events: [event('10', 'flow_completed'), event('11', 'order_completed')],
          attributes: [{ id: '20', key: 'plan' }],
          experiments: [],
          featureFlags: [],
          rollouts: [],
          audiences: [],
          typedAudiences: [],
          groups: [],
          variables: [],
        }),
      }),
      eventProcessor: sdk.createForwardingEventProcessor(),
    })
    await client.onReady()
    user = client.createUserContext('u1')
  })
  afterAll(() => {
    client.close()
    wire.cut()
  })

  test('posts events of the visitor with tags and attributes', async () => {
    await optimizelyTag({ client: user }).send(
      batch([
        activity('Visitor Identified', 1, { visitor: { anonymousId: 'a1', traits: { plan: 'pro' } } }),
        activity('Flow Completed', 2, { properties: { flow: 'welcome' } }),
        activity('Order Completed', 3, { properties: { revenue: 10 } }),
      ]),
    )
    await wire.until((body) => body.includes('order_completed'))
    const visitors = wire.requests.flatMap(({ body }) => JSON.parse(body).visitors)
    expect(visitors).toMatchObject([
      {
        visitor_id: 'u1',
        attributes: expect.arrayContaining([expect.objectContaining({ key: 'plan', value: 'pro' })]),
        snapshots: [{ events: [{ key: 'flow_completed', tags: { flow: 'welcome', foothold_id: 'id-2' } }] }],
      },
      { visitor_id: 'u1', snapshots: [{ events: [{ key: 'order_completed', revenue: 1000 }] }] },
    ])
  })
})
