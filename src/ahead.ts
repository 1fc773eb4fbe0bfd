import type { Activity } from './core/activity.ts'
import type { Explanation } from './core/explanation.ts'
import type { Flow } from './core/guide.ts'

/** Fetches the content of flows whose triggers come close. Where no flow of the guide has any, it does nothing. */
export interface Ahead {
  /** Something happened, so that a trigger may have come close. */
  hear(activity: Activity): void
  stop(): void
}

export interface AheadOptions {
  clock: { now(): number; after(ms: number, run: () => void): () => void }
  whenIdle(run: () => void): void
  /** All of the guide; the same list while it is the same guide. */
  flows(): readonly Flow[]
  /** The flow as this visitor gets it. */
  flow(id: string): { flow: Flow; variant?: string } | undefined
  explain(flow: string): Explanation
  fetch(flow: Flow, variant: string | undefined): Promise<unknown>
}

/** It looks at most so often. */
const lookEvery = 1000
/** A deadline is close so long before it. */
const soon = 10_000
/** A page that has many such flows is not made to fetch them all. */
const mostOfPage = 5

export function createAhead({ clock, whenIdle, flows, flow, explain, fetch }: AheadOptions): Ahead {
  let known: readonly Flow[] | undefined
  /** Flows that have content by reference which was not fetched ahead. */
  let distant = new Set<string>()
  let left = mostOfPage
  let cancel: (() => void) | undefined
  let next = Infinity
  let stopped = false

  function begin() {
    known = flows()
    distant = new Set(known.filter(({ id }) => hasContent(flow(id)?.flow)).map(({ id }) => id))
  }

  /** Looks then, unless it does so before. */
  function lookAfter(ms: number) {
    const at = clock.now() + ms
    if (!left || !distant.size || next <= at) return
    cancel?.()
    next = at
    cancel = clock.after(ms, () => {
      next = Infinity
      whenIdle(look)
    })
  }

  async function look() {
    for (const id of distant) {
      if (stopped || !left) return
      const found = flow(id)
      const wait = found ? distance(explain(id), clock.now()) : undefined
      if (wait === 0) {
        distant.delete(id)
        left--
        // One after the other, as nobody waits for it. What fails is told when its turn comes.
        await fetch(found!.flow, found!.variant).catch(() => {})
      } else if (wait) lookAfter(wait)
    }
  }

  begin()
  lookAfter(lookEvery)
  return {
    hear({ type }) {
      if (flows() !== known) begin()
      if (type === 'Page Viewed') left = mostOfPage
      if (type !== 'Visitor Active') lookAfter(lookEvery)
    },
    stop() {
      stopped = true
      cancel?.()
    },
  }
}

function hasContent(flow: Flow | undefined): boolean {
  const steps = flow?.steps ?? []
  return !Array.isArray(steps) || !!steps[0]?.content
}

/**
 * Milliseconds until a trigger is close: one activity short, or its time about to come. Undefined: nobody knows, or the
 * flow would not show.
 */
function distance({ gates, trigger, decides: { flip } }: Explanation, at: number): number | undefined {
  // Typing ends, and slots become free.
  const shuts = gates.some(({ gate, verdict }) => verdict !== 'open' && !/^(blocked|slot)$/.test(gate))
  if (shuts || !gates.length) return undefined
  if (trigger.pending) return 0
  if (trigger.value === true || !flip) return undefined
  if ('at' in flip) return Math.max(0, flip.at - soon - at)
  if ('order' in flip) return flip.order.length === 1 ? 0 : undefined
  // Another session is another day.
  const short = 'more' in flip && flip.more === 1 && flip.match !== 'Session Started' && (flip.wait ?? 0) <= soon
  return short ? 0 : undefined
}
