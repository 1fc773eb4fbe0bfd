import { FootholdError } from '../core/errors.ts'
import type { Step } from '../core/guide.ts'

type Target = Step['target']

/**
 * The element that a step points at: `"@anchor"`, a selector, `">>>"` crosses open shadow roots, or
 * `{ css, text, within }`. An element that is not rendered is found only when no rendered one matches.
 * Throws a FootholdError `target-invalid` for what cannot be parsed.
 */
export function findTarget(target: Target): Element | undefined {
  const found = candidates(target)
  return found.find(isRendered) ?? found[0]
}

/**
 * Calls back once the element is there and rendered; returns what stops the search. The DOM is observed only until then.
 */
export function seekTarget(target: Target, found: (element: Element) => void): () => void {
  let stopped = false
  const observer = new MutationObserver(look)
  // An element that is there without a box gets one without any mutation: an image loads, a media query matches.
  const sizes = new ResizeObserver(look)
  const sized = new Set<Element>()
  const stop = () => {
    stopped = true
    observer.disconnect()
    sizes.disconnect()
  }
  function look() {
    if (stopped) return
    const observe = (root: Root) =>
      observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true })
    observe(document)
    for (const selector of typeof target === 'object' ? [target.css, target.within] : [target]) {
      if (selector) select(selector, [document], observe)
    }
    const elements = candidates(target)
    const element = elements.find(isRendered)
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
  candidates(target) // refuses an invalid selector here, where the caller can catch it
  queueMicrotask(look)
  return stop
}

/** Whether the element takes up room and is not hidden. */
export function isRendered(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect()
  return width > 0 && height > 0 && (element.checkVisibility?.({ visibilityProperty: true }) ?? true)
}

function candidates(target: Target): Element[] {
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

/** The elements that match, from the roots inwards; tells `entered` which shadow roots were searched on the way. */
function select(selector: string, roots: Root[], entered?: (root: Root) => void): Element[] {
  const parts = partsOf(selector)
  return parts.reduce<Element[]>((hosts, part, at) => {
    const scopes = at ? hosts.flatMap((host) => host.shadowRoot ?? []) : roots
    if (at && entered) scopes.forEach(entered)
    return scopes.flatMap((scope) => [...scope.querySelectorAll(part)]).filter((element) => !isOurs(element))
  }, [])
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
  return !element.isConnected || element.closest('foothold-host') !== null
}

function normal(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase()
}
