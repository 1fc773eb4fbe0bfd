import { expect, test } from 'vitest'
import { flow, guide, moment, replay } from '../core/replay.ts'

test('how often somebody visits needs no observer: sessions and their days are kept of whatever is reported', () => {
  const played = replay(
    guide([
      flow({ active: 'sessions', is: { $gte: 3 }, within: '14d' }, { id: 'third-visit' }),
      flow({ active: 'days', is: { $gte: 3 } }, { id: 'third-day' }),
    ]),
  )
  played.rows(
    ['0s', 'Page Viewed', { path: '/' }],
    ['10m', 'Element Clicked', { anchor: 'menu' }],
    ['2h', 'Page Viewed', { path: '/' }],
    ['5h', 'Page Viewed', { path: '/' }],
    ['1d', 'Page Viewed', { path: '/' }],
    ['2d', 'Page Viewed', { path: '/' }],
  )
  expect(played.decisions.map((decision) => [decision.flow, decision.at])).toEqual([
    ['third-visit', moment('5h')],
    ['third-day', moment('2d')],
  ])
  expect(played.engine.profile(moment('2d')).sessions.count).toBe(5)
})
