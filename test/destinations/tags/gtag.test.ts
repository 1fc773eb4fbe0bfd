import { afterEach, describe, expect, test } from 'vitest'
import { gtagTag } from '../../../src/destinations/tags/gtag.ts'
import { activity, batch } from '../../../src/testing/destination-contract.ts'
import { tagContract } from './tag-contract.ts'

const page = globalThis as any
let commands: any[][] = []
const gtag = (...command: unknown[]) => void commands.push(command)

afterEach(() => {
  commands = []
  delete page.gtag
  delete page.dataLayer
})

tagContract({
  tag: gtagTag,
  global: 'gtag',
  client: () => gtag,
  made: true,
  arrived: () =>
    commands.splice(0).map(([, name, { foothold_id }]) => ({
      type:
        name === 'page_view'
          ? 'Page Viewed'
          : name.replace(
              /(^|_)(\w)/g,
              (_: string, gap: string, letter: string) => `${gap && ' '}${letter.toUpperCase()}`,
            ),
      id: foothold_id,
    })),
})

describe('gtagTag', () => {
  async function told(type: string, properties: object, more = {}) {
    page.gtag = gtag
    await gtagTag({ types: ['*'] }).send(batch([activity(type, 1, { properties: properties as any, ...more })]))
    return commands.splice(0)
  }
  const mug = { product_id: 'p1', name: 'Mug', price: 12.5, brand: 'Pier', category: 'Kitchen', variant: 'blue' }
  const item = {
    item_id: 'p1',
    item_name: 'Mug',
    price: 12.5,
    item_brand: 'Pier',
    item_category: 'Kitchen',
    item_variant: 'blue',
  }

  test('tells a product as an item, and what it is worth', async () => {
    expect(await told('Product Added', { ...mug, quantity: 2, currency: 'EUR' })).toEqual([
      ['event', 'add_to_cart', { foothold_id: 'id-1', currency: 'EUR', value: 25, items: [{ ...item, quantity: 2 }] }],
    ])
  })

  test('tells properties that are called as members of all objects', async () => {
    const [[, , parameters]] = (await told('Thing Done', { constructor: 'Pier', valueOf: 3 })) as [
      [string, string, object],
    ]
    expect(parameters).toEqual({ foothold_id: 'id-1', constructor: 'Pier', valueOf: 3 })
  })

  test('tells an order as a purchase', async () => {
    const order = {
      order_id: 'o1',
      total: 27.5,
      tax: 4,
      shipping: 2.5,
      coupon: 'BACK10',
      currency: 'EUR',
      products: [mug],
    }
    expect(await told('Order Completed', order)).toEqual([
      [
        'event',
        'purchase',
        {
          foothold_id: 'id-1',
          transaction_id: 'o1',
          value: 27.5,
          tax: 4,
          shipping: 2.5,
          coupon: 'BACK10',
          currency: 'EUR',
          items: [item],
        },
      ],
    ])
  })

  test.each([
    ['Product Viewed', mug, 'view_item'],
    ['Product Removed', mug, 'remove_from_cart'],
    ['Cart Viewed', { products: [mug] }, 'view_cart'],
    ['Checkout Started', { products: [mug], value: 12.5 }, 'begin_checkout'],
    ['Products Searched', { query: 'mug' }, 'search'],
    ['Page Viewed', { path: '/', title: 'Home' }, 'page_view'],
    ['Flow Completed', { flow: 'welcome' }, 'flow_completed'],
    ['Session Start', {}, 'foothold_session_start'],
    ['ga Imported', {}, 'foothold_ga_imported'],
    ['3 Clicks', {}, 'clicks'],
    ['Größe', {}, 'gr_e'],
    ['日本', {}, 'foothold_'],
    ['A Very Long Name Of Something That Happened Somewhere', {}, 'a_very_long_name_of_something_that_happe'],
  ])('calls %s with %j %s', async (type, properties, name) => {
    const [command] = await told(type, properties)
    expect(command![1]).toBe(name)
    expect(command![1]).toMatch(/^[a-zA-Z]\w{0,39}$/)
  })

  test('keeps within 25 parameters, names of 40 and texts of 100 characters, all on one level', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${'n'.repeat(50 - i)}`, 'v'.repeat(300)]))
    const [[, , parameters]] = (await told('Report Exported', {
      page: { size: { width: 3 } },
      tags: ['a', 'b'],
      ...many,
    })) as any
    expect(parameters).toMatchObject({ foothold_id: 'id-1', page_size_width: 3, tags: 'a,b' })
    expect(Object.keys(parameters).length).toBeLessThanOrEqual(25)
    for (const [name, value] of Object.entries(parameters)) {
      expect(name).toMatch(/^[a-zA-Z]\w{0,39}$/)
      expect(String(value).length).toBeLessThanOrEqual(100)
    }
    const [[, , full]] = (await told('Order Completed', { products: [mug], ...many })) as any
    expect(Object.keys(full).length).toBeLessThanOrEqual(25)
  })

  test('says who the visitor is, but nothing that tells the person', async () => {
    const traits = { plan: 'pro', email: 'a@b.example', firstName: 'Ann', name: 'Ann', company: { size: 3 } }
    expect(await told('Visitor Identified', {}, { visitor: { anonymousId: 'a1', id: 'u1', traits } })).toEqual([
      ['set', { user_id: 'u1' }],
      ['set', 'user_properties', { plan: 'pro', company_size: 3 }],
    ])
  })

  test('puts commands into the dataLayer where there is no gtag, 100 at most while nobody reads it', async () => {
    const tag = gtagTag()
    const send = async (count: number) =>
      tag.send(batch(Array.from({ length: count }, (_, seq) => activity('Flow Started', seq))))
    await send(99)
    expect(Object.prototype.toString.call(page.dataLayer[0])).toBe('[object Arguments]')
    await send(1)
    await expect(send(1)).rejects.toMatchObject({ code: 'destination-failed' })
    expect(page.dataLayer).toHaveLength(100)
    // Tag Manager comes: it puts a `push` of its own into the array.
    page.dataLayer.push = (...entries: unknown[]) => Array.prototype.push.apply(page.dataLayer, entries)
    await send(100)
    expect(page.dataLayer).toHaveLength(200)
  })
})
