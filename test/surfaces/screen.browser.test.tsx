import axe from 'axe-core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { defineStep } from '../../src/steps/step.ts'
import { painted, theatre } from './theatre.ts'

let stage: ReturnType<typeof theatre>

beforeEach(async () => {
  await page.viewport(1000, 700)
  document.body.innerHTML = '<button id="invite" style="margin:200px">Invite</button><input id="field">'
  stage = theatre()
})

afterEach(() => {
  stage.screen.stop()
  document.body.innerHTML = ''
})

const active = () => stage.root().activeElement

describe('a tooltip', () => {
  const tip = { type: 'message', target: '#invite' }

  test('stands below its element, with the arrow on it, before the first frame', async () => {
    stage.show(tip, { title: 'Invite your team' })
    await Promise.resolve().then(() => {})
    await painted()
    const surface = stage.part('surface')!.getBoundingClientRect()
    const target = document.querySelector('#invite')!.getBoundingClientRect()
    const arrow = stage.part('arrow')!.getBoundingClientRect()
    expect(surface.top).toBeGreaterThan(target.bottom)
    expect(surface.top - target.bottom).toBeLessThan(20)
    expect(Math.abs((arrow.left + arrow.right - target.left - target.right) / 2)).toBeLessThan(2)
  })

  test('does not take the focus, and is told to a screen reader', () => {
    document.querySelector<HTMLElement>('#field')!.focus()
    stage.show(tip, { title: 'Invite your team' }, { count: 4, last: false })
    expect(document.activeElement?.id).toBe('field')
    stage.time.advance(100)
    expect(stage.root().querySelector('[role=status]')?.textContent).toBe('Step 1 of 4: Invite your team')
  })

  test('is told together with what comes up beside it, and not any more when it is over', () => {
    const told = () => stage.root().querySelector('[role=status]')?.textContent
    const other = { flow: { id: 'other', version: 1 } }
    stage.show(tip, { title: 'Invite your team' })
    stage.show({ type: 'message', surface: 'card' }, { title: 'On sale' }, other)
    stage.time.advance(100)
    expect(told()).toBe('Invite your team\nOn sale')
    stage.screen.erase('flow')
    expect(told()).not.toBe('')
    stage.screen.erase('other')
    expect([told(), stage.time.timers]).toEqual(['', 0])
    stage.show(tip, { title: 'Invite your team' })
    stage.screen.erase('flow')
    stage.time.advance(100)
    expect(told()).toBe('')
  })

  test('is a dialog that is named by its title, and not modal', () => {
    stage.show(tip, { title: 'Invite your team' })
    const surface = stage.part('surface')!
    expect(surface.role).toBe('dialog')
    expect(surface.ariaModal).toBeNull()
    expect(stage.root().getElementById(surface.getAttribute('aria-labelledby')!)?.textContent).toBe('Invite your team')
  })

  test('follows its element when the page moves it', async () => {
    stage.show(tip, { title: 'x' })
    await painted()
    await painted()
    const before = stage.part('surface')!.getBoundingClientRect().top
    document.querySelector<HTMLElement>('#invite')!.style.marginTop = '260px'
    await painted()
    await painted()
    expect(stage.part('surface')!.getBoundingClientRect().top - before).toBeCloseTo(60, 0)
  })

  test('hides while its element is hidden, and comes back with it', async () => {
    stage.show(tip, { title: 'x' })
    await painted()
    const invite = document.querySelector<HTMLElement>('#invite')!
    invite.style.display = 'none'
    await painted()
    await painted()
    expect(getComputedStyle(stage.part('surface')!).visibility).toBe('hidden')
    expect(stage.onLost).not.toHaveBeenCalled()
    invite.style.display = ''
    await painted()
    await painted()
    expect(getComputedStyle(stage.part('surface')!).visibility).toBe('visible')
  })

  test('says once that its element has left the page', async () => {
    stage.show(tip, { title: 'x' })
    await painted()
    document.querySelector('#invite')!.remove()
    await painted()
    await painted()
    expect(stage.onLost.mock.calls).toEqual([['flow', false]])
  })

  test('brings its element into view', async () => {
    document.body.insertAdjacentHTML('afterbegin', '<div style="height:3000px"></div>')
    stage.show(tip, { title: 'x' })
    await painted()
    const { top, bottom } = document.querySelector('#invite')!.getBoundingClientRect()
    expect(top).toBeGreaterThan(0)
    expect(bottom).toBeLessThan(innerHeight)
    scrollTo(0, 0)
  })

  test('scrolls along with the page without any script', async () => {
    document.body.insertAdjacentHTML('beforeend', '<div style="height:3000px"></div>')
    const listening = vi.spyOn(EventTarget.prototype, 'addEventListener')
    stage.show(tip, { title: 'x' })
    await painted()
    expect(listening.mock.calls.map(([type]) => type)).not.toContain('scroll')
    listening.mockRestore()
    const gap = () =>
      stage.part('surface')!.getBoundingClientRect().top -
      document.querySelector('#invite')!.getBoundingClientRect().bottom
    const before = gap()
    scrollTo(0, 120)
    expect(gap()).toBeCloseTo(before, 1)
    scrollTo(0, 0)
  })

  test('follows an element within a scroller, and hides with it', async () => {
    document.body.innerHTML =
      '<div id="box" style="height:200px;overflow:auto"><div style="height:80px"></div><button id="invite">x</button><div style="height:900px"></div></div>'
    stage.show(tip, { title: 'x' })
    await painted()
    const before = stage.part('surface')!.getBoundingClientRect().top
    const box = document.querySelector('#box')!
    box.scrollTop = 40
    await painted()
    await painted()
    expect(stage.part('surface')!.getBoundingClientRect().top - before).toBeCloseTo(-40, 0)
    box.scrollTop = 500
    await painted()
    await painted()
    expect(getComputedStyle(stage.part('surface')!).visibility).toBe('hidden')
  })

  describe('in a box that scrolls', () => {
    const { left, width } = { left: 300, width: 80 }
    const frame = () => new Promise(requestAnimationFrame)
    const invite = () => document.querySelector('#invite')!.getBoundingClientRect()
    const surface = () => stage.part('surface')!.getBoundingClientRect()
    let box: HTMLElement
    beforeEach(async () => {
      document.body.style.margin = '0'
      document.body.innerHTML = `<div id="box" style="height:600px;overflow:auto"><div style="height:300px"></div>
        <button id="invite" style="margin:0 0 0 ${left}px;width:${width}px;height:30px">x</button><div style="height:2000px"></div></div>`
      box = document.querySelector('#box')!
      stage.show({ ...tip, spotlight: true }, { title: 'x' })
      await painted()
    })

    test('stands beside its element in each frame, with the arrow and the light', async () => {
      const gap = surface().top - invite().bottom
      expect(gap).toBeGreaterThan(0)
      for (const top of [7, 40, 41.5, 190, 120, 0]) {
        box.scrollTop = top
        await frame()
        expect(surface().top - invite().bottom).toBeCloseTo(gap, 0)
        expect(stage.part('spotlight')!.getBoundingClientRect().top + 6).toBeCloseTo(invite().top, 0)
        const arrow = stage.part('arrow')!.getBoundingClientRect()
        expect(Math.abs((arrow.left + arrow.right) / 2 - left - width / 2)).toBeLessThan(2)
        expect(arrow.top).toBeLessThan(surface().top)
      }
    })

    test('goes to the other side of it where there is no room any more', async () => {
      await page.viewport(1000, 600)
      await painted()
      document.querySelector<HTMLElement>('#box > div')!.style.height = '800px'
      box.scrollTop = 500
      await painted()
      await painted()
      expect(surface().top).toBeGreaterThan(invite().bottom)
      box.scrollTop = 260
      await frame()
      expect(surface().bottom).toBeLessThan(invite().top)
      expect(surface().top).toBeGreaterThan(0)
    })

    test('hides where it is scrolled away, and is back with it', async () => {
      box.scrollTop = 340
      await frame()
      expect(getComputedStyle(stage.part('surface')!).visibility).toBe('hidden')
      box.scrollTop = 200
      await frame()
      expect(getComputedStyle(stage.part('surface')!).visibility).toBe('visible')
      expect(surface().top - invite().bottom).toBeLessThan(20)
    })

    test('notices what moves its element while the box scrolls', async () => {
      box.scrollTop = 50
      await frame()
      document.querySelector<HTMLElement>('#box > div')!.style.height = '360px'
      for (let frames = 0; frames < 4; frames++) await painted()
      expect(surface().top - invite().bottom).toBeGreaterThan(0)
      expect(surface().top - invite().bottom).toBeLessThan(20)
    })
  })

  test('hides while its element scrolls under a bar of the page, and is back once it comes out', async () => {
    document.body.insertAdjacentHTML(
      'beforeend',
      '<div style="position:fixed;inset:0 0 auto;height:100px"></div><div style="height:3000px"></div>',
    )
    stage.show(tip, { title: 'x' })
    await painted()
    const at = document.querySelector('#invite')!.getBoundingClientRect().top
    const seen = async (top: number) => {
      scrollTo(0, at - top)
      for (let frames = 0; frames < 3; frames++) await painted()
      return getComputedStyle(stage.part('surface')!).visibility === 'visible'
    }
    expect(await seen(150)).toBe(true)
    expect(await seen(-5)).toBe(false)
    expect(await seen(40)).toBe(false)
    expect(await seen(150)).toBe(true)
    scrollTo(0, 0)
  })

  test('is a sheet at the bottom of a narrow window, and never wider than it', async () => {
    await page.viewport(320, 600)
    document.body.style.margin = '0'
    document.querySelector<HTMLElement>('#invite')!.style.margin = '20px'
    stage.show(tip, { title: 'A title that goes on', text: 'x'.repeat(400) }, { count: 4, canBack: true, last: false })
    await painted()
    const surface = stage.part('surface')!.getBoundingClientRect()
    expect(surface.left).toBe(0)
    expect(surface.right).toBe(320)
    expect(surface.bottom).toBeCloseTo(innerHeight, 0)
    expect(surface.height).toBeLessThanOrEqual(innerHeight * 0.8 + 1)
  })

  test('moves to the next step in one frame, and takes the focus only from itself', async () => {
    document.body.insertAdjacentHTML('beforeend', '<button id="other" style="margin:40px">Other</button>')
    stage.show(tip, { title: 'One' }, { count: 2, last: false })
    const surface = stage.part('surface')
    stage.button('Next').focus()
    stage.show(
      { type: 'message', id: 'second', target: '#other' },
      { title: 'Two' },
      { index: 1, count: 2, canBack: true },
    )
    await Promise.resolve().then(() => {})
    expect(stage.part('surface')).toBe(surface)
    expect(active()?.textContent).toBe('Two')
    await painted()
    const { top } = stage.part('surface')!.getBoundingClientRect()
    expect(Math.abs(top - document.querySelector('#other')!.getBoundingClientRect().bottom)).toBeLessThan(20)
  })

  test('leaves its element clickable under the spotlight', async () => {
    stage.show({ ...tip, spotlight: true }, { title: 'x' })
    await painted()
    const { left, top, width, height } = document.querySelector('#invite')!.getBoundingClientRect()
    expect(document.elementFromPoint(left + width / 2, top + height / 2)?.id).toBe('invite')
    const light = stage.part('spotlight')!.getBoundingClientRect()
    expect([light.left + 6, light.top + 6]).toEqual([left, top])
  })

  test('moves into the modal dialog of the page around its element, where it can be clicked, and out again', async () => {
    document.body.innerHTML =
      '<dialog><button id="invite">x</button><div style="width:500px;height:400px"></div></dialog><button id="outside">y</button>'
    const dialog = document.querySelector('dialog')!
    dialog.showModal()
    const view = stage.show(tip, { title: 'x' })
    await painted()
    expect(document.querySelector('foothold-host')?.parentElement).toBe(dialog)
    await userEvent.click(stage.button('Close'))
    expect(view.dismiss).toHaveBeenCalledExactlyOnceWith('close')
    stage.screen.erase('flow')
    expect(document.querySelector('foothold-host')?.parentElement).toBe(document.body)
  })

  test('is reached with Tab from its element, and gives the focus back', async () => {
    stage.show(tip, { title: 'Hello' })
    document.querySelector<HTMLElement>('#invite')!.focus()
    await userEvent.keyboard('{Tab}')
    expect(active()?.textContent).toBe('Hello')
    stage.screen.erase('flow')
    expect(document.activeElement?.id).toBe('invite')
  })
})

describe('a modal', () => {
  test('takes the focus to its title and gives it back', () => {
    document.querySelector<HTMLElement>('#field')!.focus()
    stage.show({ type: 'message' }, { title: 'Welcome' })
    expect(active()?.textContent).toBe('Welcome')
    expect(stage.part<HTMLDialogElement>('modal')?.matches(':modal')).toBe(true)
    stage.screen.erase('flow')
    expect(document.activeElement?.id).toBe('field')
  })

  test.each(['tooltip', 'hotspot', 'inline'] as const)('stands in for the surface %s without an element', (surface) => {
    stage.show({ type: 'message', surface }, { title: 'x' })
    expect(stage.part('modal')).toBeDefined()
    expect(stage.onError).not.toHaveBeenCalled()
  })
})

describe('Escape', () => {
  test('closes the surface that was opened last', async () => {
    const below = stage.show(
      { type: 'message', surface: 'banner' },
      { title: 'x' },
      { flow: { id: 'below', version: 1 } },
    )
    const above = stage.show({ type: 'message', target: '#invite' }, { title: 'x' })
    await userEvent.keyboard('{Escape}')
    expect(above.dismiss).toHaveBeenCalledExactlyOnceWith('escape')
    expect(below.dismiss).not.toHaveBeenCalled()
  })

  test('passes over what is small already, and what hides with its target', async () => {
    const other = (id: string) => ({ flow: { id, version: 1 } })
    const banner = stage.show({ type: 'message', surface: 'banner' }, { title: 'x' }, other('banner'))
    const tip = stage.show({ type: 'message', target: '#invite' }, { title: 'x' })
    const items = [{ id: 'a', label: 'A' }]
    const list = stage.show(
      { type: 'checklist', surface: 'card' },
      { title: 'x', items, collapsed: true },
      other('list'),
    )
    document.querySelector<HTMLElement>('#invite')!.style.display = 'none'
    await vi.waitFor(() => expect(stage.part('tooltip')!.checkVisibility({ visibilityProperty: true })).toBe(false))
    await userEvent.keyboard('{Escape}')
    expect(banner.dismiss).toHaveBeenCalledExactlyOnceWith('escape')
    expect(tip.dismiss).not.toHaveBeenCalled()
    expect(list.dismiss).not.toHaveBeenCalled()
  })

  test('belongs to the page first', async () => {
    const view = stage.show({ type: 'message', surface: 'card' }, { title: 'x' })
    const field = document.querySelector<HTMLElement>('#field')!
    field.focus()
    field.onkeydown = (event) => event.preventDefault()
    await userEvent.keyboard('{Escape}')
    field.onkeydown = null
    document.body.insertAdjacentHTML('beforeend', '<dialog><button>x</button></dialog>')
    document.querySelector('dialog')!.showModal()
    await userEvent.keyboard('{Escape}')
    expect(view.dismiss).not.toHaveBeenCalled()
  })

  test('closes a modal once', async () => {
    const view = stage.show({ type: 'message' }, { title: 'x' })
    await userEvent.keyboard('{Escape}')
    expect(view.dismiss).toHaveBeenCalledExactlyOnceWith('escape')
  })

  test('is not listened to when nothing is shown', async () => {
    const added = vi.spyOn(document, 'addEventListener')
    const removed = vi.spyOn(document, 'removeEventListener')
    const keys = ({ mock }: typeof added | typeof removed) => mock.calls.filter(([type]) => type === 'keydown').length
    stage.show({ type: 'message', surface: 'card' }, { title: 'x' })
    expect([keys(added), keys(removed)]).toEqual([1, 0])
    stage.screen.erase('flow')
    expect([keys(added), keys(removed)]).toEqual([1, 1])
  })
})

describe('the page', () => {
  test('cannot break a surface with its styles', async () => {
    const style = document.body.appendChild(document.createElement('style'))
    style.textContent =
      'body *{display:none!important;color:red!important;font-size:3px!important}body foothold-host{display:none!important;opacity:0!important;pointer-events:none!important}'
    stage.show({ type: 'message', surface: 'card' }, { title: 'x' })
    const surface = stage.part('surface')!
    expect(surface.getBoundingClientRect().width).toBeGreaterThan(200)
    expect(getComputedStyle(surface).fontSize).toBe('16px')
    expect(getComputedStyle(surface).color).not.toBe('rgb(255, 0, 0)')
    expect(surface.checkVisibility({ opacityProperty: true, visibilityProperty: true })).toBe(true)
  })

  test('does not hear what is typed and clicked in a surface', async () => {
    const heard = vi.fn()
    const types = ['keydown', 'keyup', 'input', 'paste', 'click', 'focusin']
    for (const type of types) document.addEventListener(type, heard)
    stage.show({ type: 'survey', surface: 'card' }, { question: 'Why?', kind: 'text' })
    await userEvent.click(stage.part('field')!)
    await userEvent.keyboard('k')
    for (const type of types) document.removeEventListener(type, heard)
    expect(stage.part<HTMLTextAreaElement>('field')!.value).toBe('k')
    expect(heard).not.toHaveBeenCalled()
  })

  test('that throws the widget out gets it back, three times a minute', async () => {
    stage.show({ type: 'message', surface: 'card' }, { title: 'x' })
    const host = document.querySelector('foothold-host')!
    const thrownOut = async () => {
      await painted()
      host.remove()
      await painted()
      await painted()
      await painted()
      return !host.isConnected
    }
    expect([await thrownOut(), await thrownOut(), await thrownOut(), await thrownOut()]).toEqual([
      false,
      false,
      false,
      true,
    ])
    stage.time.advance(60_000)
    stage.show({ type: 'message', surface: 'card' }, { title: 'x' })
    expect(await thrownOut()).toBe(false)
    expect(stage.part('surface')!.matches(':popover-open')).toBe(true)
  })

  test('is left as it was', async () => {
    const before = document.documentElement.outerHTML
    stage.show({ type: 'message', target: '#invite', spotlight: true }, { title: 'x' })
    stage.show(
      { type: 'survey', surface: 'card' },
      { question: 'x', kind: 'nps' },
      { flow: { id: 'other', version: 1 } },
    )
    await painted()
    stage.screen.stop()
    expect(document.documentElement.outerHTML).toBe(before)
    expect(stage.time.timers).toBe(0)
  })
})

describe('a step', () => {
  test('of one’s own is named by its first heading, and its bare buttons look like buttons of ours', () => {
    stage.screen.stop()
    const own = defineStep({
      name: 'own',
      View: () => (
        <>
          <h2>Was it any good?</h2>
          <button type="button">Yes</button>
        </>
      ),
    })
    stage = theatre([own])
    stage.show({ type: 'own', surface: 'card' })
    const surface = stage.part('surface')!
    expect(stage.root().getElementById(surface.getAttribute('aria-labelledby')!)?.textContent).toBe('Was it any good?')
    stage.time.advance(100)
    expect(stage.root().querySelector('[role=status]')?.textContent).toBe('Was it any good?')
    expect(getComputedStyle(stage.button('Yes')).borderRadius).toBe('7px')
  })

  test('that throws is reported and passed over, and the next one is drawn', async () => {
    stage.screen.stop()
    const bad = defineStep({
      name: 'bad',
      View: () => {
        throw new Error('boom')
      },
    })
    stage = theatre([bad])
    stage.show({ type: 'bad', surface: 'card' })
    await painted()
    expect(stage.onError.mock.calls[0]?.[0]).toMatchObject({ code: 'step-failed' })
    expect(stage.onFailed).toHaveBeenCalledExactlyOnceWith('flow', 'first')
    stage.show({ type: 'message', surface: 'card', id: 'second' }, { title: 'Good' })
    expect(stage.part('title')?.textContent).toBe('Good')
  })

  test('of any framework is mounted, mounted anew when its props change, and unmounted', async () => {
    stage.screen.stop()
    const unmount = vi.fn()
    const mount = vi.fn((element: HTMLElement, _: unknown, props: { url: string }) => {
      element.textContent = props.url
      return unmount
    })
    stage = theatre([defineStep<{ url: string }>({ name: 'legacy', mount })])
    stage.show({ type: 'legacy', surface: 'card' }, { url: 'a' })
    await vi.waitFor(() => expect(stage.root().querySelector('.step')?.textContent).toBe('a'))
    stage.show({ type: 'legacy', surface: 'card' }, { url: 'a' })
    stage.show({ type: 'legacy', surface: 'card' }, { url: 'b' })
    await vi.waitFor(() => expect(stage.root().querySelector('.step')?.textContent).toBe('b'))
    expect(mount).toHaveBeenCalledTimes(2)
    stage.screen.erase('flow')
    expect(unmount).toHaveBeenCalledTimes(2)
  })

  test('of an unknown type is known to be that', () => {
    expect(stage.screen.knows('nope')).toBe(false)
    expect(stage.screen.knows('survey')).toBe(true)
  })

  test('counts as viewed after one second in view of a focused tab', async () => {
    const focused = vi.spyOn(document, 'hasFocus').mockReturnValue(true)
    stage.show({ type: 'message', surface: 'card' }, { title: 'x' })
    await painted()
    await painted()
    stage.time.advance(999)
    focused.mockReturnValue(false)
    window.dispatchEvent(new Event('blur'))
    stage.time.advance(5000)
    expect(stage.onViewed).not.toHaveBeenCalled()
    focused.mockReturnValue(true)
    window.dispatchEvent(new Event('focus'))
    stage.time.advance(999)
    expect(stage.onViewed).not.toHaveBeenCalled()
    stage.time.advance(1)
    expect(stage.onViewed.mock.calls).toEqual([['flow', 'first']])
    focused.mockRestore()
  })
})

test('the buttons of a banner on a small screen have all of its width', async () => {
  await page.viewport(320, 568)
  stage.show(
    { type: 'message', surface: 'banner' },
    { title: 'New', text: 'Boards can be shared with a link, read-only.' },
  )
  await painted()
  const rect = (name: string) => stage.part(name)!.getBoundingClientRect()
  const [banner, actions, title] = ['banner', 'actions', 'title'].map(rect) as [DOMRect, DOMRect, DOMRect]
  expect(banner.right - actions.right).toBeCloseTo(title.left - banner.left, 0)
  expect(stage.part('text')!.getBoundingClientRect().right).toBeLessThanOrEqual(rect('close').left)
})

describe('accessibility', () => {
  const surfaces = [
    ['tooltip', { type: 'message', target: '#invite', spotlight: true }, { title: 'Invite', text: 'Your team' }],
    ['modal', { type: 'survey' }, { question: 'How likely?', kind: 'nps' }],
    [
      'banner',
      { type: 'offer', surface: 'banner' },
      { title: 'Ten percent', code: 'BACK10', expires: '2100-01-01T00:00:00Z' },
    ],
    [
      'card',
      { type: 'survey', surface: 'card' },
      { question: 'What is missing?', kind: 'choice', choices: ['Price', 'Time'], multiple: true },
    ],
    ['stars', { type: 'survey', surface: 'card' }, { question: 'How was it?', text: 'The import', kind: 'rating' }],
    ['own words', { type: 'survey', surface: 'card' }, { question: 'Why?', kind: 'text' }],
  ] as const
  test.each(surfaces)('of the %s has nothing to complain about', async (_, step, props) => {
    for (const theme of ['light', 'dark']) {
      stage.screen.erase('flow')
      stage.screen.setTheme(theme)
      stage.show(step, props as never, { count: 3, canBack: true, last: false })
      await painted()
      const { violations } = await axe.run(document.querySelector('foothold-host')!, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      })
      expect(violations.map(({ id, nodes }) => `${theme} ${id} ${nodes[0]?.html}`)).toEqual([])
    }
  })
})
