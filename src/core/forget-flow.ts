import type { Json } from './activity.ts'
import { toJson } from './to-json.ts'

/**
 * The state of an engine (`engine.state`) as if the visitor had never met a flow: without its history, what its trigger
 * counted, and what waits. Experiments keep the visitor's arm, and other flows what they have seen of this one.
 */
export function forgetFlow(state: Json, flow: string): Json {
  const isOf = (name: string) => name === flow || name.startsWith(`${flow}/`)
  const { memory, units, pending, goals, starting, concluded, ...rest } = copyOf(state)
  delete memory.flows?.[flow]
  memory.starts = memory.starts?.filter((start: { flow: string }) => start.flow !== flow)
  const others = (pairs: [string, unknown][] = []) => pairs.filter(([key]) => !isOf(key))
  return {
    ...rest,
    memory,
    units: Object.fromEntries(Object.entries(units ?? {}).filter(([name]) => !isOf(name.replace(/^flow:/, '')))),
    pending: others(pending),
    goals: others(goals),
    starting: others(starting),
    concluded: others(concluded),
  } as unknown as Json
}

// biome-ignore lint/suspicious/noExplicitAny: the engine's own format, written and read by it alone
function copyOf(state: Json): any {
  return JSON.parse(toJson(state))
}
