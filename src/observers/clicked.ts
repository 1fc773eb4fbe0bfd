/**
 * The nearest element that matches the selector, from the innermost one clicked outwards, also through open shadow
 * roots. Nothing for clicks inside Foothold's own surfaces.
 */
export function clicked(event: Event, selector: string): Element | undefined {
  // The target that the window sees is right unless it is a shadow host; the whole path costs more.
  let element = event.target as Element | null | undefined
  if (element?.shadowRoot) element = event.composedPath()[0] as Element
  while (element?.closest) {
    const found = element.closest(selector)
    if (found) return event.composedPath().some(isOurs) ? undefined : found
    element = (element.getRootNode() as ShadowRoot).host
  }
  return
}

function isOurs(target: EventTarget): boolean {
  return (target as Element).localName === 'foothold-host'
}
