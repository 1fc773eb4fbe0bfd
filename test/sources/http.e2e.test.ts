import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { browserPath, launchFlags } from '../browser.mjs'

const dist = fileURLToPath(new URL('../../dist', import.meta.url))
const guide = {
  format: 1,
  flows: [
    {
      id: 'help',
      version: 1,
      trigger: 'Help Opened',
      frequency: { times: 99 },
      steps: [{ id: 'hello', type: 'message', props: { title: 'Need a hand?' } }],
    },
  ],
}
const html = `<!doctype html><title>App</title><script>window.foothold=window.foothold||[]</script>
<script type="module" src="/foothold.js" data-guide="/guide.json"></script>`

let browser: Browser
let server: Server
let context: BrowserContext
let page: Page
/** How the guide is answered, and what was asked. */
let answer: RequestListener
let asked: { etag: string | undefined; status: number }[]

const good: RequestListener = (request, response) => {
  const etag = '"v1"'
  const known = request.headers['if-none-match'] === etag
  response.writeHead(known ? 304 : 200, { 'content-type': 'application/json', etag, 'cache-control': 'max-age=3600' })
  response.end(known ? undefined : JSON.stringify(guide))
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { url = '' } = request
    if (url === '/') return void response.writeHead(200, { 'content-type': 'text/html' }).end(html)
    if (url === '/guide.json') {
      response.on('close', () => asked.push({ etag: request.headers['if-none-match'], status: response.statusCode }))
      return answer(request, response)
    }
    const code = await readFile(join(dist, url)).catch(() => undefined)
    response.writeHead(code ? 200 : 404, { 'content-type': 'text/javascript' }).end(code)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  browser = await chromium.launch({ executablePath: await browserPath(), args: launchFlags })
})
afterAll(async () => {
  await browser.close()
  server.closeAllConnections()
  server.close()
})
beforeEach(async () => {
  answer = good
  asked = []
  context = await browser.newContext()
  page = await context.newPage()
})
afterEach(() => context.close())

async function open() {
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await page.waitForFunction('window.foothold?.ready?.then(() => true)')
}

async function isHelped() {
  await page.evaluate(() => window.foothold.track('Help Opened'))
  const surface = page
    .locator('foothold-host :not([inert]) > [part~="surface"]:visible')
    .filter({ hasText: 'Need a hand?' })
  await surface.waitFor({ timeout: 5000 })
  await surface.getByRole('button', { name: 'Done' }).click()
  await surface.waitFor({ state: 'detached' })
}

test('a guide that did not change is asked for, and not sent again, however long it may be kept', async () => {
  await open()
  await isHelped()
  await open()
  await isHelped()
  await expect
    .poll(() => asked)
    .toEqual([
      { etag: undefined, status: 200 },
      { etag: '"v1"', status: 304 },
    ])
})

test('whatever the server answers, the last good guide goes on', async () => {
  await open()
  await isHelped()
  const text =
    (status: number, body: string, more: Record<string, string> = {}): RequestListener =>
    (_, response) =>
      void response.writeHead(status, { 'content-type': 'application/json', ...more }).end(body)
  const faults: Record<string, RequestListener> = {
    'a failure': text(500, 'oops'),
    'a limit': text(429, '{}', { 'retry-after': '60' }),
    'a page to sign in': text(200, '<!doctype html><title>Welcome to our Wi-Fi</title>', {
      'content-type': 'text/html',
    }),
    'half of it': text(200, JSON.stringify(guide).slice(0, 40)),
    'less than was promised': text(200, '{"format":1', { 'content-length': '400' }),
    'too deep': text(200, `{"format":1,"flows":${'['.repeat(10_000)}${']'.repeat(10_000)}}`),
    'too much': text(200, `{"format":1,"flows":[],"rest":"${'x'.repeat(10 << 20)}"}`),
    'a newer format': text(200, '{"format":2,"flows":[]}'),
    'no answer': () => {},
    'a cut line': (_, response) => void response.destroy(),
  }
  for (const [what, fault] of Object.entries(faults)) {
    answer = fault
    await open()
    await isHelped().catch(() => expect.unreachable(`after ${what}`))
  }
})
