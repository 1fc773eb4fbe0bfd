import { describe, expect, it } from 'vitest'
import { readLogLine } from '../../src/backtest/log-line.ts'

const line = { visitor: 'v1', type: 'Page Viewed', at: 1000 }

describe('a line of a log', () => {
  it('needs a visitor, a type and a time, and no more', () => {
    expect(readLogLine(line, 7)).toEqual({
      id: 'line-7',
      type: 'Page Viewed',
      at: 1000,
      seq: 7,
      visitor: { anonymousId: 'v1' },
      properties: {},
    })
  })

  it('may say everything that an activity says', () => {
    const all = {
      id: 3,
      seq: 2,
      tab: 1,
      page: '/help',
      properties: { a: 1 },
      traits: { plan: 'pro' },
      interaction: false,
    }
    expect(readLogLine({ ...line, ...all }, 7)).toEqual({
      id: '3',
      type: 'Page Viewed',
      at: 1000,
      seq: 2,
      tab: '1',
      page: { path: '/help' },
      visitor: { anonymousId: 'v1', traits: { plan: 'pro' } },
      properties: { a: 1 },
      interaction: false,
    })
  })

  it('takes activities as destinations get them', () => {
    const activity = readLogLine(
      { ...line, visitor: { anonymousId: 'a1', id: 'u1' }, page: { path: '/', title: 'Home' } },
      1,
    )
    expect(activity).toMatchObject({ visitor: { anonymousId: 'a1', id: 'u1' }, page: { path: '/', title: 'Home' } })
  })

  it.each([
    ['2026-11-23T10:00:00Z', Date.UTC(2026, 10, 23, 10)],
    ['2026-11-23T10:00:00.250+02:00', Date.UTC(2026, 10, 23, 8, 0, 0, 250)],
    ['2026-11-23 10:00:00.5', Date.UTC(2026, 10, 23, 10, 0, 0, 500)],
    ['2026-11-23 10:00:00 UTC', Date.UTC(2026, 10, 23, 10)],
    ['2026-11-23T10:00', Date.UTC(2026, 10, 23, 10)],
    ['2026-11-23', Date.UTC(2026, 10, 23)],
  ])('reads %s, as UTC where it names no zone', (at, expected) => {
    expect(readLogLine({ ...line, at }, 1).at).toBe(expected)
  })

  it.each([
    [[], 'is no object'],
    [{ ...line, visitor: '' }, 'has no visitor'],
    [{ ...line, type: 4 }, 'has no type'],
    [{ ...line, at: 'yesterday' }, 'has "yesterday" as its time'],
    [{ ...line, at: '2026-13-40' }, 'has "2026-13-40" as its time'],
    [{ ...line, at: undefined }, 'has no time'],
    [{ ...line, at: 1_764_000_000_000_000 }, 'has the time 1764000000000000, thousands of years away'],
    [{ ...line, at: -9e15 }, 'thousands of years away'],
    [{ ...line, properties: [] }, 'properties that are no object'],
    [{ ...line, traits: 'pro' }, 'traits that are no object'],
  ])('is refused with what is wrong: %j', (value, problem) => {
    expect(() => readLogLine(value, 1)).toThrow(problem)
  })
})
