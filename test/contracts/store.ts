import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Json } from '../../src/core/activity.ts'
import type { Store } from '../../src/stores/store.ts'

export interface StoreCase {
  /** A store over the same memory each time, as after a reload; or a fresh one where nothing outlives it. */
  open(): Store
  /** Whether what was set is there after a reload. */
  lasts: boolean
  /** Forgets everything. */
  clear?(): void
  /** Sets as another tab does; needed where the store has `watch`. */
  elsewhere?(key: string, value: Json | undefined): void | Promise<void>
  /** Makes the next `set` fail, and returns what mends it; where it can fail at all. */
  fill?(): () => void
  /** Leaves something under the key that the store never wrote; where somebody else can write there. */
  corrupt?(key: string): void
}

/** What every store does. */
export function storeContract({ open, lasts, clear, elsewhere, fill, corrupt }: StoreCase): void {
  describe(`${open().name}, as every store,`, () => {
    let store: Store
    beforeEach(() => {
      clear?.()
      store = open()
    })
    afterEach(() => clear?.())

    test('has a name', () => {
      expect(store.name).toMatch(/^[a-z][a-z0-9-]*$/)
    })

    test('has nothing under a key that was never set', async () => {
      expect(await store.get('state')).toBeUndefined()
      expect(await store.get('__proto__')).toBeUndefined()
      expect(await store.get('constructor')).toBeUndefined()
    })

    test.each<[string, Json]>([
      ['an object', { a: [1, 'two', { three: null }], b: true }],
      ['a list', [1, [2, [3]]]],
      ['a text', 'Grüße \u2028 👋'],
      ['an empty text', ''],
      ['a number', 0],
      ['false', false],
      ['null', null],
      ['own keys with bad names', JSON.parse('{"__proto__":{"polluted":1},"constructor":1}')],
    ])('gives back %s as it was set', async (_, value) => {
      await store.set('state', value)
      expect(await store.get('state')).toEqual(value)
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    })

    test('replaces, and forgets with undefined', async () => {
      await store.set('state', 1)
      await store.set('state', 2)
      expect(await store.get('state')).toBe(2)
      await store.set('state', undefined)
      expect(await store.get('state')).toBeUndefined()
      await store.set('never set', undefined)
    })

    test('keeps keys apart, whatever they are called', async () => {
      const keys = ['', 'a', 'a:b', 'a.b', '__proto__', 'length', 'toString', '👋', 'x'.repeat(500)]
      for (const [index, key] of keys.entries()) await store.set(key, index)
      for (const [index, key] of keys.entries()) expect(await store.get(key)).toBe(index)
      for (const key of keys) await store.set(key, undefined)
      for (const key of keys) expect(await store.get(key)).toBeUndefined()
    })

    test('keeps a copy: a change to what was set or got is not kept', async () => {
      const value = { list: [1] }
      await store.set('state', value)
      value.list.push(2)
      const got = (await store.get('state')) as { list: number[] }
      expect(got).toEqual({ list: [1] })
      got.list.push(3)
      expect(await store.get('state')).toEqual({ list: [1] })
    })

    test('keeps lists although the host gave them a toJSON', async () => {
      Object.defineProperty(Array.prototype, 'toJSON', { configurable: true, value: () => 'HACKED' })
      try {
        await store.set('state', { list: [1, [2], { three: [3] }] })
      } finally {
        delete (Array.prototype as { toJSON?: unknown }).toJSON
      }
      expect(await store.get('state')).toEqual({ list: [1, [2], { three: [3] }] })
    })

    test(lasts ? 'has what was set after a reload' : 'starts empty after a reload', async () => {
      await store.set('state', { kept: true })
      expect(await open().get('state')).toEqual(lasts ? { kept: true } : undefined)
    })

    if (elsewhere) {
      describe('with another tab,', () => {
        test('calls back when the key is changed or forgotten there, and has the new value by then', async () => {
          await store.set('state', 1)
          const seen: unknown[] = []
          const stop = store.watch!('state', async () => seen.push(await store.get('state')))
          await elsewhere('state', { changed: true })
          await vi.waitFor(() => expect(seen).toEqual([{ changed: true }]))
          await elsewhere('state', undefined)
          await vi.waitFor(() => expect(seen).toEqual([{ changed: true }, undefined]))
          stop()
        })

        test('does not call back for another key, for its own changes, nor after the stop', async () => {
          const changed = vi.fn()
          const stopped = vi.fn()
          const stop = store.watch!('state', changed)
          store.watch!('state', stopped)()
          await store.set('state', 1)
          await elsewhere('other', 1)
          await elsewhere('state', 2)
          await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1))
          expect(stopped).not.toHaveBeenCalled()
          stop()
          stop()
        })
      })
    } else {
      test('cannot watch, and does not pretend to', () => {
        expect(store.watch).toBeUndefined()
      })
    }

    if (fill)
      test('says when it cannot keep something, keeps the old value, and works again later', async () => {
        await store.set('state', 'old')
        const mend = fill()
        await expect((async () => store.set('state', 'new'))()).rejects.toMatchObject({ code: 'store-failed' })
        expect(await store.get('state')).toBe('old')
        mend()
        await store.set('state', 'new')
        expect(await store.get('state')).toBe('new')
      })

    if (corrupt)
      test('takes what it never wrote for nothing', async () => {
        corrupt('state')
        expect(await store.get('state')).toBeUndefined()
        await store.set('state', 1)
        expect(await store.get('state')).toBe(1)
      })
  })
}
