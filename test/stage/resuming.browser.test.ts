import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { page } from 'vitest/browser'
import type { Json } from '../../src/core/activity.ts'
import type { Flow } from '../../src/core/guide.ts'
import {
  click,
  closeHouses,
  flowOf,
  hideTab,
  type Playhouse,
  playhouse,
  put,
  root,
  settled,
  stepOf,
  surface,
  titles,
  until,
} from './playhouse.ts'

beforeEach(() => page.viewport(1000, 700))
afterEach(() => {
  closeHouses()
  hideTab(false)
  vi.restoreAllMocks()
})

/** Leaves the page and comes back, perhaps to another version of it. */
function reload(old: Playhouse, flows: Flow[], more: Parameters<typeof playhouse>[0] = {}) {
  const kept = structuredClone(old.progress)
  old.stage.stop()
  expect(root()).toBe(undefined)
  const house = playhouse({ flows, clock: old.clock, ...more })
  Object.assign(house.progress, structuredClone(kept))
  return { ...house, resume: (missed = [] as ReturnType<Playhouse['activity']>[]) => house.stage.resume(kept, missed) }
}

const later = {
  actions: [
    { label: 'Later', to: 'snooze', for: '1h' },
    { label: 'On', to: 'next', for: '' },
  ],
}
const tour = flowOf([
  { id: 'one' },
  { id: 'two', target: '#here', content: { ref: 'b' }, timeout: '10s', props: later },
  { id: 'three' },
])
const content = async () => ({ text: 'From afar' })

/** On screen with its second step. */
async function atTwo(flow: Flow = tour) {
  put('here')
  const house = playhouse({ flows: [flow], content })
  house.play('tour', { product_id: 'p1' })
  await settled()
  click('Next')
  await until(() => titles().includes('two'))
  return house
}

describe('a reload', () => {
  test('goes on at the same step, beside its element, with its content', async () => {
    const old = await atTwo()
    const asked = vi.fn(content)
    const house = reload(old, [tour], { content: asked })
    house.resume()
    await until(() => titles().includes('two'))
    expect(surface()!.classList).toContain('tooltip')
    expect(surface()!.textContent).toContain('From afar')
    expect(asked).toHaveBeenCalledWith('b', { flow: 'tour', trigger: { product_id: 'p1' } })
    expect(house.told()).toEqual([])
    click('On')
    expect(titles()).toEqual(['three'])
  })

  test('draws nothing before the step is whole', async () => {
    const old = await atTwo()
    const house = reload(old, [tour], { content })
    house.resume()
    expect(titles()).toEqual([])
  })

  test('while a target was sought seeks it as long as before', async () => {
    const flow = flowOf([{ id: 'one', target: '#here', timeout: '10s' }, { id: 'two' }])
    const old = playhouse({ flows: [flow] })
    old.play('tour')
    old.clock.advance(4000)
    const house = reload(old, [flow])
    house.clock.advance(4000)
    house.resume()
    expect(house.told()).toEqual([])
    house.clock.advance(4999)
    put('here')
    await until(() => titles().includes('one'))
  })

  test('takes no time from a step that is shown only so long', async () => {
    const old = await atTwo()
    const house = reload(old, [tour], { content })
    house.clock.advance(60_000)
    house.resume()
    await until(() => titles().includes('two'))
    house.clock.advance(10_000)
    expect(titles()).toEqual(['three'])
  })

  test('counts the time of a wait', () => {
    const flow = flowOf([{ id: 'one', type: 'wait', for: '1m' }, { id: 'two' }])
    const old = playhouse({ flows: [flow] })
    old.play('tour')
    const house = reload(old, [flow])
    house.clock.advance(60_000)
    house.resume()
    expect(titles()).toEqual(['two'])
  })

  test('restarts the flow where it says so, without a start of its own', async () => {
    const flow = { ...tour, onLeave: 'restart' as const }
    const house = reload(await atTwo(flow), [flow], { content })
    house.resume()
    expect(titles()).toEqual(['one'])
    expect(house.reports).toEqual([
      { type: 'Flow Resumed', interaction: false, properties: { flow: 'tour', resumed: 'restarted' } },
    ])
  })

  test('ends the flow where it says so, and nothing flashes', async () => {
    const flow = { ...tour, steps: [stepOf({ id: 'one' })], onLeave: 'end' as const }
    const old = playhouse({ flows: [flow] })
    old.play('tour')
    const opened = vi.spyOn(HTMLDialogElement.prototype, 'showModal')
    const house = reload(old, [flow])
    house.resume()
    expect(titles()).toEqual([])
    expect(house.told()).toEqual(['Flow Ended one left'])
    expect(house.progress).toEqual({})
    expect(opened).not.toHaveBeenCalled()
  })

  test('with a new version goes on at the step of the same id, and says so', async () => {
    const newer = flowOf([{ id: 'zero' }, { id: 'two', props: { title: 'new two' } }], { version: 2 })
    const house = reload(await atTwo(), [newer])
    house.resume()
    expect(titles()).toEqual(['new two'])
    expect(house.reports[0]!.properties).toEqual({ flow: 'tour', resumed: 'step' })
    expect(house.progress.tour).toMatchObject({ context: { version: 2 } })
  })

  test('with a new version that lacks the step starts over, and says so', async () => {
    const newer = flowOf([{ id: 'zero' }, { id: 'one' }], { version: 2 })
    const house = reload(await atTwo(), [newer])
    house.resume()
    expect(titles()).toEqual(['zero'])
    expect(house.reports[0]!.properties).toEqual({ flow: 'tour', resumed: 'restarted' })
  })

  test('fetches steps by reference again; without them the flow is over', async () => {
    const flow = flowOf({ ref: 'steps' })
    const steps = [stepOf({ id: 'one' }), stepOf({ id: 'two' })]
    const old = playhouse({ flows: [flow], content: async () => steps })
    old.play('tour')
    await until(() => titles().includes('one'))
    click('Next')
    const again = reload(old, [flow], { content: async () => steps })
    again.resume()
    again.resume()
    await until(() => titles().includes('two'))
    const offline = reload(again as Playhouse, [flow], { content: async () => null })
    offline.resume()
    await until(() => offline.told().length)
    expect(offline.told()).toEqual(['Flow Ended content'])
    expect(offline.progress).toEqual({})
  })

  test.each<[string, Json]>([
    ['text', 'x'],
    ['another flow', { value: { one: 'shown' }, context: { flow: 'other', visited: [] } }],
    ['a way that is none', { value: { one: 'shown' }, context: { flow: 'tour', version: 1, visited: 'x' } }],
  ])('with progress that is %s ends that flow only', (_, kept) => {
    const other = flowOf([{ id: 'other' }], { id: 'other' })
    const old = playhouse({ flows: [other] })
    old.play('other')
    const house = reload(old, [tour, other])
    house.stage.resume({ tour: kept, ...old.progress })
    expect(titles()).toEqual(['other'])
    expect(house.told()).toEqual(['Flow Ended lost'])
    expect(house.errors).toEqual([])
  })
})

test('damaged progress goes on at the step that it names', () => {
  const house = playhouse({ flows: [tour] })
  house.stage.resume({ tour: { value: { three: 'asleep' }, context: { flow: 'tour', version: 1, visited: [] } } })
  expect(titles()).toEqual(['three'])
  expect(house.errors).toEqual([])
})

test('damaged times set no timer', () => {
  const house = playhouse({ flows: [tour] })
  const context = { flow: 'tour', version: 1, visited: ['one'], answers: {}, drafts: {}, trigger: {}, until: 'soon' }
  house.stage.resume({ tour: { value: 'snoozed', context } })
  expect(house.clock.timers).toBe(0)
})

describe('a snoozed flow', () => {
  const other = flowOf([{ id: 'other' }], { id: 'other' })
  const snoozed = async () => {
    const old = await atTwo()
    click('Later')
    return old
  }

  test('waits on the new page for what is left of its time', async () => {
    const old = await snoozed()
    old.clock.advance(1_800_000)
    const house = reload(old, [tour], { content })
    house.resume()
    expect(titles()).toEqual([])
    expect(house.stage.playing()).toEqual([])
    house.clock.advance(1_800_000)
    await until(() => titles().includes('two'))
  })

  test('whose time is over comes back, but not to a slot that is taken', async () => {
    const old = await snoozed()
    old.play('other')
    const house = reload(old, [tour, other], { content })
    Object.assign(house.progress, { other: undefined })
    house.clock.advance(3_600_000)
    house.play('other')
    house.resume()
    house.clock.advance(0)
    await settled()
    expect(titles()).toEqual(['other'])
    click('Done')
    house.clock.advance(0)
    await until(() => titles().includes('two'))
    expect(titles()).toEqual(['two'])
  })

  test('stays snoozed over a new version', async () => {
    const newer = flowOf([{ id: 'zero' }, { id: 'two', props: { title: 'new two' } }], { version: 2 })
    const house = reload(await snoozed(), [newer])
    house.resume()
    expect(titles()).toEqual([])
    expect(house.told()).toEqual([])
    house.clock.advance(3_600_000)
    expect(titles()).toEqual(['new two'])
    expect(house.told()).toEqual(['Flow Resumed two'])
  })
})

test('what happened before the stage was there reaches the flows that go on, and no other', () => {
  const flows = ['first', 'second'].map((id) =>
    flowOf(
      [
        { id: `${id}-one`, surface: id === 'first' ? 'card' : 'banner', advance: 'Invite Sent' },
        { id: `${id}-two`, surface: 'card' },
      ],
      { id },
    ),
  )
  const old = playhouse({ flows })
  old.play('first')
  const house = reload(old, flows)
  house.resume([house.activity('Invite Sent')])
  house.play('second')
  expect(titles()).toEqual(['first-two', 'second-one'])
})
