import { expect, it } from 'vitest'
import { parseDuration } from '../../src/core/duration.ts'

it.each([
  ['500ms', 500],
  ['20s', 20_000],
  ['3m', 180_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
  ['0s', 0],
  [1500, 1500],
  [0.5, 0.5],
])('%s is %d milliseconds', (duration, milliseconds) => {
  expect(parseDuration(duration)).toBe(milliseconds)
})

it.each([
  '3 mins',
  '3',
  '',
  's',
  '-1s',
  '1.5h',
  '1e3s',
  '1w',
  '3M',
  ' 3m',
  '3m\n',
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
])('%j is no duration', (duration) => {
  expect(parseDuration(duration)).toBeNaN()
})
