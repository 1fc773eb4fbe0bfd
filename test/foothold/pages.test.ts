import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright'
import { build, type Rolldown } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { browserPath, launchFlags } from '../browser.mjs'

// Real pages and tabs over HTTP: what no two instances in one window can show. Only the stage is replaced.
let browser: Browser
let context: BrowserContext
let server: Server
let origin: string
/** What the webhook got. */
let taken: { id: string; type: string }[] = []
let refuse = false
/** The chunk of the webhook takes long, and does not come in the end. */
let stuck = false
/** How often the stage was asked for, while it is missing from the server. */
let missed: number | undefined
/** Addresses of what was asked for. */
let asked: string[] = []

const guide = {
  format: 1,
  flows: [
    {
      id: 'three',
      version: 1,
      trigger: { count: 'Button Clicked', is: { $gte: 3 } },
      steps: [{ id: 'hello', type: 'message' }],
    },
    { id: 'ask', version: 1, trigger: 'Never', pages: ['/nowhere'], steps: [{ id: 'why', type: 'survey' }] },
  ],
}

const stage = `export function createStage({ report, save }) {
  const element = document.createElement('p')
  let running = []
  const show = (text) => { document.body.append(element); element.textContent = text }
  return {
    play({ flow }) {
      running.push(flow)
      show('playing ' + flow)
      report({ type: 'Flow Started', properties: { flow }, interaction: false })
      save(flow, { step: 'hello' })
    },
    resume(progress) { running = Object.keys(progress); show('resumed ' + running) },
    activity() {}, end() {}, preview() {}, arm() {}, async fetch() {}, warm: () => false,
    playing: () => running,
    stop() { element.remove() },
  }
}`

beforeAll(async () => {
  const [bundle] = (await build({
    configFile: false,
    logLevel: 'silent',
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: 'stage-replaced',
        enforce: 'pre',
        resolveId: (source) => (source === '../stage.ts' ? { id: './stage.js', external: true } : undefined),
      },
    ],
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL('../../src/script.ts', import.meta.url)), formats: ['es'] },
    },
  })) as Rolldown.RolldownOutput[]
  const files: { [path: string]: [type: string, body: string] } = {
    ...Object.fromEntries(
      bundle!.output.map((file) => [`/${file.fileName}`, ['text/javascript', 'code' in file ? file.code : '']]),
    ),
    '/stage.js': ['text/javascript', stage],
    '/guide.json': ['application/json', JSON.stringify(guide)],
  }
  server = createServer(async (request, response) => {
    asked.push(request.url!)
    if (request.method === 'POST') {
      let body = ''
      for await (const chunk of request) body += chunk
      if (refuse) return void response.writeHead(503).end()
      for (const { messageId, type, event } of JSON.parse(body).batch)
        taken.push({ id: messageId, type: event ?? type })
      return void response.end()
    }
    if (stuck && request.url?.startsWith('/webhook')) return void setTimeout(() => response.destroy(), 2000)
    if (request.url === '/stage.js' && missed !== undefined) {
      missed++
      return void response.writeHead(404).end()
    }
    const plain = /^\/(plain|other)$/.test(request.url!)
    const [type, body] = files[request.url!] ?? [
      'text/html',
      `<!doctype html><title>${request.url}</title><p>${request.url}</p>
      <script>
        window.foothold = window.foothold || []
        addEventListener('pageshow', ({ persisted }) => { if (persisted) window.kept = true })
      </script>
      ${plain ? '' : '<script type="module" src="/foothold.js" data-guide="/guide.json" data-webhook="/hook"></script>'}`,
    ]
    response.writeHead(200, { 'content-type': type }).end(body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await chromium.launch({
    executablePath: await browserPath(),
    args: launchFlags,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
}, 60_000)

afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
})

beforeEach(async () => {
  taken = []
  refuse = false
  stuck = false
  missed = undefined
  asked = []
  context = await browser.newContext()
})
afterEach(() => context.close())

async function open(path: string, page?: Page): Promise<Page> {
  const opened = page ?? (await context.newPage())
  await opened.goto(origin + path)
  await expect.poll(() => counts(opened)).toHaveProperty('Page Viewed')
  return opened
}

function counts(page: Page): Promise<Record<string, number>> {
  return page.evaluate(() => (globalThis as any).foothold.profile.counts)
}

function click(page: Page): Promise<void> {
  return page.evaluate(() => (globalThis as any).foothold.track('Button Clicked'))
}

function shown(page: Page): Promise<string | undefined> {
  return page.evaluate(() => /(playing|resumed) \w+/.exec(document.body.textContent)?.[0])
}

function takenTypes(type: string): number {
  return taken.filter((each) => each.type === type).length
}

test('page after page is one visit, and each activity is delivered once, also those of the page that was left', async () => {
  const page = await open('/one')
  await click(page)
  await open('/two', page)
  await click(page)
  await open('/three', page)
  expect(await counts(page)).toEqual({ 'Session Started': 1, 'Page Viewed': 3, 'Page Left': 2, 'Button Clicked': 2 })
  await click(page)
  await expect.poll(() => shown(page)).toBe('playing three')
  await expect.poll(() => takenTypes('Flow Started')).toBe(1)
  expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length)
  expect(takenTypes('Button Clicked')).toBe(3)
}, 30_000)

test('a flow that is on screen is there again after a reload', async () => {
  const page = await open('/one')
  for (let i = 0; i < 3; i++) await click(page)
  await expect.poll(() => shown(page)).toBe('playing three')
  await open('/two', page)
  await expect.poll(() => shown(page)).toBe('resumed three')
}, 30_000)

test('what the server refused is sent by the next page, with the same ids, once', async () => {
  refuse = true
  const page = await open('/one')
  await click(page)
  const refused = await page.evaluate(() => (globalThis as any).foothold.profile.visitor.anonymousId)
  await new Promise((resolve) => setTimeout(resolve, 1200))
  refuse = false
  await open('/two', page)
  await expect.poll(() => takenTypes('Button Clicked'), { timeout: 5000 }).toBe(1)
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length)
  expect(await page.evaluate(() => (globalThis as any).foothold.profile.visitor.anonymousId)).toBe(refused)
}, 30_000)

test('what happened before the webhook was loaded is sent by the next page, once', async () => {
  stuck = true
  const page = await open('/one')
  await click(page)
  stuck = false
  await open('/two', page)
  await expect.poll(() => takenTypes('Button Clicked'), { timeout: 5000 }).toBe(1)
  expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length)
}, 30_000)

test('a page that comes back from the back/forward cache knows what happened in between', async ({ skip }) => {
  skip(!(await keepsPages()), 'this browser has no back/forward cache')
  const page = await open('/one')
  await click(page)
  await open('/two', page)
  await click(page)
  // Neither goBack() nor a waiting evaluate() returns for a page that comes out of the cache.
  await page.evaluate(() => void setTimeout(() => history.back()))
  await expect.poll(() => page.evaluate(() => (window as any).kept).catch(() => false)).toBe(true)
  await expect
    .poll(() => counts(page))
    .toEqual({ 'Session Started': 1, 'Page Viewed': 3, 'Page Left': 2, 'Button Clicked': 2 })
  await click(page)
  await expect.poll(() => shown(page)).toBe('playing three')
}, 30_000)

test('two tabs are one visitor: a flow plays in one of them, and goes where the visitor goes', async () => {
  const first = await open('/one')
  await click(first)
  const second = await open('/two')
  expect(await counts(second)).toMatchObject({ 'Page Viewed': 2, 'Button Clicked': 1 })
  await click(first)
  await click(second)
  await expect.poll(() => shown(second)).toBe('playing three')
  expect(await shown(first)).toBeUndefined()
  // A page without a window gets no focus of its own.
  const focus = (page: Page) => page.evaluate(() => void window.dispatchEvent(new Event('focus')))
  await focus(first)
  await expect.poll(() => shown(first)).toBe('resumed three')
  await expect.poll(() => shown(second)).toBeUndefined()
  await first.close()
  await focus(second)
  await expect.poll(() => shown(second)).toBe('resumed three')
  await expect.poll(() => takenTypes('Flow Started'), { timeout: 5000 }).toBe(1)
  expect(new Set(taken.map(({ id }) => id)).size).toBe(taken.length)
}, 30_000)

test('logging out in one tab logs out in the others', async () => {
  const first = await open('/one')
  const second = await open('/two')
  await first.evaluate(() => (globalThis as any).foothold.identify('u_1'))
  const visitor = (page: Page) => page.evaluate(() => (globalThis as any).foothold.profile.visitor)
  await expect.poll(() => visitor(second)).toHaveProperty('id', 'u_1')
  await second.evaluate(() => (globalThis as any).foothold.reset())
  await expect.poll(() => visitor(first)).not.toHaveProperty('id', 'u_1')
  expect((await visitor(first)).anonymousId).toBe((await visitor(second)).anonymousId)
}, 30_000)

test('what the steps of a flow are drawn with is fetched beside the stage, not after it', async () => {
  // It is not there to ask for more.
  missed = 0
  const page = await open('/one')
  expect(asked.filter((url) => /survey|offer|checklist/.test(url))).toEqual([])
  await page.evaluate(() => (globalThis as any).foothold.start('ask'))
  await expect
    .poll(() => asked.filter((url) => /survey|offer|checklist/.test(url)))
    .toEqual([expect.stringContaining('survey')])
}, 30_000)

test('a stage that is missing on the server is asked for twice, told of once, and nothing else suffers', async () => {
  missed = 0
  const page = await context.newPage()
  await page.addInitScript(() => {
    const errors: string[] = []
    Object.assign(globalThis, {
      errors,
      foothold: Object.assign([], { options: { onError: (error: { code: string }) => errors.push(error.code) } }),
    })
  })
  await open('/one', page)
  for (let i = 0; i < 3; i++) await click(page)
  await page.evaluate(() => (globalThis as any).foothold.start('three'))
  await expect.poll(() => page.evaluate(() => (globalThis as any).errors)).toEqual(['chunk-failed'])
  expect(missed).toBe((await asksAgain()) ? 2 : 1)
  await expect.poll(() => takenTypes('Button Clicked'), { timeout: 5000 }).toBe(3)
  expect(await page.evaluate(() => (globalThis as any).errors)).toEqual(['chunk-failed'])
}, 30_000)

/** Whether the browser has a back/forward cache: headless shells have none. */
async function keepsPages(): Promise<boolean> {
  const page = await context.newPage()
  await page.goto(`${origin}/plain`)
  await page.goto(`${origin}/other`)
  await page.evaluate(() => void setTimeout(() => history.back()))
  await expect
    .poll(() => page.evaluate(() => location.pathname + document.readyState).catch(() => ''))
    .toBe('/plaincomplete')
  return page.evaluate(() => (window as any).kept === true)
}

/** Whether the browser asks again for a module that it did not get: older ones remember the failure as long as the page lives. */
async function asksAgain(): Promise<boolean> {
  const page = await context.newPage()
  let times = 0
  await page.route('**/no-module.js', (route) => {
    times++
    return route.abort()
  })
  await page.goto(`${origin}/plain`)
  // As text, or the test runner would take it for an import of its own.
  for (let i = 0; i < 2; i++) await page.evaluate("import('/no-module.js').catch(() => {})")
  return times === 2
}
