import type { Json } from '../core/activity.ts'
import type { Store } from '../stores/store.ts'
import type { Attempts } from './attempts.ts'

/** The store, whatever it refuses. */
export interface Shelf {
  /** Undefined for what is not there or cannot be read. */
  read(key: string): Promise<any>
  /** `undefined` forgets the key. */
  write(key: string, value: Json | undefined): Promise<void>
  /** Calls back when another tab changed the key; returns what stops it. */
  watch(key: string, changed: () => void): () => void
}

export function createShelf(store: Store, { attempt, fail }: Attempts): Shelf {
  /** What it did not take: it is told once, until it takes it again. */
  const refused = new Set<string>()

  return {
    async read(key) {
      try {
        return await store.get(key)
      } catch (error) {
        fail('store-failed', `Reading "${key}"`, error)
      }
    },
    async write(key, value) {
      try {
        await store.set(key, value)
        refused.delete(key)
      } catch (error) {
        if (!refused.has(key)) fail('store-failed', `Writing "${key}"`, error)
        refused.add(key)
      }
    },
    watch: (key, changed) =>
      attempt('store-failed', 'Watching the store', () => store.watch?.(key, changed)) ?? (() => {}),
  }
}
