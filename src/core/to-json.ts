// As it was when this module was loaded: a host may patch it later.
const { stringify } = JSON

/** Plain data as JSON, on any page: some hosts give arrays or objects a `toJSON` that makes strings of them (Prototype.js). */
export function toJson(value: unknown): string {
  return stringify(value, 'toJSON' in [] ? plain : undefined)
}

function plain(this: any, key: string): unknown {
  return this[key]
}
