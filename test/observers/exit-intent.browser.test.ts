import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { exitIntent } from '../../src/observers/exit-intent.ts'
import { observerContract, type Watched, watch } from '../../src/testing/observer-contract.ts'

afterEach(() => {
  document.body.innerHTML = ''
  vi.restoreAllMocks()
})

/** A mouse leaves the page, as Chromium tells it. */
function leave(given: MouseEventInit = {}, target: Element = document.body) {
  target.dispatchEvent(
    new MouseEvent('mouseout', { bubbles: true, composed: true, clientX: 300, clientY: -1, ...given }),
  )
}

describe('exitIntent, as every observer,', () => {
  const cases = observerContract({
    create: exitIntent,
    provoke(clock) {
      clock.advance(1000)
      leave()
    },
    reports: ['Exit Intended'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('exitIntent, with a mouse', () => {
  let page: Watched
  beforeEach(() => {
    page = watch(exitIntent())
  })
  afterEach(() => page.stop())

  test('reports each time the pointer leaves through the top', () => {
    page.clock.advance(1000)
    leave()
    leave({ clientY: 0 })
    const properties = { by: 'pointer', path: location.pathname }
    expect(page.reports).toEqual([
      { type: 'Exit Intended', properties },
      { type: 'Exit Intended', properties },
    ])
  })

  test.each<[string, MouseEventInit, string?]>([
    ['through another side', { clientY: 200, clientX: -1 }],
    ['into another element', { relatedTarget: document.documentElement }],
    ['while something is dragged', { buttons: 1 }],
    ['into the list of a select', {}, 'select'],
    ['from a frame', {}, 'iframe'],
  ])('says nothing of a pointer that leaves %s', (_, given, name = 'div') => {
    page.clock.advance(1000)
    const element = document.createElement(name)
    document.body.append(element)
    leave(given, element)
    expect(page.reports).toEqual([])
  })

  test('says nothing in the first second', () => {
    page.clock.advance(999)
    leave()
    expect(page.reports).toEqual([])
  })

  test('is not misled by scrolling, which is how a mouse reads', () => {
    page.clock.advance(1000)
    dispatchEvent(new Event('touchmove'))
    document.dispatchEvent(new Event('scroll'))
    expect(page.reports).toEqual([])
  })
})

describe('exitIntent, with a finger', () => {
  let page: Watched
  beforeEach(() => {
    vi.spyOn(window, 'matchMedia').mockImplementation(
      (query) => ({ matches: query === '(hover: none)' }) as MediaQueryList,
    )
    document.body.innerHTML = '<div style="height: 20000px"></div>'
    page = watch(exitIntent())
  })
  afterEach(() => page.stop())

  /** Scrolls with the speed of so many pixels a millisecond, a frame at a time, and tells it at once. */
  function swipe(from: number, to: number, speed: number, finger = true) {
    const step = Math.sign(to - from) * speed * 20
    for (let top = from; ; top += step) {
      const arrived = step < 0 ? top <= to : top >= to
      scrollTo({ top: arrived ? to : top, behavior: 'instant' })
      if (finger) document.body.dispatchEvent(new Event('touchmove', { bubbles: true }))
      document.dispatchEvent(new Event('scroll'))
      page.clock.advance(20)
      if (arrived) return
    }
  }

  test('reports a fast swipe back to the top', () => {
    swipe(0, 5000, 2)
    swipe(5000, 0, 3)
    expect(page.reports).toEqual([{ type: 'Exit Intended', properties: { by: 'scroll', path: location.pathname } }])
  })

  test('reports the next one too, once it went down again', () => {
    for (let turn = 0; turn < 2; turn++) {
      swipe(0, 5000, 2)
      swipe(5000, 0, 3)
    }
    expect(page.types()).toEqual(['Exit Intended', 'Exit Intended'])
  })

  test.each<[string, () => void]>([
    ['a slow one', () => swipe(5000, 0, 1.5)],
    ['one down', () => swipe(0, 5000, 5)],
    ['one that stays in the middle of the page', () => swipe(9000, 5000, 4)],
    ['one within the first screen', () => swipe(innerHeight - 10, 0, 4)],
    ['a page that scrolls itself', () => swipe(5000, 0, 5, false)],
  ])('says nothing of %s', (_, does) => {
    scrollTo({ top: 9000, behavior: 'instant' })
    page.clock.advance(5000)
    does()
    expect(page.reports).toEqual([])
  })
})
