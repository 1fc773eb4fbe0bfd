import type { ComponentChildren } from 'preact'
import type { Json } from '../core/activity.ts'
import type { Action, FlowView } from '../core/view.ts'

/** The foot of a step: progress and the way past it, then the buttons. */
export function Actions({ view, children }: { view: FlowView; children: ComponentChildren }) {
  const several = view.count > 1
  const { actions, required, questions } = view.props
  // Buttons of the guide's own that lead past the step make ours one too many; what must be answered has no way past.
  const past =
    required ||
    (Array.isArray(questions) && questions.some((one) => Object(one).required)) ||
    (Array.isArray(actions) && actions.some((action) => /^(skip|dismiss|snooze)$/.test(Object(action).to)))
  return (
    <div part="actions">
      {several && (
        <div class="aside">
          <span part="progress">
            {view
              .label('progress')
              .replace('{index}', String(view.index + 1))
              .replace('{count}', String(view.count))}
          </span>
          {!view.last && !past && (
            <Button look="link" onClick={() => view.skip()}>
              {view.label('skip')}
            </Button>
          )}
        </div>
      )}
      {children}
    </div>
  )
}

/** The buttons that a guide asks for; undefined where it names none. */
export function customActions(actions: Json | undefined, view: FlowView): ComponentChildren {
  if (!Array.isArray(actions)) return undefined
  return (actions as unknown as Action[]).map((action, at) => (
    <Button
      key={at}
      look={action.look ?? (at === actions.length - 1 ? 'primary' : 'secondary')}
      onClick={() => view.act(action)}
    >
      {action.label}
    </Button>
  ))
}

export function BackButton({ view }: { view: FlowView }) {
  return view.canBack ? (
    <Button look="secondary" onClick={() => view.back()}>
      {view.label('back')}
    </Button>
  ) : null
}

interface ButtonProps {
  look: NonNullable<Action['look']>
  type?: 'button' | 'submit'
  onClick?: () => void
  children: ComponentChildren
}

export function Button({ look, type = 'button', onClick, children }: ButtonProps) {
  return (
    <button type={type} part={`action action-${look}`} onClick={onClick}>
      {children}
    </button>
  )
}
