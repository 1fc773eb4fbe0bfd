import { isRendered, parentOf } from './target.ts'

/**
 * What of the page lies over an element: a bar that stays while the page scrolls, a dialog, an overlay. Only what is
 * fixed or sticky counts: a link that spans a card lies over its words too, and hides nothing.
 */
export function coverOf(element: Element, { left, top, width, height }: DOMRect): Element | undefined {
  let cover: Element | undefined
  for (const share of [0.5, 0.1, 0.9]) {
    const hit = document.elementFromPoint(left + width * share, top + height * share)
    // Nothing is there outside of the window; what is ours hides nothing either.
    if (!hit || hit.localName === 'foothold-host') continue
    if (isWithin(element, hit) || isWithin(hit, element)) return
    cover ??= hit
  }
  for (let at: Element | null | undefined = cover; at && !isWithin(element, at); at = parentOf(at)) {
    if (/fixed|sticky/.test(getComputedStyle(at).position)) return cover
  }
  return
}

/**
 * The menu or list that an element has opened, wherever in the page that stands: what stands beside the element stands
 * beside both. Other things that an element controls, a tab's panel, say, are no part of it.
 */
export function menuOf(element: Element): Element | undefined {
  const opener = element.matches(openers) ? element : element.querySelector(openers)
  if (!opener) return
  const root = opener.getRootNode() as Document | ShadowRoot
  const id = opener.getAttribute('aria-controls') ?? opener.getAttribute('aria-owns') ?? ''
  const { popoverTargetElement } = opener as HTMLButtonElement
  const named = popoverTargetElement ?? root.getElementById(id.split(' ')[0]!)
  const found = named ? [named] : opener.ariaExpanded === 'true' ? [...document.querySelectorAll(menus)] : []
  return found.findLast(
    (each) =>
      each.matches(`:popover-open, ${menus}`) &&
      isRendered(each) &&
      !isWithin(element, each) &&
      !isWithin(each, element),
  )
}

const openers = '[popovertarget], [aria-expanded=true]'
const menus = ':is([role=menu], [role=listbox], [role=tree], [role=grid], [role=dialog]):not(foothold-host *)'

/** Where in the window the page's controls are: buttons, fields, and the links of its menus. */
export function controlsInView(): DOMRect[] {
  return [...document.querySelectorAll(controls)]
    .map((control) => [control, control.getBoundingClientRect()] as const)
    .filter(([control, { width, bottom, top }]) => width && bottom > 0 && top < innerHeight && isRendered(control))
    .map(([, rect]) => rect)
}

const controls = 'button, input, select, textarea, summary, [role=button], :is(nav, header) a'

function isWithin(element: Element, other: Element): boolean {
  for (let at: Element | null = element; at; at = parentOf(at)) if (at === other) return true
  return false
}
