import { type ComponentType, render } from 'preact'
import { FootholdError } from '../core/errors.ts'
import { hasRoom } from '../core/has-room.ts'
import type { FlowView } from '../core/view.ts'
import { check } from '../steps/check.tsx'
import { Prose } from '../steps/copy.tsx'
import { message } from '../steps/message.tsx'
import type { StepType } from '../steps/step.ts'
import { keepAboveKeyboard } from './above-keyboard.ts'
import { Banner } from './banner.tsx'
import { Card } from './card.tsx'
import { controlsInView } from './cover.ts'
import type { Follow, Follower } from './follow.ts'
import { type FrameProps, narrow } from './frame.tsx'
import { createHost } from './host.ts'
import { Hotspot } from './hotspot.tsx'
import { Inline } from './inline.tsx'
import { keepPresses } from './keep-presses.ts'
import { Modal } from './modal.tsx'
import { createSlot, type Slot } from './slot.ts'
import { StepView } from './step-view.tsx'
import { isLastStop, stopsIn, tabAway } from './tab-order.ts'
import { findTargets, isRendered, overlaps, parentOf, rectOf } from './target.ts'
import { Tooltip } from './tooltip.tsx'
import { watchViewing } from './viewing.ts'
import { isField, isWritten } from './written.ts'

export interface ScreenOptions {
  /** 'light', 'dark', 'auto', or any name that a stylesheet defines. */
  theme: string
  /** Step types beside `message`. */
  steps: StepType[]
  /** Runs later; returns what cancels. */
  after(ms: number, run: () => void): () => void
  /** At least half of the surface was visible in a focused, visible tab for one second. */
  onViewed(flow: string, step: string): void
  /**
   * The target of a step that is drawn left the document; `away`: only for now, as it was scrolled out of view in a list
   * that draws what is seen.
   */
  onLost(flow: string, away: boolean): void
  /** The visitor opened a hotspot, which takes the slot of modal-like surfaces; or none is open any more. */
  onOpened(some: boolean): void
  /** The step threw; told once the drawing is done. */
  onFailed(flow: string, step: string): void
  onError(error: FootholdError): void
}

/** Everything that visitors see of Foothold, for all flows that are on. */
export interface Screen {
  /** The first call opens the surface of a flow, later ones change it in place; the target may change too. */
  draw(flow: string, view: FlowView, target: Element | undefined): void
  erase(flow: string): void
  knows(stepType: string): boolean
  /** One more step type, which was fetched. */
  learn(type: StepType): void
  /** Whether tooltips and hotspots can be drawn: what keeps them beside their elements is fetched too. */
  follows(): boolean
  learnToFollow(by: Follow): void
  setTheme(theme: string): void
  /** What is drawn meanwhile nobody is told of, and the page is not scrolled to it; it has to be erased before a frame is painted. Not while anything is shown. */
  quietly(run: () => void): void
  /** Leaves nothing behind. */
  stop(): void
}

interface Shown {
  flow: string
  view: FlowView
  target: Element | undefined
  kind: Kind
  box: HTMLElement
  surface: HTMLElement
  /** Where an inline step is drawn. */
  slot?: Slot | undefined
  follower?: Follower | undefined
  /** Ends the watch over the surface, and the one for `Step Viewed`. */
  unguard?: (() => void) | undefined
  unwatch?: () => void
  /** What had the focus before we did. */
  opener: Element | null
  /** Tab came by at the end of the page, not from the target: it goes on from there, or it would go round in circles. */
  apart?: boolean
  /** The flow is over; a word of thanks stays for a moment. */
  parting?: () => void
  thanks?: string | undefined
}

const surfaces = { tooltip: Tooltip, hotspot: Hotspot, modal: Modal, banner: Banner, card: Card, inline: Inline }
type Kind = keyof typeof surfaces

const parting = 4000

export function createScreen(options: ScreenOptions): Screen {
  const { theme, steps, after, onViewed, onLost, onOpened, onFailed, onError } = options
  const types = new Map<string, StepType>()
  let follow: Follow | undefined
  const shown = new Map<string, Shown>()
  /** Takes away at once what is about to. */
  const leaving = new Set<() => void>()
  const host = createHost(theme, after)
  let opened: Shown | undefined
  let told = false
  let lost = 0
  let quiet = false
  let leading = false
  let unlisten: (() => void) | undefined
  hear(host.root)
  for (const type of [message, ...steps]) learn(type)

  function learn(type: StepType) {
    types.set(type.name, type)
    if (type.css) host.style(type.css)
  }

  function hear(root: ShadowRoot) {
    root.addEventListener('keydown', typed as EventListener)
    root.addEventListener('focusin', (event) => {
      const { relatedTarget, target } = event as FocusEvent
      const one = holderOf(target as Node)
      const from = relatedTarget as Element | null
      if (!one || from?.getRootNode() === root) return
      if (from) one.opener = from
      one.apart = !leading && (target as Element).matches(':focus-visible')
    })
  }

  function draw(flow: string, view: FlowView, target: Element | undefined) {
    for (const one of shown.values()) if (one.parting) remove(one)
    unlisten ??= listenOnPage()
    const kind: Kind = /tooltip|hotspot|inline/.test(view.surface) && !target ? 'modal' : view.surface
    const place = kind === 'inline' ? target : undefined
    const earlier = shown.get(flow)
    // Over the page all is changed where it stands; among its content each place is another one.
    const stays = earlier?.slot ? earlier.target === place && earlier.view.step.mode === view.step.mode : !place
    if (earlier && !stays) remove(earlier)
    const one = shown.get(flow) ?? begin(flow, view, place)
    const before = { ...one }
    const focused = hasFocus(one)
    const way = before.target && target && before.target !== target && wayFrom(before.target, target)
    Object.assign(one, { view, target, kind, thanks: undefined })
    shown.set(flow, one)
    if (!place) {
      host.moveTo(overlayAround())
      host.unzoom()
    }
    const fresh = before.kind !== kind || before.view.step.id !== view.step.id
    // What comes up takes the place of what the visitor opened; a flow's own tip stays open from hotspot to hotspot.
    if (fresh && (/tooltip|modal/.test(kind) || (one === opened && kind !== 'hotspot'))) opened = undefined
    redraw(one)
    one.surface.style.setProperty('--from', way || '')
    if (before.surface !== one.surface && !view.step.placement) settleFor(one, [...shown.values()])
    arrange()
    if (fresh) {
      one.unguard?.()
      one.unguard = place ? undefined : host.guard(one.surface)
      one.unwatch?.()
      one.unwatch = watchViewing(one.surface, after, () => onViewed(flow, view.step.id))
      if (focused || kind === 'modal') focusTitle(one, !focused)
      else if (!place && !quiet) announce(one)
    }
    if (fresh || before.target !== target || before.view.step.spotlight !== view.step.spotlight)
      followTarget(one, fresh)
    one.follower?.update()
  }

  function begin(flow: string, view: FlowView, place: Element | undefined): Shown {
    // At once, so that nobody sees a gap; but a page that takes us out again and again is not fought within a frame.
    const lose = () => {
      if (!lost++) requestAnimationFrame(() => (lost = 0))
      if (lost > 3) requestAnimationFrame(() => onLost(flow, false))
      else onLost(flow, false)
    }
    const slot = place && createSlot(host, place, view.step.mode, lose)
    if (slot) hear(slot.root)
    const box = (slot?.root ?? host.root).appendChild(document.createElement('div'))
    return { flow, slot, box, opener: activeElement() } as Partial<Shown> as Shown
  }

  function redraw(one: Shown) {
    const { view } = one
    const drawn: FlowView = {
      ...view,
      answer(value) {
        const listed = view.step.type === 'checklist'
        const { thanks = listed } = view.props
        if (thanks) one.thanks = thanks === true ? view.label(listed ? 'allDone' : 'thanks') : String(thanks)
        view.answer(value)
      },
    }
    const type = types.get(view.step.type) as StepType
    drawInto(one, drawn, <StepView key={view.step.id} type={type} view={drawn} failed={(error) => fail(one, error)} />)
    open(one)
    one.slot?.enter()
  }

  function drawInto(one: Shown, view: FlowView, inside: FrameProps['children']) {
    const Surface: ComponentType<FrameProps> = surfaces[one.kind]
    const tip = one.kind === 'hotspot' && { opened: one === opened, toggle: () => toggle(one) }
    Object.assign(one.box, { className: 'flow', lang: view.locale, dir: view.dir })
    render(
      <Surface key={one.kind} view={view} target={one.target} {...tip}>
        {inside}
      </Surface>,
      one.box,
    )
    one.surface = one.box.querySelector('.surface') as HTMLElement
    // The name of a flow is for who writes it; visitors are told what they could read.
    const title = titleOf(one) ?? one.surface.querySelector('[part~=text]')
    if (title) title.id ||= `${one.flow}-title`
    one.surface.setAttribute('aria-labelledby', title?.id ?? '')
    one.surface.ariaLabel = view.flow.name ?? one.flow
    const beacon = partOf(one, 'beacon')
    if (beacon) beacon.ariaLabel = view.label('tip').replace('{title}', wordsOf(one))
  }

  /** Brings the surface into the top layer. What opens later lies above. */
  function open(one: Shown) {
    const { surface, kind } = one
    if (kind === 'inline') return
    const shut = kind === 'hotspot' && one !== opened
    const below = [partOf(one, 'beacon'), partOf(one, 'spotlight')].filter((each) => !!each)
    if (isOpen(surface) && (shut || !below.every(isOpen))) surface.hidePopover()
    for (const each of below) if (!isOpen(each)) each.showPopover()
    if (shut || isOpen(surface)) return
    if (surface instanceof HTMLDialogElement) surface.showModal()
    else surface.showPopover()
  }

  /** Opens the tip of a hotspot, or closes it: the mark stays until the flow goes on. */
  function toggle(one: Shown) {
    const before = opened
    const focused = hasFocus(one)
    opened = one === opened ? undefined : one
    for (const each of [before, opened]) {
      if (!each || !shown.has(each.flow)) continue
      redraw(each)
      followTarget(each, false)
      each.follower?.update()
    }
    arrange()
    if (opened) focusTitle(one)
    else if (focused) partOf(one, 'beacon')?.focus({ preventScroll: true })
  }

  /** One tip at a time: an opened hotspot puts a tooltip aside until it is closed again. */
  function arrange() {
    for (const one of shown.values()) {
      one.box.toggleAttribute('data-aside', !!opened && one.kind === 'tooltip')
      // Another one took its place.
      if (one.kind === 'hotspot' && one !== opened && isOpen(one.surface)) redraw(one)
    }
    if (told === !!opened) return
    told = !told
    onOpened(told)
  }

  function followTarget(one: Shown, bring: boolean) {
    const { target, surface, view } = one
    one.follower?.stop()
    one.follower = undefined
    one.box.style.visibility = ''
    if (!target || !follow || !isBeside(one)) return
    const spotlight = partOf(one, 'spotlight')
    const { ownerDocument } = target
    const follower = follow({
      target,
      surface,
      beacon: partOf(one, 'beacon'),
      spotlight,
      lit: spotlight ? findTargets(view.step.target) : [],
      placement: view.step.placement,
      // Nobody is led to what waits to be opened.
      bring: bring && !quiet && isOpen(surface),
      onPlace: host.unzoom,
      onGone: (away) => onLost(one.flow, away),
    })
    const framed = ownerDocument !== document
    if (framed) ownerDocument.addEventListener('keydown', typedOnPage)
    one.follower = {
      update: follower.update,
      stop() {
        follower.stop()
        if (framed) ownerDocument.removeEventListener('keydown', typedOnPage)
      },
    }
  }

  function announce(one: Shown) {
    const { index, count, label } = one.view
    const words =
      one.kind === 'hotspot' && one !== opened ? label('tip').replace('{title}', wordsOf(one)) : wordsOf(one)
    const place = label('step')
      .replace('{index}', `${index + 1}`)
      .replace('{count}', `${count}`)
    host.announce(count > 1 ? `${place}: ${words}` : words)
  }

  function erase(flow: string) {
    const one = shown.get(flow)
    if (!one || one.parting) return
    if (!one.thanks) return remove(one)
    one.follower?.stop()
    one.unwatch?.()
    one.parting = after(parting, () => remove(one))
    one.view = { ...one.view, dismiss: () => remove(one) }
    // Before the button that was pressed is gone, and the focus with it.
    const focused = hasFocus(one)
    drawInto(one, one.view, <Thanks text={one.thanks} view={one.view} />)
    if (focused) focusTitle(one)
    host.announce(one.thanks)
  }

  function remove(one: Shown) {
    const focused = hasFocus(one)
    one.parting?.()
    one.unguard?.()
    one.unwatch?.()
    one.follower?.stop()
    shown.delete(one.flow)
    if (opened === one) opened = undefined
    arrange()
    leave(one)
    if (focused || one.kind === 'modal') focusAgain(one.opener)
    if (!shown.size) {
      unlisten?.()
      unlisten = undefined
      // What is over is not found any more by who reads the page.
      host.hush()
    }
    if (host.element.isConnected) host.moveTo(overlayAround())
  }

  /** Closes a surface for good. What is seen of it fades, as the styles say, but nobody can use it any more. */
  function leave(one: Shown) {
    const { box, kind, slot } = one
    const drop = () => {
      leaving.delete(drop)
      render(null, box)
      box.remove()
    }
    slot?.stop()
    if (kind === 'inline' || quiet || document.hidden) return drop()
    box.inert = true
    // The next one may have it.
    titleOf(one)?.removeAttribute('id')
    for (const each of box.querySelectorAll<HTMLElement>(':scope > :is(:popover-open, [open])')) close(each)
    const fading = box.getAnimations({ subtree: true }).filter((each) => each instanceof CSSTransition)
    if (!fading.length) return drop()
    leaving.add(drop)
    Promise.allSettled(fading.map(({ finished }) => finished)).then(drop)
  }

  function fail({ flow, view: { step } }: Shown, cause: unknown) {
    const said = cause instanceof Error ? cause.message : cause
    onError(
      new FootholdError(
        'step-failed',
        `Step "${step.id}" (${step.type}) of flow "${flow}" threw "${said}" and is skipped. Correct its step type or props.`,
      ),
    )
    queueMicrotask(() => onFailed(flow, step.id))
  }

  function holderOf(node: Node): Shown | undefined {
    return [...shown.values()].find((one) => one.box.contains(node))
  }

  /**
   * The open modal dialog or popover of the page around the latest target in one: outside of a dialog we would be inert,
   * and a press outside of a popover closes it. Else what the page shows on the whole screen, outside of which all is inert.
   */
  function overlayAround(): Element {
    for (const one of [...shown.values()].reverse()) {
      if (!isBeside(one)) continue
      for (let at: Element | null = one.target ?? null; at; at = parentOf(at)) {
        if (at.ownerDocument === document && at.matches('dialog:modal, :popover-open')) return at
      }
    }
    const { fullscreenElement: full } = document
    return full && hasRoom(full) && !full.contains(document.body) ? full : document.body
  }

  function typed(event: KeyboardEvent) {
    const one = holderOf(event.target as Node)
    const { key, target } = event
    if (key === 'Escape' && one && isWritten(target as Element) && !event.isComposing) {
      // The first one leaves what is written, and keeps it.
      event.preventDefault()
      event.stopPropagation()
      focusTitle(one)
    } else if (key === 'Escape') escapeFrom(event, one)
    else {
      event.stopPropagation()
      if (key === 'Tab' && one) tabFrom(event, one)
    }
  }

  /** What stands beside an element comes right behind it: Tab leads there from the element, and on to what follows it. */
  function tabFrom(event: KeyboardEvent, one: Shown) {
    if (!one.target || one.apart || !isBeside(one)) return
    const stops = [...one.box.children].flatMap((each) => (isOpen(each as HTMLElement) ? stopsIn(each) : []))
    const at = stops.indexOf(event.target as HTMLElement)
    const first = at <= 0 || isSameGroup(stops[0]!, stops[at]!)
    // From a title, which is no stop, Tab goes on to what follows it.
    const edge = event.shiftKey ? first && (at >= 0 || one.kind === 'tooltip') : at === stops.length - 1
    if (edge) tabAway(event, one.target, event.shiftKey)
  }

  function listenOnPage() {
    document.addEventListener('keydown', typedOnPage)
    document.addEventListener('focusin', uncover)
    const stops = [keepPresses(host.element), keepAboveKeyboard(host.element)]
    return () => {
      document.removeEventListener('focusin', uncover)
      document.removeEventListener('keydown', typedOnPage)
      for (const stop of stops) stop()
    }
  }

  /** What gets the focus on the page is to be seen: what lies over it goes elsewhere. */
  function uncover(event: FocusEvent) {
    const [at] = event.composedPath() as Element[]
    if (!at || at === host.element || at.getRootNode() === host.root) return
    const free = rectOf(at)
    for (const one of shown.values()) {
      const { surface, kind } = one
      if (!isOpen(surface) || !overlaps(free, surface.getBoundingClientRect())) continue
      if (/card|banner/.test(kind)) settleFor(one, [...shown.values()], free)
      else if (surface.hasAttribute('data-sheet')) surface.toggleAttribute('data-top')
    }
  }

  function typedOnPage(event: KeyboardEvent) {
    const all = [...shown.values()]
    // The document itself, where nothing has the focus, is no element.
    const [from] = event.composedPath().filter((each) => 'closest' in each) as Element[]
    if (event.key === 'Escape' && !document.querySelector(overlays)?.matches(':not(:has(foothold-host))')) {
      // In a field of the page it is the page's: it clears what is typed, or closes what the field stands in.
      const isTheirs = (one: Shown) => !!from && isField(from) && !one.target?.contains(from)
      escapeFrom(
        event,
        all.findLast((one) => closesByKey(one) && !isTheirs(one)),
      )
    }
    // From the highlighted element the next stop is what is said about it.
    if (event.key !== 'Tab' || event.shiftKey || event.defaultPrevented) return
    for (const one of all) {
      const { target, surface } = one
      if (!target || !isBeside(one) || !isLastStop(from, target)) continue
      const entry = isOpen(surface) ? surface : partOf(one, 'beacon')
      if (!entry || !isRendered(entry)) continue
      event.preventDefault()
      leading = true
      if (entry === surface) focusTitle(one)
      else entry.focus()
      leading = false
      return
    }
  }

  /** An opened hotspot is only closed. */
  function escapeFrom(event: KeyboardEvent, one: Shown | undefined) {
    if (!one || event.defaultPrevented || event.isComposing || !closesByKey(one)) return
    event.preventDefault()
    event.stopPropagation()
    if (one === opened) toggle(one)
    else one.view.dismiss('escape')
  }

  return {
    draw,
    erase,
    knows: (type) => types.has(type),
    learn,
    follows: () => !!follow,
    learnToFollow(by) {
      follow = by
    },
    setTheme(name) {
      host.setTheme(name)
      for (const { slot } of shown.values()) if (slot) slot.element.dataset.theme = name
    },
    quietly(run) {
      // A word of thanks would go.
      if (shown.size) return
      quiet = true
      try {
        run()
      } finally {
        quiet = false
      }
    },
    stop() {
      for (const one of shown.values()) remove(one)
      for (const drop of leaving) drop()
      host.stop()
    },
  }
}

// Overlays of the page that Escape would close: they come first.
const overlays = 'dialog:modal, [popover=""]:popover-open, [popover=auto]:popover-open'

function Thanks({ text, view }: { text: string; view: FlowView }) {
  return (
    <div class="step thanks">
      {check}
      <Prose text={text} view={view} />
    </div>
  )
}

/** Not what waits out of sight, the shut tip of a hotspot too; and what is small already stays out of the way. */
function closesByKey({ kind, surface }: Shown): boolean {
  return (
    kind !== 'inline' &&
    isOpen(surface) &&
    isRendered(surface) &&
    !surface.querySelector('[part=launcher][aria-expanded=false]')
  )
}

function isBeside({ kind }: Shown): boolean {
  return kind === 'tooltip' || kind === 'hotspot'
}

function hasFocus({ box }: Shown): boolean {
  return box.contains((box.getRootNode() as ShadowRoot).activeElement)
}

/** Its title, or the first heading of a step that draws its own. */
function titleOf(one: Shown): HTMLElement | null {
  return one.surface.querySelector('[part~=title]') ?? one.surface.querySelector('h1, h2, h3, h4, [role=heading]')
}

/** The title, or all there is to read. */
function wordsOf(one: Shown): string {
  return (titleOf(one) ?? one.surface.querySelector('.scroll'))?.textContent?.trim() ?? ''
}

/** A ring tells keyboard users where they are; not who is not on the way there: what came up `unasked`. */
function focusTitle(one: Shown, unasked = false) {
  const title = titleOf(one) ?? one.surface
  title.tabIndex = -1
  title.toggleAttribute('data-unasked', unasked)
  title.focus({ preventScroll: true })
}

/** Of radio buttons Tab stops at one only. */
function isSameGroup(one: Element, other: Element): boolean {
  return (
    [one, other].every((each) => each.matches('[type=radio]')) &&
    (one as HTMLInputElement).name === (other as HTMLInputElement).name
  )
}

function focusAgain(element: Element | null) {
  if (element?.isConnected && element !== document.body) (element as HTMLElement).focus({ preventScroll: true })
}

function activeElement(): Element | null {
  let active = document.activeElement
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
  return active
}

function partOf({ box }: Shown, part: string): HTMLElement | undefined {
  return box.querySelector<HTMLElement>(`[part~=${part}]`) ?? undefined
}

/**
 * Cards and banners stand beside one another, and where they lie over the fewest controls, or not over this one; their usual
 * place first.
 */
function settleFor({ kind, surface }: Shown, all: Shown[], free?: DOMRect) {
  const places = kind === 'card' ? ['', 'start', 'top', 'top start'] : kind === 'banner' ? ['', 'bottom'] : []
  if (!places.length) return
  // On a small screen a card is a sheet at the bottom, where the thumb is, and its width covers controls anywhere.
  const controls = free ? [free] : kind === 'card' && innerWidth < narrow ? [] : controlsInView()
  const others = all.filter((one) => one.surface && one.surface !== surface && /card|banner/.test(one.kind))
  const under = (place: string) => {
    surface.className = `surface ${kind} ${place}`.trim()
    const own = surface.getBoundingClientRect()
    const count = (rects: DOMRect[]) => rects.filter((at) => overlaps(at, own)).length
    return count(controls) + 1000 * count(others.map((one) => one.surface.getBoundingClientRect()))
  }
  const counts = places.map(under)
  under(places[counts.indexOf(Math.min(...counts))]!)
}

/** So far off new words come up, on the side of where the visitor looked before. */
const approach = 10

function wayFrom(before: Element, target: Element): string {
  const from = rectOf(before)
  const to = rectOf(target)
  const x = from.left + from.width / 2 - to.left - to.width / 2
  const y = from.top + from.height / 2 - to.top - to.height / 2
  const scale = approach / (Math.hypot(x, y) || 1)
  return `${Math.round(x * scale)}px ${Math.round(y * scale)}px`
}

function isOpen(surface: HTMLElement): boolean {
  return surface.matches('[open], :popover-open')
}

function close(surface: HTMLElement) {
  if (surface instanceof HTMLDialogElement) surface.close()
  else surface.hidePopover()
}
