import type { ComponentChildren } from 'preact'
import type { FlowView } from '../core/view.ts'

/** Below so many pixels surfaces are sheets. */
export const narrow = 480

export interface FrameProps {
  view: FlowView
  /** What the surface stands beside. */
  target?: Element | undefined
  /** Of a hotspot: whether its tip is open, and what opens and closes it. */
  opened?: boolean
  toggle?(): void
  children: ComponentChildren
}

/** What all surfaces have in common: the scrolling inside and the close button. */
export function Frame({ view, children }: FrameProps) {
  return (
    <>
      <div class="scroll">{children}</div>
      <button type="button" part="close" aria-label={view.label('close')} onClick={() => view.dismiss('close')}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M6 6l12 12M18 6 6 18" />
        </svg>
      </button>
    </>
  )
}
