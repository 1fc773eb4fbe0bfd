import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserPath, launchFlags } from '../browser.mjs'

const dist = join(import.meta.dirname, '../../dist')
const names = ['segment', 'mixpanel', 'amplitude', 'posthog', 'gtag', 'hotjar', 'fullstory', 'optimizely']
const guide = { format: 1, flows: [] }
const html = `<!doctype html><script>
  const told = (name) => window.told.push(name)
  window.told = []
  window.foothold = [['track', 'Report Exported', { format: 'pdf' }]]
  window.analytics = { track: () => told('segment') }
  window.mixpanel = { track: () => told('mixpanel') }
  window.amplitude = { track: () => told('amplitude') }
  window.posthog = { capture: () => told('posthog') }
  window.gtag = () => told('gtag')
  window.hj = () => told('hotjar')
  window.FS = () => told('fullstory')
  window.optimizely = { push: () => told('optimizely') }
</script>
<script type="module" src="/lib/foothold.js" data-guide="/guide.json" data-destinations="${names.join(' ')}"></script>`

let browser: Browser

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: await browserPath(), args: launchFlags })
})
afterAll(() => browser.close())

test('the built drop-in loads a chunk for each client that data-destinations names, and no other', async () => {
  const page = await browser.newPage()
  const loaded: string[] = []
  await page.route('**/*', (route) => {
    const { pathname } = new URL(route.request().url())
    if (pathname.startsWith('/lib/')) {
      const file = pathname.slice('/lib/'.length)
      loaded.push(file)
      return route.fulfill({ contentType: 'text/javascript', body: readFileSync(join(dist, file)) })
    }
    return pathname === '/guide.json'
      ? route.fulfill({ json: guide })
      : route.fulfill({ contentType: 'text/html', body: html })
  })
  await page.goto('https://shop.test/')
  await expect.poll(() => page.evaluate('window.told.toSorted()')).toEqual(names.toSorted())
  expect(loaded.toSorted()).toEqual(['foothold.js', ...names.map((name) => `chunks/${name}.js`)].toSorted())
  await page.close()
})
