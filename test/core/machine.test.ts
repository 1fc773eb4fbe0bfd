import { describe, expect, it } from 'vitest'
import { createActor } from 'xstate'
import { getShortestPaths, getSimplePaths } from 'xstate/graph'
import type { Activity, Json, Report } from '../../src/core/activity.ts'
import type { Flow, Step } from '../../src/core/guide.ts'
import { answers, type FlowEvent, flowMachine, resumeFlow, stepOf } from '../../src/core/machine.ts'

const step = (id: string, more: object = {}): Step => ({ id, type: 'message', ...more })
const flow = (steps: Step[], more: Partial<Flow> = {}): Flow => ({
  id: 'welcome',
  version: 1,
  trigger: 'Page Viewed',
  steps,
  ...more,
})
const three = flow([step('a'), step('b'), step('c')])
const activity = (type: string, properties = {}): Activity => ({
  id: `${type}-1`,
  type,
  at: 0,
  seq: 0,
  visitor: { anonymousId: 'v' },
  properties,
})

/** A flow that runs: `at` moves with `tell(…, at)`; every step is found at once unless `lost`. */
function play(
  flow: Flow,
  {
    applies,
    lost = [],
    at = 1000,
  }: { applies?: (step: Step, seen: boolean) => boolean; lost?: string[]; at?: number } = {},
) {
  const machine = flowMachine(flow, applies)
  const reports: Report[] = []
  const sent: string[] = []
  const listen = (actor: ReturnType<typeof start>) => {
    actor.on('activity', ({ activity }) => reports.push(activity))
    actor.on('send', ({ step }) => sent.push(step.id))
    return actor
  }
  const start = () => createActor(machine, { input: { at, variant: 'five', trigger: { product_id: 'p1' } } })
  let actor = listen(start()).start()
  const find = () => {
    const { value } = actor.getSnapshot()
    if (JSON.stringify(value).includes('seeking') && !lost.includes(stepOf(actor.getSnapshot())!))
      actor.send({ type: 'found', at })
  }
  find()
  return {
    machine,
    reports,
    sent,
    tell(event: string | object, now = at) {
      at = now
      actor.send({ ...(typeof event === 'string' ? { type: event } : event), at } as FlowEvent)
      find()
      return this
    },
    act(type: string, properties = {}, now = at) {
      return this.tell({ type, activity: activity(type, properties) }, now)
    },
    get at() {
      return stepOf(actor.getSnapshot())
    },
    get value() {
      return actor.getSnapshot().value
    },
    get memory() {
      return actor.getSnapshot().context
    },
    get done() {
      return actor.getSnapshot().status === 'done'
    },
    get last() {
      return reports.at(-1)
    },
    saved: () => JSON.parse(JSON.stringify(actor.getPersistedSnapshot())) as Json,
    /** As after a reload: all that is left is the JSON. */
    restore() {
      const saved = JSON.parse(JSON.stringify(actor.getPersistedSnapshot()))
      actor.stop()
      actor = listen(createActor(machine, { snapshot: machine.resolveState(saved), input: { at } })).start()
      return this
    },
  }
}

describe('the way through a flow', () => {
  it('goes from step to step and completes after the last', () => {
    const run = play(three)
    expect(run.value).toEqual({ a: 'shown' })
    expect(run.tell('next').value).toEqual({ b: 'shown' })
    expect(run.tell('next').tell('next').value).toBe('completed')
    expect(run.reports).toEqual([
      { type: 'Flow Started', properties: { flow: 'welcome', variant: 'five', surface: 'modal' } },
      { type: 'Flow Completed', properties: { flow: 'welcome', step: 'c' } },
    ])
  })

  it('waits for the target and the content before a step is shown', () => {
    const run = play(three, { lost: ['a'] })
    expect(run.value).toEqual({ a: 'seeking' })
    expect(run.tell('next').tell('skip').tell({ type: 'answer', answer: 1 }).value).toEqual({ a: 'seeking' })
    expect(run.tell('found').value).toEqual({ a: 'shown' })
  })

  it('seeks again when the target vanishes, and comes back to the same step', () => {
    const run = play(three, { lost: ['a'] }).tell('found')
    expect(run.tell('lost').value).toEqual({ a: 'seeking' })
    expect(run.tell('found').value).toEqual({ a: 'shown' })
    expect(run.memory.visited).toEqual(['a'])
  })

  it.each([
    ['dismiss', { type: 'dismiss', by: 'escape' }, 'dismissed', 'Flow Dismissed', { step: 'b', by: 'escape' }],
    ['end', { type: 'end', reason: 'host' }, 'ended', 'Flow Ended', { step: 'b', reason: 'host' }],
    ['complete', { type: 'complete' }, 'completed', 'Flow Completed', { step: 'b' }],
  ])('is over after %s, and says where', (_, event, value, type, properties) => {
    const run = play(three).tell('next').tell(event)
    expect(run.value).toBe(value)
    expect(run.done).toBe(true)
    expect(run.last).toEqual({ type, properties: { flow: 'welcome', ...properties } })
  })

  it('says that the visitor skipped a step, and goes on', () => {
    const run = play(three).tell('skip')
    expect(run.at).toBe('b')
    expect(run.last).toEqual({ type: 'Step Skipped', properties: { flow: 'welcome', step: 'a', reason: 'visitor' } })
  })

  it('goes to any step by name, and stays where there is none of that name', () => {
    const run = play(three).tell({ type: 'go', step: 'c' })
    expect(run.value).toEqual({ c: 'shown' })
    expect(run.tell({ type: 'go', step: 'nowhere' }).value).toEqual({ c: 'shown' })
  })

  it('ignores everything once it is over', () => {
    const run = play(three).tell({ type: 'dismiss', by: 'close' })
    const before = run.reports.length
    for (const event of ['next', 'back', 'skip', 'found', 'TIME', 'lost']) run.tell(event)
    expect(run.value).toBe('dismissed')
    expect(run.reports).toHaveLength(before)
  })
})

describe('the way back', () => {
  it('leads to the step that was shown before', () => {
    expect(play(three).tell('next').tell('next').tell('back').at).toBe('b')
  })

  it('is ignored at the first step', () => {
    const run = play(three).tell('back')
    expect(run.value).toEqual({ a: 'shown' })
    expect(run.reports).toHaveLength(1)
  })

  it('follows the way the visitor took, not the order of the steps', () => {
    const run = play(flow([step('a', { branch: [{ answer: 'far', to: 'c' }] }), step('b'), step('c')])).tell({
      type: 'answer',
      answer: 'far',
    })
    expect(run.at).toBe('c')
    expect(run.tell('back').at).toBe('a')
    expect(run.tell('back').at).toBe('a')
  })

  it('passes over steps that no longer apply', () => {
    let gone = ''
    const run = play(three, { applies: ({ id }) => id !== gone })
      .tell('next')
      .tell('next')
    gone = 'b'
    expect(run.tell('back').at).toBe('a')
  })

  it('stays where no earlier step applies any more', () => {
    let gone = ''
    const run = play(three, { applies: ({ id }) => id !== gone }).tell('next')
    gone = 'a'
    expect(run.tell('back').value).toEqual({ b: 'shown' })
  })

  it('does not lead to a step that could not be shown', () => {
    const run = play(flow([step('a'), step('b', { target: '#b' }), step('c')]), { lost: ['b'] })
      .tell('next')
      .tell('TIME', 6000)
    expect(run.at).toBe('c')
    expect(run.tell('back').at).toBe('a')
  })

  it('works while the next step is still sought', () => {
    const run = play(three, { lost: ['b'] }).tell('next')
    expect(run.value).toEqual({ b: 'seeking' })
    expect(run.tell('back').value).toEqual({ a: 'shown' })
  })

  it('does not grow without end when a flow goes in circles', () => {
    const run = play(three)
    for (let round = 0; round < 50; round++) run.tell('next').tell('next').tell({ type: 'go', step: 'a' })
    expect(run.memory.visited).toEqual(['a'])
  })
})

describe('steps that are not for this visitor', () => {
  it.each([
    ['a', ['b', 'c']],
    ['b', ['a', 'c']],
    ['c', ['a', 'b']],
  ])('passes over %s without calling it skipped', (not, seen) => {
    const run = play(three, { applies: ({ id }) => id !== not })
    const visited = [run.at]
    while (!run.tell('next').done) visited.push(run.at)
    expect(visited).toEqual(seen)
    expect(run.reports.map(({ type }) => type)).toEqual(['Flow Started', 'Flow Completed'])
  })

  it('ends as empty when no step applies', () => {
    const run = play(three, { applies: () => false })
    expect(run.value).toBe('ended')
    expect(run.last).toEqual({ type: 'Flow Ended', properties: { flow: 'welcome', reason: 'empty' } })
  })

  it('keeps a step that was shown when its condition changes under it', () => {
    let applies = true
    const run = play(three, { applies: () => applies })
    applies = false
    expect(run.tell('TIME', 9e9).value).toEqual({ a: 'shown' })
  })
})

describe('a missing target', () => {
  const late = (more = {}) => flow([step('a', { target: '#a', ...more }), step('b')])

  it.each([
    ['five seconds', {}, 5000],
    ['what the step says', { wait: '2s' }, 2000],
  ])('is awaited for %s, to the millisecond', (_, more, wait) => {
    for (const [at, value] of [
      [wait - 1, { a: 'seeking' }],
      [wait, { b: 'shown' }],
      [wait + 1, { b: 'shown' }],
    ] as const)
      expect(play(late(more), { lost: ['a'] }).tell('TIME', 1000 + at).value).toEqual(value)
  })

  it('skips the step, and is no dismissal', () => {
    const run = play(late(), { lost: ['a'] }).tell('TIME', 6000)
    expect(run.last).toEqual({ type: 'Step Skipped', properties: { flow: 'welcome', step: 'a', reason: 'missing' } })
  })

  it('shows the step without it where the step says so', () => {
    const run = play(late({ onMissing: 'center' }), { lost: ['a'] }).tell('TIME', 6000)
    expect(run.value).toEqual({ a: 'shown' })
    expect(run.memory.missing).toBe(true)
    expect(run.tell('next').memory.missing).toBeUndefined()
  })

  it('ends the flow where the step says so', () => {
    const run = play(late({ onMissing: 'end' }), { lost: ['a'] }).tell('TIME', 6000)
    expect(run.last).toEqual({ type: 'Flow Ended', properties: { flow: 'welcome', step: 'a', reason: 'missing' } })
  })

  it('ends a flow that nobody saw anything of, and does not call it completed', () => {
    const run = play(flow([step('a', { target: '#a' })]), { lost: ['a'] }).tell('TIME', 6000)
    expect(run.value).toBe('ended')
    expect(run.last?.properties).toEqual({ flow: 'welcome', reason: 'missing' })
    expect(play(flow([step('a', { target: '#a' })]), { lost: ['a'] }).tell('missing').last?.properties).toEqual({
      flow: 'welcome',
      reason: 'missing',
    })
  })

  it('is given up at once where it can never appear', () => {
    expect(play(late(), { lost: ['a'] }).tell('missing').at).toBe('b')
    expect(play(late({ onMissing: 'center' }), { lost: ['a'] }).tell('missing').value).toEqual({ a: 'shown' })
  })

  it('is called missing content where the step has no target', () => {
    const run = play(flow([step('a', { onMissing: 'center' }), step('b')]), { lost: ['a'] }).tell('TIME', 6000)
    expect(run.reports.at(-1)?.properties).toMatchObject({ step: 'a', reason: 'content' })
  })

  it('gives a step that cannot be drawn no second chance, and says why', () => {
    const run = play(three).tell({ type: 'failed', reason: 'step-failed' })
    expect(run.at).toBe('b')
    expect(run.last).toEqual({
      type: 'Step Skipped',
      properties: { flow: 'welcome', step: 'a', reason: 'step-failed' },
    })
  })
})

describe('time', () => {
  it.each([
    [2999, 'a'],
    [3000, 'b'],
    [3001, 'b'],
  ])('shows a step with a timeout of 3 s at most so long (%i ms)', (ms, at) => {
    const run = play(flow([step('a', { timeout: '3s' }), step('b')])).tell('TIME', 1000 + ms)
    expect(run.at).toBe(at)
    if (at === 'b') expect(run.last?.properties).toMatchObject({ step: 'a', reason: 'timeout' })
  })

  it('asks for no timer while a step without a timeout is shown', () => {
    expect(play(three).memory.until).toBeUndefined()
  })

  it('completes a flow whose last step was seen until its timeout', () => {
    const run = play(flow([step('a', { timeout: 3000 })])).tell('TIME', 4000)
    expect(run.value).toBe('completed')
  })

  it.each([
    [59_999, 'snoozed'],
    [60_000, { b: 'shown' }],
    [60_001, { b: 'shown' }],
  ])('wakes a snoozed flow at the same step (%i ms)', (ms, value) => {
    const run = play(three).tell('next').tell({ type: 'snooze', for: 60_000 })
    expect(run.value).toBe('snoozed')
    expect(run.at).toBe('b')
    expect(run.last).toEqual({ type: 'Flow Snoozed', properties: { flow: 'welcome', step: 'b', until: 61_000 } })
    expect(run.tell('TIME', 1000 + ms).value).toEqual(value)
  })

  it('snoozes for a day where the duration is none', () => {
    expect(play(three).tell({ type: 'snooze', for: 'soon' }).memory.until).toBe(1000 + 864e5)
  })

  it('ends or dismisses a snoozed flow too', () => {
    expect(play(three).tell({ type: 'snooze', for: 1 }).tell({ type: 'end', reason: 'host' }).last?.properties).toEqual(
      { flow: 'welcome', step: 'a', reason: 'host' },
    )
    expect(
      play(three).tell({ type: 'snooze', for: 1 }).tell({ type: 'dismiss', by: 'close' }).last?.properties,
    ).toEqual({ flow: 'welcome', step: 'a', by: 'close' })
  })

  it('does not count while nobody can see the step, but a snooze goes on', () => {
    const run = play(flow([step('a', { timeout: 3000 }), step('b')])).tell({ type: 'rest', for: 10_000 })
    expect(run.tell('TIME', 13_999).at).toBe('a')
    expect(run.tell('TIME', 14_000).at).toBe('b')
    expect(
      run.tell({ type: 'snooze', for: 1000 }).tell({ type: 'rest', for: 10_000 }).tell('TIME', 15_000).value,
    ).toEqual({ b: 'shown' })
  })
})

describe('what the visitor really does', () => {
  it('moves a step on when its real control is used, and nothing else does', () => {
    const run = play(flow([step('a', { advance: { on: 'Button Clicked', where: { id: 'invite' } } }), step('b')]))
    expect(run.act('Button Clicked', { id: 'other' }).at).toBe('a')
    expect(run.act('Button Clicked', { id: 'invite' }).at).toBe('b')
    expect(run.act('Button Clicked', { id: 'invite' }).at).toBe('b')
  })

  it('counts also while the step is still sought', () => {
    expect(
      play(flow([step('a', { advance: 'Coupon Applied' }), step('b')]), { lost: ['a'] }).act('Coupon Applied').at,
    ).toBe('b')
  })

  it('branches by what happens, before it just goes on', () => {
    const run = play(
      flow([
        step('a', { advance: 'Plan Chosen', branch: [{ on: { on: 'Plan Chosen', where: { plan: 'pro' } }, to: 'c' }] }),
        step('b'),
        step('c'),
      ]),
    )
    expect(run.act('Plan Chosen', { plan: 'pro' }).at).toBe('c')
  })

  it.each([
    ['while shown', []],
    ['while sought', ['a']],
  ])('cancels the flow by `cancelOn` %s', (_, lost) => {
    const run = play(flow([step('a', { advance: 'Order Completed' }), step('b')], { cancelOn: ['Order Completed'] }), {
      lost,
    }).act('Order Completed')
    expect(run.last).toEqual({ type: 'Flow Ended', properties: { flow: 'welcome', step: 'a', reason: 'cancelled' } })
  })

  it('cancels a snoozed flow as well', () => {
    const run = play(flow([step('a')], { cancelOn: [{ on: ['Order Completed', 'Plan Chosen'] }] }))
      .tell({ type: 'snooze', for: 1e6 })
      .act('Plan Chosen')
    expect(run.value).toBe('ended')
  })

  it('cannot be faked by an event without an activity', () => {
    expect(play(flow([step('a', { advance: 'Coupon Applied' }), step('b')])).tell('Coupon Applied').at).toBe('a')
  })
})

describe('answers', () => {
  const survey = (branch: Step['branch']) => flow([step('a', { branch }), step('b'), step('c'), step('d')])

  it.each<[string, Step['branch'], Json, string]>([
    ['goes on where no branch fits', [{ answer: 'no', to: 'd' }], 'yes', 'b'],
    ['branches by the same text', [{ answer: 'no', to: 'd' }], 'no', 'd'],
    [
      'takes the first branch that fits',
      [
        { answer: 'no', to: 'c' },
        { answer: 'no', to: 'd' },
      ],
      'no',
      'c',
    ],
    ['compares numbers with a range', [{ answer: { $gte: 9 }, to: 'd' }], 9, 'd'],
    ['is outside of a range', [{ answer: { $gte: 9 }, to: 'd' }], 8, 'b'],
    ['is between two bounds', [{ answer: { $gte: 3, $lt: 7 }, to: 'd' }], 6, 'd'],
    ['does not take text for a number', [{ answer: { $gte: 9 }, to: 'd' }], '9', 'b'],
    ['finds one of several choices', [{ answer: 'Time', to: 'd' }], ['Price', 'Time'], 'd'],
    ['does not find what was not chosen', [{ answer: 'Trust', to: 'd' }], ['Price', 'Time'], 'b'],
    ['compares a list as a whole', [{ answer: ['Price', 'Time'], to: 'd' }], ['Price', 'Time'], 'd'],
    [
      'compares objects deeply, whatever their order',
      [{ answer: { plan: 'pro', seats: [1, 2] }, to: 'd' }],
      { seats: [1, 2], plan: 'pro' },
      'd',
    ],
    ['tells objects apart', [{ answer: { plan: 'pro' }, to: 'd' }], { plan: 'pro', seats: 1 }, 'b'],
    ['finds own words', [{ answer: { other: { $exists: true } }, to: 'd' }], { other: 'x' }, 'd'],
    ['finds own words among choices', [{ answer: { other: { $exists: true } }, to: 'd' }], ['a', { other: 'x' }], 'd'],
    ['asks one of several answers', [{ answer: { score: { $lte: 6 } }, to: 'd' }], { score: 6, why: 'x' }, 'd'],
    ['asks several of them', [{ answer: { score: { $lte: 6 }, uses: 'Work' }, to: 'd' }], { score: 6, uses: 'x' }, 'b'],
    ['does not find what was not answered', [{ answer: { score: { $lte: 6 } }, to: 'd' }], { why: 'x' }, 'b'],
    [
      'knows false and null',
      [
        { answer: false, to: 'c' },
        { answer: null, to: 'd' },
      ],
      null,
      'd',
    ],
  ])('%s', (_, branch, answer, at) => {
    const run = play(survey(branch)).tell({ type: 'answer', answer })
    expect(run.at).toBe(at)
    expect(run.memory.answers).toEqual({ a: answer })
    expect(run.last).toEqual({ type: 'Step Answered', properties: { flow: 'welcome', step: 'a', answer } })
  })

  it('are reported before the flow completes', () => {
    const run = play(flow([step('a')])).tell({ type: 'answer', answer: 5 })
    expect(run.reports.map(({ type }) => type)).toEqual(['Flow Started', 'Step Answered', 'Flow Completed'])
  })

  it('can be kept without moving on', () => {
    const run = play(survey([{ answer: 1, to: 'd' }])).tell({ type: 'answer', answer: 1, stay: true })
    expect(run.at).toBe('a')
    expect(run.memory.answers).toEqual({ a: 1 })
  })

  it('are drafted without a report, and the answer replaces the draft', () => {
    const run = play(survey([])).tell({ type: 'draft', answer: 'half' })
    expect(run.memory.drafts).toEqual({ a: 'half' })
    expect(run.reports).toHaveLength(1)
    expect(run.tell({ type: 'answer', answer: 'whole' }).memory).toMatchObject({ answers: { a: 'whole' } })
    expect(run.memory.drafts).toEqual({})
  })

  it('may lead back to the same step', () => {
    const run = play(survey([{ answer: 'again', to: 'a' }])).tell({ type: 'answer', answer: 'again' })
    expect(run.value).toEqual({ a: 'shown' })
    expect(run.memory.visited).toEqual(['a'])
  })

  it('never match a range by accident', () => {
    expect(answers({ $gt: 'x' } as never, 5)).toBe(false)
    expect(answers({}, {})).toBe(true)
  })
})

describe('steps that act', () => {
  const relay = flow(
    [
      { id: 'tell', type: 'send', ...{ destination: 'hubspot', activity: 'Cart Abandoned' } },
      { id: 'rest', type: 'wait', ...{ for: '24h' } },
      { id: 'again', type: 'send' },
    ],
    { runs: 'relay' },
  )

  it('sends, waits to the millisecond, sends again and completes', () => {
    const run = play(relay)
    expect(run.value).toBe('rest')
    expect(run.sent).toEqual(['tell'])
    expect(run.tell('TIME', 1000 + 864e5 - 1).value).toBe('rest')
    expect(run.tell('TIME', 1000 + 864e5).value).toBe('completed')
    expect(run.sent).toEqual(['tell', 'again'])
  })

  it('waits by the clock, also while nobody looks', () => {
    expect(play(relay).tell({ type: 'rest', for: 9000 }).memory.until).toBe(1000 + 864e5)
  })

  it('keeps its deadline over a restart', () => {
    const run = play(relay).restore()
    expect(run.memory.until).toBe(1000 + 864e5)
    expect(run.tell('TIME', 1000 + 864e5).value).toBe('completed')
  })

  it('does not go back over what was sent', () => {
    const run = play(flow([step('a'), step('send', { type: 'send' }), step('b')])).tell('next')
    expect(run.at).toBe('b')
    expect(run.tell('back').at).toBe('a')
  })
})

describe('as a whole', () => {
  const tangled = flow(
    [
      step('a', { branch: [{ answer: 'no', to: 'why' }] }),
      step('b', { target: '#b', onMissing: 'center', timeout: '9s', advance: 'Coupon Applied' }),
      step('why', { type: 'survey', branch: [{ answer: { $lt: 3 }, to: 'a' }] }),
      step('pause', { type: 'wait', for: '1s' }),
      step('bye', { onMissing: 'end', target: '#bye' }),
    ],
    { cancelOn: ['Order Completed'] },
  )
  const far = Number.MAX_SAFE_INTEGER
  const events = [
    ...['next', 'back', 'skip', 'complete', 'found', 'lost', 'missing'].map((type) => ({ type, at: 0 })),
    { type: 'dismiss', by: 'close', at: 0 },
    { type: 'snooze', for: 1, at: 0 },
    { type: 'TIME', at: far },
    { type: 'failed', reason: 'x', at: 0 },
    { type: 'answer', answer: 'no', at: 0 },
    { type: 'answer', answer: 1, at: 0 },
    { type: 'Coupon Applied', activity: activity('Coupon Applied'), at: 0 },
    { type: 'Order Completed', activity: activity('Order Completed'), at: 0 },
  ] as FlowEvent[]
  const options = {
    input: { at: 0 },
    events,
    // The answers and the exact way here do not matter for where one can go.
    serializeState: ({ value, context }: any) => JSON.stringify([value, context.visited]),
  }
  const kind = ({ value }: any) =>
    typeof value === 'string' ? value : `${Object.keys(value)[0]}.${Object.values(value)[0]}`

  it('can reach every step, shown and sought, and every end', () => {
    const reached = new Set(getShortestPaths(flowMachine(tangled), options as never).map(({ state }) => kind(state)))
    expect([...reached].sort()).toEqual([
      'a.seeking',
      'a.shown',
      'b.seeking',
      'b.shown',
      'bye.seeking',
      'bye.shown',
      'completed',
      'dismissed',
      'ended',
      'pause',
      'snoozed',
      'why.seeking',
      'why.shown',
    ])
  })

  it('can be dismissed and ended from everywhere', () => {
    const machine = flowMachine(tangled)
    for (const { state } of getShortestPaths(machine, options as never)) {
      if ((state as any).status !== 'active') continue
      for (const event of [
        { type: 'dismiss', by: 'close', at: 0 },
        { type: 'end', reason: 'host', at: 0 },
      ] as FlowEvent[]) {
        const actor = createActor(machine, { snapshot: state as any, input: { at: 0 } }).start()
        actor.send(event)
        expect(actor.getSnapshot().status, `${event.type} at ${kind(state)}`).toBe('done')
      }
    }
  })

  it('never seeks a target without a deadline', () => {
    const seen = getSimplePaths(flowMachine(three), {
      ...options,
      events: events.filter(({ type }) => ['found', 'lost', 'next', 'back'].includes(type)),
    } as never)
    const sought = seen.map(({ state }) => state as any).filter((state) => kind(state).endsWith('seeking'))
    expect(sought.length).toBeGreaterThan(2)
    for (const { context } of sought) expect(context.until).toBe(5000)
  })

  it('goes on after a restart at any moment as if it had never stopped', () => {
    const paths = getShortestPaths(flowMachine(tangled), options as never)
    expect(paths.length).toBeGreaterThan(20)
    for (const { steps } of paths) {
      const sequence = steps.map(({ event }: any) => event).filter(({ type }) => type !== 'xstate.init')
      const straight = play(tangled, { lost: (tangled.steps as Step[]).map(({ id }) => id), at: 0 })
      const broken = play(tangled, { lost: (tangled.steps as Step[]).map(({ id }) => id), at: 0 } as never)
      for (const event of sequence) {
        straight.tell(event, event.at)
        broken.restore().tell(event, event.at)
      }
      expect(broken.saved()).toEqual(straight.saved())
      expect(broken.reports).toEqual(straight.reports)
    }
  }, 30_000)

  it('survives as plain JSON of less than a kilobyte', () => {
    const saved = play(three).tell('next').saved()
    expect(JSON.parse(JSON.stringify(saved))).toEqual(saved)
    expect(JSON.stringify(saved).length).toBeLessThan(1000)
  })
})

describe('an offer', () => {
  const shop = flow([
    step('offer', { type: 'offer', branch: [{ answer: 'no', to: 'why' }] }),
    step('why', { type: 'survey' }),
    step('end'),
  ])
  it('that was answered is not gone back to, one that was passed is', () => {
    const declined = play(shop).tell({ type: 'answer', answer: 'no' })
    expect(declined.at).toBe('why')
    expect(declined.tell('back').at).toBe('why')
    expect(play(shop).tell('next').tell('back').at).toBe('offer')
  })

  it('that has nothing left to say is passed over, unless it was shown before', () => {
    let open = true
    const applies = (_: Step, seen?: boolean) => open || seen === true
    const run = play(shop, { applies })
    open = false
    expect(run.tell({ type: 'lost' }).at).toBe('offer')
    expect(play(shop, { applies: ({ id }, seen?: boolean) => id !== 'offer' || seen === true }).at).toBe('why')
  })
})

describe('progress that was kept', () => {
  const resume = (newer: Flow, progress: unknown, at = 50_000) => {
    const machine = flowMachine(newer)
    const resumed = resumeFlow(newer, machine, progress, at)
    if (!resumed) return
    const reports: Report[] = []
    const actor = createActor(machine, { snapshot: resumed.snapshot, input: { at } })
    actor.on('activity', ({ activity }) => reports.push(activity))
    actor.start()
    actor.send(resumed.event)
    return { resumed: resumed.resumed, value: actor.getSnapshot().value, context: actor.getSnapshot().context, reports }
  }
  const atB = play(three).tell({ type: 'answer', answer: 'yes' }).saved()

  it('of the same version goes on exactly there, without starting anew', () => {
    expect(resume(three, atB)).toMatchObject({
      resumed: 'same',
      value: { b: 'shown' },
      context: { answers: { a: 'yes' }, trigger: { product_id: 'p1' } },
      reports: [],
    })
  })

  it('of an older version goes on at the same step', () => {
    const newer = flow([step('new'), step('b'), step('c')], { version: 2 })
    expect(resume(newer, atB)).toMatchObject({
      resumed: 'step',
      value: { b: 'seeking' },
      context: { version: 2, answers: { a: 'yes' }, visited: ['b'], until: 55_000 },
      reports: [],
    })
  })

  it('starts over where that step is gone, and says so', () => {
    const newer = flow([step('a'), step('c')], { version: 2 })
    expect(resume(newer, atB)).toMatchObject({
      resumed: 'restarted',
      value: { a: 'seeking' },
      context: { answers: {}, visited: [] },
      reports: [],
    })
  })

  it('passes over first steps that do not apply when it starts over', () => {
    const newer = flow([step('a', { when: { segment: 'new' } }), step('c')], { version: 2 })
    const machine = flowMachine(newer, ({ when }) => !when)
    const { snapshot, event } = resumeFlow(newer, machine, atB, 0)!
    const actor = createActor(machine, { snapshot, input: { at: 0 } }).start()
    actor.send(event)
    expect(stepOf(actor.getSnapshot())).toBe('c')
  })

  it('meets a deadline that passed meanwhile', () => {
    const snoozed = play(three).tell({ type: 'snooze', for: 1000 }).saved()
    expect(resume(three, snoozed, 1500)).toMatchObject({ resumed: 'same', value: 'snoozed' })
    expect(resume(three, snoozed)).toMatchObject({ resumed: 'same', value: { a: 'seeking' } })
  })

  it('keeps a snooze over a new version, also where its step is gone', () => {
    const snoozed = play(three).tell('next').tell({ type: 'snooze', for: 60_000 }).saved()
    expect(resume(flow([step('b')], { version: 2 }), snoozed)).toMatchObject({
      resumed: 'step',
      value: 'snoozed',
      context: { visited: ['b'] },
    })
    expect(resume(flow([step('x')], { version: 2 }), snoozed)).toMatchObject({
      resumed: 'restarted',
      value: 'snoozed',
      context: { visited: ['x'] },
    })
    expect(resume(flow([step('x')], { version: 2 }), snoozed, 1e6)).toMatchObject({ value: { x: 'seeking' } })
  })

  it('starts over or ends when the flow wants that of a page that was left', () => {
    expect(resume({ ...three, onLeave: 'restart' }, atB)).toMatchObject({
      resumed: 'restarted',
      value: { a: 'seeking' },
      reports: [],
    })
    expect(resume({ ...three, onLeave: 'end' }, atB)).toMatchObject({
      value: 'ended',
      reports: [{ type: 'Flow Ended', properties: { flow: 'welcome', step: 'b', reason: 'left' } }],
    })
    expect(resume({ ...three, version: 2, onLeave: 'end' }, atB)).toMatchObject({ value: 'ended' })
  })

  it.each(['restart', 'end'] as const)('keeps a snooze whatever `onLeave` says (%s)', (onLeave) => {
    const snoozed = play(three).tell('next').tell({ type: 'snooze', for: 60_000 }).saved()
    expect(resume({ ...three, onLeave }, snoozed)).toMatchObject({ resumed: 'same', value: 'snoozed' })
  })

  it.each([
    ['a place that no step has', { value: { b: 'asleep' } }],
    ['a place without its inside', { value: 'b' }],
    ['two places', { value: { a: 'shown', b: 'shown' } }],
  ])('with %s goes on at the step that it names', (_, damage) => {
    const resumed = resume(three, { ...(atB as object), ...damage })!
    expect(resumed.resumed).toBe('step')
    expect(Object.values(resumed.value)).toEqual(['seeking'])
  })

  it('without a memory of answers goes on without them', () => {
    const { value, context } = atB as { value: object; context: { flow: string; version: number } }
    const { flow, version } = context
    expect(resume(three, { value, context: { flow, version, visited: ['a', 'b'] } })).toMatchObject({
      resumed: 'same',
      context: { answers: {}, drafts: {}, trigger: {} },
    })
  })

  it.each([
    [undefined],
    [null],
    [7],
    ['x'],
    [{}],
    [{ value: 'snoozed' }],
    [{ value: { a: 'shown' }, context: { flow: 'other', visited: [] } }],
  ])('is refused when it is %j', (progress) => expect(resume(three, progress)).toBeUndefined())
})
