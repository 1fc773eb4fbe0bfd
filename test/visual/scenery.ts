import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright'
import type { DropIn } from '../../src/script.ts'
import { launchFlags } from '../browser.mjs'
import { guide, type Scene } from './scenes.ts'

declare global {
  interface Window {
    foothold: DropIn
    /** Of the page of the scenes. */
    scene: {
      /** Lets time pass. */
      pass(ms: number): void
      /** What live regions said. */
      said: string[]
      /** What the page's hotkeys heard. */
      heard: string[]
    }
  }
}

export type Theme = 'light' | 'dark' | 'high-contrast' | 'atelier' | 'confetti' | 'console'
export type Language = 'en' | 'ar'

/** Draws scenes in a browser, with the built drop-in, on a page of its own. */
export interface Scenery {
  /** A window; scenes follow one another in it. */
  window(options?: BrowserContextOptions): Promise<Page>
  close(): Promise<void>
}

export async function createScenery(executablePath: string): Promise<Scenery> {
  const server = await serve()
  const browser: Browser = await chromium.launch({
    executablePath,
    args: [...launchFlags, '--font-render-hinting=none', '--force-color-profile=srgb', '--disable-lcd-text'],
  })
  return {
    async window(options) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 720 },
        locale: 'en-GB',
        timezoneId: 'UTC',
        reducedMotion: 'reduce',
        permissions: ['clipboard-read', 'clipboard-write'],
        baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        ...options,
      })
      context.setDefaultTimeout(5000)
      return context.newPage()
    },
    async close() {
      await browser.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Opens the page of the scenes. */
export async function openPage(page: Page, lang: Language = 'en'): Promise<void> {
  await page.goto(`/scene/?lang=${lang}`)
  await page.waitForFunction('window.foothold.ready?.then(() => true)')
}

/** Plays a scene on a page of its own; answers with its surface. */
export async function play(page: Page, scene: Scene, lang: Language = 'en'): Promise<Locator> {
  await openPage(page, lang)
  return perform(page, scene)
}

/** Plays a scene after others: on the page that they were played on, once they are over. */
export async function playNext(page: Page, scene: Scene, lang: Language = 'en'): Promise<Locator> {
  await clear(page, lang)
  return perform(page, scene)
}

/** Ends what is played, for a visitor who has seen none of it; opens the page where it is not open in that language. */
export async function clear(page: Page, lang: Language = 'en'): Promise<void> {
  const open = await page.evaluate((lang) => {
    if (!window.scene || document.documentElement.lang !== lang) return false
    for (const flow in window.foothold.profile.flows) window.foothold.end(flow)
    window.foothold.reset()
    // A word of thanks stays for a while.
    window.scene.pass(4000)
    window.scene.heard.length = window.scene.said.length = 0
    ;(document.activeElement as HTMLElement | null)?.blur()
    scrollTo(0, 0)
    return true
  }, lang)
  if (!open) await openPage(page, lang)
  await page.locator('foothold-host .surface').waitFor({ state: 'detached' })
}

/** Plays a scene on the page as it is. */
export async function perform(page: Page, { id, enter }: Scene): Promise<Locator> {
  await page.evaluate((id) => window.foothold.start(id), id)
  const surface = page.locator('foothold-host .surface')
  await surface.waitFor({ state: 'attached' })
  // Nobody is led to a hotspot: it waits where it is.
  await bringTarget(page)
  await page.locator('foothold-host').locator('.surface:visible, [part~=beacon]:visible').first().waitFor()
  await page.evaluate(() => window.scene.pass(100))
  await enter?.(page, surface)
  await calm(page)
  await page.evaluate(() => window.scene.pass(100))
  return surface
}

/** Brings what most scenes stand beside into view. */
export function bringTarget(page: Page): Promise<void> {
  return page.evaluate(() => document.querySelector<Scrolled>('#share')!.scrollIntoViewIfNeeded())
}

/** Of Chromium. */
type Scrolled = Element & { scrollIntoViewIfNeeded(): void }

/** Changes the theme of all that is shown. */
export function dress(page: Page, theme: Theme): Promise<void> {
  return page.evaluate((theme) => {
    for (const host of document.querySelectorAll('foothold-host')) (host as HTMLElement).dataset.theme = theme
  }, theme)
}

/** Fonts and pictures are there, and all is in its place. */
export async function calm(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const roots = [document, ...[...document.querySelectorAll('foothold-host')].map((host) => host.shadowRoot!)]
    await Promise.all(
      roots.flatMap((root) => [...root.querySelectorAll('img')]).map((image) => image.decode().catch(() => {})),
    )
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
    await document.fonts.ready
    await new Promise(requestAnimationFrame)
  })
}

/** The page, the built drop-in and what the scenes show. Browsers keep all of it, as each scene has a page of its own. */
async function serve() {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://page')
    const [, folder] = pathname.split('/')
    const path = `${roots[folder as 'scene'] ?? 'dist'}${pathname}`
    let body: string | Buffer
    try {
      if (pathname === '/scene/guide.json') body = JSON.stringify(guide)
      else if (pathname === '/scene/fonts.css') body = fonts
      else body = readFileSync(path.replace('/scene/', '/').replace(/\/$/, '/scene.html'))
    } catch {
      return response.writeHead(404).end()
    }
    const type = types[extname(pathname)] ?? 'text/html; charset=utf-8'
    response.writeHead(200, { 'content-type': type, 'cache-control': 'max-age=3600' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const roots = { scene: 'test/visual', '@fontsource': 'node_modules', demo: '.', themes: '.' }
const types: { [extension: string]: string } = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.vtt': 'text/vtt',
  '.webm': 'video/webm',
  '.woff2': 'font/woff2',
}

const weights = [400, 500, 600, 700, 800]
const face = (family: string, file: string, weight: number, range = '') =>
  `@font-face{font-family:"${family}";font-weight:${weight};src:url("/@fontsource/${file}-${weight}-normal.woff2");${range}}`

/** By the names that the themes ask for, so that none falls back to what a machine happens to have. */
const families = {
  Inter: 'inter/files/inter-latin',
  'JetBrains Mono': 'jetbrains-mono/files/jetbrains-mono-latin',
  Nunito: 'nunito/files/nunito-latin',
  'Iowan Old Style': 'source-serif-4/files/source-serif-4-latin',
  Didot: 'source-serif-4/files/source-serif-4-latin',
}
const arabic = 'unicode-range:U+0600-06FF,U+0750-077F,U+FB50-FDFF,U+FE70-FEFF;'
const fonts = Object.entries(families)
  .flatMap(([family, file]) =>
    weights.flatMap((weight) => [
      face(family, file, weight),
      face(family, 'noto-sans-arabic/files/noto-sans-arabic-arabic', weight, arabic),
    ]),
  )
  .concat(weights.map((weight) => face('Noto Sans Arabic', 'noto-sans-arabic/files/noto-sans-arabic-arabic', weight)))
  .join('\n')
