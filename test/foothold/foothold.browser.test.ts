import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Activity, Json, Report } from '../../src/core/activity.ts'
import type { Observer } from '../../src/observers/observer.ts'
import type { Source } from '../../src/sources/source.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import type { Store } from '../../src/stores/store.ts'
import { fakeClock } from '../../src/testing/fake-clock.ts'
import { closeTabs, guideOf, openTab, settled, spiedStore, until } from './tab.ts'

// The stage is replaced here: a flow "plays" as a name in a list, and a test ends it.
interface FakeStage {
  calls: [verb: string, ...given: unknown[]][]
  running: string[]
  report(report: Report): void
  save(flow: string, progress: Json | undefined): void
  complete(flow: string): void
}

const scene = vi.hoisted(() => ({ stages: [] as FakeStage[], fails: 0 }))

vi.mock('../../src/stage.ts', () => ({
  createStage(options: any) {
    if (scene.fails-- > 0) throw new Error('the chunk is broken')
    const stage: FakeStage = {
      calls: [],
      running: [],
      report: options.report,
      save: options.save,
      complete(flow) {
        stage.running = stage.running.filter((id) => id !== flow)
        options.save(flow, undefined)
        options.report({ type: 'Flow Completed', properties: { flow }, interaction: false })
      },
    }
    scene.stages.push(stage)
    const begin = (flow: string) => {
      stage.running.push(flow)
      options.report({ type: 'Flow Started', properties: { flow }, interaction: false })
      options.report({ type: 'Step Viewed', properties: { flow, step: 'hello' }, interaction: false })
      options.save(flow, { at: 'hello' })
    }
    return {
      play(decision: any) {
        stage.calls.push(['play', decision.flow, decision.cause.type])
        begin(decision.flow)
      },
      resume(progress: object) {
        stage.calls.push(['resume', progress])
        stage.running.push(...Object.keys(progress))
      },
      activity: (activity: Activity) => stage.calls.push(['activity', activity.type]),
      playing: () => stage.running,
      end(flow: string, reason: string) {
        stage.calls.push(['end', flow, reason])
        if (!stage.running.includes(flow)) return
        stage.running = stage.running.filter((id) => id !== flow)
        options.save(flow, undefined)
        options.report({ type: 'Flow Ended', properties: { flow, reason }, interaction: false })
      },
      preview: (flow: { id: string }) => stage.calls.push(['preview', flow.id]),
      arm() {},
      setTheme() {},
      fetch: async (flows: { id: string }[]) => void stage.calls.push(['fetch', ...flows.map(({ id }) => id)]),
      warm: () => stage.calls.push(['warm']) < 3,
      stop() {
        stage.calls.push(['stop'])
        stage.running = []
      },
    }
  },
}))

const stage = () => scene.stages.at(-1)!
const calls = (verb: string) => scene.stages.flatMap((each) => each.calls).filter(([name]) => name === verb)
const played = () => calls('play').map(([, flow]) => flow)

beforeEach(() => {
  scene.stages.length = 0
  scene.fails = 0
})
afterEach(closeTabs)

describe('what happens', () => {
  test('before the guide is there is kept, and handled in order with its own times', async () => {
    let deliver = (_: unknown) => {}
    const source: Source = { name: 'slow', guide: () => new Promise((resolve) => (deliver = resolve)) }
    const { foothold, clock, activities, types } = openTab({ source })
    foothold.track('First Done')
    clock.advance(3000)
    foothold.track('Second Done')
    await settled()
    expect(types()).toEqual(['First Done', 'Second Done'])
    expect(foothold.profile.counts).toEqual({})
    deliver(guideOf({ trigger: { sequence: ['First Done', 'Second Done'], within: '4s' } }))
    await until(() => played().length)
    expect(played()).toEqual(['flow-1'])
    expect(activities[1]!.at - activities[0]!.at).toBe(3000)
    expect(activities[0]!.seq).toBeLessThan(activities[1]!.seq)
  })

  test('goes from the visitor through the engine to the stage and out to the destination', async () => {
    const { foothold, clock, batches, types } = openTab({
      guide: guideOf({
        trigger: { count: 'Button Clicked', is: { $gte: 2 } },
        goal: { on: 'Invite Sent', within: '1d' },
      }),
    })
    await settled()
    foothold.track('Button Clicked')
    expect(played()).toEqual([])
    foothold.track('Button Clicked')
    await until(() => played().length)
    stage().complete('flow-1')
    foothold.track('Invite Sent')
    const expected = [
      'Button Clicked',
      'Session Started',
      'Button Clicked',
      'Flow Started',
      'Step Viewed',
      'Flow Completed',
      'Invite Sent',
      'Goal Reached',
    ]
    expect(types()).toEqual(expected)
    clock.advance(1000)
    await settled()
    expect(batches.flatMap((batch) => batch.activities.map(({ type }) => type)).sort()).toEqual(expected.sort())
    expect(stage().calls).toContainEqual(['activity', 'Invite Sent'])
  })

  test('has a unique id, the tab, its order, the visitor and the page', async () => {
    const { foothold, activities } = openTab()
    foothold.track('Button Clicked')
    foothold.track('Button Clicked')
    await settled()
    const [first, second] = activities.filter(({ type }) => type === 'Button Clicked')
    expect(first!.id).toMatch(/^[0-9a-z]{12,}-1$/)
    expect(second!.id).toBe(`${first!.tab}-2`)
    expect(first!.page).toEqual({ path: location.pathname })
    expect(first!.visitor).toEqual({
      anonymousId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      locale: document.documentElement.lang || navigator.language,
    })
    expect(second!.visitor).toEqual({ anonymousId: first!.visitor.anonymousId })
  })

  test.each(['Temporal', 'Intl'])(
    'carries the time zone as soon as the page had a moment to find it out, once, by %s',
    async (by) => {
      if (by === 'Intl') vi.stubGlobal('Temporal', undefined)
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
      const costly = vi.spyOn(Intl, 'DateTimeFormat')
      const { foothold, activities } = openTab()
      await settled()
      await new Promise((idle) => requestIdleCallback(idle))
      foothold.track('Button Clicked')
      foothold.track('Button Clicked')
      await settled()
      expect(costly).toHaveBeenCalledTimes(by === 'Intl' ? 1 : 0)
      costly.mockRestore()
      vi.unstubAllGlobals()
      const zones = activities.map(({ visitor }) => visitor.timezone).filter(Boolean)
      expect(zones).toEqual([zone])
    },
  )

  test('never lies before what happened in the tab already, whatever the clock does', async () => {
    let now = 1e12
    const { foothold, activities } = openTab({ clock: { ...fakeClock(), now: () => now } as never })
    await settled()
    foothold.track('A Done')
    now = 5e11
    foothold.track('B Done')
    now = Number.NaN
    foothold.track('C Done')
    now = 1e12 + 7.6
    foothold.track('D Done')
    expect(activities.filter(({ interaction }) => interaction !== false).map(({ at }) => at)).toEqual([
      1e12,
      1e12,
      1e12,
      1e12 + 7,
    ])
  })

  test('while something is handled waits its turn', async () => {
    const seen: string[] = []
    const { foothold } = openTab({
      onActivity({ type }) {
        seen.push(`${type} begins`)
        if (type === 'A Done') foothold.track('B Done')
        seen.push(`${type} ends`)
      },
    })
    await settled()
    foothold.track('A Done')
    expect(seen.filter((each) => !each.startsWith('Session'))).toEqual([
      'A Done begins',
      'A Done ends',
      'B Done begins',
      'B Done ends',
    ])
  })

  test('too often is dropped and counted, so that a loop of the host hurts nobody', async () => {
    const { foothold, clock, activities, errors } = openTab()
    await settled()
    for (let i = 0; i < 10_000; i++) foothold.track('Loop Done')
    const count = () => activities.filter(({ type }) => type === 'Loop Done').length
    expect(count()).toBe(100)
    clock.advance(1000)
    expect(errors.map(String)).toEqual([expect.stringContaining('9900 activities were dropped')])
    for (let i = 0; i < 20; i++) foothold.track('Loop Done')
    expect(count()).toBe(110)
  })

  test('is brought into plain JSON: what is none, or throws, is left out', async () => {
    const { foothold, activities } = openTab()
    await settled()
    const circle: Record<string, unknown> = { name: 'circle' }
    circle.self = circle
    foothold.track('Odd Things', {
      circle,
      element: document.body,
      big: 10n,
      symbol: Symbol('x'),
      run: () => {},
      never: Number.NaN,
      date: new Date(0),
      invalid: new Date(Number.NaN),
      url: new URL('https://example.com/a'),
      list: [1, undefined, () => {}, 'a'],
      long: 'x'.repeat(1_000_000),
      map: new Map([[1, 2]]),
      get thrower() {
        throw new Error('no')
      },
      ...JSON.parse('{"__proto__":{"polluted":true}}'),
      deep: { a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } },
    })
    const { properties } = activities.find(({ type }) => type === 'Odd Things')!
    expect(properties).toMatchObject({
      circle: { name: 'circle' },
      date: '1970-01-01T00:00:00.000Z',
      url: 'https://example.com/a',
      list: [1, 'a'],
    })
    expect(Object.keys(properties).sort()).toEqual(['circle', 'date', 'deep', 'invalid', 'list', 'long', 'url'])
    expect(properties.circle).toEqual({ name: 'circle' })
    expect(JSON.stringify(properties).length).toBeLessThan(33_000)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('as a mere sign of life moves the clock, and is neither stored nor sent', async () => {
    let sign = (_: Report) => {}
    const observer: Observer = {
      name: 'signs',
      watch(report) {
        sign = report
        return () => {}
      },
    }
    const { foothold, clock, types } = openTab({
      observers: [observer],
      guide: guideOf({ trigger: { idle: '20s' } }),
    })
    await settled()
    foothold.track('Button Clicked')
    clock.advance(15_000)
    sign({ type: 'Visitor Active' })
    clock.advance(15_000)
    expect(played()).toEqual([])
    clock.advance(5000)
    await until(() => played().length)
    expect(types()).not.toContain('Visitor Active')
    expect(foothold.profile.counts['Visitor Active']).toBeUndefined()
  })
})

test('the page starts to listen at once, and reads what it remembers in another task', async () => {
  const kept = memoryStore()
  const get = vi.fn(kept.get)
  const { foothold, activities } = openTab({ store: { ...kept, get } })
  foothold.track('Button Clicked')
  for (let i = 0; i < 100; i++) await Promise.resolve()
  expect(get).not.toHaveBeenCalled()
  await settled()
  expect(get).toHaveBeenCalledWith('visitor')
  expect(activities[0]).toMatchObject({ type: 'Button Clicked' })
})

test('in a tab that opens in the background nothing waits for the slow timers of such tabs', async () => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })
  const { foothold } = openTab()
  foothold.track('Button Clicked')
  for (let i = 0; i < 100; i++) await Promise.resolve()
  Reflect.deleteProperty(document, 'hidden')
  expect(foothold.profile.counts['Button Clicked']).toBe(1)
})

describe('the visitor', () => {
  const identified = (activities: Activity[]) => activities.filter(({ type }) => type === 'Visitor Identified')

  test('is told about only when something changed', async () => {
    const { foothold, activities } = openTab()
    await settled()
    const { anonymousId } = foothold.profile.visitor
    foothold.identify('u_1', { plan: 'trial', seats: [1, 2] })
    foothold.identify('u_1', { plan: 'trial', seats: [1, 2] })
    foothold.identify('u_1')
    foothold.identify('u_1', { plan: 'pro' })
    expect(
      identified(activities).map(({ visitor, interaction }) => [
        visitor.id,
        visitor.anonymousId,
        visitor.traits,
        interaction,
      ]),
    ).toEqual([
      ['u_1', anonymousId, { plan: 'trial', seats: [1, 2] }, false],
      ['u_1', anonymousId, { plan: 'pro' }, false],
    ])
    expect(foothold.profile.visitor).toMatchObject({ id: 'u_1', anonymousId, traits: { plan: 'pro', seats: [1, 2] } })
  })

  test('is known again after a reload', async () => {
    const store = memoryStore()
    const first = openTab({ store })
    await settled()
    first.foothold.identify('u_1', { plan: 'trial' })
    const { anonymousId } = first.foothold.profile.visitor
    first.foothold.stop()
    const second = openTab({ store })
    await settled()
    expect(second.foothold.profile.visitor).toMatchObject({ id: 'u_1', anonymousId, traits: { plan: 'trial' } })
    second.foothold.identify('u_1', { plan: 'trial' })
    expect(identified(second.activities)).toEqual([])
  })

  test('who logs out becomes somebody new; surfaces close, and what waits to be sent keeps the old ids', async () => {
    const { foothold, clock, batches } = openTab({ guide: guideOf({ trigger: 'Button Clicked' }) })
    await settled()
    foothold.identify('u_1')
    const { anonymousId } = foothold.profile.visitor
    foothold.track('Button Clicked')
    await until(() => played().length)
    foothold.reset()
    expect(stage().calls.at(-1)).toEqual(['stop'])
    expect(foothold.profile).toMatchObject({ visitor: { traits: {} }, counts: {}, flows: {} })
    expect(foothold.profile.visitor.anonymousId).not.toBe(anonymousId)
    foothold.track('Other Done')
    clock.advance(1000)
    await settled()
    clock.advance(1000)
    await settled()
    expect(
      batches.map(({ visitor, activities }) => [
        visitor.anonymousId === anonymousId,
        visitor.id,
        activities.at(-1)!.type,
      ]),
    ).toEqual([
      [true, 'u_1', 'Step Viewed'],
      [false, undefined, 'Session Started'],
    ])
  })

  test('who logs out leaves nothing in the store', async () => {
    const store = spiedStore()
    const { foothold, clock } = openTab({ store, guide: guideOf({ id: 'a' }) })
    foothold.identify('u_1', { plan: 'trial' })
    foothold.start('a')
    await until(() => played().length)
    clock.advance(2000)
    const { anonymousId } = foothold.profile.visitor
    const kept = () => Object.keys(store.writes).filter((key) => store.get(key) !== undefined)
    expect(kept()).toEqual(expect.arrayContaining([`state:${anonymousId}`, `progress:${anonymousId}`]))
    foothold.reset()
    expect(kept().filter((key) => key.includes(anonymousId))).toEqual([])
    expect(store.get('visitor')).toEqual({ anonymousId: foothold.profile.visitor.anonymousId })
  })

  test('who is replaced by another is reset first', async () => {
    const { foothold } = openTab()
    await settled()
    foothold.identify('u_1', { plan: 'pro' })
    const { anonymousId } = foothold.profile.visitor
    foothold.identify('u_2')
    expect(foothold.profile.visitor.id).toBe('u_2')
    expect(foothold.profile.visitor.traits).toEqual({})
    expect(foothold.profile.visitor.anonymousId).not.toBe(anonymousId)
  })

  test('identified before anything is loaded is identified', async () => {
    const { foothold, activities } = openTab()
    foothold.track('Button Clicked')
    foothold.identify(7 as never, { plan: 'trial' })
    foothold.track('Button Clicked')
    await settled()
    expect(
      activities.filter(({ type }) => type !== 'Session Started').map(({ type, visitor }) => [type, visitor.id]),
    ).toEqual([
      ['Button Clicked', undefined],
      ['Visitor Identified', '7'],
      ['Button Clicked', '7'],
    ])
    expect(activities.map(({ at, seq }) => [at, seq])).toEqual([...activities.map(({ at, seq }) => [at, seq])].sort())
  })
})

describe('the guide', () => {
  const failing: Source = { name: 'broken', guide: async () => Promise.reject(new Error('offline')) }

  test('of the last visit is used while the source fails, and the failure is told', async () => {
    const store = memoryStore()
    openTab({ store, guide: guideOf({ trigger: 'Button Clicked' }) })
    await settled()
    closeTabs()
    const { foothold, errors } = openTab({ store, source: failing })
    await settled()
    foothold.track('Button Clicked')
    await until(() => played().length)
    expect(errors.map(({ code }) => code)).toEqual(['source-failed'])
  })

  test('of the last visit is in force at once, and the new one as soon as it is there', async () => {
    const store = memoryStore()
    openTab({ store, guide: guideOf({ id: 'old', trigger: 'Button Clicked' }) })
    await settled()
    closeTabs()
    let answer = (_guide: unknown) => {}
    const slow: Source = { name: 'slow', guide: () => new Promise((done) => (answer = done)) }
    const { foothold } = openTab({ store, source: slow })
    await settled()
    foothold.track('Button Clicked')
    await until(() => played().length)
    answer(guideOf({ id: 'old', enabled: false }, { id: 'new', trigger: 'Link Clicked' }))
    await settled()
    foothold.track('Link Clicked')
    await until(() => played().length > 1)
    expect(played()).toEqual(['old', 'new'])
  })

  test('is asked for again, ever later, six times at most', async () => {
    const guide = vi.fn(failing.guide)
    const { clock } = openTab({ source: { name: 'broken', guide } })
    const counts: number[] = []
    for (let i = 0; i < 8; i++) {
      await settled()
      counts.push(guide.mock.calls.length)
      clock.advance(5000 * 2 ** i)
    }
    expect(counts).toEqual([1, 2, 3, 4, 5, 6, 6, 6])
  })

  test('is asked for again neither by all visitors at once, nor before the server wants to be asked', async () => {
    const retries = async (error: Error, random: number) => {
      vi.spyOn(Math, 'random').mockReturnValue(random)
      const guide = vi.fn(() => Promise.reject(error))
      const { clock } = openTab({ source: { name: 'broken', guide } })
      await settled()
      let waited = 0
      for (; guide.mock.calls.length < 2; waited += 500) clock.advance(500)
      vi.restoreAllMocks()
      return waited
    }
    expect(await retries(new Error('offline'), 0)).toBe(5000)
    expect(await retries(new Error('offline'), 0.999)).toBe(3000)
    expect(await retries(new Error('busy', { cause: { retryAfter: 60_000 } }), 0)).toBe(60_000)
  })

  test('is left alone by the next page, too, while the server wants to be', async () => {
    const busy = new Error('busy', { cause: { retryAfter: 3_600_000 } })
    const guide = vi.fn(() => Promise.reject(busy))
    const { clock, foothold } = openTab({ source: { name: 'broken', guide } })
    await settled()
    clock.advance('30m')
    foothold.page()
    await settled()
    expect(guide).toHaveBeenCalledTimes(1)
  })

  test('that is too deep to be read freezes nothing and leaves the last good one in force', async () => {
    let guide: unknown = guideOf({ trigger: 'Button Clicked' })
    const { foothold, clock, errors } = openTab({ source: { name: 'changing', guide: async () => guide } })
    await settled()
    const deep = '{"all":['.repeat(10_000) + ']}'.repeat(10_000)
    guide = JSON.parse(`{"format":1,"flows":[{"id":"a","version":1,"steps":[],"trigger":${deep}}]}`)
    clock.advance(6 * 60_000)
    foothold.page()
    await settled()
    expect(errors).toHaveLength(1)
    foothold.track('Button Clicked')
    await until(() => played().length)
  })

  test('that comes late, after one that was asked for later, is ignored', async () => {
    const answers: ((guide: unknown) => void)[] = []
    const guide = () => new Promise((answer) => void answers.push(answer))
    const { foothold, clock, errors } = openTab({ source: { name: 'slow', guide } })
    await settled()
    clock.advance(6 * 60_000)
    foothold.page()
    await settled()
    answers[1]!(guideOf({ id: 'new', trigger: 'Button Clicked' }))
    await settled()
    answers[0]!(guideOf({ id: 'old', trigger: 'Button Clicked' }))
    await settled()
    foothold.track('Button Clicked')
    await until(() => played().length)
    expect([played(), errors]).toEqual([['new'], []])
  })

  test('that cannot be used leaves the last good one in force', async () => {
    let guide: unknown = guideOf({ trigger: 'Button Clicked' })
    const { foothold, clock, errors } = openTab({ source: { name: 'changing', guide: async () => guide } })
    await settled()
    for (guide of [{ format: 9, flows: [] }, '<html>', undefined, null, { format: 1, flows: [{ id: 'NO' }] }]) {
      clock.advance(6 * 60_000)
      foothold.page()
      await settled()
    }
    expect(errors.map(({ code }) => code)).toEqual([
      'unsupported-format',
      'invalid-guide',
      'invalid-guide',
      'invalid-guide',
      'invalid-guide',
    ])
    foothold.track('Button Clicked')
    await until(() => played().length)
  })

  test('that is replaced goes on with what is known', async () => {
    let guide = guideOf({ id: 'a', trigger: 'Never Happens' })
    const { foothold, clock } = openTab({ source: { name: 'changing', guide: async () => guide } })
    await settled()
    foothold.track('Button Clicked')
    guide = guideOf({
      id: 'b',
      trigger: { all: ['Go Pressed', { since: { first: 'Button Clicked' }, is: { $gt: '1m' } }] },
    })
    clock.advance(6 * 60_000)
    foothold.page()
    await settled()
    foothold.track('Go Pressed')
    await until(() => played().length)
    expect(played()).toEqual(['b'])
  })

  test('with the kill switch ends what is on screen and starts nothing', async () => {
    let guide = guideOf({ trigger: 'Button Clicked', frequency: { times: 9 } })
    const { foothold, clock } = openTab({ source: { name: 'changing', guide: async () => guide } })
    await settled()
    foothold.track('Button Clicked')
    await until(() => played().length)
    guide = { ...guide, enabled: false }
    clock.advance(6 * 60_000)
    foothold.page()
    await settled()
    expect(calls('end')).toEqual([['end', 'flow-1', 'disabled']])
    foothold.track('Button Clicked')
    foothold.start('flow-1')
    await settled()
    expect(played()).toEqual(['flow-1'])
  })
})

describe('time', () => {
  test('is served by one timer, and by none where time changes nothing', async () => {
    const { clock, foothold } = openTab({
      guide: guideOf({ trigger: { idle: '20s' } }),
      store: memoryStore(),
      destinations: [],
    })
    await settled()
    expect(clock.timers).toBe(0)
    foothold.track('Button Clicked')
    clock.advance(2000)
    expect(clock.timers).toBe(1)
    clock.advance(18_000)
    await until(() => played().length)
  })

  test('a firing that was slept through is dropped', async () => {
    let now = 1e12
    const clock = { now: () => now, after: () => () => {} }
    const { foothold } = openTab({ clock: clock as never, guide: guideOf({ trigger: { idle: '20s' } }) })
    await settled()
    foothold.track('Button Clicked')
    now += 86_400_000
    window.dispatchEvent(new Event('visibilitychange'))
    await settled()
    expect(played()).toEqual([])
  })
})

describe('nothing opens', () => {
  const guide = guideOf({ trigger: { count: 'Button Clicked', is: { $gte: 1 } } })

  test('while the host holds, and what waited opens when it releases', async () => {
    const { foothold, clock } = openTab({ guide })
    await settled()
    const release = foothold.hold('checkout')
    foothold.track('Button Clicked')
    await settled()
    expect(played()).toEqual([])
    expect(foothold.explain('flow-1').gates.find(({ gate }) => gate === 'blocked')).toMatchObject({ verdict: 'hold' })
    release()
    release()
    clock.advance(0)
    await until(() => played().length)
  })

  test('while a hold from before the guide stands', async () => {
    const { foothold } = openTab({ guide })
    foothold.hold('checkout')
    await settled()
    foothold.track('Button Clicked')
    await settled()
    expect(played()).toEqual([])
  })

  test('while the visitor types, and two seconds longer', async () => {
    const field = document.body.appendChild(document.createElement('textarea'))
    const { foothold, clock } = openTab({ guide })
    await settled()
    field.dispatchEvent(new InputEvent('input', { inputType: 'insertText', bubbles: true, composed: true }))
    clock.advance(1000)
    field.dispatchEvent(new InputEvent('input', { inputType: 'insertText', bubbles: true, composed: true }))
    foothold.track('Button Clicked')
    clock.advance(1999)
    await settled()
    expect(played()).toEqual([])
    clock.advance(1)
    clock.advance(0)
    await until(() => played().length)
    field.remove()
  })

  test('while an input method composes, however long', async () => {
    const field = document.body.appendChild(document.createElement('textarea'))
    const { foothold, clock } = openTab({ guide })
    await settled()
    field.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }))
    foothold.track('Button Clicked')
    clock.advance(60_000)
    await settled()
    expect(played()).toEqual([])
    field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }))
    clock.advance(2000)
    clock.advance(2000)
    await until(() => played().length)
    field.remove()
  })

  test('because of a checkbox that was ticked is held back', async () => {
    const box = document.body.appendChild(Object.assign(document.createElement('input'), { type: 'checkbox' }))
    const { foothold } = openTab({ guide })
    await settled()
    box.click()
    foothold.track('Button Clicked')
    await until(() => played().length)
    box.remove()
  })

  test('over a modal dialog of the host, but for a flow whose target is in it', async () => {
    const dialog = document.body.appendChild(document.createElement('dialog'))
    dialog.append(Object.assign(document.createElement('button'), { className: 'inside' }))
    dialog.firstElementChild!.setAttribute('data-foothold', 'pay')
    const step = { id: 'hello', type: 'message' }
    const { foothold, clock } = openTab({
      guide: guideOf(
        { id: 'outside', trigger: { count: 'Button Clicked', is: { $gte: 1 } } },
        { id: 'inside', trigger: 'Button Clicked', steps: [{ ...step, target: '.inside', surface: 'card' }] },
        { id: 'anchored', trigger: 'Button Clicked', steps: [{ ...step, target: '@pay', surface: 'banner' }] },
      ),
    })
    await settled()
    dialog.showModal()
    foothold.track('Button Clicked')
    await until(() => played().length >= 2)
    expect(played()).toEqual(['inside', 'anchored'])
    dialog.close()
    await settled()
    clock.advance(0)
    await until(() => played().length >= 3)
    dialog.remove()
  })
})

describe('an explicit start', () => {
  test('needs no trigger, and takes the place of what has it', async () => {
    const { foothold } = openTab({
      guide: guideOf(
        { id: 'a' },
        { id: 'b' },
        { id: 'c', steps: [{ id: 'hello', type: 'message', surface: 'banner' }] },
      ),
    })
    foothold.start('a')
    await until(() => played().length)
    foothold.start('c')
    foothold.start('b')
    foothold.start('b')
    expect(stage().calls.filter(([verb]) => verb === 'play' || verb === 'end')).toEqual([
      ['play', 'a', 'Flow Requested'],
      ['play', 'c', 'Flow Requested'],
      ['end', 'a', 'displaced'],
      ['play', 'b', 'Flow Requested'],
    ])
  })

  test('of a flow that is not there names the nearest', async () => {
    const { foothold, errors } = openTab({ guide: guideOf({ id: 'welcome' }, { id: 'goodbye' }) })
    await settled()
    foothold.start('welcom')
    expect(errors.map(({ code, message }) => [code, message])).toEqual([
      ['unknown-flow', 'There is no flow "welcom". Did you mean "welcome"? [unknown-flow]'],
    ])
    expect(played()).toEqual([])
  })

  test('keeps the consent that the flow needs, and the flow ends when it is taken back', async () => {
    const { foothold } = openTab({ guide: guideOf({ id: 'a', purpose: 'marketing' }), consent: {} })
    await settled()
    foothold.start('a')
    await settled()
    expect(played()).toEqual([])
    foothold.consent({ marketing: true })
    foothold.start('a')
    await until(() => played().length)
    foothold.consent({ marketing: false })
    expect(calls('end')).toEqual([['end', 'a', 'disabled']])
  })

  test('does not show where the consent was taken back while the stage was loaded', async () => {
    vi.stubGlobal('requestIdleCallback', () => 0)
    const guide = guideOf({ trigger: 'Button Clicked', purpose: 'marketing' })
    const { foothold, activities } = openTab({ guide, consent: { marketing: true } })
    await settled()
    foothold.track('Button Clicked')
    foothold.consent({ marketing: false })
    await until(() => activities.some(({ type }) => type === 'Flow Ended'))
    vi.unstubAllGlobals()
    expect(scene.stages).toHaveLength(1)
    expect(played()).toEqual([])
    expect(activities.at(-1)?.properties).toEqual({ flow: 'flow-1', reason: 'consent' })
  })

  test('can be ended', async () => {
    const { foothold, types } = openTab({ guide: guideOf({ id: 'a' }) })
    foothold.start('a')
    await until(() => played().length)
    foothold.end('a')
    expect(types()).toContain('Flow Ended')
  })
})

describe('consent', () => {
  const purposes = (consent: object | undefined) => {
    const sent: string[] = []
    const tab = openTab({
      ...(consent && { consent }),
      destinations: (['functional', 'analytics', 'marketing'] as const).map((purpose) => ({
        name: purpose,
        purpose,
        send: ({ activities }) => void sent.push(...activities.map(({ type }) => `${purpose} ${type}`)),
      })),
    })
    return { ...tab, sent: () => sent.filter((each) => each.endsWith('Clicked')).map((each) => each.split(' ')[0]) }
  }

  test('opens each destination by its purpose', async () => {
    const { foothold, clock, sent } = purposes({ analytics: true })
    foothold.track('Button Clicked')
    await settled()
    clock.advance(1000)
    await settled()
    expect(sent()).toEqual(['functional', 'analytics'])
    foothold.consent({ marketing: true })
    clock.advance(1000)
    await settled()
    expect(sent()).toEqual(['functional', 'analytics', 'marketing'])
  })

  test('stores nothing for a destination before it is given, and deletes what is stored when it is denied', async () => {
    const store = spiedStore()
    const refuse = () => Promise.reject(new Error('offline'))
    const { foothold, clock } = openTab({
      store,
      consent: {},
      destinations: (['analytics', 'marketing'] as const).map((name) => ({ name, purpose: name, send: refuse })),
    })
    foothold.track('Button Clicked')
    await settled()
    for (const hidden of [true, false]) {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
      document.dispatchEvent(new Event('visibilitychange'))
    }
    Reflect.deleteProperty(document, 'hidden')
    expect(Object.keys(store.writes).filter((key) => key.startsWith('outbox:'))).toEqual([])
    foothold.consent({ analytics: true })
    clock.advance(1000)
    await settled()
    expect(store.get('outbox:analytics')).toHaveLength(2)
    expect(store.get('outbox:marketing')).toBeUndefined()
    foothold.consent({ analytics: false })
    await settled()
    expect(store.get('outbox:analytics')).toBeUndefined()
    // Who the visitor is stays, as functional data.
    expect(store.get('visitor')).toEqual({ anonymousId: foothold.profile.visitor.anonymousId })
  })

  test('is taken back by Global Privacy Control for marketing, until the visitor says otherwise', async () => {
    Object.defineProperty(navigator, 'globalPrivacyControl', { value: true, configurable: true })
    const { foothold, clock, sent } = purposes({ analytics: true, marketing: true })
    Reflect.deleteProperty(navigator, 'globalPrivacyControl')
    foothold.track('Button Clicked')
    await settled()
    foothold.consent({ marketing: true })
    clock.advance(1000)
    await settled()
    expect(sent()).toEqual(['functional', 'analytics'])
    foothold.track('Button Clicked')
    clock.advance(1000)
    await settled()
    expect(sent()).toContain('marketing')
  })
})

describe('a reload', () => {
  const guide = guideOf({ trigger: { count: 'Button Clicked', is: { $gte: 3 } } })

  test('goes on where the page was left', async () => {
    const store = memoryStore()
    const first = openTab({ store, guide })
    await settled()
    first.foothold.track('Button Clicked')
    first.foothold.track('Button Clicked')
    window.dispatchEvent(new PageTransitionEvent('pagehide'))
    closeTabs()
    const second = openTab({ store, guide })
    await settled()
    second.foothold.track('Button Clicked')
    await until(() => played().length)
    expect(second.foothold.profile.counts['Button Clicked']).toBe(3)
  })

  test('goes on with what happened before there ever was a guide', async () => {
    const store = memoryStore()
    const first = openTab({ store, source: { name: 'silent', guide: () => new Promise(() => {}) } })
    for (let i = 0; i < 3; i++) first.foothold.track('Button Clicked')
    await settled()
    closeTabs()
    openTab({ store, guide })
    await until(() => played().length)
  })

  test('writes at most every two seconds, and nothing while nothing happens', async () => {
    const store = spiedStore()
    const { foothold, clock } = openTab({ store, destinations: [] })
    await settled()
    const written = () =>
      Object.entries(store.writes)
        .filter(([key]) => key.startsWith('state:'))
        .flatMap(([, all]) => all).length
    for (let i = 0; i < 50; i++) foothold.track('Button Clicked')
    expect(written()).toBe(0)
    clock.advance(2000)
    expect(written()).toBe(1)
    clock.advance(60_000)
    expect(written()).toBe(1)
  })

  test('out of the back/forward cache knows what happened meanwhile', async () => {
    const store = memoryStore()
    const first = openTab({ store, guide })
    await settled()
    first.foothold.track('Button Clicked')
    window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    const second = openTab({ store, guide })
    await until(() => second.foothold.profile.counts['Button Clicked'] === 1)
    second.foothold.track('Button Clicked')
    second.foothold.stop()
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    await until(() => first.foothold.profile.counts['Button Clicked'] === 2)
    first.foothold.track('Button Clicked')
    await until(() => played().length)
  })

  test('resumes the flow that was on screen', async () => {
    const store = memoryStore()
    const first = openTab({ store, guide })
    first.foothold.start('flow-1')
    await until(() => played().length)
    closeTabs()
    openTab({ store, guide })
    await until(() => calls('resume').length)
    expect(calls('resume')).toEqual([['resume', { 'flow-1': { at: 'hello' } }]])
  })

  test('frees the place of a flow whose progress is lost', async () => {
    const values = new Map<string, Json>()
    const store: Store = {
      name: 'forgetful',
      get: (key) => values.get(key),
      set: (key, value) =>
        void (key.startsWith('progress') || (value === undefined ? values.delete(key) : values.set(key, value))),
    }
    const first = openTab({ store, guide })
    first.foothold.start('flow-1')
    await until(() => played().length)
    closeTabs()
    const { activities } = openTab({ store, guide })
    await until(() => activities.length)
    expect(activities[0]).toMatchObject({ type: 'Flow Ended', properties: { flow: 'flow-1', reason: 'lost' } })
  })

  test('with a damaged store forgets what is damaged and works', async () => {
    for (const damage of [
      42,
      'x',
      null,
      [],
      { at: 'soon' },
      { at: 1, state: 'x', backlog: 7 },
      { at: 1, state: { memory: 5, units: [], pending: {}, seen: 3 } },
    ]) {
      const store = memoryStore()
      store.set('visitor', { anonymousId: 'known', traits: 5 })
      for (const key of ['state:known', 'progress:known', 'outbox:recorder', 'guide']) store.set(key, damage as Json)
      const { foothold } = openTab({ store, guide: guideOf({ trigger: 'Button Clicked' }) })
      await settled()
      expect(foothold.profile.visitor.anonymousId).toBe('known')
      foothold.track('Button Clicked')
      await until(() => played().length)
      closeTabs()
      scene.stages.length = 0
    }
  })

  test('with a store that throws goes on in memory', async () => {
    const refuse = () => {
      throw new DOMException('no', 'SecurityError')
    }
    const { foothold, errors } = openTab({
      store: { name: 'refused', get: refuse, set: refuse },
      guide: guideOf({ trigger: 'Button Clicked' }),
    })
    await settled()
    foothold.track('Button Clicked')
    await until(() => played().length)
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['store-failed']))
  })

  test('tells of a store that is full once, and again when it was full, worked and is full again', async () => {
    let full = true
    const kept = memoryStore()
    const store: Store = {
      ...kept,
      set(key, value) {
        if (full && key.startsWith('state:')) throw new DOMException('no room', 'QuotaExceededError')
        return kept.set(key, value)
      },
    }
    const { foothold, clock, errors } = openTab({ store, guide })
    await settled()
    const write = async () => {
      foothold.track('Button Clicked')
      clock.advance(2000)
      await settled()
    }
    await write()
    await write()
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('no room')])
    full = false
    await write()
    full = true
    await write()
    expect(errors).toHaveLength(2)
  })

  test('ignores a state from the future, which a wrong clock has left', async () => {
    const store = memoryStore()
    const first = openTab({ store, guide, clock: fakeClock(Date.UTC(2036, 0, 1)) })
    await settled()
    first.foothold.track('Button Clicked')
    closeTabs()
    const { foothold, clock, activities } = openTab({ store, guide })
    await settled()
    foothold.track('Button Clicked')
    expect(activities[0]!.at).toBe(clock.now())
    expect(foothold.profile.counts['Button Clicked']).toBe(1)
  })

  test('sends what could not be sent, with the same ids', async () => {
    const store = memoryStore()
    const refused: string[] = []
    const first = openTab({
      store,
      destinations: [
        {
          name: 'recorder',
          async send({ activities }) {
            refused.push(...activities.map(({ id }) => id))
            throw new Error('offline')
          },
        },
      ],
    })
    await settled()
    first.foothold.track('Button Clicked')
    first.clock.advance(1000)
    await settled()
    closeTabs()
    await settled()
    const second = openTab({ store })
    await settled()
    second.clock.advance(1000)
    await settled()
    expect(second.batches.flatMap(({ activities }) => activities.map(({ id }) => id))).toEqual(refused.slice(0, 2))
    closeTabs()
    const third = openTab({ store })
    await settled()
    third.clock.advance(5000)
    await settled()
    expect(third.batches).toEqual([])
  })
})

describe('the stage', () => {
  test('is warmed in idle time where a flow may start on this page, and only there', async () => {
    openTab({ guide: guideOf({ pages: ['/nowhere'] }) })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(scene.stages).toEqual([])
    openTab({ guide: guideOf({ pages: ['/*'] }, { pages: ['/nowhere'] }) })
    await until(() => calls('warm').length)
    // What the other flow is drawn with is for other pages.
    expect(calls('fetch')).toEqual([['fetch', 'flow-1']])
  })

  test('that cannot be loaded is complained about once', async () => {
    scene.fails = 99
    const { foothold, errors } = openTab({ guide: guideOf({ id: 'a' }, { id: 'b' }) })
    foothold.start('a')
    await until(() => errors.length)
    foothold.start('b')
    await settled()
    expect(errors.map(({ code }) => code)).toEqual(['chunk-failed'])
  })

  test('shows a preview without reporting anything', async () => {
    const { foothold, activities, errors } = openTab()
    foothold.preview(guideOf({ id: 'draft' }).flows[0]!)
    await until(() => calls('preview').length)
    expect(calls('preview')).toEqual([['preview', 'draft']])
    expect(activities).toEqual([])
    foothold.preview({ id: 'NO' } as never)
    expect(errors.map(({ code }) => code)).toEqual(['invalid-guide'])
  })
})

describe('what the host is told', () => {
  test('subscribers get the profile after it changed, once for all that happened at once', async () => {
    const { foothold } = openTab()
    await settled()
    const counts: unknown[] = []
    const stop = foothold.subscribe((profile) => counts.push(profile.counts['Button Clicked']))
    foothold.track('Button Clicked')
    foothold.track('Button Clicked')
    await settled()
    expect(counts).toEqual([2])
    stop()
    foothold.track('Button Clicked')
    await settled()
    expect(counts).toEqual([2])
  })

  test('callbacks that throw disturb nothing', async () => {
    const boom = () => {
      throw new Error('boom')
    }
    const { foothold, batches, clock } = openTab({
      onError: boom,
      onActivity: boom,
      observers: [{ name: 'bad', watch: boom }],
    })
    foothold.subscribe(boom)
    foothold.track('Button Clicked')
    await settled()
    clock.advance(1000)
    await settled()
    expect(batches).toHaveLength(1)
  })

  test('the inspector opens on request, and goes with the rest', async () => {
    const { foothold, errors } = openTab()
    expect(document.querySelector('foothold-inspector')).toBeNull()
    await foothold.inspect()
    expect(document.querySelectorAll('foothold-inspector')).toHaveLength(1)
    foothold.stop()
    expect(document.querySelector('foothold-inspector')).toBeNull()
    sessionStorage.clear()
    expect(errors).toEqual([])
  })
})
