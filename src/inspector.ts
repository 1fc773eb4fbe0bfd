export { explainTarget, type TargetReport, targetOf } from './inspector/explain-target.ts'
export { createInspector, type Inspected, type Inspector } from './inspector/inspector.ts'
export { type StatechartEdge, type StatechartNode, statechartOf } from './inspector/statechart-of.ts'
