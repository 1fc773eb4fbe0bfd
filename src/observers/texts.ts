import { clicked } from './clicked.ts'
import { all, listen } from './listen.ts'
import type { Observer } from './observer.ts'
import { pathOf } from './page-of.ts'
import { redacted } from './redacted.ts'
import { masked } from './text-of.ts'

/**
 * Reports `Text Selected` {length, section, anchor, path} when a selection of three characters or more has rested for half a
 * second, and `Text Copied` when it is copied. `section` and `anchor` are those it begins in. Nothing that is selected or
 * copied in fields, editable text or masked parts is looked at, nor in Foothold's own surfaces. The text itself, up to
 * 200 characters and without what looks like an e-mail address or a long number, is told only with `text: true`.
 */
export function texts({ text = false }: TextsOptions = {}): Observer {
  return {
    name: 'texts',
    watch(report, context) {
      let last = ''
      let cancel = () => {}
      const tell = (type: string) => {
        const selection = getSelection()
        if (!selection?.rangeCount) return
        // The range holds no text of fields, unlike the selection as text.
        const range = selection.getRangeAt(0)
        const selected = range.toString().replace(/\s+/g, ' ').trim()
        if (selected.length < 3 || (type === 'Text Selected' && selected === last)) return
        if (type === 'Text Selected') last = selected
        const start = elementOf(range.startContainer)
        const within = elementOf(range.commonAncestorContainer)
        if (within.closest(masked)) return
        const hides = [...within.querySelectorAll(masked)].some((part) => range.intersectsNode(part))
        const named = (name: string) => start.closest(`[${name}]`)?.getAttribute(name)
        const section = named('data-foothold-section')
        const anchor = named('data-foothold')
        report({
          type,
          properties: {
            length: selected.length,
            ...(section && { section }),
            ...(anchor && { anchor }),
            ...(text && !hides && { text: redacted(selected.slice(0, 200)) }),
            path: pathOf(),
          },
        })
      }
      return all([
        listen('selectionchange', () => {
          cancel()
          cancel = () => {}
          if (getSelection()?.type === 'Range') cancel = context.after(500, () => tell('Text Selected'))
          else last = ''
        }),
        listen('copy', (event: Event) => {
          if (clicked(event, '*') && !clicked(event, masked)) tell('Text Copied')
        }),
        () => cancel(),
      ])
    },
  }
}

export interface TextsOptions {
  /** Whether the text itself is reported. @default false */
  text?: boolean
}

function elementOf(node: Node): Element {
  return node instanceof Element ? node : (node.parentElement ?? document.documentElement)
}
