import { afterEach, expect, test, vi } from 'vitest'
import { cdp } from 'vitest/browser'
import { createFoothold } from '../../src/foothold.ts'
import { inlineSource } from '../../src/sources/inline.ts'
import { guideOf, settled, until } from './tab.ts'

/** Counts what is alive: listeners (those of an aborted signal are not), timers, channels, locks, observers of the DOM. */
function census() {
  const undo: (() => void)[] = []
  const listeners = new Map<string, EventTarget>()
  const names = new Map<object, number>()
  const nameOf = (object: object) => names.get(object) ?? (names.set(object, names.size), names.size - 1)
  const replace = (object: any, name: string, make: (original: any) => unknown) => {
    const original = object[name]
    object[name] = make(original)
    undo.push(() => {
      object[name] = original
    })
  }
  const capture = (options: any) => !!(typeof options === 'object' ? options?.capture : options)
  replace(
    EventTarget.prototype,
    'addEventListener',
    (original) =>
      function (this: EventTarget, type: string, run: object, options?: any) {
        if (run && !(this instanceof AbortSignal)) {
          const key = `${nameOf(this ?? window)} ${type} ${nameOf(run)} ${capture(options)}`
          listeners.set(key, this ?? window)
          options?.signal?.addEventListener('abort', () => listeners.delete(key))
        }
        return original.call(this ?? window, type, run, options)
      },
  )
  replace(
    EventTarget.prototype,
    'removeEventListener',
    (original) =>
      function (this: EventTarget, type: string, run: object, options?: any) {
        if (run) listeners.delete(`${nameOf(this ?? window)} ${type} ${nameOf(run)} ${capture(options)}`)
        return original.call(this ?? window, type, run, options)
      },
  )
  const watchers = new Set<object>()
  for (const name of ['MutationObserver', 'IntersectionObserver', 'ResizeObserver', 'PerformanceObserver'])
    replace(
      window,
      name,
      (Original) =>
        class extends Original {
          observe(...given: unknown[]) {
            watchers.add(this)
            return super.observe(...given)
          }
          disconnect() {
            watchers.delete(this)
            return super.disconnect()
          }
        },
    )
  const channels = new Set<object>()
  replace(
    window,
    'BroadcastChannel',
    (Original) =>
      class extends Original {
        constructor(name: string) {
          super(name)
          channels.add(this)
        }
        close() {
          channels.delete(this)
          super.close()
        }
      },
  )
  return {
    read: () => ({
      // Those of a node that is gone are gone with it.
      listeners: [...listeners]
        .filter(([, target]) => !(target instanceof Node) || target.isConnected)
        .map(([key]) => key.split(' ')[1]),
      watchers: watchers.size,
      channels: channels.size,
      nodes: document.querySelectorAll('*').length,
    }),
    end: () => {
      for (const run of undo.reverse()) run()
    },
  }
}

function countingClock() {
  const timers = new Set<ReturnType<typeof setTimeout>>()
  return {
    timers,
    now: () => Date.now(),
    after(ms: number, run: () => void) {
      const timer = setTimeout(() => {
        timers.delete(timer)
        run()
      }, ms)
      timers.add(timer)
      return () => {
        timers.delete(timer)
        clearTimeout(timer)
      }
    },
  }
}

let count: ReturnType<typeof census> | undefined
afterEach(() => {
  count?.end()
  count = undefined
  localStorage.clear()
})

const guide = guideOf({ id: 'a', trigger: { idle: '20s' } })

test('stopping leaves no node, listener, timer, channel or lock, and it can be started again', async () => {
  count = census()
  const before = count.read()
  for (let round = 0; round < 3; round++) {
    const clock = countingClock()
    const errors: unknown[] = []
    const foothold = createFoothold({ source: inlineSource(guide), clock, onError: (error) => errors.push(error) })
    await settled()
    foothold.track('Button Clicked')
    foothold.start('a')
    foothold.hold('checkout')
    await until(() => foothold.profile.flows.a?.status === 'shown')
    expect(count.read().listeners.length).toBeGreaterThan(before.listeners.length)
    expect(clock.timers.size).toBeGreaterThan(0)
    foothold.stop()
    foothold.stop()
    await settled()
    expect(count.read()).toEqual(before)
    expect(clock.timers.size).toBe(0)
    const { held = [], pending = [] } = await navigator.locks.query()
    expect([...held, ...pending].filter(({ name }) => name?.startsWith('foothold:'))).toEqual([])
    expect(errors).toEqual([])
  }
})

test('stopping in the middle of starting leaves nothing either', async () => {
  count = census()
  const before = count.read()
  for (let ticks = 0; ticks < 30; ticks++) {
    const clock = countingClock()
    const foothold = createFoothold({ source: inlineSource(guide), clock })
    foothold.start('a')
    for (let i = 0; i < ticks; i++) await null
    foothold.stop()
    await settled()
    expect([count.read(), clock.timers.size, ticks]).toEqual([before, 0, ticks])
  }
})

/** What the browser itself counts once the garbage is collected, also what is in no document any more. */
async function alive() {
  for (let times = 0; times < 3; times++) await cdp().send('HeapProfiler.collectGarbage')
  const { nodes, jsEventListeners } = await cdp().send('Memory.getDOMCounters')
  return { nodes, listeners: jsEventListeners }
}

async function startAndStop(times: number) {
  for (let round = 0; round < times; round++) {
    const foothold = createFoothold({ source: inlineSource(guide) })
    foothold.start('a')
    const shown = () => document.querySelector('foothold-host')?.shadowRoot?.textContent?.includes('Hello')
    await vi.waitUntil(shown, { interval: 5 })
    foothold.stop()
    await settled()
    expect(document.querySelector('foothold-host')).toBeNull()
  }
}

test('50 starts and stops, a flow shown in each, leave as many nodes and listeners as before', async () => {
  await startAndStop(3)
  const before = await alive()
  await startAndStop(50)
  expect(await alive()).toEqual(before)
})
