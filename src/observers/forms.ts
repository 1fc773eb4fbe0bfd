import { clicked } from './clicked.ts'
import { fieldName } from './field-name.ts'
import { all, listen } from './listen.ts'
import type { Observer } from './observer.ts'
import { onNavigate } from './on-navigate.ts'
import { pathOf } from './page-of.ts'

/**
 * Reports `Form Abandoned` {form, fields, last, seconds, path} when a form in which something was changed is left without
 * having been submitted: the page is left, or the form has gone from it a second after a click or key (a dialog that was
 * closed). `fields` is the number of fields changed, `last` the name of the last one, `seconds` the time since the first
 * change. Form and field are called by their `data-foothold`, else `name`, else `id`; never a value, and no name of what is
 * in `data-foothold-mask` or `data-private`.
 *
 * Submitted is what fires `submit`, or `formdata`, as `form.submit()` and `new FormData(form)` do; also what is reset is
 * not abandoned. Fields outside a `<form>`, searches, and Foothold's own surfaces are not looked at.
 */
export function forms(): Observer {
  return {
    name: 'forms',
    watch(report, context) {
      const changed = new Map<HTMLFormElement, { since: number; path: string; fields: Set<Element>; last: Element }>()
      let cancel = () => {}
      const abandon = (form: HTMLFormElement) => {
        const { since, path, fields, last } = changed.get(form)!
        changed.delete(form)
        const names = { form: fieldName(form), last: fieldName(last) }
        report({
          type: 'Form Abandoned',
          properties: {
            ...(names.form && { form: names.form }),
            fields: fields.size,
            ...(names.last && { last: names.last }),
            seconds: Math.max(0, context.now() - since) / 1000,
            path,
          },
          interaction: false,
        })
      }
      const leave = () => {
        cancel()
        for (const form of [...changed.keys()]) abandon(form)
      }
      const forget = ({ target }: Event) => void changed.delete(target as HTMLFormElement)
      return all([
        listen('input', (event: Event) => {
          const field = clicked(event, 'input,select,textarea,[contenteditable]')
          const form = field?.closest('form')
          if (!form || field!.matches('[type=search],[role=search] *')) return
          const known = changed.get(form) ?? { since: context.now(), path: pathOf(), fields: new Set(), last: field! }
          known.fields.add(field!)
          known.last = field!
          changed.set(form, known)
        }),
        listen('submit formdata reset', forget),
        listen('click keydown', () => {
          if (!changed.size) return
          cancel()
          cancel = context.after(1000, () => {
            for (const form of [...changed.keys()])
              if (!(form.isConnected && (form.checkVisibility?.() ?? true))) abandon(form)
          })
        }),
        onNavigate(context, () => {
          // What stays on the page while its address changes is still there to be filled in.
          if ([...changed.values()].some(({ path }) => path !== pathOf())) leave()
        }),
        listen('pagehide', leave),
        () => cancel(),
      ])
    },
  }
}
