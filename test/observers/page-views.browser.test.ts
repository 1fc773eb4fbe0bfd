import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pageViews } from '../../src/observers/page-views.ts'
import { observerContract, watch } from '../../src/testing/observer-contract.ts'
import { resetVisibility, setHidden } from './visibility.ts'

let home: string
beforeEach(() => {
  home = location.href
  document.title = 'Home'
  history.pushState(null, '', '/home')
})
afterEach(() => {
  history.pushState(null, '', home)
  resetVisibility()
})

describe('pageViews, as every observer,', () => {
  const cases = observerContract({
    create: pageViews,
    provoke(clock) {
      clock.advance(3000)
      history.pushState(null, '', '/pricing')
      clock.advance(100)
      setHidden(true)
      setHidden(false)
    },
    reports: ['Page Viewed', 'Page Left', 'Page Hidden', 'Page Shown'].slice(1),
  })
  for (const { name, run } of cases) test(name, run)
})

describe('pageViews', () => {
  test('reports the page at the start, with its path alone, title, referrer and device', () => {
    history.replaceState(null, '', '/home?token=secret#top')
    const page = watch(pageViews())
    const properties = { path: '/home', title: 'Home', referrer: document.referrer.replace(/\?.*/, '') }
    expect(page.reports).toEqual([
      {
        type: 'Page Viewed',
        properties,
        page: { ...properties, device: expect.stringMatching(/phone|tablet|desktop/) },
      },
    ])
    page.stop()
  })

  test('reports leaving and viewing on navigation, with the title that the app sets a little later', () => {
    const page = watch(pageViews())
    page.clock.advance(12_345)
    history.pushState(null, '', '/pricing?plan=pro')
    expect(page.of('Page Left')).toEqual([{ path: '/home', seconds: 12.345, engaged: 12.345 }])
    expect(page.reports[1]).toMatchObject({ interaction: false, page: { path: '/home', title: 'Home' } })
    expect(page.types()).toEqual(['Page Viewed', 'Page Left'])
    document.title = 'Pricing'
    page.clock.advance(50)
    expect(page.of('Page Viewed')[1]).toEqual({
      path: '/pricing',
      title: 'Pricing',
      referrer: `${location.origin}/home`,
    })
    page.stop()
  })

  test.each([
    ['another query', () => history.pushState(null, '', '/home?page=2')],
    ['another hash', () => history.pushState(null, '', '/home#faq')],
    ['another state', () => history.replaceState({ scroll: 3 }, '', '/home')],
  ])('reports nothing for %s', (_, navigate) => {
    const page = watch(pageViews())
    navigate()
    page.clock.advance(5000)
    expect(page.types()).toEqual(['Page Viewed'])
    page.stop()
  })

  test('takes the hash for a part of the path where the app is routed by it', () => {
    history.replaceState(null, '', '/home#/cart?step=2')
    const page = watch(pageViews())
    location.hash = '#/checkout'
    page.clock.advance(50)
    expect(page.of('Page Viewed').map((properties) => properties?.path)).toEqual(['/home#/cart', '/home#/checkout'])
    page.stop()
  })

  test('takes a burst of navigations for one, to where it ends', () => {
    const page = watch(pageViews())
    for (let turn = 0; turn < 100; turn++) {
      history.replaceState(null, '', `/turn/${turn % 7}`)
    }
    page.clock.advance(50)
    expect(page.types()).toEqual(['Page Viewed', 'Page Left', 'Page Viewed'])
    expect(page.of('Page Viewed')[1]?.path).toBe('/turn/1')
    page.stop()
  })

  test('counts as engaged only the seconds in which the tab was visible', () => {
    const page = watch(pageViews())
    page.clock.advance(10_000)
    setHidden(true)
    page.clock.advance(60_000)
    setHidden(false)
    page.clock.advance(5_000)
    dispatchEvent(new PageTransitionEvent('pagehide'))
    expect(page.types()).toEqual(['Page Viewed', 'Page Hidden', 'Page Shown', 'Page Left'])
    expect(page.of('Page Left')).toEqual([{ path: '/home', seconds: 75, engaged: 15 }])
    expect(page.reports.slice(1).every((report) => report.interaction === false)).toBe(true)
    page.stop()
  })

  test('has no engaged seconds for a page that was never visible, and says that it is hidden', () => {
    setHidden(true)
    const page = watch(pageViews())
    page.clock.advance(10_000)
    dispatchEvent(new PageTransitionEvent('pagehide'))
    expect(page.types()).toEqual(['Page Viewed', 'Page Hidden', 'Page Left'])
    expect(page.of('Page Left')).toEqual([{ path: '/home', seconds: 10, engaged: 0 }])
    page.stop()
  })

  test('reports the page again when it comes back from the back/forward cache, and counts anew', () => {
    const page = watch(pageViews())
    page.clock.advance(10_000)
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    setHidden(true)
    page.clock.advance(3_600_000)
    setHidden(false)
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    page.clock.advance(2_000)
    dispatchEvent(new PageTransitionEvent('pagehide'))
    expect(page.types()).toEqual(['Page Viewed', 'Page Left', 'Page Viewed', 'Page Left'])
    expect(page.of('Page Left')[1]).toEqual({ path: '/home', seconds: 2, engaged: 2 })
    page.stop()
  })

  test('does not take the end of loading for a return', () => {
    const page = watch(pageViews())
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))
    expect(page.types()).toEqual(['Page Viewed'])
    page.stop()
  })

  test('reports a page that is left before its title was there', () => {
    const page = watch(pageViews())
    history.pushState(null, '', '/pricing')
    dispatchEvent(new PageTransitionEvent('pagehide'))
    expect(page.types()).toEqual(['Page Viewed', 'Page Left', 'Page Viewed', 'Page Left'])
    page.clock.advance(1000)
    expect(page.types()).toHaveLength(4)
    page.stop()
  })

  test('views a prerendered page when it is activated', () => {
    Object.defineProperty(document, 'prerendering', { configurable: true, value: true })
    const page = watch(pageViews())
    page.clock.advance(5000)
    expect(page.types()).toEqual([])
    document.dispatchEvent(new Event('prerenderingchange'))
    delete (document as { prerendering?: boolean }).prerendering
    expect(page.types()).toEqual(['Page Viewed'])
    page.stop()
  })

  test('leaves history as it found it', () => {
    const { pushState, replaceState } = history
    const page = watch(pageViews())
    expect(history.pushState).toBe(pushState)
    expect(history.replaceState).toBe(replaceState)
    expect(Object.hasOwn(history, 'pushState')).toBe(false)
    page.stop()
  })

  describe('without the Navigation API', () => {
    const original = Object.getOwnPropertyDescriptor(window, 'navigation')
    beforeEach(() => void Object.defineProperty(window, 'navigation', { configurable: true, value: undefined }))
    afterEach(() => void (original && Object.defineProperty(window, 'navigation', original)))

    test('sees pushState within half a second, and traversals at once', async () => {
      const page = watch(pageViews())
      history.pushState(null, '', '/pricing')
      page.clock.advance(550)
      expect(page.of('Page Viewed').map((properties) => properties?.path)).toEqual(['/home', '/pricing'])
      const gone = new Promise((done) => addEventListener('popstate', done, { once: true }))
      history.back()
      await gone
      expect(page.of('Page Left').map((properties) => properties?.path)).toEqual(['/home', '/pricing'])
      page.stop()
      expect(page.clock.timers).toBe(0)
    })

    test('looks at the address only while the tab is visible', () => {
      const page = watch(pageViews())
      setHidden(true)
      expect(page.clock.timers).toBe(0)
      setHidden(false)
      expect(page.clock.timers).toBe(1)
      page.stop()
      expect(page.clock.timers).toBe(0)
    })
  })
})
