import surfaces from './surfaces.css?inline'

export interface Host {
  root: ShadowRoot
  element: HTMLElement
  /** Moves everything into the host page's open modal dialog, or back to the body: outside of it all is inert. */
  moveTo(parent: Element): void
  /** A page that zooms by CSS does not zoom us: places are in pixels of the window. To be called when it may have changed. */
  unzoom(): void
  /** Watches over a surface: when it loses its box, the page may have removed us. Returns what ends the watch. */
  guard(surface: Element): () => void
  /** Another element with the same styles, for a place in the page. */
  another(document: Document): HTMLElement
  /** More styles. */
  style(more: string): void
  /** Tells a screen reader, when it is done with what it says; all that comes at once. */
  announce(text: string): void
  /** What was told is over, and what was not is not told any more. */
  hush(): void
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
  const sheets = new Map<Document, CSSStyleSheet>()
  let css = surfaces
  const element = another(document)
  const root = element.shadowRoot as ShadowRoot
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
    return () => {
      timers.delete(cancel)
      cancel()
    }
  }
  let saying: string[] = []
  let unsay: (() => void) | undefined
  const hush = () => {
    region.textContent = ''
    saying = []
    unsay?.()
    unsay = undefined
  }
  const presence = new ResizeObserver(() => {
    if (element.isConnected || restored >= perMinute) return
    restored++
    later(minute, () => restored--)
    requestAnimationFrame(() => {
      if (parent && !element.isConnected) attach(document.body)
    })
  })

  function another(of: Document): HTMLElement {
    const made = of.createElement('foothold-host')
    made.dataset.theme = theme
    const inside = made.attachShadow({ mode: 'open' })
    let sheet = sheets.get(of)
    if (!sheet) {
      // A document takes only sheets of its own.
      sheet = new (of.defaultView as Window & typeof globalThis).CSSStyleSheet()
      sheet.replaceSync(css)
      sheets.set(of, sheet)
    }
    inside.adoptedStyleSheets = [sheet]
    // What happens in our fields is no business of the page's hotkeys, focus traps and outside-click handlers.
    for (const type of ours) inside.addEventListener(type, (event) => event.stopPropagation())
    return made
  }

  function attach(to: Element) {
    const focused = root.activeElement as HTMLElement | null
    parent = to
    to.append(element)
    unzoom()
    // Whoever moves leaves the top layer.
    for (const shown of root.querySelectorAll<HTMLElement>(':not([inert]) > :is(dialog[open], [popover])')) {
      if (shown instanceof HTMLDialogElement) {
        shown.close()
        shown.showModal()
      } else if (!shown.matches(':popover-open')) shown.showPopover()
    }
    focused?.focus({ preventScroll: true })
  }

  let zoomed = 1
  function unzoom() {
    const { currentCSSZoom: zoom = 1 } = (parent ?? document.body) as Element & { currentCSSZoom?: number }
    if (zoom === zoomed) return
    zoomed = zoom
    element.style.setProperty('--foothold-unzoom', zoom === 1 ? '' : `${1 / zoom}`)
  }

  return {
    root,
    element,
    another,
    unzoom,
    moveTo(to) {
      if (to !== parent || !element.isConnected) attach(to)
    },
    guard(surface) {
      presence.observe(surface)
      return () => presence.unobserve(surface)
    },
    style(more) {
      css += more
      for (const sheet of sheets.values()) sheet.replaceSync(css)
    },
    announce(text) {
      region.textContent = ''
      saying.push(text)
      unsay ??= later(politely, () => {
        const all = saying.join('\n')
        hush()
        region.textContent = all
      })
    },
    hush,
    setTheme(name) {
      theme = name
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
