/**
 * Tells the styles, by `--foothold-keyboard`, how much of the window's lower end a keyboard on the screen covers: what
 * stands there moves up. Where the page asks for it (`interactive-widget=resizes-content`) the window shrinks instead, and
 * nothing is covered. Returns what ends it.
 */
export function keepAboveKeyboard({ style }: HTMLElement): () => void {
  const end = new AbortController()
  const { signal } = end
  const look = () => {
    const { height = innerHeight, offsetTop = 0, scale = 1 } = visualViewport ?? {}
    // A page that is pinched larger is laid out as before.
    const covered = scale > 1 ? 0 : Math.round(innerHeight - height - offsetTop)
    style.setProperty('--foothold-keyboard', covered > 0 ? `${covered}px` : '')
    // What is left of the window can be moved over the page.
    if (covered > 0) visualViewport?.addEventListener('scroll', look, { once: true, signal })
  }
  visualViewport?.addEventListener('resize', look, { signal })
  look()
  return () => end.abort()
}
