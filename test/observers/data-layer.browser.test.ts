import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dataLayer } from '../../src/observers/data-layer.ts'
import { observerContract, type Watched, watch } from '../../src/testing/observer-contract.ts'

const page = window as unknown as { dataLayer?: any[] }

/** As Google's snippet has it: what is pushed is the `arguments` object. */
function gtag(..._given: unknown[]) {
  // biome-ignore lint/complexity/noArguments: that is what gtag pushes
  page.dataLayer!.push(arguments)
}

const items = [
  { item_id: 'p1', item_name: 'Mug', price: '12.50', quantity: 2, item_category: 'Cups', item_brand: 'Pier', index: 0 },
  { item_id: 7, item_name: 'Cup', price: 9, item_note: 'for Ann' },
]
const mug = {
  product_id: 'p1',
  name: 'Mug',
  price: 12.5,
  currency: 'EUR',
  quantity: 2,
  category: 'Cups',
  brand: 'Pier',
  position: 0,
}
const cup = { product_id: '7', name: 'Cup', price: 9, currency: 'EUR' }

beforeEach(() => {
  delete page.dataLayer
})
afterEach(() => {
  delete page.dataLayer
  document.body.innerHTML = ''
})

describe('dataLayer, as every observer,', () => {
  const cases = observerContract({
    create: dataLayer,
    provoke() {
      page.dataLayer ??= []
      page.dataLayer.push({ event: 'generate_lead' })
    },
    reports: ['generate_lead'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('dataLayer', () => {
  let watched: Watched
  afterEach(() => watched?.stop())
  const start = (observer = dataLayer()) => {
    watched = watch(observer)
    return watched
  }

  test('reports what Tag Manager is told, with the names of GA4 e-commerce as those of Segment', () => {
    start()
    const ecommerce = { currency: 'EUR', value: '34', items }
    for (const event of ['view_item', 'add_to_cart', 'remove_from_cart'])
      page.dataLayer!.push({ ecommerce: null }, { event, ecommerce: { ...ecommerce, items: items.slice(0, 1) } })
    page.dataLayer!.push({ event: 'view_cart', ecommerce })
    page.dataLayer!.push({ event: 'begin_checkout', ecommerce: { ...ecommerce, coupon: 'TEN' } })
    page.dataLayer!.push({
      event: 'purchase',
      ecommerce: { ...ecommerce, transaction_id: 'T1', tax: 2, shipping: 5 },
      user_data: { email: 'ann@example.com' },
    })
    const products = [mug, cup]
    expect(watched.reports.map(({ type, properties }) => [type, JSON.parse(JSON.stringify(properties))])).toEqual([
      ['Product Viewed', mug],
      ['Product Added', mug],
      ['Product Removed', mug],
      ['Cart Viewed', { currency: 'EUR', value: 34, products }],
      ['Checkout Started', { coupon: 'TEN', currency: 'EUR', value: 34, products }],
      ['Order Completed', { order_id: 'T1', currency: 'EUR', tax: 2, shipping: 5, total: 34, products }],
    ])
    expect(watched.reports.every(({ interaction }) => interaction === false)).toBe(true)
  })

  test('reports each product that is added at once', () => {
    start()
    page.dataLayer!.push({ event: 'add_to_cart', ecommerce: { currency: 'EUR', items } })
    expect(watched.of('Product Added').map((properties) => properties?.product_id)).toEqual(['p1', '7'])
  })

  test('hears gtag(), and what is no e-commerce under its own name, without persons', () => {
    start()
    gtag('js', new Date())
    gtag('config', 'G-1', { user_id: 'u' })
    gtag('event', 'purchase', { transaction_id: 'T2', value: 3, currency: 'EUR', items: [] })
    gtag('event', 'Plan Chosen', { plan: 'pro', email: 'ann@example.com' })
    expect(watched.reports.map(({ type, properties }) => [type, JSON.parse(JSON.stringify(properties))])).toEqual([
      ['Order Completed', { order_id: 'T2', total: 3, currency: 'EUR' }],
      ['Plan Chosen', { plan: 'pro' }],
    ])
  })

  test("leaves out Tag Manager's own, and pages, which pageViews() reports", () => {
    start()
    page.dataLayer!.push({ event: 'gtm.js', 'gtm.start': 1 }, { event: 'gtm.click' }, { event: 'page_view' })
    gtag('event', 'page_view')
    page.dataLayer!.push({ event: 'Plan Chosen', 'gtm.uniqueEventId': 7, plan: 'pro' })
    expect(watched.reports.map(({ type, properties }) => [type, properties])).toEqual([
      ['Plan Chosen', { plan: 'pro' }],
    ])
  })

  test('reads what is there already, once', () => {
    page.dataLayer = [{ event: 'generate_lead' }, { event: 'gtm.js' }]
    start()
    page.dataLayer.push({ event: 'sign_up' })
    expect(watched.types()).toEqual(['generate_lead', 'sign_up'])
  })

  test('does not hear what Foothold itself sent there', () => {
    start()
    gtag('event', 'Step Finished', { foothold_id: 't-1' })
    page.dataLayer!.push({ event: 'purchase', foothold_id: 't-2', ecommerce: { value: 3 } })
    page.dataLayer!.push({ event: 'purchase', ecommerce: { value: 3, foothold_id: 't-3' } })
    expect(watched.reports).toEqual([])
  })

  test('leaves viewed products to the markup of the page where that states them', () => {
    document.body.innerHTML = '<div data-foothold-product="sku-1"></div>'
    start()
    const ecommerce = { items: items.slice(0, 1) }
    page.dataLayer!.push({ event: 'view_item', ecommerce }, { event: 'add_to_cart', ecommerce })
    expect(watched.types()).toEqual(['Product Added'])
  })

  test('takes only the properties that it is told to', () => {
    start(dataLayer({ only: ['plan'] }))
    page.dataLayer!.push({ event: 'Plan Chosen', plan: 'pro', note: 'x' })
    page.dataLayer!.push({ event: 'add_to_cart', ecommerce: { items: items.slice(0, 1) } })
    expect(watched.of('Plan Chosen')).toEqual([{ plan: 'pro' }])
    expect(watched.of('Product Added')).toMatchObject([{ product_id: 'p1' }])
  })

  test('is not disturbed by rubbish, and neither is the page', () => {
    start()
    const evil = {
      get event() {
        throw new Error('no')
      },
    }
    const odd = [null, undefined, 7, 'event', [], ['event'], () => {}, evil, { event: {} }, { event: '__proto__' }]
    for (const item of odd) page.dataLayer!.push(item)
    page.dataLayer!.push({ event: 'purchase', ecommerce: { items: 'none', value: {} } })
    gtag('event', 'add_to_cart', { items: [null, 7] })
    expect(page.dataLayer).toHaveLength(odd.length + 2)
    expect(watched.types()).toEqual(['__proto__', 'Order Completed', 'Product Added', 'Product Added'])
  })

  describe('beside Tag Manager, which wraps push itself,', () => {
    /** What gtm.js does: it calls the push that it found, and handles what was pushed. */
    function loadTagManager() {
      const handled: unknown[] = []
      const layer = page.dataLayer!
      const found = layer.push
      layer.push = (...given: unknown[]) => {
        const result = found.apply(layer, given)
        handled.push(...given)
        return result
      }
      return handled
    }

    test.each(['before', 'after'])('works when it is loaded %s', (when) => {
      page.dataLayer = []
      let handled = when === 'before' ? loadTagManager() : []
      start()
      if (when === 'after') handled = loadTagManager()
      expect(page.dataLayer.push({ event: 'sign_up' }, { event: 'login' })).toBe(2)
      expect(watched.types()).toEqual(['sign_up', 'login'])
      expect(handled).toHaveLength(2)
    })

    test('puts push back where it is still its own, and leaves the wrapping of others in place', () => {
      page.dataLayer = []
      start().stop()
      expect(Object.hasOwn(page.dataLayer, 'push')).toBe(false)
      loadTagManager()
      const theirs = page.dataLayer.push
      start().stop()
      expect(page.dataLayer.push).toBe(theirs)
      start()
      const handled = loadTagManager()
      watched.stop()
      page.dataLayer.push({ event: 'sign_up' })
      expect(handled).toHaveLength(1)
      expect(page.dataLayer).toHaveLength(1)
      expect(watched.reports).toEqual([])
    })
  })

  test('takes away the list that it made, if nothing came', () => {
    start().stop()
    expect(page.dataLayer).toBeUndefined()
  })
})
