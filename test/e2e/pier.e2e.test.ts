import { expect, test } from 'vitest'
import { day, hour, minute, newVisitors } from './visitor.ts'

const visitor = newVisitors()
const { open, forward, surface, arrived, received, settled } = visitor

async function look(product: string, times = 1) {
  for (let time = 0; time < times; time++) {
    const before = received('Product Viewed', { product_id: product }).length
    await open(`/pier/products/${product}`)
    await expect
      .poll(() => received('Product Viewed', { product_id: product }).length, { timeout: 10_000 })
      .toBe(before + 1)
  }
}

async function addToCart(product: string) {
  await open(`/pier/products/${product}`)
  await visitor.page.getByRole('button', { name: 'Add to cart' }).click()
  await visitor.page.getByText('It is in your cart.').waitFor()
}

async function order() {
  const { page } = visitor
  await open('/pier/cart')
  await page.getByRole('link', { name: 'Check out' }).click()
  await page.getByRole('button', { name: /Place order/ }).click()
  await page.getByRole('heading', { name: /Thank you/ }).waitFor()
  await arrived('Order Completed')
}

test('the fourth look at one product brings a discount for it', async () => {
  await look('p1', 3)
  await look('p2', 3)
  await settled()
  expect(received('Flow Started')).toEqual([])
  await look('p1')
  const banner = surface('Still thinking about the Breakwater blanket?')
  await banner.waitFor()
  expect(await banner.textContent()).toContain('€128.00')
  expect(await banner.textContent()).toContain('BACK10')
  expect(await banner.getByRole('listitem').locator('img').getAttribute('src')).toContain('/art/p1.svg')
  await banner.getByRole('button', { name: 'Copy' }).click()
  await banner.getByText('Copied').waitFor()
  expect(await visitor.page.evaluate(() => navigator.clipboard.readText())).toBe('BACK10')
  await arrived('Offer Shown', { flow: 'repeat-view-discount', code: 'BACK10' })
  await arrived('Offer Copied', { flow: 'repeat-view-discount', code: 'BACK10' })

  await visitor.page.getByRole('button', { name: 'Add to cart' }).click()
  await visitor.page.getByText('It is in your cart.').waitFor()
  await order()
  await arrived('Goal Reached', { flow: 'repeat-view-discount' })
})

test('“No, thanks” asks what is missing, and the answer decides what comes', async () => {
  await look('p5', 4)
  await surface('Still thinking about the Saltbox stool?').getByRole('button', { name: 'No, thanks' }).click()
  const why = surface('What is missing?')
  await why.getByLabel('Seeing it in real life').check()
  await why.getByRole('button', { name: 'Submit' }).click()
  await surface('See it at home').getByRole('button', { name: 'Good to know' }).click()
  await arrived('Step Answered', { flow: 'repeat-view-discount', step: 'why', answer: 'real' })
  await arrived('Flow Completed', { flow: 'repeat-view-discount' })
})

test('looks that are a week apart do not count together', async () => {
  await look('p1', 3)
  await forward(7 * day)
  await look('p1', 1)
  await settled()
  expect(received('Flow Started', { flow: 'repeat-view-discount' })).toEqual([])
})

test('a cart left for an hour is remembered, with what is in it', async () => {
  const { page } = visitor
  await addToCart('p3')
  await addToCart('p2')
  await forward(hour - minute)
  expect(await surface('We kept your cart').count()).toBe(0)
  await forward(minute)
  const card = surface('We kept your cart')
  await card.waitFor()
  const words = await card.textContent()
  for (const word of ['Tide mug', 'Gull lantern', '€86.00']) expect(words).toContain(word)
  await card.getByRole('button', { name: 'See the cart' }).click()
  await page.getByRole('heading', { name: 'Your cart' }).waitFor()
  await arrived('Flow Completed', { flow: 'abandoned-cart' })
  expect(await arrived('Cart Viewed')).toMatchObject({ products: [{ product_id: 'p3' }, { product_id: 'p2' }] })
})

test('who goes to the cart by another way is not reminded there', async () => {
  const { page } = visitor
  await addToCart('p3')
  await forward(hour)
  await surface('We kept your cart').waitFor()
  await page.getByRole('link', { name: 'See the cart' }).click()
  await page.getByRole('heading', { name: 'Your cart' }).waitFor()
  expect(await arrived('Flow Ended', { flow: 'abandoned-cart' })).toMatchObject({ reason: 'cancelled' })
  await expect.poll(() => surface('We kept your cart').count()).toBe(0)
})

test('an order in time needs no reminder, and neither does an empty cart', async () => {
  const { page } = visitor
  await addToCart('p3')
  await order()
  await open('/pier')
  await forward(2 * hour)
  await addToCart('p4')
  await open('/pier/cart')
  await page.getByRole('button', { name: 'Remove Deckhand tote' }).click()
  await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor()
  await open('/pier')
  await forward(2 * hour)
  await settled()
  expect(received('Flow Started', { flow: 'abandoned-cart' })).toEqual([])
})

test('the help page after a product asks what it is about, and answers with fetched content', async () => {
  const { page } = visitor
  await look('p5')
  await page.getByRole('link', { name: 'Help', exact: true }).click()
  const about = surface('Is it about what you just looked at?')
  await about.getByLabel('What it is made of').check()
  const fetched = page.waitForResponse('**/content/product-material?*')
  await about.getByRole('button', { name: 'Submit' }).click()
  expect(new URL((await fetched).url()).searchParams.get('flow')).toBe('product-help')
  await surface('It says so on the page').getByRole('button', { name: 'That helps' }).click()
  await surface('How was this answer?').getByLabel('4 of 5').check({ force: true })
  await surface('How was this answer?').getByRole('button', { name: 'Submit' }).click()
  await surface('Thank you').waitFor()
  await arrived('Help Solved')
  await arrived('Step Answered', { flow: 'product-help', step: 'rating', answer: 4 })
})

test('a survey that was half filled in survives a reload', async () => {
  const { page } = visitor
  await look('p5')
  await open('/pier/help')
  await surface('Is it about').getByLabel('When it would arrive').check()
  await page.reload()
  const about = surface('Is it about')
  await about.waitFor()
  expect(await about.getByLabel('When it would arrive').isChecked()).toBe(true)
})

test('help without a product is left alone', async () => {
  await open('/pier/help')
  await settled()
  expect(received('Flow Started')).toEqual([])
})

test('the day after an order the shop asks for a number; a low one is asked why', async () => {
  await addToCart('p7')
  await order()
  await forward(day)
  await open('/pier')
  const score = surface('How likely are you to tell a friend about Pier?')
  await score.getByLabel('6', { exact: true }).check({ force: true })
  await score.getByRole('button', { name: 'Submit' }).click()
  const better = surface('What should we do better?')
  await better.getByRole('textbox').fill('More blue')
  await better.getByRole('button', { name: 'Send' }).click()
  await surface('Thank you').getByRole('button', { name: 'Done' }).click()
  await arrived('Step Answered', { flow: 'nps', step: 'score', answer: 6 })
  await arrived('Step Answered', { flow: 'nps', step: 'better', answer: 'More blue' })
  await arrived('Flow Completed', { flow: 'nps' })
})

test('a high number is thanked at once', async () => {
  await addToCart('p7')
  await order()
  await forward(day)
  await open('/pier')
  const score = surface('How likely are you')
  await score.getByLabel('10', { exact: true }).check({ force: true })
  await score.getByRole('button', { name: 'Submit' }).click()
  await surface('Thank you').waitFor()
  expect(await surface('What should we do better?').count()).toBe(0)
})
