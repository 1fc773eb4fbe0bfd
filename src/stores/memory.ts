import type { Store } from './store.ts'

/** Remembers until the page goes away. Keeps copies: what is set can be changed afterwards without a trace. */
export function memoryStore(): Store {
  const values = new Map<string, string>()
  return {
    name: 'memory',
    get(key) {
      const json = values.get(key)
      return json === undefined ? undefined : JSON.parse(json)
    },
    set(key, value) {
      if (value === undefined) values.delete(key)
      else values.set(key, JSON.stringify(value))
    },
  }
}
