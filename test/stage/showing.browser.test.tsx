import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { page } from 'vitest/browser'
import { defineStep } from '../../src/steps/step.ts'
import { painted } from '../surfaces/theatre.ts'
import { click, closeHouses, flowOf, playhouse, put, root, settled, surface, titles, until } from './playhouse.ts'

beforeEach(() => page.viewport(1000, 700))
afterEach(() => {
  closeHouses()
  vi.restoreAllMocks()
})

const box = () => surface()!.getBoundingClientRect()
const visibility = () => getComputedStyle(surface()!).visibility
const sides = {
  left: () => Math.round(box().left + box().width / 2),
  top: () => Math.round(box().top),
}

describe('a target', () => {
  const pointing = (more: object = {}) =>
    flowOf([{ id: 'one', target: '#here', ...more }, { id: 'two' }], { id: 'tour' })

  test('that is there is pointed at in the first frame, at rest', async () => {
    const target = put('here').getBoundingClientRect()
    const house = playhouse({ flows: [pointing()] })
    await house.fetched()
    house.play('tour')
    expect(titles()).toEqual(['one'])
    await painted()
    const first = box()
    expect(first.top).toBeGreaterThanOrEqual(target.bottom)
    expect(sides.left()).toBeCloseTo(target.left + target.width / 2, -1)
    expect(visibility()).toBe('visible')
    await painted()
    await painted()
    expect(box()).toEqual(first)
    expect(house.errors).toEqual([])
  })

  test('that comes late is waited for, then pointed at', async () => {
    const house = playhouse({ flows: [pointing()] })
    house.play('tour')
    house.clock.advance(4999)
    expect(titles()).toEqual([])
    const target = put('here')
    await until(() => titles().includes('one'))
    expect(surface()!.classList).toContain('tooltip')
    await painted()
    expect(box().top).toBeGreaterThanOrEqual(target.getBoundingClientRect().bottom)
    house.clock.advance(60_000)
    expect(titles()).toEqual(['one'])
  })

  test('that is there but not rendered is waited for too', async () => {
    const target = put('here', { display: 'none' })
    const house = playhouse({ flows: [pointing()] })
    house.play('tour')
    await settled()
    expect(titles()).toEqual([])
    target.style.display = ''
    await until(() => titles().includes('one'))
  })

  test('that does not come is skipped after five seconds, and nobody is blamed', () => {
    const house = playhouse({ flows: [pointing()] })
    house.play('tour')
    house.clock.advance(5000)
    expect(titles()).toEqual(['two'])
    expect(house.told()).toEqual(['Flow Started', 'Step Skipped one missing'])
    expect(house.errors).toEqual([])
  })

  test('that does not come is done without, where the guide says so', () => {
    const house = playhouse({ flows: [pointing({ onMissing: 'center', wait: '1s' })] })
    house.play('tour')
    house.clock.advance(1000)
    expect(titles()).toEqual(['one'])
    expect(surface()!.tagName).toBe('DIALOG')
    put('here')
    click('Next')
    expect(titles()).toEqual(['two'])
  })

  test('that does not come ends the flow, where the guide says so', () => {
    const house = playhouse({ flows: [pointing({ onMissing: 'end' })] })
    house.play('tour')
    house.clock.advance(5000)
    expect(titles()).toEqual([])
    expect(house.told()).toEqual(['Flow Started', 'Flow Ended one missing'])
    expect(house.stage.playing()).toEqual([])
    expect(house.progress).toEqual({})
  })

  test('that is no selector is told, and the step is passed over', async () => {
    const house = playhouse({ flows: [pointing({ target: 'a[' })] })
    await house.fetched()
    house.play('tour')
    expect(titles()).toEqual(['two'])
    expect(house.codes()).toEqual(['target-invalid'])
    expect(house.told()).toContain('Step Skipped one missing')
  })

  test('that is no selector is done without, but not before the content is there', async () => {
    const step = { id: 'one', target: 'a[', onMissing: 'center', content: { ref: 'late' } } as const
    const house = playhouse({
      flows: [flowOf([step])],
      content: () => new Promise((resolve) => setTimeout(resolve, 20, { text: 'What came late' })),
    })
    house.play('tour')
    expect(titles()).toEqual([])
    await until(() => titles().includes('one'))
    expect(surface()!.textContent).toContain('What came late')
  })

  test('is changed without leaving the screen from step to step', async () => {
    put('here')
    const there = put('there', { left: '500px', top: '400px' })
    const flow = flowOf([
      { id: 'one', target: '#here' },
      { id: 'two', target: '#there' },
    ])
    const house = playhouse({ flows: [flow] })
    house.play('tour')
    await painted()
    const before = surface()
    click('Next')
    expect(surface()).toBe(before)
    expect(titles()).toEqual(['two'])
    await painted()
    expect(box().top).toBeGreaterThanOrEqual(there.getBoundingClientRect().bottom)
  })

  test('that is rendered anew is followed to its new node', async () => {
    const old = put('here')
    const house = playhouse({ flows: [pointing()] })
    house.play('tour')
    await painted()
    for (const top of ['300px', '350px']) {
      document.querySelector('#here')!.remove()
      const fresh = put('here', { top, left: '450px' })
      await until(() => Math.abs(sides.top() - fresh.getBoundingClientRect().bottom) < 40)
      expect(visibility()).toBe('visible')
      expect(titles()).toEqual(['one'])
    }
    expect(old.isConnected).toBe(false)
    expect(house.told()).toEqual(['Flow Started'])
  })

  test('that is rendered anew does not make it another showing', async () => {
    put('here')
    const actions = [{ id: 'more', label: 'More', report: 'More Wanted' }]
    const house = playhouse({ flows: [pointing({ props: { actions } })] })
    await house.fetched()
    house.play('tour')
    click('More')
    document.querySelector('#here')!.remove()
    const fresh = put('here', { top: '400px' })
    await until(() => Math.abs(sides.top() - fresh.getBoundingClientRect().bottom) < 40)
    click('More')
    expect(house.told().filter((each) => each.startsWith('Step Viewed'))).toEqual(['Step Viewed one'])
  })

  test('that leaves is waited for, as long as at the start', async () => {
    const target = put('here')
    const house = playhouse({ flows: [pointing()] })
    house.play('tour')
    await painted()
    target.remove()
    await until(() => titles().length === 0)
    put('here')
    await until(() => titles().includes('one'))
    document.querySelector('#here')!.remove()
    await until(() => titles().length === 0)
    house.clock.advance(5000)
    expect(titles()).toEqual(['two'])
    expect(house.told()).toEqual(['Flow Started', 'Step Skipped one missing'])
  })

  test('that is rendered anew all the time is no reason to hang, nor to tell that a step was viewed again', async () => {
    put('here')
    const house = playhouse({ flows: [pointing()] })
    house.play('tour')
    vi.spyOn(document, 'hasFocus').mockReturnValue(true)
    for (let turn = 0; turn < 30; turn++) {
      document.querySelector('#here')!.remove()
      put('here', { left: `${300 + turn}px` })
      if (turn % 3) await painted()
      house.clock.advance(turn % 5 ? 1000 : 0)
    }
    await until(() => titles().includes('one'))
    await until(() => visibility() === 'visible')
    expect(house.told().filter((each) => each === 'Step Viewed one').length).toBeLessThan(2)
    expect(root()!.querySelectorAll('.flow')).toHaveLength(1)
  })

  test('that is hidden hides what points at it', async () => {
    const target = put('here')
    const house = playhouse({ flows: [pointing()] })
    await house.fetched()
    house.play('tour')
    await painted()
    target.style.display = 'none'
    await until(() => visibility() === 'hidden')
    target.style.display = ''
    await until(() => visibility() === 'visible')
    expect(house.told()).toEqual(['Flow Started'])
  })
})

describe('a step type', () => {
  test('that nobody registered is passed over, and told once', () => {
    const flows = ['a', 'b'].map((id) => flowOf([{ id: 'one', type: 'hologram' }, { id: 'two' }], { id }))
    const house = playhouse({ flows })
    house.play('a')
    expect(titles()).toEqual(['two'])
    click('Done')
    house.play('b')
    expect(titles()).toEqual(['two'])
    expect(house.codes()).toEqual(['unknown-step'])
    expect(house.told()).toEqual([
      'Flow Started',
      'Step Skipped one unknown',
      'Step Viewed two',
      'Flow Completed two',
      'Flow Started',
      'Step Skipped one unknown',
    ])
  })

  test('that nobody registered leaves nothing of the step before on screen', () => {
    const house = playhouse({ flows: [flowOf([{ id: 'one' }, { id: 'two', type: 'hologram' }])] })
    house.play('tour')
    click('Next')
    expect(titles()).toEqual([])
    expect(house.told()).toEqual(['Flow Started', 'Step Viewed one', 'Step Skipped two unknown', 'Flow Completed one'])
  })

  test('that throws is passed over; nobody saw it, and the visitor did not skip it', async () => {
    const broken = defineStep({
      name: 'broken',
      View: () => {
        throw new Error('oops')
      },
    })
    const house = playhouse({ steps: [broken], flows: [flowOf([{ id: 'one', type: 'broken' }, { id: 'two' }])] })
    house.play('tour')
    await until(() => titles().includes('two'))
    expect(house.codes()).toEqual(['step-failed'])
    expect(house.told()).toEqual(['Flow Started', 'Step Skipped one failed'])
  })

  test('that throws is passed over, not the step that came up meanwhile', async () => {
    const broken = defineStep({
      name: 'broken',
      View: () => {
        throw new Error('oops')
      },
    })
    const steps = [{ id: 'one', type: 'broken', advance: 'Invite Sent' }, { id: 'two' }, { id: 'three' }]
    const house = playhouse({ steps: [broken], flows: [flowOf(steps)] })
    house.play('tour')
    house.happens('Invite Sent')
    await settled()
    expect(titles()).toEqual(['two'])
  })

  test('that throws while it is mounted or unmounted breaks nothing', async () => {
    const broken = defineStep({
      name: 'broken',
      mount() {
        return () => {
          throw new Error('oops')
        }
      },
    })
    const failing = defineStep({
      name: 'failing',
      mount() {
        throw new Error('oops')
      },
    })
    const thrown = vi.fn()
    window.addEventListener('error', thrown)
    const flow = flowOf([{ id: 'one', type: 'broken' }, { id: 'two', type: 'failing' }, { id: 'three' }])
    const house = playhouse({ steps: [broken, failing], flows: [flow] })
    house.play('tour')
    house.stage.activity(house.activity('Nothing Special'))
    click('Close')
    await settled()
    expect(titles()).toEqual([])
    expect(house.stage.playing()).toEqual([])
    house.play('tour')
    house.stage.end('tour', 'host')
    await settled()
    expect(root()?.querySelectorAll('.flow') ?? []).toHaveLength(0)
    window.removeEventListener('error', thrown)
    expect(thrown).not.toHaveBeenCalled()
  })
})

describe('two flows', () => {
  const both = [
    flowOf([{ id: 'card', surface: 'card' }], { id: 'first' }),
    flowOf([{ id: 'banner', surface: 'banner' }], { id: 'second' }),
  ]

  test('are on screen at once, and Escape closes the top one', async () => {
    const house = playhouse({ flows: both })
    house.play('first')
    house.play('second')
    expect(titles()).toEqual(['card', 'banner'])
    expect(house.stage.playing()).toEqual(['first', 'second'])
    await userEvent.keyboard('{Escape}')
    expect(titles()).toEqual(['card'])
    await userEvent.keyboard('{Escape}')
    expect(titles()).toEqual([])
    expect(house.told().filter((each) => /Dismissed/.test(each))).toEqual([
      'Flow Dismissed banner escape',
      'Flow Dismissed card escape',
    ])
  })

  test('in a row give the focus back to where it was before the first', async () => {
    const button = put('here')
    button.focus()
    const flows = [flowOf([{ id: 'one' }], { id: 'first' }), flowOf([{ id: 'two' }], { id: 'second' })]
    const house = playhouse({
      flows,
      // One flow leads to the next.
      report: ({ type, properties }) =>
        type === 'Flow Completed' && properties?.flow === 'first' && house.play('second'),
    })
    house.play('first')
    click('Done')
    expect(titles()).toEqual(['two'])
    click('Done')
    expect(titles()).toEqual([])
    expect(document.activeElement).toBe(button)
  })

  test('started twice are one', () => {
    const house = playhouse({ flows: both })
    house.play('first')
    house.play('first')
    expect(titles()).toEqual(['card'])
    expect(house.told()).toEqual(['Flow Started'])
  })
})
