import { Frame, type FrameProps } from './frame.tsx'

/** In a corner of the window, below at the end; `placement` names another, e.g. `top-start`. */
export function Card(props: FrameProps) {
  const placement = props.view.step.placement ?? ''
  const top = placement.startsWith('top') ? ' top' : ''
  const start = placement.endsWith('start') || placement === 'left' ? ' start' : ''
  return (
    <div class={`surface card${top}${start}`} part="surface card" popover="manual" role="dialog">
      <Frame {...props} />
    </div>
  )
}
