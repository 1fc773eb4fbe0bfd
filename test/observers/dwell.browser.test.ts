import { afterEach, describe, expect, test } from 'vitest'
import { dwell } from '../../src/observers/dwell.ts'
import { observerContract, type Watched, watch } from '../../src/testing/observer-contract.ts'
import { resetVisibility, setHidden } from './visibility.ts'

afterEach(() => resetVisibility())

describe('dwell, as every observer,', () => {
  const cases = observerContract({
    create: dwell,
    provoke: (clock) => clock.advance(60_000),
    reports: ['Page Dwelled', 'Page Dwelled', 'Page Dwelled'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('dwell', () => {
  let page: Watched
  afterEach(() => page.stop())
  const seconds = () => page.of('Page Dwelled').map((properties) => properties?.seconds)

  test('reports each mark once, in order, as something nobody did, and then has no timer', () => {
    page = watch(dwell({ marks: [30, 10, 10] }))
    page.clock.advance(9_999)
    expect(page.reports).toEqual([])
    page.clock.advance(1)
    expect(page.reports).toEqual([
      { type: 'Page Dwelled', properties: { seconds: 10, path: location.pathname }, interaction: false },
    ])
    page.clock.advance(20_000)
    expect(seconds()).toEqual([10, 30])
    expect(page.clock.timers).toBe(0)
  })

  test('counts only the time in which the tab was visible, and has no timer while it is not', () => {
    page = watch(dwell({ marks: [10] }))
    page.clock.advance(6_000)
    setHidden(true)
    expect(page.clock.timers).toBe(0)
    page.clock.advance(60_000)
    setHidden(false)
    page.clock.advance(3_999)
    expect(page.reports).toEqual([])
    page.clock.advance(1)
    expect(seconds()).toEqual([10])
  })

  test('has no timer for a page that is gone to in a hidden tab', () => {
    const home = location.href
    page = watch(dwell({ marks: [10] }))
    setHidden(true)
    history.pushState(null, '', '/other')
    expect(page.clock.timers).toBe(0)
    page.clock.advance(60_000)
    setHidden(false)
    page.clock.advance(10_000)
    expect(page.of('Page Dwelled')).toEqual([{ seconds: 10, path: '/other' }])
    history.replaceState(null, '', home)
  })

  test('begins anew on another page, not with another hash', () => {
    const home = location.href
    page = watch(dwell({ marks: [10] }))
    page.clock.advance(9_000)
    history.replaceState(null, '', '#faq')
    page.clock.advance(1_000)
    history.pushState(null, '', '/other')
    page.clock.advance(9_999)
    expect(seconds()).toEqual([10])
    page.clock.advance(1)
    expect(page.of('Page Dwelled')[1]).toEqual({ seconds: 10, path: '/other' })
    history.replaceState(null, '', home)
  })
})
