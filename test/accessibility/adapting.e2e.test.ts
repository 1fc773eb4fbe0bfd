import type { BrowserContextOptions, Locator, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserPath } from '../browser.mjs'
import {
  bringTarget,
  calm,
  clear,
  createScenery,
  dress,
  type Language,
  perform,
  playNext,
  type Scenery,
} from '../visual/scenery.ts'
import { type Scene, scenes, surfaces } from '../visual/scenes.ts'

/* How surfaces adapt to what a visitor needs: little room, large text, wider text, colors of their own, no motion. */
let scenery: Scenery
beforeAll(async () => {
  scenery = await createScenery(await browserPath())
})
afterAll(() => scenery?.close())

function windowFor(options?: BrowserContextOptions) {
  const its = {} as { page: Page }
  beforeAll(async () => {
    its.page = await scenery.window(options)
  })
  afterAll(() => its.page?.context().close())
  return its
}

const sceneOf = (id: string) => scenes.find((scene) => scene.id === id) as Scene

/* A scene is played once in a language, and looked at in one window after another. */
describe.each(['en', 'ar'] as const)('in %s', (lang: Language) => {
  const its = windowFor()

  test.each(scenes)('$id fits, and all of it can be reached', async (scene) => {
    const { page } = its
    const whole = async (when: string) => {
      await calm(page)
      expect([when, ...(await misfits(page)), ...(await outOfReach(page))]).toEqual([when])
    }
    const size = (width: number, height: number) => page.setViewportSize({ width, height })
    await size(320, 568)
    await playNext(page, scene, lang)
    await whole('320 px wide')
    if (lang === 'en') expect([scene.id, ...(await moves(page))]).toEqual([scene.id])
    await size(320, 256)
    await bringTarget(page)
    await whole('at 400 % of a window of 1280 px')
    if (lang !== 'en') return

    await size(1280, 720)
    const surface = page.locator('foothold-host .surface')
    const before = await fontSize(surface)
    await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'))
    expect(await fontSize(surface)).toBe(before * 2)
    await whole('text of twice the size')

    await page.evaluate((spacing) => {
      document.documentElement.removeAttribute('style')
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(spacing)
      for (const { shadowRoot } of document.querySelectorAll('foothold-host'))
        shadowRoot!.adoptedStyleSheets.push(sheet)
    }, spacing)
    await whole('the text spacing of WCAG 1.4.12')
    await size(320, 568)
    await whole('the same, 320 px wide')
    await page.evaluate(() => {
      for (const { shadowRoot } of document.querySelectorAll('foothold-host')) shadowRoot!.adoptedStyleSheets.pop()
    })
  })
  const spacing =
    '*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p,li{margin-bottom:2em!important}'
  const fontSize = (surface: Locator) =>
    surface.evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize))
})

describe('in forced colors', () => {
  const its = windowFor({ forcedColors: 'active' })

  test.each(surfaces)('$id has an edge', async (scene) => {
    const surface = await playNext(its.page, scene)
    if (!(await surface.isVisible())) return expect(scene.id).toBe('hotspot')
    const [width, line, ground] = await surface.evaluate((element) => {
      const { borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(element)
      return [Number.parseFloat(borderTopWidth), borderTopColor, backgroundColor]
    })
    expect(width).toBeGreaterThan(0)
    expect(line).not.toBe(ground)
  })

  test('the spotlight is a line, as shadows are gone', async () => {
    await playNext(its.page, sceneOf('spotlight'))
    const spotlight = its.page.locator('foothold-host [part~=spotlight]')
    expect(
      await spotlight.evaluate((element) => {
        const { boxShadow, outlineStyle, outlineWidth } = getComputedStyle(element)
        return { boxShadow, outlineStyle, outlineWidth }
      }),
    ).toEqual({ boxShadow: 'none', outlineStyle: 'solid', outlineWidth: '3px' })
  })

  test.each(['nps', 'csat', 'rating', 'choice', 'checklist'])('what is chosen in %s looks different', async (id) => {
    const surface = await playNext(its.page, sceneOf(id))
    const looks = await surface.evaluate((element) => {
      const on = '[part~=choice]:has(:checked), [data-done] [part~=tick]'
      const off =
        '[part~=choice]:last-child:not(:has(:checked)), [part~=choice]:not(:has(:checked)), li:not([data-done]) [part~=tick]'
      return [on, off].map((selector) => {
        const all = element.querySelectorAll(selector)
        const { backgroundColor, color, outlineStyle } = getComputedStyle(all[all.length - 1]!)
        return `${backgroundColor} ${color} ${outlineStyle}`
      })
    })
    expect(looks[0]).not.toBe(looks[1])
  })
})

describe('whatever has the focus by keyboard shows it in each theme', () => {
  const its = windowFor()

  test.each(['tooltip-below', 'hotspot', 'nps', 'choice', 'text', 'checklist', 'offer'])('in %s', async (id) => {
    const { page } = its
    await playNext(page, sceneOf(id))
    for (const theme of ['light', 'dark', 'high-contrast', 'atelier', 'confetti', 'console'] as const) {
      await dress(page, theme)
      const shown = await page.evaluate(async () => {
        const root = document.querySelector('foothold-host')!.shadowRoot!
        const found: [string, boolean][] = []
        for (const each of root.querySelectorAll<HTMLElement>('.flow :is(button, input, textarea, a)')) {
          if (!each.checkVisibility()) continue
          each.focus({ focusVisible: true } as FocusOptions)
          if (root.activeElement !== each) continue
          const marked = [each, each.closest('[part~=choice]')].some((one) => {
            if (!one) return false
            const { outlineStyle, outlineWidth } = getComputedStyle(one)
            return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
          })
          found.push([each.outerHTML, marked])
        }
        return found
      })
      expect(shown.length).toBeGreaterThan(0)
      expect([theme, ...shown.filter(([, marked]) => !marked)]).toEqual([theme])
    }
  })
})

describe('in a page that is pinched larger', () => {
  const its = windowFor({ viewport: { width: 900, height: 700 }, hasTouch: true })

  test.each(['before', 'after'])('a tooltip that comes %s that stands beside its element', async (when) => {
    const { page } = its
    const session = await page.context().newCDPSession(page)
    const pinch = (pageScaleFactor: number) => session.send('Emulation.setPageScaleFactor', { pageScaleFactor })
    await clear(page)
    if (when === 'after') await pinch(2.5)
    await perform(page, sceneOf('tooltip-below'))
    await pinch(2.5)
    await calm(page)
    const at = await page.evaluate(() => {
      const tip = document.querySelector('foothold-host')!.shadowRoot!.querySelector('.surface')!
      const share = document.querySelector('#share')!.getBoundingClientRect()
      const { top, left, right, bottom } = tip.getBoundingClientRect()
      return {
        scale: visualViewport!.scale,
        gap: Math.round(Math.min(Math.abs(top - share.bottom), Math.abs(share.top - bottom))),
        beside: left < share.right && right > share.left,
        // The visitor can move what they see to it.
        whole: left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight,
        sheet: tip.hasAttribute('data-sheet'),
      }
    })
    await pinch(1)
    expect(at).toEqual({ scale: 2.5, gap: 12, beside: true, whole: true, sheet: false })
  })
})

describe('motion', () => {
  const still = windowFor()
  const moving = windowFor({ reducedMotion: 'no-preference' })

  test('is there for who has not asked for less', async () => {
    await playNext(moving.page, sceneOf('hotspot'))
    expect((await moves(moving.page)).length).toBeGreaterThan(0)
  })

  test('is none for who has: the page jumps to what is shown instead of gliding there', async () => {
    const { page } = still
    await playNext(page, sceneOf('hotspot'))
    await page.evaluate(() => {
      window.foothold.end('hotspot')
      document.body.style.paddingBottom = '3000px'
      scrollTo(0, 3000)
    })
    await perform(page, sceneOf('tooltip-below'))
    expect(await page.locator('#share').evaluate((element) => element.getBoundingClientRect().top)).toBeGreaterThan(0)
  })
})

/** What moves of all surfaces, or would. */
function moves(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('foothold-host')].flatMap(({ shadowRoot }) => [
      ...shadowRoot!.getAnimations().map((animation) => (animation as CSSAnimation).animationName ?? 'moves'),
      ...[...shadowRoot!.querySelectorAll('*')].flatMap((one) => {
        if (!one.checkVisibility()) return []
        const { animationName, transitionDuration } = getComputedStyle(one)
        return animationName !== 'none' || Number.parseFloat(transitionDuration) > 0 ? [one.outerHTML] : []
      }),
    ]),
  )
}

/** What does not fit into the window, or into what is around it. */
function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wrong: string[] = []
    const { scrollWidth } = document.documentElement
    if (scrollWidth > innerWidth) wrong.push(`the page is ${scrollWidth} wide`)
    for (const { shadowRoot } of document.querySelectorAll('foothold-host')) {
      for (const surface of shadowRoot!.querySelectorAll<HTMLElement>('.surface')) {
        const { left, top, right, bottom } = surface.getBoundingClientRect()
        if (!surface.checkVisibility()) continue
        const within = surface.matches('.inline') || (top >= -0.5 && bottom <= innerHeight + 0.5)
        if (left < -0.5 || right > innerWidth + 0.5 || !within)
          wrong.push(`the surface is at ${[left, top, right, bottom]}`)
        for (const each of surface.querySelectorAll('*')) {
          const { overflowX, overflowY } = getComputedStyle(each)
          const seen = each.clientWidth > 1 && !each.matches('input, textarea, svg *, .unseen, pre')
          if (seen && /scroll|auto|hidden|clip/.test(overflowX) && each.scrollWidth > each.clientWidth)
            wrong.push(`${each.outerHTML} is ${each.scrollWidth} wide in ${each.clientWidth}`)
          if (seen && /hidden|clip/.test(overflowY) && each.scrollHeight > each.clientHeight)
            wrong.push(`${each.outerHTML} is ${each.scrollHeight} high in ${each.clientHeight}`)
          const box = each.getBoundingClientRect()
          if (seen && box.width && (box.left < left - 1 || box.right > right + 1) && !each.matches('[part~=arrow]'))
            wrong.push(`${each.outerHTML} sticks out`)
        }
      }
    }
    return wrong
  })
}

/** The controls that do not come into view, unhidden by anything else, when they get the focus. */
function outOfReach(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const wrong: string[] = []
    for (const { shadowRoot } of document.querySelectorAll('foothold-host')) {
      const follows = shadowRoot!.querySelector('.tooltip')
      const controls = shadowRoot!.querySelectorAll<HTMLElement>('.flow :is(button, input, textarea, a)')
      for (const control of controls) {
        if (!control.checkVisibility({ visibilityProperty: true })) continue
        // Its own tip, which the visitor opened and Escape closes, may lie over it (WCAG 2.4.11, note 2).
        if (control.matches('[part~=beacon][aria-expanded=true]')) continue
        ;(shadowRoot!.activeElement as HTMLElement | null)?.blur()
        control.focus()
        if (shadowRoot!.activeElement !== control) wrong.push(`${control.outerHTML} takes no focus`)
        // What is kept beside an element is placed anew in the next frame.
        if (follows) await new Promise(requestAnimationFrame)
        const { left, top, width, height } = control.getBoundingClientRect()
        const hit = shadowRoot!.elementFromPoint(left + width / 2, top + Math.min(height / 2, 16))
        const mine = hit && (control.contains(hit) || hit.closest('label')?.contains(control))
        if (!mine) wrong.push(`${control.outerHTML} is under ${hit?.outerHTML ?? 'nothing of ours'}`)
      }
    }
    return wrong
  })
}
