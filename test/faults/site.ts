import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { browserPath, launchFlags } from '../browser.mjs'

/** A document or a file of a site; what is no text is asked for at every request. */
export type Answer = { type: string; body: string | Buffer; status?: number }

export interface Site {
  origin: string
  page: Page
  context: BrowserContext
  /** Answers to paths; all else is the built package, or missing. */
  answers: Map<string, Answer | (() => Answer | Promise<Answer>)>
  /** What arrived at `/collect`, or under it, in order. */
  received: { path: string; type: string; event?: string; properties: { [name: string]: unknown } }[]
  /** What was thrown into the page, or said there as an error. */
  wrong: string[]
}

/** A small site that embeds the built package, with a browser; each test gets a new visitor. */
export function newSite(viewport = { width: 1000, height: 700 }): Site {
  const site = { answers: new Map(), received: [], wrong: [] } as unknown as Site
  let server: Server
  let browser: Browser

  beforeAll(async () => {
    server = createServer((request, response) => {
      answer(site, request.url!, request).then(({ type, body, status = 200 }) => {
        response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
      })
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    site.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await chromium.launch({ executablePath: await browserPath(), args: launchFlags })
  })
  afterAll(async () => {
    await browser?.close()
    server?.closeAllConnections()
    server?.close()
  })
  beforeEach(async () => {
    site.answers.clear()
    site.received = []
    site.wrong = []
    site.context = await browser.newContext({ viewport, locale: 'en-GB' })
    site.context.setDefaultTimeout(10_000)
    site.context.on('weberror', (error) => site.wrong.push(String(error.error())))
    site.context.on('console', (message) => {
      if (message.type() === 'error') site.wrong.push(`${message.text()} (${message.location().url})`)
    })
    site.page = await site.context.newPage()
  })
  afterEach(() => site.context.close())
  return site
}

const dist = fileURLToPath(new URL('../../dist', import.meta.url))
const types: { [extension: string]: string } = { '.js': 'text/javascript', '.json': 'application/json' }

async function answer({ answers, received }: Site, url: string, request: AsyncIterable<Buffer>): Promise<Answer> {
  const { pathname: path } = new URL(url, 'http://here')
  if (path.startsWith('/collect')) {
    let text = ''
    for await (const chunk of request) text += chunk
    received.push(...JSON.parse(text).batch.map((item: object) => ({ ...item, path })))
    return { type: 'application/json', body: '{}' }
  }
  const given = answers.get(path)
  if (given) return typeof given === 'function' ? given() : given
  if (path === '/favicon.ico') return { type: 'image/x-icon', body: '' }
  try {
    return { type: types[extname(path)] ?? 'application/octet-stream', body: await readFile(join(dist, path)) }
  } catch {
    return { type: 'text/plain', body: 'There is no such file.', status: 404 }
  }
}
