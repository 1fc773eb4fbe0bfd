// The demo's clock: fast-forwards time for Foothold, and for nothing else on the page.
// A classic script that stands before the embed line. It gives Foothold its `clock` option and draws a small
// panel at the bottom left. What is clicked and typed in the panel is invisible to the page and to Foothold, so
// that using the clock is never taken for a visitor's activity.
;(() => {
  const offsetKey = 'demo.clock'
  const longest = 2 ** 31 - 1
  const minute = 60_000
  const jumps = [
    ['+1 min', minute],
    ['+3 min', 3 * minute],
    ['+1 h', 60 * minute],
    ['+1 day', 24 * 60 * minute],
  ]

  const timers = new Set()
  let offset = read()
  let standing // the moment of the timer that runs, while time is being moved
  let waiting

  function read() {
    try {
      return Number(localStorage.getItem(offsetKey)) || 0
    } catch {
      return 0
    }
  }

  const now = () => standing ?? Date.now() + offset

  function after(ms, run) {
    const timer = { at: now() + Math.max(0, ms), run }
    timers.add(timer)
    arm()
    return () => {
      timers.delete(timer)
      arm()
    }
  }

  function next() {
    let first
    for (const timer of timers) if (!first || timer.at < first.at) first = timer
    return first
  }

  function arm() {
    if (standing !== undefined) return
    clearTimeout(waiting)
    const first = next()
    if (first) waiting = setTimeout(runUntil, Math.min(longest, Math.max(0, first.at - now())))
  }

  /** Runs what is due until the present, in order; each timer sees its own time. */
  function runUntil() {
    const end = Date.now() + offset
    for (let first = next(); first && first.at <= end; first = next()) {
      timers.delete(first)
      standing = first.at
      try {
        first.run()
      } catch (error) {
        reportError(error)
      }
    }
    standing = undefined
    arm()
    draw()
  }

  function forward(ms) {
    offset += ms
    try {
      localStorage.setItem(offsetKey, String(offset))
    } catch {}
    runUntil()
  }

  function startOver() {
    localStorage.clear()
    sessionStorage.clear()
    // biome-ignore lint/suspicious/noDocumentCookie: the way that all browsers have
    for (const cookie of document.cookie.split('; ')) document.cookie = `${cookie.split('=')[0]}=; path=/; max-age=0`
    // What leaves the page now is still the old visitor's; the next page clears it before the widget starts.
    sessionStorage.setItem('demo.clean', '1')
    location.assign(location.pathname.split('/').slice(0, 2).join('/'))
  }

  if (sessionStorage.getItem('demo.clean')) {
    localStorage.clear()
    sessionStorage.clear()
    offset = 0
  }

  addEventListener('storage', (change) => {
    if (change.key !== offsetKey && change.key !== null) return
    offset = read()
    runUntil()
  })

  window.foothold = window.foothold || []
  window.foothold.options = { ...window.foothold.options, clock: { now, after, forward } }
  window.demoClock = { now, forward, startOver }

  // The panel

  const host = document.createElement('demo-clock')
  const shadow = host.attachShadow({ mode: 'open' })
  shadow.innerHTML = `
    <style>
      :host { position: fixed; z-index: 20; left: 12px; bottom: calc(12px + var(--demo-clock-lift, 0px)); color-scheme: light dark;
        font: 500 13px/1.2 ui-sans-serif, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif }
      :host([hidden]) { display: none }
      .panel { display: flex; flex-wrap: wrap; align-items: center; gap: 4px; width: max-content; max-width: calc(100vw - 24px); box-sizing: border-box;
        padding: 4px; border-radius: 18px; color: #eef2f7; background: #18202ce8; box-shadow: 0 0 0 1px #ffffff1f, 0 6px 20px #0b121c40; backdrop-filter: blur(8px) }
      button { all: unset; box-sizing: border-box; min-height: 28px; padding: 6px 10px; border-radius: 14px; cursor: pointer; white-space: nowrap }
      button:hover { background: #ffffff24 }
      button:focus-visible { outline: 2px solid #8fc1ff; outline-offset: 1px }
      .time { display: flex; align-items: center; gap: 7px; font-variant-numeric: tabular-nums }
      .time svg { width: 15px; height: 15px }
      .moves { display: contents }
      .moves[hidden] { display: none }
      .over { color: #ffb4a2 }
      @media (max-width: 560px) { .rest { display: none } .time { padding: 6px 7px } }
      @media print { :host { display: none } }
    </style>
    <div class="panel" role="group" aria-label="Demo clock">
      <button class="time" type="button" aria-expanded="false" aria-label="Demo clock" title="Demo clock: move time forward">
        <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" aria-hidden="true"><circle cx="8" cy="8" r="6.2"/><path d="M8 4.6V8l2.4 1.6"/></svg>
        <span class="now"></span>
      </button>
      <span class="moves" hidden>
        ${jumps.map(([label, ms]) => `<button type="button" data-ms="${ms}">${label}</button>`).join('')}
        <button class="over" type="button" title="Forget this visitor and begin again">Start over</button>
      </span>
    </div>`
  const toggle = shadow.querySelector('.time')
  const moves = shadow.querySelector('.moves')

  function draw() {
    const date = new Date(now())
    const label = shadow.querySelector('.now')
    label.classList.toggle('rest', offset < minute)
    label.textContent =
      offset < minute
        ? 'Clock'
        : date.toLocaleString(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' })
  }

  function press(button) {
    if (button === toggle) {
      moves.hidden = !moves.hidden
      toggle.setAttribute('aria-expanded', String(!moves.hidden))
      sessionStorage.setItem('demo.clock.open', moves.hidden ? '' : '1')
    } else if (button.dataset.ms) {
      forward(Number(button.dataset.ms))
    } else {
      startOver()
    }
  }

  // First in line on the window, so that nobody else hears of it.
  for (const type of [
    'pointerdown',
    'pointerup',
    'pointermove',
    'mousedown',
    'mouseup',
    'mousemove',
    'click',
    'touchstart',
    'touchend',
    'keydown',
    'keyup',
    'wheel',
  ])
    addEventListener(
      type,
      (event) => {
        if (!event.composedPath().includes(host)) return
        event.stopImmediatePropagation()
        const button = type === 'click' && event.composedPath()[0].closest?.('button')
        if (button) press(button)
      },
      { capture: true, passive: true },
    )

  if (sessionStorage.getItem('demo.clock.open')) {
    moves.hidden = false
    toggle.setAttribute('aria-expanded', 'true')
  }
  draw()
  setInterval(draw, 15_000)
  const attach = () => document.body.append(host)
  if (document.body) attach()
  else addEventListener('DOMContentLoaded', attach)
})()
