import type { Activity } from '../core/activity.ts'
import { firstSurface } from '../core/eligibility.ts'
import { createEngine, type Decision, type Engine } from '../core/engine.ts'
import type { Moment } from './journal.ts'

/** What happens if the visitor does nothing. */
export interface Forecast {
  decisions: Decision[]
  /** The engine as it will be. */
  engine: Engine
}

const mostTurns = 500

/**
 * Lets time pass for a copy of an engine, up to `to` (milliseconds since the epoch); the engine itself is left as it is.
 * What starts counts as shown, and stays open.
 */
export function forecast({ engine, guide, plan, agreed, blocks }: Moment, from: number, to: number): Forecast {
  const copy = createEngine(guide, { state: engine.state, plan })
  copy.consent(agreed)
  for (const { reason, only } of blocks) copy.block(reason, only)
  const decisions: Decision[] = []
  const visitor = { anonymousId: copy.profile(from).visitor.anonymousId }
  const started: Decision[] = []
  const hear = (found: Decision[]) => {
    decisions.push(...found)
    started.push(...found.filter(({ verdict }) => verdict === 'start'))
  }
  let at = from
  for (let turn = 0; turn < mostTurns && at < to; turn++) {
    at = Math.min(Math.max(copy.due ?? to, turn ? at + 1 : at), to)
    hear(copy.advanceTo(at).decisions)
    for (let next = started.shift(); next; next = started.shift()) {
      const surface = firstSurface(copy.flow(next.flow)!.flow)
      hear(copy.handle(startOf(next, visitor, surface)).decisions)
    }
  }
  return { decisions, engine: copy }
}

function startOf({ flow, at }: Decision, visitor: Activity['visitor'], surface: string): Activity {
  const id = `forecast-${flow}-${at}`
  return { id, type: 'Flow Started', at, seq: 0, visitor, properties: { flow, surface }, interaction: false }
}
