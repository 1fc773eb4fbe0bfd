import { expect, test } from 'vitest'
import { ownWords } from '../../src/core/own-words.ts'

test.each(['nps', 'csat', 'rating', 'emoji', 'choice'])(
  'a question of the kind %s is answered in the words of the guide',
  (kind) => {
    expect(ownWords({ type: 'survey' }, { question: 'Which?', kind })).toBe(false)
  },
)

test('a question of the kind text, or of one that is not known, is answered in own words', () => {
  for (const kind of ['text', 'drawing', undefined])
    expect(ownWords({ type: 'survey' }, { question: 'Why?', kind })).toBe(true)
})

test('of several questions those are named', () => {
  const questions = [
    { id: 'score', kind: 'nps' },
    { id: 'why', kind: 'text' },
    { id: 'which', kind: 'choice' },
    { id: 'strange', kind: 'drawing' },
    null,
  ]
  expect(ownWords({ type: 'survey' }, { questions })).toEqual(['why', 'strange', 'undefined'])
})

test('what is done in a checklist is in the words of the guide; of a custom step nobody knows', () => {
  expect(ownWords({ type: 'checklist' }, { items: [] })).toBe(false)
  expect(ownWords({ type: 'rating' }, { kind: 'choice' })).toBe(undefined)
})
