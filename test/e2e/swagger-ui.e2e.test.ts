/**
 * A page that none of us wrote: Swagger UI as it is published, with the embed lines in its head and a guide.
 * It is a React app that draws late, knows nothing of us, and has no anchors.
 */
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Guide } from '../../src/core/guide.ts'
import { browserPath, launchFlags } from '../browser.mjs'

const embed =
  '<script>window.foothold=window.foothold||[]</script>' +
  '<script type="module" src="/foothold.js" data-guide="/guide.json" data-webhook="/collect"></script>'

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
  ],
}

const distance = 40
let server: Server
let url: string
let received: { event?: string; properties: { [name: string]: unknown } }[] = []
let browser: Browser
let context: BrowserContext
let page: Page
let wrong: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    answer(request.url ?? '/', request)
      .then(([type, body]) => response.writeHead(200, { 'content-type': type }).end(body))
      .catch(() => response.writeHead(404).end())
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await chromium.launch({ executablePath: await browserPath(), args: launchFlags })
})
afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
})
beforeEach(async () => {
  received = []
  wrong = []
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
  context.setDefaultTimeout(10_000)
  context.on('weberror', (error) => wrong.push(String(error.error())))
  context.on('console', (message) => {
    if (/error|warning/.test(message.type())) wrong.push(`${message.text()} (${message.location().url})`)
  })
  page = await context.newPage()
})
afterEach(async () => {
  await context.close()
  expect(wrong).toEqual([])
})

test('a visitor is led through elements that appear late, past a reload, to a first request', async () => {
  await page.goto(url)
  await beside('One page, the whole API', '.info .title')
  await viewed('title')
  await click('Next')

  await beside('Operations come in groups', '#operations-tag-pet')
  await viewed('section')
  await page.reload()
  await beside('Operations come in groups', '#operations-tag-pet')
  await click('Next')

  // The tour waits for a button that is there only once the visitor has opened the operation.
  await page.waitForTimeout(500)
  await expect.poll(() => surface().count()).toBe(0)
  await page.locator('#operations-pet-getPetById .opblock-summary-control').click()
  await beside('Now send one yourself', '.try-out__btn')
  await viewed('try')
  await click('Done')
  await expect.poll(() => surface().count()).toBe(0)
  await expect.poll(() => told()).toContain('Flow Completed')

  expect(told()).toEqual([
    'Flow Started',
    'Step Viewed title',
    'Step Viewed section',
    'Step Viewed try',
    'Flow Completed',
  ])
  await page.reload()
  await page.locator('#operations-tag-pet').waitFor()
  await page.waitForTimeout(1000)
  expect(await surface().count()).toBe(0)
})

test('the page works on under the tour: the highlighted button does what it does', async () => {
  await page.goto(url)
  await beside('One page, the whole API', '.info .title')
  await click('Next')
  await beside('Operations come in groups', '#operations-tag-pet')
  await click('Next')
  await page.locator('#operations-pet-getPetById .opblock-summary-control').click()
  await beside('Now send one yourself', '.try-out__btn')
  await page.locator('.try-out__btn').click()
  await page.getByPlaceholder('petId').fill('7')
  await page.getByRole('button', { name: 'Execute' }).click()
  await page.locator('.live-responses-table').getByText('"Rex"').waitFor()
  // The button is another one now, "Cancel", and the tour stands beside it.
  await beside('Now send one yourself', '.try-out__btn')
})

test('every element of the page lies where it lies without the tour', async () => {
  await page.goto(`${url}/?plain`)
  await page.locator('#operations-tag-pet').waitFor()
  const without = await places()
  await page.goto(url)
  await beside('One page, the whole API', '.info .title')
  expect(await places()).toEqual(without)
  await click('Next')
  await beside('Operations come in groups', '#operations-tag-pet')
  expect(await places()).toEqual(without)
})

function surface() {
  return page.locator('foothold-host').getByRole('dialog')
}

async function click(name: string) {
  await surface().getByRole('button', { name, exact: true }).click()
}

/** Waits until the surface with these words stands beside an element without covering it. */
async function beside(words: string, selector: string) {
  await surface().filter({ hasText: words }).waitFor()
  await page.locator(selector).waitFor()
  const gap = async () => {
    const [a, b] = await Promise.all([surface().boundingBox(), page.locator(selector).boundingBox()])
    if (!a || !b) return Number.NaN
    const apart = (start: number, size: number, otherStart: number, otherSize: number) =>
      Math.max(start - (otherStart + otherSize), otherStart - (start + size))
    return Math.max(apart(a.x, a.width, b.x, b.width), apart(a.y, a.height, b.y, b.height))
  }
  await expect.poll(async () => Math.abs((await gap()) - distance / 2)).toBeLessThanOrEqual(distance / 2)
}

/** Waits until it has arrived that the visitor saw a step. */
async function viewed(step: string) {
  await expect.poll(() => told(), { timeout: 8000 }).toContain(`Step Viewed ${step}`)
}

/** What arrived about the flow, in order. A step that is seen again after the reload is told again: it counts once. */
function told() {
  const all = received.flatMap(({ event, properties }) => {
    if (!/^(Flow|Step) /.test(event ?? '')) return []
    return event === 'Step Viewed' ? `${event} ${properties.step}` : (event ?? [])
  })
  return all.filter((each, at) => each !== all[at - 1])
}

/** The place in the document of everything that Swagger UI drew, and the size of the document. */
function places() {
  return page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement
    const all = [...document.querySelectorAll('#swagger-ui *')].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect()
      return `${element.localName} ${Math.round(x + scrollX)} ${Math.round(y + scrollY)} ${width} ${height}`
    })
    return { scrollWidth, scrollHeight, all }
  })
}

const published = join(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'), '..')
const dist = fileURLToPath(new URL('../../dist', import.meta.url))
const types: { [extension: string]: string } = { '.js': 'text/javascript', '.css': 'text/css', '.png': 'image/png' }

async function answer(address: string, body: AsyncIterable<Buffer>): Promise<[type: string, body: string | Buffer]> {
  const { pathname, search } = new URL(address, 'http://here')
  if (pathname === '/') {
    const html = await readFile(join(published, 'index.html'), 'utf8')
    return ['text/html', search === '?plain' ? html : html.replace('</head>', `${embed}</head>`)]
  }
  if (pathname === '/swagger-initializer.js') {
    const script = await readFile(join(published, 'swagger-initializer.js'), 'utf8')
    return ['text/javascript', script.replace(/url: "[^"]*"/, 'url: "/openapi.json"')]
  }
  if (pathname === '/openapi.json') {
    await new Promise((done) => setTimeout(done, 800))
    return ['application/json', JSON.stringify(openApi)]
  }
  if (pathname === '/guide.json') return ['application/json', JSON.stringify(guide)]
  if (pathname === '/v1/pet/7') return ['application/json', JSON.stringify({ id: 7, name: 'Rex' })]
  if (pathname === '/collect') {
    let text = ''
    for await (const chunk of body) text += chunk
    received.push(...JSON.parse(text).batch)
    return ['application/json', '{}']
  }
  const folder = pathname === '/foothold.js' || pathname.startsWith('/chunks/') ? dist : published
  return [types[extname(pathname)] ?? 'application/octet-stream', await readFile(join(folder, pathname))]
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
