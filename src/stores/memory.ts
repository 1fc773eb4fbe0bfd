import type { Json } from '../core/activity.ts'
import type { Store } from './store.ts'

/** Remembers until the page goes away. Keeps copies: what is set can be changed afterwards without a trace. */
export function memoryStore(): Store {
  const values = new Map<string, Json>()
  return {
    name: 'memory',
    get: (key) => structuredClone(values.get(key)),
    set(key, value) {
      if (value === undefined) values.delete(key)
      else values.set(key, structuredClone(value))
    },
  }
}
