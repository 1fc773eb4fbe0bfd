import type { Json } from '../core/activity.ts'
import { createEngine } from '../core/engine.ts'
import type { Explanation } from '../core/explanation.ts'
import type { Flow } from '../core/guide.ts'
import { planGuide } from '../core/plan.ts'
import type { Moment } from './journal.ts'

/** Why the visitor is in a segment or not: as of a flow that has the segment's expression as its trigger. */
export function explainSegment({ engine, guide }: Moment, name: string, at: number): Explanation {
  const stand: Flow = { id: 'segment', version: 1, trigger: guide.segments![name]!, steps: [] }
  const asked = { ...guide, flows: [stand] }
  const plan = planGuide(asked)
  const { units, ...rest } = engine.state as { units: { [part: string]: [stamp: string, state: Json] } }
  // It goes on with what the segment has counted.
  const { stamp } = plan.parts.get('flow:segment')!
  const state = { ...rest, units: { ...units, 'flow:segment': [stamp, units[`segment:${name}`]?.[1] ?? null] } }
  return createEngine(asked, { state, plan }).explain('segment', at)
}
