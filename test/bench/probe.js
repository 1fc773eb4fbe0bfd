/** Runs in every page of the bench before anything else: counts, and watches what is painted. */
{
  const counts = { timers: 0, frames: 0 }
  const { setTimeout, setInterval, requestAnimationFrame } = window
  // Every run counts, so that an interval that was set long ago does too.
  const counting =
    (schedule, name) =>
    (run, ...given) => {
      const counted = (...args) => {
        counts[name]++
        return typeof run === 'function' ? run(...args) : undefined
      }
      return schedule.call(window, counted, ...given)
    }
  window.setTimeout = counting(setTimeout, 'timers')
  window.setInterval = counting(setInterval, 'timers')
  window.requestAnimationFrame = counting(requestAnimationFrame, 'frames')

  const longTasks = []
  const shifts = []
  const tasks = new PerformanceObserver((list) => longTasks.push(...list.getEntries()))
  const layout = new PerformanceObserver((list) => shifts.push(...list.getEntries()))
  tasks.observe({ type: 'longtask' })
  layout.observe({ type: 'layout-shift' })

  const { port1, port2 } = new MessageChannel()
  /** Resolves in the task after the next frame was painted. */
  const painted = () =>
    new Promise((done) => {
      requestAnimationFrame.call(window, () => {
        port1.onmessage = done
        port2.postMessage(0)
      })
    })

  /** What is to be seen of an element: its place and how opaque it is. */
  function look(element, words) {
    if (!element?.isConnected || !element.textContent.includes(words)) return
    const { left, top, width, height } = element.getBoundingClientRect()
    const inView = left + width > 0 && top + height > 0 && left < innerWidth && top < innerHeight
    if (!width || !height || !inView || getComputedStyle(element).visibility !== 'visible') return
    let opacity = 1
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
      opacity *= Number(getComputedStyle(at).opacity)
    }
    return opacity > 0.01 ? { left, top, width, height, opacity } : undefined
  }

  const apart = (a, b) => Math.max(...Object.keys(a).map((key) => Math.abs(a[key] - b[key])))
  const quietFrames = 24
  const patience = 4000

  window.probe = {
    counts,
    painted,
    longest(since) {
      longTasks.push(...tasks.takeRecords())
      return Math.max(0, ...longTasks.filter(({ startTime }) => startTime >= since).map(({ duration }) => duration))
    },
    shifted(since) {
      shifts.push(...layout.takeRecords())
      return shifts.filter(({ startTime }) => startTime >= since).reduce((sum, { value }) => sum + value, 0)
    },
    /** From a call to the frame in which these words are painted, and to the one from which nothing changes any more. */
    async showing(verb, words) {
      const { widget } = window
      const before = shifts.length
      await painted()
      await painted()
      const start = performance.now()
      widget[verb]()
      const call = performance.now() - start
      const seen = []
      let rest = 0
      for (let frame = 1; performance.now() - start < patience; frame++) {
        await painted()
        const state = look(widget.box(), words)
        if (!state) continue
        seen.push({ frame, at: performance.now() - start, state })
        if (apart(state, seen[rest].state) > 0.1) rest = seen.length - 1
        if (seen.length - rest > quietFrames) break
      }
      if (!seen.length) throw new Error(`"${words}" was not painted within ${patience} ms`)
      const [first, last] = [seen[0], seen[rest]]
      shifts.push(...layout.takeRecords())
      return {
        call,
        painted: first.at,
        paintedFrame: first.frame,
        rest: last.at,
        restFrame: last.frame,
        jump: Math.hypot(last.state.left - first.state.left, last.state.top - first.state.top),
        shift: shifts.slice(before).reduce((sum, { value }) => sum + value, 0),
      }
    },
  }
}
