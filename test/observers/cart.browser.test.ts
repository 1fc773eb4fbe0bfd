import { afterEach, describe, expect, test } from 'vitest'
import { cart } from '../../src/observers/cart.ts'
import { observerContract, type Watched, watch } from '../../src/testing/observer-contract.ts'

const basket = `
  <section data-foothold-cart data-foothold-cart_id="c1" data-foothold-value="37.5" data-foothold-currency="EUR">
    <p data-foothold-product="p1" data-foothold-price="12.50" data-foothold-quantity="3">Mug
      <button id="remove" data-foothold-remove>Remove</button></p>
    <a id="checkout" data-foothold-checkout>Checkout</a>
  </section>`
const contents = {
  cart_id: 'c1',
  value: 37.5,
  currency: 'EUR',
  products: [{ product_id: 'p1', price: 12.5, quantity: 3 }],
}

afterEach(() => {
  document.body.innerHTML = ''
})

describe('cart, as every observer,', () => {
  const cases = observerContract({
    create: cart,
    markup: basket,
    provoke(clock) {
      clock.advance(50)
      document.getElementById('remove')!.click()
      document.getElementById('checkout')!.click()
    },
    reports: ['Cart Viewed', 'Product Removed', 'Checkout Started'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('cart', () => {
  let page: Watched
  let home: string
  afterEach(() => {
    page.stop()
    history.replaceState(null, '', home)
  })

  function start(html: string) {
    home = location.href
    document.body.innerHTML = html
    page = watch(cart())
    page.clock.advance(50)
  }
  const click = (id: string) => document.getElementById(id)!.click()

  test('reports the cart with its products when it is seen, as something nobody did', () => {
    start(basket)
    expect(page.reports).toEqual([{ type: 'Cart Viewed', properties: contents, interaction: false }])
    page.clock.advance(10_000)
    expect(page.types()).toEqual(['Cart Viewed'])
  })

  test('waits a little for the products, and reports an empty cart when none come', () => {
    start('<section data-foothold-cart>Loading</section>')
    page.clock.advance(500)
    expect(page.types()).toEqual([])
    page.clock.advance(2500)
    expect(page.of('Cart Viewed')).toEqual([{}])
    page.stop()
    start('<section data-foothold-cart>Loading</section>')
    document.querySelector('section')!.innerHTML = '<i data-foothold-product="p1"></i>'
    page.clock.advance(500)
    expect(page.of('Cart Viewed')).toEqual([{ products: [{ product_id: 'p1' }] }])
  })

  test('says nothing of a cart that is not shown', () => {
    start(`<div hidden>${basket}</div>`)
    page.clock.advance(10_000)
    expect(page.types()).toEqual([])
  })

  test('reports it again when it is drawn again, not when it only stays', () => {
    start(basket)
    const go = (path: string) => {
      history.pushState(null, '', path)
      page.clock.advance(10_000)
    }
    go('/elsewhere')
    expect(page.types()).toEqual(['Cart Viewed'])
    document.body.innerHTML = ''
    go('/shop')
    document.body.innerHTML = basket
    go('/cart')
    expect(page.types()).toEqual(['Cart Viewed', 'Cart Viewed'])
  })

  test.each([
    [
      'its own attributes',
      '<button id="it" data-foothold-add="p1" data-foothold-price="9" data-foothold-quantity="2">Add</button>',
      { product_id: 'p1', price: 9, quantity: 2 },
    ],
    [
      'the product around it',
      '<div data-foothold-product="p1" data-foothold-name="Mug"><button id="it" data-foothold-add>Add</button></div>',
      { product_id: 'p1', name: 'Mug' },
    ],
    [
      'the same product elsewhere',
      '<i data-foothold-product="p1" data-foothold-name="Mug"></i><button id="it" data-foothold-add="p1">Add</button>',
      { product_id: 'p1', name: 'Mug' },
    ],
    [
      'JSON-LD',
      '<script type="application/ld+json">{"@type":"Product","sku":"p1","offers":{"price":9}}</script><button id="it" data-foothold-add="p1">Add</button>',
      { product_id: 'p1', price: 9 },
    ],
    [
      'not from another product',
      '<div data-foothold-product="p2" data-foothold-name="Cup"><button id="it" data-foothold-add="p1">Add</button></div>',
      { product_id: 'p1' },
    ],
    [
      'itself above all',
      '<div data-foothold-product="p1" data-foothold-price="9"><button id="it" data-foothold-add data-foothold-price="7">Add</button></div>',
      { product_id: 'p1', price: 7 },
    ],
  ])('reports what is added, with the properties of %s', (_, html, properties) => {
    start(html)
    click('it')
    expect(JSON.parse(JSON.stringify(page.reports))).toEqual([{ type: 'Product Added', properties }])
  })

  test('reports what is removed', () => {
    start(basket)
    click('remove')
    expect(page.of('Product Removed')).toEqual([{ product_id: 'p1', price: 12.5, quantity: 3 }])
  })

  test('says nothing of an addition without a product', () => {
    start('<button id="it" data-foothold-add>Add</button>')
    click('it')
    expect(page.reports).toEqual([])
  })

  test('reports the start of the checkout by the click on its button', () => {
    start(basket)
    click('checkout')
    expect(page.of('Checkout Started')).toEqual([contents])
  })

  test('reports the start of the checkout by the presence of its form, not by clicks in it', () => {
    start('<form data-foothold-checkout data-foothold-value="37.5"><i id="it" data-foothold-product="p1"></i></form>')
    click('it')
    expect(page.reports).toEqual([
      { type: 'Checkout Started', properties: { value: 37.5, products: [{ product_id: 'p1' }] }, interaction: false },
    ])
  })

  test('says nothing of clicks elsewhere', () => {
    start('<button id="it">x</button>')
    click('it')
    expect(page.reports).toEqual([])
  })
})
