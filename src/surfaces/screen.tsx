import { type ComponentType, render } from 'preact'
import { FootholdError } from '../core/errors.ts'
import type { FlowView } from '../core/view.ts'
import { Prose } from '../steps/copy.tsx'
import { message } from '../steps/message.tsx'
import { offer } from '../steps/offer.tsx'
import type { StepType } from '../steps/step.ts'
import { survey } from '../steps/survey.tsx'
import { Banner } from './banner.tsx'
import { Card } from './card.tsx'
import { type Follower, follow } from './follow.ts'
import type { FrameProps } from './frame.tsx'
import { createHost, type Host } from './host.ts'
import { Modal } from './modal.tsx'
import { StepView } from './step-view.tsx'
import { Tooltip } from './tooltip.tsx'
import { watchViewing } from './viewing.ts'

export interface ScreenOptions {
  /** 'light', 'dark', 'auto', or any name that a stylesheet defines. */
  theme: string
  /** Custom step types; the built-in ones are there. */
  steps: StepType[]
  /** Runs later; returns what cancels. */
  after(ms: number, run: () => void): () => void
  /** At least half of the surface was visible in a focused, visible tab for one second. */
  onViewed(flow: string, step: string): void
  /** The target of a step that is drawn left the document. */
  onLost(flow: string): void
  onError(error: FootholdError): void
}

/** Everything that visitors see of Foothold, for all flows that are on. */
export interface Screen {
  /** The first call opens the surface of a flow, later ones change it in place; the target may change too. */
  draw(flow: string, view: FlowView, target: Element | undefined): void
  erase(flow: string): void
  knows(stepType: string): boolean
  setTheme(theme: string): void
  /** Does ahead of time what the first show would have to wait for. */
  warm(): void
  contains(node: Node): boolean
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
  follower: Follower | undefined
  /** Ends the watch over the surface, and the one for `Step Viewed`. */
  unguard: () => void
  unwatch: () => void
  /** What had the focus before we did. */
  opener: Element | null
  /** The flow is over; a word of thanks stays for a moment. */
  parting?: () => void
  thanks?: string
}

const surfaces = { tooltip: Tooltip, modal: Modal, banner: Banner, card: Card }
type Kind = keyof typeof surfaces

const parting = 4000
const builtIn: StepType[] = [message, survey, offer]

export function createScreen(options: ScreenOptions): Screen {
  const types = new Map([...builtIn, ...options.steps].map((type) => [type.name, type]))
  const shown = new Map<string, Shown>()
  const complained = new Set<string>()
  let theme = options.theme
  let host: Host | undefined

  function home(): Host {
    if (!host) {
      host = createHost(theme, options.after)
      host.root.addEventListener('keydown', typed as EventListener)
      host.root.addEventListener('focusin', (event) => {
        const { relatedTarget, target } = event as FocusEvent
        const one = holderOf(target as Node)
        if (one && relatedTarget instanceof Element && relatedTarget.getRootNode() !== host?.root)
          one.opener = relatedTarget
      })
    }
    return host
  }

  function draw(flow: string, view: FlowView, target: Element | undefined) {
    for (const one of shown.values()) if (one.parting) remove(one)
    const type = types.get(view.step.type)
    if (!type) {
      return complain(
        `${view.step.type}`,
        'unknown-step',
        `Step "${view.step.id}" of flow "${flow}" has the type "${view.step.type}", which nobody registered. It is skipped.`,
        view,
      )
    }
    const { root } = home()
    const before = shown.get(flow)
    const focused = before?.box.contains(root.activeElement) === true
    const kind = kindOf(flow, view, target)
    const box = before?.box ?? root.appendChild(document.createElement('div'))
    box.className = 'flow'
    box.lang = view.locale
    box.dir = view.dir
    const one: Shown = {
      flow,
      view,
      target,
      kind,
      box,
      surface: before?.surface as HTMLElement,
      follower: before?.follower,
      unguard: before?.unguard ?? (() => {}),
      unwatch: before?.unwatch ?? (() => {}),
      opener: before?.opener ?? activeElement(),
    }
    if (shown.size === 0) document.addEventListener('keydown', typedOnPage)
    shown.set(flow, one)
    const drawn: FlowView = {
      ...view,
      answer(value) {
        const { thanks } = view.props
        if (thanks) one.thanks = thanks === true ? view.label('thanks') : String(thanks)
        view.answer(value)
      },
    }
    drawInto(one, drawn, <StepView key={view.step.id} type={type} view={drawn} failed={(error) => fail(one, error)} />)

    const fresh = before?.view.step.id !== view.step.id
    const reopened = before?.surface !== one.surface
    open(one, before)
    if (focused ? fresh || reopened : kind === 'modal' && reopened) focusTitle(one)
    else if (fresh) announce(one)
    if (fresh || reopened) watch(one)
  }

  function drawInto(one: Shown, view: FlowView, inside: FrameProps['children']) {
    const Surface: ComponentType<FrameProps> = surfaces[one.kind]
    render(
      <Surface key={one.kind} view={view} target={one.target}>
        {inside}
      </Surface>,
      one.box,
    )
    one.surface = one.box.querySelector('.surface') as HTMLElement
    const title = titleOf(one)
    if (title) title.id ||= `${one.flow}-title`
    name(one.surface, 'aria-labelledby', title?.id)
    name(one.surface, 'aria-label', title ? undefined : (one.view.flow.name ?? one.flow))
  }

  /** Brings the surface into the top layer, and to its place. */
  function open(one: Shown, before: Shown | undefined) {
    const { surface, kind, target, box, view } = one
    home().moveTo(dialogAround())
    const spotlight = box.querySelector<HTMLElement>('[part~=spotlight]') ?? undefined
    if (spotlight && !spotlight.matches(':popover-open')) {
      // What opens later lies above.
      if (surface.matches(':popover-open')) surface.hidePopover()
      spotlight.showPopover()
    }
    if (surface instanceof HTMLDialogElement) {
      if (!surface.open) surface.showModal()
    } else if (!surface.matches(':popover-open')) surface.showPopover()

    const same =
      before?.surface === surface &&
      before.target === target &&
      before.view.step.id === view.step.id &&
      before.view.step.spotlight === view.step.spotlight
    if (!same) {
      one.follower?.stop()
      one.follower = undefined
      if (kind === 'tooltip' && target) {
        one.follower = follow({
          target,
          surface,
          spotlight,
          placement: view.step.placement,
          onGone: () => options.onLost(one.flow),
        })
      }
    }
    one.follower?.update()
  }

  function watch(one: Shown) {
    one.unguard()
    one.unguard = home().guard(one.surface)
    one.unwatch()
    one.unwatch = watchViewing(one.surface, options.after, () => options.onViewed(one.flow, one.view.step.id))
  }

  function announce(one: Shown) {
    const { index, count } = one.view
    const place = one.view
      .label('step')
      .replace('{index}', String(index + 1))
      .replace('{count}', String(count))
    const words = (titleOf(one) ?? one.surface.querySelector('.scroll'))?.textContent ?? ''
    home().announce(count > 1 ? `${place}: ${words}` : words)
  }

  function erase(flow: string) {
    const one = shown.get(flow)
    if (!one || one.parting) return
    if (!one.thanks) return remove(one)
    one.follower?.stop()
    one.unwatch()
    one.parting = options.after(parting, () => remove(one))
    const view = { ...one.view, dismiss: () => remove(one) }
    one.view = view
    drawInto(one, view, <Thanks text={one.thanks} view={view} />)
    if (one.box.contains(home().root.activeElement)) one.surface.focus()
    home().announce(one.thanks)
  }

  function remove(one: Shown) {
    const focused = one.box.contains(home().root.activeElement)
    one.parting?.()
    one.unguard()
    one.unwatch()
    one.follower?.stop()
    shown.delete(one.flow)
    if (one.surface instanceof HTMLDialogElement) one.surface.close()
    render(null, one.box)
    one.box.remove()
    if (focused || one.kind === 'modal') focusAgain(one.opener)
    if (shown.size === 0) document.removeEventListener('keydown', typedOnPage)
    if (host?.element.isConnected) host.moveTo(dialogAround())
  }

  function kindOf(flow: string, { surface, step }: FlowView, target: Element | undefined): Kind {
    if (surface === 'tooltip' && !target) return 'modal'
    if (Object.hasOwn(surfaces, surface)) return surface as Kind
    complain(
      surface,
      'step-failed',
      `Step "${step.id}" of flow "${flow}" asks for the surface "${surface}", which cannot be drawn. It is shown as a modal.`,
    )
    return 'modal'
  }

  function fail(one: Shown, cause: unknown) {
    const said = cause instanceof Error ? cause.message : String(cause)
    const step = one.view.step
    options.onError(
      new FootholdError(
        'step-failed',
        `Step "${step.id}" (${step.type}) of flow "${one.flow}" threw "${said}" and is skipped. Correct its step type or props.`,
        { cause },
      ),
    )
    queueMicrotask(() => one.view.skip())
  }

  /** Reports once what concerns every drawing of it. */
  function complain(about: string, code: 'unknown-step' | 'step-failed', text: string, skipped?: FlowView) {
    if (!complained.has(about)) options.onError(new FootholdError(code, text))
    complained.add(about)
    if (skipped) queueMicrotask(() => skipped.skip())
  }

  function holderOf(node: Node): Shown | undefined {
    return [...shown.values()].find((one) => one.box.contains(node))
  }

  /** The page's open modal dialog around the latest target in one: outside of it we would be inert. */
  function dialogAround(): Element {
    for (const { target, kind } of [...shown.values()].reverse()) {
      if (kind !== 'tooltip') continue
      for (let at: Element | null | undefined = target; at; at = (at.getRootNode() as ShadowRoot).host) {
        const dialog = at.closest('dialog:modal')
        if (dialog) return dialog
      }
    }
    return document.body
  }

  function typed(event: KeyboardEvent) {
    if (event.key === 'Escape') escapeFrom(event, holderOf(event.target as Node))
    else event.stopPropagation()
  }

  function typedOnPage(event: KeyboardEvent) {
    const latest = [...shown.values()].at(-1)
    if (event.key === 'Escape' && !document.querySelector(overlays)?.matches(`:not(:has(foothold-host))`))
      escapeFrom(event, latest)
    // From the highlighted element the next stop is what is said about it.
    if (event.key === 'Tab' && !event.shiftKey && !event.defaultPrevented) {
      const beside = [...shown.values()].find((one) => one.kind === 'tooltip' && one.target === event.target)
      if (beside) {
        event.preventDefault()
        focusTitle(beside)
      }
    }
  }

  return {
    draw,
    erase,
    knows: (type) => types.has(type),
    setTheme(name) {
      theme = name
      host?.setTheme(name)
    },
    warm() {
      if (!host) warmUp(home())
    },
    contains: (node) => node === host?.element || (!!host && node.getRootNode() === host.root),
    stop() {
      for (const one of shown.values()) remove(one)
      host?.stop()
      host = undefined
    },
  }
}

// Overlays of the page that Escape would close: they come first.
const overlays = 'dialog:modal, [popover=""]:popover-open, [popover=auto]:popover-open'

function escapeFrom(event: KeyboardEvent, one: Shown | undefined) {
  if (!one || event.defaultPrevented || event.isComposing) return
  event.preventDefault()
  event.stopPropagation()
  one.view.dismiss('escape')
}

function Thanks({ text, view }: { text: string; view: FlowView }) {
  return (
    <div class="step thanks">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="m5 12.5 4.5 4.5L19 7.5" />
      </svg>
      <Prose text={text} view={view} />
    </div>
  )
}

function titleOf(one: Shown): HTMLElement | null {
  return one.surface.querySelector('[part~=title]')
}

function focusTitle(one: Shown) {
  const title = titleOf(one) ?? one.surface
  title.tabIndex = -1
  title.focus({ preventScroll: true })
}

function focusAgain(element: Element | null) {
  if (element?.isConnected && element !== document.body) (element as HTMLElement).focus({ preventScroll: true })
}

function activeElement(): Element | null {
  let active = document.activeElement
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
  return active
}

function name(element: Element, attribute: string, value: string | undefined) {
  if (value) element.setAttribute(attribute, value)
  else element.removeAttribute(attribute)
}

/** Lets the browser load styles and code of a first surface, out of sight. */
function warmUp({ root }: Host) {
  const box = root.appendChild(document.createElement('div'))
  const nothing = () => {}
  const view = {
    flow: { id: 'warm', version: 1 },
    step: { id: 'warm', type: 'message' },
    props: {},
    count: 2,
    index: 0,
    answers: {},
    label: () => 'x',
    url: nothing,
    text: (text: string) => [text],
  } as unknown as FlowView
  const { View } = message as Extract<StepType, { View: unknown }>
  box.className = 'warm'
  render(
    <Tooltip view={view}>
      <View title="x" text="x" view={view} />
    </Tooltip>,
    box,
  )
  const surface = box.querySelector('.surface') as HTMLElement
  surface.showPopover()
  const follower = follow({ target: surface, surface, spotlight: undefined, placement: 'bottom', onGone: nothing })
  follower.update()
  follower.stop()
  render(null, box)
  box.remove()
}
