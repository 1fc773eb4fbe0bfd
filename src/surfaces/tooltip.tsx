import { Frame, type FrameProps } from './frame.tsx'

/** Beside an element, with an arrow; the page stays usable. With a spotlight everything but the element is dimmed. */
export function Tooltip(props: FrameProps) {
  const { view, target, opened = true } = props
  return (
    <>
      {view.step.spotlight && opened && <div key="spotlight" part="spotlight" popover="manual" />}
      <div key="surface" class="surface tooltip" part="surface tooltip" popover="manual" role="dialog">
        <Frame {...props} />
        <button type="button" part="action" class="unseen" onClick={() => focusOn(target)}>
          {view.label('openTarget')}
        </button>
        <div part="arrow" />
      </div>
    </>
  )
}

const focusable = 'a[href], button, input, select, textarea, [tabindex]'

/** Leads keyboard users from the surface to what it is about, also into a frame. */
function focusOn(target: Element | undefined) {
  const element = target?.matches(focusable) ? target : target?.querySelector(focusable)
  ;(element as HTMLElement | null | undefined)?.focus?.()
}
