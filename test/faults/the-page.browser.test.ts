import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { page } from 'vitest/browser'
import { seekTarget } from '../../src/surfaces/target.ts'
import { closeTabs, guideOf, openTab } from '../foothold/tab.ts'
import { closeHouses, flowOf, playhouse, put, root, surface, titles, until } from '../stage/playhouse.ts'
import { painted } from '../surfaces/theatre.ts'

// What a page does to a widget, and its visitors' browsers to both.

beforeEach(() => {
  document.body.innerHTML = ''
})

afterEach(() => {
  closeHouses()
  closeTabs()
  vi.restoreAllMocks()
  document.body.innerHTML = ''
})

function modal(props: { [key: string]: unknown } = {}) {
  const house = playhouse({ flows: [flowOf([{ id: 'one', surface: 'modal', props: props as never }])] })
  house.play('tour')
  return house
}

test('two widgets on one page know nothing of one another', async () => {
  const first = openTab({ guide: guideOf({ id: 'first' }) })
  const second = openTab({ guide: guideOf({ id: 'second' }) })
  first.foothold.track('Button Clicked')
  await until(() => first.foothold.profile.counts['Button Clicked'])
  expect(second.foothold.profile.counts).toEqual({})
  first.foothold.stop()
  second.foothold.track('Button Clicked')
  await until(() => second.foothold.profile.counts['Button Clicked'] === 1)
})

test('a page that has changed the prototype of all objects gets no code of its own drawn', async () => {
  const prototype = Object.prototype as { [key: string]: unknown }
  const hostile = {
    dangerouslySetInnerHTML: { __html: '<img src=x onerror=alert(1)>' },
    href: 'javascript:alert(1)',
    url: '//evil.example',
  }
  const alert = vi.spyOn(window, 'alert').mockImplementation(() => {})
  const house = modal({ text: 'A text' })
  house.stage.stop()
  try {
    Object.assign(prototype, hostile)
    const polluted = modal({ text: 'A text' })
    await painted()
    await painted()
    polluted.stage.stop()
  } finally {
    for (const key of Object.keys(hostile)) delete prototype[key]
  }
  expect(alert).not.toHaveBeenCalled()
  // Afterwards it draws as ever.
  modal({ text: 'A text' })
  await until(() => titles()[0] === 'one')
})

test('ten thousand mutations at once are looked at a few times, not once each', async () => {
  const found = vi.fn()
  const stop = seekTarget('#never', found)
  const looked = vi.spyOn(Document.prototype, 'querySelectorAll')
  for (let i = 0; i < 10_000; i++) document.body.append(document.createElement('i'))
  await painted()
  await painted()
  expect(looked.mock.calls.length).toBeLessThan(20)
  document.body.insertAdjacentHTML('beforeend', '<p id="never">x</p>')
  await until(() => found.mock.calls.length)
  stop()
})

test('popovers of the page stay open when a surface comes, and surfaces when a popover does', async () => {
  document.body.innerHTML = '<div id="menu" popover>Menu</div><div id="other" popover>Other</div>'
  put('there')
  document.querySelector<HTMLElement>('#menu')!.showPopover()
  const house = playhouse({ flows: [flowOf([{ id: 'tip', target: '#there' }])] })
  house.play('tour')
  await until(() => titles()[0] === 'tip')
  expect(document.querySelector('#menu:popover-open')).not.toBeNull()
  document.querySelector<HTMLElement>('#other')!.showPopover()
  await painted()
  expect(surface()!.checkVisibility()).toBe(true)
  expect(titles()).toEqual(['tip'])
})

test('locks that are missing or refuse leave a tab that keeps and sends by itself', async () => {
  for (const locks of [
    undefined,
    {
      request() {
        throw new DOMException('no', 'SecurityError')
      },
    },
  ]) {
    vi.spyOn(navigator, 'locks', 'get').mockReturnValue(locks as never)
    const { foothold, clock, batches } = openTab()
    foothold.track('Button Clicked')
    await until(() => {
      clock.advance(1000)
      return batches.flatMap(({ activities }) => activities).some(({ type }) => type === 'Button Clicked')
    })
    foothold.stop()
  }
})

test('a translator that puts other nodes in place of the text breaks nothing', async () => {
  const house = playhouse({
    flows: [
      flowOf([
        { id: 'one', surface: 'modal' },
        { id: 'two', surface: 'modal' },
      ]),
    ],
  })
  house.play('tour')
  await until(() => titles()[0] === 'one')
  const texts = document.createTreeWalker(root()!.querySelector('.flow')!, NodeFilter.SHOW_TEXT)
  const nodes: Text[] = []
  while (texts.nextNode()) nodes.push(texts.currentNode as Text)
  for (const node of nodes) {
    const font = document.createElement('font')
    node.replaceWith(font)
    font.append(`${node.data}!`)
  }
  root()!.querySelector<HTMLElement>('.flow [part~=action-primary]')!.click()
  await until(() => titles()[0]?.includes('two'))
  expect(house.codes()).toEqual([])
})

test('messages from other windows are not listened to', async () => {
  const listened = vi.spyOn(window, 'addEventListener')
  const { foothold } = openTab()
  await until(() => foothold.profile)
  modal()
  await until(() => titles()[0] === 'one')
  expect(listened.mock.calls.length).toBeGreaterThan(0)
  expect(listened.mock.calls.map(([type]) => type)).not.toContain('message')
})

test.each([
  { surface: 'card', narrow: true },
  { surface: 'card', narrow: false },
  { surface: 'banner', placement: 'bottom', narrow: true },
  { surface: 'modal', narrow: true },
  { surface: 'tooltip', target: '#there', narrow: true },
] as const)(
  'a $surface stands above a keyboard on the screen, whole (narrow: $narrow)',
  async ({ narrow, ...where }) => {
    await page.viewport(narrow ? 360 : 800, 640)
    const covered = 300
    const height = vi.spyOn(VisualViewport.prototype, 'height', 'get')
    put('there')
    const choices = Array.from({ length: 20 }, (_, i) => `Choice ${i}`)
    const props = { question: 'Which?', kind: 'choice', choices }
    const house = playhouse({ flows: [flowOf([{ id: 'ask', type: 'survey', ...where, props }])] })
    house.play('tour')
    await until(() => root()?.querySelector('.flow input'))
    await painted()
    const before = surface()!.getBoundingClientRect()
    expect(before.bottom).toBeGreaterThan(innerHeight - covered)
    height.mockImplementation(() => innerHeight - covered)
    visualViewport!.dispatchEvent(new Event('resize'))
    const after = surface()!.getBoundingClientRect()
    expect(after.bottom).toBeLessThanOrEqual(innerHeight - covered)
    expect(after.top).toBeGreaterThanOrEqual(0)
    height.mockRestore()
    visualViewport!.dispatchEvent(new Event('resize'))
    expect(surface()!.getBoundingClientRect()).toEqual(before)
    await page.viewport(1000, 700)
  },
)

test('an image that fails keeps its words, and the step stays usable', async () => {
  const house = modal({ image: { url: '/missing.png?no', alt: 'A mountain', width: 200, height: 100 } })
  await until(() => root()?.querySelector('.flow img'))
  const image = root()!.querySelector<HTMLImageElement>('.flow img')!
  image.dispatchEvent(new Event('error'))
  expect(image.alt).toBe('A mountain')
  root()!.querySelector<HTMLElement>('.flow [part~=action-primary]')!.click()
  await until(() => house.told().some((each) => /Flow Completed/.test(each)))
})
