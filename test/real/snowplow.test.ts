import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { readLogLine } from '../../src/backtest/log-line.ts'
import { type Activity, compareActivities } from '../../src/core/activity.ts'
import { createEngine } from '../../src/core/engine.ts'
import type { Session } from '../../src/core/profile.ts'
import { dataSet } from './data-folder.ts'

type Row = { [column: string]: string }

const eventsFile = dataSet('snowplow_web_events.csv')
const sessionsFile = dataSet('snowplow_web_sessions_expected.csv')
const rows = (file: string): Row[] => parse(readFileSync(file, 'utf8'), { columns: true })
const names: { [event: string]: string } = { page_view: 'Page Viewed', page_ping: 'Page Pinged' }

/**
 * Where the two mean different things by a session, by the case that the data set names. Theirs is what the tracker in
 * the browser called one, by its own id, put together per id; ours is what happened with less than 30 minutes between.
 */
const differences: { [name: string]: { why: string; theirs: string[]; ours: string[] } } = {
  'long session': {
    why: 'one id over eleven days, of which they take the first three; a session of ours ends after 30 minutes',
    theirs: ['2021-03-01 21:39:43.815 to 2021-03-03 21:39:50.989, 2 pages'],
    ours: [
      '2021-03-01 21:39:43.815 to 2021-03-01 21:39:43.815, 1 pages',
      '2021-03-02 21:39:42.446 to 2021-03-02 21:39:42.446, 0 pages',
      '2021-03-03 21:39:50.989 to 2021-03-03 21:39:50.989, 1 pages',
      '2021-03-04 21:39:49.485 to 2021-03-04 21:39:49.485, 0 pages',
      '2021-03-05 21:39:50.720 to 2021-03-05 21:39:50.720, 0 pages',
      '2021-03-06 21:40:44.322 to 2021-03-06 21:40:44.322, 0 pages',
      '2021-03-07 21:40:46.188 to 2021-03-07 21:40:46.188, 1 pages',
      '2021-03-08 21:40:45.949 to 2021-03-08 21:40:45.949, 0 pages',
      '2021-03-09 21:41:56.571 to 2021-03-09 21:41:56.571, 1 pages',
      '2021-03-10 21:41:56.531 to 2021-03-10 21:41:56.531, 0 pages',
      '2021-03-11 21:42:15.543 to 2021-03-11 21:42:15.543, 0 pages',
    ],
  },
  'dupe: page_view_id different derived_tstamp': {
    why: 'they count page views by the id of the page view, we count activities: two with one id are two',
    theirs: ['2021-03-02 19:25:22.488 to 2021-03-02 20:08:24.465, 7 pages'],
    ours: ['2021-03-02 19:25:22.488 to 2021-03-02 20:08:24.465, 8 pages'],
  },
  'Rotating domain_userid per session': {
    why: 'one session id under three visitor ids; a session of ours belongs to one visitor',
    theirs: ['2021-03-02 15:55:18.539 to 2021-03-04 15:55:27.084, 3 pages'],
    ours: [
      '2021-03-02 15:55:18.539 to 2021-03-02 15:55:23.355, 1 pages',
      '2021-03-03 15:55:26.044 to 2021-03-03 15:55:26.061, 1 pages',
      '2021-03-04 15:55:27.084 to 2021-03-04 15:55:27.084, 1 pages',
    ],
  },
  'Multiple last sessions per user': {
    why: 'two session ids of one visitor in the same seconds are one session of ours',
    theirs: [
      '2021-03-02 02:01:19.675 to 2021-03-02 02:01:28.297, 3 pages',
      '2021-03-02 02:01:28.297 to 2021-03-02 02:01:28.297, 1 pages',
    ],
    ours: ['2021-03-02 02:01:19.675 to 2021-03-02 02:01:28.297, 4 pages'],
  },
  'Multiple first sessions per user': {
    why: 'the same, at the beginning',
    theirs: [
      '2021-03-02 07:23:19.675 to 2021-03-02 07:23:24.741, 1 pages',
      '2021-03-02 07:23:19.675 to 2021-03-02 07:23:28.297, 3 pages',
    ],
    ours: ['2021-03-02 07:23:19.675 to 2021-03-02 07:23:28.297, 4 pages'],
  },
  'No edge cases': {
    why: 'a ping stands for the five seconds before it and for a page; ours begins with what happened, and a ping is no page',
    theirs: [
      '2021-03-02 22:59:24.752 to 2021-03-02 22:59:29.752, 1 pages',
      '2021-03-04 22:59:24.752 to 2021-03-04 22:59:29.752, 1 pages',
    ],
    ours: [
      '2021-03-02 22:59:29.752 to 2021-03-02 22:59:29.752, 0 pages',
      '2021-03-04 22:59:29.752 to 2021-03-04 22:59:29.752, 0 pages',
    ],
  },
  'stray page ping': {
    why: 'the same',
    theirs: ['2021-03-03 18:01:33.658 to 2021-03-03 18:01:38.658, 1 pages'],
    ours: ['2021-03-03 18:01:38.658 to 2021-03-03 18:01:38.658, 0 pages'],
  },
  'Unexpired session': {
    why: 'the same session id eight months later they leave out; it is another session of ours',
    theirs: [],
    ours: ['2021-03-04 15:55:27.085 to 2021-03-04 15:55:27.085, 1 pages'],
  },
  'NULL domain_sessionid': {
    why: 'without a session id they know of no session; ours needs none',
    theirs: [],
    ours: ['2021-03-01 11:46:46.218 to 2021-03-01 11:46:46.218, 0 pages'],
  },
  'NULL page_view_id': {
    why: 'without the id of a page view they leave out the session; ours needs none',
    theirs: [],
    ours: ['2021-03-01 00:30:19.052 to 2021-03-01 00:30:19.958, 1 pages'],
  },
  'late arriving: device created/sent >3 days': {
    why: 'what is sent days later they leave out; in a log it stands at its time',
    theirs: [],
    ours: ['2021-02-26 09:42:56.128 to 2021-02-26 09:42:56.139, 1 pages'],
  },
}

describe.skipIf(!eventsFile || !sessionsFile)("the sessions of Snowplow's own model", () => {
  const theirs = () =>
    rows(sessionsFile!).map((row) => told(row.user_id!, row.start_tstamp!, row.end_tstamp!, row.page_views!))
  const ours = () => {
    const visitors = new Map<string, Activity[]>()
    /** A visitor may have several; a session has that of its first activity. */
    const called = new Map<string, string>()
    rows(eventsFile!).forEach((row, index) => {
      const {
        user_id: name = '',
        domain_userid,
        domain_sessionid,
        event_id: id,
        event_name: event = '',
        page_urlpath: path = '',
      } = row
      const line = {
        visitor: domain_userid || domain_sessionid,
        id,
        type: names[event] ?? event,
        at: row.derived_tstamp,
        tab: 'a',
        page: path,
        properties: { path },
      }
      const activity = readLogLine(line, index + 1)
      const { anonymousId } = activity.visitor
      visitors.set(anonymousId, [...(visitors.get(anonymousId) ?? []), activity])
      called.set(`${anonymousId} ${activity.at}`, name)
    })
    return [...visitors].flatMap(([visitor, activities]) => {
      const engine = createEngine({ format: 1, flows: [] })
      for (const activity of activities.sort(compareActivities)) engine.handle(activity)
      engine.advanceTo(activities.at(-1)!.at + 864e5)
      const { memory } = engine.state as unknown as { memory: { past: Session[] } }
      return memory.past.map(({ startedAt, lastAt, pages }) =>
        told(called.get(`${visitor} ${startedAt}`)!, iso(startedAt), iso(lastAt), pages),
      )
    })
  }

  it('are ours, but for the differences that are named', () => {
    // Consent alone is no session of theirs, as no page was viewed.
    const mine = ours().filter((session) => !session.startsWith('consent_accel'))
    const both = theirs().filter((session) => mine.includes(session))
    const only = (list: string[], other: string[]) => list.filter((session) => !other.includes(session)).sort()
    const named = (side: 'theirs' | 'ours') =>
      Object.entries(differences)
        .flatMap(([name, each]) => each[side].map((session) => `${name}: ${session}`))
        .sort()
    expect(both).toHaveLength(8)
    expect(only(theirs(), mine)).toEqual(named('theirs'))
    expect(only(mine, theirs())).toEqual(named('ours'))
  })
})

function told(name: string, from: string, until: string, pages: string | number): string {
  return `${name}: ${from} to ${until}, ${pages} pages`
}

function iso(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', '')
}
