/** An element's `aria-label`, else its text: in one line, at most 80 characters, nothing of what is masked. */
export function textOf(element: Element): string {
  if (element.closest(masked)) return ''
  let text = element.getAttribute('aria-label') ?? ''
  // An anchor may be half the page: read no more than is needed.
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  for (let node = !text && walker.nextNode(); node && text.length < 120; node = walker.nextNode()) {
    if (!node.parentElement!.closest(masked)) text += node.nodeValue!.slice(0, 999)
  }
  return text.replace(/\s+/g, ' ').trim().slice(0, 80)
}

/** What is never read: what visitors type, and what the page marks as theirs. */
export const masked = 'input,textarea,select,[contenteditable],[data-private],[data-foothold-mask],script,style'
