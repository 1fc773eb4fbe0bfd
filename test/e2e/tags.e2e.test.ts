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

/** A page of the drop-in as it is built, and which of its files were loaded. */
async function open(html: string) {
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
  return { page, loaded }
}

test('the built drop-in loads a chunk for each client that data-destinations names, and no other', async () => {
  const { page, loaded } = await open(html)
  await expect.poll(() => page.evaluate('window.told.toSorted()')).toEqual(names.toSorted())
  // A hash is in each name: a page may keep them for ever.
  expect(loaded.map((file) => file.replace(/-\w{8}\.js$/, '-#.js')).toSorted()).toEqual(
    ['foothold.js', ...names.map((name) => `chunks/${name}-#.js`)].toSorted(),
  )
  await page.close()
})

test('what is sent to a client that is listened to as well makes no echo, in either direction', async () => {
  const { page, loaded } = await open(`<!doctype html><script>
    window.dataLayer = []
    function gtag() { dataLayer.push(arguments) }
    gtag('event', 'add_to_cart', { items: [{ item_id: 'p1' }] })
    window.foothold = [['track', 'Report Exported']]
  </script>
  <script type="module" src="/lib/foothold.js" data-guide="/guide.json" data-destinations="gtag" data-observers="data-layer forms"></script>`)
  const counts = () =>
    page.evaluate(
      '(({ counts }) => [counts["Product Added"], counts["Report Exported"], counts.report_exported])(foothold.profile)',
    )
  const told = () => page.evaluate('dataLayer.map(([, name]) => name)')
  await expect.poll(counts).toEqual([1, 1, undefined])
  await expect.poll(told).toEqual(['add_to_cart', 'report_exported'])
  await page.evaluate('foothold.track("Report Exported"); gtag("event", "add_to_cart", { items: [{ item_id: "p2" }] })')
  await expect.poll(told).toEqual(['add_to_cart', 'report_exported', 'add_to_cart', 'report_exported'])
  expect(await counts()).toEqual([2, 2, undefined])
  expect(loaded.filter((file) => file.includes('asked-observers'))).toHaveLength(1)
  await page.close()
})
