import { pathOf } from './page-of.ts'
import { textOf } from './text-of.ts'

/**
 * How an activity names the place that was pressed: its anchor where it has one, the text of the control around it
 * (of plain content only when it holds no other element), and the path. Nothing of what is masked.
 */
export function nameOf(element: Element): { anchor?: string; text?: string; path: string } {
  const anchor = around(element, '[data-foothold]')?.getAttribute('data-foothold')
  const labelled = around(element, pressable) ?? (element.childElementCount ? undefined : element)
  const text = labelled && textOf(labelled)
  return { ...(anchor && { anchor }), ...(text && { text }), path: pathOf() }
}

/** What says by its markup that it can be pressed. */
export const pressable =
  'a[href],button,summary,label,[role=button],[role=link],[role=tab],[role^=menuitem],[role=switch],[role=checkbox],[role=radio],[role=option],[onclick],[data-foothold],[data-foothold-track]'

/** The nearest match outwards, also through open shadow roots. */
function around(element: Element | undefined, selector: string): Element | undefined {
  for (let inner = element; inner; inner = (inner.getRootNode() as ShadowRoot).host) {
    const found = inner.closest(selector)
    if (found) return found
  }
  return
}
