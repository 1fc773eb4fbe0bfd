import type { Properties } from '../core/activity.ts'

/** What clients take that know no objects. */
export type Flat = { [name: string]: string | number | boolean }

export interface FlattenOptions {
  /** So many properties at most, the first ones. */
  most: number
  longestName: number
  longestText: number
}

/**
 * Properties as one level: `{ cart: { value: 3 }, tags: ['a', 'b'] }` becomes `{ cart_value: 3, tags: 'a,b' }`. Names
 * consist of letters, digits and `_` and begin with a letter. What is in lists of objects is left out.
 */
export function flatten(properties: Properties, { most, longestName, longestText }: FlattenOptions): Flat {
  const flat: Flat = {}
  const add = (path: string, value: unknown) => {
    if (Array.isArray(value)) {
      const plain = value.filter((item) => item !== null && typeof item !== 'object')
      if (plain.length) add(path, plain.join())
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) add(path ? `${path}_${key}` : key, item)
    } else {
      const name = path
        .replace(/\W+/g, '_')
        .replace(/^[^a-zA-Z]+/, '')
        .slice(0, longestName)
      if (
        !name ||
        value === null ||
        value === undefined ||
        Object.hasOwn(flat, name) ||
        Object.keys(flat).length >= most
      )
        return
      flat[name] = typeof value === 'string' ? value.slice(0, longestText) : (value as number | boolean)
    }
  }
  // Whatever is cut off, not the mark.
  const { foothold_id, ...rest } = properties
  add('', { foothold_id, ...rest })
  return flat
}
