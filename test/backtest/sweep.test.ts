import { describe, expect, it } from 'vitest'
import { parseSweep, variationsOf } from '../../src/backtest/sweep.ts'
import type { Guide } from '../../src/core/guide.ts'

const guide: Guide = {
  format: 1,
  limits: { gap: '10m' },
  flows: [
    {
      id: 'welcome',
      version: 1,
      trigger: { all: [{ idle: '30s' }, { count: 'Page Viewed', is: { $gt: 3 } }] },
      steps: [{ id: 'hello', type: 'message' }],
    },
  ],
}

describe('a sweep', () => {
  it('names a place and values, which are JSON where they can be', () => {
    expect(parseSweep('flows.welcome.trigger.idle=60s, 120s,3,true')).toEqual({
      path: 'flows.welcome.trigger.idle',
      values: ['60s', '120s', 3, true],
    })
  })

  it('gives the guide in all combinations, and leaves the guide as it is', () => {
    const before = structuredClone(guide)
    const sweeps = [
      parseSweep('flows.welcome.trigger.all.0.idle=10s,20s'),
      parseSweep('flows.welcome.trigger.all[1].is.$gt=4,5'),
    ]
    const variations = variationsOf(guide, sweeps)
    expect(variations.map(({ settings }) => Object.values(settings))).toEqual([
      ['10s', 4],
      ['10s', 5],
      ['20s', 4],
      ['20s', 5],
    ])
    expect(variations[3]!.guide.flows[0]!.trigger).toEqual({
      all: [{ idle: '20s' }, { count: 'Page Viewed', is: { $gt: 5 } }],
    })
    expect(guide).toEqual(before)
  })

  it('goes to any place of the guide', () => {
    expect(variationsOf(guide, [parseSweep('limits.gap=1h')])[0]!.guide.limits).toEqual({ gap: '1h' })
  })

  it.each(['flows.welcome.trigger.idle', '=3', 'limits.gap=', 'limits.gap=1h,,2h'])(
    'refuses %s, and shows how to write it',
    (text) => {
      expect(() => parseSweep(text)).toThrow('Write a path into the guide')
    },
  )

  it.each([
    ['flows.welcom.trigger=1', 'flows has no "welcom". It has welcome.'],
    ['flows.welcome.trigger.idle=60s', 'flows.welcome.trigger has no "idle". It has all.'],
    ['limits.perDay=3', 'limits has no "perDay". It has gap.'],
  ])('%s leads nowhere: it says what is there', (text, told) => {
    expect(() => variationsOf(guide, [parseSweep(text)])).toThrow(told)
  })

  it('refuses a value that does not fit', () => {
    expect(() => variationsOf(guide, [parseSweep('flows.welcome.trigger.all.0.idle=soon')])).toThrow(
      'With flows.welcome.trigger.all.0.idle = soon the guide is none.',
    )
  })

  it('refuses a grid that would take for ever', () => {
    const values = Array.from({ length: 15 }, (_, index) => index + 1).join(',')
    const sweeps = [parseSweep(`limits.gap=${values}`), parseSweep(`flows.welcome.trigger.all.1.is.$gt=${values}`)]
    expect(() => variationsOf(guide, sweeps)).toThrow('225 combinations')
  })
})
