import { h, render } from 'preact'
import { expect, test } from 'vitest'
import { createEngine } from '../../src/core/engine.ts'
import { ActivitiesView } from '../../src/inspector/activities-view.tsx'
import type { Desk, Scene } from '../../src/inspector/desk.ts'
import { createJournal } from '../../src/inspector/journal.ts'
import { activity, guide, moment, type Row } from '../core/replay.ts'

/** The types in the list, from above, after activities that the engine was told of late. */
function listed(toldAt: number, ...rows: Row[]) {
  const journal = createJournal(
    () => moment(toldAt),
    () => ({}),
  )
  const engine = journal.watch(createEngine(guide([]), { live: true }), guide([]))
  for (const row of rows) engine.handle(activity(row))
  const entries = [...journal.entries]
  const scene: Scene = { live: true, index: entries.length - 1, at: moment(toldAt), moment: journal.now, entries }
  render(h(ActivitiesView, { desk: { settings: { filter: '' } } as Desk, scene }), document.body)
  return [...document.querySelectorAll('.lines .row')].map((row) => [
    row.querySelector('b')?.textContent,
    row.querySelector('time')?.textContent?.slice(-2),
  ])
}

test('the list goes by when something happened, newest first, and then by when it came', () => {
  expect(listed(6100, [5900, 'Page Viewed', { path: '/' }], [6000, 'B'], [5950, 'A'])).toEqual([
    ['B', '06'],
    ['A', '05'],
    ['Session Started', '05'],
    ['Page Viewed', '05'],
  ])
})
