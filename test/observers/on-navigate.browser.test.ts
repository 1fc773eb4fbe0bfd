import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { onNavigate } from '../../src/observers/on-navigate.ts'
import { pageViews } from '../../src/observers/page-views.ts'
import { type Watched, watch } from '../../src/testing/observer-contract.ts'

const { navigation } = window as unknown as { navigation: EventTarget & { navigate(url: string): Navigated } }
interface Navigated {
  committed: Promise<unknown>
  finished: Promise<unknown>
}

let home: string
let page: Watched
let stop = () => {}
beforeEach(() => {
  home = location.href
  history.pushState(null, '', '/start')
  page = watch(pageViews())
})
afterEach(() => {
  stop()
  stop = () => {}
  page.stop()
  history.pushState(null, '', home)
})

const paths = () => page.of('Page Viewed').map((properties) => properties?.path)

/** What an app's router does with each navigation. */
function onNavigation(run: (event: any) => void) {
  navigation.addEventListener('navigate', run)
  stop = () => navigation.removeEventListener('navigate', run)
}

describe('navigation in a single-page app', () => {
  test('a loop of a hundred a second is a few page views, the last one where it ends', () => {
    for (let turn = 1; turn <= 100; turn++) {
      history.pushState(null, '', `/turn/${turn}`)
      page.clock.advance(10)
    }
    page.clock.advance(50)
    expect(paths().at(-1)).toBe('/turn/100')
    expect(paths().length).toBeLessThanOrEqual(21)
    expect(page.of('Page Left')).toHaveLength(paths().length - 1)
    expect(page.clock.timers).toBe(0)
  })

  test('the same address again is no navigation', () => {
    let heard = 0
    stop = onNavigate(page.clock, () => heard++)
    for (let turn = 0; turn < 5; turn++) history.pushState({ turn }, '', '/start')
    expect(heard).toBe(0)
    history.pushState(null, '', '#faq')
    expect(heard).toBe(1)
    page.clock.advance(1000)
    expect(paths()).toEqual(['/start'])
  })

  test('a redirect is one page view, of where it leads', () => {
    history.pushState(null, '', '/old')
    page.clock.advance(20)
    history.replaceState(null, '', '/new')
    page.clock.advance(1000)
    expect(paths()).toEqual(['/start', '/new'])
  })

  test('there and back at once is a view of the page that was left', () => {
    history.pushState(null, '', '/aside')
    history.replaceState(null, '', '/start')
    page.clock.advance(1000)
    expect(paths()).toEqual(['/start', '/start'])
  })

  test('a hash router goes from page to page', () => {
    for (const hash of ['#/cart', '#/cart?step=2', '#!/checkout']) {
      location.hash = hash
      page.clock.advance(1000)
    }
    expect(paths()).toEqual(['/start', '/start#/cart', '/start#!/checkout'])
  })

  test('one that a router takes over and then fails at has still left the page', async () => {
    onNavigation((event) => event.intercept({ handler: () => Promise.reject(new Error('no data')) }))
    const { committed, finished } = navigation.navigate('/broken')
    finished.catch(() => {})
    await committed
    page.clock.advance(1000)
    await expect(finished).rejects.toThrow('no data')
    expect(paths()).toEqual(['/start', '/broken'])
  })

  test('one that is called off leaves no trace', async () => {
    onNavigation((event) => event.preventDefault())
    const { committed, finished } = navigation.navigate('/never')
    finished.catch(() => {})
    await expect(committed).rejects.toThrow()
    page.clock.advance(1000)
    expect(page.types()).toEqual(['Page Viewed'])
  })

  test('one inside a view transition is seen once', async () => {
    const transition = document.startViewTransition(() => history.pushState(null, '', '/smooth'))
    // A tab in the background skips the picture, not the change.
    transition.ready.catch(() => {})
    await transition.updateCallbackDone
    page.clock.advance(1000)
    await transition.finished
    expect(paths()).toEqual(['/start', '/smooth'])
  })

  test('it is heard of, and history stays as it was', () => {
    for (const name of ['pushState', 'replaceState', 'back', 'go'] as const) {
      expect(Object.hasOwn(history, name)).toBe(false)
      expect(String(History.prototype[name])).toContain('[native code]')
    }
  })
})
