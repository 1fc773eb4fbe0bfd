import type { Step } from '../core/guide.ts'
import type { Host } from './host.ts'
import { isPresent } from './target.ts'

/** A place in the flow of the page, where a step is drawn among the page's own content. */
export interface Slot {
  root: ShadowRoot
  element: HTMLElement
  /** Goes into the page, once what it holds is drawn: what follows moves once. */
  enter(): void
  /** The page is as it was. */
  stop(): void
}

/**
 * Makes a place at the target: inside at its end (`append`, the default), instead of it (`replace`: it is hidden, never
 * removed), or behind it in the line of text (`annotate`). `lost` is called when the page took the place or the target away.
 */
export function createSlot(host: Host, target: Element, mode: Step['mode'] = 'append', lost: () => void): Slot {
  const element = host.another(target.ownerDocument)
  element.dataset.mode = mode
  let restore: (() => void) | undefined
  let stopped = true
  const look = () => {
    if (stopped || (element.isConnected && isPresent(target))) return
    stop()
    lost()
  }
  // The page may replace the target, or what is around both. Only the target's neighbours are watched.
  const neighbours = new MutationObserver(look)
  const presence = new ResizeObserver(() => requestAnimationFrame(look))
  const frame = target.ownerDocument === document ? null : target.ownerDocument.defaultView
  let leaving = 0
  // A frame that loads another page takes all along: first it has to be let go, then it is looked into again.
  const leave = () => {
    stop()
    leaving = requestAnimationFrame(lost)
  }
  const stop = () => {
    stopped = true
    cancelAnimationFrame(leaving)
    frame?.removeEventListener('pagehide', leave)
    neighbours.disconnect()
    presence.disconnect()
    restore?.()
    restore = undefined
    element.remove()
  }
  return {
    root: element.shadowRoot as ShadowRoot,
    element,
    enter() {
      if (element.isConnected) return
      stopped = false
      if (mode === 'append' && !target.matches(childless)) target.append(element)
      else target.after(element)
      if (mode === 'replace') restore = override(target, 'display', 'none')
      neighbours.observe(element.parentNode as Node, { childList: true })
      presence.observe(element)
      frame?.addEventListener('pagehide', leave)
    },
    stop,
  }
}

/** Sets a style of an element of the page; returns what leaves the element as it was. */
export function override(element: Element, property: string, value: string): () => void {
  const { style } = element as HTMLElement
  const had = element.getAttribute('style')
  const before = style.getPropertyValue(property)
  const priority = style.getPropertyPriority(property)
  style.setProperty(property, value, 'important')
  const made = element.getAttribute('style')
  return () => {
    const untouched = element.getAttribute('style') === made
    style.setProperty(property, before, priority)
    if (had === null) {
      if (!element.getAttribute('style')) element.removeAttribute('style')
      // To the letter, unless the page wrote there meanwhile.
    } else if (untouched && had !== element.getAttribute('style')) element.setAttribute('style', had)
  }
}

const childless = 'img, input, textarea, select, video, canvas, iframe, hr'
