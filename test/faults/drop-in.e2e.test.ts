import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { newSite } from './site.ts'

// What servers, other scripts and other frames do to the drop-in, in real pages.

const site = newSite()
const chunks = readdirSync('dist/chunks')

/** Keeps what the host is told of. */
const listening = `<script>
  window.codes = []
  window.foothold = []
  window.foothold.options = { onError: function (error) { codes.push(error.code) } }
</script>`
const embed = '<script type="module" src="/foothold.js" data-guide="/guide.json"></script>'

function serve(path: string, body: string, type = 'text/html') {
  site.answers.set(path, { type, body })
}

function serveGuide(path: string, ...flows: object[]) {
  serve(
    path,
    JSON.stringify({ format: 1, flows: flows.map((flow) => ({ version: 1, trigger: 'Page Viewed', ...flow })) }),
    'application/json',
  )
}

const banner = (id: string, title: string) => ({
  id,
  steps: [{ id: 'hello', type: 'message', surface: 'banner', props: { title } }],
})

const card = (id: string, title: string, placement: string) => ({
  id,
  steps: [{ id: 'hello', type: 'message', surface: 'card', placement, props: { title } }],
})

// biome-ignore lint/suspicious/noExplicitAny: globals of the page
const inPage = <Result>(run: (page: any) => Result) => site.page.evaluate(`(${run})(globalThis)`) as Promise<Result>

test('loaded twice, under two addresses, it is one: one surface, and everything is told once', async () => {
  const { page, origin, received, wrong } = site
  serveGuide('/guide.json', card('hello', 'Hello', 'bottom-end'))
  const again = embed.replace('/foothold.js', '/foothold.js?v=2')
  serve(
    '/',
    `<!doctype html><title>Twice</title>${listening}${embed.replace('data-guide', 'data-webhook="/collect" data-guide')}${again}
      <button data-foothold-track="Plan Chosen">Choose</button>`,
  )
  await page.goto(`${origin}/`)
  await page.locator('foothold-host [part~=surface]').waitFor()
  await page.getByRole('button', { name: 'Choose' }).click()
  await expect.poll(() => inPage(({ foothold }) => foothold.profile.counts)).toMatchObject({ 'Plan Chosen': 1 })
  expect(await inPage(({ foothold }) => foothold.profile.counts['Page Viewed'])).toBe(1)
  expect(await page.locator('foothold-host').count()).toBe(1)
  await inPage(({ foothold }) => foothold.stop())
  await expect.poll(() => received.filter(({ event }) => event === 'Plan Chosen').length).toBe(1)
  expect(received.filter(({ event }) => event === 'Flow Started')).toHaveLength(1)
  expect(wrong).toEqual([])
})

test('two majors on one page both run, and do not meet', async () => {
  const { page, answers, origin, wrong } = site
  // What the next major has of its own: the key of its instance, and where it keeps things.
  const script = readFileSync('dist/foothold.js', 'utf8')
  const next = script.replaceAll('foothold@0', 'foothold@1').replace(/([`'"])foothold:/g, '$1foothold@1:')
  expect(next).not.toBe(script)
  serve('/next/foothold.js', next, 'text/javascript')
  for (const chunk of chunks)
    answers.set(`/next/chunks/${chunk}`, { type: 'text/javascript', body: readFileSync(`dist/chunks/${chunk}`) })
  serveGuide('/guide.json', card('first', 'The first', 'bottom-start'))
  serveGuide('/next/guide.json', card('second', 'The second', 'bottom-end'))
  serve(
    '/',
    `<!doctype html><title>Two</title>${listening}${embed}
      <script type="module" src="/next/foothold.js" data-guide="/next/guide.json" data-global="other" data-webhook="/collect"></script>
      <button data-foothold-track="Plan Chosen" style="margin: 200px">Choose</button>`,
  )
  await page.goto(`${origin}/`)
  await page.getByRole('heading', { name: 'The first' }).waitFor()
  await page.getByRole('heading', { name: 'The second' }).waitFor()
  await page.getByRole('button', { name: 'Choose' }).click()
  const known = () =>
    inPage(({ foothold, other }) =>
      [foothold, other].map(({ profile: { counts, flows, visitor } }) => ({
        chosen: counts['Plan Chosen'],
        viewed: counts['Page Viewed'],
        flows: Object.keys(flows).join(),
        visitor: visitor.anonymousId,
      })),
    )
  await expect.poll(known).toMatchObject([
    { chosen: 1, viewed: 1, flows: 'first' },
    { chosen: 1, viewed: 1, flows: 'second' },
  ])
  const [first, second] = (await known()) as unknown as [{ visitor: string }, { visitor: string }]
  expect(first.visitor).not.toBe(second.visitor)
  expect(
    await inPage((page) =>
      page.navigator.locks.query().then(({ held }: any) => held.map(({ name }: any) => name).sort()),
    ),
  ).toEqual([`foothold:${first.visitor}`, `foothold@1:${second.visitor}`].sort())
  // A press of Escape is for one of them, and what ends one leaves the other.
  await page.keyboard.press('Escape')
  await expect.poll(() => page.locator('foothold-host :not([inert]) > [part~=surface]:visible').count()).toBe(1)
  await inPage(({ foothold }) => foothold.stop())
  await inPage(({ other }) => other.track('Plan Chosen'))
  await expect.poll(() => inPage(({ other }) => other.profile.counts['Plan Chosen'])).toBe(2)
  expect(await inPage((page) => page.codes)).toEqual([])
  await inPage(({ other }) => other.stop())
  const keys = await inPage((page) => Object.keys(page.localStorage))
  expect(keys.filter((key) => key.startsWith('foothold:')).length).toBeGreaterThan(1)
  expect(keys.filter((key) => key.startsWith('foothold@1:')).length).toBeGreaterThan(1)
  expect(wrong).toEqual([])
})

const otherChunks: { [is: string]: { body?: string; type?: string } } = {
  'has none of its exports': { body: 'export const somethingElse = 1' },
  'exports something that makes nothing': {
    body: 'export const createStage = () => ({}); export const survey = {}, follow = {}',
  },
  'exports something that throws': {
    body: 'export function createStage() { throw new Error("newer") }; export const survey = { get name() { throw new Error("newer") } }; export const follow = createStage',
  },
  'is no script any more': { body: '<!doctype html><title>Not found</title>' },
  'is a page': { body: '<!doctype html><title>Not found</title>', type: 'text/html' },
  'throws when it is loaded': { body: 'throw new Error("older")' },
  'is blocked': {},
}

test.each(
  ['stage', 'survey', 'follow'].flatMap((chunk) =>
    Object.entries(otherChunks).map(([is, file]) => [chunk, is, file] as const),
  ),
)('an old drop-in whose %s chunk %s tells of it, and the page lives on', async (chunk, _, { body, type }) => {
  const { page, origin, wrong } = site
  const path = `/chunks/${chunks.find((file) => file.startsWith(`${chunk}-`))}`
  if (body) serve(path, body, type ?? 'text/javascript')
  else await page.route(`**${path}`, (route) => route.abort('blockedbyclient'))
  serveGuide('/guide.json', {
    id: 'ask',
    trigger: 'Plan Chosen',
    steps: [{ id: 'why', type: 'survey', target: '#plan', props: { question: 'Why?', kind: 'text' } }],
  })
  serve(
    '/',
    `<!doctype html><title>Old</title>${listening}${embed}
      <button id="plan" data-foothold-track="Plan Chosen" onclick="this.textContent = 'Chosen'">Choose</button>`,
  )
  await page.goto(`${origin}/`)
  await page.getByRole('button', { name: 'Choose' }).click()
  await expect.poll(() => inPage((page) => page.codes)).not.toEqual([])
  await page.getByRole('button', { name: 'Chosen' }).click()
  await expect.poll(() => inPage(({ foothold }) => foothold.profile.counts['Plan Chosen'])).toBe(2)
  expect(await page.locator('foothold-host :not([inert]) > [part~=surface]:visible').count()).toBe(0)
  // Of what cannot be loaded the browser itself tells.
  expect(wrong.filter((text) => !/^Failed to load/.test(text))).toEqual([])
})

test('ten thousand messages of a foreign frame, written as our own tabs write, are not listened to', async () => {
  const { page, context, origin, wrong } = site
  serveGuide('/guide.json', banner('hello', 'Hello'))
  serve(
    '/frame',
    `<script>
      const activity = { id: 'x', type: 'Order Completed', at: Date.now(), seq: 1, visitor: { anonymousId: 'x' }, properties: {} }
      for (let i = 0; i < 10_000; i++) parent.postMessage({ activities: [activity], end: 'hello', claim: [1e15, 'x'], consent: { analytics: false } }, '*')
    </script>`,
  )
  serve(
    '/',
    `<!doctype html><title>Messages</title>${listening}
      <script>let heard = 0; addEventListener('message', () => ++heard)</script>${embed}<button>A button</button>`,
  )
  await page.goto(`${origin}/`)
  await page.getByRole('heading', { name: 'Hello' }).waitFor()
  const before = await inPage(({ foothold }) => JSON.stringify(foothold.profile.counts))
  await page.evaluate(() => {
    const frame = Object.assign(document.createElement('iframe'), { src: '/frame' })
    frame.setAttribute('sandbox', 'allow-scripts')
    document.body.append(frame)
  })
  await expect.poll(() => page.evaluate('heard')).toBe(10_000)
  expect(await inPage(({ foothold }) => JSON.stringify(foothold.profile.counts))).toBe(before)
  expect(await page.getByRole('heading', { name: 'Hello' }).isVisible()).toBe(true)
  const devtools = await context.newCDPSession(page)
  const listeners = async (expression: string) => {
    const { result } = await devtools.send('Runtime.evaluate', { expression })
    const found = await devtools.send('DOMDebugger.getEventListeners', { objectId: result.objectId! })
    return found.listeners.map(({ type }) => type)
  }
  // The host's own.
  expect((await listeners('window')).filter((type) => type.startsWith('message'))).toEqual(['message'])
  expect((await listeners('window')).length).toBeGreaterThan(1)
  expect((await listeners('document')).filter((type) => type.startsWith('message'))).toEqual([])
  expect(wrong).toEqual([])
})

/** In XML documents Chromium runs no script of type `module`, but `import()`. */
const documents: { [kind: string]: { type?: string; body: string } } = {
  'of XHTML': {
    type: 'application/xhtml+xml',
    body: `<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title>XHTML</title></head><body><script data-guide="/guide.json">import('/foothold.js')</script><p>Text</p></body></html>`,
  },
  'in quirks mode': { body: `<title>Quirks</title>${embed}<table><tr><td>Text</td></tr></table>` },
  'without a head or a body in its source': { body: embed },
  'in a language that is written from right to left': {
    body: `<!doctype html><html dir="rtl" lang="he"><title>RTL</title>${embed}`,
  },
}

test.each(Object.entries(documents))('works in a document %s', async (_, { type, body }) => {
  const { page, origin, wrong } = site
  serveGuide('/guide.json', banner('hello', 'Hello'))
  serve('/', body, type)
  await page.goto(`${origin}/`)
  await page.getByRole('heading', { name: 'Hello' }).waitFor()
  await page.getByRole('button', { name: 'Close', exact: true }).click()
  await expect.poll(() => page.getByRole('heading', { name: 'Hello' }).count()).toBe(0)
  expect(wrong).toEqual([])
})

test('a document that is a picture is left alone', async () => {
  const { page, origin, wrong } = site
  serveGuide('/guide.json', banner('hello', 'Hello'))
  serve(
    '/',
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/>
      <script data-guide="/guide.json">import('/foothold.js').then(() => document.documentElement.dataset.loaded = 'yes')</script></svg>`,
    'image/svg+xml',
  )
  await page.goto(`${origin}/`)
  await expect.poll(() => page.evaluate('document.documentElement.dataset.loaded')).toBe('yes')
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done)))
  expect(await page.evaluate('document.querySelectorAll("*").length')).toBe(3)
  expect(await page.evaluate('foothold.track("Button Clicked")')).toBe(undefined)
  expect(wrong).toEqual([])
})

test('a frame that has no address of its own is like any page', async () => {
  const { page, origin, wrong } = site
  serveGuide('/guide.json', banner('hello', 'Hello'))
  serve('/', '<!doctype html><title>Frame</title><iframe width="600" height="300"></iframe>')
  await page.goto(`${origin}/`)
  await page.evaluate(() => {
    const { contentDocument } = document.querySelector('iframe') as HTMLIFrameElement
    const script = contentDocument!.createElement('script')
    Object.assign(script, { type: 'module', src: `${location.origin}/foothold.js` })
    script.dataset.guide = `${location.origin}/guide.json`
    contentDocument!.body.append(script)
  })
  await page.frameLocator('iframe').getByRole('heading', { name: 'Hello' }).waitFor()
  expect(await page.locator('foothold-host').count()).toBe(0)
  await page.evaluate(() => document.querySelector('iframe')!.remove())
  expect(wrong).toEqual([])
})

test('a flow that is due before the page has a body comes up when it has one', async () => {
  const { page, answers, origin, wrong } = site
  serveGuide('/guide.json', banner('hello', 'Hello'))
  let goOn = () => {}
  const held = new Promise<void>((resolve) => {
    goOn = resolve
  })
  answers.set('/slow.js', () => held.then(() => ({ type: 'text/javascript', body: '' })))
  serve(
    '/',
    `<!doctype html><head><title>Early</title>${listening}
      <script data-guide="/guide.json">import('/foothold.js')</script><script src="/slow.js"></script></head><body><p>Text</p>`,
  )
  await page.goto(`${origin}/`, { waitUntil: 'commit' })
  await expect.poll(() => inPage(({ foothold }) => foothold.profile?.counts?.['Page Viewed'] ?? 0)).toBe(1)
  expect(await page.evaluate('document.body')).toBe(null)
  goOn()
  await page.getByRole('heading', { name: 'Hello' }).waitFor()
  expect(await inPage((page) => page.codes)).toEqual([])
  expect(wrong).toEqual([])
})

test('a worker that loads the drop-in gets nothing, and has nothing of it', async () => {
  const { page, origin, wrong } = site
  serve(
    '/worker.js',
    `const before = Object.getOwnPropertyNames(globalThis)
      const loaded = await import('/foothold.js').then(Object.keys, String)
      postMessage({ loaded, more: Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name)) })`,
    'text/javascript',
  )
  serve('/', '<!doctype html><title>Worker</title>')
  await page.goto(`${origin}/`)
  const found = await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker('/worker.js', { type: 'module' })
        worker.onmessage = ({ data }) => resolve(data)
        worker.onerror = ({ message }) => reject(new Error(message))
      }),
  )
  expect(found).toEqual({ loaded: [], more: [] })
  expect(wrong).toEqual([])
})

test.each(['card', 'banner'])(
  'the buttons of a %s stand clear of the lower edge of a phone without a button',
  async (surface) => {
    const { page, context, origin } = site
    await page.setViewportSize({ width: 360, height: 640 })
    const devtools = await context.newCDPSession(page)
    await devtools.send('Emulation.setSafeAreaInsetsOverride' as never, { insets: { bottom: 34 } } as never)
    serveGuide('/guide.json', {
      id: 'hello',
      steps: [{ id: 'hello', type: 'message', surface, placement: 'bottom', props: { title: 'Hello' } }],
    })
    serve(
      '/',
      `<!doctype html><meta name="viewport" content="width=device-width, viewport-fit=cover"><title>Phone</title>${embed}`,
    )
    await page.goto(`${origin}/`)
    const [box, button] = await Promise.all([
      page.locator('foothold-host [part~=surface]').boundingBox(),
      page.getByRole('button', { name: 'Done' }).boundingBox(),
    ])
    expect(box!.y + box!.height).toBe(640)
    expect(button!.y + button!.height).toBeLessThanOrEqual(640 - 34)
  },
)

test('it lies over what the page shows on the whole screen, and can be clicked there', async () => {
  const { page, origin } = site
  serveGuide('/guide.json', { ...card('hello', 'Hello', 'bottom-end'), trigger: 'Film Started' })
  serve(
    '/',
    `<!doctype html><title>Film</title>${listening}${embed}
      <div id="film"><button onclick="film.requestFullscreen().then(() => foothold.track('Film Started'))">Watch</button></div>`,
  )
  await page.goto(`${origin}/`)
  await page.getByRole('button', { name: 'Watch' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  expect(await page.evaluate('document.fullscreenElement?.id')).toBe('film')
  await expect.poll(() => page.locator('foothold-host :not([inert]) > [part~=surface]:visible').count()).toBe(0)
})

test('it waits until a film has left the whole screen', async () => {
  const { page, origin } = site
  serveGuide('/guide.json', { ...card('hello', 'Hello', 'bottom-end'), trigger: 'Film Started' })
  serve(
    '/',
    `<!doctype html><title>Film</title>${listening}${embed}<video id="film" width="200" height="100"></video>
      <button onclick="film.requestFullscreen().then(() => foothold.track('Film Started'))">Watch</button>`,
  )
  await page.goto(`${origin}/`)
  await page.getByRole('button', { name: 'Watch' }).click()
  const gate = () =>
    inPage(({ foothold }) => foothold.explain('hello').gates.find((each: any) => each.gate === 'blocked'))
  await expect.poll(gate).toMatchObject({ verdict: 'hold', actual: ['fullscreen'] })
  expect(await page.locator('foothold-host :not([inert]) > [part~=surface]:visible').count()).toBe(0)
  await page.evaluate('document.exitFullscreen()')
  await page.getByRole('button', { name: 'Done' }).click()
})

test('it is not printed', async () => {
  const { page, origin } = site
  serveGuide('/guide.json', card('hello', 'Hello', 'bottom-end'))
  serve('/', `<!doctype html><title>Print</title>${embed}`)
  await page.goto(`${origin}/`)
  const surface = page.locator('foothold-host [part~=surface]')
  await surface.waitFor()
  await page.emulateMedia({ media: 'print' })
  expect(await surface.isVisible()).toBe(false)
  await page.emulateMedia({ media: 'screen' })
  expect(await surface.isVisible()).toBe(true)
})

const pictured = (url: string, size?: object) => ({
  id: 'hello',
  steps: [{ id: 'hello', type: 'message', props: { title: 'Hello', image: { url, alt: 'A mountain', ...size } } }],
})

test('an image that never comes leaves its words and its room', async () => {
  const { page, answers, origin } = site
  let fail = () => {}
  const failing = new Promise<void>((resolve) => {
    fail = resolve
  })
  answers.set('/late.png', () => failing.then(() => ({ type: 'text/plain', body: '', status: 404 })))
  serve('/', `<!doctype html><title>Late</title>${embed}`)
  serveGuide('/guide.json', pictured('/late.png', { width: 600, height: 300 }))
  await page.goto(`${origin}/`, { waitUntil: 'commit' })
  const surface = page.locator('foothold-host [part~=surface]')
  const image = page.getByRole('img', { name: 'A mountain' })
  await surface.waitFor()
  const before = await surface.boundingBox()
  const failed = page.waitForResponse('**/late.png')
  fail()
  await failed
  await expect.poll(() => image.evaluate((each: HTMLImageElement) => each.complete)).toBe(true)
  expect(await surface.boundingBox()).toEqual(before)
  await page.getByRole('button', { name: 'Done' }).click()
  await expect.poll(() => surface.count()).toBe(0)
})

test('an image that is huge fits into the window', async () => {
  const { page, origin } = site
  serve('/huge.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="9000"/>', 'image/svg+xml')
  serve('/', `<!doctype html><title>Huge</title>${embed}`)
  serveGuide('/guide.json', pictured('/huge.svg'))
  await page.goto(`${origin}/`)
  const image = page.getByRole('img', { name: 'A mountain' })
  await expect.poll(() => image.evaluate((each: HTMLImageElement) => each.naturalWidth)).toBe(9000)
  const { x, y, width, height } = (await page.locator('foothold-host [part~=surface]').boundingBox())!
  expect(Math.min(x, y, 1000 - x - width, 700 - y - height)).toBeGreaterThanOrEqual(0)
  await page.getByRole('button', { name: 'Done' }).click()
})
