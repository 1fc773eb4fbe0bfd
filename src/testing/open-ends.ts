/** What is open in the page since the count began. */
export interface OpenEnds {
  /** How many, by what: `listener click`, `MutationObserver`. What was closed again is not listed. */
  now(): { [what: string]: number }
  /** Ends the count. */
  stop(): void
}

/** Counts listeners and observers of the page from now on. */
export function countOpenEnds(): OpenEnds {
  const open = new Map<string, number>()
  const add = (what: string, by: number) => open.set(what, (open.get(what) ?? 0) + by)
  const listening = new WeakMap<EventTarget, Map<string, Set<unknown>>>()
  const keyOf = (type: string, options: unknown) =>
    `${type}${(typeof options === 'object' ? (options as AddEventListenerOptions | null)?.capture : options) ? '!' : ''}`
  const { addEventListener, removeEventListener } = EventTarget.prototype
  const restores = [() => void Object.assign(EventTarget.prototype, { addEventListener, removeEventListener })]
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
    restores.push(() => void Object.assign(prototype, { observe, disconnect }))
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
  return {
    now: () => Object.fromEntries([...open].filter(([, count]) => count).sort()),
    stop() {
      for (const restore of restores) restore()
    },
  }
}
