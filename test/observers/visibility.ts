/** Makes the document look hidden or visible, and tells it as the browser does. */
export function setHidden(hidden: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (hidden ? 'hidden' : 'visible') })
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
}

/** Takes back what `setHidden` did, without an event. */
export function resetVisibility(): void {
  delete (document as any).hidden
  delete (document as any).visibilityState
}
