export type {
  Activity,
  ActivityMap,
  Json,
  Page,
  ProductProperties,
  Properties,
  Report,
  Visitor,
} from './core/activity.ts'
export { matches } from './core/condition.ts'
export { describe } from './core/describe.ts'
export type { Gate, GateName } from './core/eligibility.ts'
export {
  createEngine,
  type Decision,
  type Engine,
  type EngineOptions,
  type Outcome,
} from './core/engine.ts'
export { FootholdError } from './core/errors.ts'
export type { Decides, Explanation, Flip, LeafExplanation } from './core/explanation.ts'
export type { Condition, Expression, Flow, Guide, Match, Purpose, Range, Step, Surface } from './core/guide.ts'
export { type FlowEvent, type FlowMachine, type FlowSnapshot, flowMachine } from './core/machine.ts'
export { type Plan, planGuide } from './core/plan.ts'
export type { FlowHistory, Profile } from './core/profile.ts'
export { parseGuide } from './core/schema.ts'
