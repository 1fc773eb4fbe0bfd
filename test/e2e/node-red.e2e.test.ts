/** The editor of Node-RED, from its own server: jQuery UI, an SVG canvas, hotkeys on single letters, dialogs and a web socket. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { foreignHost, tourSurveyBanner } from './foreign-host.ts'

const guide = tourSurveyBanner([
  { id: 'palette', target: '[data-palette-type="inject"]', placement: 'right-start' },
  { id: 'workspace', target: '#red-ui-workspace-chart .red-ui-workspace-chart-grid', placement: 'bottom' },
  { id: 'deploy', target: '#red-ui-header-button-deploy', spotlight: true, advance: { on: 'Element Clicked' } },
])
const host = foreignHost({ guide, serve, root: '#red-ui-editor' })
const { answersAndReads, beside, click, inWindow, surface, viewed } = host

test('a visitor is led from the palette to the real Deploy button, asked and told', async () => {
  const { page } = host
  await open()
  await beside('About palette', '[data-palette-type="inject"]')
  await click('Next')
  await inWindow('About workspace')
  // What is learned is done at once: a node is put on the canvas while the tour is on.
  await page.locator('[data-palette-type="inject"]').dragTo(page.locator('#red-ui-workspace-chart'), {
    targetPosition: { x: 300, y: 300 },
  })
  await page.locator('.red-ui-flow-node-group').waitFor()
  await click('Next')
  await beside('About deploy', '#red-ui-header-button-deploy')
  await viewed('deploy')
  await page.locator('#red-ui-header-button-deploy').click()
  await page.getByText('Successfully deployed').waitFor()
  await page.getByText('Successfully deployed').waitFor({ state: 'hidden' })
  await click('Done')
  await answersAndReads()
})

test('its search opens over the tour by its own key, keeps the keys, and the tour is there again when it is closed', async () => {
  const { page } = host
  await open()
  await beside('About palette', '[data-palette-type="inject"]')
  await page.locator('#red-ui-workspace-chart').click({ position: { x: 500, y: 400 } })
  await page.keyboard.press('Control+f')
  const search = page.locator('.red-ui-search-container input[type=text]:visible')
  await search.click()
  await page.keyboard.type('/ns?')
  expect(await search.inputValue()).toBe('/ns?')
  await page.keyboard.press('Escape')
  await search.waitFor({ state: 'hidden' })
  await expect.poll(() => surface('About palette').count()).toBe(1)
})

async function open() {
  await host.page.goto(host.url)
  await host.page.locator('[data-palette-type="inject"]').waitFor({ timeout: 30_000 })
}

/** In a folder of its own, with no node but those of the core, and nothing that asks the network. */
async function serve() {
  const userDir = await mkdtemp(join(tmpdir(), 'node-red-'))
  const port = await freePort()
  await writeFile(
    join(userDir, 'settings.js'),
    `module.exports = {
      flowFile: 'flows.json', uiHost: '127.0.0.1', uiPort: ${port}, credentialSecret: false, telemetry: { enabled: false, updateNotification: false },
      externalModules: { palette: { allowInstall: false } },
      editorTheme: { tours: false, projects: { enabled: false }, palette: { editable: false } },
      logging: { console: { level: 'fatal' } },
    }`,
  )
  const command = join(dirname(createRequire(import.meta.url).resolve('node-red/package.json')), 'red.js')
  const server = spawn(process.execPath, [command, '--userDir', userDir], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    const over = once(server, 'exit')
    if (server.kill('SIGKILL')) await over
    await rm(userDir, { recursive: true, force: true })
  }
  try {
    await vi.waitFor(() => fetch(url), { timeout: 40_000, interval: 100 })
  } catch (error) {
    await stop()
    throw error
  }
  return { url, stop }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
