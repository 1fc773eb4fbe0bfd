import { describe, expect, test } from 'vitest'
import { simulate } from '../../src/testing.ts'

const message = (id: string, more: object = {}) => ({ id, type: 'message', ...more })
const guideOf = (...flows: { id: string; [key: string]: unknown }[]) => ({
  format: 1,
  flows: flows.map((flow) => ({ version: 1, trigger: 'Never Happens', steps: [message('hello')], ...flow })),
})
const welcome = { id: 'welcome', trigger: { idle: '3m' } }
const failure = (run: () => unknown): Error & { actual?: unknown; expected?: unknown } => {
  try {
    run()
  } catch (error) {
    return error as Error
  }
  return expect.unreachable()
}

describe('a visitor in a test', () => {
  test('is shown a flow once its trigger is true, to the millisecond', () => {
    const visit = simulate(guideOf(welcome)).as('u_1').on('/home')
    visit.advance(179_999).expectNot('welcome').advance(1).expect('welcome')
    expect(visit.decisions.map(({ flow, verdict, at }) => [flow, verdict, at])).toEqual([
      ['welcome', 'start', Date.UTC(2026, 0, 5, 12, 3)],
    ])
  })

  test('has an id, traits, a time zone and a language', () => {
    const guide = guideOf({
      id: 'trial',
      trigger: { profile: { 'visitor.traits.plan': 'trial' } },
      frequency: { times: 1, every: 'day' },
      steps: [message('hello', { props: { title: '{{visitor.traits.cost | currency:EUR}}' } })],
    })
    const visit = simulate(guide).at('2026-01-05T22:00Z')
    visit.as({ id: 'u_1', timezone: 'Europe/Berlin', locale: 'de-DE', traits: { plan: 'trial', cost: 9 } })
    visit.expectStep('hello', { title: '9,00\u00a0€' }).advance('2s').dismiss()
    visit.as('u_1', { plan: 'paid' }).as('u_1', { plan: 'trial' }).expectNot('trial')
    visit.at('2026-01-05T23:00Z').as('u_1', { plan: 'paid' }).as('u_1', { plan: 'trial' }).expect('trial')
    expect(visit.profile.visitor).toMatchObject({ id: 'u_1', timezone: 'Europe/Berlin' })
  })

  test('has the traits that answers told, and the next step knows them already', () => {
    const guide = guideOf({
      id: 'role',
      trigger: 'Help Opened',
      steps: [
        { id: 'ask', type: 'survey', props: { question: 'What do you do?', kind: 'choice', trait: 'role' } },
        message('design', { when: { profile: { 'visitor.traits.role': 'design' } } }),
        message('code', {
          when: { profile: { 'visitor.traits.role': 'code' } },
          props: { title: 'For who does {{visitor.traits.role}}' },
        }),
        {
          id: 'more',
          type: 'survey',
          props: { questions: [{ id: 'a', trait: 'team' }, { id: 'b' }, { id: 'c', trait: 'city' }] },
        },
      ],
    })
    const visit = simulate(guide).as('u_1').activities(['Help Opened']).answer('ask', 'code')
    visit.expectStep('code', { title: 'For who does code' }).next().answer({ a: 'web', b: 'no trait' })
    expect(visit.profile.visitor.traits).toEqual({ role: 'code', team: 'web' })
    const told = visit.activitiesOf('Visitor Identified').map(({ visitor }) => visitor.traits)
    expect(told).toEqual([undefined, { role: 'code' }, { team: 'web' }])
  })

  test('who is somebody else starts anew', () => {
    const guide = guideOf({ id: 'again', trigger: { count: 'Product Viewed', is: { $gte: 2 } } })
    const visit = simulate(guide).as('u_1').activities(['Product Viewed']).as('u_2').activities(['Product Viewed'])
    visit.expectNot('again').activities(['Product Viewed']).expect('again')
    visit.as('u_3').expectNot('again')
    expect(visit.profile.flows).toEqual({})
  })

  test('does things, told in short or in full', () => {
    const trigger = { count: { on: 'Product Viewed', where: { price: { $gt: 3 } } }, is: { $gte: 2 } }
    const visit = simulate(guideOf({ id: 'offer', trigger, pages: ['/shop/*'] })).on('/shop/mugs')
    visit.activities(['Product Viewed', ['Product Viewed', { price: 4 }], { type: 'Product Viewed', properties: {} }])
    visit
      .expectNot('offer')
      .activities([{ type: 'Product Viewed', properties: { price: 5 } }])
      .expect('offer')
  })

  test('leaves a page with its flows, and hides the tab', () => {
    const visit = simulate(guideOf({ ...welcome, steps: [message('hello', { timeout: '10s' })] })).on('/home')
    visit.activities(['Page Hidden']).advance('5m').expectNot('welcome')
    visit.activities(['Page Shown']).advance('3m').expect('welcome')
    visit.activities(['Page Hidden']).advance('5m').expect('welcome')
    visit.activities(['Page Shown']).advance('10s').expectNot('welcome')
    expect(visit.activitiesOf('Step Skipped')[0]?.properties).toMatchObject({ reason: 'timeout' })
  })

  test('is shown nothing in a hidden tab, but then', () => {
    const visit = simulate(guideOf({ id: 'sale', trigger: 'Sale Opened' })).on('/')
    visit.activities(['Page Hidden', 'Sale Opened']).expectNot('sale').activities(['Page Shown']).expect('sale')
  })

  test('is not idle who does something in a flow', () => {
    const guide = guideOf({ ...welcome, trigger: 'Help Opened' }, { id: 'idle', trigger: { idle: '3m' } })
    const visit = simulate(guide).on('/').activities(['Help Opened']).advance('2m').dismiss().advance('2m')
    visit.expectNot('idle').advance('1m').expect('idle')
  })

  test('agrees to what they agree to', () => {
    const guide = guideOf({ id: 'sale', trigger: 'Sale Opened', purpose: 'marketing' })
    const visit = simulate(guide).consent({ marketing: false }).activities(['Sale Opened']).expectNot('sale')
    visit.consent({ marketing: true }).expect('sale').consent({ marketing: false }).expectNot('sale')
    expect(visit.activitiesOf('Flow Ended')[0]?.properties).toMatchObject({ reason: 'disabled' })
  })

  test('is in no holdout, and in the arm that is asked for', () => {
    const experiment = {
      id: 'x1',
      holdout: 0.5,
      variants: [
        { id: 'one', weight: 1 },
        { id: 'two', weight: 1, patch: { trigger: { is: { $gte: 2 } } } },
      ],
    }
    const guide = {
      ...guideOf({ id: 'again', trigger: { count: 'Help Opened', is: { $gte: 1 } }, experiment }),
      holdout: { share: 0.9, salt: 's' },
    }
    simulate(guide, { variants: { x1: 'one' } })
      .activities(['Help Opened'])
      .expect('again')
    const two = simulate(guide, { variants: { x1: 'two' } })
      .as('u_1')
      .activities(['Help Opened'])
      .expectNot('again')
    expect(two.activities(['Help Opened']).expect('again').decisions.at(-1)).toMatchObject({ variant: 'two' })
    simulate(guide, { variants: { x1: 'holdout' } })
      .activities(['Help Opened', 'Help Opened'])
      .expectNot('again')
    two.as('u_2').activities(['Help Opened', 'Help Opened']).expect('again')
    expect(two.decisions.at(-1)).toMatchObject({ variant: 'two' })
    expect(() => simulate(guide, { variants: { x1: 'three' } })).toThrow('there is no such variant')
    expect(() => simulate(guide, { variants: { x2: 'one' } })).toThrow('no experiment "x2"')
  })
})

describe('a flow in a test', () => {
  const survey = {
    id: 'survey',
    trigger: 'Project Created',
    frequency: { times: 2 },
    steps: [
      message('hello', { props: { title: 'Hello {{trigger.name}}' } }),
      { id: 'score', type: 'survey', branch: [{ answer: { $lte: 6 }, to: 'why' }], props: { question: 'Well?' } },
      message('thanks'),
      { id: 'why', type: 'survey', props: { question: 'Why?', kind: 'text' } },
      { id: 'told', type: 'send', activity: 'Reason Given', properties: { plan: '{{visitor.traits.plan}}' } },
    ],
  }
  const after = { id: 'after', trigger: { status: 'survey', is: 'completed' } }
  const started = () =>
    simulate(guideOf(survey, after))
      .as('u_1', { plan: 'pro' })
      .activities([['Project Created', { name: 'Ada' }]])

  test('runs by its machine, and what it leads to is an activity again', () => {
    const visit = started().expectStep('hello', { title: 'Hello Ada' })
    visit.next().answer('score', 3).expectStep('why').answer('too slow').expectNot('survey').expect('after')
    expect(visit.activitiesOf().map(({ type }) => type)).toEqual([
      'Visitor Identified',
      'Project Created',
      'Session Started',
      'Flow Started',
      'Step Viewed',
      'Step Viewed',
      'Step Answered',
      'Step Viewed',
      'Step Answered',
      'Reason Given',
      'Flow Completed',
      'Flow Started',
    ])
    expect(visit.activitiesOf('Reason Given')[0]?.properties).toEqual({ plan: 'pro' })
    expect(visit.profile.flows.survey?.answers).toEqual({ score: 3, why: 'too slow' })
  })

  test('goes on, back, past a step, away and to sleep', () => {
    const visit = started()
    visit.next().expectStep('score').back().expectStep('hello').next().skip().expectStep('thanks')
    visit.snooze('1h').expectNot('survey').advance(3_599_999).expectNot('survey').advance(1).expectStep('thanks')
    visit.dismiss('escape').expectNot('survey').expectNot('after')
    expect(visit.activitiesOf('Flow Dismissed')[0]?.properties).toEqual({
      flow: 'survey',
      step: 'thanks',
      by: 'escape',
    })
    visit.activities(['Project Created']).expect('survey')
    visit.dismiss().activities(['Project Created']).expectNot('survey')
  })

  test('that sleeps comes back when its place is free', () => {
    const visit = simulate(guideOf({ id: 'tour', trigger: 'Tour Asked' }, { id: 'help', trigger: 'Help Opened' }))
    visit.activities(['Tour Asked']).snooze('1h').advance('59m').activities(['Help Opened']).expect('help')
    visit.advance('5m').expectNot('tour').dismiss().expect('tour')
  })

  test('counts as seen after a second, and is not counted before', () => {
    const visit = simulate(guideOf(welcome)).on('/').advance('3m').expect('welcome')
    visit.advance(999)
    expect(visit.activitiesOf('Step Viewed')).toEqual([])
    visit.advance(1)
    expect(visit.activitiesOf('Step Viewed')).toHaveLength(1)
  })

  test('has buttons', () => {
    const actions = [
      { label: 'Show me', start: 'tour', to: 'dismiss' },
      { id: 'no', label: 'No, thanks', report: 'Tour Refused' },
    ]
    const guide = guideOf({ ...welcome, steps: [message('hello', { props: { actions } })] }, { id: 'tour' })
    const visit = () => simulate(guide).on('/').advance('3m')
    visit().press('Show me').expectNot('welcome').expect('tour')
    expect(visit().press('no').activitiesOf('Tour Refused')).toHaveLength(1)
    expect(() => visit().press('Nothing')).toThrow('“welcome” cannot press “Nothing” at its step “hello”.')
  })

  test('is moved on by the real thing, and called off', () => {
    const steps = [message('hello', { advance: 'Teammate Invited' }), message('done')]
    const guide = guideOf({ ...welcome, steps, cancelOn: ['Order Completed'] })
    const visit = simulate(guide).on('/').advance('3m').activities(['Teammate Invited']).expectStep('done')
    visit.activities(['Order Completed']).expectNot('welcome')
  })

  test('ticks off a checklist, and ends with it', () => {
    const items = [
      { id: 'project', label: 'Create', done: 'Project Created' },
      { id: 'invite', label: 'Invite', done: { on: 'Teammate Invited' } },
    ]
    const guide = guideOf({
      id: 'start',
      trigger: 'App Opened',
      steps: [{ id: 'list', type: 'checklist', props: { items } }],
    })
    const visit = simulate(guide).activities(['App Opened', 'Project Created']).expect('start')
    expect(visit.view?.done).toEqual(['project'])
    visit.activities(['Teammate Invited']).expectNot('start')
    expect(visit.profile.flows.start?.status).toBe('completed')
  })

  test('offers until the offer ends', () => {
    const steps = [{ id: 'offer', type: 'offer', props: { title: 'Back', code: 'BACK10', expires: '72h' } }]
    const guide = guideOf({ id: 'back', trigger: 'Shop Opened', frequency: { times: 9 }, steps })
    const visit = simulate(guide).activities(['Shop Opened']).expect('back').dismiss()
    visit.advance('71h').activities(['Shop Opened']).expect('back').dismiss()
    visit.advance('1h').activities(['Shop Opened']).expectNot('back')
  })

  test('takes its steps and props from contents', () => {
    const guide = guideOf(
      { id: 'far', trigger: 'Help Opened', steps: { ref: 'tour' } },
      { id: 'near', trigger: 'Sale Opened', steps: [message('hello', { content: { ref: 'hello' } })] },
    )
    const contents = { tour: [message('first', { surface: 'card' })], hello: { title: 'Hello' } }
    simulate(guide, { contents })
      .activities(['Help Opened'])
      .expectStep('first')
      .dismiss()
      .activities(['Sale Opened'])
      .expectStep('hello', { title: 'Hello' })
    expect(() => simulate(guide).activities(['Help Opened'])).toThrow('Give simulate(guide, { contents: { "tour"')
  })

  test('is started by the host, and takes the place of another', () => {
    const visit = simulate(guideOf(welcome, { id: 'tour' }))
      .on('/')
      .advance('3m')
      .expect('welcome')
      .start('tour')
    visit.expect('tour').expectNot('welcome')
    expect(() => visit.start('tuor')).toThrow('There is no flow “tuor”')
  })

  test('of several on screen, the one expected last is meant', () => {
    const guide = guideOf(
      { id: 'modal', trigger: 'App Opened' },
      { id: 'banner', trigger: 'App Opened', steps: [message('news', { surface: 'banner' })] },
    )
    const visit = () => simulate(guide).activities(['App Opened'])
    visit().dismiss().expect('modal').expectNot('banner')
    visit().expect('modal').dismiss().expect('banner').expectNot('modal')
    visit().expectStep('news').dismiss().expect('modal').expectNot('banner')
  })
})

describe('a log in a test', () => {
  const trigger = { count: 'Product Viewed', per: 'product_id', is: { $gt: 2 } }
  const steps = [
    message('hello'),
    { id: 'score', type: 'survey', branch: [{ answer: 1, to: 'sorry' }], props: { question: 'Well?' } },
    message('fine'),
    message('sorry'),
  ]
  const guide = guideOf({ id: 'again', trigger, steps })
  const at = (second: number) => Date.UTC(2026, 2, 1, 9, 0, second)
  const line = (second: number, type: string, properties: object = {}) => ({
    visitor: { anonymousId: 'v1', traits: { plan: 'trial' } },
    type,
    at: at(second),
    properties,
  })
  const recorded = [
    line(0, 'Page Viewed', { path: '/shop' }),
    line(1, 'Product Viewed', { product_id: 'mug' }),
    line(2, 'Product Viewed', { product_id: 'mug' }),
    line(3, 'Product Viewed', { product_id: 'mug' }),
    line(3, 'Flow Started', { flow: 'again' }),
    line(4, 'Step Viewed', { flow: 'again', step: 'hello' }),
    line(7, 'Step Viewed', { flow: 'again', step: 'score' }),
    line(8, 'Step Answered', { flow: 'again', step: 'score', answer: 1 }),
  ]

  test('happens at its time, and its visitor is the visitor', () => {
    const visit = simulate(guide)
      .activities(recorded.slice(0, 4) as never)
      .expect('again')
    expect(visit.now).toBe(at(3))
    expect(visit.profile.visitor).toMatchObject({ anonymousId: 'v1', traits: { plan: 'trial' } })
  })

  test('is read as text, and what it tells of flows is done by those that run here', () => {
    const text = recorded.map((each) => `${JSON.stringify(each)}\n`).join('')
    const visit = simulate(guide).activities(text).expectStep('sorry')
    expect(visit.activitiesOf('Flow Started')).toHaveLength(1)
    expect(visit.activitiesOf('Step Answered').map(({ properties }) => properties.answer)).toEqual([1])
    const changed = simulate(guideOf({ id: 'again', trigger: 'Never Happens', steps })).activities(text)
    expect(
      changed
        .expectNot('again')
        .activitiesOf()
        .map(({ type }) => type),
    ).not.toContain('Step Answered')
  })

  test('lets time pass between its lines', () => {
    const lines = [line(0, 'Page Viewed', { path: '/shop' }), line(300, 'Element Clicked')]
    const visit = simulate(guideOf(welcome))
      .activities(lines as never)
      .expect('welcome')
    expect(visit.activitiesOf('Flow Started').map((activity) => activity.at)).toEqual([at(180)])
  })

  test('knows since when who returned was there', () => {
    const returned = line(200, 'Visitor Returned', { since: at(100) })
    const visit = simulate(guideOf(welcome)).activities([line(0, 'Page Viewed', { path: '/shop' }), returned] as never)
    visit.expectNot('welcome').advance('3m').expect('welcome')
    expect(visit.activitiesOf('Flow Started').map((activity) => activity.at)).toEqual([at(380)])
  })

  test('is about one visitor', () => {
    const other = { ...recorded[1]!, visitor: 'v2' }
    expect(() => simulate(guide).activities([recorded[0]!, other] as never)).toThrow('“v2”, and this one is “v1”')
  })

  test('without a time tells what was before', () => {
    const past = guideOf(
      { id: 'tips', trigger: 'App Opened', audience: { status: 'tour', is: 'completed' } },
      { id: 'tour' },
    )
    simulate(past).activities(['App Opened']).expectNot('tips')
    const done = ['Flow Started', 'Step Viewed', 'Flow Completed'].map(
      (type) => [type, { flow: 'tour', step: 'hello' }] as const,
    )
    simulate(past)
      .activities([...done, 'App Opened'])
      .expect('tips')
  })
})

describe('an expectation that is not met', () => {
  test('says which leaf decided, what would flip it, and what is on screen', () => {
    const visit = simulate(guideOf(welcome, { id: 'other', trigger: 'App Opened' }))
      .on('/')
      .activities(['App Opened'])
    const error = failure(() => visit.dismiss().advance('2m').expect('welcome'))
    expect(error.name).toBe('AssertionError')
    expect(error.message).toBe(
      `“welcome” is not on screen. “welcome” waits for its trigger: 2 min without interaction, wanted 3 min; would fire by itself at 12:03.
  No: 2 min without interaction, wanted 3 min; would do by itself at 12:03.
On screen, at 2026-01-05T12:02:00Z: nothing.`,
    )
    expect(error).toMatchObject({ actual: [], expected: ['welcome'] })
  })

  test('says which gate held it', () => {
    const guide = guideOf({ ...welcome, pages: ['/pricing'] })
    const { message } = failure(() => simulate(guide).on('/home').advance('3m').expect('welcome'))
    expect(message).toContain('“welcome” has fired and is held by pages: the page is /home, wanted /pricing.')
    expect(message).toContain('\n  Held by pages: ')
  })

  test('says what became of a flow that was there', () => {
    const visit = simulate(guideOf(welcome)).on('/').advance('3m').next()
    expect(failure(() => visit.expect('welcome')).message).toContain(
      'It was started at 2026-01-05T12:03:00Z, and is completed.',
    )
  })

  test('says why a flow is there that should not be', () => {
    const guide = guideOf({ id: 'offer', trigger: { on: 'Product Viewed', where: { price: { $gt: 3 } } } })
    const visit = simulate(guide).activities([['Product Viewed', { price: 4 }]])
    expect(failure(() => visit.expectNot('offer')).message).toContain(
      '“offer” is on screen, at its step “hello”: Product Viewed {"price":4} fired it at 2026-01-05T12:00:00Z, and every gate was open.',
    )
  })

  test('knows the names', () => {
    const visit = simulate(guideOf(welcome))
    expect(failure(() => visit.expect('welcom')).message).toContain('The guide has: welcome.')
    expect(failure(() => visit.next()).message).toContain('There is no flow on screen in which to go on')
    expect(failure(() => visit.on('/').advance('3m').expectStep('hallo')).message).toBe(
      'Step “hallo” is not on screen. On screen, at 2026-01-05T12:03:00Z: step “hello” of “welcome”.',
    )
    expect(failure(() => visit.expectStep('hello', { title: 'Hi' })).message).toContain('other props: {}')
    expect(failure(() => visit.back()).message).toBe('“welcome” cannot go back at its step “hello”.')
    expect(failure(() => visit.at('2026-01-01')).message).toContain('which is after 2026-01-01')
    expect(failure(() => visit.advance('soon')).message).toContain('"soon" is no duration')
  })

  test('points at the line of the test', () => {
    const { stack } = failure(() => simulate(guideOf(welcome)).expect('welcome'))
    expect(stack?.split('\n').find((line) => line.includes('    at '))).toContain('simulate.test.ts')
  })

  test('a guide that is none is refused with all that is wrong', () => {
    expect(() => simulate({ format: 1, flows: [{ id: 'A B' }] })).toThrow('invalid-guide')
  })
})
