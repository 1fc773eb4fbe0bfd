import { useEffect, useRef, useState } from 'preact/hooks'
import type { Step } from '../core/guide.ts'
import { explainTarget, nameOf, type TargetReport, targetOf } from './explain-target.ts'
import { Icon } from './icon.tsx'
import type { ViewProps } from './panel.tsx'

/** What targets stand for on this page, and why they fail. */
export function TargetsView({ desk, scene }: ViewProps) {
  const { target } = desk.settings
  const [picking, setPicking] = useState<AbortController>()
  const written = readTarget(target)
  const report = target ? explainTarget(written) : undefined
  const input = useRef<HTMLInputElement>(null)
  const { show } = desk
  useEffect(() => () => show(), [show])
  const pick = async () => {
    if (picking) return picking.abort()
    const controller = new AbortController()
    setPicking(controller)
    const element = await desk.pick(controller.signal)
    setPicking(undefined)
    if (element) desk.set({ target: targetOf(element) })
    input.current?.focus()
  }
  return (
    <>
      <form class="bar" onSubmit={(event) => event.preventDefault()}>
        <input
          ref={input}
          aria-label="Target"
          placeholder="@anchor, a selector, or { css, text, within }"
          spellcheck={false}
          value={target}
          onInput={(event) => desk.set({ target: event.currentTarget.value })}
          onKeyDown={({ key }) => key === 'Escape' && picking?.abort()}
        />
        <button
          type="button"
          aria-pressed={!!picking}
          onClick={pick}
          onKeyDown={({ key }) => key === 'Escape' && picking?.abort()}
        >
          <Icon name="pick" />
          {picking ? 'Click an element' : 'Pick'}
        </button>
      </form>
      {report && (
        <div class="sheet" role="status">
          <Report desk={desk} report={report} />
        </div>
      )}
      <Steps desk={desk} scene={scene} />
    </>
  )
}

const verdicts = { found: 'Found', poor: 'Found, but', missing: 'Not found' }

function Report({ desk, report }: { desk: ViewProps['desk']; report: TargetReport }) {
  const { verdict, element, matches, findings } = report
  return (
    <>
      <p class="title">
        <span class={`chip ${marks[verdict]}`}>{verdicts[verdict]}</span>
        {element && (
          <button
            type="button"
            class="plain id"
            title="Show it on the page"
            onPointerEnter={() => desk.show(element)}
            onPointerLeave={() => desk.show()}
            onFocus={() => desk.show(element)}
            onBlur={() => desk.show()}
          >
            {nameOf(element)}
          </button>
        )}
      </p>
      {findings.map((each) => (
        <p key={each}>{each}</p>
      ))}
      {matches.length > 1 && (
        <ol class="matches">
          {matches.slice(0, 10).map((each) => (
            <li key={targetOf(each)}>
              <button
                type="button"
                class="plain id"
                onPointerEnter={() => desk.show(each)}
                onPointerLeave={() => desk.show()}
                onFocus={() => desk.show(each)}
                onBlur={() => desk.show()}
              >
                {nameOf(each)}
              </button>
            </li>
          ))}
        </ol>
      )}
    </>
  )
}

const marks = { found: 'on', poor: 'held', missing: 'refused' }

/** Every step of every flow that points at something. */
function Steps({ desk, scene: { moment } }: ViewProps) {
  const flows = (moment?.guide.flows ?? []).flatMap(({ id, name = id, steps, runs }) => {
    const pointing = Array.isArray(steps) && runs !== 'relay' ? steps.filter(({ target }) => target) : []
    return pointing.length ? [{ id, name, pointing }] : []
  })
  if (!flows.length) return <p class="empty">No step of the guide has a target.</p>
  return (
    <>
      <h2>Targets of all steps, on this page</h2>
      {flows.map(({ id, name, pointing }) => (
        <section key={id}>
          <h3>{name}</h3>
          <ul class="rows">
            {pointing.map((step) => {
              const { verdict, element, findings } = explainTarget(step.target)
              return (
                <li key={step.id}>
                  <button
                    type="button"
                    class="row"
                    onPointerEnter={() => desk.show(element)}
                    onPointerLeave={() => desk.show()}
                    onFocus={() => desk.show(element)}
                    onBlur={() => desk.show()}
                    onClick={() => desk.set({ target: written(step.target) })}
                  >
                    <span class={`dot ${marks[verdict]}`} />
                    <span class="what">
                      <span class="title">
                        <b>{step.id}</b>
                        <code>{written(step.target)}</code>
                        <span class="unseen">{verdicts[verdict]}</span>
                      </span>
                      {findings[0] && <span class="sentence">{findings[0]}</span>}
                    </span>
                  </button>
                </li>
              )
            })}
          </ul>
        </section>
      ))}
    </>
  )
}

function written(target: Step['target']): string {
  return typeof target === 'string' ? target : JSON.stringify(target)
}

function readTarget(text: string): Step['target'] {
  try {
    const value = JSON.parse(text)
    if (typeof value?.css === 'string') return value
  } catch {
    // a selector
  }
  return text.trim()
}
