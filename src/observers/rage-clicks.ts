import { clicked } from './clicked.ts'
import { all, listen } from './listen.ts'
import { nameOf } from './name-of.ts'
import type { Observer } from './observer.ts'

/**
 * Reports `Rage Clicked` {anchor, text, path, clicks} for three clicks or more of which each is within 30 pixels and one
 * second of the one before: the definition of PostHog (`threshold_px: 30`, `timeout_ms: 1000`, `click_count: 3`,
 * distances added up). It is reported once, when a second has passed without a further click, so that `clicks` is how
 * many they were and nothing opens under the pointer.
 *
 * No rage, as with PostHog: clicks in fields and editable text, and on what is meant to be pressed often, which is told
 * by a text of symbols alone (`+`, `›`) or with the word next or previous, or by `data-foothold-repeat` around it. Nor
 * are clicks that select text where the pointer shows nothing to press, clicks by key or script, and clicks on
 * Foothold's own surfaces. A disabled button is not heard: the browser keeps its clicks back.
 */
export function rageClicks(): Observer {
  return {
    name: 'rage-clicks',
    watch(report, context) {
      let run: { x: number; y: number; at: number; clicks: number; name?: ReturnType<typeof nameOf> } | undefined
      let cancel = () => {}
      const end = () => {
        cancel()
        const { name, clicks = 0 } = run ?? {}
        run = undefined
        if (name) report({ type: 'Rage Clicked', properties: { ...name, clicks } })
      }
      return all([
        listen('click', (event: MouseEvent) => {
          // Keys and scripts make clicks without a count.
          const element = event.detail ? clicked(event, '*') : undefined
          if (!element || element.closest(often)) return end()
          const { clientX: x, clientY: y } = event
          const at = context.now()
          if (!run || at - run.at >= pause || Math.abs(x - run.x) + Math.abs(y - run.y) >= 30) {
            end()
            run = { x, y, at, clicks: 1 }
            return
          }
          run = { ...run, x, y, at, clicks: run.clicks + 1 }
          if (run.clicks < 3) return
          if (run.clicks === 3) {
            if (selects(element)) {
              run = undefined
              return
            }
            const name = nameOf(element)
            if (name.text && repeatable.test(name.text)) return
            run.name = name
          }
          cancel()
          if (run.name) cancel = context.after(pause, end)
        }),
        listen('pagehide', end),
        () => cancel(),
      ])
    },
  }
}

const pause = 1000

const often =
  '[data-foothold-repeat],input,textarea,select,[contenteditable],[role=spinbutton],[role=slider],video,audio,canvas'

const repeatable = /^[^\p{L}\p{N}]+$|\b(next|prev|previous)\b/iu

/** Whether a triple click has selected the text there, as readers do. */
function selects(element: Element): boolean {
  const selection = getSelection()
  return (
    selection?.type === 'Range' &&
    selection.containsNode(element, true) &&
    getComputedStyle(element).cursor !== 'pointer'
  )
}
