import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright'
import { build, type Rolldown } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { places, snippet, stubHash } from '../../src/cli/snippet.ts'
import { browserPath, launchFlags } from '../browser.mjs'

// Every snippet of the README, in a real page, over what is built.

const root = join(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const guide = {
  format: 1,
  flows: [
    {
      id: 'ask',
      version: 1,
      trigger: 'Never',
      steps: [{ id: 'q', type: 'survey', props: { question: 'Why?', kind: 'text' } }],
    },
  ],
}

/** The page that is served; `more` answers what it loads. */
let site: { head: string; policy?: string; body?: string; more?: { [path: string]: string } } = { head: '' }
/** What was asked for at the CDN, which lets other origins in or not. */
let asked: string[] = []
let open = true
let browser: Browser
let server: Server
let shop: string
let cdn: string

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: await browserPath(), args: launchFlags })
  server = createServer((request, response) => {
    const { host } = request.headers
    const path = request.url!
    const say = (type: string, body: string | Buffer, headers = {}) =>
      response.writeHead(200, { 'content-type': type, ...headers }).end(body)
    const script = 'text/javascript'
    if (host === new URL(cdn).host) {
      asked.push(path)
      const headers = open ? { 'access-control-allow-origin': '*' } : {}
      if (path.startsWith('/foothold@0/'))
        return void response.writeHead(302, { ...headers, location: path.replace('@0/', '@0.1.0/') }).end()
      return void say(script, readFileSync(join(root, 'dist', path.replace('/foothold@0.1.0/', ''))), headers)
    }
    if (path === '/guide.json') return void say('application/json', JSON.stringify(guide))
    if (path === '/favicon.ico') return void response.writeHead(204).end()
    if (path.startsWith('/foothold/'))
      return void say(script, readFileSync(join(root, 'dist', path.slice('/foothold/'.length))))
    const { head, policy, body = '', more = {} } = site
    if (more[path] !== undefined) return void say(script, more[path])
    const headers = policy ? { 'content-security-policy': policy } : {}
    say('text/html', `<!doctype html><title>Shop</title>${head}<body>${body}`, headers)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  shop = `http://127.0.0.1:${port}`
  cdn = `http://localhost:${port}`
})
afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
})

/** Opens the page; `wrong` is what the console complains about. */
async function visit(given: typeof site) {
  site = given
  asked = []
  open = true
  const page = await browser.newPage()
  page.setDefaultTimeout(10_000)
  const wrong: string[] = []
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
  page.on('pageerror', (error) => wrong.push(String(error)))
  return { page, wrong }
}

/** Foothold is there, has its guide, and draws a flow. */
async function draws(page: Page) {
  await page.waitForFunction(() => (window as any).foothold?.profile?.counts['Page Viewed'])
  await page.evaluate('foothold.start("ask")')
  await page.getByText('Why?').waitFor()
}

test('the README shows what the command writes', () => {
  for (const place of places.filter((each) => each !== 'strict')) expect(readme).toContain(`\n${snippet(place)}\`\`\``)
  expect(readme).toContain(`\`${stubHash}\``)
  const run = (...args: string[]) =>
    spawnSync('node', [join(root, 'dist/cli.js'), 'snippet', ...args], { encoding: 'utf8' })
  const data = { theme: 'auto', destinations: 'segment gtag' }
  const given = { script: 'https://cdn.test/f.js?a&b', guide: '/"g', data }
  const written = Object.entries(data).flatMap((pair) => ['--data', pair.join('=')])
  expect(run('--script', given.script, '--guide', given.guide, ...written).stdout).toBe(snippet('html', given))
  expect(snippet('html', given)).toContain(
    '<script type="module" src="https://cdn.test/f.js?a&amp;b" data-guide="/&quot;g" data-theme="auto" data-destinations="segment gtag"></script>',
  )
  expect(snippet('vue', { data: { theme: 'auto' } })).toContain(", theme: 'auto' })")
  expect(snippet('gtm', { guide: "</script>'" })).toContain("'data-guide', '\\x3c/script>\\''")
  expect(run('--for', 'vue', ...written)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('data-destinations'),
  })
})

test('in a page with the hash of the inline line in its policy, calls from before are made up for in their order, once', async () => {
  const { page, wrong } = await visit({
    head: `${snippet('html')}<script src="/early.js"></script>`,
    policy: `default-src 'none'; connect-src 'self'; script-src 'self' ${stubHash}`,
    more: {
      '/early.js': `foothold.options = { onActivity: ({ type }) => (window.told ??= []).push(type) }
        foothold.push(['identify', 'u_1', { plan: 'trial' }], ['track', 'One Done'])
        foothold.push(['track', 'Two Done'])`,
    },
  })
  await page.goto(shop)
  await draws(page)
  expect(await page.evaluate('[foothold.profile.visitor.id, told.filter((type) => type.endsWith("Done"))]')).toEqual([
    'u_1',
    ['One Done', 'Two Done'],
  ])
  expect(wrong).toEqual([])
  await page.close()
})

test('in a page that allows no inline script, modules below find it', async () => {
  const { page, wrong } = await visit({
    head: `${snippet('strict')}<script type="module" src="/app.js"></script>`,
    policy: "default-src 'none'; connect-src 'self'; script-src 'self'",
    more: { '/app.js': "foothold.identify('u_1'); (await foothold.ready).track('App Started')" },
  })
  await page.goto(shop)
  await draws(page)
  expect(await page.evaluate('[foothold.profile.visitor.id, foothold.profile.counts["App Started"]]')).toEqual([
    'u_1',
    1,
  ])
  expect(wrong).toEqual([])
  await page.close()
})

/** Puts a tag into the page as Tag Manager does: scripts are made anew, and of their attributes only these stay. */
const tagManager = `(html) => {
  const hidden = document.createElement('div')
  hidden.style.display = 'none'
  hidden.innerHTML = html
  for (const script of hidden.querySelectorAll('script')) {
    const anew = document.createElement('script')
    for (const name of ['src', 'type', 'id', 'async']) if (script.hasAttribute(name)) anew.setAttribute(name, script.getAttribute(name))
    anew.text = script.text
    script.replaceWith(anew)
  }
  document.body.append(hidden)
}`

test('as a tag of Tag Manager that fires twice, from a CDN of another origin that redirects to a version', async () => {
  const { page, wrong } = await visit({ head: '' })
  await page.goto(shop)
  const html = snippet('gtm', { script: `${cdn}/foothold@0/foothold.js`, data: { destinations: 'gtag' } })
  for (let times = 0; times < 2; times++) await page.evaluate(`(${tagManager})(${JSON.stringify(html)})`)
  await page.evaluate("foothold.push(['track', 'One Done'])")
  await draws(page)
  expect(await page.evaluate('foothold.profile.counts')).toMatchObject({ 'Page Viewed': 1, 'One Done': 1 })
  // What it loads comes from the version that it is of.
  const chunks = asked.filter((path) => path.includes('/chunks/'))
  expect(chunks.map((path) => path.replace(/^.*\//, '').replace(/-.*/, ''))).toEqual(
    expect.arrayContaining(['stage', 'survey', 'gtag']),
  )
  expect(asked.filter((path) => !path.startsWith('/foothold@0.1.0/'))).toEqual(['/foothold@0/foothold.js'])
  expect(wrong).toEqual([])
  await page.close()
})

test('from a CDN that does not allow the origin nothing happens to the page', async () => {
  const { page, wrong } = await visit({
    head: snippet('html', { script: `${cdn}/foothold.js` }),
    body: '<button onclick="this.textContent = \'Pressed\'">Press</button>',
  })
  open = false
  await page.goto(shop)
  await page.getByRole('button').click()
  expect(await page.getByRole('button').textContent()).toBe('Pressed')
  expect(wrong.join()).toContain('CORS')
  expect(await page.evaluate('Array.isArray(window.foothold)')).toBe(true)
  await page.close()
})

test('what is replaced on page load is never seen, and comes into sight by itself where Foothold does not come', async () => {
  const css = readme.match(/```css\n(@keyframes wait-for-foothold[^`]*)```/)![1]!
  // On a busy machine half a second is nothing.
  const patient = css.replace('0.5s', '60s')
  const watch = `<script>
    window.seen = []
    ;(function look() {
      const hero = document.querySelector('[data-foothold=hero]')
      const inline = document.querySelector('foothold-host[data-mode]')
      seen.push([!!hero?.checkVisibility({ opacityProperty: true }), !!inline?.shadowRoot.querySelector('[part~=title]')])
      requestAnimationFrame(look)
    })()
  </script>`
  const hero = '<h1 data-foothold="hero">Old words</h1>'
  const steps = [
    { id: 'a', type: 'message', surface: 'inline', mode: 'replace', target: '@hero', props: { title: 'New words' } },
  ]
  const given = { ...guide, flows: [{ id: 'hero', version: 1, trigger: 'Page Viewed', steps }] }
  const { page } = await visit({
    head: `<style>${patient}</style>${watch}${snippet('html', { guide: '/hero.js' })}`,
    body: hero,
    more: { '/hero.js': JSON.stringify(given) },
  })
  await page.goto(shop)
  await page.getByText('New words').waitFor()
  await page.evaluate('new Promise(requestAnimationFrame)')
  const seen = (await page.evaluate('seen')) as [old: boolean, replaced: boolean][]
  expect(seen.at(-1)).toEqual([false, true])
  expect(seen.filter(([old]) => old)).toEqual([])
  site = { head: `<style>${css}</style>`, body: hero }
  await page.goto(shop)
  const opacity = () => page.evaluate('getComputedStyle(document.querySelector("h1")).opacity')
  await page.evaluate('document.getAnimations().forEach((each) => { each.pause(); each.currentTime = 499 })')
  expect(await opacity()).toBe('0')
  await page.evaluate('document.getAnimations().forEach((each) => each.finish())')
  expect(await opacity()).toBe('1')
  await page.close()
})

const hosts = {
  next: `import { createElement as h, StrictMode } from 'react'
    import { createRoot } from 'react-dom/client'
    import { Foothold } from 'snippet:next'
    createRoot(document.querySelector('#app')).render(h(StrictMode, null, h('h1', null, 'App'), h(Foothold)))`,
  vue: "import 'snippet:vue'",
}

test.each(['next', 'vue'] as const)(
  'in an app with a bundler: %s',
  async (place) => {
    const app = await bundled(place)
    const { page, wrong } = await visit({
      head: '',
      body: '<div id="app"></div><script type="module" src="/app.js"></script>',
      more: { '/app.js': app },
    })
    await page.goto(shop)
    await page.getByRole('heading', { name: 'App' }).waitFor()
    await draws(page)
    expect(await page.locator('foothold-host').count()).toBe(1)
    expect(wrong).toEqual([])
    await page.close()
  },
  60_000,
)

/** The snippet with an app around it, in one module. */
async function bundled(place: keyof typeof hosts): Promise<string> {
  const modules: { [id: string]: string } = {
    'app:entry': hosts[place],
    'snippet:next': snippet('next'),
    'snippet:vue': snippet('vue'),
    './App.vue': "import { h } from 'vue'; export default { render: () => h('h1', 'App') }",
  }
  const output = (await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'error',
    resolve: { alias: { foothold: join(root, 'dist/esm/index.js') } },
    define: {
      'process.env.NODE_ENV': '"development"',
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    plugins: [
      {
        name: 'snippets',
        enforce: 'pre',
        resolveId: (id) => (id in modules ? { id: `\0${id}` } : undefined),
        load: (id) => modules[id.slice(1)],
      },
    ],
    build: {
      write: false,
      minify: false,
      rolldownOptions: { input: 'app:entry', output: { format: 'es', codeSplitting: false } },
    },
  })) as Rolldown.RolldownOutput
  const [app] = output.output.filter((file) => file.type === 'chunk')
  return app!.code
}
