import { describe, expect, test } from 'vitest'
import { createCalendar, nextPeriod } from '../../src/core/calendar.ts'

const at = Date.parse
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'America/St_Johns',
  'Pacific/Apia',
]

describe('a calendar', () => {
  test.each([
    ['2026-11-23T22:59:59.999Z', 'Europe/Berlin', '2026-11-23'],
    ['2026-11-23T23:00:00Z', 'Europe/Berlin', '2026-11-24'],
    ['2026-11-23T18:14:59.999Z', 'Asia/Kathmandu', '2026-11-23'],
    ['2026-11-23T18:15:00Z', 'Asia/Kathmandu', '2026-11-24'],
    // Clocks were set back at one minute past midnight, into the day before.
    ['2010-11-07T02:30:30Z', 'America/St_Johns', '2010-11-07'],
    ['2010-11-07T02:31:00Z', 'America/St_Johns', '2010-11-06'],
    // A day that was left out.
    ['2011-12-30T09:59:59.999Z', 'Pacific/Apia', '2011-12-29'],
    ['2011-12-30T10:00:00Z', 'Pacific/Apia', '2011-12-31'],
    ['2026-11-23T12:00:00Z', 'Mars/Olympus', '2026-11-23'],
  ])('says which day %s is in %s', (moment, zone, day) => {
    expect(createCalendar().day(at(moment), zone)).toBe(day)
  })

  test('says the same day however often and in which order it is asked', () => {
    const calendar = createCalendar()
    const from = at('2026-03-28T00:00Z')
    const moments = Array.from({ length: 1000 }, (_, index) => from + ((index * 7919) % 1000) * 97_001)
    for (const zone of zones)
      for (const moment of moments) expect(calendar.day(moment, zone)).toBe(createCalendar().day(moment, zone))
  }, 60_000)

  test('finds the first millisecond of the next day and of the next Monday', () => {
    const { day, week } = createCalendar()
    const morning = at('2026-03-28T09:00Z')
    expect(nextPeriod(morning, (moment) => day(moment, 'Europe/Berlin'))).toBe(at('2026-03-28T23:00Z'))
    expect(nextPeriod(morning, (moment) => week(moment, 'Europe/Berlin'))).toBe(at('2026-03-29T22:00Z'))
  })
})
