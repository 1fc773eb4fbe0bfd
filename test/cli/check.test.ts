import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createMachine } from 'xstate'
import { checkGuide } from '../../src/cli/check/check-guide.ts'
import { type Finding, findingCodes } from '../../src/cli/check/finding.ts'
import { checkPatterns } from '../../src/cli/check/patterns.ts'
import { checkRepeatedKeys } from '../../src/cli/check/repeated-keys.ts'
import { walkMachine } from '../../src/cli/check/walk.ts'
import type { Expression, Flow, Guide, Step } from '../../src/core/guide.ts'
import { type FlowMachine, flowMachine } from '../../src/core/machine.ts'
import { type Row, replay } from '../core/replay.ts'
import triggers from '../core/triggers.cases.json' with { type: 'json' }

const now = Date.UTC(2026, 10, 23)
const hello: Step = { id: 'hello', type: 'message', props: { title: 'Hello' } }
const flow = (more: Partial<Flow> = {}): Flow => ({
  id: 'welcome',
  version: 1,
  trigger: 'Page Viewed',
  steps: [hello],
  ...more,
})
const guide = (more: Partial<Guide> = {}): Guide => ({ format: 1, flows: [flow()], ...more })
const check = (document: unknown, steps: string[] = []) => checkGuide(document, { now, steps })
const told = (findings: Finding[]) => findings.map(({ code, path }) => `${code} ${path}`)
const withTrigger = (trigger: Expression) => told(check(guide({ flows: [flow({ trigger })] })))
const withSteps = (...steps: Partial<Step>[]) =>
  check(guide({ flows: [flow({ steps: steps.map((step, index) => ({ ...hello, id: `s${index}`, ...step })) })] }))
const actions = (...list: object[]) => ({ props: { title: 'Hello', actions: list as never } })

describe('a guide that is well', () => {
  it('has no finding', () => expect(check(guide())).toEqual([]))

  it.each(readdirSync('demo/guides'))('%s of the demo has none but its own types of step', (file) => {
    const own = ['confetti', ...['dom', 'react', 'vue', 'svelte'].map((name) => `slider-${name}`)]
    expect(check(JSON.parse(readFileSync(`demo/guides/${file}`, 'utf8')), own)).toEqual([])
  })
})

describe('a large guide that is well', () => {
  const cards = { surface: 'card' as const }
  const survey = { type: 'survey', ...cards }
  const product: Guide = {
    format: 1,
    segments: {
      new: { active: 'sessions', is: { $lte: 1 } },
      engaged: { active: 'sessions', where: { seconds: { $gte: 60 } }, is: { $gte: 3 }, within: '14d' },
      'at-risk': {
        any: [
          { absent: 'Order Completed', after: 'Product Added', for: '24h' },
          { since: { last: 'seen' }, is: { $gt: '14d' } },
        ],
      },
      payers: {
        all: [{ profile: { 'visitor.traits.plan': { $in: ['team', 'business'] } } }, { not: { segment: 'new' } }],
      },
    },
    models: { churn: { intercept: -1, features: { visits: { weight: 0.4, of: 'sessions.count', scale: 'log1p' } } } },
    limits: { gap: '5m', perSession: 2, perDay: 4, perSurface: { modal: { perSession: 1 } } },
    holdout: { share: 0.05, salt: 'all' },
    alerts: [
      {
        id: 'rage',
        when: { count: 'Rage Clicked', is: { $gte: 3 }, within: '10m' },
        visitors: { $gte: 20 },
        within: '1h',
        notify: ['ops'],
      },
    ],
    flows: [
      flow({
        id: 'tour',
        trigger: { all: ['Page Viewed', { segment: 'new' }, { not: { status: 'tour', is: 'shown' } }] },
        priority: 'high',
        onLeave: 'resume',
        cancelOn: ['Project Created'],
        steps: [
          { id: 'hello', type: 'message', props: { title: 'Welcome, {{visitor.traits.name | default:"there"}}' } },
          {
            ...hello,
            id: 'invite',
            target: '@invite.button',
            advance: 'Teammate Invited',
            timeout: '2m',
            when: { count: 'Teammate Invited', is: { $eq: 0 } },
          },
          {
            ...survey,
            id: 'how',
            props: { question: 'How was it?', kind: 'rating', max: 5 },
            branch: [
              { answer: { $lte: 2 }, to: 'why' },
              { answer: { $gte: 3 }, to: 'thanks' },
            ],
          },
          { ...survey, id: 'why', props: { question: 'What went wrong?', kind: 'text' } },
          {
            id: 'thanks',
            type: 'message',
            ...cards,
            props: {
              text: 'Thank you. [More](/help "Help")',
              actions: [
                { label: 'Again', to: 'hello' },
                { label: 'Done', to: 'complete' },
                { label: 'Later', to: 'snooze', for: '1d' },
              ],
            },
          },
        ],
      }),
      flow({
        id: 'repeat-view',
        trigger: {
          count: 'Product Viewed',
          per: 'product_id',
          is: { $gt: 3 },
          within: '7d',
          unless: 'Order Completed',
        },
        pages: ['/products/*', '!/products/sold-out'],
        frequency: { times: 1, every: '30d' },
        purpose: 'marketing',
        goal: { on: { on: 'Order Completed', where: { total: { $gt: 0 } } }, within: '3d' },
        experiment: {
          id: 'views',
          holdout: 0.1,
          variants: [
            { id: 'three', weight: 1 },
            { id: 'five', weight: 1, patch: { trigger: { is: { $gt: 5 } } } as never },
          ],
        },
        steps: [
          {
            id: 'offer',
            type: 'offer',
            surface: 'banner',
            props: { title: 'Still thinking about {{trigger.name}}?', code: 'BACK10' },
            advance: 'Coupon Applied',
          },
        ],
      }),
      flow({
        id: 'pricing',
        trigger: {
          any: [
            { dwell: ['/pricing', '/plans/:id'], is: { $gte: '40s' } },
            { dwell: ['/pricing'], is: { $lt: '5s' }, streak: 3 },
          ],
        },
        audience: {
          all: [
            { profile: { 'visitor.traits.plan': 'trial', 'cart.value': { $gte: 0 } } },
            { not: { segment: 'at-risk' } },
          ],
        },
        schedule: { from: '2026-11-01', until: '2026-12-24T18:00', timezone: 'America/New_York' },
        steps: [
          {
            ...survey,
            id: 'ask',
            props: { question: 'Any question?', kind: 'choice', multiple: true, choices: ['Price', 'Seats'] },
            branch: [{ answer: ['Price'], to: 'end' }],
          },
          { ...hello, id: 'end' },
        ],
      }),
      flow({
        id: 'stuck',
        trigger: {
          sequence: ['Form Started', { next: 'Error Shown' }, { on: ['Page Left', 'Form Abandoned'] }],
          within: '10m',
          same: 'form',
        },
        frequency: { times: 3, every: 'week' },
      }),
      flow({
        id: 'score',
        trigger: {
          all: [
            { idle: '2m' },
            { profile: { 'scores.churn': { $gt: 0.7 } } },
            { count: 'Page Viewed', is: { $gte: 3, $lt: 5000 } },
          ],
        },
        frequency: { times: 1_000_000 },
      }),
      flow({
        id: 'cart-mail',
        runs: 'relay',
        trigger: { absent: 'Order Completed', after: 'Checkout Started', for: '1h', same: 'cart_id' },
        steps: [
          { id: 'pause', type: 'wait', for: '24h', branch: [{ on: 'Order Completed', to: 'tell' }] },
          {
            id: 'tell',
            type: 'send',
            destination: 'hubspot',
            activity: 'Cart Abandoned',
            properties: { value: '{{trigger.value}}' },
          },
        ],
      }),
    ],
  }

  it('has no finding', () => expect(check(product)).toEqual([]))

  it('has none with a thousand flows either', () => {
    const more = Array.from({ length: 1000 }, (_, index): Flow => {
      const trigger = { count: `Type ${index}`, is: { $gt: 3 } }
      return { ...product.flows[index % 5]!, id: `f-${index}`, trigger }
    })
    expect(check({ ...product, flows: [...product.flows, ...more] })).toEqual([])
  })
})

describe('a finding', () => {
  it('has a code, a severity, a path, what is the matter and a remedy', () => {
    expect(check(guide({ flows: [flow({ trigger: { idle: '45m' } })] }))).toEqual([
      {
        code: 'never-true',
        severity: 'error',
        path: 'flows[0].trigger.idle',
        message:
          'A session ends after 30 min without interaction, so nobody is idle for longer, so flow "welcome" never fires',
        remedy: 'Write less than "30m", or { "since": { "last": "seen" }, "is": … } for who comes back',
      },
    ])
  })

  it('of the shape comes alone: what has no shape is not looked at further', () => {
    const [first, ...rest] = check({ format: 1, flows: [{ ...flow(), trigger: { idle: 'soon' } }] })
    expect(first).toMatchObject({
      code: 'invalid-shape',
      path: 'flows[0].trigger.idle',
      remedy: expect.stringContaining('write a duration'),
    })
    expect(rest).toEqual([])
  })

  it('stands in the order of the document, the tenth flow after the second', () => {
    const flows = Array.from({ length: 11 }, (_, index) =>
      flow({ id: `f${index}`, trigger: { all: [`Type ${index}`, { idle: '1h' }] } }),
    )
    expect(check(guide({ flows })).map(({ path }) => path)).toEqual(
      flows.map((_, index) => `flows[${index}].trigger.all[1].idle`),
    )
  })
})

describe('conditions that nothing meets', () => {
  const count = (is: object, more: object = {}) => ({ count: 'Product Viewed', is, ...more }) as Expression
  it.each<[Expression, string]>([
    [count({ $gt: 5, $lt: 3 }), 'never-true flows[0].trigger.is'],
    [count({ $gt: 3, $lt: 4 }), 'never-true flows[0].trigger.is'],
    [count({ $eq: 2.5 }), 'never-true flows[0].trigger.is'],
    [count({ $lt: 0 }), 'never-true flows[0].trigger.is'],
    [count({ $gt: 2000 }, { distinct: 'product_id' }), 'never-true flows[0].trigger.is'],
    [{ count: 'Page Viewed', is: { $gte: 2 }, within: 'page' }, 'never-true flows[0].trigger.is'],
    [{ sequence: ['Product Viewed', 'Page Viewed'], within: 'page' }, 'never-true flows[0].trigger.sequence[1]'],
    [{ active: 'days', is: { $gte: 500 } }, 'never-true flows[0].trigger.is'],
    [{ active: 'sessions', is: { $gte: 2 }, within: 'session' }, 'never-true flows[0].trigger.is'],
    [{ active: 'sessions', is: { $gte: 50 }, within: '1d' }, 'never-true flows[0].trigger.is'],
    [{ active: 'sessions', is: { $gt: 201 }, where: { pages: { $gt: 1 } } }, 'never-true flows[0].trigger.is'],
    [{ all: ['Page Viewed', { on: ['Product Viewed', 'Cart Viewed'] }] }, 'never-true flows[0].trigger'],
    [{ all: ['Page Viewed', { sequence: ['Cart Viewed', 'Checkout Started'] }] }, 'never-true flows[0].trigger'],
    [{ on: 'Product Viewed', pages: ['/help', '!/help'] }, 'never-true flows[0].trigger.pages'],
    [{ dwell: ['/help/start', '!/help/*'], is: { $gte: '5s' } }, 'never-true flows[0].trigger.dwell'],
    [
      { on: 'Product Viewed', where: { $and: [{ brand: 'Acme' }, { brand: 'Other' }] } },
      'never-true flows[0].trigger.where',
    ],
    [{ on: 'Product Viewed', where: { price: 1, $and: [{ price: { $gt: 3 } }] } }, 'never-true flows[0].trigger.where'],
    [{ on: 'Product Viewed', where: { price: { $type: 'text' } } }, 'never-true flows[0].trigger.where.price.$type'],
    [
      { all: ['Page Viewed', ...['trial', 'paid'].map((plan) => ({ profile: { 'visitor.traits.plan': plan } }))] },
      'never-true flows[0].trigger',
    ],
    [count({ $gt: 2 }, { within: 0 }), 'never-true flows[0].trigger.within'],
    [{ active: 'days', is: { $gte: 10 }, within: '7d' }, 'never-true flows[0].trigger.is'],
    [{ active: 'sessions', is: { $gte: 300 }, within: '365d' }, 'never-true flows[0].trigger.is'],
    [{ idle: '30m' }, 'never-true flows[0].trigger.idle'],
    [{ dwell: ['/pricing'], is: { $gte: '25h' } }, 'never-true flows[0].trigger.is'],
    [{ since: { first: 'seen' }, is: { $lt: 0 } }, 'never-true flows[0].trigger.is'],
    [{ sequence: ['Cart Viewed', 'Order Completed'], within: 0 }, 'never-true flows[0].trigger.within'],
    [{ on: 'Product Viewed', where: { price: { $gt: 5, $lt: 3 } } }, 'never-true flows[0].trigger.where.price'],
    [{ on: 'Product Viewed', where: { brand: { $in: [] } } }, 'never-true flows[0].trigger.where.brand'],
    [
      { on: 'Product Viewed', where: { brand: { $eq: 'Acme', $ne: 'Acme' } } },
      'never-true flows[0].trigger.where.brand',
    ],
    [{ on: 'Product Viewed', where: { brand: { $regex: '(' } } }, 'never-true flows[0].trigger.where.brand.$regex'],
    [
      { on: 'Product Viewed', where: { $or: [{ a: { $in: [] } }, { b: { $gt: 2, $lt: 1 } }] } },
      'never-true flows[0].trigger.where.$or[0].a',
    ],
    [
      count({ $gt: 3 }, { count: { on: 'Product Viewed', where: { price: { $gt: 5, $lt: 3 } } } }),
      'never-true flows[0].trigger.count.where.price',
    ],
    [{ all: ['Page Viewed', count({ $gt: 5 }), count({ $lt: 5 })] }, 'never-true flows[0].trigger'],
    [{ all: ['Page Viewed', { not: { idle: '1m' } }, { idle: '1m' }] }, 'never-true flows[0].trigger'],
    [{ all: ['Page Viewed', { not: count({ $gte: 0 }) }] }, 'never-true flows[0].trigger.all[1].not.is'],
  ])('%j', (trigger, expected) => expect(withTrigger(trigger)).toContain(expected))

  it.each<Expression>([
    count({ $gt: 3, $lt: 5 }),
    count({ $gte: 3000 }),
    count({ $gte: 2000 }, { distinct: 'product_id' }),
    { count: { on: ['Page Viewed', 'Product Viewed'] }, is: { $gte: 2 }, within: 'page' },
    { sequence: ['Page Viewed', 'Product Viewed'], within: 'page' },
    { active: 'sessions', is: { $gte: 500 } },
    { active: 'sessions', is: { $gte: 2 }, within: '31m' },
    { active: 'days', is: { $gte: 300 } },
    { all: ['Page Viewed', { on: ['Page Viewed', 'Cart Viewed'] }] },
    { all: [{ on: 'Page Viewed', pages: ['/help'] }, { any: ['Page Viewed', 'Cart Viewed'] }] },
    {
      on: 'Product Viewed',
      where: { $and: [{ price: { $gt: 1 } }, { price: { $lt: 3 } }], $or: [{ a: 1 }, { a: 2 }] },
    },
    { on: 'Product Viewed', where: { tags: { $in: ['a'] }, $and: [{ tags: { $in: ['b'] } }] } },
    { active: 'days', is: { $gte: 8 }, within: '7d' },
    { idle: '29m' },
    { all: ['Page Viewed', count({ $gt: 3 }), count({ $lt: 5 })] },
    { all: ['Page Viewed', count({ $gt: 5 }, { per: 'product_id' }), count({ $lt: 5 }, { per: 'product_id' })] },
    { on: 'Product Viewed', where: { price: { $gt: 5, $lt: 5.5 } } },
    { on: 'Product Viewed', where: { name: { $gt: 'a', $lt: 'b' } } },
    { sum: 'Order Completed', of: 'total', is: { $lt: 0 } },
  ])('not among them: %j', (trigger) => expect(withTrigger(trigger)).toEqual([]))

  it('a dead part of what can still be met is a warning', () => {
    expect(withTrigger({ any: ['Page Viewed', { idle: '1h' }] })).toEqual(['dead-part flows[0].trigger.any[1].idle'])
  })

  it('what every number fits says nothing', () => {
    expect(withTrigger({ all: ['Page Viewed', count({ $gte: 0 })] })).toEqual([
      'always-true flows[0].trigger.all[1].is',
    ])
  })

  it('a count that nothing satisfies from the start, and that only ever stops to be true, never fires', () => {
    expect(withTrigger(count({ $lt: 3 }))).toEqual(['never-fires flows[0].trigger'])
    expect(withTrigger(count({ $lt: 3 }, { within: '1h' }))).toEqual([])
    expect(withTrigger(count({ $ne: 3 }))).toEqual([])
  })

  it('reach audiences, segments, steps and alerts', () => {
    const never = count({ $lt: 0 })
    const findings = check(
      guide({
        segments: { none: never },
        flows: [
          flow({
            audience: { segment: 'none' },
            steps: [
              { ...hello, when: never },
              { ...hello, id: 'more' },
            ],
          }),
        ],
        alerts: [{ id: 'rage', when: never, visitors: { $gte: 0 }, within: '1h', notify: [] }],
      }),
    )
    expect(told(findings)).toEqual(
      [
        'never-true alerts[0].when.is',
        'always-true alerts[0].visitors',
        'never-true flows[0].audience.segment',
        'never-true flows[0].steps[0].when.is',
        'never-true segments.none.is',
      ].sort((a, b) => (a.split(' ')[1]! < b.split(' ')[1]! ? -1 : 1)),
    )
  })

  it('are found between trigger and audience', () => {
    const flows = [flow({ trigger: { all: ['Page Viewed', count({ $gt: 5 })] }, audience: count({ $lt: 3 }) })]
    expect(told(check(guide({ flows })))).toEqual(['never-true flows[0].audience'])
  })
})

describe('the limits of the check are those of the engine', () => {
  it('what fires there is never told to be never true', () => {
    const rows = Object.values(triggers).flat() as {
      trigger?: Expression
      guide?: Partial<Guide>
      firings?: unknown[]
    }[]
    const other = flow({ id: 'other', trigger: 'Plan Chosen', steps: ['one', 'two'].map((id) => ({ ...hello, id })) })
    const findings = rows
      .filter(({ trigger, firings }) => trigger && firings?.length)
      .map(({ trigger, guide: more }) => ({
        trigger,
        codes: told(check(guide({ ...more, flows: [flow({ trigger: trigger! }), other] }))),
      }))
    expect(findings.length).toBeGreaterThan(100)
    for (const { trigger, codes } of findings)
      expect(
        codes.filter((code) => /^never|invalid/.test(code)),
        JSON.stringify(trigger),
      ).toEqual([])
  })

  const fired = (trigger: Expression, ...rows: Row[]) => {
    const log = replay({ format: 1, flows: [{ ...played, trigger }] }, { play: false })
    log.rows(...rows)
    return log.decisions.length > 0
  }
  const played = { id: 'flow', version: 1, frequency: { times: 1 }, steps: [hello] }
  const viewed = Array.from({ length: 2001 }, (_, index): Row => [index, 'Product Viewed', { product_id: `p${index}` }])

  it.each<[Expression, boolean]>([
    [{ count: 'Product Viewed', is: { $gt: 2000 } }, true],
    [{ count: 'Product Viewed', is: { $gt: 2000 }, within: '7d' }, true],
    [{ count: 'Product Viewed', is: { $gte: 2000 }, distinct: 'product_id' }, true],
    [{ count: 'Product Viewed', is: { $gt: 2000 }, distinct: 'product_id' }, false],
  ])('%j', (trigger, fires) => {
    expect(fired(trigger, ...viewed)).toBe(fires)
    expect(withTrigger(trigger)).toEqual(fires ? [] : ['never-true flows[0].trigger.is'])
  })

  const visits = Array.from({ length: 210 }, (_, index): Row => [index * 864e5, 'Page Viewed', { path: '/' }])
  it.each<[Expression, boolean]>([
    [{ active: 'sessions', is: { $gt: 201 } }, true],
    [{ active: 'sessions', is: { $gte: 201 }, within: '365d' }, true],
    [{ active: 'sessions', is: { $gt: 201 }, within: '365d' }, false],
    [{ active: 'sessions', is: { $gt: 201 }, where: { pages: { $gte: 1 } } }, false],
  ])('%j', (trigger, fires) => {
    expect(fired(trigger, ...visits)).toBe(fires)
    expect(withTrigger(trigger)).toEqual(fires ? [] : ['never-true flows[0].trigger.is'])
  })

  it.each([200, 201])('a frequency of %j', (times) => {
    const document = guide({ flows: [flow({ frequency: { times, every: '365d' } })] })
    const played = replay(document)
    played.rows(...Array.from({ length: 210 }, (_, index): Row => [index * 1000, 'Page Viewed', { path: '/' }]))
    expect(played.starts).toHaveLength(times === 200 ? 200 : 210)
    expect(told(check(document))).toEqual(times === 200 ? [] : ['always-true flows[0].frequency.times'])
  })
})

describe('gates that let nobody through', () => {
  it.each<[Partial<Guide>, string]>([
    [{ limits: { perSession: 0 } }, 'always-closed limits.perSession'],
    [{ limits: { perSurface: { modal: { perDay: 0 } } } }, 'always-closed limits.perSurface.modal.perDay'],
    [{ holdout: { share: 1, salt: 'a' } }, 'always-closed holdout.share'],
    [{ flows: [flow({ schedule: { from: '2026-12-01', until: '2026-11-30' } })] }, 'always-closed flows[0].schedule'],
    [{ flows: [flow({ schedule: { until: '2026-11-20' } })] }, 'schedule-over flows[0].schedule.until'],
    [{ flows: [flow({ pages: ['/help/*', '!/help/*'] })] }, 'always-closed flows[0].pages'],
    [{ flows: [flow({ pages: ['/help/start', '!/help/*'] })] }, 'always-closed flows[0].pages'],
    [
      { flows: [flow({ experiment: { id: 'x', holdout: 1, variants: [{ id: 'a', weight: 1 }] } })] },
      'always-closed flows[0].experiment.holdout',
    ],
    [{ limits: { perDay: 300 } }, 'always-true limits.perDay'],
    [{ flows: [flow({ schedule: { timezone: 'Mars/Base' } })] }, 'unknown-reference flows[0].schedule.timezone'],
    [{ flows: [flow({ goal: { on: 'Order Completed', within: 0 } })] }, 'never-true flows[0].goal.within'],
    [
      { flows: [flow({ trigger: { on: 'Page Viewed', pages: ['/pricing'] }, pages: ['/help/*'] })] },
      'always-closed flows[0].pages',
    ],
  ])('%j', (more, expected) => expect(told(check(guide(more)))).toEqual([expected]))

  it.each<Partial<Flow>>([
    { trigger: { on: 'Page Viewed', pages: ['/help/a', '/pricing'] }, pages: ['/help/*'] },
    { trigger: { on: 'Page Viewed', pages: ['/help/*'] }, pages: ['/help/a'] },
    { trigger: { on: 'Order Completed', pages: ['/cart'] }, pages: ['/help/*'] },
    { frequency: { times: 1_000_000 } },
    { schedule: { timezone: 'Europe/Berlin' } },
  ])('not among them: %j', (more) => expect(check(guide({ flows: [flow(more)] }))).toEqual([]))

  it('pages that leave some are no finding', () => {
    expect(check(guide({ flows: [flow({ pages: ['/help/*', '!/help/old'] })] }))).toEqual([])
  })
})

describe('a flow that another always comes before', () => {
  const both = (a: Partial<Flow>, b: Partial<Flow> = {}) =>
    told(
      check(
        guide({
          segments: { new: { active: 'sessions', is: { $lte: 1 } } },
          flows: [flow({ id: 'a', ...a }), flow({ id: 'b', ...b })],
        }),
      ),
    )

  it('fires with it, as often, and wants the same place', () => expect(both({})).toEqual(['displaced-flow flows[1]']))
  it('is the one of lower priority', () => expect(both({}, { priority: 'high' })).toEqual(['displaced-flow flows[0]']))
  it('or is of its group', () =>
    expect(both({ group: 'g', steps: [{ ...hello, surface: 'banner' }] }, { group: 'g' })).toEqual([
      'displaced-flow flows[1]',
    ]))
  it('or fires among other moments, and more often', () => {
    const often = { frequency: { times: 2, every: 'session' as const } }
    expect(both(often, { frequency: { times: 1, every: '30d' } })).toEqual(['displaced-flow flows[1]'])
    expect(both({}, { trigger: { on: 'Page Viewed', pages: ['/help'] } })).toEqual(['displaced-flow flows[1]'])
    expect(both({}, { trigger: { all: ['Page Viewed', { segment: 'new' }] } })).toEqual(['displaced-flow flows[1]'])
    expect(both({ trigger: { any: ['Plan Chosen', 'Page Viewed'] } })).toEqual(['displaced-flow flows[1]'])
  })

  it.each<[string, Partial<Flow>, Partial<Flow>]>([
    ['moments of its own', { trigger: { on: 'Page Viewed', pages: ['/help'] } }, {}],
    ['a shorter period', { frequency: { times: 1, every: '30d' } }, { frequency: { times: 1, every: 'session' } }],
    ['another trigger', {}, { trigger: 'Plan Chosen' }],
    ['another place', { steps: [{ ...hello, surface: 'banner' }] }, {}],
    ['more often', {}, { frequency: { times: 2 } }],
    ['where the other is not', { pages: ['/help'] }, {}],
    ['the other is off', { enabled: false }, {}],
  ])('is not one with %s', (_, a, b) => expect(both(a, b)).toEqual([]))
})

describe('steps', () => {
  it('that no action leads to are found, those after a branch are not', () => {
    const skipping = withSteps(actions({ label: 'Go', to: 's2' }, { label: 'No', to: 'dismiss' }), {}, {})
    expect(told(skipping)).toEqual(['unreachable-step flows[0].steps[1]'])
    expect(withSteps({ branch: [{ on: 'Plan Chosen', to: 's2' }] }, {}, {})).toEqual([])
  })

  it('that only one answer leads to are reachable', () => {
    const survey: Partial<Step> = { type: 'survey', props: { question: 'How?', kind: 'nps', required: true } }
    const low = {
      ...survey,
      branch: [
        { answer: { $lte: 6 }, to: 's2' },
        { answer: { $gte: 7 }, to: 's3' },
      ],
    }
    expect(
      told(withSteps(low, actions({ label: 'Never', to: 'complete' }), actions({ label: 'Done', to: 'complete' }), {})),
    ).toEqual(['unreachable-step flows[0].steps[1]'])
  })

  it('passed over by their condition lead on', () => {
    const only = { ...actions({ label: 'Done', to: 'complete' }), when: { segment: 'new' } }
    const steps = [only, {}].map((step, index) => ({ ...hello, id: `s${index}`, ...step }))
    expect(
      check(guide({ segments: { new: { active: 'sessions', is: { $lte: 1 } } }, flows: [flow({ steps })] })),
    ).toEqual([])
  })

  it('that lead round in a ring are told, those that rest or end are not', () => {
    const on = (to: string) => actions({ label: 'Go', to })
    expect(told(withSteps(on('s1'), on('s0')))).toEqual(['only-dismissed flows[0].steps[0]'])
    expect(withSteps(on('s1'), actions({ label: 'Back', to: 'back' }, { label: 'Done', to: 'complete' }))).toEqual([])
    expect(withSteps(on('s1'), actions({ label: 'Read', url: '/help' }))).toEqual([])
    expect(withSteps(on('s1'), { ...on('s0'), advance: 'Project Created' })).toEqual([])
  })

  it('of the relay end by themselves, as nobody closes them', () => {
    const send = { type: 'send', destination: 'crm', activity: 'Cart Abandoned', props: {} }
    const steps = [
      { ...send, id: 'a', branch: [{ on: 'Order Completed', to: 'a' }] },
      { type: 'wait', id: 'b', for: '1h' },
    ]
    expect(check(guide({ flows: [flow({ runs: 'relay', steps })] }))).toEqual([])
  })

  it('wait for answers that are offered', () => {
    const choice = { question: 'How?', kind: 'choice', choices: ['Well', { value: 'bad', label: 'Badly' }] }
    const survey = (props: object, ...answers: unknown[]) =>
      told(
        withSteps(
          {
            type: 'survey',
            props: props as never,
            branch: answers.map((answer) => ({ answer: answer as never, to: 's1' })),
          },
          {},
        ),
      )
    expect(survey(choice, 'Well', 'bad', 'Badly')).toEqual(['dead-part flows[0].steps[0].branch[2].answer'])
    expect(survey({ question: 'How?', kind: 'rating' }, { $lte: 2 }, { $gt: 5 })).toEqual([
      'dead-part flows[0].steps[0].branch[1].answer',
    ])
    expect(survey({ question: 'How?', kind: 'nps' }, 0, 10)).toEqual([])
    expect(survey({ question: 'How?', kind: 'text' }, 'anything')).toEqual([])
    expect(survey({ question: 'How?', kind: 'csat' }, { $lte: 2 }, 6)).toEqual([
      'dead-part flows[0].steps[0].branch[1].answer',
    ])
    expect(survey({ ...choice, other: true }, { other: { $exists: true } })).toEqual([])
    const questions = [{ id: 'score', question: 'How?', kind: 'nps', required: true }]
    expect(survey({ questions }, { score: { $lte: 6 } })).toEqual([])
    const onlyByAnswer = withSteps(
      { type: 'survey', props: { questions }, branch: [{ answer: { score: { $lte: 6 } }, to: 's2' }] },
      actions({ label: 'Done', to: 'complete' }),
      {},
    )
    expect(told(onlyByAnswer)).toEqual([])
  })

  it('of variants are walked as well', () => {
    const patch = { steps: { s0: { props: { actions: [{ label: 'Done', to: 'complete' }] } } } }
    const flows = [
      flow({
        steps: [
          { ...hello, id: 's0' },
          { ...hello, id: 's1' },
        ],
        experiment: {
          id: 'x',
          variants: [
            { id: 'a', weight: 1 },
            { id: 'b', weight: 1, patch },
          ],
        },
      }),
    ]
    expect(told(check(guide({ flows })))).toEqual(['unreachable-step flows[0].experiment.variants[1].patch.steps'])
  })

  it.each<[Partial<Step>, string]>([
    [{ type: 'survey', props: {} }, 'incomplete-step flows[0].steps[0]'],
    [{ type: 'survey', props: { question: 'How?', kind: 'choice' } }, 'incomplete-step flows[0].steps[0]'],
    [{ type: 'survey', props: { question: 'How?', kind: 'stars' } }, 'incomplete-step flows[0].steps[0]'],
    [
      { type: 'survey', props: { questions: [{ question: 'How?', kind: 'nps' }] } },
      'incomplete-step flows[0].steps[0]',
    ],
    [{ type: 'survey', props: { questions: [{ id: 'a', kind: 'nps' }] } }, 'incomplete-step flows[0].steps[0]'],
    [{ type: 'checklist', props: { title: 'x', items: [] } }, 'incomplete-step flows[0].steps[0]'],
    [{ type: 'checklist', props: { title: 'x', items: [{ label: 'x' }] } }, 'incomplete-step flows[0].steps[0]'],
    [
      { type: 'checklist', props: { title: 'x', items: [{ id: 'a', label: 'x', start: 'other' }] } },
      'unknown-reference flows[0].steps[0].props.items[0].start',
    ],
    [{ props: {} }, 'incomplete-step flows[0].steps[0]'],
    [{ type: 'send', activity: 'Cart Abandoned' }, 'incomplete-step flows[0].steps[0]'],
    [{ type: 'wait' }, 'incomplete-step flows[0].steps[0]'],
    [{ type: 'mesage' }, 'unknown-step-type flows[0].steps[0].type'],
    [actions({ label: 'Go', to: 'nowhere' }), 'unknown-reference flows[0].steps[0].props.actions[0].to'],
    [
      actions({ label: 'Go', start: 'other', to: 'next' }),
      'unknown-reference flows[0].steps[0].props.actions[0].start',
    ],
    [
      actions({ label: 'Go', url: 'javascript:alert(1)', to: 'next' }),
      'refused-link flows[0].steps[0].props.actions[0].url',
    ],
    [
      { props: { text: 'See [this](java\nscript:alert) or [that](data:text/html,x)' } },
      'refused-link flows[0].steps[0].props.text',
    ],
    [
      { props: { title: 'Hi', image: { url: 'https://me:secret@example.com/a.png' } } },
      'refused-link flows[0].steps[0].props.image.url',
    ],
    [{ props: { title: 'Hi {{user.name}}' } }, 'unknown-template flows[0].steps[0].props.title'],
    [{ props: { title: 'Hi {{visitor.traits.name | shout}}' } }, 'unknown-template flows[0].steps[0].props.title'],
    [{ props: { title: 'Hi {{visitor.trait.name}}' } }, 'unknown-template flows[0].steps[0].props.title'],
    [{ props: { title: 'Your {{profile.session.count}}. visit' } }, 'unknown-template flows[0].steps[0].props.title'],
    [{ props: { title: 'Hi {{visitor.traits.name' } }, 'unknown-template flows[0].steps[0].props.title'],
    [{ props: { title: 'Hi', image: '/a.png' } }, 'incomplete-step flows[0].steps[0]'],
    [{ target: '@' }, 'incomplete-step flows[0].steps[0]'],
  ])('%j', (step, expected) => expect(told(withSteps(step))).toEqual([expected]))

  it.each<Partial<Step>>([
    actions({ label: 'Go', url: '{{trigger.url}}', to: 'next' }),
    actions({ label: 'Go', url: '/help?p={{trigger.product_id}}', to: 'next' }),
    {
      props: {
        text: 'Write to [us](mailto:help@example.com) or read [on](/help)',
        title: '{{trigger.price | currency:EUR}}',
      },
    },
    { type: 'survey', content: { ref: 'survey' } },
  ])('no finding: %j', (step) => expect(withSteps(step)).toEqual([]))

  it('of a type of your own are named', () =>
    expect(check(guide({ flows: [flow({ steps: [{ id: 'a', type: 'rating' }] })] }), ['rating'])).toEqual([]))

  it('are not drawn on the relay', () =>
    expect(told(check(guide({ flows: [flow({ runs: 'relay' })] })))).toEqual(['drawn-on-relay flows[0].steps[0].type']))
})

describe('keys that are ignored', () => {
  it('are told where one that is known was meant', () => {
    const written = {
      ...guide({ limits: { perSesion: 2 } as never }),
      flows: [
        {
          ...flow(),
          frequncy: { times: 2 },
          trigger: { all: ['A', { count: 'A', is: { $gt: 3 }, witihn: '7d' }] },
          steps: [{ ...hello, onmissing: 'end' }],
        },
      ],
    }
    expect(check(written).map(({ code, path, remedy }) => [code, path, remedy])).toEqual([
      ['unknown-key', 'flows[0].frequncy', 'Write "frequency", if that is meant'],
      ['unknown-key', 'flows[0].steps[0].onmissing', 'Write "onMissing", if that is meant'],
      ['unknown-key', 'flows[0].trigger.all[1].witihn', 'Write "within", if that is meant'],
      ['unknown-key', 'limits.perSesion', 'Write "perSession", if that is meant'],
    ])
  })

  it('are none of the check where they are somebody else’s', () => {
    const flows = [
      {
        ...flow(),
        owner: 'growth',
        notes: 'Ask Ada',
        'x-id': 3,
        steps: [{ ...hello, label: 'a', props: { titel: 'b', text: 'c' } }],
      },
    ]
    expect(check({ $schema: './guide.schema.json', $comment: 'mine', ...guide(), flows })).toEqual([])
  })
})

describe('names', () => {
  it.each<[Expression, string]>([
    [{ status: 'welcome', is: 'completed', step: 'bye' }, 'unknown-reference flows[0].trigger.step'],
    [{ profile: { 'traits.plan': 'pro' } }, 'unknown-reference flows[0].trigger.profile.traits.plan'],
    [{ profile: { 'scores.churn': { $gt: 0.5 } } }, 'unknown-reference flows[0].trigger.profile.scores.churn'],
    [{ profile: { $or: [{ 'segments.new': true }] } }, 'unknown-reference flows[0].trigger.profile.$or.segments.new'],
    [
      { active: 'sessions', is: { $gte: 3 }, where: { page: { $gt: 1 } } },
      'unknown-reference flows[0].trigger.where.page',
    ],
  ])('%j', (trigger, expected) => expect(withTrigger(trigger)).toEqual([expected]))

  it('in models are looked up in the profile', () => {
    const of = (path: string) =>
      told(check(guide({ models: { m: { intercept: 0, features: { x: { weight: 1, of: path } } } } })))
    expect(of('sesions.count')).toEqual(['unknown-reference models.m.features.x.of.sesions.count'])
    expect(of('sessions.count')).toEqual([])
  })
})

describe('variants', () => {
  it('have triggers and audiences of their own', () => {
    const patch = { trigger: { is: { $lt: 2 } }, audience: { active: 'sessions', is: { $lt: 0 } } }
    const experiment = {
      id: 'x',
      variants: [
        { id: 'a', weight: 1 },
        { id: 'b', weight: 1, patch: patch as never },
      ],
    }
    const flows = [flow({ trigger: { count: 'A', is: { $gt: 3 } }, experiment })]
    expect(told(check(guide({ flows })))).toEqual([
      'never-true flows[0].experiment.variants[1].patch.audience.is',
      'never-true flows[0].experiment.variants[1].patch.trigger.is',
    ])
  })
})

describe('what a variant cannot change', () => {
  it('is told: the goal and the room are those of the flow', () => {
    const goal = { on: 'Order Completed', within: '3d' }
    const patch = { goal, runs: 'relay', trigger: 'Plan Chosen', priority: 'high' }
    const experiment = { id: 'x', variants: [{ id: 'a', weight: 1, patch }] }
    expect(told(check(guide({ flows: [flow({ goal, experiment })] })))).toEqual([
      'ignored-patch flows[0].experiment.variants[0].patch.goal',
      'ignored-patch flows[0].experiment.variants[0].patch.runs',
    ])
  })
})

describe('scores', () => {
  const models = { churn: { intercept: 0, features: { visits: { weight: 1, of: 'sessions.count' } } } }
  const asked = (condition: object) =>
    told(
      check(guide({ models, flows: [flow({ trigger: { all: ['Page Viewed', { profile: condition as never }] } })] })),
    )
  const [never, always] = ['never-true', 'always-true'].map((code) => `${code} flows[0].trigger.all[1].profile`)

  it.each<[object, string[]]>([
    [{ 'scores.churn': { $gt: 2 } }, [`${never}.scores.churn`]],
    [{ 'scores.churn': { $gt: 1 } }, [`${never}.scores.churn`]],
    [{ 'scores.churn': { $lt: 0 } }, [`${never}.scores.churn`]],
    [{ 'scores.churn': 70 }, [`${never}.scores.churn`]],
    [{ 'scores.churn': { $in: [3, 4] } }, [`${never}.scores.churn`]],
    [
      { $or: [{ 'scores.churn': { $gt: 2 } }, { 'scores.churn': { $lt: -1 } }] },
      [`${never}.$or[0].scores.churn`, `${never}.$or[1].scores.churn`],
    ],
    [{ $and: [{ 'scores.churn': { $gt: 0.7 } }, { 'scores.churn': { $lt: 0.3 } }] }, [never!]],
    [{ 'scores.churn': { $gte: 0 } }, [`${always}.scores.churn`]],
    [{ 'scores.churn': { $lt: 70 } }, [`${always}.scores.churn`]],
    [{ 'visitor.traits.plan': 'trial', 'scores.churn': { $lte: 1 } }, [`${always}.scores.churn`]],
    [{ 'scores.churn': { $gt: 0.7 } }, []],
    [{ 'scores.churn': { $gte: 1 } }, []],
    [{ 'scores.churn': { $gt: 0.2, $lt: 0.4 } }, []],
    [{ 'scores.churn': { $not: { $gt: 0.5 } } }, []],
  ])('are between 0 and 1: %j', (condition, expected) => expect(asked(condition)).toEqual(expected))

  it('are none where a property is only called so', () =>
    expect(withTrigger({ on: 'Page Viewed', where: { 'scores.churn': { $gt: 2 } } })).toEqual([]))
})

describe('a segment that reads its own membership', () => {
  const inside = (name: string): Expression => ({ profile: { [`segments.${name}`]: true } })
  const rings = (segments: Guide['segments'], models?: Guide['models']) =>
    check(guide({ segments: segments!, ...(models && { models }) })).map(({ code, path, message }) => [
      code,
      path,
      message,
    ])

  it('is told', () =>
    expect(
      rings({ own: { any: [{ count: 'A', is: { $gt: 3 } }, { profile: { $or: [{ 'segments.own': true }] } }] } }),
    ).toEqual([
      [
        'circular-segment',
        'segments.own.any[1].profile.$or[0].segments.own',
        expect.stringContaining('Segment "own" reads its own membership, so'),
      ],
    ]))

  it('through others is told of each', () =>
    expect(rings({ a: inside('b'), b: { not: { segment: 'c' } }, c: inside('a'), d: inside('a') })).toEqual([
      [
        'circular-segment',
        'segments.a.profile.segments.b',
        expect.stringContaining('through segments.b and segments.c'),
      ],
      ['circular-segment', 'segments.b.not.segment', expect.stringContaining('through segments.c and segments.a')],
      [
        'circular-segment',
        'segments.c.profile.segments.a',
        expect.stringContaining('through segments.a and segments.b'),
      ],
    ]))

  it('through a model is told', () => {
    const models = { m: { intercept: 0, features: { x: { weight: 1, of: 'segments.a' } } } }
    expect(rings({ a: { profile: { 'scores.m': { $gt: 0.5 } } } }, models)).toEqual([
      ['circular-segment', 'segments.a.profile.scores.m', expect.stringContaining('through scores.m')],
    ])
  })

  it('is none that reads others', () =>
    expect(
      rings({
        a: inside('b'),
        b: inside('c'),
        c: { count: 'A', is: { $gt: 3 } },
        d: { all: [inside('a'), inside('b')] },
      }),
    ).toEqual([]))
})

describe('regular expressions', () => {
  const matching = async (operator: string, ...patterns: string[]) => {
    const flows = patterns.map((pattern, index) =>
      flow({ id: `f${index}`, trigger: { on: 'Page Viewed', where: { title: { [operator]: pattern } } } }),
    )
    return told(await checkPatterns(guide({ flows })))
  }

  it('that backtrack without end are told, wherever they stand', async () => {
    const slow = ['^(a+)+$', '^(\\w|\\d)+$', '(a|aa)+$', '^(\\w+\\s?)*$']
    expect(await matching('$regex', ...slow)).toEqual(
      slow.map((_, index) => `slow-pattern flows[${index}].trigger.where.title.$regex`),
    )
    expect(await matching('$notRegexi', '^(a|A)+$')).toEqual(['slow-pattern flows[0].trigger.where.title.$notRegexi'])
    const profile = { $and: [{ 'visitor.traits.email': { $not: { $regex: '^(a+)+$' } } }] }
    expect(told(await checkPatterns(guide({ segments: { slow: { profile } } })))).toEqual([
      'slow-pattern segments.slow.profile.$and[0].visitor.traits.email.$not.$regex',
    ])
  })

  it('of the usual kinds are none of them', async () =>
    expect(
      await matching(
        '$regex',
        '^/docs/',
        '^[a-z0-9]+(-[a-z0-9]+)*$',
        '\\d{1,3}(,\\d{3})*',
        '@(acme|example)\\.com$',
        '^\\s+|\\s+$',
        '(',
      ),
    ).toEqual([]))
})

describe('translations', () => {
  it('that are missing or of no use are found; a region needs only what differs', () => {
    const translations = {
      de: { Hello: 'Hallo', Next: 'Weiter' },
      'de-AT': { Hello: 'Servus' },
      fr: { Helo: 'Bonjour' },
    }
    expect(told(check(guide({ translations })))).toEqual([
      'missing-translation flows[0].steps[0].props.title',
      'unused-translation translations.fr',
    ])
  })
})

it('translations are looked at like what they translate', () => {
  const translations = { de: { Hello: 'Hallo {{user.name}}, [hier](javascript:alert(1))' } }
  expect(told(check(guide({ translations })))).toEqual([
    'unknown-template translations.de',
    'refused-link translations.de',
  ])
})

it('every word of the interface may be translated', () => {
  const [, words = ''] =
    /const words: Record<LabelKey, string> = \{([\s\S]*?)\n\}/.exec(readFileSync('src/core/view.ts', 'utf8')) ?? []
  const english = [...words.matchAll(/: '(.*)',$/gm)].map(([, word]) => word!)
  expect(english.length).toBeGreaterThan(15)
  const fr = Object.fromEntries(['Hello', ...english].map((word) => [word, 'Bonjour']))
  expect(check(guide({ translations: { fr } }))).toEqual([])
})

describe('the walk through a flow', () => {
  const steps = [{ ...hello, id: 'a' }]

  it('finds every state of the machine to end and to be dismissable', () => {
    const walk = walkMachine(flowMachine(flow({ steps })), flow({ steps }))
    expect(walk).toEqual({ reached: new Set(['a']), endless: [], rings: [], undismissable: [] })
  })

  it('would find a machine that does neither', () => {
    const machine = createMachine({
      id: 'welcome',
      initial: 'a',
      context: { visited: [] },
      states: { a: { on: { next: 'a' } }, completed: { type: 'final' } },
    }) as unknown as FlowMachine
    expect(walkMachine(machine, flow({ steps }))).toMatchObject({ endless: ['a'], undismissable: ['a'] })
  })
})

it('a key that an object has twice is told, and one that others have too is not', () => {
  const told = (json: string) => checkRepeatedKeys(json).map(({ code, path }) => `${code} ${path}`)
  expect(told('{"a":1,"b":{"a":1},"c":[{"a":1},{"a":"a","b":["a","a"]}]}')).toEqual([])
  expect(told('{"a":1,"b":{"a":1,"a":2},"a":3}')).toEqual(['repeated-key b.a', 'repeated-key a'])
  expect(told('{"c":[0,[],{"a":[{}],"a":1}]}')).toEqual(['repeated-key c[2].a'])
  expect(told('["a","a"]')).toEqual([])
})

it('every code stands in a test', () => {
  const tests = readFileSync('test/cli/check.test.ts', 'utf8')
  const proven = { 'cannot-end': 'endless', 'cannot-dismiss': 'undismissable' } as { [code: string]: string }
  expect(Object.keys(findingCodes).filter((code) => !tests.includes(`${proven[code] ?? code}`))).toEqual([])
})
