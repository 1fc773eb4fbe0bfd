import type { Json } from '../core/activity.ts'

/** Remembers across reloads and tabs. Values are JSON. Both verbs may be called at any time and may fail: the widget then goes on in memory. */
export interface Store {
  name: string
  /** The value under the key, or undefined. */
  get(key: string): Promise<Json | undefined> | Json | undefined
  /** Keeps the value; `undefined` forgets the key. */
  set(key: string, value: Json | undefined): Promise<void> | void
  /** Calls back when another tab changed the key; returns what stops it. */
  watch?(key: string, changed: () => void): () => void
}
