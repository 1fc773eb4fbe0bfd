import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { createDemoServer } from '../../demo/server.mjs'
import type { DropIn } from '../../src/script.ts'
import { browserPath, launchFlags } from '../browser.mjs'

export interface Visitor {
  page: Page
  /** Opens a page of the demo, e.g. `/harbor`, and waits until the widget listens. */
  open(path: string): Promise<void>
  /** Moves the demo's clock, as its buttons do. */
  forward(ms: number): Promise<void>
  /** The surface that the visitor sees with these words. */
  surface(words: string | RegExp): Locator
  /** Waits until the destination got such an activity; answers its properties. */
  arrived(type: string, properties?: Properties): Promise<Properties>
  /** All that the destination got, by type. */
  received(type: string, properties?: Properties): Properties[]
  /** Waits until what happened so far has been sent. */
  settled(): Promise<void>
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a page reported
export type Properties = { [key: string]: any }

declare global {
  interface Window {
    demoClock: { now(): number; forward(ms: number): void }
    foothold: DropIn
  }
}

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

async function inChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await browserPath(), args: launchFlags })
}

/** A new visitor with a browser of their own before each test of the file; after it, the page must have been without errors. */
export function newVisitors(viewport = { width: 1280, height: 800 }, launch = inChromium): Visitor {
  let demo: Awaited<ReturnType<typeof createDemoServer>>
  let browser: Browser
  let context: BrowserContext
  let wrong: string[] = []
  const visitor = {} as Visitor

  beforeAll(async () => {
    demo = await createDemoServer({ port: 0 })
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.close()
  })
  beforeEach(async () => {
    await fetch(`${demo.url}/collect`, { method: 'DELETE' })
    wrong = []
    context = await browser.newContext({
      viewport,
      locale: 'en-GB',
      // Firefox knows no such permissions.
      ...(launch === inChromium && { permissions: ['clipboard-read', 'clipboard-write'] }),
    })
    context.setDefaultTimeout(8000)
    context.on('weberror', (error) => wrong.push(String(error.error())))
    context.on('console', (message) => {
      if (/error|warning/.test(message.type())) wrong.push(`${message.text()} (${message.location().url})`)
    })
    visitor.page = await context.newPage()
  })
  afterEach(async () => {
    await context.close()
    expect(wrong).toEqual([])
  })

  const received = (type: string, properties: Properties = {}) =>
    demo
      .received()
      .filter((item: Properties) => (names[item.type as 'page'] ?? item.event) === type)
      .map((item: Properties): Properties => item.properties ?? {})
      .filter((given: Properties) => Object.entries(properties).every(([key, value]) => given[key] === value))

  return Object.assign(visitor, {
    async open(path: string) {
      await visitor.page.goto(demo.url + path)
      await visitor.page.waitForFunction('window.foothold?.ready?.then(() => true)')
    },
    async forward(ms: number) {
      await visitor.page.evaluate((by) => window.demoClock.forward(by), ms)
    },
    surface: (words: string | RegExp) =>
      visitor.page.locator('foothold-host :not([inert]) > [part~="surface"]:visible').filter({ hasText: words }),
    async arrived(type: string, properties?: Properties) {
      return expect
        .poll(() => received(type, properties).at(-1), { message: `${type} arrives`, timeout: 10_000 })
        .toBeDefined()
        .then(() => received(type, properties).at(-1) as Properties)
    },
    received,
    async settled() {
      const mark = Math.random()
      await visitor.page.evaluate((mark) => window.foothold.track('Test Settled', { mark }), mark)
      await visitor.arrived('Test Settled', { mark })
    },
  } satisfies Omit<Visitor, 'page'>)
}

/** Batches come in Segment's format. */
const names = { page: 'Page Viewed', identify: 'Visitor Identified' }
