import { readFileSync } from 'node:fs'
import type { FrameLocator } from 'playwright'
import { expect, test } from 'vitest'
import { newVisitors } from './visitor.ts'

const visitor = newVisitors()
const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')

/** The page of one surface. */
const scene = (id: string): FrameLocator => visitor.page.frameLocator(`[data-scene="${id}"] iframe`)
const surfaceOf = (id: string) => scene(id).locator('foothold-host [part~="surface"]')
const buttonOf = (id: string) => scene(id).locator('foothold-host [part~="action-primary"]')
const color = (id: string, property = 'backgroundColor') =>
  buttonOf(id).evaluate((element, name) => getComputedStyle(element)[name as 'color'], property)

const verdict = (words: string) => visitor.page.locator('#verdict', { hasText: words }).waitFor()

async function openStudio(hash = '') {
  const { page } = visitor
  await page.goto(`${await origin()}/studio${hash}`)
  await page.locator('#verdict', { hasText: 'pass AA' }).waitFor({ state: 'attached' })
}

async function origin() {
  await visitor.open('/harbor')
  return new URL(visitor.page.url()).origin
}

test('an edited token changes the surfaces at once, and a color that cannot be read fails its verdict', async () => {
  const { page } = visitor
  await openStudio()
  await buttonOf('tooltip-bottom').waitFor()
  // what opens by itself in the pages of the surfaces neither takes the focus nor scrolls
  await page.locator('[data-scene="modal"][data-ready]').waitFor()
  expect(await page.evaluate(() => [scrollY, document.activeElement?.tagName])).toEqual([0, 'BODY'])
  await page.getByLabel('accent', { exact: true }).fill('#0b6e4f')
  await expect.poll(() => color('tooltip-bottom')).toBe('rgb(11, 110, 79)')
  await verdict('All 14 pairs of colors pass AA')

  await page.getByLabel('accent', { exact: true }).fill('#9be7c4')
  await verdict('3 of 14 pairs of colors fail AA')
  expect(await page.locator('[data-token="accent-text"] .badge').textContent()).toMatch(/^1\.\d\d ✗$/)
  // the surface takes a moment from one color to the next
  await expect.poll(() => color('tooltip-bottom')).toBe('rgb(155, 231, 196)')

  // what is no color is told, and changes nothing
  await page.getByLabel('accent', { exact: true }).fill('url(//evil.example)')
  await page.getByText('"url(//evil.example)" is no color.').waitFor()
  expect(await color('tooltip-bottom')).toBe('rgb(155, 231, 196)')

  await page.getByRole('button', { name: 'Undo accent', exact: true }).click()
  await verdict('All 14 pairs of colors pass AA')
  await expect.poll(() => color('tooltip-bottom')).toBe('rgb(79, 85, 216)')
})

test('a reload keeps what was edited, and what it can be undone to', async () => {
  const { page } = visitor
  await openStudio()
  const text = page.getByLabel('The theme as text')
  await page.getByLabel('accent', { exact: true }).fill('#0b6e4f')
  await page.getByLabel('Name', { exact: true }).fill('moss')
  await expect.poll(() => text.inputValue()).toMatch(/"moss"[\s\S]*--foothold-accent: #0b6e4f/)
  await page.reload()
  await expect.poll(() => text.inputValue()).toMatch(/"moss"[\s\S]*--foothold-accent: #0b6e4f/)
  await page.getByRole('button', { name: 'Undo accent', exact: true }).click()
  await expect.poll(() => text.inputValue()).toContain('--foothold-accent: #4f55d8')
})

test('a reload keeps the tab, the guide that was pasted, and how all is looked at', async () => {
  const { page } = visitor
  await openStudio()
  await page.getByRole('button', { name: 'Long' }).click()
  await page.getByRole('button', { name: '360', exact: true }).click()
  await page.getByLabel('Show').selectOption('Survey')
  await page.getByRole('tab', { name: 'Flows' }).click()
  await page.getByLabel('Guide', { exact: true }).selectOption('own')
  const guide = { format: 1, flows: [{ id: 'mine', version: 1, trigger: 'Never Happens', steps: [] }] }
  await page.getByLabel('The guide, as JSON').fill(JSON.stringify(guide))
  await page.getByRole('button', { name: 'Phone' }).click()
  await page.reload()
  await page.getByRole('button', { name: 'mine', exact: true }).waitFor()
  const pressed = () => page.locator('.tools [aria-pressed=true]:visible').allTextContents()
  expect(await pressed()).toEqual(['Its own theme', 'Phone'])
  await page.getByRole('tab', { name: 'Theme' }).click()
  expect(await pressed()).toEqual(['Light', '360', 'Long'])
  expect(await page.getByLabel('Show').inputValue()).toBe('Survey')
})

test('two surfaces stand side by side at 1280 px, each as wide as it says', async () => {
  await openStudio()
  const tiles = visitor.page.locator('.grid').first().locator('iframe')
  const [one, other] = await Promise.all([0, 1].map((at) => tiles.nth(at).boundingBox()))
  expect(other!.y).toBe(one!.y)
  expect(other!.x + other!.width).toBeLessThan(1280)
  expect(await tiles.first().evaluate((frame: HTMLIFrameElement) => frame.contentWindow!.innerWidth)).toBe(500)
})

test('a theme of two brand colors has a dark form, and goes out and comes in as it was', async () => {
  const { page } = visitor
  await openStudio()
  await page.getByLabel('First', { exact: true }).fill('#ffd500')
  await page.getByLabel('Second', { exact: true }).fill('#1b1f3b')
  await page.getByRole('button', { name: 'Make a theme' }).click()
  await expect.poll(() => color('tooltip-bottom')).toBe('rgb(255, 213, 0)')
  await verdict('All 14 pairs of colors pass AA')
  await page.getByRole('button', { name: 'Dark', exact: true }).click()
  await verdict('All 14 pairs of colors pass AA')

  await page.getByLabel('Name', { exact: true }).fill('bee')
  const text = page.getByLabel('The theme as text')
  const css = await text.inputValue()
  expect(css).toContain('foothold-host[data-theme="bee-auto"]')
  await page.getByRole('button', { name: 'Design tokens' }).click()
  const json = await text.inputValue()
  expect(JSON.parse(json).foothold.color.accent.$value).toMatchObject({ hex: '#ffd500' })

  await page.getByLabel('Begin with').selectOption('console')
  await expect.poll(() => color('tooltip-bottom')).toBe('rgb(61, 220, 151)')
  await page.getByText('Bring design tokens in').click()
  await page.getByLabel(/W3C design tokens/).fill(json)
  await page.getByRole('button', { name: 'Take over' }).click()
  await expect.poll(() => text.inputValue()).toBe(json)
  await page.getByRole('button', { name: 'CSS' }).click()
  expect(await text.inputValue()).toBe(css)

  await page.getByLabel(/W3C design tokens/).fill('{ "acent": "red", "radius": "1px" }')
  await page.getByRole('button', { name: 'Take over' }).click()
  await page.getByText('There is no token "acent".').waitFor()
})

test('every surface is drawn in the language and direction that is asked for', async () => {
  const { page } = visitor
  await openStudio()
  await page.getByRole('button', { name: 'Right to left' }).click()
  await surfaceOf('tooltip-bottom').getByText('ادعُ فريقك إلى المشروع').waitFor()
  expect(await surfaceOf('tooltip-bottom').evaluate((element) => getComputedStyle(element).direction)).toBe('rtl')
  await page.getByRole('button', { name: '320', exact: true }).click()
  await expect.poll(() => surfaceOf('tooltip-bottom').evaluate(() => innerWidth)).toBe(320)
})

test('a flow is stepped through without its trigger, on the app that it is made for, and nobody hears of it', async () => {
  const { page, received } = visitor
  await openStudio('#flows')
  const app = page.frameLocator('#preview')
  const surface = (words: string) =>
    app.locator('foothold-host :not([inert]) > [part~="surface"]:visible').filter({ hasText: words })
  await page.getByRole('button', { name: 'Welcome tour', exact: true }).click()
  await surface('Welcome aboard').getByRole('button', { name: 'Show me around' }).click()
  await surface('Everything starts with a project').getByRole('button', { name: 'Next' }).click()
  await surface('Your work, in three columns').waitFor()

  await page.getByRole('button', { name: 'Welcome tour, from create' }).click()
  await surface('Everything starts with a project').waitFor()

  await page.getByLabel('Guide', { exact: true }).selectOption('own')
  await page.getByLabel('The guide, as JSON').fill(
    JSON.stringify({
      format: 1,
      flows: [
        {
          id: 'mine',
          version: 1,
          trigger: 'Never Happens',
          steps: [{ id: 'one', type: 'message', target: '@save', props: { title: 'Save often' } }],
        },
      ],
    }),
  )
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('button', { name: 'mine', exact: true }).click()
  await surface('Save often').waitFor()
  await app.getByRole('button', { name: '@save' }).waitFor()
  expect(received('Flow Started').filter(({ flow }) => flow === 'mine')).toEqual([])
  expect(received('Step Viewed', { step: 'create' })).toEqual([])
})

test.each([
  ['light', 1280],
  ['dark', 320],
] as const)('the studio has no accessibility fault that axe knows of, %s at %d pixels', async (colorScheme, width) => {
  const { page } = visitor
  await page.emulateMedia({ colorScheme })
  await page.setViewportSize({ width, height: 800 })
  for (const hash of ['', '#flows']) {
    await openStudio(hash)
    if (!hash) await buttonOf('tooltip-bottom').waitFor({ state: 'attached' })
    expect(await page.evaluate(() => [scrollY, document.documentElement.scrollWidth <= innerWidth])).toEqual([0, true])
    await page.evaluate(axe)
    // the surfaces have tests of their own
    const { violations } = await page.evaluate(() =>
      (window as unknown as { axe: typeof import('axe-core') }).axe.run(document, { iframes: false }),
    )
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
  }
})
