import { expect, test } from 'vitest'
import { readLogLine } from '../../src/backtest/log-line.ts'
import { createReplay } from '../../src/backtest/replay.ts'
import { createEngine } from '../../src/core/engine.ts'
import { createJournal } from '../../src/inspector/journal.ts'
import { sessionLog, sessionTest } from '../../src/inspector/session-log.ts'
import { activity, flow, guide, moment, type Row } from '../core/replay.ts'
import { runSessionTest } from './run-session-test.ts'

const rules = guide([
  flow({ count: 'Product Viewed', is: { $gte: 2 } }, { id: 'again', pages: ['/shop'] }),
  flow({ idle: '2m' }, { id: 'help', purpose: 'marketing' }),
])

/** The visitor looks twice while typing, and then does nothing. */
function session(state = createEngine(rules).state) {
  let now = 0
  const journal = createJournal(
    () => now,
    () => ({}),
  )
  const engine = journal.watch(createEngine(rules, { state, live: true }), rules)
  const happen = (row: Row) => {
    const each = activity(row)
    now = each.at
    return engine.handle(each)
  }
  engine.consent({ marketing: true })
  happen([0, 'Page Viewed', { path: '/shop' }])
  const release = engine.block('typing')
  happen([1000, 'Product Viewed', { product_id: 'p1' }])
  happen([2000, 'Product Viewed', { product_id: 'p1' }])
  release()
  engine.advanceTo(moment(3000))
  happen([3000, 'Flow Started', { flow: 'again' }, { interaction: false }])
  happen([3500, 'Flow Completed', { flow: 'again' }, { interaction: false }])
  engine.advanceTo(moment(130_000))
  return { journal, engine }
}

test('a copied test passes, and fails when the guide decides otherwise', async () => {
  const { journal } = session()
  const text = sessionTest(journal.entries)
  expect(text).toContain('["again","hold","blocked"')
  expect(text).toContain('["again","start","2026-')
  expect(text).toContain('["help","start","2026-')
  await runSessionTest(text)
  await expect(runSessionTest(text.replace('"idle":"2m"', '"idle":"9m"'))).rejects.toThrow()
})

test('a copied test begins with what was known of the visitor before', async () => {
  const { engine } = session()
  const { journal } = session(engine.state)
  // It was seen already, more than once.
  const text = sessionTest(journal.entries)
  expect(text).toContain('"Product Viewed":2')
  await runSessionTest(text)
})

test('a copied log is one that the back-test reads, with the same ids, times and order', () => {
  const { journal } = session()
  const lines = sessionLog(journal.entries).trim().split('\n')
  const activities = lines.map((line, index) => readLogLine(JSON.parse(line), index + 1))
  const handled = journal.entries.flatMap((entry) => (entry.call === 'handle' ? entry.activity : []))
  expect(activities).toEqual(handled)

  const replay = createReplay([rules], { consent: ['marketing'] })
  for (const each of activities) replay.take(each)
  const [tally] = replay.finish(moment(130_000))
  expect(tally!.flows.again).toMatchObject({ fired: 1, shown: 1 })
  expect(tally!.flows.help).toMatchObject({ fired: 1, shown: 1 })
})
