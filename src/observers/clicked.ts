/**
 * The nearest element that matches the selector, from the innermost one clicked outwards, also through open shadow
 * roots. Nothing for clicks inside Foothold's own surfaces.
 */
export function clicked(event: Event, selector: string): Element | undefined {
  let element = event.target as Element | null | undefined
  // The target that the window sees is right unless it is a shadow host; the whole path costs more.
  const path = element?.shadowRoot && event.composedPath()
  if (path) element = path[0] as Element
  while (element?.closest) {
    const found = element.closest(selector)
    if (found) return path?.some(isOurs) ? undefined : found
    element = (element.getRootNode() as ShadowRoot).host
  }
  return
}

function isOurs(target: EventTarget): boolean {
  return (target as Element).localName === 'foothold-host'
}
