import { useEffect, useLayoutEffect } from 'preact/hooks'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { defineStep } from '../../src/steps/step.ts'
import { painted } from '../surfaces/theatre.ts'
import {
  click,
  closeHouses,
  flowOf,
  hideTab,
  playhouse,
  put,
  root,
  settled,
  stepOf,
  surface,
  titles,
  until,
} from './playhouse.ts'

afterEach(() => {
  closeHouses()
  hideTab(false)
  vi.restoreAllMocks()
})

test('doing the real thing moves on', () => {
  const house = playhouse({ flows: [flowOf([{ id: 'one', advance: 'Invite Sent' }, { id: 'two' }])] })
  house.play('tour')
  house.happens('Something Else')
  expect(titles()).toEqual(['one'])
  house.happens('Invite Sent')
  expect(titles()).toEqual(['two'])
})

test('an answer branches, and so does what happens', () => {
  const steps = [
    { id: 'one', branch: [{ answer: 'no', to: 'three' }] },
    { id: 'two' },
    { id: 'three', branch: [{ on: 'Plan Changed', to: 'one' }] },
  ]
  const actions = [{ label: 'No', answer: 'no' }]
  const house = playhouse({ flows: [flowOf([{ ...steps[0]!, props: { actions } }, ...steps.slice(1)])] })
  house.play('tour')
  click('No')
  expect(titles()).toEqual(['three'])
  expect(house.told()).toContain('Step Answered one no')
  house.happens('Plan Changed')
  expect(titles()).toEqual(['one'])
})

test('what cancels a flow ends it, also while it looks for its target', () => {
  const flows = [
    flowOf([{ id: 'one' }], { cancelOn: ['Order Completed'] }),
    flowOf([{ id: 'two', target: '#nowhere' }], { id: 'seeking', cancelOn: ['Order Completed'] }),
  ]
  const house = playhouse({ flows })
  house.play('tour')
  house.play('seeking')
  house.happens('Order Completed')
  expect(titles()).toEqual([])
  expect(house.stage.playing()).toEqual([])
  expect(house.told().filter((each) => each.startsWith('Flow Ended'))).toEqual([
    'Flow Ended one cancelled',
    'Flow Ended two cancelled',
  ])
  expect(house.clock.timers).toBe(0)
})

test('a second click does nothing', () => {
  const house = playhouse({ flows: [flowOf([{ id: 'one' }, { id: 'two' }, { id: 'three' }])] })
  house.play('tour')
  const [button] = [...root()!.querySelectorAll('button')].filter((each) => each.textContent === 'Next')
  const { onclick } = button!
  expect(onclick).toBe(null)
  const views: { next(): void; dismiss(by: string): void }[] = []
  const steps = [
    defineStep({
      name: 'kept',
      View: ({ view }) => {
        views.push(view)
        return <p>kept</p>
      },
    }),
  ]
  const other = playhouse({ steps, flows: [flowOf(['a', 'b', 'c'].map((id) => ({ id, type: 'kept' })))] })
  other.play('tour')
  const [view] = views
  view!.next()
  view!.next()
  view!.dismiss('close')
  expect(other.told()).toEqual(['Flow Started', 'Step Viewed a'])
  other.stage.stop()
  for (const each of views) each.next()
  expect(other.told()).toEqual(['Flow Started', 'Step Viewed a'])
})

describe('Step Viewed', () => {
  const flow = flowOf([{ id: 'one' }, { id: 'two' }])

  test('comes after a second on screen, once a showing', async () => {
    vi.spyOn(document, 'hasFocus').mockReturnValue(true)
    const house = playhouse({ flows: [flow] })
    house.play('tour')
    await painted()
    await until(() => house.clock.timers > 0)
    house.clock.advance(999)
    expect(house.told()).toEqual(['Flow Started'])
    house.clock.advance(1)
    expect(house.told()).toEqual(['Flow Started', 'Step Viewed one'])
    click('Next')
    click('Back')
    click('Next')
    expect(house.told().filter((each) => each.startsWith('Step Viewed'))).toEqual([
      'Step Viewed one',
      'Step Viewed two',
      'Step Viewed one',
    ])
  })

  test('comes before the first deed, whatever the deed is', () => {
    const actions = [{ id: 'more', label: 'More', report: 'More Wanted' }]
    const house = playhouse({ flows: [flowOf([{ id: 'one', props: { actions } }, { id: 'two' }])] })
    house.play('tour')
    click('More')
    expect(house.told()).toEqual(['Flow Started', 'Step Viewed one', 'Action Clicked one', 'More Wanted'])
    click('Close')
    expect(house.told().slice(4)).toEqual(['Flow Dismissed one close'])
  })

  test('is not told of an offer that just tells that it is there', async () => {
    const house = playhouse({ flows: [flowOf([{ id: 'one', type: 'offer', props: { code: 'TEN' } }])] })
    house.play('tour')
    await until(() => house.told().includes('Offer Shown one'))
    expect(house.told()).toEqual(['Flow Started', 'Offer Shown one'])
    expect(house.reports.every(({ interaction }) => interaction === false)).toBe(true)
  })

  test('moves on by itself where a guide wants that, and the click does not count twice', () => {
    const steps = [{ id: 'one', advance: 'Step Viewed' }, { id: 'two' }, { id: 'three' }]
    const house = playhouse({ flows: [flowOf(steps)] })
    house.play('tour')
    click('Next')
    expect(titles()).toEqual(['two'])
  })
})

describe('time', () => {
  const timed = flowOf([{ id: 'one', timeout: '10s' }, { id: 'two' }])

  test('ends a step that is shown only so long', () => {
    const house = playhouse({ flows: [timed] })
    house.play('tour')
    house.clock.advance(9999)
    expect(titles()).toEqual(['one'])
    house.clock.advance(1)
    expect(titles()).toEqual(['two'])
    expect(house.told()).toContain('Step Skipped one timeout')
  })

  test('counts only while the step can be seen', () => {
    const house = playhouse({ flows: [timed] })
    house.play('tour')
    house.clock.advance(4000)
    hideTab(true)
    house.clock.advance(60_000)
    expect(titles()).toEqual(['one'])
    hideTab(false)
    expect(titles()).toEqual(['one'])
    house.clock.advance(5999)
    expect(titles()).toEqual(['one'])
    house.clock.advance(1)
    expect(titles()).toEqual(['two'])
  })

  test('does not run out for a target while nobody looks', () => {
    const house = playhouse({ flows: [flowOf([{ id: 'one', target: '#nowhere' }, { id: 'two' }])] })
    house.play('tour')
    hideTab(true)
    house.clock.advance(60_000)
    hideTab(false)
    expect(house.told()).toEqual(['Flow Started'])
    house.clock.advance(5000)
    expect(titles()).toEqual(['two'])
  })

  test('passes for a wait whether it is seen or not', () => {
    const house = playhouse({ flows: [flowOf([{ id: 'one', type: 'wait', for: '1m' } as never, { id: 'two' }])] })
    house.play('tour')
    hideTab(true)
    house.clock.advance(59_999)
    hideTab(false)
    expect(titles()).toEqual([])
    house.clock.advance(1)
    expect(titles()).toEqual(['two'])
  })

  test('that is over wakes nobody: a flow at rest sets no timer', async () => {
    const house = playhouse({ flows: [flowOf([{ id: 'one' }, { id: 'two' }])] })
    vi.spyOn(document, 'hasFocus').mockReturnValue(false)
    house.play('tour')
    await settled()
    house.clock.advance(200) // what is said to screen readers
    expect(house.clock.timers).toBe(0)
  })
})

describe('snoozed', () => {
  const flow = flowOf([
    { id: 'one' },
    { id: 'two', props: { actions: [{ label: 'Later', to: 'snooze', for: '1h' }, { label: 'On' }] } },
    { id: 'three' },
  ])
  const other = flowOf([{ id: 'other' }], { id: 'other' })
  const snooze = () => {
    const house = playhouse({ flows: [flow, other] })
    house.play('tour')
    click('Next')
    click('Later')
    return house
  }

  test('a flow leaves, and comes back at the same step', () => {
    const house = snooze()
    expect(titles()).toEqual([])
    expect(house.stage.playing()).toEqual([])
    house.clock.advance(3_599_999)
    expect(titles()).toEqual([])
    house.clock.advance(1)
    expect(titles()).toEqual(['two'])
    expect(house.progress.tour).toMatchObject({ context: { visited: ['one', 'two'] } })
  })

  test('a flow comes back when its slot is free', () => {
    const house = snooze()
    house.play('other')
    house.clock.advance(7_200_000)
    expect(titles()).toEqual(['other'])
    click('Done')
    house.clock.advance(0)
    expect(titles()).toEqual(['two'])
    expect(house.stage.playing()).toEqual(['tour'])
  })

  test('a flow does not come back to where nobody looks', () => {
    const house = snooze()
    hideTab(true)
    house.clock.advance(7_200_000)
    expect(titles()).toEqual([])
    hideTab(false)
    house.clock.advance(0)
    expect(titles()).toEqual(['two'])
  })

  test('a flow that comes back says so, as its slot is taken again', () => {
    const house = snooze()
    house.clock.advance(3_600_000)
    expect(house.told().at(-1)).toBe('Flow Resumed two')
  })

  test('a flow that is started comes back at once', () => {
    const house = snooze()
    house.play('tour')
    expect(titles()).toEqual(['two'])
    expect(house.told().filter((each) => each === 'Flow Started')).toHaveLength(1)
  })

  test('a flow can be ended', () => {
    const house = snooze()
    house.stage.end('tour', 'host')
    expect(house.told().at(-1)).toBe('Flow Ended two host')
    expect(house.progress).toEqual({})
    expect(house.clock.timers).toBe(0)
  })
})

describe('what happens while a step is drawn', () => {
  test('moves the flow on, and leaves one surface', async () => {
    const eager = defineStep({
      name: 'eager',
      View({ view }) {
        useLayoutEffect(() => view.report({ type: 'Eager Shown', interaction: false }), [])
        return <h2 part="title">eager</h2>
      },
    })
    const house = playhouse({
      steps: [eager],
      flows: [flowOf([{ id: 'one', type: 'eager', advance: 'Eager Shown' }, { id: 'two' }])],
    })
    house.play('tour')
    await until(() => titles().includes('two'))
    expect(titles()).toEqual(['two'])
    expect(root()!.querySelectorAll('dialog')).toHaveLength(1)
    expect(house.told()).toEqual(['Flow Started', 'Eager Shown'])
  })

  test('ends the flow, and leaves nothing', async () => {
    const house = playhouse({
      flows: [flowOf([{ id: 'one', type: 'offer', props: { code: 'TEN' } }], { cancelOn: ['Offer Shown'] })],
    })
    house.play('tour')
    await until(() => house.told().some((each) => each.startsWith('Flow Ended')))
    await settled()
    expect(root()!.querySelectorAll('.flow')).toHaveLength(0)
    expect(house.progress).toEqual({})
  })

  test('starts another flow, and both are drawn', async () => {
    const chained = defineStep({
      name: 'chained',
      View({ view }) {
        useLayoutEffect(() => house.play('second'), [])
        useEffect(() => view.report({ type: 'Chained Shown', interaction: false }), [])
        return <h2 part="title">chained</h2>
      },
    })
    const flows = [
      flowOf([{ id: 'one', type: 'chained', surface: 'card' }], { id: 'first', cancelOn: ['Never Ever'] }),
      flowOf([{ id: 'two', surface: 'banner', advance: 'Chained Shown' }], { id: 'second' }),
    ]
    const house = playhouse({ steps: [chained], flows })
    house.play('first')
    expect(titles().sort()).toEqual(['chained', 'two'])
    await until(() => house.told().includes('Flow Completed two'))
    expect(titles()).toEqual(['chained'])
  })

  test('is told when all is drawn', () => {
    const nesting = defineStep({
      name: 'nesting',
      View({ view }) {
        useLayoutEffect(() => {
          view.report({ type: 'Nesting Shown', interaction: false })
          house.play('second')
        }, [])
        return <h2 part="title">nesting</h2>
      },
    })
    const seen: [type: string, open: number][] = []
    const house = playhouse({
      steps: [nesting],
      flows: [
        flowOf([{ id: 'one', type: 'nesting', surface: 'card' }], { id: 'first' }),
        flowOf([{ id: 'two', surface: 'banner' }], { id: 'second' }),
      ],
      report: ({ type }) => void seen.push([type, root()!.querySelectorAll('.flow :popover-open').length]),
    })
    house.play('first')
    expect(seen).toEqual([
      ['Flow Started', 2],
      ['Nesting Shown', 2],
      ['Flow Started', 2],
    ])
  })

  test('is told in the order in which it happened', () => {
    const reporting = defineStep({
      name: 'reporting',
      View({ view }) {
        useLayoutEffect(() => view.report({ type: `Drawn ${view.step.id}`, interaction: false }), [view.step.id])
        return (
          <button type="button" onClick={() => view.answer('yes')}>
            Yes
          </button>
        )
      },
    })
    const house = playhouse({
      steps: [reporting],
      flows: [flowOf(['a', 'b'].map((id) => ({ id, type: 'reporting' })))],
    })
    house.play('tour')
    click('Yes')
    click('Yes')
    expect(house.told()).toEqual([
      'Flow Started',
      'Drawn a',
      'Step Viewed a',
      'Step Answered a yes',
      'Drawn b',
      'Step Viewed b',
      'Step Answered b yes',
      'Flow Completed b',
    ])
  })
})

describe('what breaks', () => {
  test('a flow whose machine breaks is ended, told, and leaves its slot', () => {
    let broken = false
    const house = playhouse({
      flows: [flowOf([{ id: 'one' }, { id: 'two' }])],
      when() {
        if (broken) throw new Error('oops')
        return true
      },
    })
    house.play('tour')
    broken = true
    click('Next')
    expect(titles()).toEqual([])
    expect(house.codes()).toEqual(['step-failed'])
    expect(house.told().at(-1)).toBe('Flow Ended one failed')
    expect(house.stage.playing()).toEqual([])
    expect(house.progress).toEqual({})
    broken = false
    house.play('tour')
    expect(titles()).toEqual(['one'])
  })

  test('a flow that breaks while it is drawn is ended too, and the page hears of no error', async () => {
    const thrown = vi.fn()
    window.addEventListener('error', thrown)
    const house = playhouse({
      flows: [flowOf([{ id: 'one' }]), flowOf([{ id: 'card', surface: 'card' }], { id: 'other' })],
      locale: () => {
        if (titles().length) throw new Error('oops')
        return 'en'
      },
    })
    house.play('other')
    house.play('tour')
    await settled()
    window.removeEventListener('error', thrown)
    expect(thrown).not.toHaveBeenCalled()
    expect(titles()).toEqual(['card'])
    expect(house.codes()).toEqual(['step-failed'])
    expect(house.told()).toEqual(['Flow Started', 'Flow Started', 'Flow Ended one failed'])
    expect(house.stage.playing()).toEqual(['other'])
  })

  test('a flow that cannot be a machine is told, and the others go on', () => {
    const flows = [
      flowOf([{ id: 'one', branch: [{ answer: 1, to: 'nowhere' }] }]),
      flowOf([{ id: 'two' }], { id: 'ok' }),
    ]
    const house = playhouse({ flows })
    house.play('tour')
    house.play('ok')
    expect(titles()).toEqual(['two'])
    expect(house.codes()).toEqual(['step-failed'])
  })

  test('activities with names of the machine move nothing', () => {
    const house = playhouse({ flows: [flowOf([{ id: 'one' }, { id: 'two' }])] })
    house.play('tour')
    for (const type of ['next', 'dismiss', 'TIME', 'end', 'xstate.stop', 'xstate.init', 'xstate.error.x', '*'])
      house.happens(type)
    expect(titles()).toEqual(['one'])
    click('Next')
    expect(titles()).toEqual(['two'])
    expect(house.errors).toEqual([])
  })
})

test('a step that is answered without moving on stays, and shows the answer', () => {
  const house = playhouse({
    flows: [
      {
        ...flowOf([{ id: 'one' }]),
        steps: [stepOf({ id: 'one', props: { actions: [{ label: 'Like', answer: 5, to: 'one' }] } })],
      },
    ],
  })
  house.play('tour')
  const before = surface()
  click('Like')
  expect(titles()).toEqual(['one'])
  expect(surface()).toBe(before)
  expect(house.told()).toContain('Step Answered one 5')
})

test('only a move is saved, and the last thing that is saved is that it is over', async () => {
  put('here')
  const house = playhouse({ flows: [flowOf([{ id: 'one', target: '#here' }, { id: 'two' }])] })
  await house.fetched()
  house.play('tour')
  const { length } = house.saves
  for (let i = 0; i < 50; i++) house.happens('Mouse Moved')
  expect(house.saves).toHaveLength(length)
  click('Next')
  expect(house.progress.tour).toMatchObject({ value: { two: 'shown' } })
  click('Done')
  expect(house.saves.at(-1)).toEqual(['tour', true])
  expect(house.progress).toEqual({})
})
