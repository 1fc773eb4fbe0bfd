import { useState } from 'preact/hooks'
import { describe } from '../core/describe.ts'
import { explainSegment } from './explain-segment.ts'
import { NoGuide, Trigger } from './flows-view.tsx'
import { Icon } from './icon.tsx'
import type { Moment } from './journal.ts'
import { moment as momentText, span } from './moments.ts'
import type { ViewProps } from './panel.tsx'
import { Fields, Tree } from './tree.tsx'

/** What is known about the visitor. */
export function VisitorView({ desk, scene }: ViewProps) {
  const { moment, at } = scene
  if (!moment) return <NoGuide desk={desk} scene={scene} />
  const profile = moment.engine.profile(at)
  const { visitor, sessions, firstSeen, counts, flows, cart, scores } = profile
  const { current } = sessions
  const { segments = {}, flows: all } = moment.guide
  const arms = all.flatMap(({ id, experiment }) => {
    const variant = moment.engine.flow(id)?.variant
    return experiment && variant ? [{ id: experiment.id, flow: id, variant }] : []
  })
  const { analytics, marketing } = moment.agreed
  const agreed = (given: boolean | undefined) => (given === undefined ? 'not known' : given ? 'given' : 'refused')
  return (
    <div class="sheet">
      <dl>
        <dt>Id</dt>
        <dd>{visitor.id ?? 'not identified'}</dd>
        <dt>Anonymous id</dt>
        <dd class="id">{visitor.anonymousId}</dd>
        <dt>First seen</dt>
        <dd>{firstSeen === undefined ? 'not yet' : momentText(firstSeen)}</dd>
        <dt>Session</dt>
        <dd>
          {sessions.count ? `number ${sessions.count}` : 'none yet'}
          {current
            ? `, for ${span(at - current.startedAt)}, ${current.pages} ${current.pages === 1 ? 'page' : 'pages'}, ${span(current.engaged * 1000)} engaged`
            : sessions.count > 0 && ', over'}
        </dd>
        <dt>Consent</dt>
        <dd>
          analytics {agreed(analytics)}, marketing {agreed(marketing)}
        </dd>
        {profile.page && (
          <>
            <dt>Page</dt>
            <dd>{profile.page.path}</dd>
          </>
        )}
      </dl>
      <h2>Traits</h2>
      {Object.keys(visitor.traits).length ? (
        <Fields of={visitor.traits} />
      ) : (
        <p class="fine">None. foothold.identify(id, traits) tells them.</p>
      )}
      <h2>Segments</h2>
      {Object.keys(segments).length ? (
        <ul class="rows">
          {Object.keys(segments).map((name) => (
            <Segment key={name} name={name} moment={moment} at={at} inside={!!profile.segments[name]} />
          ))}
        </ul>
      ) : (
        <p class="fine">The guide has none.</p>
      )}
      {arms.length > 0 && (
        <>
          <h2>Experiments</h2>
          <dl>
            {arms.map(({ id, flow, variant }) => (
              <>
                <dt>{id}</dt>
                <dd>
                  {variant} <span class="fine">of {flow}</span>
                </dd>
              </>
            ))}
          </dl>
        </>
      )}
      <h2>Profile</h2>
      <Tree name="counts" value={counts} />
      <Tree name="flows" value={flows} />
      {cart.items.length > 0 && <Tree name="cart" value={cart} />}
      {Object.keys(scores).length > 0 && <Tree name="scores" value={scores} />}
      <Tree name="all of it" value={profile} />
    </div>
  )
}

function Segment({ name, moment, at, inside }: { name: string; moment: Moment; at: number; inside: boolean }) {
  const [open, setOpen] = useState(false)
  const explanation = open ? explainSegment(moment, name, at) : undefined
  return (
    <li>
      <button type="button" class="row" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={inside ? 'check' : 'cross'} />
        <span class="what">
          <span class="title">
            <b>{name}</b>
            <span class={`chip ${inside ? 'on' : 'waiting'}`}>{inside ? 'in it' : 'not in it'}</span>
          </span>
        </span>
      </button>
      {explanation && (
        <div class="details">
          <Trigger
            expression={moment.guide.segments![name]!}
            leaves={explanation.trigger.leaves}
            sentences={describe(explanation).trigger}
            deciding={explanation.decides.leaves ?? []}
          />
        </div>
      )}
    </li>
  )
}
