import { listen } from './listen.ts'
import type { Observer } from './observer.ts'

/**
 * Keeps the idle clock. Pointer, keys, wheel and touch report the transient `Visitor Active`, at most once a second;
 * when they resume after ten seconds or more, `Visitor Returned` with `since`, the last interaction that was
 * reported, instead. No timer runs. `scroll` is not listened to: a carousel that moves by itself is no visitor.
 */
export function inactivity(): Observer {
  return {
    name: 'inactivity',
    watch(report, context) {
      let since = context.now()
      return listen('pointerdown pointermove keydown wheel touchstart touchmove', () => {
        const at = context.now()
        const passed = at - since
        // A clock that was set back starts anew.
        if (passed >= 0 && passed < 1000) return
        report(passed < 10_000 ? { type: 'Visitor Active' } : { type: 'Visitor Returned', properties: { since } })
        since = at
      })
    },
  }
}
