import { listen } from './listen.ts'
import type { ObserverContext } from './observer.ts'

/**
 * Calls back after the address changed within the document (push, replace, traverse, hash); returns what stops it.
 * Never patches `history`: the Navigation API tells; where it is missing, `popstate` and `hashchange` do, and twice
 * a second, while the tab is visible, a look at the address.
 */
export function onNavigate(context: ObserverContext, run: () => void): () => void {
  let href = location.href
  const look = () => {
    if (href === location.href) return
    href = location.href
    run()
  }
  const navigation = (window as { navigation?: EventTarget }).navigation
  if (navigation) return listen(navigation, 'currententrychange', look)

  let cancel: (() => void) | undefined
  const poll = () => {
    look()
    cancel?.()
    cancel = document.hidden ? undefined : context.after(500, poll)
  }
  const stop = listen(window, 'popstate hashchange visibilitychange', poll)
  poll()
  return () => {
    stop()
    cancel?.()
  }
}
