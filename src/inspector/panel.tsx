import type { ComponentType } from 'preact'
import { ActivitiesView } from './activities-view.tsx'
import type { Desk, Scene, ViewName } from './desk.ts'
import { FlowsView } from './flows-view.tsx'
import { Icon } from './icon.tsx'
import { LogView } from './log-view.tsx'
import { MachineView } from './machine-view.tsx'
import { clock } from './moments.ts'
import { stateOf } from './state-of.ts'
import { TargetsView } from './targets-view.tsx'
import { TimeView } from './time-view.tsx'
import { VisitorView } from './visitor-view.tsx'

export interface ViewProps {
  desk: Desk
  scene: Scene
}

const views: { [name in ViewName]: [title: string, View: ComponentType<ViewProps>] } = {
  flows: ['Flows', FlowsView],
  activities: ['Activities', ActivitiesView],
  visitor: ['Visitor', VisitorView],
  machine: ['Machine', MachineView],
  targets: ['Targets', TargetsView],
  time: ['Time', TimeView],
  log: ['Log', LogView],
}
const names = Object.keys(views) as ViewName[]

export function Panel({ desk }: { desk: Desk }) {
  const { settings, errors } = desk
  const scene = desk.scene()
  if (settings.folded) return <Folded desk={desk} scene={scene} />
  const name = names.includes(settings.view) ? settings.view : 'flows'
  const [title, View] = views[name]
  const select = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -99, End: 99 }[event.key]
    if (!step) return
    event.preventDefault()
    const next = names[Math.max(0, Math.min(names.length - 1, names.indexOf(name) + step))]!
    desk.set({ view: next })
    ;(event.currentTarget as HTMLElement).querySelector<HTMLElement>(`#tab-${next}`)?.focus()
  }
  return (
    <main class="panel">
      <Edge desk={desk} />
      <header>
        <h1>
          <Icon name="foothold" />
          <span class="unseen">Foothold inspector</span>
        </h1>
        <div role="tablist" aria-label="Views" onKeyDown={select}>
          {names.map((each) => (
            <button
              type="button"
              role="tab"
              id={`tab-${each}`}
              key={each}
              aria-selected={each === name}
              aria-controls="view"
              tabIndex={each === name ? 0 : -1}
              onClick={() => desk.set({ view: each })}
            >
              {views[each][0]}
              {each === 'log' && errors.length > 0 && <span class="count">{errors.length}</span>}
            </button>
          ))}
        </div>
        <div class="tools">
          <button
            type="button"
            class="dock"
            title={settings.dock === 'right' ? 'Dock at the bottom' : 'Dock at the right'}
            onClick={() => desk.set({ dock: settings.dock === 'right' ? 'bottom' : 'right' })}
          >
            <Icon name={settings.dock === 'right' ? 'bottom' : 'right'} />
          </button>
          <button type="button" title="Fold" onClick={() => desk.set({ folded: true })}>
            <Icon name="fold" />
          </button>
          <button type="button" title="Close" onClick={desk.close}>
            <Icon name="close" />
          </button>
        </div>
      </header>
      {!scene.live && (
        <div class="past" role="status">
          <span>
            As it was at <b>{clock(scene.at)}</b>
          </span>
          <button type="button" class="plain" onClick={() => desk.travel()}>
            Back to now
          </button>
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys */}
      <div id="view" role="tabpanel" aria-label={title} tabIndex={0} class={`view ${name}`}>
        <View desk={desk} scene={scene} />
      </div>
    </main>
  )
}

function Folded({ desk, scene: { moment, at } }: ViewProps) {
  const flows = moment?.guide.flows ?? []
  const held = moment ? flows.filter((flow) => stateOf(moment, flow, at).mark === 'held').length : 0
  const on = moment ? flows.filter((flow) => flow.id in moment.places).length : 0
  return (
    <button type="button" class="folded" onClick={() => desk.set({ folded: false })}>
      <Icon name="foothold" />
      <span>{held ? `${held} held` : on ? `${on} on screen` : 'Foothold'}</span>
      {desk.errors.length > 0 && <span class="count">{desk.errors.length}</span>}
      <span class="unseen">, open the inspector</span>
    </button>
  )
}

/** The edge that is dragged. */
function Edge({ desk }: { desk: Desk }) {
  const { dock, width, height } = desk.settings
  const right = dock === 'right'
  const size = right ? width : height
  const least = right ? 300 : 160
  const most = right ? Math.max(least, window.innerWidth) : Math.max(least, window.innerHeight)
  const resize = (to: number) => {
    const next = Math.round(Math.max(least, Math.min(most, to)))
    desk.set(right ? { width: next } : { height: next })
  }
  const drag = (event: PointerEvent) => {
    const edge = event.currentTarget as HTMLElement
    // The frame moves while it is dragged, the screen does not.
    const from = right ? event.screenX : event.screenY
    const move = (event: PointerEvent) => resize(size + from - (right ? event.screenX : event.screenY))
    edge.setPointerCapture(event.pointerId)
    edge.addEventListener('pointermove', move)
    edge.addEventListener('lostpointercapture', () => edge.removeEventListener('pointermove', move), { once: true })
  }
  const press = ({ key }: KeyboardEvent) => {
    if (key === (right ? 'ArrowLeft' : 'ArrowUp')) resize(size + 24)
    if (key === (right ? 'ArrowRight' : 'ArrowDown')) resize(size - 24)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      class="edge"
      role="separator"
      aria-label="Size of the panel"
      aria-orientation={right ? 'vertical' : 'horizontal'}
      aria-valuenow={size}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onPointerDown={drag}
      onKeyDown={press}
    />
  )
}
