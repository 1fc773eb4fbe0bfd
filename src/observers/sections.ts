import { all, listen } from './listen.ts'
import type { Observer } from './observer.ts'
import { onSettled } from './on-settled.ts'

/**
 * Reports for elements with `data-foothold-section="pricing"`: `Section Viewed` when half of it, or half of the
 * viewport with it, was in view for two seconds of a visible tab, with the `seconds` since it came into view, which are
 * more where it came slowly; `Section Skipped` when it came into view and was
 * scrolled past, upwards, in less. Each once per page view, and none skipped that was viewed.
 * Sections are looked for when the page has settled and after scrolling: the DOM itself is not observed.
 */
export function sections({ read = 2000 }: SectionsOptions = {}): Observer {
  return {
    name: 'sections',
    watch(report, context) {
      const inView = new Map<Element, { since: number; top: number; cancel?: () => void }>()
      /** By name: whether it was viewed; skipped if not. */
      const known = new Map<string, boolean>()

      const observer = new IntersectionObserver(
        (entries) => {
          for (const { target, isIntersecting, intersectionRatio, intersectionRect, boundingClientRect } of entries) {
            const section = target.getAttribute('data-foothold-section')
            if (!section) continue
            const { top, height } = boundingClientRect
            const state = inView.get(target) ?? { since: context.now(), top }
            const seconds = (context.now() - state.since) / 1000
            // An element that is removed or hidden has no height; one that left downwards has sunk.
            if (!isIntersecting && height && top < state.top && seconds * 1000 < read && !known.has(section)) {
              known.set(section, false)
              report({ type: 'Section Skipped', properties: { section, seconds } })
            }
            if (!isIntersecting || (intersectionRatio < 0.5 && intersectionRect.height < innerHeight / 2)) {
              state.cancel?.()
              delete state.cancel
            } else {
              state.cancel ??= context.after(read, () => {
                if (known.get(section)) return
                known.set(section, true)
                report({
                  type: 'Section Viewed',
                  properties: { section, seconds: (context.now() - state.since) / 1000 },
                  interaction: false,
                })
              })
            }
            state.top = top
            if (isIntersecting) inView.set(target, state)
            else inView.delete(target)
          }
        },
        // Fine enough for a section twenty times as high as the viewport.
        { threshold: Array.from({ length: 21 }, (_, step) => step / 40) },
      )
      const scan = () => {
        for (const element of document.querySelectorAll('[data-foothold-section]')) observer.observe(element)
      }
      const rest = () => {
        observer.disconnect()
        for (const { cancel } of inView.values()) cancel?.()
        inView.clear()
      }
      return all([
        onSettled(context, scan, () => {
          rest()
          known.clear()
        }),
        listen('scrollend', scan),
        // Nothing is seen while the tab is hidden: the observer answers when it is shown again.
        listen('visibilitychange', () => {
          rest()
          scan()
        }),
        rest,
      ])
    },
  }
}

export interface SectionsOptions {
  /** Milliseconds in view that count as read. @default 2000 */
  read?: number
}
