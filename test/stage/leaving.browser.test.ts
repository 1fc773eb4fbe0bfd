import { afterEach, describe, expect, test, vi } from 'vitest'
import { painted } from '../surfaces/theatre.ts'
import { click, closeHouses, flowOf, playhouse, put, root, settled, stepOf, titles, until } from './playhouse.ts'

const undo: (() => void)[] = []
afterEach(() => {
  closeHouses()
  for (const run of undo.splice(0)) run()
})

/** Counts what is alive: listeners, observers, nodes. */
function census() {
  const listeners = new Map<string, EventTarget>()
  const observed = new Map<object, Set<Element>>()
  const names: object[] = []
  const nameOf = (object: object) => (names.includes(object) ? names.indexOf(object) : names.push(object) - 1)
  const key = (target: EventTarget, type: string, run: object, options: unknown) =>
    `${type} ${nameOf(target)} ${nameOf(run)} ${options === true || !!(options as { capture?: boolean })?.capture}`
  const { addEventListener, removeEventListener } = EventTarget.prototype
  EventTarget.prototype.addEventListener = function (this: EventTarget, type, run, options) {
    const target = this ?? window
    if (run) {
      const name = key(target, type, run, options)
      listeners.set(name, target)
      const { signal } = Object(options) as AddEventListenerOptions
      if (signal) addEventListener.call(signal, 'abort', () => listeners.delete(name))
    }
    return addEventListener.call(target, type, run, options)
  }
  EventTarget.prototype.removeEventListener = function (this: EventTarget, type, run, options) {
    const target = this ?? window
    if (run) listeners.delete(key(target, type, run, options))
    return removeEventListener.call(target, type, run, options)
  }
  undo.push(() => Object.assign(EventTarget.prototype, { addEventListener, removeEventListener }))
  for (const name of ['MutationObserver', 'IntersectionObserver', 'ResizeObserver'] as const) {
    const { prototype } = window[name]
    const { observe, disconnect } = prototype
    const unobserve = (prototype as ResizeObserver).unobserve as ((target: Element) => void) | undefined
    Object.assign(prototype, {
      observe(this: typeof prototype, target: Element, how?: object) {
        observed.set(this, (observed.get(this) ?? new Set()).add(target))
        observe.call(this, target, how)
      },
      unobserve(this: typeof prototype, target: Element) {
        observed.get(this)?.delete(target)
        unobserve?.call(this, target)
      },
      disconnect(this: typeof prototype) {
        observed.delete(this)
        disconnect.call(this)
      },
    })
    undo.push(() => {
      Object.assign(prototype, { observe, disconnect, unobserve })
    })
  }
  return () => ({
    // Those of a node that is gone are gone with it.
    listeners: [...listeners]
      .filter(([, on]) => !(on instanceof Node) || on.isConnected)
      .map(([name]) => name.split(' ')[0]),
    observers: [...observed.values()].filter(({ size }) => size).length,
    nodes: document.querySelectorAll('*').length,
  })
}

const flows = [
  flowOf([{ id: 'tip', target: '#here', spotlight: true }, { id: 'tip-two' }], { id: 'tip' }),
  flowOf([{ id: 'card', surface: 'card', timeout: '1m' }], { id: 'card' }),
  flowOf([{ id: 'banner', surface: 'banner', target: '#nowhere', wait: '1m' }], { id: 'seeking' }),
  flowOf([{ id: 'offer', surface: 'banner', props: { actions: [{ label: 'Later', to: 'snooze', for: '1h' }] } }], {
    id: 'snoozed',
  }),
]

function full() {
  put('here')
  const house = playhouse({ flows, content: () => new Promise(() => {}) })
  const count = census()
  const before = count()
  house.play('snoozed')
  click('Later')
  for (const id of ['tip', 'card', 'seeking']) house.play(id)
  return { house, count, before }
}

describe('stopping', () => {
  test('leaves no node, listener, observer or timer; what was kept stays', async () => {
    put('here')
    const count = census()
    const before = count()
    for (let round = 0; round < 3; round++) {
      const house = playhouse({ flows })
      await house.fetched()
      while (house.stage.warm());
      house.play('snoozed')
      click('Later')
      for (const id of ['tip', 'card', 'seeking']) house.play(id)
      await painted()
      await painted()
      expect(titles().sort()).toEqual(['card', 'tip'])
      expect(count().observers).toBeGreaterThan(0)
      expect(house.clock.timers).toBeGreaterThan(0)
      house.stage.stop()
      house.stage.stop()
      await painted()
      expect(count()).toEqual(before)
      expect(house.clock.timers).toBe(0)
      expect(Object.keys(house.progress).sort()).toEqual(['card', 'seeking', 'snoozed', 'tip'])
      expect(house.errors).toEqual([])
    }
  })

  test('is for good: what comes later does nothing', async () => {
    const { house } = full()
    const told = house.told()
    house.stage.stop()
    house.happens('Anything Else')
    house.stage.end('tip', 'host')
    put('nowhere')
    await settled()
    house.clock.advance(7_200_000)
    expect(root()).toBe(undefined)
    expect(house.told()).toEqual(told)
  })
})

test('ending every flow leaves the host element only, with no observer and no timer', async () => {
  const { house, count } = full()
  await painted()
  for (const { id } of flows) house.stage.end(id, 'host')
  await painted()
  house.clock.advance(200) // what is said to screen readers
  expect(titles()).toEqual([])
  expect(root()!.querySelectorAll('.flow')).toHaveLength(0)
  expect(count().observers).toBe(0)
  expect(house.clock.timers).toBe(0)
  expect(house.progress).toEqual({})
  expect(house.told().filter((each) => /Flow Ended .*host/.test(each))).toHaveLength(4)
  house.stage.end('tip', 'host')
  house.stage.end('unheard-of', 'host')
  expect(house.told().filter((each) => /Flow Ended .*host/.test(each))).toHaveLength(4)
})

describe('a preview', () => {
  const flow = flowOf([
    {
      id: 'one',
      props: { actions: [{ label: 'Go', start: 'other', report: 'Wanted', to: 'next' }] },
      when: { on: 'x' } as never,
    },
    { id: 'two', type: 'offer', props: { code: 'TEN' } },
  ])

  test('steps through a flow, reports nothing, keeps nothing, starts nothing', async () => {
    const house = playhouse({ when: () => false })
    house.stage.preview(flow)
    expect(titles()).toEqual(['one'])
    expect(house.stage.playing()).toEqual([])
    click('Go')
    await until(() => titles()[0] === 'two')
    click('Close')
    expect(titles()).toEqual([])
    expect(house.reports).toEqual([])
    expect(house.saves).toEqual([])
    expect(house.start).not.toHaveBeenCalled()
  })

  test('of steps by reference reports nothing either, whatever comes', async () => {
    for (const given of [[stepOf({ id: 'one' })], 'nothing']) {
      const house = playhouse({ content: async () => given })
      house.stage.preview(flowOf({ ref: 'steps' }))
      await until(() => titles().length || house.errors.length)
      house.stage.end('tour', 'host')
      expect(titles()).toEqual([])
      expect([house.reports, house.saves]).toEqual([[], []])
    }
  })

  test('whose steps are on their way can be ended without a word', async () => {
    const house = playhouse({ content: async () => [stepOf({ id: 'one' })] })
    house.stage.preview(flowOf({ ref: 'steps' }))
    house.stage.end('tour', 'host')
    await settled()
    expect(titles()).toEqual([])
    expect([house.reports, house.saves]).toEqual([[], []])
  })

  test('takes the place of the flow itself, which is ended, and of an older preview', () => {
    const house = playhouse({ flows: [flowOf([{ id: 'real' }])] })
    house.play('tour')
    house.stage.preview(flow)
    expect(titles()).toEqual(['one'])
    expect(house.told()).toEqual(['Flow Started', 'Flow Ended real displaced'])
    house.stage.preview({ ...flow, id: 'another', steps: [stepOf({ id: 'newer' })] })
    expect(titles()).toEqual(['newer'])
    expect(house.told()).toHaveLength(2)
  })

  test('gives way to the flow itself', () => {
    const house = playhouse({ flows: [flowOf([{ id: 'real' }])] })
    house.stage.preview(flow)
    house.play('tour')
    expect(titles()).toEqual(['real'])
    expect(house.told()).toEqual(['Flow Started'])
  })
})

describe('the rehearsal of a first show', () => {
  test('takes a few short turns; nobody sees, hears or is told of it, and the page stays where it is', async () => {
    put('far below', { top: '4000px' })
    scrollTo(0, 700)
    undo.push(() => scrollTo(0, 0))
    const active = document.activeElement
    const house = playhouse({ flows: [flowOf([{ id: 'tip', target: 'body' }])] })
    await house.fetched()
    const shown = vi.spyOn(HTMLElement.prototype, 'showPopover')
    undo.push(() => shown.mockRestore())
    let turns = 1
    for (; house.stage.warm(); turns++) {
      expect(titles()).toEqual([])
      await painted()
    }
    expect(turns).toBe(4)
    expect(shown).toHaveBeenCalledTimes(3)
    house.clock.advance(5000)
    await painted()
    expect(titles()).toEqual([])
    expect(document.querySelector('foothold-host')?.shadowRoot?.querySelector('[role=status]')?.textContent).toBe('')
    expect([scrollY, document.activeElement, house.reports, house.saves, house.codes()]).toEqual([
      700,
      active,
      [],
      [],
      [],
    ])
    expect(house.clock.timers).toBe(0)
  })

  test('leaves a word of thanks where it is', async () => {
    const survey = {
      id: 'ask',
      type: 'survey',
      surface: 'card',
      props: { question: 'x', kind: 'nps', thanks: true },
    } as const
    const house = playhouse({ flows: [flowOf([survey])] })
    await house.fetched()
    house.play('tour')
    root()!.querySelector<HTMLElement>('[type=radio]')!.click()
    await painted()
    click('Submit')
    const thanks = () => root()!.querySelector('.thanks')?.textContent
    expect(thanks()).toContain('Thank you')
    while (house.stage.warm());
    expect(thanks()).toContain('Thank you')
  })

  test('is left out where a flow is on by then', () => {
    const house = playhouse({ flows: [flowOf([{ id: 'card', surface: 'card' }])] })
    house.play('tour')
    expect(house.stage.warm()).toBe(false)
    expect(titles()).toEqual(['card'])
  })
})
