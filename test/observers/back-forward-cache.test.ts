import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright'
import { build, type Rolldown } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Report } from '../../src/core/activity.ts'
import { browserPath, launchFlags } from '../browser.mjs'

// Really away and really back: no synthetic `pageshow` shows whether a page may be kept at all.
let browser: Browser
let server: Server
let origin: string
const told: Report[] = []

beforeAll(async () => {
  const entry = fileURLToPath(new URL('../../src/observers/default-observers.ts', import.meta.url))
  const [bundle] = (await build({
    configFile: false,
    logLevel: 'silent',
    publicDir: false,
    build: { write: false, minify: false, lib: { entry, formats: ['es'] } },
  })) as Rolldown.RolldownOutput[]
  const script = bundle!.output[0].code
  server = createServer(async (request, response) => {
    const { url, method } = request
    if (method === 'POST') {
      let body = ''
      for await (const chunk of request) body += chunk
      told.push(JSON.parse(body))
      response.end()
    } else if (url === '/observers.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
    else
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>${url}</title><p>${url}</p>
        <script type="module">
          import { defaultObservers } from '/observers.js'
          const context = {
            now: Date.now,
            after(ms, run) { const timer = setTimeout(run, ms); return () => clearTimeout(timer) },
          }
          for (const observer of defaultObservers())
            observer.watch((report) => navigator.sendBeacon('/told', JSON.stringify(report)), context)
          addEventListener('pageshow', ({ persisted }) => {
            if (persisted) navigator.sendBeacon('/told', JSON.stringify({ type: 'Kept', page: { path: location.pathname } }))
          })
        </script>`)
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

test('a page with all observers is kept by the back/forward cache, and viewed again when it comes back', async () => {
  const page = await browser.newPage()
  const types = () => told.map(({ type, page }) => `${type} ${page?.path ?? ''}`)
  await page.goto(`${origin}/first`)
  await expect.poll(types, { timeout: 5000 }).toContain('Page Viewed /first')
  await page.goto(`${origin}/second`)
  await expect.poll(types, { timeout: 5000 }).toContain('Page Viewed /second')
  // Neither goBack() nor evaluate() returns for a page that comes out of the cache: it tells by itself.
  await page.evaluate(() => void setTimeout(() => history.back()))
  await expect.poll(types, { timeout: 5000 }).toContain('Kept /first')
  await expect
    .poll(
      () =>
        types()
          .filter((line) => /Viewed|Left/.test(line))
          .sort(),
      { timeout: 5000 },
    )
    .toEqual([
      'Page Left /first',
      'Page Left /second',
      'Page Viewed /first',
      'Page Viewed /first',
      'Page Viewed /second',
    ])
}, 30_000)
