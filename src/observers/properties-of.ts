import type { Properties } from '../core/activity.ts'

/**
 * The properties that an element's markup states: `data-foothold-plan-name="pro"` is `plan_name: 'pro'`.
 * Numbers are parsed, ids stay text. The names that have a meaning of their own are left out.
 */
export function propertiesOf(element: Element): Properties {
  const properties: Properties = {}
  for (const { name, value } of element.attributes) {
    const key = name.startsWith(prefix) && name.slice(prefix.length).replace(/-/g, '_')
    if (!key || words.test(key)) continue
    properties[key] = /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(value) && !/(^|_)id$/.test(key) ? +value : value
  }
  return properties
}

const prefix = 'data-foothold-'
const words = /^(track|section|product|cart|add|remove|checkout|__proto__)$/
