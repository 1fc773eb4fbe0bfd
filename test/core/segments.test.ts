import { describe, expect, test } from 'vitest'
import type { Guide } from '../../src/core/guide.ts'
import { flow, guide, type Moment, moment, replay, start } from './replay.ts'

const membership = (of: Partial<Guide>) => {
  const run = replay(guide([], of))
  return { ...run, at: (at: Moment) => run.engine.profile(moment(at)).segments }
}
const hot = { profile: { 'scores.buys': { $gte: 0.5 } } }
const viewed = (weight: number, of: Guide['segments'] | object | string): Partial<Guide> => ({
  models: { buys: { intercept: -1, features: { one: { weight, of: of as string } } } },
  segments: { hot },
})

describe('a segment is live', () => {
  test('the host pushes it by a trait, and takes it back', () => {
    const run = replay(
      guide([flow({ segment: 'vip' }), flow({ not: { segment: 'vip' } }, { id: 'other' })], {
        segments: { vip: { profile: { 'visitor.traits.vip': true } } },
      }),
    )
    run.rows([0, 'A', {}, { traits: { vip: false } }], [1, 'B', {}, { traits: { vip: true } }])
    expect(run.engine.profile(start + 1).segments).toEqual({ vip: true })
    run.rows([2, 'B', {}, { traits: { vip: false } }])
    expect(run.engine.profile(start + 2).segments).toEqual({})
    expect(run.starts.map(({ at, flow }) => [at - start, flow])).toEqual([
      [0, 'other'],
      [1, 'flow'],
      [2, 'other'],
    ])
  })

  test('on the score of a model it follows what is counted', () => {
    const run = membership(viewed(0.5, 'counts.V'))
    run.rows([0, 'V'])
    expect(run.at(0)).toEqual({})
    run.rows([1, 'V'])
    expect(run.at(1)).toEqual({ hot: true })
  })

  test('on the score of a model it follows an expression, also by time alone', () => {
    const run = replay(
      guide([flow({ segment: 'hot' }), flow({ not: { segment: 'hot' } }, { id: 'cold' })], {
        ...viewed(2, { count: 'V', is: { $gte: 1 }, within: '10s' }),
      }),
    )
    run.rows([0, 'A'], [1000, 'V'])
    run.advance('1m')
    expect(run.starts.map(({ at, flow }) => [at - start, flow])).toEqual([
      [0, 'cold'],
      [1000, 'flow'],
      [11_000, 'cold'],
    ])
  })

  test('on the score of a model it follows another segment, by time alone', () => {
    const run = membership({
      ...viewed(2, 'segments.recent'),
      segments: { hot, recent: { since: { last: 'V' }, is: { $lt: '10s' } } },
    })
    run.rows([0, 'V'])
    expect(run.at(0)).toEqual({ hot: true, recent: true })
    run.advance('10s')
    expect(run.at('10s')).toEqual({})
  })

  test('segments that read segments change with them, by time alone', () => {
    const run = membership({
      segments: {
        quiet: { not: { segment: 'recent' } },
        recent: { since: { last: 'V' }, is: { $lt: '10s' } },
      },
    })
    run.rows([0, 'V'])
    expect(run.at(0)).toEqual({ recent: true })
    run.advance('10s')
    expect(run.at('10s')).toEqual({ quiet: true })
  })

  test('one that leads back to itself through the profile does not hang', () => {
    const run = membership({ segments: { odd: { profile: { 'segments.odd': { $exists: false } } } } })
    run.rows([0, 'A'], [1, 'B'])
    expect(Object.keys(run.at(1)).length).toBeLessThan(2)
  })

  test('models whose scores lead back to each other find 0 there', () => {
    const model = (of: string) => ({ intercept: 0, features: { one: { weight: 1, of } } })
    const run = replay(guide([], { models: { a: model('scores.b'), b: model('scores.a') } }))
    run.rows([0, 'A'])
    const score = (sum: number) => 1 / (1 + Math.exp(-sum))
    expect(run.engine.profile(moment(1)).scores).toEqual({ a: score(score(0)), b: score(score(0)) })
  })
})

describe('who is identified', () => {
  test('keeps what was done before, under the same anonymous id', () => {
    const run = replay(guide([flow({ count: 'V', is: { $gte: 3 } })]))
    run.rows([0, 'V'], [1, 'V'], [2, 'Visitor Identified', {}, { visitor: 'u1' }], [3, 'V'])
    expect(run.starts.map(({ at }) => at - start)).toEqual([3])
    expect(run.engine.profile(start + 3)).toMatchObject({ counts: { V: 3 }, sessions: { count: 1 } })
  })

  const trial = { audience: { profile: { 'visitor.traits.plan': 'trial' } } }
  test.each([
    ['trial', 'pro', []],
    ['trial', 'trial', [10_000]],
  ] as const)('a flow that waits is asked again before it shows: from %s to %s', (before, after, starts) => {
    const run = replay(guide([flow('A', { delay: '10s', ...trial })]))
    run.rows(
      [0, 'A', {}, { traits: { plan: before } }],
      [5000, 'Visitor Identified', {}, { visitor: 'u1', traits: { plan: after } }],
    )
    run.advance('1m')
    expect(run.starts.map(({ at }) => at - start)).toEqual(starts)
  })
  test('a flow that waits for the consent is shown to whom its audience fits by then', () => {
    const run = replay(guide([flow({ count: 'A', is: { $gte: 1 } }, { purpose: 'marketing', ...trial })]))
    run.rows([0, 'A'], [5000, 'Visitor Identified', {}, { visitor: 'u1', traits: { plan: 'trial' } }])
    run.engine.consent({ marketing: true })
    run.advance('10s')
    expect(run.starts).toHaveLength(1)
  })
})

describe('a flow that has lost is offered again', () => {
  const both = (more: Partial<Guide> = {}) =>
    guide(
      [
        flow({ count: 'A', is: { $gte: 1 } }, { id: 'first', priority: 'high', frequency: { times: 1 } }),
        flow({ count: 'A', is: { $gte: 1 } }, { id: 'second', frequency: { times: 1 } }),
        flow({ count: 'A', is: { $gte: 1 } }, { id: 'third', priority: 'low', frequency: { times: 1 } }),
      ],
      more,
    )
  const own = { interaction: false } as const
  const play = (run: ReturnType<typeof replay>, flow: string, from: number) =>
    run.rows(
      [from, 'Flow Started', { flow }, own],
      [from, 'Step Viewed', { flow, step: 'hello' }, own],
      [from + 1000, 'Flow Dismissed', { flow, step: 'hello', by: 'close' }, own],
    )

  test('when the slot is free, the next in line first, over a reload each time', () => {
    let run = replay(both(), { play: false })
    run.rows([0, 'A'])
    const starts = run.starts.map(({ flow }) => flow)
    for (const at of [0, 2000]) {
      run = replay(both(), { play: false, state: run.engine.state })
      play(run, starts.at(-1)!, at)
      starts.push(...run.starts.map(({ flow }) => flow))
    }
    expect(starts).toEqual(['first', 'second', 'third'])
  })
  test('when the gap is over, by time alone', () => {
    const run = replay(both({ limits: { gap: '10s' } }))
    run.rows([0, 'A'])
    run.advance('1m')
    expect(run.starts.map(({ at, flow }) => [at - start, flow])).toEqual([
      [0, 'first'],
      [10_000, 'second'],
      [20_000, 'third'],
    ])
  })
  test('in the next session, when this one has had its share, also over a reload', () => {
    const of = both({ limits: { perSession: 1 } })
    const before = replay(of)
    before.rows([0, 'A'])
    const run = replay(of, { state: before.engine.state })
    run.rows(['1h', 'B'], ['2h', 'B'])
    expect([...before.starts, ...run.starts].map(({ flow }) => flow)).toEqual(['first', 'second', 'third'])
  })
  test('the next day, when this one has had its share, by time alone', () => {
    const run = replay(both({ limits: { perDay: 1 } }))
    run.rows([0, 'A'])
    run.advance('3d')
    expect(run.starts.map(({ at, flow }) => [at - start, flow])).toEqual([
      [0, 'first'],
      [86_400_000, 'second'],
      [2 * 86_400_000, 'third'],
    ])
  })
})
