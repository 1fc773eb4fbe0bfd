import { describe, expect, test, vi } from 'vitest'
import { consoleDestination } from '../../src/destinations/console.ts'
import { activity, batch, destinationContract } from '../../src/testing/destination-contract.ts'

describe('consoleDestination, as every destination,', () => {
  const cases = destinationContract({
    open() {
      const debug = vi.spyOn(console, 'debug').mockReturnValue()
      debug.mockClear()
      return {
        destination: consoleDestination(),
        arrived: () => debug.mock.calls.map(([line]) => ({ type: (line as string).split('  ')[1]! })),
        close: () => debug.mockRestore(),
      }
    },
  })
  for (const { name, run } of cases) test(name, run)
})

test('consoleDestination writes one readable line for each activity', () => {
  const debug = vi.spyOn(console, 'debug').mockReturnValue()
  consoleDestination().send(batch([activity('Step Answered', 1), activity('Goal Reached', 2, { page: undefined })]))
  expect(debug.mock.calls).toEqual([
    ['foothold  Step Answered  /pricing', { seq: 1 }],
    ['foothold  Goal Reached', { seq: 2 }],
  ])
  debug.mockRestore()
})
