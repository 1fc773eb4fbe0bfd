import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { rageClicks } from '../../src/observers/rage-clicks.ts'
import { observerContract, type Watched, watch } from '../../src/testing/observer-contract.ts'

const markup = '<button id="it" data-foothold="save.button">Save <b>now</b></button>'

/** A click as a mouse makes it. */
function click(id = 'it', x = 50, y = 50) {
  const element = document.getElementById(id)!
  element.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, detail: 1, clientX: x, clientY: y }))
}

afterEach(() => {
  document.body.innerHTML = ''
  getSelection()!.removeAllRanges()
})

describe('rageClicks, as every observer,', () => {
  const cases = observerContract({
    create: rageClicks,
    markup,
    provoke(clock) {
      for (let turn = 0; turn < 3; turn++) click()
      clock.advance(1000)
    },
    reports: ['Rage Clicked'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('rageClicks', () => {
  let page: Watched
  beforeEach(() => {
    document.body.innerHTML = markup
    page = watch(rageClicks())
  })
  afterEach(() => page.stop())

  test('reports a run of clicks once, with how many they were, when a second has passed without another', () => {
    for (let turn = 0; turn < 5; turn++) {
      click()
      page.clock.advance(300)
    }
    page.clock.advance(699)
    expect(page.reports).toEqual([])
    page.clock.advance(1)
    const properties = { anchor: 'save.button', text: 'Save now', path: location.pathname, clicks: 5 }
    expect(page.reports).toEqual([{ type: 'Rage Clicked', properties }])
    page.clock.advance(60_000)
    expect(page.reports).toHaveLength(1)
  })

  test('takes two clicks, or three that are a second apart, for none', () => {
    click()
    click()
    page.clock.advance(5000)
    for (let turn = 0; turn < 3; turn++) {
      click()
      page.clock.advance(1000)
    }
    page.clock.advance(5000)
    expect(page.reports).toEqual([])
  })

  test.each([
    ['29 pixels away are one run', 29, 1],
    ['30 pixels away are several', 30, 0],
  ])('clicks that are %s', (_, distance, runs) => {
    for (const turn of [0, 1, 2]) click('it', 50 + (turn % 2) * distance)
    page.clock.advance(1000)
    expect(page.reports).toHaveLength(runs)
  })

  test('reports a run that the end of the page cuts short', () => {
    for (let turn = 0; turn < 4; turn++) click()
    dispatchEvent(new PageTransitionEvent('pagehide'))
    expect(page.of('Rage Clicked')).toMatchObject([{ clicks: 4 }])
    page.clock.advance(5000)
    expect(page.reports).toHaveLength(1)
  })

  test.each([
    ['a field', '<input id="it" value="secret">'],
    ['editable text', '<p contenteditable><b id="it">x</b></p>'],
    ['a stepper', '<button id="it">+</button>'],
    ['an arrow', '<button aria-label="→"><i id="it">x</i></button>'],
    ['a pager', '<button id="it">Next page</button>'],
    ['what is marked as pressed often', '<div data-foothold-repeat><button id="it">Roll</button></div>'],
    ['a game', '<canvas id="it"></canvas>'],
  ])('leaves %s alone', (_, html) => {
    document.body.innerHTML = html
    for (let turn = 0; turn < 6; turn++) click()
    page.clock.advance(1000)
    expect(page.reports).toEqual([])
  })

  test('does not take Preview for a pager', () => {
    document.body.innerHTML = '<button id="it">Preview</button>'
    for (let turn = 0; turn < 3; turn++) click()
    page.clock.advance(1000)
    expect(page.of('Rage Clicked')).toMatchObject([{ text: 'Preview' }])
  })

  test('takes a triple click that selects a paragraph for reading, unless the pointer says it can be pressed', () => {
    for (const cursor of ['auto', 'pointer']) {
      document.body.innerHTML = `<p id="it" style="cursor: ${cursor}">Words</p>`
      getSelection()!.selectAllChildren(document.getElementById('it')!)
      for (let turn = 0; turn < 3; turn++) click()
      page.clock.advance(1000)
    }
    expect(page.of('Rage Clicked')).toMatchObject([{ text: 'Words', clicks: 3 }])
  })

  test('leaves clicks by key or script, and those in our own surfaces, alone', () => {
    for (let turn = 0; turn < 5; turn++) document.getElementById('it')!.click()
    page.clock.advance(1000)
    document.body.innerHTML = '<foothold-host id="it"></foothold-host>'
    const root = document.getElementById('it')!.attachShadow({ mode: 'open' })
    root.innerHTML = '<button>x</button>'
    for (let turn = 0; turn < 5; turn++)
      root.firstChild!.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, detail: 1 }))
    page.clock.advance(1000)
    expect(page.reports).toEqual([])
  })

  test('reads nothing that is masked, and no text of a whole region', () => {
    document.body.innerHTML =
      '<div data-foothold-mask><button id="it" aria-label="secret">secret</button></div><main id="all"><p>secret</p></main>'
    for (const id of ['it', 'all']) {
      for (let turn = 0; turn < 3; turn++) click(id)
      page.clock.advance(1000)
    }
    expect(page.of('Rage Clicked')).toEqual([
      { path: location.pathname, clicks: 3 },
      { path: location.pathname, clicks: 3 },
    ])
  })
})
