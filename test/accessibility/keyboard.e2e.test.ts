import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserPath } from '../browser.mjs'
import { calm, clear, createScenery, type Language, perform, type Scenery } from '../visual/scenery.ts'
import { type Scene, scenes } from '../visual/scenes.ts'

/* Whoever has no pointer: every surface is reached, used and left by keys, and the focus is never lost or taken. */
let scenery: Scenery
let page: Page
beforeAll(async () => {
  scenery = await createScenery(await browserPath())
  page = await scenery.window()
})
afterAll(() => scenery?.close())

/** Shows a scene to somebody who has just pressed the page's Help button. */
async function show(id: string, { lang = 'en', enter = false }: { lang?: Language; enter?: boolean } = {}) {
  const { enter: does, ...scene } = scenes.find((one) => one.id === id) as Scene
  await clear(page, lang)
  await page.locator('#opener').focus()
  await perform(page, enter && does ? { ...scene, enter: does } : scene)
}

/** What has the focus: an element of the page by its id, one of ours by its name. */
const focused = () =>
  page.evaluate(() => {
    const outside = document.activeElement!
    const inside = outside.shadowRoot?.activeElement as HTMLInputElement | null | undefined
    if (!inside) return outside.id ? `#${outside.id}` : outside.localName
    const [label] = inside.labels ?? []
    const title = (inside.getRootNode() as ShadowRoot).getElementById(`${inside.getAttribute('aria-labelledby')}`)
    const words = title?.textContent ?? inside.ariaLabel ?? label?.textContent ?? inside.textContent
    return words?.trim() || inside.getAttribute('part') || inside.localName
  })

/** Presses keys one after another; answers what had the focus after each. */
async function press(...keys: string[]): Promise<string[]> {
  const found: string[] = []
  for (const key of keys) {
    await page.keyboard.press(key)
    // What a key does is drawn in a frame; Tab itself changes nothing.
    if (!key.endsWith('Tab')) await calm(page)
    found.push(await focused())
  }
  return found
}

const times = (count: number, key: string) => Array.from({ length: count }, () => key)
const pass = (ms: number) => page.evaluate((ms) => window.scene.pass(ms), ms)
const gone = () => page.locator('foothold-host .surface').waitFor({ state: 'detached' })
const ofPage = (name: string) => name.startsWith('#')

const modal = scenes.filter(({ steps }) => steps[0]?.surface === 'modal')
const beside = scenes.filter((scene) => !modal.includes(scene))

test.each(beside)('$id takes no focus when it appears, is reached with Tab, and is left with Tab', async ({ id }) => {
  await show(id)
  expect(await focused()).toBe('#opener')
  const way: string[] = []
  while (way.length < 30 && way.at(-1) !== '#opener') way.push(...(await press('Tab')))
  const controls = await page.evaluate(() => {
    const all = document.querySelectorAll('foothold-host')
    const named = [...all].flatMap(({ shadowRoot }) => [...shadowRoot!.querySelectorAll('.flow button')])
    return named.filter((one) => one.checkVisibility()).map((one) => one.ariaLabel ?? one.textContent!.trim())
  })
  expect(controls.length).toBeGreaterThan(0)
  for (const control of controls) expect(way).toContain(control)
  for (const element of ['#word', '#share', '#opener']) expect(way).toContain(element)
})

test.each(modal)('$id, which is modal, keeps Tab within it, in both directions, until Escape', async ({ id }) => {
  await show(id)
  expect(await focused()).not.toBe('#opener')
  for (const key of ['Tab', 'Shift+Tab']) {
    const way = await press(...times(16, key))
    expect(way.filter(ofPage)).toEqual([])
    expect(way).toContain('Close')
  }
  await page.keyboard.press('Escape')
  await gone()
  expect(await focused()).toBe('#opener')
})

describe('a tooltip', () => {
  test('follows its element in the order of Tab, and leads back to it', async () => {
    await show('tooltip-below')
    expect(await press(...times(7, 'Tab'))).toEqual([
      ...['#word', '#share', 'Boards can be shared', 'Skip', 'Next', 'Close', 'Go to the highlighted element'],
    ])
    expect(await press('Enter')).toEqual(['#share'])
  })

  test('takes the focus along to the next step, and gives it back at the end', async () => {
    await show('tooltip-below')
    await press(...times(5, 'Tab'))
    expect(await press('Enter')).toEqual(['Take the numbers with you'])
    await press('Escape')
    await gone()
    expect(ofPage(await focused())).toBe(true)
  })

  test('closes with Escape from anywhere, and leaves the focus where it was', async () => {
    await show('spotlight')
    expect(await press('Tab', 'Escape')).toEqual(['#word', '#word'])
    await gone()
  })
})

describe('a hotspot', () => {
  test.each(['Enter', 'Space'])('opens with %s, closes with Escape, and keeps the place', async (key) => {
    await show('hotspot')
    const mark = 'Tip: Boards can be shared'
    expect(await press('Tab', 'Tab', 'Tab', key)).toEqual(['#word', '#share', mark, 'Boards can be shared'])
    expect(await press('Escape')).toEqual([mark])
    expect(await page.locator('foothold-host .surface').isVisible()).toBe(false)
    expect(await press('Shift+Tab')).not.toEqual([mark])
  })
})

test('a banner is left out by Escape, and the page keeps the focus', async () => {
  await show('banner')
  expect(await press('Escape')).toEqual(['#opener'])
  await gone()
})

test.each(['inline-append', 'inline-replace'])('%s stands in the order of the page', async (id) => {
  await show(id)
  expect(await press(...times(5, 'Tab'))).toEqual(['#word', '#share', 'Done', 'Close', '#export'])
})

describe.each([
  ['en', 'ArrowRight', 'ArrowLeft'],
  ['ar', 'ArrowLeft', 'ArrowRight'],
] as const)('a scale in %s', (lang, onward, back) => {
  test('is one stop of Tab; arrows choose along the direction of the text, and send nothing', async () => {
    await show('nps', { lang })
    const first = page.locator('foothold-host input').first()
    await first.focus()
    expect(await press(onward, onward, onward, back)).toEqual(['1', '2', '3', '2'])
    const [next] = await press('Tab')
    expect(next).toBe(lang === 'en' ? 'Submit' : 'إرسال')
    expect(await press('Shift+Tab')).toEqual(['2'])
    expect(await page.locator('foothold-host .surface').isVisible()).toBe(true)
  })
})

describe('a survey', () => {
  test('without the answer it needs leads to where it is given', async () => {
    await show('nps-missing')
    await page.locator('foothold-host button[type=submit]').focus()
    expect(await press('Enter', 'Space')).toEqual(['0', '0'])
    expect(await page.locator('foothold-host [role=alert]').count()).toBe(0)
  })

  test('says thank you where the focus is, and gives it back when that is over', async () => {
    await show('rating')
    await page.locator('foothold-host input').first().focus()
    await press('Space', 'ArrowRight')
    const [thanks] = await press('Enter')
    expect(thanks).toContain('Thank you')
    await pass(4000)
    await gone()
    expect(await focused()).toBe('#opener')
  })

  test('keeps what is typed from the hotkeys of the page', async () => {
    await show('text')
    await page.keyboard.type('k')
    expect(await page.evaluate(() => window.scene.heard)).toEqual(['k'])
    await page.locator('foothold-host textarea').focus()
    await page.keyboard.type('jk?')
    await page.locator('foothold-host button[type=submit]').focus()
    await page.keyboard.type('s')
    expect(await page.locator('foothold-host textarea').inputValue()).toBe('jk?')
    expect(await page.evaluate(() => window.scene.heard)).toEqual(['k'])
  })

  test('takes several choices with Space, and other words after them', async () => {
    await show('several')
    expect((await press(...times(4, 'Tab'))).slice(1)).toEqual(['Work', 'Private projects', 'Other'])
    await press('Space', 'Shift+Tab', 'Space')
    expect(await page.locator('foothold-host input[type=checkbox]:checked').count()).toBe(2)
    // The words are asked for right behind the choice.
    const mail = 'May we ask back? Then where? (optional)'
    expect(await press('Tab', 'Tab', 'Tab')).toEqual(['Other', 'Other', mail])
  })
})

describe('an offer', () => {
  test('is copied with Enter, and the focus stays on the button that says so', async () => {
    await show('offer')
    await page.locator('foothold-host [part~=code] button').focus()
    expect(await press('Enter')).toEqual(['Copied'])
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('TEAM50')
  })
})

describe('a checklist', () => {
  test('is ticked off with Space, made small and large again, and never loses the focus', async () => {
    await show('checklist')
    await page.locator('foothold-host [part~=item]').last().focus()
    expect(await press('Space')).toEqual([expect.stringContaining('Completed')])
    await page.locator('foothold-host [part~=launcher]').focus()
    expect(await press('Enter', 'Enter')).toEqual(['Get started 1 of 5', 'Minimize'])
    expect(await press('Escape')).toEqual(['Get started 1 of 5'])
    // Small as it is, it is out of the way: the next Escape is the page's.
    expect(await press('Escape')).toEqual(['Get started 1 of 5'])
    expect(await page.locator('foothold-host .surface').isVisible()).toBe(true)
  })
})

test('what is put off goes away with Enter, and the focus goes back', async () => {
  await show('announcement')
  await page.locator('foothold-host [part~=actions] button').first().focus()
  await press('Enter')
  await gone()
  expect(await focused()).toBe('#opener')
})

test('where the opener is gone, nothing of what was closed keeps the focus', async () => {
  await show('modal')
  await page.evaluate(() => document.querySelector('#opener')!.remove())
  await press('Escape')
  await gone()
  expect(await focused()).toBe('body')
  expect((await press('Tab')).every(ofPage)).toBe(true)
})
