import { at, isObject } from '../../core/shape.ts'
import { type Finding, finding } from './finding.ts'

/** Analysis of one pattern is given up after so many milliseconds; what is not proven is not told. */
const timeout = 2000

/**
 * Regular expressions that backtrack without end on some texts: a visitor's page stands still then. What analyses them is
 * large, and only loaded where there are some.
 */
export async function checkPatterns(document: unknown): Promise<Finding[]> {
  const found = patternsIn(document, '')
  if (!found[0]) return []
  // @ts-expect-error This form needs no native helper beside it; its types are those of the whole package.
  const { default: recheck }: { default: typeof import('recheck') } = await import('recheck/lib/browser.js')
  const attacks = new Map<string, string | undefined>()
  const attackOn = (pattern: string, flags: string) => {
    const key = `${flags}/${pattern}`
    if (!attacks.has(key)) {
      const told = recheck.checkSync(pattern, flags, { timeout })
      const slow = told.status === 'vulnerable' && told.complexity.type === 'exponential'
      attacks.set(key, slow ? told.attack.string : undefined)
    }
    return attacks.get(key)
  }
  return found.flatMap(({ path, pattern, flags }) => {
    const attack = attackOn(pattern, flags)
    return attack === undefined
      ? []
      : [
          finding(
            'slow-pattern',
            path,
            `${JSON.stringify(pattern)} takes twice as long with each letter of some texts, such as ${JSON.stringify(attack.length > 40 ? `${attack.slice(0, 20)}…${attack.slice(-5)}` : attack)}, and the page stands still`,
            'Let no repeated part be read in two ways: write "^a+$" for "^(a+)+$"',
          ),
        ]
  })
}

function patternsIn(value: unknown, path: string): { path: string; pattern: string; flags: string }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => patternsIn(item, at(path, index)))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, item]) =>
    typeof item === 'string' && /^\$(notR|r)egexi?$/.test(key)
      ? [{ path: at(path, key), pattern: item, flags: key.endsWith('i') ? 'i' : '' }]
      : patternsIn(item, at(path, key)),
  )
}
