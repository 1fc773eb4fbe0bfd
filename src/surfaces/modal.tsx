import { Frame, type FrameProps } from './frame.tsx'
import { isWritten } from './written.ts'

/** Over the page, which waits: a native modal dialog. */
export function Modal(props: FrameProps) {
  let pressed: EventTarget | null = null
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does by keyboard what a click on the backdrop does
    <dialog
      class="surface modal"
      part="surface modal"
      onCancel={(event) => {
        // The flow decides, and erases.
        event.preventDefault()
        props.view.dismiss('escape')
      }}
      onWheel={(event) => {
        // The page behind stays where it is.
        if (!event.ctrlKey && !event.composedPath().some(scrolls)) event.preventDefault()
      }}
      onPointerDown={(event) => {
        pressed = event.target
      }}
      onClick={(event) => {
        // The backdrop is the dialog itself; a selection that was dragged onto it does not count.
        const { currentTarget } = event
        const outside = event.target === currentTarget && pressed === currentTarget
        if (outside && !isBegun(currentTarget)) props.view.dismiss('outside')
      }}
    >
      <Frame {...props} />
    </dialog>
  )
}

/** Whether it scrolls, and is ours: the way goes on to the page. */
function scrolls(at: EventTarget): boolean {
  if (!(at instanceof Element) || !at.closest('dialog.modal')) return false
  return at.scrollHeight > at.clientHeight && /auto|scroll/.test(getComputedStyle(at).overflowY)
}

/** Whether something is written or chosen, which a click beside it must not throw away. */
function isBegun(dialog: HTMLElement): boolean {
  return [...dialog.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')].some((field) =>
    /radio|checkbox/.test(field.type) ? (field as HTMLInputElement).checked : isWritten(field),
  )
}
