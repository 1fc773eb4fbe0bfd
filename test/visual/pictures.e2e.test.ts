import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import pixelmatch from 'pixelmatch'
import type { Page } from 'playwright'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pinnedBrowser } from '../browser.mjs'
import { calm, createScenery, dress, type Language, play, type Scenery, type Theme } from './scenery.ts'
import { type Scene, scenes } from './scenes.ts'

/*
 * One picture a scene: six themes from left to right; below them from right to left in two, 320 px wide in both
 * directions, and in forced colors. States of a scene have less. Compared only in the very browser that they were made with: another one draws
 * letters, fields and shadows in its own way, and that is nobody's mistake. `npm run pictures` makes them anew.
 */
const themes: Theme[] = ['light', 'dark', 'high-contrast', 'atelier', 'confetti', 'console']
const mirrored: Theme[] = ['light', 'dark']
const wide = { width: 1280, height: 840 }
const narrow = { width: 320, height: 568 }
/** Around what is shown, so that its shadow is in the picture. */
const margin = 24
/** How far a color may be off, of 1, and how many of a million pixels may be further off. */
const tolerance = { threshold: 0.05, pixels: 100 }

const browser = await pinnedBrowser()
const renew = process.env.npm_lifecycle_event === 'pictures'
if (!browser) console.log('Pictures are not compared: the browser that they were made with cannot be had here.')

let scenery: Scenery
let page: Page
beforeAll(async () => {
  if (!browser) return
  scenery = await createScenery(browser)
  page = await scenery.window({ viewport: wide })
  rmSync(aside, { recursive: true, force: true })
  mkdirSync(aside, { recursive: true })
  mkdirSync(folder, { recursive: true })
})
afterAll(() => scenery?.close())

const folder = 'test/visual/pictures'
const aside = 'node_modules/.cache/pictures'

test.skipIf(!browser).each(scenes.filter(({ foreign }) => !foreign))('$id looks as it did', async (scene) => {
  const now = sheet(await shots(scene))
  const file = `${folder}/${scene.id}.png`
  if (renew) return writeFileSync(file, PNG.sync.write(now, smallest))

  expect(existsSync(file), `There is no ${file}. Make it with "npm run pictures", and look at it.`).toBe(true)
  const before = PNG.sync.read(readFileSync(file))
  const left = `${aside}/${scene.id}.png`
  const say = `${file} is no more what is drawn: ${left}. If that is right, "npm run pictures" makes it anew.`
  const { width, height } = before
  if (width !== now.width || height !== now.height) writeFileSync(left, PNG.sync.write(now))
  expect([now.width, now.height], say).toEqual([width, height])
  const difference = new PNG({ width, height })
  const off = pixelmatch(before.data, now.data, difference.data, width, height, { threshold: tolerance.threshold })
  if (off) writeFileSync(left, PNG.sync.write(now))
  if (off) writeFileSync(left.replace('.png', '.difference.png'), PNG.sync.write(difference))
  expect((off / (width * height)) * 1e6, say).toBeLessThanOrEqual(tolerance.pixels)
})

/** By rows. */
async function shots(scene: Scene): Promise<PNG[][]> {
  const few = scene.state && 2
  const ltr = await inThemes(scene, 'en', themes.slice(0, few || undefined))
  if (few) return [ltr, [...(await inThemes(scene, 'ar', ['light'])), await shotNarrow(scene)]]
  await page.emulateMedia({ forcedColors: 'active' })
  await calm(page)
  const forced = await shot(scene)
  await page.emulateMedia({ forcedColors: 'none' })
  const small = await shotNarrow(scene)
  const rtl = await inThemes(scene, 'ar', mirrored)
  return [ltr, [...rtl, small, await shotNarrow(scene), forced]]
}

async function inThemes(scene: Scene, lang: Language, themes: Theme[]): Promise<PNG[]> {
  await play(page, scene, lang)
  const drawn: PNG[] = []
  for (const theme of themes) {
    await dress(page, theme)
    await calm(page)
    drawn.push(await shot(scene))
  }
  await dress(page, 'light')
  return drawn
}

async function shotNarrow(_scene: Scene): Promise<PNG> {
  await page.setViewportSize(narrow)
  await calm(page)
  await page.locator('foothold-host .surface').evaluate((surface) => surface.scrollIntoView({ block: 'nearest' }))
  const drawn = PNG.sync.read(await page.screenshot(still))
  await page.setViewportSize(wide)
  await page.evaluate(() => scrollTo(0, 0))
  return drawn
}

/** What the scene is about; of what covers the window the middle. */
async function shot({ around, steps }: Scene): Promise<PNG> {
  const clip = await page.evaluate(
    ([around, target, margin]) => {
      const hosts = [...document.querySelectorAll('foothold-host')]
      const all = hosts.flatMap((host) => [...host.shadowRoot!.querySelectorAll('.surface, [part~=beacon]')])
      if (around === 'target') all.push(document.querySelector(target)!)
      const rects = all.map((one) => one.getBoundingClientRect()).filter(({ width }) => width)
      const left = Math.max(0, Math.min(...rects.map(({ left }) => left)) - margin)
      const top = Math.max(0, Math.min(...rects.map(({ top }) => top)) - margin)
      const right = Math.min(innerWidth, Math.max(...rects.map(({ right }) => right)) + margin)
      const bottom = Math.min(innerHeight, Math.max(...rects.map(({ bottom }) => bottom)) + margin)
      return { x: left, y: top, width: right - left, height: bottom - top }
    },
    [around, `${steps[0]?.target}`, around === 'window' ? 3 * margin : margin] as const,
  )
  return PNG.sync.read(await page.screenshot({ ...still, clip }))
}

const still = { animations: 'disabled', caret: 'hide' } as const
const smallest = { colorType: 2, deflateLevel: 9, deflateStrategy: 0, filterType: 0 } as const

/** Lays rows of pictures into one. Five bits a color: nobody sees what is lost, and the file is half as large. */
function sheet(rows: PNG[][]): PNG {
  const width = Math.max(...rows.flat().map((one) => one.width))
  const heights = rows.map((row) => Math.max(...row.map((one) => one.height)))
  const whole = new PNG({ width: rows[0]!.length * width, height: heights[0]! + heights[1]! })
  whole.data.fill(0xe6)
  for (const [at, row] of rows.entries())
    for (const [column, one] of row.entries())
      PNG.bitblt(one, whole, 0, 0, one.width, one.height, column * width, at && heights[0]!)
  for (let at = 0; at < whole.data.length; at++)
    whole.data[at] = at % 4 === 3 ? 255 : Math.round((whole.data[at]! >> 3) * (255 / 31))
  return whole
}
