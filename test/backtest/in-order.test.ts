import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createInOrder } from '../../src/backtest/in-order.ts'
import { compareActivities } from '../../src/core/activity.ts'
import { seed } from '../seed.ts'

const item = (at: number, seq = 0, id = 'a') => ({ at, seq, id })

it('what comes a little late is put in its place', () => {
  const order = createInOrder(60)
  expect([item(10), item(40), item(20), item(30)].flatMap((each) => order.add(each)!)).toEqual([])
  expect(order.add(item(101))).toEqual([item(10), item(20), item(30), item(40)])
  expect(order.rest()).toEqual([item(101)])
  expect(order.disorder).toBe(20)
})

it('what comes later than that is refused: 60 is late enough, 61 too late', () => {
  const order = createInOrder(60)
  order.add(item(100))
  expect(order.add(item(40))).toBeDefined()
  expect(order.add(item(39))).toBeUndefined()
})

it('gives everything once, in order, whatever comes nearly in order', () => {
  const nearly = fc.array(fc.tuple(fc.nat(500), fc.nat(60), fc.nat(3)), { maxLength: 300 })
  fc.assert(
    fc.property(nearly, (rows) => {
      let newest = 0
      const items = rows.map(([step, back, seq], index) => {
        newest += step % 50
        return item(newest - back, seq, `id-${index}`)
      })
      const order = createInOrder(60)
      const given = [...items.flatMap((each) => order.add(each) ?? [item(-1)]), ...order.rest()]
      expect(given).toEqual([...items].sort(compareActivities))
    }),
    { seed },
  )
})
