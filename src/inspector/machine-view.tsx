import type { FlowMemory } from '../core/machine.ts'
import { NoGuide } from './flows-view.tsx'
import { coming } from './moments.ts'
import type { ViewProps } from './panel.tsx'
import { stateOf } from './state-of.ts'
import { type Statechart, type StatechartNode, statechartOf } from './statechart-of.ts'
import { Fields } from './tree.tsx'

/** The machine of a flow, drawn, with its current state lit. */
export function MachineView({ desk, scene }: ViewProps) {
  const { moment, at } = scene
  if (!moment) return <NoGuide desk={desk} scene={scene} />
  const flows = moment.guide.flows.filter(({ runs }) => runs !== 'relay')
  // What is on screen is what is looked at, if nothing was chosen.
  const wanted = desk.settings.flow ?? flows.find(({ id }) => id in moment.places)?.id
  const found = flows.find(({ id }) => id === wanted) ?? flows[0]
  if (!found) return <p class="empty">The guide has no flows.</p>
  const flow = moment.engine.flow(found.id)?.flow ?? found
  const place = moment.places[flow.id] as { value?: unknown; context?: FlowMemory } | undefined
  const history = moment.engine.profile(at).flows[flow.id]
  const [step, part] =
    typeof place?.value === 'string' ? [place.value] : (Object.entries(Object(place?.value ?? {}))[0] ?? [])
  const current = step ?? (history && history.status !== 'shown' ? history.status : undefined)
  const { word } = stateOf(moment, flow, at)
  const chart = statechartOf(flow)
  const { context } = place ?? {}
  return (
    <>
      <div class="bar">
        <select aria-label="Flow" value={flow.id} onChange={(event) => desk.set({ flow: event.currentTarget.value })}>
          {flows.map(({ id, name = id }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <span class="fine">{word}</span>
      </div>
      <div class="chart">
        {chart.nodes.length > 4 ? (
          <Chart
            chart={chart}
            current={current}
            seeking={part === 'seeking'}
            visited={context?.visited ?? (history?.step ? [history.step] : [])}
          />
        ) : (
          <p class="fine">Its steps are fetched by reference when it starts.</p>
        )}
      </div>
      <div class="sheet">
        <h2>From every step</h2>
        <ul class="plainlist">
          {chart.everywhere.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
        {context && (
          <>
            <h2>Memory</h2>
            {context.until !== undefined && <p>Moves by itself {coming(context.until, at)}.</p>}
            <Fields of={context} />
          </>
        )}
        {!context && history && (
          <>
            <h2>Last run</h2>
            <Fields of={history} />
          </>
        )}
      </div>
    </>
  )
}

interface ChartProps {
  chart: Statechart
  current: string | undefined
  seeking: boolean
  visited: string[]
}

function Chart({ chart: { nodes, edges, width, height }, current, seeking, visited }: ChartProps) {
  const lit = ({ id }: StatechartNode) =>
    id === current ? (seeking ? 'seeking' : 'current') : visited.includes(id) ? 'visited' : ''
  const said = nodes
    .filter(({ kind }) => kind === 'step')
    .map((node) => `${node.id}${lit(node) ? ` (${lit(node)})` : ''}`)
    .join(', ')
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`Steps: ${said}`}>
      <defs>
        <marker
          id="arrow"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto-start-reverse"
        >
          <path d="M0 0.500 7.500 4 0 7.500z" />
        </marker>
      </defs>
      {edges.map(({ from, to, label, path, labelX, labelY }) => (
        <g key={`${from} ${to} ${label}`} class={`edge-line${from === current ? ' possible' : ''}`}>
          <path d={path} marker-end="url(#arrow)" />
          <text x={labelX} y={labelY}>
            {label}
          </text>
        </g>
      ))}
      {nodes.map((node) => (
        <g key={node.id} class={`state ${node.kind} ${lit(node)}`}>
          <rect
            x={node.x}
            y={node.y}
            width={node.width}
            height={node.height}
            rx={node.kind === 'end' ? node.height / 2 : 7}
          />
          <text class="name" x={node.x + node.width / 2} y={node.y + (node.about ? 19 : node.height / 2 + 4)}>
            {node.id.length > 26 ? `${node.id.slice(0, 25)}…` : node.id}
          </text>
          {node.about && (
            <text class="about" x={node.x + node.width / 2} y={node.y + 34}>
              {node.about}
            </text>
          )}
        </g>
      ))}
    </svg>
  )
}
