import type { Json, Properties } from '../core/activity.ts'

const longestText = 4096
const mostText = 32_000
const deepest = 8

/** Plain JSON of whatever it is given, at most 32 kB and 8 levels. What is none, or throws, is left out. */
export function plain(given: unknown): Properties {
  let room = mostText
  const result = copy({ given }, 'given', [])
  return isRecord(result) ? (result as Properties) : {}

  /** The value under the key; `above` are the objects on the way to it. */
  function copy(holder: any, key: PropertyKey, above: unknown[]): Json | undefined {
    try {
      const value = holder[key]
      room -= 8
      if (value === null || value === !!value || Number.isFinite(value)) return value
      if (typeof value === 'string') {
        const text = value.length > longestText ? `${value.slice(0, longestText)}…` : value
        room -= text.length
        return room < 0 ? undefined : text
      }
      if (typeof value !== 'object' || above.length > deepest || above.includes(value)) return undefined
      return copyAll(value, [...above, value])
    } catch {
      return undefined
    }
  }

  function copyAll(value: any, way: unknown[]): Json | undefined {
    const list: Json[] | false = Array.isArray(value) && []
    if (!list && !isRecord(value)) return copy({ json: value.toJSON() }, 'json', way)
    const object: { [key: string]: Json } = {}
    // Of a long list no more keys are made than there is room for.
    for (const key of Object.keys(list ? value.slice(0, room) : value)) {
      if (!list) room -= key.length
      if (room < 0) break
      const item = key === '__proto__' ? undefined : copy(value, key, way)
      if (item === undefined) continue
      if (list) list.push(item)
      else object[key] = item
    }
    return list || object
  }
}

function isRecord(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Object]'
}
