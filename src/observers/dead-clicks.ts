import { clicked } from './clicked.ts'
import { all, listen } from './listen.ts'
import { nameOf, pressable } from './name-of.ts'
import type { Observer } from './observer.ts'

/**
 * Reports `Dead Clicked` {anchor, text, path} when something that looks as if it could be pressed (a control, disabled or
 * not, an anchor, a pointer cursor) was clicked and nothing came of it: for 2.5 seconds no change of the DOM, navigation,
 * focus elsewhere, input, popover, media, request or other window, and no scrolling or selection within 100 ms. Times and
 * signs are PostHog's; requests, focus and input are added, and what does not look pressable is left out. The next press
 * elsewhere ends the wait: after half a second (Mixpanel's time) the first click is dead then, before it is unknown.
 *
 * Left out are links (they may download, or open elsewhere), fields, media, canvas and frames (their answer cannot be
 * seen), clicks with a modifier key, by key or script, and Foothold's own surfaces. The DOM is observed from the press
 * until something changes, and at rest never. A change for another reason hides a dead click; none is made up by one.
 */
export function deadClicks(): Observer {
  return {
    name: 'dead-clicks',
    watch(report, context) {
      let press: { element: Element; at: number; stamp: number; clickedAt?: number; href: string } | undefined
      let cancel: (() => void) | undefined
      const alive = () => {
        if (!press) return
        press = undefined
        mutations.disconnect()
      }
      const mutations = new MutationObserver(alive)
      const requests = new PerformanceObserver((list) => {
        // Beacons are trackers, which every click may call.
        for (const entry of list.getEntries() as PerformanceResourceTiming[])
          if (press && entry.startTime >= press.stamp && entry.initiatorType !== 'beacon') alive()
      })
      const judge = () => {
        if (!press) return
        const { element, clickedAt, href } = press
        alive()
        if (clickedAt === undefined || context.now() - clickedAt < 500 || href !== location.href) return
        if (element.closest(pressable) || getComputedStyle(element).cursor === 'pointer')
          report({ type: 'Dead Clicked', properties: nameOf(element) })
      }
      /** One timer waits for the latest press: to set one anew for each costs more than all else here. */
      const wait = (ms: number) => {
        cancel = context.after(ms, () => {
          cancel = undefined
          const rest = press ? press.at + patience - context.now() : 0
          if (rest > 0) wait(rest)
          else judge()
        })
      }
      requests.observe({ type: 'resource' })
      const { navigation } = window as { navigation?: EventTarget }
      return all([
        // From the press on: menus open with it, before there is a click.
        listen('pointerdown', (event: PointerEvent) => {
          const element = clicked(event, '*')
          // Pressing on is no answer.
          if (press?.element === element) return
          judge()
          if (!element || event.button || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
          if (element.closest(unseen)) return
          const at = context.now()
          press = { element, at, stamp: event.timeStamp, href: location.href }
          // The browser keeps back the clicks of what is disabled, which is as dead as can be.
          if (element.closest(':disabled')) press.clickedAt = at
          if (!cancel) wait(patience)
          mutations.observe(document, everything)
          const root = element.getRootNode()
          if (root !== document) mutations.observe(root, everything)
        }),
        listen('click', (event: MouseEvent) => {
          if (press && event.detail && clicked(event, '*')?.contains(press.element)) press.clickedAt ??= context.now()
        }),
        // The pressed thing itself, or what it is in, is focused by the press.
        listen('focusin', ({ target }: FocusEvent) => {
          if (press && !(target as Element).contains(press.element)) alive()
        }),
        listen('scroll selectionchange', ({ type }: Event) => {
          if (!press || (type === 'selectionchange' && getSelection()?.type !== 'Range')) return
          if (press.clickedAt === undefined || context.now() - press.clickedAt < 100) alive()
        }),
        listen('blur', ({ target }: FocusEvent) => target === window && alive()),
        listen(
          'pointercancel input change submit toggle beforetoggle play pause fullscreenchange visibilitychange pagehide',
          alive,
        ),
        ...(navigation ? [listen('navigate', alive, navigation)] : []),
        alive,
        () => {
          requests.disconnect()
          cancel?.()
        },
      ])
    },
  }
}

const patience = 2500

const everything = { subtree: true, childList: true, attributes: true, characterData: true }

const unseen = 'a[href]:not([href="#"]),input,textarea,select,[contenteditable],video,audio,canvas,iframe,embed,object'
