/**
 * Listens to several DOM events at once; returns what stops it. Always capturing, so that a host that stops
 * propagation hides nothing, and passive, so that scrolling never waits for us.
 */
export function listen(target: EventTarget, types: string, run: (event: any) => void): () => void {
  const each = (verb: 'addEventListener' | 'removeEventListener') => {
    for (const type of types.split(' ')) target[verb](type, run, { capture: true, passive: true })
  }
  each('addEventListener')
  return () => each('removeEventListener')
}
