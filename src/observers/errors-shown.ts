import { clicked } from './clicked.ts'
import { fieldName } from './field-name.ts'
import { all, listen } from './listen.ts'
import type { Observer } from './observer.ts'
import { onSettled } from './on-settled.ts'
import { pathOf } from './page-of.ts'
import { redacted } from './redacted.ts'
import { textOf } from './text-of.ts'

/**
 * Reports `Error Shown` {source, text, field, path} for what a page tells its visitor by the roles of WAI-ARIA:
 *
 * - `source: 'alert'`: text in a `role="alert"` that is in sight, unless a class of it or its parent says that it is good
 *   news (`success`, `info`).
 * - `source: 'field'`: fields became `aria-invalid`; `text` is that of `aria-errormessage`, else `aria-describedby`.
 * - `source: 'validation'`: the browser refused a form. Its own message may quote the value, and is not read.
 *
 * Several fields at once are one error, of the first; `field` is its `data-foothold`, `name` or `id`. The same error counts again
 * after the next submit. What looks like an e-mail address or a number of seven digits or more in a text is left out.
 *
 * The DOM is observed for ten seconds after a click, change or submit, and looked at when a page has settled; at rest
 * never. What comes later, or without a role, is reported with `foothold.track('Error Shown', { text })`.
 */
export function errorsShown(): Observer {
  return {
    name: 'errors-shown',
    watch(report, context) {
      let said = new WeakMap<Element, string>()
      let invalid = new Set<Element>()
      let refused: Element | undefined
      let waiting = false
      let cancelLook = () => {}
      let actedAt = 0
      let cancelRest: (() => void) | undefined

      const tell = (source: string, text: string, field?: Element) => {
        const name = field && fieldName(field)
        report({
          type: 'Error Shown',
          properties: { source, ...(text && { text: redacted(text) }), ...(name && { field: name }), path: pathOf() },
          interaction: false,
        })
      }
      const look = () => {
        waiting = false
        let told = false
        for (const alert of document.querySelectorAll('[role=alert]')) {
          const text = isSeen(alert) ? textOf(alert) : ''
          if (said.get(alert) === text) continue
          said.set(alert, text)
          if (!text || isGood(alert) || (alert.parentElement && isGood(alert.parentElement))) continue
          tell('alert', text)
          told = true
        }
        const now = new Set(document.querySelectorAll('[aria-invalid]:not([aria-invalid=false],[aria-invalid=""])'))
        const [fresh] = [...now].filter((field) => !invalid.has(field))
        invalid = now
        // A page often says the same twice, at the field and as an alert.
        if (fresh && !told) tell('field', messageOf(fresh), fresh)
        else if (refused && !told) tell('validation', '', refused)
        refused = undefined
      }
      const soon = () => {
        if (waiting) return
        waiting = true
        cancelLook = context.after(100, look)
      }
      const mutations = new MutationObserver(soon)
      const rest = () => {
        cancelRest?.()
        cancelRest = undefined
        mutations.disconnect()
      }
      /** One timer for many clicks. */
      const wait = (ms: number) => {
        cancelRest = context.after(ms, () => {
          const left = actedAt + patience - context.now()
          if (left > 0) wait(left)
          else rest()
        })
      }
      return all([
        onSettled(context, look, () => {
          said = new WeakMap()
          invalid.clear()
        }),
        listen('click change submit', (event: Event) => {
          if (!clicked(event, '*')) return
          if (event.type === 'submit') {
            said = new WeakMap()
            invalid.clear()
            soon()
          }
          actedAt = context.now()
          if (cancelRest) return
          mutations.observe(document, watched)
          wait(patience)
        }),
        listen('invalid', (event: Event) => {
          refused ??= clicked(event, '*')
          if (refused) soon()
        }),
        rest,
        () => cancelLook(),
      ])
    },
  }
}

const patience = 10_000

const watched = {
  subtree: true,
  childList: true,
  characterData: true,
  attributeFilter: ['role', 'aria-invalid', 'hidden', 'class', 'style', 'open'],
}

function isSeen(element: Element): boolean {
  return element.checkVisibility?.() ?? element.getClientRects().length > 0
}

function isGood(element: Element): boolean {
  return /success|\binfo\b|[-_]info/i.test(element.getAttribute('class') ?? '')
}

function messageOf(field: Element): string {
  const id = (field.getAttribute('aria-errormessage') ?? field.getAttribute('aria-describedby'))?.split(' ')[0]
  const message = id && document.getElementById(id)
  return message ? textOf(message) : ''
}
