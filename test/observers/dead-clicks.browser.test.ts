import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { deadClicks } from '../../src/observers/dead-clicks.ts'
import { observerContract, type Watched, watch } from '../../src/testing/observer-contract.ts'

const markup = '<button id="it" data-foothold="export">Export</button><button id="other">Other</button><p id="p"></p>'
const it = () => document.getElementById('it')!

/** A press and a click as a mouse makes them, without the focus that goes with them. */
function click(element = it(), given: MouseEventInit = {}) {
  const options = { bubbles: true, cancelable: true, composed: true, detail: 1, ...given }
  element.dispatchEvent(new PointerEvent('pointerdown', options))
  element.dispatchEvent(new MouseEvent('click', options))
}

/** Mutation observers have been told, and selections too. */
const told = () => new Promise((done) => setTimeout(done, 20))

afterEach(() => {
  document.body.innerHTML = ''
  getSelection()!.removeAllRanges()
})

describe('deadClicks, as every observer,', () => {
  const cases = observerContract({
    create: deadClicks,
    markup,
    async provoke(clock) {
      await told()
      click()
      clock.advance(2500)
    },
    reports: ['Dead Clicked'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('deadClicks', () => {
  let page: Watched
  beforeEach(() => {
    document.body.innerHTML = markup
    page = watch(deadClicks())
  })
  afterEach(() => page.stop())

  test('reports a button that does nothing after two and a half seconds, clicked with a real mouse', async () => {
    await userEvent.click(it())
    await told()
    page.clock.advance(2499)
    expect(page.reports).toEqual([])
    page.clock.advance(1)
    const properties = { anchor: 'export', text: 'Export', path: location.pathname }
    expect(page.reports).toEqual([{ type: 'Dead Clicked', properties }])
    expect(page.clock.timers).toBe(0)
  })

  test.each<[string, (element: HTMLElement) => void]>([
    ['changes a text', () => document.getElementById('p')!.append('Exported')],
    ['changes an attribute', (element) => element.setAttribute('aria-expanded', 'true')],
    ['changes a style', (element) => element.style.setProperty('color', 'red')],
    ['changes the address', () => history.replaceState(history.state, '', '#exported')],
    ['moves the focus', () => document.getElementById('other')!.focus()],
    ['scrolls', () => document.dispatchEvent(new Event('scroll'))],
    ['selects', (element) => getSelection()!.selectAllChildren(element)],
    ['opens a popover', () => document.body.dispatchEvent(new Event('toggle'))],
    ['plays something', () => document.body.dispatchEvent(new Event('play'))],
    ['opens a window', () => dispatchEvent(new FocusEvent('blur'))],
    ['asks the server', () => void fetch('/nothing-there').catch(() => {})],
  ])('takes a click that %s for alive', async (name, does) => {
    const home = location.href
    it().addEventListener('click', (event) => does(event.currentTarget as HTMLElement))
    await userEvent.click(it())
    await told()
    if (name === 'asks the server')
      await expect
        .poll(() => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/nothing-there')))
        .toBe(true)
    await told()
    page.clock.advance(10_000)
    expect(page.reports).toEqual([])
    history.replaceState(history.state, '', home)
  })

  test('reports a disabled button, which never has a click', async () => {
    document.body.innerHTML = '<button id="it" disabled>Save</button>'
    await told()
    await userEvent.click(it(), { force: true })
    await told()
    page.clock.advance(2500)
    expect(page.of('Dead Clicked')).toMatchObject([{ text: 'Save' }])
  })

  test('sees that the address has changed without the Navigation API too', async () => {
    page.stop()
    const [home, original] = [location.href, Object.getOwnPropertyDescriptor(window, 'navigation')]
    Object.defineProperty(window, 'navigation', { configurable: true, value: undefined })
    page = watch(deadClicks())
    click()
    history.replaceState(history.state, '', '#exported')
    page.clock.advance(10_000)
    expect(page.reports).toEqual([])
    history.replaceState(history.state, '', home)
    if (original) Object.defineProperty(window, 'navigation', original)
  })

  test('knows what opens with the press, before the click', async () => {
    it().addEventListener('pointerdown', () => document.getElementById('p')!.append('A menu'))
    await userEvent.click(it())
    await told()
    page.clock.advance(10_000)
    expect(page.reports).toEqual([])
  })

  test('knows what changes in the shadow root that was clicked', async () => {
    document.body.innerHTML = '<x-card></x-card>'
    const root = document.querySelector('x-card')!.attachShadow({ mode: 'open' })
    root.innerHTML = '<button id="dead">Dead</button><button id="live">Live</button>'
    root.getElementById('live')!.addEventListener('click', ({ target }) => (target as Element).append('!'))
    for (const button of root.querySelectorAll('button')) {
      click(button)
      await told()
      page.clock.advance(2500)
    }
    expect(page.of('Dead Clicked')).toMatchObject([{ text: 'Dead' }])
  })

  test('takes scrolling and selecting that come later than the click for no answer', async () => {
    click()
    page.clock.advance(150)
    document.dispatchEvent(new Event('scroll'))
    page.clock.advance(2500)
    expect(page.types()).toEqual(['Dead Clicked'])
  })

  test('takes a later press elsewhere for the end of the wait, and pressing on for none', () => {
    click()
    page.clock.advance(400)
    click()
    page.clock.advance(100)
    click(document.getElementById('other')!)
    expect(page.of('Dead Clicked')).toMatchObject([{ anchor: 'export' }])
    page.clock.advance(400)
    click()
    expect(page.reports).toHaveLength(1)
    page.clock.advance(2499)
    expect(page.reports).toHaveLength(1)
    page.clock.advance(1)
    expect(page.reports).toHaveLength(2)
    expect(page.clock.timers).toBe(0)
  })

  test.each([
    ['a link', '<a id="it" href="/download">x</a>'],
    ['a field', '<input id="it">'],
    ['a video', '<video id="it"></video>'],
    ['plain text', '<p id="it">x</p>'],
  ])('leaves %s alone', (_, html) => {
    document.body.innerHTML = html
    it().addEventListener('click', (event) => event.preventDefault())
    click()
    page.clock.advance(10_000)
    expect(page.reports).toEqual([])
  })

  test.each([
    ['a pointer', '<p id="it" style="cursor: pointer">Card</p>', 'Card'],
    ['a role', '<div role="tab"><i id="it">x</i>Tab</div>', 'xTab'],
    ['a link to nowhere', '<a id="it" href="#">Nowhere</a>', 'Nowhere'],
  ])('takes what has %s for something to press', (_, html, text) => {
    document.body.innerHTML = html
    it().addEventListener('click', (event) => event.preventDefault())
    click()
    page.clock.advance(10_000)
    expect(page.of('Dead Clicked')).toEqual([{ text, path: location.pathname }])
  })

  test('leaves clicks with a modifier or another button, by script, and a press that is no click, alone', () => {
    click(it(), { metaKey: true })
    click(it(), { button: 2 })
    it().click()
    it().dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
    page.clock.advance(10_000)
    expect(page.reports).toEqual([])
  })

  test("leaves Foothold's own surfaces alone", () => {
    document.body.innerHTML = '<foothold-host></foothold-host>'
    const root = document.querySelector('foothold-host')!.attachShadow({ mode: 'open' })
    root.innerHTML = '<button>x</button>'
    click(root.querySelector('button')!)
    page.clock.advance(10_000)
    expect(page.reports).toEqual([])
  })
})
