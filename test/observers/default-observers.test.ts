import { expect, test } from 'vitest'
import { defaultObservers } from '../../src/observers/default-observers.ts'

test('defaultObservers can be made on a server, and touches nothing there', () => {
  expect(defaultObservers().map(({ name }) => name)).toEqual([
    'page-views',
    'inactivity',
    'clicks',
    'sections',
    'products',
    'cart',
  ])
})
