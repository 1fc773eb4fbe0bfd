import { describe, expect, it } from 'vitest'
import { createReplay, type FiringLine, type ReplayOptions } from '../../src/backtest/replay.ts'
import { perWeek } from '../../src/backtest/tally.ts'
import type { Expression, Flow, Guide } from '../../src/core/guide.ts'
import { activity, moment, type Row } from '../core/replay.ts'

const flow = (id: string, trigger: Expression, more: Partial<Flow> = {}): Flow => ({
  id,
  version: 1,
  trigger,
  frequency: { times: 100 },
  steps: [{ id: 'hello', type: 'message' }],
  ...more,
})
const guideOf = (flows: Flow[], more: Partial<Guide> = {}): Guide => ({ format: 1, flows, ...more })

/** Replays rows of visitors, in the order of time, until an end. */
function replay(guides: Guide[], rows: { [visitor: string]: Row[] }, end: Row[0], options: ReplayOptions = {}) {
  const firings: FiringLine[] = []
  const activities = Object.entries(rows)
    .flatMap(([anonymousId, of]) => of.map((row) => ({ ...activity(row), visitor: { anonymousId } })))
    .sort((a, b) => a.at - b.at)
  const run = createReplay(guides, { onFiring: (line) => firings.push(line), ...options })
  for (const each of activities) run.take(each)
  const tallies = run.finish(moment(end))
  return { tallies, flows: tallies[0]!.flows, firings, visitors: run.visitors, taken: run.taken }
}

describe('a replay', () => {
  it('counts firings, visitors and what was shown; each visitor has an engine of their own', () => {
    const guide = guideOf([flow('help', { count: 'Error Shown', is: { $gte: 2 } })])
    const { flows, visitors, taken } = replay(
      [guide],
      {
        a: [
          [0, 'Error Shown'],
          ['1m', 'Error Shown'],
        ],
        b: [['2m', 'Error Shown']],
      },
      '3m',
    )
    expect(flows.help).toMatchObject({ fired: 1, visitors: 1, shown: 1, reached: 1, held: {}, control: 0, open: 0 })
    expect({ visitors, taken }).toEqual({ visitors: 2, taken: 3 })
  })

  it('counts a firing before any gate, and the gate that refused it', () => {
    const guide = guideOf([flow('once', 'Plan Chosen', { frequency: { times: 1 } })])
    const { flows } = replay(
      [guide],
      {
        a: [
          [0, 'Plan Chosen'],
          ['1h', 'Plan Chosen'],
          ['2h', 'Plan Chosen'],
        ],
      },
      '3h',
    )
    expect(flows.once).toMatchObject({ fired: 3, visitors: 1, shown: 1, reached: 1, held: { frequency: 2 } })
  })

  it('ends a flow at the moment of its decision, so that the next one has its place', () => {
    const guide = guideOf([flow('first', 'Plan Chosen'), flow('second', 'Plan Chosen')])
    const { flows } = replay([guide], { a: [[0, 'Plan Chosen']] }, '1m')
    expect(flows.first!.shown).toBe(1)
    expect(flows.second!.shown).toBe(1)
  })

  it('takes flows as completed, or as told, so that one can follow from another', () => {
    const guide = guideOf([
      flow('first', 'Plan Chosen'),
      flow('thanks', { status: 'first', is: 'completed' }),
      flow('sorry', { status: 'first', is: 'dismissed' }),
    ])
    const rows = { a: [[0, 'Plan Chosen']] as Row[] }
    const shown = (options: ReplayOptions) =>
      Object.entries(replay([guide], rows, '1m', options).flows).flatMap(([id, { shown }]) => (shown ? id : []))
    expect(shown({})).toEqual(['first', 'thanks'])
    expect(shown({ outcome: 'dismissed' })).toEqual(['first', 'sorry'])
    expect(shown({ outcome: 'ended' })).toEqual(['first'])
  })

  it('meets deadlines between the activities and until the end of the log, each at its time', () => {
    const guide = guideOf([flow('cart', { absent: 'Order Completed', after: 'Product Added', for: '1h' })])
    const { firings } = replay(
      [guide],
      {
        a: [
          [0, 'Product Added'],
          ['5h', 'Page Viewed'],
        ],
        b: [['2h', 'Product Added']],
      },
      '5h',
    )
    expect(firings.map(({ visitor, at, shownAt }) => [visitor, at - moment(0), shownAt! - moment(0)])).toEqual([
      ['a', 36e5, 36e5],
      ['b', 3 * 36e5, 3 * 36e5],
    ])
  })

  it.each([
    ['59m', 1],
    ['1h', 0],
  ])('a wait that is not over when the log ends after %s is open, and did not fire', (end, open) => {
    const guide = guideOf([
      flow('cart', { absent: 'Order Completed', after: 'Product Added', for: '1h', same: 'product_id' }),
    ])
    const { flows } = replay([guide], { a: [[0, 'Product Added', { product_id: 'p1' }]] }, end)
    expect(flows.cart).toMatchObject({ fired: 1 - open, shown: 1 - open, open })
  })

  it('counts every open wait of a visitor, and none that something ended', () => {
    const guide = guideOf([
      flow('cart', { absent: 'Order Completed', after: 'Product Added', for: '1d', same: 'product_id' }),
    ])
    const added = (at: Row[0], product_id: string): Row => [at, 'Product Added', { product_id }]
    const { flows } = replay(
      [guide],
      { a: [added(0, 'p1'), added('1m', 'p2'), added('2m', 'p3'), ['3m', 'Order Completed', { product_id: 'p2' }]] },
      '1h',
    )
    expect(flows.cart).toMatchObject({ fired: 0, open: 2 })
  })

  it('leaves out what flows did when the log was recorded, and keeps what the visitor did in them', () => {
    const guide = guideOf([
      flow('why', 'Step Answered'),
      flow('late', { status: 'old', is: 'shown' }),
      flow('old', 'Never'),
    ])
    const { flows, taken } = replay(
      [guide],
      {
        a: [
          [0, 'Flow Started', { flow: 'old' }],
          [1, 'Step Viewed', { flow: 'old', step: 's' }],
          [2, 'Step Answered', { flow: 'old', step: 's' }],
          [3, 'Session Started'],
        ],
      },
      '1m',
    )
    expect(taken).toBe(1)
    expect([flows.why!.shown, flows.late!.shown]).toEqual([1, 0])
  })

  it('hears of a visitor who returns before deadlines pass that then never were', () => {
    const guide = guideOf([flow('quiet', { idle: '2m' })])
    const back: Row = ['3m', 'Visitor Returned', { since: '90s' }, { interaction: false }]
    expect(replay([guide], { a: [[0, 'Page Viewed', { path: '/' }], back] }, '3m').flows.quiet!.fired).toBe(0)
    expect(
      replay(
        [guide],
        {
          a: [
            [0, 'Page Viewed', { path: '/' }],
            ['3m', 'Page Viewed', { path: '/' }],
          ],
        },
        '3m',
      ).flows.quiet!.fired,
    ).toBe(1)
  })

  it('shows nothing without consent, and everything by default', () => {
    const guide = guideOf([flow('deal', 'Plan Chosen', { purpose: 'marketing' })])
    const rows = { a: [[0, 'Plan Chosen']] as Row[] }
    expect(replay([guide], rows, '1m').flows.deal!.shown).toBe(1)
    expect(replay([guide], rows, '1m', { consent: ['functional'] }).flows.deal).toMatchObject({
      shown: 0,
      held: { consent: 1 },
    })
  })

  it('counts firings of the own arm only, and those of the held-out as control', () => {
    const experiment = { id: 'x1', holdout: 0.5, variants: [{ id: 'one', weight: 1 }] }
    const guide = guideOf([flow('deal', 'Plan Chosen', { experiment })])
    const visitors = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`v${index}`, [[index, 'Plan Chosen']] as Row[]]),
    )
    const { deal } = replay([guide], visitors, '1m').flows
    expect(deal!.fired).toBe(200)
    expect(deal!.shown + deal!.control).toBe(200)
    expect(deal!.control).toBeGreaterThan(60)
    expect(deal!.control).toBeLessThan(140)
  })

  it('passes over a flow none of whose steps applies', () => {
    const steps = [{ id: 'pro', type: 'message', when: { profile: { 'visitor.traits.plan': 'pro' } } }]
    const { flows } = replay([guideOf([flow('tip', 'Plan Chosen', { steps })])], { a: [[0, 'Plan Chosen']] }, '1m')
    expect(flows.tip).toMatchObject({ fired: 1, shown: 0 })
  })

  it('decides flows of the relay too, which interrupt nobody', () => {
    const send = [{ id: 'crm', type: 'send', destination: 'hubspot', activity: 'Cart Abandoned' }]
    const { flows, tallies } = replay(
      [guideOf([flow('crm', 'Plan Chosen', { runs: 'relay', steps: send })])],
      { a: [[0, 'Plan Chosen']] },
      '1m',
    )
    expect(flows.crm!.shown).toBe(1)
    expect(tallies[0]!.interruptions).toBe(0)
  })
})

describe('what is in the way', () => {
  const guide = guideOf([flow('loud', 'Page Viewed'), flow('shy', 'Plan Chosen')], { limits: { perSession: 1 } })
  const rows = {
    a: [
      [0, 'Page Viewed', { path: '/' }],
      ['1m', 'Plan Chosen'],
      ['2m', 'Plan Chosen'],
    ] as Row[],
  }

  it('is the flow shown last, where the limits were reached', () => {
    const { flows } = replay([guide], rows, '3m')
    expect(flows.shy).toMatchObject({ fired: 2, shown: 0, held: { limits: 2 }, displaced: { loud: 2 } })
  })

  it('is gone under a guide without it: what one loses the other gains', () => {
    const quiet = { ...guide, flows: [{ ...guide.flows[0]!, enabled: false }, guide.flows[1]!] }
    const { tallies } = replay([guide, quiet], rows, '3m')
    expect(tallies[1]!.flows.loud).toMatchObject({ shown: 0, lost: 1, gained: 0 })
    expect(tallies[1]!.flows.shy).toMatchObject({ shown: 1, lost: 0, gained: 1 })
  })

  it('each firing is told once, with what became of it', () => {
    expect(replay([guide], rows, '3m').firings).toEqual([
      { flow: 'loud', visitor: 'a', at: moment(0), cause: 'Page Viewed', verdict: 'shown', shownAt: moment(0) },
      expect.objectContaining({
        flow: 'shy',
        at: moment('1m'),
        verdict: 'held',
        because: expect.objectContaining({ gate: 'limits', actual: 1 }),
      }),
      expect.objectContaining({ flow: 'shy', at: moment('2m'), verdict: 'held' }),
    ])
  })
})

describe('interruptions per visitor-week', () => {
  const guide = guideOf([flow('tip', 'Plan Chosen')])

  it('count weeks of each visitor from the first activity, those in which the visitor was there', () => {
    const { tallies } = replay(
      [guide],
      {
        a: [
          [0, 'Plan Chosen'],
          ['1d', 'Plan Chosen'],
          ['7d', 'Page Viewed'],
          ['30d', 'Plan Chosen'],
        ],
        b: [['7d-1', 'Page Viewed']],
      },
      '31d',
    )
    expect(tallies[0]!.weeks).toEqual([2, 1, 1, 0, 0, 0, 0])
    expect(perWeek(tallies[0]!)).toBe(3 / 4)
  })

  it('are one a visitor in a log of 42 hours, be it over a Sunday', () => {
    // It begins on a Monday.
    const { tallies } = replay(
      [guide],
      {
        a: [
          ['6d', 'Plan Chosen'],
          ['7d18h', 'Plan Chosen'],
        ],
        b: [['6d12h', 'Page Viewed']],
      },
      '8d',
    )
    expect(tallies[0]!.weeks).toEqual([1, 0, 1, 0, 0, 0, 0])
    expect(perWeek(tallies[0]!)).toBe(1)
  })

  it('count a week once where a deadline of it passes behind the next activity', () => {
    const late = guideOf([flow('cart', { absent: 'Order Completed', after: 'Product Added', for: '1h' })])
    const { tallies } = replay(
      [late],
      {
        a: [
          [0, 'Product Added'],
          ['6d22h', 'Product Added'],
          ['8d', 'Page Viewed'],
        ],
      },
      '9d',
    )
    expect(tallies[0]!.weeks.reduce((sum, count) => sum + count)).toBe(2)
  })
})

describe('a replay in a hurry', () => {
  it('tells what it has replayed, and of nobody else', () => {
    const guide = guideOf([flow('help', 'Error Shown')])
    let asked = 0
    const rows: Row[] = [
      [0, 'Error Shown'],
      ['1m', 'Error Shown'],
    ]
    const { flows, visitors, taken, tallies } = replay([guide], { a: rows, b: rows }, '2m', {
      hurried: () => ++asked > 1,
    })
    expect({ visitors, taken }).toEqual({ visitors: 1, taken: 2 })
    expect(flows.help).toMatchObject({ fired: 2, visitors: 1, shown: 2, reached: 1 })
    expect(tallies[0]!.weeks).toEqual([0, 0, 1, 0, 0, 0, 0])
  })
})

describe('engines that are put away', () => {
  it('go on exactly where they were', () => {
    const guide = guideOf(
      [
        flow(
          'repeat',
          { count: 'Product Viewed', per: 'product_id', is: { $gt: 2 }, within: '1d' },
          { frequency: { times: 1, every: '2h' } },
        ),
        flow('cart', { absent: 'Order Completed', after: 'Product Added', for: '1h' }),
        flow('path', { sequence: ['Product Viewed', 'Product Added', 'Order Completed'], within: '2h' }),
        flow('quiet', { idle: '90s' }),
      ],
      { limits: { gap: '5m' } },
    )
    let seed = 7
    const random = () => {
      seed = (seed * 16807) % 2147483647
      return seed / 2147483647
    }
    const types = ['Product Viewed', 'Product Viewed', 'Product Added', 'Order Completed', 'Page Viewed']
    const rows = Object.fromEntries(
      Array.from({ length: 12 }, (_, visitor) => [
        `v${visitor}`,
        Array.from({ length: 60 }, (): Row => {
          const type = types[Math.floor(random() * types.length)]!
          return [
            Math.floor(random() * 864e5),
            type,
            type === 'Page Viewed' ? { path: '/' } : { product_id: `p${Math.floor(random() * 3)}` },
          ]
        }),
      ]),
    )
    const all = replay([guide], rows, '2d')
    const few = replay([guide], rows, '2d', { held: 30 })
    expect(all.flows.repeat!.shown).toBeGreaterThan(0)
    expect(all.flows.repeat!.held.limits).toBeGreaterThan(0)
    expect(few.tallies).toEqual(all.tallies)
    const causes = (firings: FiringLine[]) => firings.map((line) => JSON.stringify(line)).sort()
    expect(causes(few.firings)).toEqual(causes(all.firings))
  })
})
