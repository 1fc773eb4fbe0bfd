import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createReplay, type FiringLine } from '../../src/backtest/replay.ts'
import { type Activity, compareActivities } from '../../src/core/activity.ts'
import type { Expression, Guide } from '../../src/core/guide.ts'
import { dataSet } from './data-folder.ts'

const file = dataSet('diginetica_sample_item_views.csv')
const minute = 60_000

interface View {
  session: string
  item: string
  at: number
}

describe.skipIf(!file)('the item views of a shop', () => {
  const views: View[] = file ? read(file) : []
  const sessions = [...group(views, ({ session }) => session).values()]
  /** What the engines say: firings by visitor. */
  const fired = (trigger: Expression) => {
    const guide: Guide = {
      format: 1,
      flows: [{ id: 'flow', version: 1, trigger, steps: [{ id: 'hello', type: 'message' }] }],
    }
    const lines: FiringLine[] = []
    const replay = createReplay([guide], { onFiring: (line) => lines.push(line) })
    const activities = views.map(
      ({ session, item, at }, index): Activity => ({
        id: `view-${index}`,
        type: 'Product Viewed',
        at,
        seq: index,
        visitor: { anonymousId: session },
        properties: { product_id: item },
      }),
    )
    for (const activity of activities.sort(compareActivities)) replay.take(activity)
    const { flow } = replay.finish(end)[0]!.flows
    return { fired: flow!.fired, visitors: flow!.visitors, open: flow!.open, lines: lines.length }
  }
  const end = Math.max(...views.map(({ at }) => at))
  /** What a few lines of plain code say: how often in each session. */
  const counted = (times: (session: View[]) => number) => {
    const all = sessions.map(times)
    const fired = all.reduce((sum, number) => sum + number, 0)
    return { fired, visitors: all.filter(Boolean).length, open: 0, lines: fired }
  }

  it('are 12,391 in 2,986 sessions', () => {
    expect(views).toHaveLength(12_391)
    expect(sessions).toHaveLength(2986)
  })

  it.each([1, 2, 4])('more than %i of the same item', (most) => {
    const plain = counted(
      (session) => [...group(session, ({ item }) => item).values()].filter((of) => of.length > most).length,
    )
    expect(plain.fired).toBeGreaterThan(20)
    expect(fired({ count: 'Product Viewed', per: 'product_id', is: { $gt: most } })).toEqual(plain)
  })

  it('the same item twice within ten minutes, each time anew', () => {
    const plain = counted((session) =>
      [...group(session, ({ item }) => item).values()].reduce((sum, of) => {
        const within = (index: number, before: number) =>
          index >= before && of[index]!.at - of[index - before]!.at < 10 * minute
        // With two in the window already it is true, and does not become so.
        return sum + of.filter((_, index) => within(index, 1) && !within(index, 2)).length
      }, 0),
    )
    expect(fired({ count: 'Product Viewed', per: 'product_id', is: { $gt: 1 }, within: '10m' })).toEqual(plain)
  })

  it('five different items', () => {
    const plain = counted((session) => Number(new Set(session.map(({ item }) => item)).size >= 5))
    expect(fired({ count: 'Product Viewed', distinct: 'product_id', is: { $gte: 5 } })).toEqual(plain)
  })

  it('nothing done for two minutes, the last view included', () => {
    const pauses = (session: View[]) =>
      session.filter(({ at }, index) => (session[index + 1]?.at ?? Number.POSITIVE_INFINITY) - at >= 2 * minute)
    const plain = counted((session) => pauses(session).filter(({ at }) => at + 2 * minute <= end).length)
    const open = sessions.flatMap(pauses).filter(({ at }) => at + 2 * minute > end).length
    expect(fired({ idle: '2m' })).toEqual({ ...plain, open })
  })

  it('an item not come back to within a day; what the log is too short for is open', () => {
    const due = (view: View) => view.at + 24 * 60 * minute
    const last = sessions.flatMap((session) =>
      [...group(session, ({ item }) => item).values()].flatMap((of) =>
        of.filter((view, index) => !(of[index + 1] && of[index + 1]!.at < due(view))),
      ),
    )
    const found = fired({ absent: 'Order Completed', after: 'Product Viewed', for: '24h', same: 'product_id' })
    // Two that are due at the same moment are one firing.
    const moments = (list: View[]) => new Set(list.map((view) => `${view.session} ${due(view)}`)).size
    expect(found.fired).toBe(moments(last.filter((view) => due(view) <= end)))
    expect(found.open).toBe(moments(last.filter((view) => due(view) > end)))
    expect(found.open).toBeGreaterThan(0)
  })
})

function read(file: string): View[] {
  const [, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/)
  return lines
    .map((line) => {
      const [session = '', , item = '', timeframe, date = ''] = line.split(';')
      return { session, item, at: Date.parse(date) + Number(timeframe) }
    })
    .sort((a, b) => a.at - b.at)
}

function group<T>(items: T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
