import { expect, test } from 'vitest'
import { localStore } from '../../src/stores/local.ts'

test('localStore remembers in memory on a server, which has no storage', () => {
  const store = localStore()
  store.set('state', { a: 1 })
  expect(store.get('state')).toEqual({ a: 1 })
  expect(store.watch!('state', () => {})).toBeTypeOf('function')
})
