/** Single-page apps in the quick-start form of three routers: flows over routes, and elements that come back as new ones. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile, compileModule } from 'svelte/compiler'
import { build, type Plugin } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Guide } from '../../src/core/guide.ts'
import { foreignHost, tourSurveyBanner } from './foreign-host.ts'

const tour = tourSurveyBanner([
  { id: 'add', target: '#add', placement: 'right' },
  { id: 'invite', target: '#invite', placement: 'right' },
])
const guide: Guide = {
  ...tour,
  flows: [
    ...tour.flows,
    {
      id: 'team',
      version: 1,
      trigger: { on: 'Page Viewed', pages: ['/team', '/#/team'] },
      audience: { status: 'banner', is: 'dismissed' },
      pages: ['/team', '/#/team'],
      steps: [{ id: 'hint', type: 'message', target: '#invite', props: { title: 'Nobody is here yet' } }],
    },
    {
      id: 'line',
      version: 1,
      trigger: 'Line Asked',
      steps: [
        { id: 'line', type: 'message', surface: 'inline', target: '[data-task=Caulk]', props: { title: 'Late again' } },
      ],
    },
  ],
}

let built = ''
beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'foothold-hosts-'))
})
afterAll(() => rm(built, { recursive: true, force: true }))

describe.each([['react'], ['vue'], ['svelte']])('%s', (name) => {
  beforeAll(() => buildHost(name))
  const host = foreignHost({
    guide,
    root: '#app',
    answer: (path) => (path === '/main.js' ? join(built, name, path) : ['text/html', html]),
  })
  const { answersAndReads, beside, click, inWindow, pages, places, surface } = host

  test('a visitor is led over two routes, asked and told, and a flow for one route shows there alone', async () => {
    const { page } = host
    await page.goto(`${host.url}/?plain`)
    await page.locator('#tasks').waitFor()
    const without = await places()
    await page.goto(host.url)
    await beside('About add', '#add')
    expect(await places()).toEqual(without)
    await click('Next')
    // The tour waits for the route on which its next element is.
    await expect.poll(() => surface().count()).toBe(0)
    await page.getByRole('link', { name: 'Team' }).click()
    await beside('About invite', '#invite')
    await page.getByRole('link', { name: 'Tasks' }).click()
    await expect.poll(() => surface().count()).toBe(0)
    await page.getByRole('link', { name: 'Team' }).click()
    await beside('About invite', '#invite')
    await page.getByRole('link', { name: 'Team' }).click()
    await click('Done')
    await answersAndReads()
    await page.getByRole('link', { name: 'Tasks' }).click()
    await page.locator('#tasks').waitFor()
    await expect.poll(() => pages().at(-1), { timeout: 8000 }).not.toContain('team')
    await page.getByRole('link', { name: 'Team' }).click()
    await beside('Nobody is here yet', '#invite')
  })

  test('an element that comes back as a new one has its tooltip again, and the host keeps its keys and its dialog', async () => {
    const { page } = host
    await page.goto(host.url)
    await beside('About add', '#add')
    await page.locator('#add').evaluate((add) => add.setAttribute('data-old', ''))
    await page.locator('#renew').click()
    await page.locator('#add:not([data-old])').waitFor()
    await beside('About add', '#add')
    await page.keyboard.press('n')
    await page.locator('[data-task="Task 4"]').waitFor()
    await page.locator('#help').click()
    await page.locator('dialog[open]').getByText('Press n').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('dialog[open]').count()).toBe(0)
    await inWindow('About add')
    await page.keyboard.press('Escape')
    await expect.poll(() => surface().count()).toBe(0)
  })

  test('what stands in a list stays in its line when the framework sorts and lengthens the list', async () => {
    const { page } = host
    await page.goto(host.url)
    await beside('About add', '#add')
    await page.keyboard.press('Escape')
    await page.evaluate("foothold.push(['track', 'Line Asked'])")
    const line = () => page.locator('[data-task=Caulk]').evaluate((task) => task.childElementCount > 0)
    await surface('Late again').waitFor()
    await expect.poll(line).toBe(true)
    await page.locator('#sort').click()
    await page.locator('#add').click()
    await expect
      .poll(() => page.locator('#tasks li').evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.task)))
      .toEqual(['Anchor', 'Caulk', 'Paint', 'Task 4'])
    await surface('Late again').waitFor()
    await expect.poll(line).toBe(true)
  })
})

const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Tasks</title><link rel="icon" href="data:,"><style>main { display: grid; justify-items: start }</style></head>
<body><div id="app"></div><script type="module" src="/main.js"></script></body>
</html>`

/** Builds an app as its maker would: Vite, and the framework's own compiler. */
function buildHost(name: string) {
  return build({
    root: fileURLToPath(new URL(`hosts/${name}`, import.meta.url)),
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: {
      alias: { vue: 'vue/dist/vue.esm-bundler.js' },
      conditions: ['svelte', 'browser', 'module', 'production'],
    },
    plugins: name === 'svelte' ? [svelte()] : [],
    oxc: { jsx: { runtime: 'automatic', importSource: 'react', development: false } },
    build: {
      outDir: join(built, name),
      minify: false,
      rolldownOptions: {
        input: fileURLToPath(new URL(`hosts/${name}/main.js${name === 'react' ? 'x' : ''}`, import.meta.url)),
        output: { entryFileNames: 'main.js' },
      },
    },
  })
}

function svelte(): Plugin {
  return {
    name: 'svelte',
    transform(code, filename) {
      if (filename.endsWith('.svelte')) return compile(code, { filename, css: 'injected' }).js
      if (filename.endsWith('.svelte.js')) return compileModule(code, { filename }).js
    },
  }
}
