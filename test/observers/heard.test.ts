import { expect, test } from 'vitest'
import { heard } from '../../src/observers/heard.ts'

const kept = (properties: object, only?: string[]) => heard('Plan Chosen', properties, only)?.properties

test('what another tracker is told becomes a report that nobody did', () => {
  expect(heard('Plan Chosen', { plan: 'pro', price: 40, annual: true })).toEqual({
    type: 'Plan Chosen',
    properties: { plan: 'pro', price: 40, annual: true },
    interaction: false,
  })
})

test('what Foothold itself sent there is not heard again', () => {
  expect(heard('Step Finished', { foothold_id: 't-1' })).toBeUndefined()
})

test.each(['Page Viewed', 'Session Started', 'Visitor Active', 'Flow Completed', 'Step Viewed', 'Goal Reached'])(
  '%s is for Foothold to say',
  (type) => expect(heard(type, {})).toBeUndefined(),
)

test.each(['Session Booked', 'Page Created', 'Step Completed', 'Offer Made'])('%s is a name of the page', (type) =>
  expect(heard(type, {})).toMatchObject({ type }),
)

test.each([undefined, null, '', 7, {}, 'x'.repeat(101)])('%s is no name', (type) => {
  expect(heard(type, {})).toBeUndefined()
})

test.each([undefined, null, 7, 'text', []])('properties may be %s', (properties) => {
  expect(heard('Plan Chosen', properties)).toMatchObject({ properties: {} })
})

test('persons and secrets stay where they are', () => {
  const person = {
    email: 'a',
    userEmail: 'a',
    phone_number: '1',
    first_name: 'Ann',
    lastName: 'Lee',
    password: 'x',
    token: 'x',
    auth: 'x',
    authorization: 'x',
    cvc: '1',
    cardCvv: '1',
    homeTel: '1',
    'mobile-2': '1',
    card_last4: 4242,
    shipping_address: 'x',
    birthday: 'x',
    distinct_id: 'x',
  }
  expect(kept({ ...person, author: 'Ann', plan_name: 'pro' })).toEqual({ author: 'Ann', plan_name: 'pro' })
})

test('text that looks like a person goes, whatever it is called', () => {
  expect(
    kept({ a: 'ann@example.com', b: '4111 1111 1111 1111', c: 'x'.repeat(101), d: '2026-11-24', e: '4711' }),
  ).toEqual({
    d: '2026-11-24',
    e: '4711',
  })
})

test('addresses lose their query and hash', () => {
  expect(kept({ url: 'https://shop.example/p?token=x#y', path: '/reset?code=1', text: 'Why? #1' })).toEqual({
    url: 'https://shop.example/p',
    path: '/reset',
    text: 'Why? #1',
  })
})

test('lists, objects, functions and what is no number go', () => {
  expect(kept({ a: [1], b: { c: 1 }, d: () => 1, e: Number.NaN, f: null, g: undefined, h: 1 })).toEqual({ h: 1 })
})

test('of products stays what tells about a product', () => {
  const products = [{ product_id: 'p1', price: 3, gift_note: 'for Ann', name: 'Mug' }, null]
  expect(kept({ products })).toEqual({ products: [{ product_id: 'p1', price: 3, name: 'Mug' }, {}] })
})

test('`only` narrows it further, and opens nothing', () => {
  const given = { plan: 'pro', price: 40, email: 'ann', products: [{ product_id: 'p1' }] }
  expect(kept(given, ['plan', 'email'])).toEqual({ plan: 'pro' })
  expect(kept(given, ['products'])).toEqual({ products: [{ product_id: 'p1' }] })
})
