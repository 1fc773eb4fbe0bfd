import { type CompiledMatch, compileMatch, compilePages } from './condition.ts'
import { parseDuration } from './duration.ts'
import { fnv32a, patchFlow } from './experiment.ts'
import type { Expression, Flow, Guide, Step } from './guide.ts'
import { type Task, tasksOf } from './task.ts'
import { toJson } from './to-json.ts'
import { type CompiledTrigger, compileTrigger } from './trigger.ts'

/** A guide made ready: what depends on it alone, so that the engines of many visitors can share it. */
export interface Plan {
  readonly guide: Guide
  readonly runs: 'page' | 'relay'
  /** By name, all that is followed. */
  readonly parts: Map<string, Part>
  /** The leaves that a type of activity, or a fact, concerns. */
  readonly byType: Index<Concern>
  readonly byFact: Index<Concern>
  readonly candidates: Map<string, Candidate>
  readonly goals: Index<{ flow: Flow; match: CompiledMatch; within: number }>
  /** What calls off the firing of that key. */
  readonly cancels: Index<{ key: string; match: CompiledMatch }>
  /** The expression that says whether a step applies, or whether one of its tasks is done. */
  when(flow: string, step: Step | Task): Part
}

/** An expression that is followed: a flow's trigger in one arm, an audience, a segment, a model's feature, a `when`. */
export interface Part {
  index: number
  name: string
  trigger: CompiledTrigger
  /** Which expression saved state belongs to. */
  readonly stamp: string
  /** State is kept when the expression has changed. */
  keep: boolean
  /** A segment, or the feature of a model: evaluated before what reads it. */
  segment?: true
  /** The flow it is the trigger of. */
  fires?: { candidate: Candidate; arm: string | undefined }
}

export interface Concern {
  part: Part
  /** Which of its leaves. */
  leaf: number
}

/** A flow of the guide, in each of its arms; the last one is the flow as it is. */
export interface Candidate {
  flow: Flow
  order: number
  arms: Arm[]
}

/** A flow as one arm of its experiment gets it. */
export interface Arm {
  id: string | undefined
  flow: Flow
  part: Part
  audience: Part | undefined
  pages: ReturnType<typeof compilePages> | undefined
}

type Index<T> = Map<string, T[]>

/**
 * Makes a guide ready. An engine does it for itself; one plan for all is for whoever has an engine per visitor.
 *
 * @example
 * const plan = planGuide(guide)
 * const engines = visitors.map(() => createEngine(guide, { plan }))
 */
export function planGuide(guide: Guide, runs: 'page' | 'relay' = 'page'): Plan {
  const parts: Plan['parts'] = new Map()
  const byType: Plan['byType'] = new Map()
  const byFact: Plan['byFact'] = new Map()
  const candidates: Plan['candidates'] = new Map()
  const goals: Plan['goals'] = new Map()
  const cancels: Plan['cancels'] = new Map()

  const add = (name: string, expression: Expression, version?: number, keep = false): Part => {
    const known = parts.get(name)
    if (known) return known
    let stamp: string | undefined
    const part: Part = {
      index: parts.size,
      name,
      trigger: compileTrigger(expression),
      get stamp() {
        stamp ??= `${version}:${fnv32a(toJson(expression))}`
        return stamp
      },
      keep,
    }
    parts.set(name, part)
    part.trigger.heard.forEach(({ types, facts = [] }, leaf) => {
      for (const type of new Set(types)) listen(byType, type, { part, leaf })
      for (const fact of facts) listen(byFact, fact, { part, leaf })
    })
    return part
  }
  const when = (flow: string, step: Step | Task) =>
    add(`when:${flow}/${step.id}/${fnv32a(toJson(step.when))}`, step.when!)

  const { segments = {}, models = {} } = guide
  for (const [name, expression] of Object.entries(segments)) add(`segment:${name}`, expression).segment = true
  for (const [name, { features }] of Object.entries(models))
    for (const [feature, { of }] of Object.entries(features))
      if (typeof of !== 'string') add(`model:${name}/${feature}`, of).segment = true

  for (const flow of guide.flows) {
    if ((flow.runs ?? 'page') !== runs) continue
    const { id, version, experiment, backfill, goal } = flow
    const candidate: Candidate = { flow, order: candidates.size, arms: [] }
    candidates.set(id, candidate)
    // Everybody's activities run through all arms' triggers; the held-out follow the flow as it is.
    for (const arm of experiment ? [...experiment.variants.map((variant) => variant.id), 'holdout'] : [undefined]) {
      const patched = patchFlow(flow, arm)
      const { audience, pages, cancelOn = [], steps } = patched
      const key = keyOf(id, arm)
      const part = add(`flow:${key}`, patched.trigger, version, backfill)
      part.fires = { candidate, arm }
      candidate.arms.push({
        id: arm,
        flow: patched,
        part,
        audience:
          audience === undefined ? undefined : add(`audience:${audience === flow.audience ? id : key}`, audience),
        pages: pages && compilePages(pages),
      })
      for (const cancel of cancelOn) {
        const match = compileMatch(cancel)
        for (const type of match.types) listen(cancels, type, { key, match })
      }
      if (Array.isArray(steps))
        for (const step of steps)
          for (const asked of [step, ...tasksOf(step)]) if (asked.when !== undefined) when(id, asked)
    }
    if (goal) {
      const match = compileMatch(goal.on)
      for (const type of new Set(match.types)) listen(goals, type, { flow, match, within: parseDuration(goal.within) })
    }
  }

  return { guide, runs, parts, byType, byFact, candidates, goals, cancels, when }
}

/** The name of a flow in one arm. */
export function keyOf(flow: string, arm: string | undefined): string {
  return arm === undefined ? flow : `${flow}/${arm}`
}

function listen<T>(index: Index<T>, name: string, entry: T): void {
  const list = index.get(name)
  if (list) list.push(entry)
  else index.set(name, [entry])
}
