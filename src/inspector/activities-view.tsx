import { useState } from 'preact/hooks'
import type { Activity } from '../core/activity.ts'
import type { Decision } from '../core/engine.ts'
import { Icon } from './icon.tsx'
import type { Entry, Moment } from './journal.ts'
import { clock, moment as momentText } from './moments.ts'
import type { ViewProps } from './panel.tsx'
import { brief, Fields } from './tree.tsx'

const most = 300

/** What happened, newest first, and what came of it. */
export function ActivitiesView({ desk, scene }: ViewProps) {
  const { filter } = desk.settings
  // Some are told later than they happened.
  const lines = linesOf(scene.entries).sort((a, b) => a.at - b.at)
  const types = [...new Set(lines.flatMap(({ activity }) => activity?.type ?? []))].sort()
  const wanted = filter.toLowerCase()
  const found = lines.filter(
    ({ activity, decisions }) =>
      !wanted ||
      activity?.type.toLowerCase().includes(wanted) ||
      decisions.some(({ flow }) => flow.includes(wanted)) ||
      JSON.stringify(activity?.properties ?? {})
        .toLowerCase()
        .includes(wanted),
  )
  const [opened, setOpened] = useState<string>()
  const seam = found.findLast(({ missed }) => missed)
  return (
    <>
      <div class="bar">
        <input
          type="search"
          aria-label="Filter by type, flow or property"
          placeholder="Filter by type, flow or property"
          list="types"
          value={filter}
          onInput={(event) => desk.set({ filter: event.currentTarget.value })}
        />
        <datalist id="types">
          {types.map((type) => (
            <option key={type} value={type} />
          ))}
        </datalist>
        <span class="fine">{found.length === lines.length ? lines.length : `${found.length} of ${lines.length}`}</span>
      </div>
      {!found.length && <p class="empty">{lines.length ? 'Nothing fits the filter.' : 'Nothing has happened yet.'}</p>}
      <ul class="rows lines">
        {found
          .slice(-most)
          .reverse()
          .map((line) => {
            const open = opened === line.key
            const { activity, at, decisions, missed } = line
            return (
              <li key={line.key}>
                {line === seam && (
                  <p class="fine seam">Before the inspector was opened: what was decided then is not known.</p>
                )}
                <button
                  type="button"
                  class="row"
                  aria-expanded={open}
                  onClick={() => setOpened(open ? undefined : line.key)}
                >
                  <time>{clock(at)}</time>
                  <span class="what">
                    <span class="title">
                      <b class={activity ? (activity.interaction === false ? 'own' : '') : 'passed'}>
                        {activity?.type ?? 'Time passed'}
                      </b>
                      {activity && <span class="brief">{briefOf(activity)}</span>}
                    </span>
                    {decisions.map((decision) => (
                      <Outcome key={decision.flow} decision={decision} />
                    ))}
                  </span>
                </button>
                {open && (
                  <div class="details">
                    {activity && <Fields of={activity.properties} />}
                    <p class="fine">
                      {momentText(at)}
                      {activity?.page && `, on ${activity.page.path}`}
                      {activity?.interaction === false && ', not the visitor’s doing'}
                      {missed && ', before the inspector looked on'}.
                    </p>
                    {activity && scene.moment && <Concerned moment={scene.moment} type={activity.type} />}
                    <div class="actions">
                      {!missed && (
                        <button type="button" onClick={() => desk.travel(line.index)}>
                          See all as it was then
                        </button>
                      )}
                      {activity && (
                        <button type="button" onClick={() => desk.set({ filter: activity.type })}>
                          Only this type
                        </button>
                      )}
                    </div>
                  </div>
                )}
              </li>
            )
          })}
      </ul>
    </>
  )
}

/** A line of the list. */
interface Line {
  key: string
  index: number
  /** When it happened. */
  at: number
  /** Absent where time alone did something. */
  activity?: Activity
  decisions: Decision[]
  missed?: boolean
}

/** Activities, those that follow from others too, and what time alone decided; in the order in which they came. */
export function linesOf(entries: readonly Entry[]): Line[] {
  return entries.flatMap((entry, index): Line[] => {
    const { at } = entry
    if (entry.call === 'missed') {
      const { activity } = entry
      return [{ key: activity.id, index, at, activity, decisions: [], missed: true }]
    }
    if (entry.call !== 'handle' && entry.call !== 'advanceTo') return []
    const { decisions, activities } = entry.outcome
    const own = entry.call === 'handle' ? entry.activity : undefined
    // The door lets the transient one pass once a second.
    const silent = own ? own.type === 'Visitor Active' && !decisions.length : !decisions.length
    const first: Line[] = silent
      ? []
      : [{ key: own?.id ?? `${index}`, index, at: own?.at ?? at, ...(own && { activity: own }), decisions }]
    return [
      ...first,
      ...activities.map((activity) => ({ key: activity.id, index, at: activity.at, activity, decisions: [] })),
    ]
  })
}

const said = { start: 'starts', hold: 'held by', refuse: 'refused by', control: 'is in the control group' }

export function Outcome({ decision: { flow, verdict, because } }: { decision: Decision }) {
  const gate = because.at(-1)?.gate
  return (
    <span class={`outcome ${verdict}`}>
      <Icon name={verdict === 'start' ? 'check' : verdict === 'hold' ? 'pause' : 'cross'} />
      {flow} {said[verdict]}
      {(verdict === 'hold' || verdict === 'refuse') && ` ${gate}`}
    </span>
  )
}

/** The flows and segments that listen to a type. */
function Concerned({ moment, type }: { moment: Moment; type: string }) {
  const parts = moment.plan.byType.get(type) ?? []
  const names = new Set(
    parts.map(({ part }) => part.fires?.candidate.flow.id ?? part.name.replace(':', ' ').replace(/\/.*/, '')),
  )
  return (
    <p class="fine">{names.size ? `Listened to by ${[...names].join(', ')}.` : 'No trigger listens to this type.'}</p>
  )
}

function briefOf({ properties, page }: Activity): string {
  const { flow, step, path, product_id, anchor, section } = properties
  const named = [flow, step, anchor, section, product_id].filter((each) => each !== undefined)
  if (named.length) return named.join(' · ')
  return String(path ?? (Object.keys(properties).length ? brief(properties) : (page?.path ?? '')))
}
