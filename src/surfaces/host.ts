import css from './surfaces.css?inline'

export interface Host {
  root: ShadowRoot
  element: HTMLElement
  /** Moves everything into the host page's open modal dialog, or back to the body: outside of it all is inert. */
  moveTo(parent: Element): void
  /** Watches over a surface: when it loses its box, the page may have removed us. Returns what ends the watch. */
  guard(surface: Element): () => void
  /** Tells a screen reader, when it is done with what it says. */
  announce(text: string): void
  setTheme(theme: string): void
  stop(): void
}

const perMinute = 3
const minute = 60_000
const politely = 100

/**
 * The one element that Foothold adds to a page: an open shadow root with its own styles, which page rules do not reach.
 * It comes into the page with the first `moveTo`.
 */
export function createHost(theme: string, after: (ms: number, run: () => void) => () => void): Host {
  const element = document.createElement('foothold-host')
  element.dataset.theme = theme
  const root = element.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [sheet]
  const region = document.createElement('div')
  region.role = 'status'
  region.className = 'unseen'
  root.append(region)

  let parent: Element | undefined
  let restored = 0
  const timers = new Set<() => void>()
  const later = (ms: number, run: () => void) => {
    const cancel = after(ms, () => {
      timers.delete(cancel)
      run()
    })
    timers.add(cancel)
  }
  const presence = new ResizeObserver(() => {
    if (element.isConnected || restored >= perMinute) return
    restored++
    later(minute, () => restored--)
    requestAnimationFrame(() => {
      if (parent && !element.isConnected) attach(document.body)
    })
  })

  function attach(to: Element) {
    const focused = root.activeElement as HTMLElement | null
    parent = to
    to.append(element)
    // Whoever moves leaves the top layer.
    for (const shown of root.querySelectorAll<HTMLElement>('dialog[open], [popover]')) {
      if (shown instanceof HTMLDialogElement) {
        shown.close()
        shown.showModal()
      } else if (!shown.matches(':popover-open')) shown.showPopover()
    }
    focused?.focus({ preventScroll: true })
  }

  // What happens in our fields is no business of the page's hotkeys, focus traps and outside-click handlers.
  for (const type of ours) root.addEventListener(type, (event) => event.stopPropagation())

  return {
    root,
    element,
    moveTo(to) {
      if (to !== parent || !element.isConnected) attach(to)
    },
    guard(surface) {
      presence.observe(surface)
      return () => presence.unobserve(surface)
    },
    announce(text) {
      region.textContent = ''
      later(politely, () => {
        region.textContent = text
      })
    },
    setTheme(name) {
      element.dataset.theme = name
    },
    stop() {
      parent = undefined
      presence.disconnect()
      for (const cancel of timers) cancel()
      element.remove()
    },
  }
}

const ours =
  'keyup keypress beforeinput input change copy cut paste compositionstart compositionupdate compositionend focusin focusout pointerdown mousedown click'.split(
    ' ',
  )
