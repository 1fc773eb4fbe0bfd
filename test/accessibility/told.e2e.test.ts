import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserPath } from '../browser.mjs'
import { createScenery, openPage, perform, type Scenery } from '../visual/scenery.ts'
import { scenes } from '../visual/scenes.ts'

/*
 * What a screen reader is told, in order: what is said by itself, where the focus is, and what is found by reading on.
 * One text a scene, in told/; `npx vitest run --project e2e test/accessibility/told --update` writes them anew, to be read.
 */
let scenery: Scenery
let page: Page
beforeAll(async () => {
  scenery = await createScenery(await browserPath())
  page = await scenery.window()
})
afterAll(() => scenery?.close())

test.each(scenes)('a screen reader is told of $id', async (scene) => {
  await openPage(page)
  await page.locator('#opener').focus()
  await perform(page, scene)
  const said = await page.evaluate(() => window.scene.said)
  const { origin } = new URL(page.url())
  const read = (await page.locator('foothold-host .flow').ariaSnapshot()).replaceAll(origin, '')
  const text = [
    'Said:',
    ...(said.length ? said.map((words) => `  "${words}"`) : ['  nothing']),
    `Focus: ${await focus(page)}`,
    'Read:',
    ...read.split('\n').map((line) => `  ${line}`),
  ]
  await expect(`${text.join('\n')}\n`).toMatchFileSnapshot(`told/${scene.id}.txt`)
})

test('the region that speaks is there before it has anything to say', async () => {
  await openPage(page)
  await perform(page, scenes.find(({ id }) => id === 'message')!)
  expect(await page.evaluate(() => window.scene.said)).toEqual(['Boards can be shared'])
  const region = page.locator('foothold-host').locator('.unseen[role=status]').first()
  expect(await region.evaluate((element) => element.parentNode instanceof ShadowRoot)).toBe(true)
})

test('what is shown has the language and the direction of its words, not of the page', async () => {
  await openPage(page, 'ar')
  const surface = await perform(page, scenes.find(({ id }) => id === 'message')!)
  expect(await surface.evaluate((element) => element.closest<HTMLElement>('[lang]')!.lang)).toBe('ar')
  expect(await surface.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl')
})

/** The role and name of what has the focus. */
async function focus(page: Page): Promise<string> {
  const inside = await page.evaluate(() => document.activeElement?.localName === 'foothold-host')
  const focused = inside ? page.locator('foothold-host :focus') : page.locator(':focus')
  const [line = ''] = (await focused.ariaSnapshot()).split('\n')
  return `${inside ? '' : 'stays on the page: '}${line.replace(/^- /, '').replace(/:$/, '')}`
}
