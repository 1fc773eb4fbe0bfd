import type { ComponentType } from 'preact'
import type { FlowView } from '../core/view.ts'

/** Draws the inside of a step of one type: as a Preact component, or by mounting anything into an element. */
export type StepType<Props = any> = { name: string } & (
  | {
      /** A Preact component; gets the step's props and the view. */
      View: ComponentType<Props & { view: FlowView }>
    }
  | {
      /** Mounts anything into the element; returns what unmounts it. Called again when the props change. */
      mount(element: HTMLElement, view: FlowView, props: Props): (() => void) | void
    }
)

/**
 * Declares a custom step. An identity function that only types.
 *
 * @example
 * const rating = defineStep<{ question: string }>({
 *   name: 'rating',
 *   View: ({ question, view }) => <button onClick={() => view.answer(5)}>{question}</button>,
 * })
 */
export function defineStep<Props>(step: StepType<Props>): StepType<Props> {
  return step
}
