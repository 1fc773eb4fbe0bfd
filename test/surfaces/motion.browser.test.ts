import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cdp, page, userEvent } from 'vitest/browser'
import { painted, theatre } from './theatre.ts'

let stage: ReturnType<typeof theatre>

/** Of visitors who have not asked for less motion. */
const prefer = (value: string) =>
  (cdp() as unknown as { send(method: string, given: object): Promise<void> }).send('Emulation.setEmulatedMedia', {
    features: [{ name: 'prefers-reduced-motion', value }],
  })

beforeAll(() => prefer('no-preference'))
afterAll(() => prefer('reduce'))

beforeEach(async () => {
  await page.viewport(1000, 700)
  document.body.innerHTML =
    '<button id="invite" style="position:absolute;left:200px;top:200px">Invite</button><button id="export" style="position:absolute;left:700px;top:200px">Export</button>'
  stage = theatre()
})

afterEach(() => {
  stage.screen.stop()
  document.body.innerHTML = ''
})

const card = { type: 'message', surface: 'card' } as const
const modal = { type: 'message', surface: 'modal' } as const
const tip = { type: 'message', target: '#invite' } as const
const surfaces = () => [...stage.root().querySelectorAll<HTMLElement>('.surface')]
const moving = () => stage.root().getAnimations()
const fading = () => moving().filter((each) => each instanceof CSSTransition)
const finish = async (animations: Animation[]) => {
  for (const animation of animations) animation.finish()
  await Promise.allSettled(animations.map(({ finished }) => finished))
  await Promise.resolve()
}
const opacity = (element: Element) => Number(getComputedStyle(element).opacity)

describe('a surface that opens', () => {
  test('is at rest and to be read at once: only its words come up', async () => {
    stage.show(card, { title: 'x' })
    const [surface] = surfaces()
    const { top } = surface!.getBoundingClientRect()
    expect(opacity(surface!)).toBe(1)
    expect(fading()).toEqual([])
    expect(moving().map((each) => (each as CSSAnimation).animationName)).toEqual(['up'])
    await finish(moving())
    expect(surface!.getBoundingClientRect().top).toBe(top)
  })

  test('at another element has its words come from where the visitor looked before', async () => {
    stage.show(tip, { title: 'one' })
    await painted()
    stage.show({ ...tip, id: 'two', target: '#export' }, { title: 'two' })
    await painted()
    const [up] = moving()
    up!.pause()
    up!.currentTime = 0
    const words = stage.root().querySelector('.step')!
    expect(getComputedStyle(words).translate).toBe('-10px')
    up!.finish()
    expect(getComputedStyle(words).translate).toBe('none')
  })
})

describe('a surface that closes', () => {
  test('fades where it stands, and is gone then', async () => {
    for (const step of [card, modal, tip]) {
      stage.show(step, { title: 'x' })
      await painted()
      const [surface] = surfaces()
      const before = surface!.getBoundingClientRect()
      stage.screen.erase('flow')
      expect(fading().length).toBeGreaterThan(0)
      for (const each of fading()) each.pause()
      const now = surface!.getBoundingClientRect()
      expect([now.left, now.top, now.width]).toEqual([before.left, before.top, before.width])
      expect(opacity(surface!)).toBe(1)
      await finish(fading())
      expect(surfaces()).toEqual([])
    }
  })

  test('can no longer be used: the page is under the pointer, the focus is back, Escape is the page’s', async () => {
    document.querySelector<HTMLElement>('#invite')!.focus()
    stage.show(modal, { title: 'x', actions: [{ label: 'Do' }] })
    await painted()
    const [surface] = surfaces()
    const { left, top } = document.querySelector('#export')!.getBoundingClientRect()
    stage.screen.erase('flow')
    for (const each of fading()) each.pause()
    expect(document.activeElement?.id).toBe('invite')
    expect(document.elementFromPoint(left + 5, top + 5)?.id).toBe('export')
    expect(surface!.matches(':modal')).toBe(false)
    expect(surface!.closest('[inert]')).not.toBeNull()
    let escapes = 0
    document.addEventListener('keydown', (event) => escapes++ || expect(event.defaultPrevented).toBe(false), {
      once: true,
    })
    await userEvent.keyboard('{Escape}')
    expect(escapes).toBe(1)
  })

  test('makes room at once for the next one, which bears its own name', async () => {
    stage.show(card, { title: 'first' })
    await painted()
    stage.screen.erase('flow')
    for (const each of fading()) each.pause()
    stage.show(card, { title: 'second' })
    const [old, next] = surfaces()
    expect(old!.matches(':popover-open')).toBe(false)
    expect(next!.matches(':popover-open')).toBe(true)
    expect(stage.root().getElementById(next!.getAttribute('aria-labelledby')!)?.textContent).toBe('second')
    expect(next!.getBoundingClientRect().bottom).toBe(old!.getBoundingClientRect().bottom)
    await finish(fading())
    expect(surfaces()).toEqual([next])
  })

  test('stays closed when the page opens a dialog around its element meanwhile', async () => {
    document.body.insertAdjacentHTML('beforeend', '<dialog id="dialog"><button id="inside">x</button></dialog>')
    stage.show(card, { title: 'first' })
    await painted()
    stage.screen.erase('flow')
    document.querySelector<HTMLDialogElement>('#dialog')!.showModal()
    stage.show({ ...tip, target: '#inside' }, { title: 'second' })
    expect(
      surfaces()
        .filter((each) => each.matches(':popover-open'))
        .map((each) => each.querySelector('[part~=title]')?.textContent),
    ).toEqual(['second'])
  })

  test('leaves nothing behind when all is stopped on the way', async () => {
    stage.show(modal, { title: 'x' })
    await painted()
    stage.screen.erase('flow')
    expect(fading().length).toBeGreaterThan(0)
    const root = stage.root()
    stage.screen.stop()
    expect(document.querySelector('foothold-host')).toBeNull()
    expect(root.querySelector('.surface')).toBeNull()
    expect(root.getAnimations()).toEqual([])
  })

  test('is gone at once for who has asked for less motion', async () => {
    await prefer('reduce')
    stage.show(card, { title: 'x' })
    await painted()
    stage.screen.erase('flow')
    expect(surfaces()).toEqual([])
    await prefer('no-preference')
  })
})

describe('a hotspot', () => {
  const spot = { type: 'message', surface: 'hotspot', target: '#invite' } as const

  test('pulses for five seconds at most, and not at all where motion is unwanted', async () => {
    stage.show(spot, { title: 'x' })
    await painted()
    const pulse = moving().filter((animation) => (animation as CSSAnimation).animationName === 'pulse')
    expect(pulse).toHaveLength(1)
    expect(Number(pulse[0]!.effect!.getComputedTiming().endTime)).toBeLessThanOrEqual(5000)
    const sheet = stage.root().adoptedStyleSheets[0]!
    const moves = [...sheet.cssRules].filter((rule) => /(animation|transition): (?!initial)/.test(rule.cssText))
    expect(moves.map((rule) => (rule as CSSMediaRule).conditionText)).toEqual([
      '(prefers-reduced-motion: no-preference)',
    ])
  })

  test('that is opened again while it closes comes back from there', async () => {
    stage.show(spot, { title: 'x' })
    await painted()
    const beacon = stage.root().querySelector<HTMLElement>('[part~=beacon]')!
    beacon.click()
    await painted()
    await finish(moving())
    beacon.click()
    const [surface] = surfaces()
    const closing = fading().filter((each) => each.transitionProperty === 'opacity')
    expect(closing).toHaveLength(1)
    closing[0]!.pause()
    closing[0]!.currentTime = 60
    const halfway = opacity(surface!)
    expect(halfway).toBeGreaterThan(0)
    expect(halfway).toBeLessThan(1)
    beacon.click()
    const [opening] = fading().filter((each) => each.transitionProperty === 'opacity')
    opening!.pause()
    opening!.currentTime = 0
    expect(opacity(surface!)).toBeCloseTo(halfway, 1)
    expect(surface!.matches(':popover-open')).toBe(true)
  })
})
