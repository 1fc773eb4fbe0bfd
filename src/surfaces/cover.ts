import { parentOf } from './target.ts'

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

/** How many controls of the page lie under a surface, as far as a grid of points tells. */
export function controlsUnder(surface: Element): number {
  const { left, top, width, height } = surface.getBoundingClientRect()
  const found = new Set<Element>()
  for (let x = 0.05; x < 1; x += 0.15) {
    for (let y = 0.05; y < 1; y += 0.15) {
      for (const hit of document.elementsFromPoint(left + width * x, top + height * y)) {
        const control = hit.closest(controls)
        if (control) found.add(control)
      }
    }
  }
  return found.size
}

const controls = 'a[href], button, input, select, textarea, summary, [role=button], [tabindex]'

function isWithin(element: Element, other: Element): boolean {
  for (let at: Element | null = element; at; at = parentOf(at)) if (at === other) return true
  return false
}
