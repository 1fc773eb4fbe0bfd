import type { Activity } from '../core/activity.ts'
import type { Decision } from '../core/engine.ts'
import type { Guide } from '../core/guide.ts'
import type { Entry } from './journal.ts'

/** The activities of a session, one a line, as `foothold backtest` reads them. */
export function sessionLog(entries: readonly Entry[]): string {
  const activities = new Map<string, Activity>()
  for (const entry of entries) if ('activity' in entry) activities.set(entry.activity.id, entry.activity)
  return [...activities.values()]
    .sort((a, b) => a.at - b.at || a.seq - b.seq)
    .map((activity) => `${JSON.stringify(activity)}\n`)
    .join('')
}

/** What was decided in a session, in order. */
export function decisionsOf(entries: readonly Entry[]): Decision[] {
  return entries.flatMap((entry) => ('outcome' in entry ? entry.outcome.decisions : []))
}

/** A Vitest file that replays a session through the engine and expects the same decisions. */
export function sessionTest(entries: readonly Entry[]): string {
  const guides: Guide[] = []
  // A block that concerns only some flows is a function, which cannot be written down.
  const narrow = new Set(entries.flatMap((entry) => (entry.call === 'block' && entry.only ? entry.key : [])))
  const calls = entries.flatMap((entry): unknown[] => {
    switch (entry.call) {
      case 'engine': {
        if (!guides.includes(entry.guide)) guides.push(entry.guide)
        return [['engine', guides.indexOf(entry.guide), entry.state]]
      }
      case 'handle':
        return [['handle', entry.activity]]
      case 'advanceTo':
        return [['advanceTo', entry.to]]
      case 'consent':
        return [['consent', entry.purposes]]
      case 'block':
        return entry.only ? [] : [['block', entry.key, entry.reason]]
      case 'release':
        return narrow.has(entry.key) ? [] : [['release', entry.key]]
      default:
        return []
    }
  })
  const lines = (list: unknown[]) => `[\n${list.map((each) => `  ${JSON.stringify(each)},\n`).join('')}]`
  const expected = decisionsOf(entries).map(({ flow, verdict, at, because }) => [
    flow,
    verdict,
    ...(verdict === 'start' ? [] : [because.at(-1)?.gate]),
    new Date(at).toISOString(),
  ])
  return `import { createEngine, parseGuide } from 'foothold/core'
import { expect, test } from 'vitest'

const guides = ${lines(guides)}

/** All that the engine was told. */
const calls = ${lines(calls)}

test('the session is decided as it was', () => {
  const decisions = []
  const releases = {}
  let engine
  for (const [call, given, more] of calls) {
    if (call === 'engine') engine = createEngine(parseGuide(guides[given]), { state: more, live: true })
    else if (call === 'block') releases[given] = engine.block(more)
    else if (call === 'release') releases[given]?.()
    else if (call === 'consent') engine.consent(given)
    else decisions.push(...engine[call](given).decisions)
  }
  expect(
    decisions.map(({ flow, verdict, at, because }) => [
      flow,
      verdict,
      ...(verdict === 'start' ? [] : [because.at(-1)?.gate]),
      new Date(at).toISOString(),
    ]),
  ).toEqual(${lines(expected)})
})
`
}
