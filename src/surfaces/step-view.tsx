import { useErrorBoundary, useLayoutEffect, useRef } from 'preact/hooks'
import { toJson } from '../core/to-json.ts'
import type { FlowView } from '../core/view.ts'
import type { StepType } from '../steps/step.ts'

interface StepViewProps {
  type: StepType
  view: FlowView
  /** The step threw: nothing is drawn any more. */
  failed(error: unknown): void
}

/** The inside of a step. One that throws stays empty and is reported. */
export function StepView({ type, view, failed }: StepViewProps) {
  const [error] = useErrorBoundary(failed)
  if (error) return null
  return 'View' in type ? <type.View {...view.props} view={view} /> : <Mounted type={type} view={view} />
}

function Mounted({ type, view }: { type: Extract<StepType, { mount: unknown }>; view: FlowView }) {
  const place = useRef<HTMLDivElement>(null)
  // Before the first frame is painted, and undone at once: Preact puts passive effects off.
  useLayoutEffect(() => type.mount(place.current as HTMLElement, view, view.props) ?? undefined, [toJson(view.props)])
  return <div class="step" ref={place} />
}
