import { expect, test } from 'vitest'
import type { Activity, Json } from '../../src/core/activity.ts'
import { createEngine, type Engine } from '../../src/core/engine.ts'
import { forgetFlow } from '../../src/core/forget-flow.ts'
import type { Guide } from '../../src/core/guide.ts'
import { explainSegment } from '../../src/inspector/explain-segment.ts'
import { forecast } from '../../src/inspector/forecast.ts'
import { createJournal } from '../../src/inspector/journal.ts'
import { decisionsOf, sessionLog } from '../../src/inspector/session-log.ts'
import { activity, flow, guide, moment, type Row } from '../core/replay.ts'

const asked: Guide = guide(
  [
    flow({ count: 'Product Viewed', is: { $gte: 2 } }, { id: 'again' }),
    flow({ idle: '2m' }, { id: 'help', frequency: { times: 1 } }),
    flow({ segment: 'buyer' }, { id: 'thanks', purpose: 'marketing' }),
  ],
  { segments: { buyer: { count: 'Order Completed', is: { $gte: 1 } } } },
)

/** A page whose engine is watched. */
function page(rules = asked, state?: Json, before?: string) {
  let now = moment(0)
  let places: { [flow: string]: Json } = {}
  const journal = createJournal(
    () => now,
    () => ({ ...places }),
    before,
  )
  const engine: Engine = journal.watch(createEngine(rules, { state, live: true }), rules)
  const at = (row: Row): Activity => {
    now = moment(row[0])
    return activity(row)
  }
  return {
    journal,
    engine,
    happen: (...rows: Row[]) => rows.flatMap((row) => engine.handle(at(row)).decisions),
    wait(ms: number) {
      now = moment(ms)
      return engine.advanceTo(now).decisions
    },
    move(next: typeof places) {
      places = next
      journal.moved()
    },
  }
}

const started = (id: string, at: number): Row => [at, 'Flow Started', { flow: id }, { interaction: false }]

function session() {
  const { journal, engine, happen, wait, move } = page()
  engine.consent({ analytics: true })
  happen([0, 'Page Viewed', { path: '/' }], [1000, 'Product Viewed', { product_id: 'p1' }])
  const release = engine.block('typing')
  happen([2000, 'Product Viewed', { product_id: 'p1' }])
  release()
  wait(3000)
  happen(started('again', 3001))
  move({ again: { value: { hello: 'shown' } } })
  happen([4000, 'Order Completed', {}])
  wait(200_000)
  return { journal, engine }
}

test('a developer goes back to any moment, and the engine is as it was then', () => {
  const { journal, engine } = session()
  const last = journal.entries.length - 1
  const then = journal.replay(last)!
  expect(then.engine.state).toEqual(engine.state)
  expect(then.agreed).toEqual({ analytics: true })

  const typing = journal.entries.findIndex(({ call }) => call === 'release') - 1
  const held = journal.replay(typing)!
  expect(held.blocks.map(({ reason }) => reason)).toEqual(['typing'])
  expect(held.engine.explain('again', moment(2000)).decides).toMatchObject({ gate: 'blocked' })
  expect(held.places).toEqual({})
  const before = journal.replay(typing - 2)!
  expect(before.engine.explain('again', moment(1000)).trigger.leaves[0]!.actual).toBe(1)
})

test('decisions are written down with their gates', () => {
  const { journal } = session()
  const told = decisionsOf(journal.entries).map(({ flow, verdict, because }) => [flow, verdict, because.at(-1)?.gate])
  expect(told).toEqual([
    ['again', 'hold', 'blocked'],
    ['again', 'start', 'stale'],
    ['thanks', 'hold', 'consent'],
    ['help', 'hold', 'slot'],
  ])
})

test('the next page of the tab goes on with the journal of the last one', () => {
  const first = session()
  const text = first.journal.text(1e6)
  const second = page(asked, first.engine.state, text)
  second.happen([210_000, 'Product Viewed', { product_id: 'p2' }])
  expect(second.journal.entries.length).toBe(first.journal.entries.length + 2)
  expect(second.journal.replay(3)!.engine.state).toEqual(first.journal.replay(3)!.engine.state)
  // It begins with what was known of the visitor.
  const last = second.journal.replay(second.journal.entries.length - 1)!
  expect(last.engine.state).toEqual(second.engine.state)
  expect(last.engine.profile(moment(210_000)).counts['Product Viewed']).toBe(3)
  expect(sessionLog(second.journal.entries).trim().split('\n')).toHaveLength(6)
})

test('what is kept for the next page has an end: the oldest is left out, and what is left can be replayed', () => {
  const { journal, engine } = session()
  const size = journal.text(1e6).length
  journal.watch(createEngine(asked, { state: engine.state, live: true }), asked)
  const text = journal.text(size)
  expect(text.length).toBeLessThanOrEqual(size)
  const { entries } = JSON.parse(text)
  expect(entries[0].call).toBe('engine')
  expect(entries.length).toBeLessThan(journal.entries.length)
  expect(journal.text(10)).toBe('')
})

test('a block for some flows only is not taken over to another page', () => {
  const { journal, engine } = page()
  engine.block('dialog', ({ id }) => id === 'help')
  engine.block('hold')
  const { entries } = JSON.parse(journal.text(1e6))
  expect(entries.map(({ reason }: { reason?: string }) => reason)).toEqual([undefined, 'hold'])
})

test('a forecast says what comes if the visitor does nothing, and leaves the engine as it is', () => {
  const { journal, engine, happen } = page()
  happen([0, 'Page Viewed', { path: '/' }])
  const before = engine.state
  const { decisions } = forecast(journal.now!, moment(10_000), moment(300_000))
  expect(decisions.map(({ flow, verdict, at }) => [flow, verdict, at])).toEqual([['help', 'start', moment(120_000)]])
  expect(forecast(journal.now!, moment(10_000), moment(60_000)).decisions).toEqual([])
  expect(engine.state).toEqual(before)
})

test('a forecast knows of what holds now', () => {
  const { journal, engine, happen } = page()
  happen([0, 'Page Viewed', { path: '/' }])
  engine.block('hidden tab')
  const { decisions } = forecast(journal.now!, moment(0), moment(300_000))
  expect(decisions.map(({ flow, verdict }) => [flow, verdict])).toEqual([['help', 'hold']])
})

test('a segment is explained with what it has counted', () => {
  const { journal, happen } = page(guide([], { segments: { keen: { count: 'Product Viewed', is: { $gte: 3 } } } }))
  happen([0, 'Product Viewed', {}], [1, 'Product Viewed', {}])
  const { trigger, decides } = explainSegment(journal.now!, 'keen', moment(2))
  expect(trigger.leaves[0]).toMatchObject({ actual: 2, value: false })
  expect(decides.flip).toEqual({ more: 1, match: 'Product Viewed' })
})

test('a flow that is forgotten counts from nothing and may start again, and the others remember', () => {
  const { engine, happen, wait } = page()
  happen([0, 'Product Viewed', {}], [1, 'Product Viewed', {}], started('again', 2))
  wait(120_001)
  happen(started('help', 120_002))
  const state = forgetFlow(engine.state, 'help')
  const anew = createEngine(asked, { state, live: true })
  expect(anew.profile(moment(130_000)).flows).toHaveProperty('again')
  expect(anew.profile(moment(130_000)).flows).not.toHaveProperty('help')
  const gate = anew.explain('help', moment(130_000)).gates.find(({ gate }) => gate === 'frequency')
  expect(gate).toMatchObject({ verdict: 'open', actual: 0 })
  expect(engine.explain('help', moment(130_000)).gates.find(({ gate }) => gate === 'frequency')).toMatchObject({
    verdict: 'refuse',
  })
  expect(anew.explain('again', moment(130_000)).trigger.leaves[0]!.actual).toBe(2)
  const other = createEngine(asked, { state: forgetFlow(engine.state, 'again'), live: true })
  expect(other.explain('again', moment(130_000)).trigger.leaves[0]!.actual).toBe(0)
})
