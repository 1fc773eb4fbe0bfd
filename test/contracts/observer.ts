import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Report } from '../../src/core/activity.ts'
import type { Observer } from '../../src/observers/observer.ts'
import { type Clock, clock } from './clock.ts'

export interface ObserverCase {
  /** What a user calls, with the defaults. */
  create(): Observer
  /** Markup of the page under observation. */
  markup?: string
  /** Makes the observer report something: what a visitor does, and the time it takes. */
  provoke(clock: Clock): void | Promise<void>
  /** Types that are reported by then, in this order. Others may be reported in between. */
  reports: string[]
}

/** What every observer does, in a real page. */
export function observerContract({ create, markup = '', provoke, reports }: ObserverCase): void {
  describe(`${create().name}, as every observer,`, () => {
    let page: Watched
    beforeEach(() => {
      document.body.innerHTML = markup
    })
    afterEach(() => {
      page?.stop()
      document.body.innerHTML = ''
    })

    test('has a name, the same for each instance', () => {
      expect(create().name).toMatch(/^[a-z][a-z0-9-]*$/)
      expect(create().name).toBe(create().name)
    })

    test('touches nothing before it is told to watch', () => {
      const before = openEnds()
      create()
      expect(openEnds()).toEqual(before)
    })

    test('reports what it is there for, as plain data', async () => {
      page = watch(create())
      await provoke(page.clock)
      expect(page.types()).toEqual(expect.arrayContaining(reports))
      expect(page.types().filter((type) => reports.includes(type))).toEqual(reports)
      for (const report of page.reports) {
        expect(report.type).toMatch(/^\S.*\S$/)
        expect(JSON.parse(JSON.stringify(report))).toEqual(dropUndefined(report))
      }
    })

    test('leaves no listener, timer or observer behind when it is stopped', async () => {
      const before = openEnds()
      page = watch(create())
      await provoke(page.clock)
      page.stop()
      expect(openEnds()).toEqual(before)
      expect(page.clock.waiting).toBe(0)
    })

    test('reports nothing once it is stopped, and does not report the stop', async () => {
      page = watch(create())
      page.stop()
      const told = page.reports.length
      await provoke(page.clock)
      page.clock.advance(60_000)
      expect(page.reports.slice(told)).toEqual([])
    })

    test('may be stopped twice', () => {
      page = watch(create())
      page.stop()
      expect(page.stop).not.toThrow()
    })

    test('watches anew after a stop', async () => {
      const observer = create()
      watch(observer).stop()
      page = watch(observer)
      await provoke(page.clock)
      expect(page.types()).toEqual(expect.arrayContaining(reports))
    })

    test('is not disturbed by a second instance', async () => {
      page = watch(create())
      const other = watch(create())
      other.stop()
      await provoke(page.clock)
      expect(page.types()).toEqual(expect.arrayContaining(reports))
    })

    test('never throws into a page that is full of rubbish', async () => {
      document.body.innerHTML = `${rubbish}${markup}`
      const thrown: unknown[] = []
      const onError = (event: ErrorEvent) => thrown.push(event.error)
      addEventListener('error', onError)
      page = watch(create())
      document.body.setAttribute('data-foothold', '')
      for (const element of [document, document.body, ...document.body.querySelectorAll('*')]) {
        for (const type of ['click', 'pointerdown', 'keydown', 'scrollend', 'popstate', 'touchstart'])
          element.dispatchEvent(new Event(type, { bubbles: true, composed: true }))
      }
      await provoke(page.clock)
      page.clock.advance(60_000)
      page.stop()
      removeEventListener('error', onError)
      document.body.removeAttribute('data-foothold')
      expect(thrown).toEqual([])
    })
  })
}

export interface Watched {
  clock: Clock
  reports: Report[]
  types(): string[]
  /** Properties of the reports of a type. */
  of(type: string): Report['properties'][]
  stop(): void
}

/** Starts an observer with a clock of its own, and keeps what it reports. */
export function watch(observer: Observer): Watched {
  const time = clock()
  const reports: Report[] = []
  const stop = observer.watch((report) => reports.push(report), time)
  return {
    clock: time,
    reports,
    types: () => reports.map(({ type }) => type),
    of: (type) => reports.filter((report) => report.type === type).map(({ properties }) => properties),
    stop,
  }
}

/** What is open now: listeners by event, observers, timers. Counted from the moment this file is loaded. */
export function openEnds(): Record<string, number> {
  return Object.fromEntries([...open].filter(([, count]) => count).sort())
}

const open = new Map<string, number>()
count()

function count() {
  const add = (what: string, by: number) => open.set(what, (open.get(what) ?? 0) + by)
  const listening = new WeakMap<EventTarget, Map<string, Set<unknown>>>()
  const keyOf = (type: string, options: unknown) =>
    `${type}${(typeof options === 'object' ? (options as AddEventListenerOptions | null)?.capture : options) ? '!' : ''}`
  const { addEventListener, removeEventListener } = EventTarget.prototype
  EventTarget.prototype.addEventListener = function (
    this: EventTarget | undefined,
    type: string,
    run: any,
    options?: any,
  ) {
    const target = this ?? window
    const all = listening.get(target) ?? new Map()
    listening.set(target, all)
    const runs = all.get(keyOf(type, options)) ?? new Set()
    all.set(keyOf(type, options), runs)
    if (run && !runs.has(run)) add(`listener ${type}`, 1)
    runs.add(run)
    return addEventListener.call(target, type, run, options)
  }
  EventTarget.prototype.removeEventListener = function (
    this: EventTarget | undefined,
    type: string,
    run: any,
    options?: any,
  ) {
    const target = this ?? window
    if (listening.get(target)?.get(keyOf(type, options))?.delete(run)) add(`listener ${type}`, -1)
    return removeEventListener.call(target, type, run, options)
  }
  for (const name of ['IntersectionObserver', 'MutationObserver', 'ResizeObserver', 'PerformanceObserver'] as const) {
    const watching = new WeakSet<object>()
    const prototype = window[name].prototype as any
    const { observe, disconnect } = prototype
    prototype.observe = function (...given: unknown[]) {
      if (!watching.has(this)) add(name, 1)
      watching.add(this)
      return observe.apply(this, given)
    }
    prototype.disconnect = function () {
      if (watching.delete(this)) add(name, -1)
      return disconnect.call(this)
    }
  }
}

function dropUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropUndefined)
  if (!value || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([key, one]) => [key, dropUndefined(one)]),
  )
}

/** Markup that a page may well hold, and that no observer may stumble over. */
const rubbish = `
  <script type="application/ld+json">{"@type":"Product","sku":</script>
  <script type="application/ld+json">null</script>
  <script type="application/ld+json">[[[{"@type":[1,null,{}]}]], "Product", 7]</script>
  <script type="application/ld+json">{"@type":"Product"}</script>
  <script type="application/ld+json">{"@type":"Thing","@graph":{"@graph":[{"@type":"Product","sku":{},"offers":[null],"image":[[]]}]}}</script>
  <script type="application/ld+json">{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}</script>
  <script type="application/ld+json">${'['.repeat(20_000)}</script>
  <form data-foothold-cart><input name="attributes"><input name="closest"><button data-foothold-add>a</button></form>
  <div data-foothold="" data-foothold-track="" data-foothold-section="" data-foothold-product="" data-foothold-cart></div>
  <div data-foothold="x" data-foothold-__proto__="1" data-foothold-constructor="2" data-foothold-track="A B"
    data-foothold-="3" data-foothold--="4"><svg><a data-foothold="y"><text>t</text></a></svg></div>
  <a data-foothold-remove data-foothold-checkout></a><math data-foothold-section="m"></math>
`
