/**
 * A page that none of us wrote: Swagger UI as it is published, with the embed lines in its head and a guide.
 * It is a React app that draws late, knows nothing of us, and has no anchors.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Guide } from '../../src/core/guide.ts'
import { type Answer, foreignHost, surveyAndBanner } from './foreign-host.ts'

const guide: Guide = {
  format: 1,
  flows: [
    {
      id: 'first-request',
      version: 1,
      name: 'Your first request',
      trigger: 'Page Viewed',
      steps: [
        {
          id: 'title',
          type: 'message',
          target: '.info .title',
          placement: 'bottom-start',
          wait: '20s',
          props: {
            title: 'One page, the whole API',
            text: 'Everything below is drawn from a description that programs can read too.',
          },
        },
        {
          id: 'section',
          type: 'message',
          target: '#operations-tag-pet',
          placement: 'top-start',
          wait: '20s',
          props: {
            title: 'Operations come in groups',
            text: 'This group is about pets. Go on, then open **GET /pet/{petId}**.',
          },
        },
        {
          id: 'try',
          type: 'message',
          target: '.try-out__btn',
          placement: 'left',
          wait: '30s',
          props: { title: 'Now send one yourself', text: 'The answer appears right below.' },
        },
      ],
    },
    ...surveyAndBanner('first-request'),
  ],
}

const published = join(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'), '..')
const host = foreignHost({ guide, answer, root: '#swagger-ui' })
const { beside, click, places, surface, told, viewed } = host

test('a visitor is led through elements that appear late, past a reload, to a first request', async () => {
  await host.page.goto(host.url)
  await beside('One page, the whole API', '.info .title')
  await viewed('title')
  await click('Next')

  await beside('Operations come in groups', '#operations-tag-pet')
  await viewed('section')
  await host.page.reload()
  await beside('Operations come in groups', '#operations-tag-pet')
  await click('Next')

  // The tour waits for a button that is there only once the visitor has opened the operation.
  await host.page.waitForTimeout(500)
  await expect.poll(() => surface().count()).toBe(0)
  await host.page.locator('#operations-pet-getPetById .opblock-summary-control').click()
  await beside('Now send one yourself', '.try-out__btn')
  await viewed('try')
  await click('Done')
  await expect.poll(() => told()).toContain('Flow Completed')

  expect(told().slice(0, 5)).toEqual([
    'Flow Started',
    'Step Viewed title',
    'Step Viewed section',
    'Step Viewed try',
    'Flow Completed',
  ])
  await host.answersAndReads()
  await host.page.reload()
  await host.page.locator('#operations-tag-pet').waitFor()
  await host.page.waitForTimeout(1000)
  expect(await surface().count()).toBe(0)
})

test('the page works on under the tour: the highlighted button does what it does', async () => {
  await host.page.goto(host.url)
  await beside('One page, the whole API', '.info .title')
  await click('Next')
  await beside('Operations come in groups', '#operations-tag-pet')
  await click('Next')
  await host.page.locator('#operations-pet-getPetById .opblock-summary-control').click()
  await beside('Now send one yourself', '.try-out__btn')
  await host.page.locator('.try-out__btn').click()
  await host.page.getByPlaceholder('petId').fill('7')
  await host.page.getByRole('button', { name: 'Execute' }).click()
  await host.page.locator('.live-responses-table').getByText('"Rex"').waitFor()
  // The button is another one now, "Cancel", and the tour stands beside it.
  await beside('Now send one yourself', '.try-out__btn')
})

test('every element of the page lies where it lies without the tour', async () => {
  await host.page.goto(`${host.url}/?plain`)
  await host.page.locator('#operations-tag-pet').waitFor()
  const without = await places()
  await host.page.goto(host.url)
  await beside('One page, the whole API', '.info .title')
  expect(await places()).toEqual(without)
  await click('Next')
  await beside('Operations come in groups', '#operations-tag-pet')
  expect(await places()).toEqual(without)
})

async function answer(path: string): Promise<Answer | string> {
  if (path === '/') return ['text/html', await readFile(join(published, 'index.html'), 'utf8')]
  if (path === '/swagger-initializer.js') {
    const script = await readFile(join(published, 'swagger-initializer.js'), 'utf8')
    return ['text/javascript', script.replace(/url: "[^"]*"/, 'url: "/openapi.json"')]
  }
  if (path === '/openapi.json') {
    await new Promise((done) => setTimeout(done, 800))
    return ['application/json', JSON.stringify(openApi)]
  }
  if (path === '/v1/pet/7') return ['application/json', JSON.stringify({ id: 7, name: 'Rex' })]
  return join(published, path)
}

const operation = (operationId: string, tag: string, summary: string, parameter?: string) => ({
  operationId,
  tags: [tag],
  summary,
  ...(parameter && { parameters: [{ name: parameter, in: 'path', required: true, schema: { type: 'integer' } }] }),
  responses: { 200: { description: 'Done' }, 404: { description: 'Not found' } },
})

const openApi = {
  openapi: '3.0.3',
  info: {
    title: 'The corner pet shop',
    version: '1.0.0',
    description: 'A small shop with a small API: pets, orders, and the people who look after both.',
  },
  servers: [{ url: '/v1' }],
  tags: [
    { name: 'pet', description: 'Everything about the animals' },
    { name: 'order', description: 'What was sold, and to whom' },
    { name: 'keeper', description: 'Who feeds them' },
  ],
  paths: {
    '/pet': { post: operation('addPet', 'pet', 'Take in an animal'), get: operation('findPets', 'pet', 'All of them') },
    '/pet/{petId}': {
      get: operation('getPetById', 'pet', 'One animal', 'petId'),
      delete: operation('removePet', 'pet', 'It found a home', 'petId'),
    },
    '/order': { post: operation('placeOrder', 'order', 'Sell something') },
    '/order/{orderId}': { get: operation('getOrder', 'order', 'One order', 'orderId') },
    '/keeper': { get: operation('findKeepers', 'keeper', 'Who is on duty') },
    '/keeper/{keeperId}': { get: operation('getKeeper', 'keeper', 'One keeper', 'keeperId') },
  },
}
