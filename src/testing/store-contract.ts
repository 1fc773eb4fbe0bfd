import type { Json } from '../core/activity.ts'
import type { Store } from '../stores/store.ts'
import { type ContractCase, claim, claimRejects, claimSame, claimSoon } from './claim.ts'

export interface StoreCase {
  /** A store over the same memory each time, as after a reload; or a fresh one where nothing outlives it. */
  open(): Store
  /** Whether what was set is there after a reload. */
  lasts: boolean
  /** Forgets everything; called before and after each case. */
  clear?(): void | Promise<void>
  /** Sets as another tab does; needed where the store has `watch`. */
  elsewhere?(key: string, value: Json | undefined): void | Promise<void>
  /** Makes the next `set` fail, and returns what mends it; where it can fail at all. */
  fill?(): () => void
  /** Leaves something under the key that the store never wrote; where somebody else can write there. */
  corrupt?(key: string): void | Promise<void>
  /** Looks at each error, and throws where it is not as it should be. */
  onError?(error: Error): void
}

/**
 * What every store does.
 *
 * @example for (const { name, run } of storeContract({ open: myStore, lasts: true })) test(name, run)
 */
export function storeContract({
  open,
  lasts,
  clear,
  elsewhere,
  fill,
  corrupt,
  onError = () => {},
}: StoreCase): ContractCase[] {
  const cases: ContractCase[] = []
  const add = (name: string, run: (store: Store) => Promise<void>) =>
    cases.push({
      name,
      async run() {
        await clear?.()
        try {
          await run(open())
        } finally {
          await clear?.()
        }
      },
    })

  add('has a name', async ({ name }) => {
    claim(/^[a-z][a-z0-9-]*$/.test(name), 'The name is to be lowercase words with hyphens.')
  })

  add('has nothing under a key that was never set', async (store) => {
    for (const key of ['state', '__proto__', 'constructor']) claimSame(await store.get(key), undefined, key)
  })

  for (const [what, value] of [
    ['an object', { a: [1, 'two', { three: null }], b: true }],
    ['a list', [1, [2, [3]]]],
    ['a text', 'Grüße \u2028 👋'],
    ['an empty text', ''],
    ['a number', 0],
    ['false', false],
    ['null', null],
    ['own keys with bad names', JSON.parse('{"__proto__":{"polluted":1},"constructor":1}')],
  ] as [string, Json][])
    add(`gives back ${what} as it was set`, async (store) => {
      await store.set('state', value)
      claimSame(await store.get('state'), value, 'What was set')
      claimSame(({} as { polluted?: unknown }).polluted, undefined, 'The prototype of objects')
    })

  add('replaces, and forgets with undefined', async (store) => {
    await store.set('state', 1)
    await store.set('state', 2)
    claimSame(await store.get('state'), 2, 'What was set last')
    await store.set('state', undefined)
    claimSame(await store.get('state'), undefined, 'What was forgotten')
    await store.set('never set', undefined)
  })

  add('keeps keys apart, whatever they are called', async (store) => {
    const keys = ['', 'a', 'a:b', 'a.b', '__proto__', 'length', 'toString', '👋', 'x'.repeat(500)]
    for (const [index, key] of keys.entries()) await store.set(key, index)
    for (const [index, key] of keys.entries()) claimSame(await store.get(key), index, `"${key}"`)
    for (const key of keys) await store.set(key, undefined)
    for (const key of keys) claimSame(await store.get(key), undefined, `"${key}"`)
  })

  add('keeps a copy: a change to what was set or got is not kept', async (store) => {
    const value = { list: [1] }
    await store.set('state', value)
    value.list.push(2)
    const got = (await store.get('state')) as { list: number[] }
    claimSame(got, { list: [1] }, 'After a change to what was set')
    got.list.push(3)
    claimSame(await store.get('state'), { list: [1] }, 'After a change to what was got')
  })

  add('keeps lists although the host gave them a toJSON', async (store) => {
    Object.defineProperty(Array.prototype, 'toJSON', { configurable: true, value: () => 'HACKED' })
    try {
      await store.set('state', { list: [1, [2], { three: [3] }] })
    } finally {
      delete (Array.prototype as { toJSON?: unknown }).toJSON
    }
    claimSame(await store.get('state'), { list: [1, [2], { three: [3] }] }, 'What was set')
  })

  add(lasts ? 'has what was set after a reload' : 'starts empty after a reload', async (store) => {
    await store.set('state', { kept: true })
    claimSame(await open().get('state'), lasts ? { kept: true } : undefined, 'After a reload')
  })

  if (elsewhere) {
    add('calls back when another tab changed or forgot the key, and has the new value by then', async (store) => {
      await store.set('state', 1)
      const seen: unknown[] = []
      const stop = store.watch!('state', async () => seen.push((await store.get('state')) ?? 'nothing'))
      await elsewhere('state', { changed: true })
      await claimSoon(() => claimSame(seen, [{ changed: true }], 'After a change elsewhere'))
      await elsewhere('state', undefined)
      await claimSoon(() => claimSame(seen, [{ changed: true }, 'nothing'], 'After it was forgotten elsewhere'))
      stop()
    })

    add('does not call back for another key, for its own changes, nor after the stop', async (store) => {
      const calls = { changed: 0, stopped: 0 }
      const stop = store.watch!('state', () => calls.changed++)
      store.watch!('state', () => calls.stopped++)()
      await store.set('state', 1)
      await elsewhere('other', 1)
      await elsewhere('state', 2)
      await claimSoon(() => claimSame(calls, { changed: 1, stopped: 0 }, 'Calls'))
      stop()
      stop()
    })
  } else {
    add('cannot watch, and does not pretend to', async (store) => {
      claim(store.watch === undefined, 'The store has watch(), so the contract needs `elsewhere`.')
    })
  }

  if (fill)
    add('says when it cannot keep something, keeps the old value, and works again later', async (store) => {
      await store.set('state', 'old')
      const mend = fill()
      try {
        const set = async () => store.set('state', 'new')
        onError(await claimRejects(set(), 'What cannot be kept'))
        claimSame(await store.get('state'), 'old', 'The value before')
      } finally {
        mend()
      }
      await store.set('state', 'new')
      claimSame(await store.get('state'), 'new', 'The value once it can be kept')
    })

  if (corrupt)
    add('takes what it never wrote for nothing', async (store) => {
      await corrupt('state')
      claimSame(await store.get('state'), undefined, 'What somebody else wrote')
      await store.set('state', 1)
      claimSame(await store.get('state'), 1, 'What was set after that')
    })

  return cases
}
