import { readFileSync } from 'node:fs'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserPath } from '../browser.mjs'
import { createScenery, dress, type Language, playNext, type Scenery, type Theme } from '../visual/scenery.ts'
import { scenes } from '../visual/scenes.ts'

/* What a machine can find, for every surface and step in every theme. Themes change only colors: there contrast is enough. */
const others: Theme[] = ['dark', 'high-contrast', 'atelier', 'confetti', 'console']
const all = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')

let scenery: Scenery
let page: Page
beforeAll(async () => {
  scenery = await createScenery(await browserPath())
  page = await scenery.window()
})
afterAll(() => scenery?.close())

const cases = (['en', 'ar'] as const).flatMap((lang) => scenes.map((scene) => ({ scene, lang, id: scene.id })))

test.each(cases)('axe finds nothing wrong with $id in $lang', async ({ scene, lang }) => {
  await open(scene, lang)
  expect((await check(all)).wrong).toEqual([])
  if (lang !== 'en') return
  for (const theme of others) {
    await dress(page, theme)
    const { wrong, looked } = await check('color-contrast')
    expect([theme, ...wrong]).toEqual([theme])
    // A mark without words has none to read.
    if (scene.id !== 'hotspot') expect(looked, `${theme}: texts whose contrast was measured`).toBeGreaterThan(0)
  }
})

async function open(scene: (typeof scenes)[number], lang: Language) {
  await playNext(page, scene, lang)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
}

function check(what: string | string[]) {
  return page.evaluate(async (what) => {
    const { violations, passes } = await (window as never as { axe: typeof import('axe-core') }).axe.run(
      'foothold-host',
      {
        runOnly: what,
        resultTypes: ['violations', 'passes'],
      },
    )
    return {
      wrong: violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
      looked: passes.flatMap(({ nodes }) => nodes).length,
    }
  }, what)
}
