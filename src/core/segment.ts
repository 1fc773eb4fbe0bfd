import { reader } from './condition.ts'
import type { Guide } from './guide.ts'
import type { Around, Truth } from './operator.ts'
import type { Trigger } from './trigger.ts'

/** The guide's segments and models, live. */
export interface Segments {
  /** `true` for each segment the visitor is in. */
  readonly members: { [name: string]: boolean }
  value(name: string): Truth
  /** Evaluates `segment:NAME`, or the feature of a model; says whether it changed. */
  update(key: string, at: number): boolean
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
  const keep = (key: string) => units.set(key, follow(key))
  for (const name of Object.keys(segments)) keep(`segment:${name}`)

  const predictions = Object.entries(models).map(([name, { intercept, features }]) => ({
    name,
    intercept,
    features: Object.entries(features).map(([feature, { weight, of, scale, mean = 0, sd = 1 }]) => {
      const read = typeof of === 'string' ? reader(of) : undefined
      const key = `model:${name}/${feature}`
      if (!read) keep(key)
      return (at: number) => {
        const value = read ? Number(read(around.profile(at))) || 0 : +(values.get(key) === true)
        return weight * (scale === 'log1p' ? Math.log1p(value) : scale === 'z' ? (value - mean) / sd : value)
      }
    }),
  }))

  /** Models whose score is being computed: one that reads its own, be it through others, finds 0 there. */
  const open = new Set<string>()
  const predict = ({ name, intercept, features }: (typeof predictions)[number], at: number) => {
    if (open.has(name)) return 0
    open.add(name)
    const sum = features.reduce((sum, feature) => sum + feature(at), intercept)
    open.delete(name)
    return 1 / (1 + Math.exp(-sum))
  }

  return {
    members,
    value: (name) => values.get(`segment:${name}`),
    update(key, at) {
      const { trigger } = units.get(key)!
      trigger.evaluate(at)
      const value = trigger.value(at)
      if (values.has(key) && value === values.get(key)) return false
      values.set(key, value)
      const [room, name] = key.split(':') as [string, string]
      if (room !== 'segment') return true
      if (value) members[name] = true
      else delete members[name]
      return true
    },
    scores(at) {
      const scores = {}
      for (const each of predictions)
        Object.defineProperty(scores, each.name, { enumerable: true, get: () => predict(each, at) })
      return scores
    },
  }
}
