import { describe, expect, test } from 'vitest'
import type { Destination, Json, Source, Store } from '../../src/index.ts'
import { type ContractCase, destinationContract, sourceContract, storeContract } from '../../src/testing.ts'

/** The names of the cases that are not met. */
async function broken(cases: ContractCase[]): Promise<string[]> {
  const names: string[] = []
  for (const { name, run } of cases)
    await run().catch((error: Error) => {
      expect(error.message).toMatch(/\S/)
      names.push(name)
    })
  return names
}

describe('the contract of sources finds', () => {
  const guide = { format: 1, flows: [] }
  const good: Source = {
    name: 'good',
    guide: async (_, { aborted }) => (aborted ? Promise.reject(new Error('aborted')) : guide),
  }
  const brokenIn = (more: Partial<Source>, given: Partial<Parameters<typeof sourceContract>[0]> = {}) =>
    broken(sourceContract({ open: () => ({ ...good, ...more }), guide, ...given }))

  test('nothing in a good one', async () => expect(await brokenIn({})).toEqual([]))

  test('a name that is none', async () => expect(await brokenIn({ name: 'My Source' })).toEqual(['has a name']))

  test('another guide', async () =>
    expect(await brokenIn({ guide: async () => ({}) })).toEqual(['brings the guide, again and again']))

  test('what throws instead of rejecting, resolves instead, or says nothing', async () => {
    const failing = (guide: Source['guide']) => brokenIn({}, { broken: { 'a fault': () => ({ ...good, guide }) } })
    const name = 'rejects, and never throws, with a fault; says why'
    expect(await failing(() => Promise.reject(new Error('gone')))).toEqual([])
    expect(await failing(async () => guide)).toEqual([name])
    expect(await failing(() => Promise.reject('gone'))).toEqual([name])
    expect(
      await failing(() => {
        throw new Error('gone')
      }),
    ).toEqual([name])
  })

  test('a content for whatever it is asked', async () => {
    const content = { ref: 'hello', props: {}, missing: 'bye' }
    expect(await brokenIn({ content: async () => ({}) }, { content })).toHaveLength(10)
    expect(await brokenIn({ content: async () => ({}) })).toEqual(['brings no contents, and does not pretend to'])
  })
})

describe('the contract of stores finds', () => {
  const storeOver = (kept: Map<string, Json>, more: Partial<Store> = {}): Store => ({
    name: 'mine',
    get: (key) => structuredClone(kept.get(key)),
    set: (key, value) => void (value === undefined ? kept.delete(key) : kept.set(key, structuredClone(value))),
    ...more,
  })
  const brokenIn = (more: (kept: Map<string, Json>) => Partial<Store>, given: object = {}) => {
    const kept = new Map<string, Json>()
    const open = () => storeOver(kept, more(kept))
    return broken(storeContract({ open, lasts: true, clear: () => kept.clear(), ...given }))
  }

  test('nothing in a good one', async () => expect(await brokenIn(() => ({}))).toEqual([]))

  test('what is not copied', async () =>
    expect(await brokenIn((kept) => ({ get: (key) => kept.get(key) }))).toEqual([
      'keeps a copy: a change to what was set or got is not kept',
    ]))

  test('what is taken for nothing', async () =>
    expect(await brokenIn((kept) => ({ get: (key) => structuredClone(kept.get(key)) || undefined }))).toEqual([
      'gives back an empty text as it was set',
      'gives back a number as it was set',
      'gives back false as it was set',
      'gives back null as it was set',
      'keeps keys apart, whatever they are called',
    ]))

  test('what does not last', async () =>
    expect(await broken(storeContract({ open: () => storeOver(new Map()), lasts: true }))).toEqual([
      'has what was set after a reload',
    ]))

  test('a failure that is kept to itself', async () =>
    expect(await brokenIn(() => ({}), { fill: () => () => {} })).toEqual([
      'says when it cannot keep something, keeps the old value, and works again later',
    ]))
})

describe('the contract of destinations finds', () => {
  const brokenIn = (send: (arrived: { id: string; type: string }[]) => Destination['send'], refuses = false) =>
    broken(
      destinationContract({
        open() {
          const arrived: { id: string; type: string }[] = []
          let fault: Error | undefined
          const set = (error: Error) => () => {
            fault = error
            return () => {
              fault = undefined
            }
          }
          return {
            destination: {
              name: 'mine',
              send(batch) {
                if (fault) throw fault
                return send(arrived)(batch)
              },
            },
            arrived: () => arrived,
            fail: set(new Error('busy', { cause: refuses ? { terminal: true } : undefined })),
            refuse: set(new Error('no', { cause: { terminal: !refuses } })),
          }
        },
      }),
    )
  const good = (arrived: object[]) => (batch: { activities: object[] }) => void arrived.push(...batch.activities)

  test('nothing in a good one', async () => expect(await brokenIn(good)).toEqual([]))

  test('another order, and a batch that is changed', async () => {
    const reversing =
      (arrived: object[]): Destination['send'] =>
      (batch) =>
        void arrived.push(...batch.activities.reverse())
    expect(await brokenIn(reversing)).toEqual([
      'carries a batch over, in order and with its ids',
      'carries a batch over while the page goes away',
      'leaves the batch as it was',
      'carries over what it failed to carry over, with the same ids',
    ])
  })

  test('one that stumbles over what cannot be written', async () => {
    const strict =
      (arrived: object[]): Destination['send'] =>
      async ({ activities }) =>
        void arrived.push(...JSON.parse(JSON.stringify(activities)))
    expect(await brokenIn(strict)).toEqual(['carries the rest over when one activity cannot be written'])
  })

  test('failures that are for good, and refusals that are not', async () =>
    expect(await brokenIn(good, true)).toEqual([
      'carries over what it failed to carry over, with the same ids',
      'says so when a batch will never be taken',
    ]))
})
