import { useEffect, useRef, useState } from 'preact/hooks'
import type { Json } from '../core/activity.ts'
import type { Done } from '../core/task.ts'
import type { Action, FlowView } from '../core/view.ts'
import { check } from './check.tsx'
import css from './checklist.css?inline'
import { Prose, Title, titleId } from './copy.tsx'
import type { StepType } from './step.ts'

/** One thing to do. With `start`, `url`, `to` or `report` it is a button that leads there. */
export interface ChecklistItem extends Pick<Action, 'label' | 'start' | 'url' | 'to' | 'report'> {
  id: string
  text?: string
  /** What makes it done; without, the visitor ticks it off. */
  done?: Done
}

export interface ChecklistProps {
  title: string
  text?: string
  items: ChecklistItem[]
  /** Starts as a small button that opens it. @default false */
  collapsed?: boolean
  /** Said when all is done, for a moment. @default "All done" in the visitor's language */
  thanks?: string | true
}

/** Lists what is to be done. It stays, also as a small button, until all of it is. */
export const checklist: StepType<ChecklistProps> = { name: 'checklist', View: Checklist, css }

function Checklist({ title, text, items, collapsed: small, view }: ChecklistProps & { view: FlowView }) {
  const kept = Object(view.answers[view.step.id]) as { collapsed?: boolean; ticked?: string[] }
  const { collapsed = small === true, ticked = [] } = kept
  const isDone = ({ id, done }: ChecklistItem) => (done ? view.done : ticked).includes(id)
  const done = items.filter(isDone)
  const [said, say] = useState('')
  const before = useRef(done)
  const progress = view.label('progress').replace('{index}', `${done.length}`).replace('{count}', `${items.length}`)
  const id = `${view.flow.id}-${view.step.id}`
  const keep = (more: typeof kept) => view.draft({ ...kept, ...more } as Json)

  useEffect(() => {
    const fresh = done.filter(({ id }) => !before.current.some((one) => one.id === id))
    before.current = done
    if (fresh[0]) say(`${fresh.map(({ label }) => label).join(', ')}: ${view.label('ticked')}. ${progress}`)
    if (done.length === items.length) view.answer(items.map(({ id }) => id))
  }, [progress])

  const press = (item: ChecklistItem) => {
    const { id, label, start, url, to, report, done } = item
    const leads = leadsOn(item)
    // What leads somewhere is ticked by going there, and stays so.
    const others = ticked.filter((one) => one !== id)
    const now = done ? ticked : leads || others.length === ticked.length ? [...others, id] : others
    // What starts here needs the room.
    if (now !== ticked || start) keep({ ticked: now, ...(start && { collapsed: true }) })
    if (leads)
      view.act({
        id,
        label,
        ...(start && { start }),
        ...(url && { url }),
        ...(to && { to }),
        ...(report && { report }),
      })
  }
  return (
    <div class="step checklist">
      <button
        type="button"
        part="launcher"
        aria-expanded={!collapsed}
        aria-controls={id}
        aria-label={collapsed ? undefined : view.label('collapse')}
        onClick={() => keep({ collapsed: !collapsed })}
      >
        {collapsed ? (
          <>
            <span>{title}</span> <span part="badge">{progress}</span>
          </>
        ) : (
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M6 12h12" />
          </svg>
        )}
      </button>
      <div id={id} class="fields" hidden={collapsed}>
        <Title title={title} view={view} />
        {text && <Prose text={text} view={view} />}
        <div class="progress">
          <div
            part="bar"
            role="progressbar"
            aria-labelledby={titleId(view)}
            aria-valuemax={items.length}
            aria-valuenow={done.length}
            aria-valuetext={progress}
          >
            <div style={{ inlineSize: `${(100 * done.length) / (items.length || 1)}%` }} />
          </div>
          <span part="progress" aria-hidden="true">
            {progress}
          </span>
        </div>
        <ol class="items">
          {items.map((item) => {
            const ready = isDone(item)
            const inside = (
              <>
                <span part="tick">{ready && check}</span>
                <span class="words">
                  <span>{item.label}</span>
                  {item.text && !ready && <span class="note">{item.text}</span>}
                </span>
                {ready && <span class="unseen">{view.label('ticked')}</span>}
              </>
            )
            return (
              <li key={item.id} data-done={ready || undefined}>
                {item.done && !leadsOn(item) ? (
                  <div part="item">{inside}</div>
                ) : (
                  <button type="button" part="item" data-leads={leadsOn(item)} onClick={() => press(item)}>
                    {inside}
                  </button>
                )}
              </li>
            )
          })}
        </ol>
      </div>
      <p class="unseen" role="status">
        {said}
      </p>
    </div>
  )
}

function leadsOn({ start, url, to, report }: ChecklistItem): boolean | undefined {
  return !!(start || url || to || report) || undefined
}
