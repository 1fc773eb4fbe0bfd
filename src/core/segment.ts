import { reader } from './condition.ts'
import type { Guide } from './guide.ts'
import type { Around, Truth } from './operator.ts'
import type { Trigger } from './trigger.ts'

/** The guide's segments and models, live. */
export interface Segments {
  /** `true` for each segment the visitor is in. */
  readonly members: { [name: string]: boolean }
  value(name: string): Truth
  /** Evaluates a segment; says whether it changed. */
  update(name: string, at: number): boolean
  /** What the models predict, computed when it is read. */
  scores(at: number): { [model: string]: number }
}

interface Followed {
  trigger: Trigger
}

export function createSegments(
  { segments = {}, models = {} }: Guide,
  around: Pick<Around, 'profile'>,
  /** What follows the expression of that name. */
  follow: (name: string) => Followed,
): Segments {
  const units = new Map<string, Followed>()
  const values = new Map<string, Truth>()
  const members: { [name: string]: boolean } = {}
  for (const name of Object.keys(segments)) units.set(name, follow(`segment:${name}`))

  const predictions = Object.entries(models).map(([name, { intercept, features }]) => ({
    name,
    intercept,
    features: Object.entries(features).map(([feature, { weight, of, scale, mean = 0, sd = 1 }]) => {
      const read = typeof of === 'string' ? reader(of) : undefined
      const unit = typeof of === 'string' ? undefined : follow(`model:${name}/${feature}`)
      return (at: number) => {
        const value = unit ? +(unit.trigger.value(at) === true) : Number(read!(around.profile(at))) || 0
        return weight * (scale === 'log1p' ? Math.log1p(value) : scale === 'z' ? (value - mean) / sd : value)
      }
    }),
  }))

  return {
    members,
    value: (name) => values.get(name),
    update(name, at) {
      const { trigger } = units.get(name)!
      trigger.evaluate(at)
      const value = trigger.value(at)
      if (values.has(name) && value === values.get(name)) return false
      values.set(name, value)
      if (value) members[name] = true
      else delete members[name]
      return true
    },
    scores(at) {
      const scores = {}
      for (const { name, intercept, features } of predictions)
        Object.defineProperty(scores, name, {
          enumerable: true,
          get: () => 1 / (1 + Math.exp(-features.reduce((sum, feature) => sum + feature(at), intercept))),
        })
      return scores
    },
  }
}
