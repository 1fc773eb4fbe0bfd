import type { Json } from '../core/activity.ts'
import type { FlowView } from '../core/view.ts'
import { InlineText, RichText } from './rich-text.tsx'

/** Title and text of a step. */
export function Copy({ title, text, view }: { title?: Json; text?: Json; view: FlowView }) {
  if (!title && !text) return null
  return (
    <div class="copy">
      {title && <Title title={title} view={view} />}
      {text && <Prose text={text} view={view} />}
    </div>
  )
}

/** The heading of a step: names its surface, and takes the focus when the visitor comes from another step. */
export function Title({ title, view }: { title: Json; view: FlowView }) {
  return (
    <h2 part="title" id={titleId(view)} tabIndex={-1}>
      <InlineText text={view.text(String(title))} view={view} />
    </h2>
  )
}

export function Prose({ text, view }: { text: Json; view: FlowView }) {
  return (
    <div part="text">
      <RichText text={view.text(String(text))} view={view} />
    </div>
  )
}

export function titleId(view: FlowView): string {
  return `${view.flow.id}-title`
}
