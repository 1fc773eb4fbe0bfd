import { Frame, type FrameProps } from './frame.tsx'

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
      onPointerDown={(event) => {
        pressed = event.target
      }}
      onClick={(event) => {
        // The backdrop is the dialog itself; a selection that was dragged onto it does not count.
        if (event.target === event.currentTarget && pressed === event.currentTarget) props.view.dismiss('outside')
      }}
    >
      <Frame {...props} />
    </dialog>
  )
}
