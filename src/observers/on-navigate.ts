import { all, listen } from './listen.ts'
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
  if (navigation) return listen('currententrychange', look, navigation)

  let cancel = () => {}
  const poll = () => {
    look()
    cancel()
    if (!document.hidden) cancel = context.after(500, poll)
  }
  poll()
  return all([listen('popstate hashchange visibilitychange', poll), () => cancel()])
}
