import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sections } from '../../src/observers/sections.ts'
import { observerContract, type Watched, watch } from '../../src/testing/observer-contract.ts'
import { resetVisibility, setHidden } from './visibility.ts'

const markup = `
  <div style="height: 200vh"></div>
  <section data-foothold-section="pricing" style="height: 60vh"></section>
  <div style="height: 300vh"></div>`

beforeEach(() => scrollTo(0, 0))
afterEach(() => {
  document.body.innerHTML = ''
  resetVisibility()
})

describe('sections, as every observer,', () => {
  const cases = observerContract({
    create: sections,
    markup,
    async provoke(clock) {
      clock.advance(60)
      await drawn()
      await scrollToSection('pricing')
      clock.advance(2000)
    },
    reports: ['Section Viewed'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('sections', () => {
  let page: Watched
  afterEach(() => page.stop())

  async function start(html = markup, observer = sections()) {
    document.body.innerHTML = html
    page = watch(observer)
    page.clock.advance(60)
    await drawn()
  }

  test('reports a section once it was half in view for two seconds, as something nobody did', async () => {
    await start()
    await scrollToSection('pricing')
    page.clock.advance(1999)
    expect(page.types()).toEqual([])
    page.clock.advance(1)
    expect(page.reports).toEqual([
      { type: 'Section Viewed', properties: { section: 'pricing', seconds: 2 }, interaction: false },
    ])
  })

  test('tells the seconds since it came into view, also where it came slowly', async () => {
    await start()
    await scroll(innerHeight * 1.2)
    page.clock.advance(3000)
    await scrollToSection('pricing')
    page.clock.advance(2000)
    expect(page.of('Section Viewed')).toEqual([{ section: 'pricing', seconds: 5 }])
  })

  test('reports it once per page view', async () => {
    await start()
    await scrollToSection('pricing')
    page.clock.advance(2000)
    await scroll(0)
    await scrollToSection('pricing')
    page.clock.advance(5000)
    expect(page.types()).toEqual(['Section Viewed'])
  })

  test('reports one that is scrolled past in less as skipped, with the seconds it was in view', async () => {
    await start()
    await scrollToSection('pricing')
    page.clock.advance(800)
    await scroll(innerHeight * 4)
    expect(page.reports).toEqual([{ type: 'Section Skipped', properties: { section: 'pricing', seconds: 0.8 } }])
    page.clock.advance(10_000)
    expect(page.types()).toEqual(['Section Skipped'])
  })

  test('reports one that was skipped and is read later, but none as skipped that was read', async () => {
    await start()
    await scrollToSection('pricing')
    await scroll(innerHeight * 4)
    await scrollToSection('pricing')
    page.clock.advance(2000)
    for (const again of ['once', 'twice']) {
      await scroll(again === 'once' ? innerHeight * 4 : 0)
      await scrollToSection('pricing')
      await scroll(innerHeight * 4)
    }
    expect(page.types()).toEqual(['Section Skipped', 'Section Viewed'])
  })

  test('takes going back up, or never coming there, for no skip', async () => {
    await start()
    await scrollToSection('pricing')
    await scroll(0)
    await scroll(innerHeight * 4)
    expect(page.types()).toEqual([])
  })

  test('takes a section for viewed that is much higher than the viewport', async () => {
    await start(
      '<div style="height: 150vh"></div><section data-foothold-section="docs" style="height: 900vh"></section>',
    )
    await scroll(innerHeight * 1.2)
    page.clock.advance(2000)
    expect(page.of('Section Viewed')).toEqual([{ section: 'docs', seconds: 2 }])
  })

  test('takes no removed, hidden or re-rendered section for skipped', async () => {
    for (const away of [
      (element: HTMLElement) => element.remove(),
      (element: HTMLElement) => {
        element.style.display = 'none'
      },
    ]) {
      await start()
      await scrollToSection('pricing')
      page.clock.advance(500)
      away(document.querySelector('section')!)
      await drawn()
      page.clock.advance(10_000)
      expect(page.types()).toEqual([])
      page.stop()
    }
  })

  test('finds sections that are added later, when scrolling ends', async () => {
    await start('<div style="height: 300vh"></div>')
    page.clock.advance(5000)
    expect(page.clock.timers).toBe(0)
    document.body.insertAdjacentHTML('beforeend', markup)
    dispatchEvent(new Event('scrollend'))
    await drawn()
    await scrollToSection('pricing')
    page.clock.advance(2000)
    expect(page.types()).toEqual(['Section Viewed'])
  })

  test('counts only the time in which the tab was visible', async () => {
    await start()
    await scrollToSection('pricing')
    page.clock.advance(1500)
    setHidden(true)
    page.clock.advance(60_000)
    expect(page.types()).toEqual([])
    setHidden(false)
    await drawn()
    page.clock.advance(2000)
    expect(page.types()).toEqual(['Section Viewed'])
  })

  test('begins anew on another page of a single-page app', async () => {
    await start()
    await scrollToSection('pricing')
    page.clock.advance(2000)
    history.pushState(null, '', '/other')
    page.clock.advance(60)
    await drawn()
    page.clock.advance(2000)
    history.back()
    await new Promise((done) => addEventListener('popstate', done, { once: true }))
    expect(page.of('Section Viewed')).toHaveLength(2)
  })

  test('reads as long as it is told to', async () => {
    await start(markup, sections({ read: 500 }))
    await scrollToSection('pricing')
    page.clock.advance(500)
    expect(page.of('Section Viewed')).toEqual([{ section: 'pricing', seconds: 0.5 }])
  })
})

async function scrollToSection(name: string) {
  document.querySelector(`[data-foothold-section="${name}"]`)!.scrollIntoView({ block: 'center' })
  await drawn()
}

async function scroll(top: number) {
  scrollTo(0, top)
  await drawn()
}

/** The browser has drawn, and the intersection observers have been told. */
async function drawn() {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
}
