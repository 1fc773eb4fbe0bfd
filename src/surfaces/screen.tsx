import { type ComponentType, render } from 'preact'
import { FootholdError } from '../core/errors.ts'
import type { FlowView } from '../core/view.ts'
import { checklist } from '../steps/checklist.tsx'
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
  setTheme(theme: string): void
  /** Does ahead of time what the first show would have to wait for. */
  warm(): void
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
  follower?: Follower | undefined
  /** Ends the watch over the surface, and the one for `Step Viewed`. */
  unguard?: () => void
  unwatch?: () => void
  /** What had the focus before we did. */
  opener: Element | null
  /** The flow is over; a word of thanks stays for a moment. */
  parting?: () => void
  thanks?: string | undefined
}

const surfaces = { tooltip: Tooltip, modal: Modal, banner: Banner, card: Card }
type Kind = keyof typeof surfaces

const parting = 4000
const builtIn: StepType[] = [message, survey, offer, checklist]

export function createScreen({ theme, steps, after, onViewed, onLost, onFailed, onError }: ScreenOptions): Screen {
  const types = new Map([...builtIn, ...steps].map((type) => [type.name, type]))
  const shown = new Map<string, Shown>()
  const complained = new Set<string>()
  const host = createHost(theme, after)
  const { root } = host
  root.addEventListener('keydown', typed as EventListener)
  root.addEventListener('focusin', (event) => {
    const { relatedTarget, target } = event as FocusEvent
    const one = holderOf(target as Node)
    if (one && relatedTarget instanceof Element && relatedTarget.getRootNode() !== root) one.opener = relatedTarget
  })

  function draw(flow: string, view: FlowView, target: Element | undefined) {
    for (const one of shown.values()) if (one.parting) remove(one)
    if (!shown.size) document.addEventListener('keydown', typedOnPage)
    const one =
      shown.get(flow) ??
      ({ flow, box: root.appendChild(document.createElement('div')), opener: activeElement() } as unknown as Shown)
    const before = { ...one }
    const focused = hasFocus(one)
    Object.assign(one, { view, target, kind: kindOf(flow, view, target), thanks: undefined })
    shown.set(flow, one)
    host.moveTo(dialogAround())
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

    const fresh = before.surface !== one.surface || before.view.step.id !== view.step.id
    if (fresh) {
      one.unguard?.()
      one.unguard = host.guard(one.surface)
      one.unwatch?.()
      one.unwatch = watchViewing(one.surface, after, () => onViewed(flow, view.step.id))
      if (focused || one.kind === 'modal') focusTitle(one)
      else announce(one)
    }
    if (fresh || before.target !== target || before.view.step.spotlight !== view.step.spotlight) place(one)
    one.follower?.update()
  }

  function drawInto(one: Shown, view: FlowView, inside: FrameProps['children']) {
    const Surface: ComponentType<FrameProps> = surfaces[one.kind]
    Object.assign(one.box, { className: 'flow', lang: view.locale, dir: view.dir, style: '' })
    render(
      <Surface key={one.kind} view={view} target={one.target}>
        {inside}
      </Surface>,
      one.box,
    )
    one.surface = one.box.querySelector('.surface') as HTMLElement
    const title = titleOf(one)
    if (title) title.id ||= `${one.flow}-title`
    one.surface.setAttribute('aria-labelledby', title?.id ?? '')
    one.surface.ariaLabel = view.flow.name ?? one.flow
  }

  /** Brings the surface into the top layer. */
  function open({ surface, box }: Shown) {
    const spotlight = spotlightOf(box)
    if (spotlight && !isOpen(spotlight)) {
      // What opens later lies above.
      if (isOpen(surface)) surface.hidePopover()
      spotlight.showPopover()
    }
    if (isOpen(surface)) return
    if (surface instanceof HTMLDialogElement) surface.showModal()
    else surface.showPopover()
  }

  function place(one: Shown) {
    const { kind, target, surface, box, view } = one
    one.follower?.stop()
    one.follower =
      kind === 'tooltip' && target
        ? follow({
            target,
            surface,
            spotlight: spotlightOf(box),
            placement: view.step.placement,
            onGone: () => onLost(one.flow),
          })
        : undefined
  }

  function announce(one: Shown) {
    const { index, count, label } = one.view
    const words = (titleOf(one) ?? one.surface.querySelector('.scroll'))?.textContent ?? ''
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
    if (one.surface instanceof HTMLDialogElement) one.surface.close()
    render(null, one.box)
    one.box.remove()
    if (focused || one.kind === 'modal') focusAgain(one.opener)
    if (!shown.size) document.removeEventListener('keydown', typedOnPage)
    if (host.element.isConnected) host.moveTo(dialogAround())
  }

  function kindOf(flow: string, { surface, step }: FlowView, target: Element | undefined): Kind {
    if (surface === 'tooltip' && !target) return 'modal'
    if (Object.hasOwn(surfaces, surface)) return surface as Kind
    if (!complained.has(surface))
      onError(
        new FootholdError(
          'step-failed',
          `Step "${step.id}" of flow "${flow}" asks for the surface "${surface}", which cannot be drawn. It is shown as a modal.`,
        ),
      )
    complained.add(surface)
    return 'modal'
  }

  function fail({ flow, view: { step } }: Shown, cause: unknown) {
    const said = cause instanceof Error ? cause.message : cause
    onError(
      new FootholdError(
        'step-failed',
        `Step "${step.id}" (${step.type}) of flow "${flow}" threw "${said}" and is skipped. Correct its step type or props.`,
        { cause },
      ),
    )
    queueMicrotask(() => onFailed(flow, step.id))
  }

  function hasFocus({ box }: Shown) {
    return box.contains(root.activeElement)
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
    const all = [...shown.values()]
    if (event.key === 'Escape' && !document.querySelector(overlays)?.matches(':not(:has(foothold-host))'))
      escapeFrom(event, all.at(-1))
    // From the highlighted element the next stop is what is said about it.
    const beside = all.find((one) => one.kind === 'tooltip' && one.target === event.target)
    if (beside && event.key === 'Tab' && !event.shiftKey && !event.defaultPrevented) {
      event.preventDefault()
      focusTitle(beside)
    }
  }

  return {
    draw,
    erase,
    knows: (type) => types.has(type),
    setTheme: host.setTheme,
    warm() {
      if (!host.element.isConnected) warmUp(host)
    },
    stop() {
      for (const one of shown.values()) remove(one)
      host.stop()
    },
  }
}

// Overlays of the page that Escape would close: they come first.
const overlays = 'dialog:modal, [popover=""]:popover-open, [popover=auto]:popover-open'

function escapeFrom(event: KeyboardEvent, one: Shown | undefined) {
  // What is small already stays out of the way.
  if (
    !one ||
    event.defaultPrevented ||
    event.isComposing ||
    one.surface.querySelector('[part=launcher][aria-expanded=false]')
  )
    return
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

function spotlightOf(box: HTMLElement): HTMLElement | undefined {
  return box.querySelector<HTMLElement>('[part~=spotlight]') ?? undefined
}

function isOpen(surface: HTMLElement): boolean {
  return surface.matches('[open], :popover-open')
}

/** Lets the browser load styles and code of a first surface, out of sight. */
function warmUp({ root, moveTo }: Host) {
  moveTo(document.body)
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
