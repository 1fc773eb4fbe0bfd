import type { GateName } from '../core/eligibility.ts'
import type { Guide } from '../core/guide.ts'

/** What a replay counted for one guide. Sums alone, so that tallies of parts of the visitors add up. */
export interface Tally {
  flows: { [flow: string]: FlowTally }
  /**
   * Weeks of visitors, each counted from the visitor's own first activity, in which they were there, by how many flows
   * were shown; the last is that or more.
   */
  weeks: number[]
  /** Flows shown on a page; those of the relay interrupt nobody. */
  interruptions: number
}

export interface FlowTally {
  /** Firings of the trigger, before any gate. */
  fired: number
  /** Visitors for whom it fired. */
  visitors: number
  /** How often it was shown. */
  shown: number
  /** Visitors to whom it was shown. */
  reached: number
  /** Firings that a gate held or refused, by gate. One that was held and shown later counts in both. */
  held: { [gate in GateName]?: number }
  /** Firings of visitors who are held out of its experiment. */
  control: number
  /** Firings that would follow after the end of the log from silence alone: nobody knows whether they would. */
  open: number
  /** Firings never shown, by the flow that was in the way: in its place, of its group, or within its limits. */
  displaced: { [flow: string]: number }
  /** Visitors reached for the first time, by hour since the epoch. */
  reach: { [hour: string]: number }
  /** Times shown, against the guide as it is: visitor by visitor what went away and what came. */
  lost: number
  gained: number
}

/** How many flows in a week are told apart. */
const weekMost = 6

export function createTally({ flows }: Guide): Tally {
  return {
    flows: Object.fromEntries(flows.map(({ id }) => [id, createFlowTally()])),
    weeks: Array.from({ length: weekMost + 1 }, () => 0),
    interruptions: 0,
  }
}

/** Adds the visitors of another part to a tally. */
export function addTally(to: Tally, from: Tally): void {
  to.interruptions += from.interruptions
  from.weeks.forEach((count, index) => {
    to.weeks[index]! += count
  })
  for (const [id, flow] of Object.entries(from.flows)) {
    const own = to.flows[id]!
    for (const name of ['fired', 'visitors', 'shown', 'reached', 'control', 'open', 'lost', 'gained'] as const)
      own[name] += flow[name]
    for (const name of ['held', 'displaced', 'reach'] as const)
      for (const [key, count] of Object.entries(flow[name])) increase(own[name], key, count)
  }
}

export function countWeek({ weeks }: Tally, shown: number): void {
  weeks[Math.min(shown, weekMost)]!++
}

export function increase(counts: { [key: string]: number }, key: string, by = 1): void {
  counts[key] = (counts[key] ?? 0) + by
}

/** Flows shown per visitor and week. */
export function perWeek({ interruptions, weeks }: Tally): number {
  return (
    interruptions /
    Math.max(
      1,
      weeks.reduce((sum, count) => sum + count, 0),
    )
  )
}

function createFlowTally(): FlowTally {
  return {
    fired: 0,
    visitors: 0,
    shown: 0,
    reached: 0,
    held: {},
    control: 0,
    open: 0,
    displaced: {},
    reach: {},
    lost: 0,
    gained: 0,
  }
}
