import { useState } from 'preact/hooks'
import { parseDuration } from '../core/duration.ts'
import type { Decision } from '../core/engine.ts'
import { linesOf, Outcome } from './activities-view.tsx'
import { forecast } from './forecast.ts'
import { Icon } from './icon.tsx'
import { clock, moment as momentText, span } from './moments.ts'
import type { ViewProps } from './panel.tsx'

const mostListed = 200
const jumps: [label: string, ms: number][] = [
  ['1 min', 60_000],
  ['3 min', 180_000],
  ['30 min', 1_800_000],
  ['1 day', 86_400_000],
]

/** The session as a line that can be gone back on, and what is to come. */
export function TimeView({ desk, scene }: ViewProps) {
  // What follows from an activity is at the same moment.
  const lines = linesOf(desk.journal.entries).filter(
    ({ missed, index }, number, all) => !missed && all[number - 1]?.index !== index,
  )
  const place = lines.findLastIndex(({ index }) => index <= scene.index)
  const go = (to: number) => desk.travel(to >= lines.length ? undefined : lines[Math.max(0, to)]?.index)
  const here = scene.live ? lines.length : place
  const first = lines[0]
  // The nearest last, as a list of what happened has it.
  const listed = lines.map((line, number) => ({ line, number })).slice(-mostListed)
  return (
    <>
      <div class="sheet">
        <h2>Back</h2>
        {first ? (
          <>
            <div class="track">
              <Track lines={lines} here={here} />
              <input
                type="range"
                aria-label="Moment of the session"
                aria-valuetext={
                  scene.live ? 'now' : `${clock(scene.at)}, after ${lines[place]?.activity?.type ?? 'time passed'}`
                }
                min={0}
                max={lines.length}
                value={here}
                onInput={(event) => go(Number(event.currentTarget.value))}
              />
              <p class="ends fine">
                <span>{clock(first.at)}</span>
                <span>now</span>
              </p>
            </div>
            <div class="actions">
              <button type="button" title="One step back" disabled={here <= 0} onClick={() => go(here - 1)}>
                <Icon name="previous" />
                Back
              </button>
              <button type="button" title="One step on" disabled={scene.live} onClick={() => go(here + 1)}>
                On
                <Icon name="next" />
              </button>
              <span>
                {scene.live ? (
                  'Now.'
                ) : (
                  <>
                    <b>{clock(scene.at)}</b> after {lines[place]?.activity?.type ?? 'time passed'}
                  </>
                )}
              </span>
            </div>
            <p class="fine">
              All views show the session as it was at that moment. The page itself stays in the present.
            </p>
          </>
        ) : (
          <p class="fine">Nothing has happened yet.</p>
        )}
      </div>
      <Ahead desk={desk} scene={scene} />
      {first && <h2>The session</h2>}
      <ul class="rows lines">
        {listed.reverse().map(({ line, number }) => (
          <li key={line.key} class={number === place && !scene.live ? 'open' : number > place ? 'later' : ''}>
            <button type="button" class="row" aria-current={number === place && !scene.live} onClick={() => go(number)}>
              <time>{clock(line.at)}</time>
              <span class="what">
                <span class="title">
                  <b class={line.activity ? 'own' : 'passed'}>{line.activity?.type ?? 'Time passed'}</b>
                  {line.decisions.map((each) => (
                    <Outcome key={each.flow} decision={each} />
                  ))}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}

function Track({ lines, here }: { lines: ReturnType<typeof linesOf>; here: number }) {
  const x = (index: number) => (index / lines.length) * 1000
  return (
    <svg viewBox="0 0 1000 36" preserveAspectRatio="none" aria-hidden="true">
      <rect class="gone" width={x(here)} height="36" />
      {lines.map(({ key, decisions, activity, at }, index) => {
        const verdict = decisions.find((each) => each.verdict === 'start')?.verdict ?? decisions[0]?.verdict
        const kind = verdict ?? (activity?.interaction === false ? 'own' : 'activity')
        const pause = index > 0 && at - lines[index - 1]!.at > 60_000
        return (
          <g key={key} class={kind}>
            {pause && <path class="pause" d={`M${x(index - 0.5)} 0V36`} />}
            <path d={verdict ? `M${x(index)} 2V34` : `M${x(index)} 12V26`} />
          </g>
        )
      })}
    </svg>
  )
}

function Ahead({ desk, scene: { moment, at, live } }: ViewProps) {
  const [asked, setAsked] = useState<number>()
  const [text, setText] = useState('')
  if (!moment) return null
  const found = asked === undefined ? undefined : forecast(moment, at, at + asked)
  const custom = parseDuration(text)
  return (
    <div class="sheet">
      <h2>Ahead</h2>
      <p class="fine">What happens if the visitor does nothing for</p>
      <form
        class="actions"
        onSubmit={(event) => {
          event.preventDefault()
          if (custom) setAsked(custom)
        }}
      >
        {jumps.map(([label, ms]) => (
          <button type="button" key={label} aria-pressed={asked === ms} onClick={() => setAsked(ms)}>
            {label}
          </button>
        ))}
        <input
          class="short"
          aria-label="Another duration"
          placeholder="12h"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" disabled={!custom}>
          Look
        </button>
      </form>
      {found && asked !== undefined && (
        <div role="status">
          <Found decisions={found.decisions} at={at} asked={asked} />
          {live && desk.forward && (
            <div class="actions">
              <button type="button" onClick={() => desk.forward?.(asked)}>
                Move the page’s clock by {span(asked)}
              </button>
            </div>
          )}
        </div>
      )}
    </div>
  )
}

function Found({ decisions, at, asked }: { decisions: Decision[]; at: number; asked: number }) {
  if (!decisions.length) return <p>Nothing: up to {momentText(at + asked)} no flow fires.</p>
  return (
    <ol class="ahead">
      {decisions.map((each) => (
        <li key={`${each.flow} ${each.at} ${each.verdict}`}>
          <time>+{span(each.at - at)}</time>
          <Outcome decision={each} />
        </li>
      ))}
    </ol>
  )
}
