/**
 * Calls back once at least half of the element has been visible, in a focused and visible tab, for one second.
 * Returns what stops the watch.
 */
export function watchViewing(
  element: Element,
  after: (ms: number, run: () => void) => () => void,
  viewed: () => void,
): () => void {
  let half = false
  let cancel: (() => void) | undefined
  const look = () => {
    const seen = half && document.hasFocus() && document.visibilityState === 'visible'
    if (seen && !cancel) {
      cancel = after(second, () => {
        stop()
        viewed()
      })
    } else if (!seen) {
      cancel?.()
      cancel = undefined
    }
  }
  const observer = new IntersectionObserver(
    (entries) => {
      half = (entries.at(-1)?.intersectionRatio ?? 0) >= share
      look()
    },
    { threshold: share },
  )
  const end = new AbortController()
  const { signal } = end
  const stop = () => {
    cancel?.()
    observer.disconnect()
    end.abort()
  }
  observer.observe(element)
  window.addEventListener('focus', look, { signal })
  window.addEventListener('blur', look, { signal })
  document.addEventListener('visibilitychange', look, { signal })
  return stop
}

const share = 0.5
const second = 1000
