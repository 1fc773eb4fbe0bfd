import { FootholdError } from '../core/errors.ts'
import type { Step } from '../core/guide.ts'

type Target = Step['target']

/**
 * The element that a step points at: `"@anchor"`, a selector, `">>>"` crosses open shadow roots and frames of the same
 * origin, or `{ css, text, within }`. An element that is not rendered is found only when no rendered one matches.
 * Throws a FootholdError `target-invalid` for what cannot be parsed.
 */
export function findTarget(target: Target): Element | undefined {
  const found = candidates(target)
  return found.find((each) => isThere(each)) ?? found[0]
}

/** All rendered elements that match: a spotlight falls on each of them. At most 20. */
export function findTargets(target: Target): Element[] {
  return candidates(target)
    .filter((each) => isRendered(each))
    .slice(0, 20)
}

/**
 * Calls back once the element is there and rendered; returns what stops the search. The DOM is observed only until then.
 * `inline`: something is to stand there, so one that the page keeps transparent until then will do.
 */
export function seekTarget(target: Target, found: (element: Element) => void, inline = false): () => void {
  let stopped = false
  const end = new AbortController()
  const observer = new MutationObserver(look)
  // An element that is there without a box gets one without any mutation: an image loads, a media query matches.
  const sizes = new ResizeObserver(() => requestAnimationFrame(look))
  const sized = new Set<Element>()
  const stop = () => {
    stopped = true
    end.abort()
    observer.disconnect()
    sizes.disconnect()
  }
  function look() {
    if (stopped) return
    const observe = (root: Root) => {
      observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true })
      // A frame that has loaded holds another document, and no mutation tells.
      root.addEventListener('load', look, { capture: true, signal: end.signal })
    }
    observe(document)
    for (const selector of typeof target === 'object' ? [target.css, target.within] : [target]) {
      if (selector) select(selector, [document], observe)
    }
    const elements = candidates(target)
    const element = elements.find((each) => isThere(each, inline))
    if (element) {
      stop()
      found(element)
      return
    }
    // Observing anew what is observed already would call back in every frame.
    for (const hidden of elements.slice(0, 20)) {
      if (!sized.has(hidden)) sizes.observe(hidden)
      sized.add(hidden)
    }
  }
  // What fades or slides in is there once that is done, and no mutation tells.
  for (const type of ['transitionend', 'animationend'])
    document.addEventListener(type, look, { capture: true, signal: end.signal })
  candidates(target) // refuses an invalid selector here, where the caller can catch it
  queueMicrotask(look)
  return stop
}

/** Whether the element, and the frames around it, take up room, are not hidden, and can be scrolled to. */
export function isRendered(element: Element, opaque = true): boolean {
  const rect = element.getBoundingClientRect()
  const { width, height } = rect
  return (
    width > 0 &&
    height > 0 &&
    // One pixel is what screen readers are told and nobody sees.
    width + height > 2 &&
    (element.checkVisibility?.({ visibilityProperty: true, opacityProperty: opaque }) ?? true) &&
    isReachable(element, rect) &&
    framesAround(element).every((frame) => isRendered(frame, opaque))
  )
}

/** Not what stands above or before the beginning of the page, unless in a box that scrolls. */
function isReachable(element: Element, { right, bottom }: DOMRect): boolean {
  const page = element.ownerDocument.documentElement
  const { scrollX = 0, scrollY = 0 } = element.ownerDocument.defaultView ?? {}
  if (right + scrollX > 0 && bottom + scrollY > 0) return true
  if (bottom + scrollY > 0 && getComputedStyle(page).direction === 'rtl') return true
  for (let at = parentOf(element); at && at !== page; at = parentOf(at))
    if (/auto|scroll/.test(getComputedStyle(at).overflow) && at !== document.body) return true
  return false
}

/** Whether the element is rendered, or would be if an inline step did not stand there instead. */
export function isThere(element: Element, inline = false): boolean {
  return (
    isRendered(element, !inline) || element.nextElementSibling?.matches('foothold-host[data-mode=replace]') === true
  )
}

/** Whether the element is in the page, or in a document that one of its frames shows. */
export function isPresent(element: Element): boolean {
  const { ownerDocument, isConnected } = element
  const frame = ownerDocument.defaultView?.frameElement
  return isConnected && (ownerDocument === document || (!!frame && isPresent(frame)))
}

/** The frames in which the element stands, from the innermost outwards. */
export function framesAround(element: Element): HTMLElement[] {
  const frame = element.ownerDocument === document ? null : element.ownerDocument.defaultView?.frameElement
  return frame ? [frame as HTMLElement, ...framesAround(frame)] : []
}

/** The element's place in our window, also from within frames. */
export function rectOf(element: Element): DOMRect {
  let { left, top, width, height } = element.getBoundingClientRect()
  for (const frame of framesAround(element)) {
    const around = frame.getBoundingClientRect()
    const { paddingLeft, paddingTop } = getComputedStyle(frame)
    const scale = around.width / frame.offsetWidth || 1
    left = around.left + (left + frame.clientLeft + Number.parseFloat(paddingLeft)) * scale
    top = around.top + (top + frame.clientTop + Number.parseFloat(paddingTop)) * scale
    width *= scale
    height *= scale
  }
  return new DOMRect(left, top, width, height)
}

/** Whether two places have some of the window in common. */
export function overlaps(one: DOMRect, other: DOMRect): boolean {
  return one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top
}

/** What is around an element: also the host of its shadow root, and the frame of its document. */
export function parentOf(element: Element): Element | null {
  const root = element.getRootNode()
  return (
    element.assignedSlot ??
    element.parentElement ??
    (root as Partial<ShadowRoot>).host ??
    (element.ownerDocument === document ? null : (element.ownerDocument.defaultView?.frameElement ?? null))
  )
}

/** All elements that match, in the order of the document, those that are not rendered too. */
export function candidates(target: Target): Element[] {
  if (!target) return []
  if (typeof target === 'string') return select(target, [document])
  const found = select(target.css, target.within === undefined ? [document] : select(target.within, [document]))
  if (target.text === undefined) return found
  const wanted = normal(target.text)
  const matching = found.filter((element) => normal(element.textContent ?? '').includes(wanted))
  // The innermost is meant: `div` with a text matches every div around it too.
  return matching.filter((element) => !matching.some((other) => other !== element && element.contains(other)))
}

type Root = Document | ShadowRoot | Element

/** The elements that match, from the roots inwards; tells `entered` what shadow roots and frames were searched. */
function select(selector: string, roots: Root[], entered?: (root: Root) => void): Element[] {
  const parts = partsOf(selector)
  return parts.reduce<Element[]>((hosts, part, at) => {
    const scopes = at ? hosts.flatMap((host) => host.shadowRoot ?? documentIn(host) ?? []) : roots
    if (at && entered) scopes.forEach(entered)
    return scopes.flatMap((scope) => [...scope.querySelectorAll(part)]).filter((element) => !isOurs(element))
  }, [])
}

/** What a frame shows; nothing for one of another origin, or what is no frame. */
export function documentIn(frame: Element): Document | null | undefined {
  try {
    return (frame as HTMLIFrameElement).contentDocument
  } catch {
    return
  }
}

function partsOf(selector: string): string[] {
  if (selector.startsWith('@')) return [`[data-foothold="${CSS.escape(selector.slice(1))}"]`]
  const parts = selector.split('>>>').map((part) => part.trim())
  try {
    if (selector.length > 512) throw new Error('it is longer than 512 characters')
    for (const part of parts) document.createDocumentFragment().querySelector(part)
  } catch (cause) {
    throw new FootholdError(
      'target-invalid',
      `The target "${selector.slice(0, 100)}" is no valid selector. Correct it, or name an anchor as in "@invite".`,
      { cause },
    )
  }
  return parts
}

function isOurs(element: Element): boolean {
  return !element.isConnected || element.closest('foothold-host, foothold-inspector') !== null
}

function normal(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase()
}
