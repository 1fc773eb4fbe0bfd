import { Frame, type FrameProps } from './frame.tsx'

/** Among the page's own content, where the step's `mode` says. */
export function Inline(props: FrameProps) {
  return (
    <section class="surface inline" part="surface inline">
      <Frame {...props} />
    </section>
  )
}
