/** Hosts that none of us wrote, served unchanged but for the embed lines in the head of their pages, and what a visitor does there. */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { Flow, Guide, Step } from '../../src/core/guide.ts'
import { browserPath, launchFlags } from '../browser.mjs'

export type Answer = [type: string, body: string | Buffer]

export interface Host {
  guide: Guide
  /** What the host's server says to a request that accepts such types, or the file; pages get the embed lines but with `?plain`. */
  answer?(path: string, accept: string): Promise<Answer | string> | Answer | string
  /** Starts the host's own server, of which everything else is asked; returns its address and what stops it. */
  serve?(): Promise<{ url: string; stop(): Promise<void> }>
  /** The host's own part of the document, whose elements must not move. */
  root: string
  /** @default Chromium */
  launch?(): Promise<Browser>
  /** What the host itself says on the console. */
  ownWarnings?: RegExp
}

/** A new visitor before each test of the file; after it, the page must have been without errors and warnings of ours. */
export function foreignHost(host: Host) {
  let server: Server
  let own: { url: string; stop(): Promise<void> } | undefined
  let browser: Browser
  let context: BrowserContext
  let wrong: string[] = []
  let received: { type?: string; event?: string; properties: { [name: string]: unknown } }[] = []
  const visit = { url: '' } as { url: string; page: Page }

  beforeAll(async () => {
    own = await host.serve?.()
    server = createServer((request, response) => {
      if (own && !isOurs(request.url)) return request.pipe(pass(own.url, request, response))
      answer(request.url ?? '/', request.headers.accept ?? '', request)
        .then(([type, body]) => response.writeHead(200, { 'content-type': type }).end(body))
        .catch(() => response.writeHead(404).end())
    })
    server.on('upgrade', ({ url, headers }, socket, head) => {
      if (!own) return socket.destroy()
      const up = request(new URL(url ?? '/', own.url), { headers })
      up.on('upgrade', ({ rawHeaders }, other) => {
        const lines = rawHeaders.map((each, at) => (at % 2 ? `${each}\r\n` : `${each}: `))
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`)
        other.pipe(socket).pipe(other)
        for (const end of [socket, other]) end.on('error', () => end.destroy())
      })
      up.on('error', () => socket.destroy())
      up.end(head)
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    visit.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await (host.launch?.() ?? chromium.launch({ executablePath: await browserPath(), args: launchFlags }))
  })
  afterAll(async () => {
    await browser?.close()
    server?.closeAllConnections()
    server?.close()
    await own?.stop()
  })
  beforeEach(async () => {
    received = []
    wrong = []
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
    context.setDefaultTimeout(10_000)
    context.on('weberror', (error) => wrong.push(String(error.error())))
    context.on('console', (message) => {
      if (!/error|warning/.test(message.type()) || host.ownWarnings?.test(message.text())) return
      wrong.push(`${message.text()} (${message.location().url})`)
    })
    visit.page = await context.newPage()
  })
  afterEach(async () => {
    await context.close()
    expect(wrong).toEqual([])
  })

  async function answer(address: string, accept: string, body: AsyncIterable<Buffer>): Promise<Answer> {
    const { pathname, searchParams } = new URL(address, 'http://here')
    if (pathname === '/guide.json') return ['application/json', JSON.stringify(host.guide)]
    if (pathname === '/collect') {
      let text = ''
      for await (const chunk of body) text += chunk
      received.push(...JSON.parse(text).batch)
      return ['application/json', '{}']
    }
    const ours = pathname === '/foothold.js' || pathname.startsWith('/chunks/')
    const given = ours ? join(dist, pathname) : await host.answer!(pathname, accept)
    const [type, content]: Answer =
      typeof given === 'string'
        ? [types[extname(pathname)] ?? 'application/octet-stream', await readFile(given)]
        : given
    if (type !== 'text/html' || searchParams.has('plain')) return [type, content]
    return [type, `${content}`.replace('</head>', `${embed}</head>`)]
  }

  function isOurs(address = '/') {
    return /^\/(guide\.json|collect|foothold\.js|chunks\/)/.test(address)
  }

  /** Asks the host's own server; pages get the embed lines. */
  function pass(to: string, { url = '/', method, headers }: IncomingMessage, response: ServerResponse) {
    const asked = request(
      new URL(url, to),
      { method, headers: { ...headers, 'accept-encoding': 'identity' } },
      (given) => {
        const { statusCode = 200, headers } = given
        if (!headers['content-type']?.startsWith('text/html') || url.includes('plain')) {
          response.writeHead(statusCode, headers)
          return given.pipe(response)
        }
        let page = ''
        given.on('data', (part) => (page += part))
        given.on('end', () => {
          const { 'content-length': _, ...others } = headers
          response.writeHead(statusCode, others).end(page.replace('</head>', `${embed}</head>`))
        })
      },
    )
    asked.on('error', () => response.writeHead(502).end())
    return asked
  }

  const embed =
    '<script>window.foothold=window.foothold||[]</script><script type="module" src="/foothold.js" ' +
    'data-guide="/guide.json" data-webhook="/collect"></script>'

  /** The surface that the visitor sees, perhaps one with these words. */
  function surface(words?: string | RegExp) {
    const all = visit.page.locator('foothold-host :not([inert]) > [part~="surface"]:visible')
    return words === undefined ? all : all.filter({ hasText: words })
  }

  async function click(name: string) {
    await surface().getByRole('button', { name, exact: true }).click()
  }

  /** Waits until the surface with these words stands beside an element without covering it. */
  async function beside(words: string, selector: string) {
    await surface(words).waitFor()
    await visit.page.locator(selector).first().waitFor()
    const gap = async () => {
      const [a, b] = await Promise.all([
        surface(words).boundingBox(),
        visit.page.locator(selector).first().boundingBox(),
      ])
      if (!a || !b) return Number.NaN
      const apart = (start: number, size: number, otherStart: number, otherSize: number) =>
        Math.max(start - (otherStart + otherSize), otherStart - (start + size))
      return Math.max(apart(a.x, a.width, b.x, b.width), apart(a.y, a.height, b.y, b.height))
    }
    await expect.poll(async () => Math.abs((await gap()) - distance / 2)).toBeLessThanOrEqual(distance / 2)
  }

  /** Waits until a surface lies in the window, whole. */
  async function inWindow(words: string) {
    await surface(words).waitFor()
    const outside = async () => {
      const box = await surface(words).boundingBox()
      const { width, height } = visit.page.viewportSize() ?? { width: 0, height: 0 }
      return box ? Math.max(-box.x, -box.y, box.x + box.width - width, box.y + box.height - height) : Number.NaN
    }
    await expect.poll(outside).toBeLessThanOrEqual(0)
  }

  /** What arrived about flows, in order. A step that is seen again after a reload is told again: it counts once. */
  function told() {
    const all = received.flatMap(({ event, properties }) => {
      if (!/^(Flow|Step) /.test(event ?? '')) return []
      return event === 'Step Viewed' ? `${event} ${properties.step}` : (event ?? [])
    })
    return all.filter((each, at) => each !== all[at - 1])
  }

  /** Waits until it has arrived that the visitor saw a step. */
  async function viewed(step: string) {
    await expect.poll(() => told(), { timeout: 8000 }).toContain(`Step Viewed ${step}`)
  }

  /** The paths of the pages whose view arrived, in order. */
  function pages() {
    return received.flatMap(({ type, properties }) => (type === 'page' ? [`${properties.path}`] : []))
  }

  /** The answers that arrived. */
  function answers() {
    return received.flatMap(({ event, properties }) => (event === 'Step Answered' ? [properties.answer] : []))
  }

  /** The place in the document of all that the host drew, and the size of the document. */
  function places() {
    return visit.page.evaluate((root) => {
      const { scrollWidth, scrollHeight } = document.documentElement
      const all = [...document.querySelectorAll(`${root} *`)].map((element) => {
        // What is not drawn has no place.
        if (!element.getClientRects()[0]) return element.localName
        const { x, y, width, height } = element.getBoundingClientRect()
        return [element.localName, ...[x + scrollX, y + scrollY, width, height].map(Math.round)].join(' ')
      })
      return { scrollWidth, scrollHeight, all }
    }, host.root)
  }

  /**
   * The survey and the banner of `surveyAndBanner`, from the moment in which the survey comes up: what is typed stays
   * with the survey, Escape closes nothing of the host, and nothing of the host moves.
   */
  async function answersAndReads() {
    const before = await places()
    await inWindow(question)
    expect(await places()).toEqual(before)
    const field = surface(question).getByRole('textbox')
    await field.click()
    await visit.page.keyboard.type(typed)
    await expect.poll(() => field.inputValue()).toBe(typed)
    await click('Send')
    await expect.poll(() => answers(), { timeout: 8000 }).toContain(typed)
    await inWindow(news)
    await viewed('news')
    expect(await places()).toEqual(before)
    await surface(news).getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => surface().count()).toBe(0)
    expect(await places()).toEqual(before)
    await expect.poll(() => told(), { timeout: 8000 }).toContain('Flow Dismissed')
  }

  return Object.assign(visit, {
    surface,
    click,
    beside,
    inWindow,
    pages,
    told,
    viewed,
    places,
    answersAndReads,
  })
}

/** A tour that starts with the first page, and after it a survey, and after that a banner. */
export function tourSurveyBanner(steps: (Pick<Step, 'id' | 'target'> & Partial<Step>)[]): Guide {
  const tour: Flow = {
    id: 'tour',
    version: 1,
    trigger: 'Page Viewed',
    steps: steps.map((step) => ({
      type: 'message',
      wait: '30s',
      props: { title: `About ${step.id}`, text: 'What it is for, in a sentence or two that one can read in passing.' },
      ...step,
    })),
  }
  return { format: 1, flows: [tour, ...surveyAndBanner('tour')] }
}

/** A survey for who has completed a flow, and a banner after it. */
export function surveyAndBanner(after: string): Flow[] {
  return [
    {
      id: 'survey',
      version: 1,
      trigger: { status: after, is: 'completed' },
      steps: [{ id: 'ask', type: 'survey', surface: 'card', props: { question, kind: 'text', submit: 'Send' } }],
    },
    {
      id: 'banner',
      version: 1,
      trigger: { status: 'survey', is: 'completed' },
      steps: [{ id: 'news', type: 'message', surface: 'banner', props: { title: news } }],
    },
  ]
}

const question = 'What is missing here?'
const news = 'We rest on Sunday'
/** Letters that hosts have as shortcuts: `/` searches, `?` helps, `n` and `s` make and save. */
const typed = '/ns? a list'
const distance = 40
const dist = fileURLToPath(new URL('../../dist', import.meta.url))
const types: { [extension: string]: string } = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.ico': 'image/x-icon',
}
