import type { Properties } from '../core/activity.ts'

/**
 * The properties that an element's markup states: `data-foothold-plan-name="pro"` is `plan_name: 'pro'`.
 * Numbers are parsed, ids stay text. The names that have a meaning of their own are left out.
 */
export function propertiesOf(element: Element): Properties {
  const properties: Properties = {}
  for (const { name, value } of element.attributes) {
    const key = name.split('data-foothold-')[1]?.replace(/-/g, '_')
    if (key && !/^(mask|repeat|track|section|product|cart|add|remove|checkout)$/.test(key))
      properties[key] = /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value) && !/id$/.test(key) ? +value : value
  }
  return properties
}
