import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { products } from '../../src/observers/products.ts'
import { observerContract, type Watched, watch } from '../../src/testing/observer-contract.ts'

const mug =
  '<h1 data-foothold-product="p1" data-foothold-name="Mug" data-foothold-price="12.50" data-foothold-currency="EUR">Mug</h1>'
const ld = (data: unknown) =>
  `<script type="application/ld+json">${typeof data === 'string' ? data : JSON.stringify(data)}</script>`

let home: string
beforeEach(() => {
  home = location.href
})
afterEach(() => {
  history.replaceState(null, '', home)
  document.body.innerHTML = ''
})

describe('products, as every observer,', () => {
  const cases = observerContract({
    create: products,
    markup: mug,
    provoke: (clock) => clock.advance(50),
    reports: ['Product Viewed'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('products', () => {
  let page: Watched
  afterEach(() => page.stop())

  function start(html: string) {
    document.body.innerHTML = html
    page = watch(products())
    page.clock.advance(50)
    return page.of('Product Viewed')
  }
  function go(path: string, html?: string) {
    history.pushState(null, '', path)
    if (html !== undefined) document.body.innerHTML = html
    page.clock.advance(50)
  }
  const ids = () => page.of('Product Viewed').map((properties) => properties?.product_id)

  test('reads a product from attributes, as something nobody did', () => {
    start(mug)
    expect(page.reports).toEqual([
      {
        type: 'Product Viewed',
        properties: { product_id: 'p1', name: 'Mug', price: 12.5, currency: 'EUR' },
        interaction: false,
      },
    ])
  })

  const full = {
    '@context': 'https://schema.org',
    '@type': 'Product',
    name: 'Mug',
    sku: 'p1',
    url: '/mug',
    category: 'Kitchen',
    image: ['/mug.png', '/mug2.png'],
    offers: { '@type': 'Offer', price: '12.50', priceCurrency: 'EUR' },
  }
  const read = {
    product_id: 'p1',
    name: 'Mug',
    url: '/mug',
    category: 'Kitchen',
    image_url: '/mug.png',
    price: 12.5,
    currency: 'EUR',
  }
  test.each([
    ['alone', full, read],
    ['in a list', [{ '@type': 'Organization' }, full], read],
    ['in a graph', { '@graph': [{ '@type': 'WebPage' }, full] }, read],
    ['with several types', { ...full, '@type': ['Product', 'Vehicle'] }, read],
    ['with a full type', { ...full, '@type': 'http://schema.org/Product' }, read],
    ['with an image object', { ...full, image: { '@type': 'ImageObject', url: '/mug.png' } }, read],
    ['with several offers', { ...full, offers: [full.offers, { price: 99 }] }, read],
    [
      'with a price range',
      { ...full, offers: { '@type': 'AggregateOffer', lowPrice: 12.5, highPrice: 20, priceCurrency: 'EUR' } },
      read,
    ],
    ['by productID', { ...full, sku: undefined, productID: 'p1' }, read],
    ['by @id', { ...full, sku: undefined, '@id': 'p1' }, read],
    ['by a numeric sku', { ...full, sku: 17 }, { ...read, product_id: '17' }],
    ['with a price that is none', { '@type': 'Product', sku: 'p1', offers: { price: 'ask us' } }, { product_id: 'p1' }],
    [
      'with things where text is expected',
      { '@type': 'Product', sku: 'p1', name: {}, url: [], category: null, image: {}, offers: 'no' },
      { product_id: 'p1' },
    ],
    ['by its name, where that is all', { '@type': 'Product', name: 'Mug' }, { product_id: 'Mug', name: 'Mug' }],
  ])('reads a product from JSON-LD: %s', (_, data, properties) => {
    expect(JSON.parse(JSON.stringify(start(ld(data))))).toEqual([properties])
  })

  test.each([
    ['another type', { '@type': 'ProductGroup', sku: 'p1' }],
    ['no id', { '@type': 'Product' }],
    ['broken JSON', '{"@type":"Product","sku":"p1"'],
    ['a list of a hundred', Array.from({ length: 100 }, (_, n) => ({ '@type': 'Product', sku: `p${n}` }))],
  ])('reads none from %s', (_, data) => {
    expect(start(ld(data))).toEqual([])
  })

  test('takes markup and JSON-LD of one product for one view, the markup over the JSON-LD', () => {
    expect(start(ld({ ...full, name: 'Cup' }) + mug)).toMatchObject([
      { product_id: 'p1', name: 'Mug', category: 'Kitchen' },
    ])
  })

  test('reports none that lie in a cart, and none of a long list', () => {
    expect(start(`<div data-foothold-cart>${mug}</div>`)).toEqual([])
    page.stop()
    expect(start(Array.from({ length: 11 }, (_, n) => `<i data-foothold-product="p${n}"></i>`).join(''))).toEqual([])
  })

  test('finds one that is rendered late, and comes to rest', () => {
    start('')
    document.body.innerHTML = mug
    page.clock.advance(500)
    expect(ids()).toEqual(['p1'])
    page.clock.advance(2500)
    expect(ids()).toEqual(['p1'])
    expect(page.clock.timers).toBe(0)
  })

  test('reports again on each page view of a single-page app', () => {
    start(mug)
    go('/p2', '<i data-foothold-product="p2"></i>')
    go('/p1', mug)
    expect(ids()).toEqual(['p1', 'p2', 'p1'])
  })

  test('reports again where only the query or the element’s attribute changes', () => {
    start('<i data-foothold-product="p1"></i>')
    const element = document.querySelector('i')!
    for (const id of ['p2', 'p1']) {
      element.setAttribute('data-foothold-product', id)
      go(`${location.pathname}?id=${id}`)
    }
    expect(ids()).toEqual(['p1', 'p2', 'p1'])
  })

  test.each([
    ['what the old page left in the document', '/elsewhere', undefined],
    ['what stays while the hash changes', '#reviews', undefined],
    ['what is rendered anew while the query changes', '?color=red', mug],
  ])('does not report again %s', (_, address, html) => {
    start(mug)
    go(address, html)
    expect(ids()).toEqual(['p1'])
  })

  test('reports again what comes back from the back/forward cache', () => {
    start(mug)
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    page.clock.advance(50)
    expect(ids()).toEqual(['p1', 'p1'])
  })
})
