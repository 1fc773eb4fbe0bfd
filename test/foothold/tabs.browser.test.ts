import { afterEach, describe, expect, test, vi } from 'vitest'
import { joinTabs, type Message, type Tabs } from '../../src/agent/tabs.ts'
import type { Activity, Json } from '../../src/core/activity.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import type { Store } from '../../src/stores/store.ts'
import { fakeClock } from '../../src/testing/fake-clock.ts'
import { closeTabs, guideOf, openTab, settled, type Tab, until } from './tab.ts'

const scene = vi.hoisted(() => ({ log: [] as string[] }))

vi.mock('../../src/stage.ts', () => ({
  createStage({ report, save }: any) {
    let running: string[] = []
    return {
      play({ flow }: { flow: string }) {
        scene.log.push(`play ${flow}`)
        running.push(flow)
        report({ type: 'Flow Started', properties: { flow }, interaction: false })
        save(flow, { step: 'hello' })
      },
      resume(progress: object) {
        scene.log.push(`resume ${JSON.stringify(progress)}`)
        running.push(...Object.keys(progress))
      },
      activity() {},
      playing: () => running,
      end(flow: string) {
        if (!running.includes(flow)) return
        scene.log.push(`end ${flow}`)
        running = running.filter((id) => id !== flow)
        save(flow, undefined)
        report({ type: 'Flow Ended', properties: { flow, reason: 'host' }, interaction: false })
      },
      preview() {},
      arm() {},
      async fetch() {},
      warm: () => false,
      stop: () => scene.log.push('stop'),
    }
  },
}))

const joined = new Set<Tabs>()

afterEach(() => {
  for (const tabs of joined) tabs.stop()
  joined.clear()
  closeTabs()
  scene.log.length = 0
  vi.restoreAllMocks()
})

function join(tab: string, name = 'foothold:test') {
  const heard: Message[] = []
  const log: string[] = []
  const tabs = joinTabs({
    name,
    tab,
    hear: (message) => heard.push(message),
    onOwner: () => log.push('owner'),
    onStage: () => log.push(tabs.stage ? 'won' : 'lost'),
  })
  joined.add(tabs)
  return { tabs, heard, log }
}

/** All values of a store, shared as local storage is; tells when another tab changed a key. */
function sharedStore() {
  const values = new Map<string, string>()
  const watchers = new Set<{ key: string; changed: () => void; by: Store }>()
  return (): Store => {
    const store: Store = {
      name: 'shared',
      get: (key) => (values.has(key) ? (JSON.parse(values.get(key)!) as Json) : undefined),
      set(key, value) {
        if (value === undefined) values.delete(key)
        else values.set(key, JSON.stringify(value))
        for (const watcher of watchers) if (watcher.key === key && watcher.by !== store) setTimeout(watcher.changed)
      },
      watch(key, changed) {
        const watcher = { key, changed, by: store }
        watchers.add(watcher)
        return () => watchers.delete(watcher)
      },
    }
    return store
  }
}

describe('tabs', () => {
  test('of one visitor hear each other, those of another do not', async () => {
    const a = join('a')
    const b = join('b')
    const other = join('c', 'foothold:other')
    a.tabs.post({ activity: 1 })
    await vi.waitFor(() => expect(b.heard.filter(({ activity }) => activity)).toEqual([{ activity: 1 }]))
    expect(a.heard.filter(({ activity }) => activity)).toEqual([])
    expect(other.heard).toEqual([])
  })

  test('have one owner, and the next one follows when it leaves', async () => {
    const a = join('a')
    await settled()
    const b = join('b')
    await vi.waitFor(() => expect([a.tabs.owner, b.tabs.owner]).toEqual([true, false]))
    a.tabs.stop()
    await until(() => b.tabs.owner)
    expect(b.log).toEqual(['owner'])
  })

  test('give the stage to the one that claims it last', async () => {
    const a = join('a')
    a.tabs.claim()
    const b = join('b')
    await vi.waitFor(() => expect([a.tabs.stage, b.tabs.stage, b.tabs.staged]).toEqual([true, false, true]))
    b.tabs.claim()
    await vi.waitFor(() => expect([a.tabs.stage, b.tabs.stage]).toEqual([false, true]))
    a.tabs.claim()
    await vi.waitFor(() => expect([a.tabs.stage, b.tabs.stage]).toEqual([true, false]))
    expect(b.log.filter((each) => each !== 'owner')).toEqual(['won', 'lost'])
  })

  test('that claim at the same moment agree on one', async () => {
    const all = ['a', 'b', 'c', 'd'].map((name) => join(name))
    for (const { tabs } of all) tabs.claim()
    await vi.waitFor(() => expect(all.filter(({ tabs }) => tabs.stage)).toHaveLength(1))
  })

  test('know when nobody has the stage, and one of them takes it when it is focused', async () => {
    const a = join('a')
    const b = join('b')
    b.tabs.claim()
    await vi.waitFor(() => expect([a.tabs.stage, a.tabs.staged]).toEqual([false, true]))
    b.tabs.stop()
    await vi.waitFor(() => expect([a.tabs.stage, a.tabs.staged]).toEqual([false, false]))
    window.dispatchEvent(new Event('focus'))
    expect(a.tabs.stage).toBe(true)
  })

  test('that are hidden claim nothing', async () => {
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    const a = join('a')
    a.tabs.claim()
    expect([a.tabs.stage, a.tabs.staged]).toEqual([false, false])
    vi.restoreAllMocks()
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
    expect(a.tabs.stage).toBe(true)
  })

  test.each([
    ['missing', undefined],
    ['refused', { request: () => Promise.reject(new DOMException('no', 'SecurityError')) }],
  ])('all persist where locks are %s', async (_, locks) => {
    Object.defineProperty(navigator, 'locks', { value: locks, configurable: true })
    const a = join('a')
    const b = join('b')
    await settled()
    Reflect.deleteProperty(navigator, 'locks')
    expect([a.tabs.owner, b.tabs.owner]).toEqual([true, true])
  })

  test('are alone where channels are refused', async () => {
    const Original = BroadcastChannel
    vi.stubGlobal('BroadcastChannel', () => {
      throw new Error('no')
    })
    const a = join('a')
    a.tabs.claim()
    a.tabs.post({ activity: 1 })
    vi.stubGlobal('BroadcastChannel', Original)
    await vi.waitFor(() => expect([a.tabs.stage, a.tabs.owner]).toEqual([true, true]))
  })
})

describe('two tabs of a visitor', () => {
  const clock = fakeClock()
  const twice = { trigger: { count: 'Button Clicked', is: { $gte: 2 } }, frequency: { times: 9 } }

  async function openTwo(guide = guideOf(twice)) {
    const open = sharedStore()
    const first = openTab({ guide, store: open(), clock })
    await settled()
    const second = openTab({ guide, store: open(), clock })
    await until(() => isBlocked(first) && !isBlocked(second))
    return { first, second, open }
  }
  const sent = async (...tabs: Tab[]) => {
    clock.advance(1000)
    await settled()
    return tabs.flatMap(({ batches }) => batches.flatMap(({ activities }) => activities))
  }
  /** Nothing opens in the tab that does not have the stage. */
  const isBlocked = ({ foothold }: Tab) =>
    foothold.explain('flow-1').gates.find(({ gate }) => gate === 'blocked')?.verdict === 'hold'
  const idsOf = (activities: Activity[]) => activities.map(({ id }) => id)

  test('are one profile', async () => {
    const { first, second } = await openTwo()
    first.foothold.identify('u_1', { plan: 'pro' })
    first.foothold.track('Button Clicked')
    await until(
      () => second.foothold.profile.counts['Session Started'] && first.foothold.profile.counts['Session Started'],
    )
    second.foothold.track('Other Clicked')
    await until(() => first.foothold.profile.counts['Other Clicked'])
    expect(first.foothold.profile).toEqual(second.foothold.profile)
    expect(second.foothold.profile).toMatchObject({
      visitor: { id: 'u_1', traits: { plan: 'pro' } },
      counts: { 'Button Clicked': 1, 'Other Clicked': 1 },
    })
    second.foothold.identify('u_1', { plan: 'pro' })
    expect(second.types()).not.toContain('Visitor Identified')
  })

  test('know in a new tab what happened before it was saved', async () => {
    const { first, open } = await openTwo()
    first.foothold.track('Button Clicked')
    const third = openTab({ guide: guideOf(twice), store: open(), clock })
    await until(() => third.foothold.profile.counts['Button Clicked'] === 1)
  })

  test('play a flow once, in the tab that has the stage, whichever it happened in', async () => {
    const { first, second } = await openTwo()
    first.foothold.track('Button Clicked')
    first.foothold.track('Button Clicked')
    await until(() => scene.log.includes('play flow-1'))
    await settled()
    expect(scene.log.filter((each) => each.startsWith('play'))).toEqual(['play flow-1'])
    expect(second.types()).toContain('Flow Started')
    expect(first.types()).not.toContain('Flow Started')
  })

  test('send everything once, derived activities included', async () => {
    const { first, second } = await openTwo()
    first.foothold.track('Button Clicked')
    await until(() => second.foothold.profile.counts['Button Clicked'])
    second.foothold.track('Button Clicked')
    await until(() => second.types().includes('Flow Started'))
    await until(() => first.foothold.profile.counts['Flow Started'])
    const activities = await sent(first, second)
    expect(new Set(idsOf(activities)).size).toBe(activities.length)
    expect(activities.map(({ type }) => type).sort()).toEqual([
      'Button Clicked',
      'Button Clicked',
      'Flow Started',
      'Session Started',
    ])
  })

  test('agree together: what is taken back in one is no longer sent by the other', async () => {
    const { first, second } = await openTwo(guideOf({ purpose: 'marketing' }))
    first.foothold.track('Button Clicked')
    await settled()
    second.foothold.consent({ analytics: false, marketing: false })
    await settled()
    first.foothold.track('Other Clicked')
    expect(await sent(first, second)).toEqual([])
    const consentOf = ({ foothold }: Tab) =>
      foothold.explain('flow-1').gates.find(({ gate }) => gate === 'consent')?.verdict
    expect([consentOf(first), consentOf(second)]).not.toContain('open')
    second.foothold.consent({ analytics: true, marketing: true })
    await settled()
    first.foothold.track('Other Clicked')
    expect((await sent(first, second)).map(({ type }) => type)).toEqual(['Other Clicked'])
    expect(consentOf(first)).toBe('open')
  })

  test('hand a flow over to the one that is focused: erased here, resumed there, not ended', async () => {
    const { first, second } = await openTwo()
    second.foothold.start('flow-1')
    await until(() => scene.log.includes('play flow-1'))
    window.dispatchEvent(new Event('focus'))
    await settled()
    // Both are in this window, so both claim; the last one has it.
    await until(() => scene.log.filter((each) => each.startsWith('resume')).length)
    expect(scene.log).toContain('stop')
    expect(scene.log.filter((each) => each.startsWith('end'))).toEqual([])
    expect(first.foothold.profile.flows['flow-1']!.status).toBe('shown')
  })

  test('end a flow from whichever', async () => {
    const { first, second } = await openTwo()
    second.foothold.start('flow-1')
    await until(() => scene.log.includes('play flow-1'))
    first.foothold.end('flow-1')
    await until(() => scene.log.includes('end flow-1'))
  })

  test('log out together, and none of them leaves anything in the store', async () => {
    const { first, second, open } = await openTwo()
    first.foothold.identify('u_1')
    const { anonymousId } = first.foothold.profile.visitor
    clock.advance(2000)
    const state = () => open().get(`state:${anonymousId}`)
    expect(state()).toBeDefined()
    second.foothold.track('Button Clicked')
    second.foothold.reset()
    await until(() => second.foothold.profile.visitor.anonymousId === first.foothold.profile.visitor.anonymousId)
    expect(state()).toBeUndefined()
    expect(second.foothold.profile.visitor.anonymousId).not.toBe(anonymousId)
    expect(second.foothold.profile.visitor.id).toBeUndefined()
  })

  test('the one that persists sends what the other could not before it was closed', async () => {
    const { first, second } = await openTwo()
    second.foothold.track('Button Clicked')
    second.foothold.stop()
    const types = (tab: Tab) => tab.batches.flatMap(({ activities }) => activities.map(({ type }) => type))
    await until(() => {
      clock.advance(1000)
      return types(first).includes('Button Clicked')
    })
    expect(types(second)).not.toContain('Button Clicked')
  })

  test('with stores of their own are strangers', async () => {
    const a = openTab({ store: memoryStore(), clock })
    const b = openTab({ store: memoryStore(), clock })
    await settled()
    a.foothold.track('Button Clicked')
    await settled()
    expect(b.foothold.profile.counts).toEqual({})
  })
})
