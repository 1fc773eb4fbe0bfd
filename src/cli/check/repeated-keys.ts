import { at } from '../../core/shape.ts'
import { type Finding, finding } from './finding.ts'

/** An object or a list that is read just now; of a list there are no keys. */
interface Open {
  path: string
  keys?: Set<string>
  /** The member that is read. */
  key: string | number
}

/** Keys that an object in the text of a JSON document has more than once: only the last one counts. */
export function checkRepeatedKeys(json: string): Finding[] {
  const findings: Finding[] = []
  const around: Open[] = []
  let named = false
  for (const [token] of json.matchAll(/"(?:[^"\\]+|\\.)*"|[[\]{},]/g)) {
    const inside = around.at(-1)
    if (token === '{' || token === '[') {
      const path = inside ? at(inside.path, inside.key) : ''
      around.push(token === '{' ? { path, keys: new Set(), key: '' } : { path, key: 0 })
      named = false
    } else if (token === '}' || token === ']') around.pop()
    else if (token === ',') {
      named = false
      if (inside && !inside.keys) inside.key = Number(inside.key) + 1
    } else if (inside?.keys && !named) {
      named = true
      const key: string = JSON.parse(token)
      if (inside.keys.has(key))
        findings.push(
          finding(
            'repeated-key',
            at(inside.path, key),
            `"${key}" stands here more than once, and only the last one counts`,
            'Leave one of them',
          ),
        )
      inside.keys.add(key)
      inside.key = key
    }
  }
  return findings
}
