import { afterEach, describe, expect, test } from 'vitest'
import { scrollDepth } from '../../src/observers/scroll-depth.ts'
import { observerContract, type Watched, watch } from '../../src/testing/observer-contract.ts'

const markup = '<div style="height: 1000vh"></div>'

/** Scrolls, and tells that it has ended: the browser does so a little later, when it may have been told already. */
function scroll(screens: number, scroller: Element = document.scrollingElement!) {
  scroller.scrollTo({ top: screens * innerHeight, behavior: 'instant' })
  const target = scroller === document.scrollingElement ? document : scroller
  target.dispatchEvent(new Event('scrollend', { bubbles: target === document }))
}

afterEach(() => {
  document.body.innerHTML = ''
})

describe('scrollDepth, as every observer,', () => {
  const cases = observerContract({
    create: scrollDepth,
    markup,
    provoke() {
      scroll(2)
      scroll(10)
    },
    reports: ['Page Scrolled', 'Page Scrolled', 'Page Scrolled', 'Page Scrolled'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('scrollDepth', () => {
  let page: Watched
  afterEach(() => page.stop())
  const start = (html = markup) => {
    document.body.innerHTML = html
    scrollTo({ top: 0, behavior: 'instant' })
    page = watch(scrollDepth())
  }
  const percents = () => page.of('Page Scrolled').map((properties) => properties?.percent)

  test('reports how much of the page has come into view, each quarter once', () => {
    start()
    scroll(1)
    expect(page.reports).toEqual([])
    scroll(1.6)
    expect(page.reports).toEqual([{ type: 'Page Scrolled', properties: { percent: 25, path: location.pathname } }])
    scroll(0)
    scroll(1.6)
    scroll(4.2)
    expect(percents()).toEqual([25, 50])
  })

  test('reports all that a jump to the end passes, in order', () => {
    start()
    scroll(100)
    expect(percents()).toEqual([25, 50, 75, 100])
  })

  test('says nothing of a page that does not scroll, or is not scrolled', () => {
    start('<p>Short</p>')
    scroll(1)
    page.stop()
    start()
    page.clock.advance(60_000)
    expect(page.reports).toEqual([])
  })

  test('takes the part that an app scrolls for the page, but no list in it', () => {
    start(
      `<ul style="height: 20vh; overflow: auto"><li style="height: 900vh"></li></ul>
      <main style="height: 70vh; overflow: auto"><div style="height: 300vh"></div></main>`,
    )
    scroll(100, document.querySelector('ul')!)
    expect(page.reports).toEqual([])
    scroll(1, document.querySelector('main')!)
    expect(percents()).toEqual([25, 50])
  })

  test('begins anew on another page of a single-page app', () => {
    const home = location.href
    start()
    scroll(2)
    history.pushState(null, '', '/other')
    scroll(2)
    expect(page.of('Page Scrolled').map((properties) => properties?.path)).toEqual([new URL(home).pathname, '/other'])
    history.replaceState(null, '', home)
  })
})
