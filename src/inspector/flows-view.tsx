import { useState } from 'preact/hooks'
import type { LeafExplanation } from '../core/explanation.ts'
import type { Expression, Flow } from '../core/guide.ts'
import type { Scene } from './desk.ts'
import { forecast } from './forecast.ts'
import { Icon } from './icon.tsx'
import { coming } from './moments.ts'
import type { ViewProps } from './panel.tsx'
import { type FlowState, stateOf } from './state-of.ts'

const order = ['on', 'held', 'delayed', 'snoozed', 'waiting', 'refused', 'elsewhere']
const horizon = 86_400_000

/** Each flow of the guide: where it stands and why. */
export function FlowsView({ desk, scene }: ViewProps) {
  const { moment, at } = scene
  if (!moment) return <NoGuide desk={desk} scene={scene} />
  const starts = startsOf(scene)
  const flows = moment.guide.flows
    .map((each) => {
      const flow = moment.engine.flow(each.id)?.flow ?? each
      return { flow, state: stateOf(moment, flow, at), start: starts.get(each.id) }
    })
    .sort((a, b) => order.indexOf(a.state.mark) - order.indexOf(b.state.mark) || (a.start ?? 9e15) - (b.start ?? 9e15))
  if (!flows.length) return <p class="empty">The guide has no flows.</p>
  return (
    <ul class="rows">
      {flows.map(({ flow, state, start }) => {
        const open = desk.settings.flow === flow.id
        return (
          <li key={flow.id} class={open ? 'flow open' : 'flow'}>
            <button
              type="button"
              class="row"
              aria-expanded={open}
              onClick={() => desk.set({ flow: open ? undefined : flow.id })}
            >
              <span class={`dot ${state.mark}`} />
              <span class="what">
                <span class="title">
                  <b>{flow.name ?? flow.id}</b>
                  <span class={`chip ${state.mark}`}>{state.word}</span>
                </span>
                <span class="sentence">{state.sentence}</span>
                {start !== undefined && <span class="soon">Starts {coming(start, at)}, if nothing happens.</span>}
              </span>
            </button>
            {open && <FlowDetails desk={desk} scene={scene} flow={flow} state={state} />}
          </li>
        )
      })}
    </ul>
  )
}

export function NoGuide({ desk, scene }: ViewProps) {
  const told = desk.errors.filter(({ error }) => /guide|source|option|format/.test(error.code)).at(-1)
  return (
    <p class="empty">
      {scene.live ? 'The guide is not there yet.' : 'There was no guide yet.'}
      {told && (
        <>
          <br />
          <span class="wrong">{told.error.message}</span>
        </>
      )}
    </p>
  )
}

/** When each flow starts by itself within a day. */
function startsOf({ moment, at, live }: Scene): Map<string, number> {
  const starts = new Map<string, number>()
  if (!live || !moment) return starts
  for (const { flow, verdict, at: when } of forecast(moment, at, at + horizon).decisions)
    if (verdict === 'start' && !starts.has(flow) && when > at) starts.set(flow, when)
  return starts
}

function FlowDetails({ desk, scene, flow, state }: ViewProps & { flow: Flow; state: FlowState }) {
  const { explanation, description } = state
  const { gates, decides, trigger } = explanation
  const [all, setAll] = useState(false)
  const closed = gates.filter(({ verdict }) => verdict !== 'open')
  const opened = gates.length - closed.length
  const playable = flow.runs !== 'relay'
  const running = state.mark === 'on' || state.mark === 'snoozed'
  return (
    <div class="details">
      <div class="actions">
        {scene.live && playable && (
          <>
            <button type="button" onClick={() => desk.preview(flow)}>
              Preview
            </button>
            {running ? (
              <button type="button" onClick={() => desk.end(flow.id)}>
                End
              </button>
            ) : (
              <button type="button" onClick={() => desk.start(flow.id)}>
                Start
              </button>
            )}
            <button
              type="button"
              title="As if this visitor had never met the flow: its history, frequency and counts"
              onClick={() => desk.forget(flow.id)}
            >
              Forget
            </button>
          </>
        )}
        <button type="button" onClick={() => desk.set({ view: 'machine' })}>
          Machine
        </button>
        <span class="id">
          {flow.id} · version {flow.version}
          {explanation.variant && ` · ${explanation.variant}`}
        </span>
      </div>
      <h2>
        Trigger <Truth value={trigger.value} />
      </h2>
      <Trigger
        expression={flow.trigger}
        leaves={trigger.leaves}
        sentences={description.trigger}
        deciding={decides.gate ? [] : (decides.leaves ?? [])}
      />
      <h2>
        Gates
        <button type="button" class="plain" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Only closed' : `${opened} of ${gates.length} open`}
        </button>
      </h2>
      {!closed.length && !all && <p class="fine">All gates are open.</p>}
      <ol class="gates">
        {gates.map(({ gate, verdict }, index) => {
          if (verdict === 'open' && !all) return null
          const sentence = description.gates[index]!.replace(/^(Open: .*|(Held|Refused) by \w+: )/, '')
          return (
            <li key={gate} class={`${verdict}${gate === decides.gate ? ' decides' : ''}`}>
              <Icon name={verdict === 'open' ? 'check' : verdict === 'hold' ? 'pause' : 'cross'} />
              <b>{gate}</b> <span>{verdict === 'open' ? 'open' : upper(sentence)}</span>
            </li>
          )
        })}
      </ol>
    </div>
  )
}

const words = { all: 'all of', any: 'any of', not: 'not' }

interface TriggerProps {
  expression: Expression
  leaves: LeafExplanation[]
  sentences: string[]
  /** Paths of the leaves that decide. */
  deciding: string[]
  path?: string
}

/** The expression as it is written, with what each part is worth. */
export function Trigger({ expression, leaves, sentences, deciding, path = '' }: TriggerProps) {
  const [name, parts] = branchesOf(expression)
  if (!name) {
    const index = leaves.findIndex((leaf) => leaf.path === path)
    const leaf = leaves[index]
    if (!leaf) return null
    const [, mark, text] = /^(Yes|No|Unknown): (.*)$/s.exec(sentences[index]!) ?? ['', 'Unknown', sentences[index]!]
    const icon = mark === 'Yes' ? 'check' : mark === 'No' ? 'cross' : 'unknown'
    const decides = deciding.includes(path)
    return (
      <div class={`leaf ${mark}${decides ? ' decides' : ''}`}>
        <Icon name={icon} />
        <span>
          <span class="unseen">{mark}: </span>
          <code>{leaf.operator}</code> {upper(text!)}
          {decides && <span class="tag">decides</span>}
        </span>
      </div>
    )
  }
  const below = path ? `${path}.` : ''
  return (
    <div class="branch">
      <span class="joint">{words[name]}</span>
      <div class="inner">
        {parts
          .map((part, index) => ({ part, path: name === 'not' ? `${below}not` : `${below}${name}.${index}` }))
          .map(({ part, path }) => (
            <Trigger
              key={path}
              expression={part}
              leaves={leaves}
              sentences={sentences}
              deciding={deciding}
              path={path}
            />
          ))}
      </div>
    </div>
  )
}

function branchesOf(expression: Expression): [keyof typeof words, Expression[]] | [undefined, []] {
  if (typeof expression === 'object') {
    if ('not' in expression) return ['not', [expression.not]]
    if ('all' in expression) return ['all', expression.all]
    if ('any' in expression) return ['any', expression.any]
  }
  return [undefined, []]
}

export function Truth({ value }: { value: boolean | null }) {
  return <span class={`truth ${value}`}>{value === null ? 'unknown' : String(value)}</span>
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
