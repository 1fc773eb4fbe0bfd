import { h, render } from 'preact'
import type { Activity, Json } from '../core/activity.ts'
import type { Engine } from '../core/engine.ts'
import type { FootholdError } from '../core/errors.ts'
import { forgetFlow } from '../core/forget-flow.ts'
import type { Flow, Guide } from '../core/guide.ts'
import type { Desk, Settings } from './desk.ts'
import css from './inspector.css?inline'
import { createJournal, type Entry, type Places } from './journal.ts'
import { Panel } from './panel.tsx'
import { createPointer } from './pointer.ts'

/** What the page lets its inspector see and do. */
export interface Inspected {
  foothold: {
    start(flow: string): void
    end(flow: string): void
    preview(flow: Flow): void
  }
  /** The page's time. */
  now(): number
  clock: { forward?(ms: number): void }
  look(): {
    guide: Guide | undefined
    engine: Engine
    /** The latest activities, of all tabs. */
    recent: readonly Activity[]
    /** What the machines of the flows under way persist. */
    progress: Places
    /** The latest. */
    errors: readonly FootholdError[]
  }
  /** From now on every engine goes through `run`; the one in force is made anew, from its state or the one given. */
  watch(run: (engine: Engine) => Engine, state?: Json): void
}

export interface Inspector {
  /** Opens the panel, or unfolds it. */
  open(): void
  /** Leaves nothing behind. */
  stop(): void
}

const settingsKey = 'foothold=inspect'
const journalKey = 'foothold:journal'
/** Of characters that are kept for the next page of the tab. */
const keptText = 1_500_000
const tick = 1000
/** So many calls are replayed at most to come to a moment. */
const replayed = 1000

// As they were when this was loaded: the page may patch its own.
const { setTimeout, setInterval, clearInterval } = globalThis

const standard: Settings = {
  dock: 'right',
  width: 500,
  height: 340,
  folded: false,
  view: 'flows',
  filter: '',
  target: '',
}

/**
 * The panel that says what is known, what was decided and why. It stands in a frame of its own inside
 * `<foothold-inspector>`, so that nothing that is clicked or typed in it reaches the page or counts as activity.
 */
export function createInspector(page: Inspected): Inspector {
  let settings: Settings = { ...standard, ...read(settingsKey) }
  let moment: number | undefined
  let opened: { element: HTMLElement; stop(): void } | undefined
  let draw = () => {}
  let errors: { at: number; error: FootholdError }[] = []
  const known = new WeakSet<FootholdError>()

  const places = () => ({ ...page.look().progress })
  const journal = createJournal(page.now, places, storage()?.getItem(journalKey) ?? undefined, () => draw())

  const desk: Desk = {
    journal,
    now: page.now,
    get settings() {
      return settings
    },
    set(change) {
      settings = { ...settings, ...change }
      if (opened) keep(settingsKey, JSON.stringify(settings))
      draw()
    },
    get errors() {
      return errors
    },
    scene() {
      const index = moment ?? journal.entries.length - 1
      const live = moment === undefined
      const then = live ? journal.now : journal.replay(index)
      const at = live ? page.now() : (journal.entries[index]?.at ?? page.now())
      return { live, index, at, moment: then, entries: journal.entries.slice(0, index + 1) as Entry[] }
    },
    travel(to) {
      const end = journal.entries.length - 1
      moment = to === undefined || to > end ? undefined : Math.max(0, to)
      draw()
    },
    start: (flow) => page.foothold.start(flow),
    end: (flow) => page.foothold.end(flow),
    preview: (flow) => page.foothold.preview(flow),
    forget(flow) {
      page.foothold.end(flow)
      look(forgetFlow(page.look().engine.state, flow))
    },
    ...(page.clock.forward && { forward: (ms: number) => page.clock.forward!(ms) }),
    show: () => {},
    pick: async () => undefined,
    copy: async () => false,
    close,
  }

  /** Looks on: at the engine in force, and at all that come. */
  function look(state?: Json) {
    page.watch((engine) => journal.watch(engine, page.look().guide!), state)
  }

  function open() {
    // A page of a tab in which it was folded leaves it so.
    if (opened) return desk.set({ folded: false })
    keep(settingsKey, JSON.stringify(settings))
    const before = new Set(journal.entries.flatMap((entry) => ('activity' in entry ? entry.activity.id : [])))
    journal.missed(page.look().recent.filter(({ id }) => !before.has(id)))
    look()
    opened = mount()
  }

  function close() {
    keep(settingsKey, undefined)
    keep(journalKey, undefined)
    stop()
  }

  function stop() {
    if (!opened) return
    opened.stop()
    opened = undefined
    moment = undefined
    draw = () => {}
    page.watch((engine) => engine)
  }

  function mount() {
    const element = document.createElement('foothold-inspector')
    const shadow = element.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(outerCss)
    shadow.adoptedStyleSheets = [sheet]
    const frame = document.createElement('iframe')
    frame.title = 'Foothold inspector'
    const pointer = createPointer(shadow)
    Object.assign(desk, { show: pointer.show, pick: pointer.pick, copy })
    let asked = false

    // Whoever moves the frame, or Firefox by itself, brings a new document into it.
    frame.addEventListener('load', () => {
      const inside = frame.contentWindow as (Window & typeof globalThis) | null
      if (!inside) return
      const { document } = inside
      document.documentElement.lang = 'en'
      document.title = frame.title
      const sheet = new inside.CSSStyleSheet()
      sheet.replaceSync(css)
      document.adoptedStyleSheets = [sheet]
      paint()
    })
    shadow.append(frame)
    element.popover = 'manual'
    follow()
    draw = () => {
      if (asked) return
      asked = true
      setTimeout(() => {
        asked = false
        if (opened?.element !== element) return
        follow()
        paint()
      })
    }
    const timer = setInterval(() => {
      if (document.hidden) return
      journal.moved()
      gather()
      const since = journal.entries.length - journal.entries.findLastIndex(({ call }) => call === 'engine')
      if (since > replayed) look()
      draw()
    }, tick)

    function paint() {
      element.dataset.dock = settings.dock
      element.toggleAttribute('data-folded', settings.folded)
      const { width, height } = besideModal()
      element.style.setProperty('--width', `${width}px`)
      element.style.setProperty('--height', `${height}px`)
      const body = frame.contentDocument?.body
      if (!body) return
      body.dataset.dock = settings.dock
      render(h(Panel, { desk }), body)
    }

    /** While a modal dialog is open, no larger than the room beside it, where there is some: its buttons can be pressed. */
    function besideModal() {
      const { width, height } = settings
      if (!(element.parentNode instanceof HTMLDialogElement)) return { width, height }
      const { right, bottom } = element.parentNode.getBoundingClientRect()
      const fit = (size: number, room: number, least: number) =>
        room < least ? size : Math.min(size, Math.floor(room))
      return { width: fit(width, innerWidth - right, 240), height: fit(height, innerHeight - bottom, 120) }
    }

    /** Outside of an open modal dialog, of the page or of a flow, all is inert: there the panel moves into it. */
    function follow() {
      const hosts = [...document.querySelectorAll('foothold-host')].flatMap((host) => host.shadowRoot ?? [])
      const dialog = [document, ...hosts].flatMap((root) => [...root.querySelectorAll('dialog:modal')]).at(-1)
      const parent = dialog ?? document.documentElement
      if (element.parentNode === parent) return
      moveTo(parent)
      // It may be gone for good once it is closed.
      dialog?.addEventListener(
        'beforetoggle',
        (event) => {
          if (event.target === dialog && element.parentNode === dialog) moveTo(document.documentElement)
        },
        { once: true },
      )
    }

    function moveTo(parent: Element & { moveBefore?(node: Element, child: null): void }) {
      // Keeps what the frame shows, where the browser knows how.
      if (element.isConnected && parent.moveBefore) parent.moveBefore(element, null)
      else parent.append(element)
      if (element.matches(':popover-open')) element.hidePopover()
      element.showPopover()
    }

    function gather() {
      const news = page.look().errors.filter((error) => !known.has(error))
      for (const error of news) known.add(error)
      errors = [...errors, ...news.map((error) => ({ at: page.now(), error }))].slice(-100)
    }

    async function copy(text: string) {
      const inside = frame.contentWindow as Window & typeof globalThis
      try {
        await inside.navigator.clipboard.writeText(text)
        return true
      } catch {
        // Not allowed here: by way of a selection, as before there was a clipboard.
        const area = inside.document.createElement('textarea')
        area.value = text
        inside.document.body.append(area)
        area.select()
        const copied = inside.document.execCommand('copy')
        area.remove()
        return copied
      }
    }

    const remember = () => keep(journalKey, journal.text(keptText) || undefined)
    addEventListener('pagehide', remember)
    gather()
    return {
      element,
      stop() {
        removeEventListener('pagehide', remember)
        clearInterval(timer)
        pointer.stop()
        if (frame.contentDocument?.body) render(null, frame.contentDocument.body)
        element.remove()
      },
    }
  }

  return { open, stop }
}

// Important rules of a shadow tree win over those of the page.
const outerCss = `
:host {  position: fixed !important; inset: 0 !important; width: auto !important; height: auto !important; margin: 0 !important; padding: 0 !important; border: 0 !important; background: none !important; overflow: visible !important; pointer-events: none !important; color-scheme: light dark !important }
iframe { position: absolute; right: 0; bottom: 0; display: block; box-sizing: border-box; border: 0; pointer-events: auto; color-scheme: inherit; box-shadow: 0 0 0 1px #0000001f, 0 0 24px #00000033 }
:host([data-dock=right]) iframe { top: 0; width: min(var(--width), 100%); height: 100% }
:host([data-dock=bottom]) iframe { left: 0; width: 100%; height: min(var(--height), 100%) }
:host([data-folded]) iframe { top: auto; left: auto; right: 12px; bottom: 12px; width: 176px; height: 36px; border-radius: 18px }
.veil { position: absolute; inset: 0; width: 100%; height: 100%; background: none; color-scheme: light; box-shadow: none; cursor: crosshair }
.mark { position: absolute; box-sizing: border-box; border: 2px solid #3b6cf6; border-radius: 3px; background: #3b6cf624; transition: none }
.mark span { position: absolute; left: -2px; bottom: 100%; margin-bottom: 3px; padding: 2px 7px; border-radius: 4px; font: 11px/1.5 ui-sans-serif, system-ui, sans-serif; white-space: nowrap; color: #fff; background: #2450c8 }
.mark.low span { bottom: auto; top: 100%; margin: 3px 0 0 }
@media (max-width: 640px) {
  :host(:not([data-folded])) iframe { top: auto; left: 0; width: 100%; height: min(62%, 560px) }
}
`

function storage(): Storage | undefined {
  try {
    return sessionStorage
  } catch {
    return undefined
  }
}

function read(key: string): Partial<Settings> {
  try {
    return JSON.parse(storage()?.getItem(key) ?? '{}')
  } catch {
    return {}
  }
}

function keep(key: string, text: string | undefined): void {
  try {
    if (text === undefined) storage()?.removeItem(key)
    else storage()?.setItem(key, text)
  } catch {
    // full: the next page begins anew
  }
}
