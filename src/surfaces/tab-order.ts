import { isRendered } from './target.ts'

const focusable =
  'a[href], button, input, select, textarea, summary, iframe, audio[controls], video[controls], [contenteditable]:not([contenteditable=false]), [tabindex]'

/** Where Tab stops in an element, the element itself too, in order. */
export function stopsIn(element: Element): HTMLElement[] {
  return [element, ...element.querySelectorAll(focusable)].filter(isStop)
}

function isStop(element: Element): element is HTMLElement {
  return (
    element.matches(focusable) &&
    (element as HTMLElement).tabIndex >= 0 &&
    !element.matches(':disabled, [inert], [inert] *') &&
    isRendered(element)
  )
}

/** Whether Tab goes on from here to what stands beside the element: it comes right behind it. */
export function isLastStop(at: EventTarget | undefined, element: Element): boolean {
  const last = stopsIn(element).at(-1)
  if (last) return at === last
  // One without a stop has the latest before it.
  const before = [...(element.getRootNode() as ParentNode).querySelectorAll(focusable)].findLast(
    (each) => element.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_PRECEDING && isStop(each),
  )
  return before !== undefined && at === before
}

/**
 * Leaves what stands beside an element as if it stood behind it in the page: forwards to what follows the element,
 * `back` to the element. To be called while the key is pressed.
 */
export function tabAway(event: KeyboardEvent, element: Element, back: boolean): void {
  const stop = stopsIn(element).at(-1)
  if (back && stop) {
    event.preventDefault()
    stop.focus()
    return
  }
  // What the browser does next goes on from what has the focus then. The page is not told of that: nobody came by here.
  const from = stop ?? (element as HTMLElement)
  const tabindex = from.getAttribute('tabindex')
  const end = new AbortController()
  const hush = (event: Event) => {
    if (event.composedPath()[0] !== from) return
    event.stopImmediatePropagation()
    if (event.type !== 'focusout') return
    end.abort()
    if (stop) return
    if (tabindex === null) from.removeAttribute('tabindex')
    else from.setAttribute('tabindex', tabindex)
  }
  for (const type of ['focus', 'focusin', 'blur', 'focusout'])
    addEventListener(type, hush, { capture: true, signal: end.signal })
  if (!stop) from.setAttribute('tabindex', '-1')
  from.focus({ preventScroll: true })
}
