import { Frame, type FrameProps } from './frame.tsx'

/** Along the top of the window, or the bottom with `placement: "bottom"`. */
export function Banner(props: FrameProps) {
  const bottom = props.view.step.placement?.startsWith('bottom') ? ' bottom' : ''
  return (
    <section class={`surface banner${bottom}`} part="surface banner" popover="manual">
      <Frame {...props} />
    </section>
  )
}
