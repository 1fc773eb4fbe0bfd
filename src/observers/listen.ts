/**
 * Listens to several DOM events of the window at once; returns what stops it. Always capturing, so that a host that
 * stops propagation hides nothing, and passive, so that scrolling never waits for us. The window sees the document's
 * events too, and unlike the document's its methods cannot be covered up by `<form name="addEventListener">`.
 */
export function listen(types: string, run: (event: any) => void, target: EventTarget = window): () => void {
  // A page may cover up what is asked of its elements (`<input name="closest">`): not our error, and not the host's.
  const guarded = (event: unknown) => {
    try {
      run(event)
    } catch {}
  }
  const options = { capture: true, passive: true }
  const names = types.split(' ')
  for (const name of names) target.addEventListener(name, guarded, options)
  return () => {
    for (const name of names) target.removeEventListener(name, guarded, options)
  }
}

/** One function that calls them all. */
export function all(stops: (() => void)[]): () => void {
  return () => {
    for (const stop of stops) stop()
  }
}
