import { useState } from 'preact/hooks'
import type { Desk } from './desk.ts'
import { clock } from './moments.ts'
import type { ViewProps } from './panel.tsx'
import { decisionsOf, sessionLog, sessionTest } from './session-log.ts'

/** What went wrong, and the session to take away. */
export function LogView({ desk, scene }: ViewProps) {
  const { entries } = desk.journal
  const log = sessionLog(entries)
  const decisions = decisionsOf(entries).length
  const activities = log.split('\n').length - 1
  return (
    <div class="sheet">
      <h2>Take the session away</h2>
      <p class="fine">
        {many(activities, 'activity', 'activities')} and {many(decisions, 'decision')} since{' '}
        {entries[0] ? clock(entries[0].at) : 'now'}.
      </p>
      <Copy
        desk={desk}
        label="Copy as a log"
        hint="NDJSON, for foothold backtest guide.json session.ndjson"
        text={() => log}
      />
      <Copy
        desk={desk}
        label="Copy as a test"
        hint="A Vitest file that expects the same decisions"
        text={() => sessionTest(entries)}
      />
      <Copy
        desk={desk}
        label="Copy the guide"
        hint="The guide in force, as JSON"
        text={() => `${JSON.stringify(scene.moment?.guide ?? null, null, 2)}\n`}
      />
      <h2>Errors</h2>
      {!desk.errors.length && <p class="fine">None.</p>}
      <ul class="errors">
        {[...desk.errors].reverse().map(({ at, error }) => (
          <li key={`${at} ${error.message}`}>
            <time>{clock(at)}</time>
            <span>
              <code>{error.code}</code> {error.message.replace(/ \[[\w-]+\]$/, '')}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Copy({ desk, label, hint, text }: { desk: Desk; label: string; hint: string; text(): string }) {
  const [said, setSaid] = useState('')
  return (
    <div class="copy">
      <button
        type="button"
        onClick={async () => setSaid((await desk.copy(text())) ? 'Copied' : 'The browser refused the clipboard')}
      >
        {label}
      </button>
      <span class="fine" role="status">
        {said || hint}
      </span>
    </div>
  )
}

function many(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`
}
