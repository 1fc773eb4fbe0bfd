import { FootholdError } from '../core/errors.ts'
import { toJson } from '../core/to-json.ts'
import { memoryStore } from './memory.ts'
import type { Store } from './store.ts'

/**
 * Remembers in `localStorage`, and tells when another tab changed something. Where storage is refused (a sandboxed
 * frame, blocked site data) it remembers in memory. A value that is no JSON counts as absent; a full storage throws
 * `FootholdError('store-failed')`, and the old value stays.
 */
export function localStore({ prefix = 'foothold:' }: LocalStoreOptions = {}): Store {
  const memory = memoryStore()
  let found: Storage | undefined
  let asked = false
  // Asked for at first use: a server that renders the page has none, and must not be disturbed.
  const storage = () => {
    if (!asked) found = probe(prefix)
    asked = true
    return found
  }
  return {
    name: 'local',
    get(key) {
      const kept = storage()
      if (!kept) return memory.get(key)
      try {
        const json = kept.getItem(prefix + key)
        return json === null ? undefined : JSON.parse(json)
      } catch {
        return
      }
    },
    set(key, value) {
      const kept = storage()
      if (!kept) return memory.set(key, value)
      try {
        if (value === undefined) kept.removeItem(prefix + key)
        else kept.setItem(prefix + key, toJson(value))
      } catch (cause) {
        throw new FootholdError(
          'store-failed',
          `"${key}" could not be kept in localStorage: ${cause}. It goes on in memory until the page is left; free some of the origin's storage.`,
          { cause },
        )
      }
    },
    watch(key, changed) {
      const kept = storage()
      if (!kept) return () => {}
      const onStorage = (event: StorageEvent) => {
        // No key: everything was cleared.
        if (event.storageArea === kept && (event.key === prefix + key || event.key === null)) changed()
      }
      addEventListener('storage', onStorage)
      return () => removeEventListener('storage', onStorage)
    },
  }
}

export interface LocalStoreOptions {
  /** Before every key. @default 'foothold:' */
  prefix?: string
}

function probe(prefix: string): Storage | undefined {
  try {
    const storage = globalThis.localStorage
    storage.setItem(`${prefix}probe`, '1')
    storage.removeItem(`${prefix}probe`)
    return storage
  } catch (error) {
    // A full storage can still be read, and what is there can be replaced.
    return (error as DOMException)?.name === 'QuotaExceededError' ? globalThis.localStorage : undefined
  }
}
