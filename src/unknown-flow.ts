import { FootholdError } from './core/errors.ts'
import type { Guide } from './core/guide.ts'

/** The error for a flow that is not there. It names the one that was meant, maybe. */
export function unknownFlow(id: unknown, guide: Guide | undefined): FootholdError {
  const name = `${id}`.slice(0, 64)
  // The one with the most pairs of letters in common.
  const likeness = (other: string) => Array.from(other).filter((_, i) => name.includes(other.slice(i, i + 2))).length
  const ids = guide?.flows.map((flow) => flow.id) ?? []
  const [nearest] = ids.sort((a, b) => likeness(b) - likeness(a))
  const hint = nearest ? `Did you mean "${nearest}"?` : guide ? 'The guide has none.' : 'The guide is not there yet.'
  return new FootholdError('unknown-flow', `There is no flow "${name}". ${hint}`)
}
