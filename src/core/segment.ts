import { valueAt } from './condition.ts'
import type { Expression, Guide } from './guide.ts'
import type { Around, Truth } from './operator.ts'
import type { Trigger } from './trigger.ts'

/** The guide's segments and models, live. */
export interface Segments<Unit> {
  /** `true` for each segment the visitor is in. */
  readonly members: { [name: string]: boolean }
  value(name: string): Truth
  owns(unit: Unit): boolean
  /** Evaluates those that were touched, and what follows from them; returns the names whose value changed. */
  update(touched: readonly Unit[], at: number): string[]
  /** What the models predict, computed when it is read. */
  scores(at: number): { [model: string]: number }
}

export function createSegments<Unit extends { trigger: Trigger }>(
  guide: Guide,
  around: Pick<Around, 'profile'>,
  follow: (name: string, expression: Expression) => Unit,
): Segments<Unit> {
  const units = new Map<string, Unit>()
  const values = new Map<string, Truth>()
  const members: { [name: string]: boolean } = {}
  for (const [name, expression] of Object.entries(guide.segments ?? {})) units.set(name, follow(`segment:${name}`, expression))
  const owned = new Set(units.values())

  const models = Object.entries(guide.models ?? {}).map(([name, { intercept, features }]) => ({
    name,
    intercept,
    features: Object.entries(features).map(([feature, { weight, of, scale, mean = 0, sd = 1 }]) => {
      const unit = typeof of === 'string' ? undefined : follow(`model:${name}/${feature}`, of)
      return (at: number) => {
        const value = unit ? +(unit.trigger.value(at) === true) : Number(valueAt(around.profile(at), of as string)) || 0
        return weight * (scale === 'log1p' ? Math.log1p(value) : scale === 'z' ? (value - mean) / sd : value)
      }
    }),
  }))

  return {
    members,
    value: (name) => values.get(name),
    owns: (unit) => owned.has(unit),
    update(touched, at) {
      const changed: string[] = []
      for (const [name, unit] of units) {
        if (!touched.includes(unit)) continue
        unit.trigger.evaluate(at)
        const value = unit.trigger.value(at)
        if (value === values.get(name) && values.has(name)) continue
        values.set(name, value)
        if (value) members[name] = true
        else delete members[name]
        changed.push(name)
      }
      return changed
    },
    scores(at) {
      const scores = {}
      for (const { name, intercept, features } of models)
        Object.defineProperty(scores, name, {
          enumerable: true,
          get: () => 1 / (1 + Math.exp(-features.reduce((sum, feature) => sum + feature(at), intercept))),
        })
      return scores
    },
  }
}
