import { initFS } from '@fullstory/snippet'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fullstoryTag } from '../../../src/destinations/tags/fullstory.ts'
import { activity, batch } from '../../../src/testing/destination-contract.ts'
import { tagContract } from './tag-contract.ts'

const page = globalThis as any
let FS: any
/** What reached the script: its half of FullStory, `fs.js`, comes from their servers alone. */
const calls: [verb: string, given: any][] = []

beforeAll(() => {
  // The snippet itself; its script is not to be had here, and puts itself behind `_api` when it is.
  initFS({ orgId: 'org', namespace: 'FS', script: `${location.host}/no-such-script.js` })
  FS = page.FS
  FS._api = (verb: string, given: unknown) => calls.push([verb, given])
})
afterEach(() => {
  delete page._fs_namespace
})

const told = () => calls.splice(0)

tagContract({
  tag: fullstoryTag,
  global: 'FS',
  client: () => FS,
  arrived: () =>
    told().map(([verb, { name, properties }]) => ({
      type: verb === 'setProperties' ? 'Page Viewed' : name,
      id: properties.foothold_id,
    })),
})

describe('fullstoryTag, through the real snippet,', () => {
  const send = (...activities: ReturnType<typeof activity>[]) => {
    page.FS = FS
    return fullstoryTag().send(batch(activities, { visitor: { anonymousId: 'a1' } }))
  }

  test('tracks events with names and values that FullStory takes', async () => {
    await send(
      activity('Offer Copied', 1, {
        properties: { code: 'BACK10', 'über-cool': 1, cart: { value: 3 }, tags: ['a', 'b'] },
      }),
    )
    expect(told()).toEqual([
      [
        'trackEvent',
        {
          name: 'Offer Copied',
          properties: { foothold_id: 'id-1', code: 'BACK10', ber_cool: 1, cart_value: 3, tags: 'a,b' },
        },
      ],
    ])
  })

  test('tells who the visitor is, identified or not', async () => {
    const identified = (seq: number, more: object) =>
      activity('Visitor Identified', seq, { properties: {}, visitor: { anonymousId: 'a1', ...more } })
    await send(identified(1, { traits: { plan: 'trial' } }), identified(2, { id: 'u1', traits: { plan: 'pro' } }))
    expect(told()).toEqual([
      ['setProperties', { type: 'user', properties: { plan: 'trial' } }],
      ['setIdentity', { uid: 'u1', properties: { plan: 'pro' } }],
    ])
  })

  test('finds it under the name that the page gave it', async () => {
    delete page.FS
    page._fs_namespace = 'Story'
    page.Story = FS
    await fullstoryTag().send(batch([activity('Flow Started', 1)]))
    delete page.Story
    expect(told()).toHaveLength(1)
  })

  test('leaves at most 100 activities in the queue of a script that never comes', async () => {
    const { _api } = FS
    FS._api = undefined
    FS.q = []
    page.FS = FS
    const tag = fullstoryTag()
    const send = async (count: number) =>
      tag.send(batch(Array.from({ length: count }, (_, seq) => activity('Flow Started', seq))))
    await send(60)
    await send(40)
    await expect(send(1)).rejects.toMatchObject({ code: 'destination-failed', cause: {} })
    expect(FS.q).toHaveLength(100)
    FS._api = _api
    await send(1)
    expect(told()).toHaveLength(1)
  })
})
