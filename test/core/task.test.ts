import { describe, expect, it } from 'vitest'
import type { Activity, Json } from '../../src/core/activity.ts'
import { createEngine } from '../../src/core/engine.ts'
import type { Guide, Step } from '../../src/core/guide.ts'
import { parseGuide } from '../../src/core/schema.ts'
import { type Done, endOf, isSettled, tasksOf } from '../../src/core/task.ts'

const visitor = { anonymousId: 'v1' }
let seq = 0
const activity = (type: string, properties = {}, at = 1000 * ++seq): Activity => ({
  ...{ id: `a${++seq}`, type, at, seq, visitor, properties },
})
const checklist = (...dones: (Done | undefined)[]): Step => ({
  id: 'start',
  type: 'checklist',
  props: {
    title: 'Get started',
    items: dones.map((done, at) => ({ id: `i${at}`, label: 'x', done })) as unknown as Json,
  },
})
const guideWith = (step: Step): Guide =>
  parseGuide({
    format: 1,
    flows: [
      { id: 'welcome', version: 1, trigger: 'Nothing Happened', steps: [{ id: 'hello', type: 'message' }] },
      { id: 'list', version: 1, trigger: 'Nothing Happened', steps: [step] },
    ],
  })

/** Which tasks of a step are done, after all that. */
function done(step: Step, activities: Activity[], { before = [] as Activity[], reload = false } = {}) {
  const none: Guide = { format: 1, flows: [] }
  const early = createEngine(none)
  for (const each of before) early.handle(each)
  const guide = guideWith(step)
  let engine = createEngine(guide, { state: early.state })
  for (const each of activities) engine.handle(each)
  if (reload) engine = createEngine(guide, { state: engine.state })
  const flow = engine.flow('list')!.flow
  const at = activities.at(-1)?.at ?? before.at(-1)?.at ?? 0
  return tasksOf(step)
    .filter((task) => engine.when(flow, task, at))
    .map(({ id }) => id)
}

describe('an item of a checklist', () => {
  const project = activity('Project Created', { template: 'blank' })

  it.each<[string, Done, Activity[]]>([
    ['an activity', 'Project Created', [project]],
    ['one of several activities', { on: ['Project Created', 'Project Copied'] }, [project]],
    ['an activity with a condition', { on: 'Project Created', where: { template: 'blank' } }, [project]],
    [
      'a flow',
      { flow: 'welcome' },
      [activity('Flow Started', { flow: 'welcome' }), activity('Flow Completed', { flow: 'welcome' })],
    ],
    ['a state', { count: 'Task Completed', is: { $gte: 2 } }, [activity('Task Completed'), activity('Task Completed')]],
  ])('is done by %s, whether the checklist is shown or not, and still after a reload', (_, wanted, happens) => {
    const step = checklist(wanted)
    expect(done(step, [])).toEqual([])
    expect(done(step, happens)).toEqual(['start.i0'])
    expect(done(step, happens, { reload: true })).toEqual(['start.i0'])
  })

  it('is not done by another activity, nor by a flow that was dismissed', () => {
    const step = checklist(
      { on: 'Project Created', where: { template: 'launch' } },
      { flow: 'welcome' },
      'Task Completed',
    )
    const dismissed = [activity('Flow Started', { flow: 'welcome' }), activity('Flow Dismissed', { flow: 'welcome' })]
    expect(done(step, [project, ...dismissed])).toEqual([])
  })

  it('is done by an activity that happened before the guide asked for it', () => {
    expect(done(checklist('Project Created'), [], { before: [project] })).toEqual(['start.i0'])
  })

  it('without anything that makes it done is no task of the engine', () => {
    expect(tasksOf(checklist(undefined))).toEqual([])
    expect(tasksOf({ id: 's', type: 'checklist', props: { items: { from: 'trigger.items' } } })).toEqual([])
    expect(tasksOf({ id: 's', type: 'checklist', props: { items: [null, 1, 'x'] } })).toEqual([])
    expect(tasksOf({ id: 's', type: 'message', props: { items: [{ id: 'a', done: 'A' }] } })).toEqual([])
  })
})

describe('an offer', () => {
  const offer = (props: Step['props'] = {}): Step => ({ id: 'ten', type: 'offer', props: { code: 'BACK10', ...props } })

  it('is claimed when its code is copied, wherever that was', () => {
    expect(done(offer(), [activity('Offer Copied', { flow: 'other', step: 'x', code: 'BACK10' })])).toEqual([
      'ten.claimed',
    ])
    expect(done(offer(), [activity('Offer Copied', { flow: 'list', step: 'ten', code: 'BACK20' })])).toEqual([])
  })

  it('is claimed by what it says, and then by nothing else', () => {
    const step = offer({ claimed: { on: 'Coupon Applied', where: { coupon: 'BACK10' } } })
    expect(done(step, [activity('Offer Copied', { code: 'BACK10' })])).toEqual([])
    expect(done(step, [activity('Coupon Applied', { coupon: 'BACK10' })])).toEqual(['ten.claimed'])
  })

  it.each<[unknown, number, number]>([
    ['2026-05-05T12:00:00Z', 0, Date.UTC(2026, 4, 5, 12)],
    ['2026-05-05', 0, new Date(2026, 4, 6).getTime()],
    [1_800_000_000_000, 0, 1_800_000_000_000],
    ['48h', 5000, 5000 + 48 * 3_600_000],
    [undefined, 0, Number.NaN],
    [null, 0, Number.NaN],
    ['soon', 0, Number.NaN],
  ])('that expires at %j, first shown at %i, ends at %d', (expires, shownAt, end) => {
    expect(endOf(expires, shownAt)).toBe(end)
  })

  it('remembers when each code was first shown, and tells it in the profile', () => {
    const engine = createEngine(guideWith(offer()))
    for (const [code, at] of [
      ['A', 1000],
      ['A', 9000],
      ['B', 10_000],
      [undefined, 11_000],
    ] as const)
      engine.handle(activity('Offer Shown', { flow: 'list', step: 'ten', code }, at))
    expect(engine.profile(12_000).flows.list?.offers).toEqual({ A: 1000, B: 10_000, ten: 11_000 })
  })
})

describe('a step has nothing left to say', () => {
  const all = () => true
  const none = () => false
  it.each<[string, Step, () => boolean, boolean]>([
    ['a checklist all done', checklist('A', 'B'), all, true],
    ['a checklist with something to do', checklist('A', 'B'), none, false],
    ['a checklist with something to tick off', checklist('A', undefined), all, false],
    ['a checklist without items', checklist(), all, false],
    ['an offer that is claimed', { id: 'o', type: 'offer', props: { code: 'A' } }, all, true],
    ['an offer that is not', { id: 'o', type: 'offer', props: { code: 'A' } }, none, false],
    ['an offer that is over', { id: 'o', type: 'offer', props: { expires: '1970-01-01T00:00:01Z' } }, none, true],
    ['an offer that runs', { id: 'o', type: 'offer', props: { expires: '3000-01-01' } }, none, false],
    ['an offer whose time is up', { id: 'o', type: 'offer', props: { expires: '1s' } }, none, true],
    ['a message', { id: 'm', type: 'message', props: {} }, all, false],
  ])('%s', (_, step, isDone, settled) => {
    expect(isSettled(step, isDone, 1000, 2000)).toBe(settled)
  })

  it('but an offer that nobody was shown has all its time', () => {
    expect(isSettled({ id: 'o', type: 'offer', props: { expires: '1s' } }, none, undefined, 2000)).toBe(false)
  })
})
