import { expect, test } from 'vitest'
import { describe } from '../../src/core/describe.ts'
import type { Expression, Flow, Guide } from '../../src/core/guide.ts'
import { flow, guide, type Moment, moment, type Row, replay } from './replay.ts'

/** At 09:00 of a Monday, Greenwich time, unless said. */
function told(trigger: Expression, rows: Row[], at: Moment = '9h', more: Partial<Flow> = {}, of: Partial<Guide> = {}) {
  const run = replay(guide([flow(trigger, more)], of))
  run.rows(...rows)
  run.advance(at)
  return describe(run.engine.explain('flow', moment(at)), { timeZone: 'UTC' })
}

const views = (...at: Moment[]): Row[] => at.map((each) => [each, 'Product Viewed', { product_id: 'p1' }])
const often = { count: 'Product Viewed', per: 'product_id', is: { $gt: 3 }, within: '7d' }
const total = { sum: 'Order Completed', of: 'total', is: { $gte: 100 } }
const clicked = { ratio: 'Banner Clicked', of: 'Banner Viewed', is: { $lt: 0.02 } }
const exported = { since: { last: 'Report Exported' }, is: { $gte: '7d' } }
const ordered = { absent: 'Order Completed', after: 'Product Added', for: '1h' }
const helped = {
  sequence: ['Product Viewed', { on: 'Page Viewed', pages: ['/help'] }, 'Help Opened'],
  within: '30m',
  same: 'product_id',
}
const help = { on: ['Help Opened', 'Help Asked'], where: { topic: { $in: ['prices', 'refunds'] } }, pages: ['/help'] }
const as = (traits: NonNullable<Row[3]>['traits']): Row => ['1h', 'Visitor Identified', {}, { traits: traits! }]
const plan = { profile: { 'visitor.traits.plan': 'paid', 'visitor.traits.seats': { $gt: 3 } } }
const page = (path: string, at: Moment = '8h59m'): Row => [at, 'Page Viewed', { path }]

const leaves: [Expression, Row[], string, Moment?][] = [
  ['Help Opened', [['1h', 'A']], 'No: Help Opened is to happen.'],
  [help, [['1h', 'A']], 'No: Help Opened or Help Asked where topic is one of prices or refunds on /help is to happen.'],
  [
    often,
    views('1h', '2h'),
    'No: 2 of more than 3 Product Viewed for product_id p1 within 7 days; would do at the 4th.',
  ],
  [often, [], 'No: 0 of more than 3 Product Viewed for any one product_id within 7 days; would do at the 4th.'],
  [
    often,
    views('1h', '2h', '3h', '4h'),
    'Yes: 4 or more Product Viewed for product_id p1 within 7 days, wanted more than 3; no longer by itself on 12 January at 01:00.',
  ],
  [
    { not: { ...often, unless: 'Order Completed' } },
    views('1h', '2h', '3h', '4h'),
    'No: 4 or more Product Viewed for product_id p1 within 7 days with no Order Completed since, must not be more than 3; would do with one Order Completed (product_id p1), or by itself on 12 January at 01:00.',
  ],
  [
    { count: 'Product Viewed', is: { $gt: 3 }, unless: 'Order Completed' },
    views('1h'),
    'No: 1 of more than 3 Product Viewed with no Order Completed since; would do at the 4th.',
  ],
  [
    { count: 'Search Made', distinct: 'query', is: { $eq: 2 }, within: 'session' },
    [['1h', 'A']],
    'No: 0 Search Made of different query in this session, wanted exactly 2; would do at the 2nd.',
  ],
  [
    total,
    [['1h', 'Order Completed', { total: 79.5 }]],
    'No: total of Order Completed adds up to 79.5, wanted at least 100; would do with one Order Completed (e.g. total 21).',
  ],
  [
    total,
    [['1h', 'A']],
    'Unknown: there was no Order Completed with a number as total, wanted at least 100; would do with one Order Completed (e.g. total 100).',
  ],
  [
    { not: { avg: 'Order Completed', of: 'total', is: { $lt: 50 } } },
    [['1h', 'Order Completed', { total: 40 }]],
    'No: total of Order Completed is 40 on average, must not be less than 50; would do with one Order Completed (e.g. total 60).',
  ],
  [
    { min: 'Order Completed', of: 'total', is: { $lte: 9 } },
    [['1h', 'Order Completed', { total: 40 }]],
    'No: total of Order Completed is 40 at the lowest, wanted at most 9; would do with one Order Completed (e.g. total 9).',
  ],
  [
    { min: 'Order Completed', of: 'total', is: { $eq: 9 } },
    [['1h', 'Order Completed', { total: 40 }]],
    'No: total of Order Completed is 40 at the lowest, wanted exactly 9; would do with one Order Completed (total 9).',
  ],
  [
    { max: 'Order Completed', of: 'total', is: { $gte: 50 } },
    [['1h', 'Order Completed', { total: 40 }]],
    'No: total of Order Completed is 40 at the highest, wanted at least 50; would do with one Order Completed (e.g. total 50).',
  ],
  [
    clicked,
    [
      ['1h', 'Banner Viewed'],
      ['2h', 'Banner Clicked'],
    ],
    'No: the ratio of Banner Clicked to Banner Viewed is 1, wanted less than 0.02; would do with 50 more Banner Viewed.',
  ],
  [
    clicked,
    [['1h', 'A']],
    'Unknown: there was no Banner Viewed, so there is no ratio of Banner Clicked to it, wanted less than 0.02; would do with one Banner Viewed.',
  ],
  [
    helped,
    views('8h50m'),
    'No: 1 of 3 steps done for product_id p1 within 30 min, the last to come before 09:20; would do with Page Viewed on /help, then Help Opened (product_id p1).',
  ],
  [{ sequence: ['A', { next: 'B' }] }, [], 'No: 0 of 2 steps done; would do with A, then B.'],
  [
    { sequence: ['A', 'B'], within: '10m', unless: 'C' },
    [['1h', 'D']],
    'No: 0 of 2 steps done within 10 min, without C in between; would do with A, then B.',
  ],
  [{ on: 'A', pages: ['!/checkout'] }, [['1h', 'D']], 'No: A on any page but not /checkout is to happen.'],
  [
    ordered,
    [['8h15m', 'Product Added']],
    'No: 45 min since Product Added at 08:15 without Order Completed, wanted 1 h; would do by itself at 09:15.',
  ],
  [
    { ...ordered, same: 'product_id' },
    [['1h', 'Product Added', { product_id: 'p1' }]],
    'Yes: 8 h since Product Added for product_id p1 at 01:00 without Order Completed, wanted 1 h; no longer with one Order Completed (product_id p1).',
  ],
  [
    ordered,
    [['1h', 'A']],
    'No: there was no Product Added after which Order Completed is missing; would do with one Product Added and then 1 h.',
  ],
  [{ idle: '3m' }, [['8h59m', 'A']], 'No: 1 min without interaction, wanted 3 min; would do by itself at 09:02.'],
  [{ idle: '3s' }, [['8h59m58s', 'A']], 'No: 2 s without interaction, wanted 3 s; would do by itself at 09:00:01.'],
  [{ idle: '3s' }, [[32_398_251, 'A']], 'No: 1 s without interaction, wanted 3 s; would do by itself at 09:00:01.'],
  [{ idle: '3s' }, [[32_399_251, 'A']], 'No: 749 ms without interaction, wanted 3 s; would do by itself at 09:00:02.'],
  [
    { idle: '1500ms' },
    [[32_398_251, 'A']],
    'Yes: 1 s 749 ms without interaction, wanted 1 s 500 ms; no longer with one interaction.',
  ],
  [{ idle: '3m' }, [['8h50m', 'A']], 'Yes: 10 min without interaction, wanted 3 min; no longer with one interaction.'],
  [
    { idle: '3m' },
    [['1h', 'A']],
    'No: nobody is there, or no page is in sight, so the clock rests, wanted 3 min; would do with one Page Viewed and then 3 min.',
  ],
  [
    { idle: '3m' },
    [page('/report'), ['8h59m', 'Page Hidden']],
    'No: nobody is there, or no page is in sight, so the clock rests, wanted 3 min; would do with one Page Shown and then 3 min.',
  ],
  [
    { dwell: ['/pricing', '/plans'], is: { $gte: '90s' } },
    [page('/plans')],
    'No: 1 min on /pricing or /plans, wanted at least 1 min 30 s; would do by itself at 09:00:30.',
  ],
  [
    { dwell: ['/pricing'], is: { $gte: '90s' } },
    [page('/')],
    'No: not on /pricing now, wanted at least 1 min 30 s; would do with one Page Viewed on /pricing and then 1 min 30 s.',
  ],
  [
    { dwell: ['/guides/*'], is: { $lt: '5s' }, streak: 3 },
    [page('/guides/1'), page('/guides/2', '8h59m2s')],
    'No: 58 s on /guides/*, wanted less than 5 s 3 times in a row, 1 done.',
  ],
  [
    { dwell: { section: 'faq' }, is: { $gte: '5s' } },
    [page('/')],
    'No: not in section faq now, wanted at least 5 s; would do with one Section Viewed (section faq and e.g. seconds 5).',
  ],
  [
    { since: { first: 'seen' }, is: { $lt: '3d' } },
    [['1h', 'A']],
    'Yes: the first visit was 8 h ago, wanted less than 3 days; no longer by itself on 8 January at 01:00.',
  ],
  [
    { not: { since: { last: 'Report Exported' }, is: { $lt: '7d' } } },
    [['1h', 'Report Exported']],
    'No: the last Report Exported was 8 h ago, must not be less than 7 days; would do by itself on 12 January at 01:00.',
  ],
  [
    exported,
    [['1h', 'A']],
    'Unknown: there was no Report Exported yet, wanted at least 7 days; would do with one Report Exported and then 7 days.',
  ],
  [
    { active: 'sessions', is: { $gte: 3 }, within: '14d' },
    [
      ['1h', 'A'],
      ['4h', 'A'],
    ],
    'No: 2 sessions within 14 days, wanted at least 3; would do with one more session.',
  ],
  [{ active: 'days', is: { $gte: 3 } }, [['1h', 'A']], 'No: 1 day, wanted at least 3; would do on 2 more days.'],
  [
    { status: 'welcome', is: 'completed' },
    [
      ['1h', 'Flow Started', { flow: 'welcome' }],
      ['1h', 'Step Viewed', { flow: 'welcome', step: 'two' }],
      ['2h', 'Flow Dismissed', { flow: 'welcome' }],
    ],
    'No: flow “welcome” is dismissed at step two, started at 01:00, wanted completed; would do with one Flow Completed (flow welcome).',
  ],
  [
    { not: { status: 'welcome', is: 'never' } },
    [['1h', 'A']],
    'No: flow “welcome” was never shown, must not be never shown; would do with one Flow Started (flow welcome).',
  ],
  [
    plan,
    [as({ plan: 'trial', seats: 7 })],
    'No: plan is trial, wanted paid; seats is 7, wanted more than 3; would do if plan is paid.',
  ],
  [plan, [as({ plan: 'trial' })], 'No: plan is trial, wanted paid; seats is not known, wanted more than 3.'],
  [
    plan,
    [as({ plan: 'paid' })],
    'Unknown: plan is paid, wanted paid; seats is not known, wanted more than 3; would do if seats is more than 3.',
  ],
  [
    { not: { profile: { 'visitor.traits.plan': 'trial' } } },
    [as({ plan: 'trial' })],
    'No: plan is trial, must not be trial; would do if plan is not trial.',
  ],
  [
    { segment: 'new' },
    [['1h', 'A']],
    'No: the visitor is not in segment “new” (0 of at least 1 Trial Started); would do with one Trial Started.',
  ],
]
test.each(leaves)('a leaf: %j', (trigger, rows, sentence, at) => {
  const segments = { new: { count: 'Trial Started', is: { $gte: 1 } } }
  expect(told(trigger, rows, at, {}, { segments }).trigger).toEqual([sentence])
})

const state = { count: 'A', is: { $gte: 1 }, unless: 'B' }
const twice: Row[] = [
  ['8h', 'A'],
  ['8h5s', 'B'],
  ['8h6s', 'A'],
]
const gates: [string, Row[], Moment, Partial<Flow>, Partial<Guide>?][] = [
  ['Refused by enabled: the flow, or the whole guide, is switched off.', [['8h', 'A']], '8h', { enabled: false }],
  ['Held by consent: consent to marketing is not given yet.', [['8h', 'A']], '8h', { purpose: 'marketing' }],
  [
    'Refused by holdout: the visitor is among the 100 % who see no flow at all.',
    [['8h', 'A']],
    '8h',
    {},
    { holdout: { share: 1, salt: 'all' } },
  ],
  [
    'Refused by experiment: the visitor is in the control group of the experiment.',
    [['8h', 'A']],
    '8h',
    { experiment: { id: 'x', holdout: 1, variants: [{ id: 'one', weight: 1 }] } },
  ],
  [
    'Refused by audience: plan is not known, wanted paid; seats is not known, wanted more than 3.',
    [['8h', 'A']],
    '8h',
    { audience: plan },
  ],
  [
    'Held by pages: the page is /home, wanted /shop or /cart.',
    [['8h', 'A', {}, { page: '/home' }]],
    '8h',
    { pages: ['/shop', '/cart'] },
  ],
  [
    'Held by pages: the page is /shop/sale, wanted /shop/* but not /shop/sale or /shop/old.',
    [['8h', 'A', {}, { page: '/shop/sale' }]],
    '8h',
    { pages: ['/shop/*', '!/shop/sale', '!/shop/old'] },
  ],
  [
    'Refused by schedule: it runs from 2026-02-01 until 2026-03-01; free again on 1 February at 00:00.',
    [['8h', 'A']],
    '8h',
    { schedule: { from: '2026-02-01', until: '2026-03-01' } },
  ],
  ['Refused by frequency: shown 1 of 1 time in all.', [['8h', 'A']], '9h', { frequency: { times: 1 } }],
  [
    'Refused by frequency: shown 1 of 1 time per day; free again on 6 January at 00:00.',
    [['8h', 'A']],
    '9h',
    { frequency: { times: 1, every: 'day' } },
  ],
  [
    'Held by group: flow “other” of the same group “tours” is running.',
    [
      ['7h', 'Flow Started', { flow: 'other', surface: 'card' }],
      ['8h', 'A'],
    ],
    '8h',
    { group: 'tours' },
    { flows: [flow(state, { group: 'tours' }), flow('Z', { id: 'other', group: 'tours' })] },
  ],
  [
    'Held by limits: the latest flow started 30 s ago, wanted 1 min in between; free again at 08:01.',
    twice,
    '8h30s',
    {},
    { limits: { gap: '60s' } },
  ],
  [
    'Held by limits: `perDay` is at 1 of 1; free again on 6 January at 00:00.',
    twice,
    '8h30s',
    {},
    { limits: { perDay: 1 } },
  ],
  [
    'Held by limits: `perSession` is at 1 of 1; free in the next session.',
    twice,
    '8h30s',
    {},
    { limits: { perSession: 1 } },
  ],
  [
    'Held by limits: `modal.perSession` is at 1 of 1; free in the next session.',
    [
      ['8h', 'Flow Started', { flow: 'other', surface: 'modal' }],
      ['8h', 'Step Viewed', { flow: 'other', step: 'one' }],
      ['8h', 'Flow Completed', { flow: 'other' }],
      ['8h5s', 'A'],
    ],
    '8h30s',
    {},
    { limits: { perSurface: { modal: { perSession: 1 } } } },
  ],
  [
    'Held by limits: `perDay` is at 0 of 0, so that it is never free.',
    [['8h', 'A']],
    '8h30s',
    {},
    { limits: { perDay: 0 } },
  ],
  [
    'Held by limits: `perSession` is at 0 of 0, so that it is never free.',
    [['8h', 'A']],
    '8h30s',
    {},
    { limits: { perSession: 0 } },
  ],
  [
    'Refused by frequency: shown 1 of 1 time per session; free in the next session.',
    [['8h', 'A']],
    '8h10m',
    { frequency: { times: 1, every: 'session' } },
  ],
  [
    'Held by slot: its place on the screen is taken by flow “other”.',
    [
      ['7h', 'Flow Started', { flow: 'other' }],
      ['8h', 'A'],
    ],
    '8h',
    {},
  ],
  [
    'Held by slot: it is running already.',
    [
      ['7h', 'Flow Started', { flow: 'flow' }],
      ['8h', 'A'],
    ],
    '8h',
    { frequency: { times: 2 } },
  ],
]
test.each(gates)('a gate: %s', (sentence, rows, at, more, of) => {
  const { gates } = told(state, rows, at, more, of)
  expect(gates).toContain(sentence)
  expect(gates).toHaveLength(13)
  expect(gates).toContain('Open: stale.')
})

test('what blocks it is named', () => {
  const run = replay(guide([flow(state)]))
  run.engine.block('checkout')
  run.engine.block('typing')
  run.rows(['8h', 'A'])
  const { summary, gates } = describe(run.engine.explain('flow', moment('8h')))
  expect(gates).toContain('Held by blocked: nothing opens because of checkout and typing.')
  expect(summary).toBe('“flow” has fired and is held by blocked: nothing opens because of checkout and typing.')
})

const invite = { all: [{ idle: '20s' }, { not: { count: 'Teammate Invited', is: { $gte: 1 } } }] }
const summaries: [string, string, ...Parameters<typeof told>][] = [
  [
    'what is missing',
    '“flow” waits for its trigger: 2 of more than 3 Product Viewed for product_id p1 within 7 days; would fire at the 4th.',
    often,
    views('1h', '2h'),
  ],
  [
    'when it comes by itself',
    '“flow” waits for its trigger: 10 s without interaction, wanted 20 s; would fire by itself at 09:00:10.',
    invite,
    [['8h59m50s', 'A']],
  ],
  [
    'all that is in the way',
    '“flow” waits for its trigger, and no single change is enough: 10 s without interaction, wanted 20 s; 1 Teammate Invited, must not be at least 1.',
    invite,
    [['8h59m50s', 'Teammate Invited']],
  ],
  [
    'that it is true already',
    'The trigger of “flow” is true already, and fires only when it becomes true; it is over with one B. Its latest firing, at 08:00, started it.',
    state,
    [['8h', 'A']],
  ],
  [
    'which gate was in the way before',
    '“flow” would be refused by frequency if it fired now: shown 1 of 1 time per day; free again on 6 January at 00:00. Its latest firing, at 08:30, was refused by frequency.',
    'A',
    [
      ['8h', 'A'],
      ['8h30m', 'A'],
    ],
    '9h',
    { frequency: { times: 1, every: 'day' } },
  ],
  [
    'that what held it outlasted it',
    '“flow” waits for its trigger: A is to happen. Its latest firing, at 08:00, was held by pages until it was over.',
    'A',
    [['8h', 'A'], page('/shop', '8h1m')],
    '9h',
    { pages: ['/shop'] },
  ],
  [
    'its delay',
    '“flow” has fired and waits for its delay: it shows at 09:00:30.',
    'A',
    [['9h', 'A']],
    '9h',
    { delay: '30s' },
  ],
]
test.each(summaries)('the summary says %s', (_, summary, ...args) => {
  expect(told(...args).summary).toBe(summary)
})

test('moments are told in the time zone and the way that are asked for', () => {
  const run = replay(guide([flow({ idle: '3m' })]))
  run.rows(['8h59m', 'A'])
  const explanation = run.engine.explain('flow', moment('9h'))
  expect(describe(explanation, { timeZone: 'Asia/Tokyo' }).summary).toContain('by itself at 18:02.')
  expect(describe(explanation, { timeZone: 'UTC', locale: 'en-US' }).summary).toMatch(/by itself at 09:02\sAM\./)
})

test('a flow that is not there is no riddle', () => {
  expect(describe(replay(guide([])).engine.explain('other', moment(0)))).toEqual({
    summary: 'There is no flow “other” in the guide that runs here, or the guide is not there yet.',
    trigger: [],
    gates: [],
  })
})
