import type { FrameProps } from './frame.tsx'
import { Tooltip } from './tooltip.tsx'

/** A mark on an element that opens a tooltip, and closes it again. */
export function Hotspot(props: FrameProps) {
  const { opened, toggle } = props
  return (
    <>
      <button key="beacon" type="button" part="beacon" popover="manual" aria-expanded={!!opened} onClick={toggle} />
      <Tooltip {...props} />
    </>
  )
}
