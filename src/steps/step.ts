import type { ComponentType } from 'preact'
import type { Json } from '../core/activity.ts'
import { FootholdError } from '../core/errors.ts'
import type { FlowView } from '../core/view.ts'

/** Draws the inside of a step of one type: as a Preact component, or by mounting anything into an element. */
export type StepType<Props = any> = {
  name: string
  /** What the props have to be like: a schema of Zod, Valibot, ArkType or any other library of https://standardschema.dev. */
  schema?: StandardSchema<Props>
  /** @internal Styles of a built-in type, which come with it. */
  css?: string
} & (
  | {
      /** A Preact component; gets the step's props and the view. */
      View: ComponentType<Props & { view: FlowView }>
    }
  | {
      /** Mounts anything into the element; returns what unmounts it. Called again when the props change. */
      mount(element: HTMLElement, view: FlowView, props: Props): (() => void) | void
    }
)

/** Step types that are fetched when a step has them, by name: modules that export the type under it. */
export type StepChunks = ReadonlyMap<string, () => Promise<{ [type: string]: StepType }>>

/** What all libraries of https://standardschema.dev have in common. */
export interface StandardSchema<Output = unknown> {
  '~standard': {
    version: 1
    vendor: string
    validate(value: unknown): StandardResult<Output> | Promise<StandardResult<Output>>
    types?: { input: unknown; output: Output } | undefined
  }
}

type StandardResult<Output> =
  | { value: Output; issues?: undefined }
  | { issues: readonly { message: string; path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined }[] }

/**
 * Declares a custom step. An identity function that only types; with a schema the props are typed by it, checked before
 * the step is drawn, and handed over as the schema gives them back. What does not fit is reported as `invalid-props`, and
 * the step is skipped.
 *
 * @example
 * const rating = defineStep<{ question: string }>({
 *   name: 'rating',
 *   View: ({ question, view }) => <button onClick={() => view.answer(5)}>{question}</button>,
 * })
 * @example
 * const badge = defineStep({
 *   name: 'badge',
 *   schema: z.object({ label: z.string() }),
 *   View: ({ label, view }) => <button onClick={() => view.next()}>{label}</button>,
 * })
 */
export function defineStep<Props>(step: StepType<Props>): StepType<Props> {
  return step
}

/**
 * Calls back with the props that a schema makes of those of a view: at once, or later where the schema takes its time.
 *
 * @internal
 */
export function checkProps(
  { '~standard': standard }: StandardSchema,
  { step, flow, props }: FlowView,
  checked: (props: { [key: string]: Json }) => void,
  refused: (error: FootholdError) => void,
): void {
  const refuse = (why: string, cause?: unknown) =>
    refused(
      new FootholdError(
        'invalid-props',
        `The props of step "${step.id}" (${step.type}) in flow "${flow.id}" do not fit its schema: ${why}. It is skipped; correct them in the guide.`,
        { cause },
      ),
    )
  const failed = (cause: unknown) => refuse(cause instanceof Error ? cause.message : String(cause), cause)
  const settle = ({ issues, ...rest }: StandardResult<unknown>) => {
    if (!issues) {
      checked((rest as { value: { [key: string]: Json } }).value)
      return
    }
    const said = issues.map(({ path = [], message }) => {
      const place = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
      return place ? `${place}: ${message}` : message
    })
    refuse(said.join('; '))
  }
  let result: StandardResult<unknown> | Promise<StandardResult<unknown>>
  try {
    result = standard.validate(props)
  } catch (cause) {
    failed(cause)
    return
  }
  if ('then' in result) result.then(settle, failed).catch(failed)
  else settle(result)
}
