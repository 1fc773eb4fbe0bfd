import type { Experiment, Flow, Step } from './guide.ts'

/**
 * GrowthBook's hash v2: a number in [0, 1) with four digits, the same in every language.
 * @see https://docs.growthbook.io/lib/build-your-own#hashing
 */
export function hash(seed: string, value: string): number {
  return (fnv32a(`${fnv32a(seed + value)}`) % 10_000) / 10_000
}

/** FNV-1a over UTF-16 code units, 32 bits. */
export function fnv32a(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    value ^= text.charCodeAt(index)
    value = Math.imul(value, 0x01000193)
  }
  return value >>> 0
}

/**
 * The arm of a visitor: a variant's id, or `holdout`. What was assigned stands while there is such a variant. Of others who is
 * held out stays so when the weights change.
 */
export function armOf(
  { id, holdout = 0, variants }: Experiment,
  anonymousId: string,
  assigned: { [experiment: string]: string } = {},
): string {
  const own = assigned[id]
  if (own === 'holdout' || variants.some((variant) => variant.id === own)) return own!
  if (hash(`${id}-holdout`, anonymousId) < holdout) return 'holdout'
  const total = variants.reduce((sum, { weight }) => sum + weight, 0)
  const place = hash(id, anonymousId)
  let upTo = 0
  for (const variant of variants) {
    upTo += variant.weight / total
    if (place < upTo) return variant.id
  }
  return variants.at(-1)!.id
}

/** The flow as an arm gets it: the variant's merge patch (RFC 7386) applied, with steps patched by their id. */
export function patchFlow(flow: Flow, arm: string | undefined): Flow {
  const patch = flow.experiment?.variants.find(({ id }) => id === arm)?.patch
  if (!patch) return flow
  const { steps, ...rest } = patch
  const patched = merge(flow, rest) as Flow
  if (!steps || !Array.isArray(flow.steps)) return patched
  const changes: [string, unknown][] = Array.isArray(steps)
    ? steps.map((step: Step) => [step.id, step])
    : Object.entries(steps as object)
  const kept = new Map<string, Step | null>(flow.steps.map((step) => [step.id, step]))
  for (const [id, change] of changes)
    kept.set(id, change === null ? null : (merge(kept.get(id) ?? { id }, change) as Step))
  return { ...patched, steps: [...kept.values()].filter((step) => step !== null) }
}

function merge(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const merged: Record<string, unknown> = isRecord(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    // Own keys only and never the prototype: a patch comes from outside.
    if (key === '__proto__') continue
    if (value === null) delete merged[key]
    else merged[key] = merge(Object.hasOwn(merged, key) ? merged[key] : undefined, value)
  }
  return merged
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
