/** The interface of Verdaccio as it is published: React, Material UI, routes, and a dialog that traps the focus. */
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { type Answer, foreignHost, tourSurveyBanner } from './foreign-host.ts'

const theme = createRequire(import.meta.url)('@verdaccio/ui-theme')() as {
  staticPath: string
  manifest: { [name: string]: string }
  manifestFiles: { js: string[] }
}
const guide = tourSurveyBanner([
  { id: 'search', target: '[data-testid="autocomplete"], header input', placement: 'bottom-start' },
  { id: 'package', target: 'a[href*="/-/web/detail/harbor"]', placement: 'bottom-start' },
  { id: 'versions', target: '[data-testid="versions-tab"]', placement: 'bottom' },
])
const host = foreignHost({ guide, answer, root: '#root' })
const { answersAndReads, beside, click, places, surface } = host

test('a visitor is led over two routes, asked and told, and nothing moves', async () => {
  const { page } = host
  await page.goto(`${host.url}/?plain`)
  await drawn()
  const without = await places()
  await page.goto(host.url)
  await drawn()
  await beside('About search', 'header input')
  expect(await places()).toEqual(without)
  await click('Next')
  await beside('About package', 'a[href*="/-/web/detail/harbor"]')
  expect(await places()).toEqual(without)
  await click('Next')
  await page.locator('a[href*="/-/web/detail/harbor"]').first().click()
  await beside('About versions', '[data-testid="versions-tab"]')
  await click('Done')
  await answersAndReads()
})

test('its dialog opens over the tour, takes the keys, and the tour is there when it is closed', async () => {
  const { page } = host
  await page.goto(host.url)
  await drawn()
  await beside('About search', 'header input')
  await page.locator('header button[data-testid="header--button-login"], header button:has-text("Login")').click()
  const dialog = page.locator('[role=dialog]:has(input[type=password])')
  await dialog.locator('input').first().fill('me/ns?')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await expect.poll(() => surface('About search').count()).toBe(1)
})

async function drawn() {
  await host.page.getByText('The package of the harbour').waitFor()
}

const manifest = {
  name: 'harbor',
  version: '1.2.0',
  description: 'The package of the harbour',
  author: { name: 'Ann', email: '', avatar: '' },
  keywords: ['sea'],
  license: 'MIT',
  time: 1_760_000_000_000,
  dist: { unpackedSize: 1200, tarball: 'http://127.0.0.1/harbor.tgz' },
  dependencies: {},
  users: {},
}
const server: { [path: string]: unknown } = {
  '/-/verdaccio/data/packages': [manifest, { ...manifest, name: 'pier', description: 'The package of the pier' }],
  '/-/verdaccio/data/sidebar/harbor': {
    ...manifest,
    _uplinks: {},
    'dist-tags': { latest: '1.2.0' },
    latest: manifest,
    versions: { '1.2.0': manifest },
    time: { '1.2.0': '2026-01-05T10:00:00Z', modified: '2026-01-05T10:00:00Z' },
  },
}

/** As Verdaccio's own server renders the page: its template, the options, the manifest of the theme. */
async function answer(path: string): Promise<Answer | string> {
  if (path in server) return ['application/json', JSON.stringify(server[path])]
  if (path.startsWith('/-/verdaccio/data/package/readme/')) return ['text/plain', '# harbor\n\nShips.']
  if (path === '/-/static/ui-options.js') {
    const options = { base: '/', url_prefix: '/', title: 'Verdaccio', login: true, pkgManagers: ['npm'], flags: {} }
    return ['text/javascript', `window.__VERDACCIO_BASENAME_UI_OPTIONS=${JSON.stringify(options)}`]
  }
  if (path === '/-/static/favicon.ico') return ['image/x-icon', '']
  if (path.startsWith('/-/static/')) return join(theme.staticPath, basename(path))
  const scripts = theme.manifestFiles.js.map((name) => `<script type="module" src="/${theme.manifest[name]}"></script>`)
  return [
    'text/html',
    `<!DOCTYPE html><html lang="en-us"><head><meta charset="utf-8"><base href="/"><title>Verdaccio</title>
    <link rel="icon" href="/-/static/favicon.ico"><meta name="viewport" content="width=device-width, initial-scale=1">
    <script src="/-/static/ui-options.js"></script></head><body class="body"><div id="root"></div>${scripts.join('')}</body></html>`,
  ]
}
