/**
 * Presses of buttons over the page stay with us: the page's menus close at a press outside of them, or when they lose the
 * focus, and some listen before anybody else does. Returns what ends it.
 */
export function keepPresses(host: Element): () => void {
  const end = new AbortController()
  const keep = (event: Event) => {
    if (event.target !== host) return
    const [at] = event.composedPath() as Element[]
    if (at?.getRootNode() !== host.shadowRoot || !at?.closest('button') || at.closest('dialog')) return
    event.stopImmediatePropagation()
    if (event.type === 'mousedown') event.preventDefault()
    if (event.type !== 'click') return
    event.preventDefault()
    const { detail } = event as MouseEvent
    at.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail }))
  }
  for (const type of presses) addEventListener(type, keep, { capture: true, signal: end.signal })
  return () => end.abort()
}

const presses = ['pointerdown', 'mousedown', 'touchstart', 'pointerup', 'mouseup', 'touchend', 'click']
