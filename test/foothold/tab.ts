import { vi } from 'vitest'
import type { FootholdOptions } from '../../src/agent/options.ts'
import type { Activity, Json } from '../../src/core/activity.ts'
import type { FootholdError } from '../../src/core/errors.ts'
import type { Guide } from '../../src/core/guide.ts'
import type { Batch } from '../../src/destinations/destination.ts'
import { createFoothold, type Foothold } from '../../src/foothold.ts'
import { inlineSource } from '../../src/sources/inline.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import type { Store } from '../../src/stores/store.ts'
import { type FakeClock, fakeClock } from '../../src/testing/fake-clock.ts'

/** A foothold with the ends replaced: what comes in is the test's, what goes out is recorded. */
export interface Tab {
  foothold: Foothold
  clock: FakeClock
  store: Store
  errors: FootholdError[]
  /** What the host was told of, in order. */
  activities: Activity[]
  types(): string[]
  /** What the destination got. */
  batches: Batch[]
}

const open = new Set<Foothold>()

/** Opens a tab. `closeTabs` after each test closes all of them. */
export function openTab({ guide, ...given }: Partial<FootholdOptions> & { guide?: unknown } = {}): Tab {
  const clock = (given.clock as FakeClock | undefined) ?? fakeClock()
  const store = given.store ?? memoryStore()
  const errors: FootholdError[] = []
  const activities: Activity[] = []
  const batches: Batch[] = []
  const foothold = createFoothold({
    source: inlineSource(guide ?? guideOf()),
    observers: [],
    destinations: [{ name: 'recorder', send: (batch) => void batches.push(structuredClone(batch)) }],
    onError: (error) => errors.push(error),
    onActivity: (activity) => activities.push(activity),
    ...given,
    store,
    clock,
  })
  open.add(foothold)
  return { foothold, clock, store, errors, activities, batches, types: () => activities.map(({ type }) => type) }
}

export function closeTabs(): void {
  for (const foothold of open) foothold.stop()
  open.clear()
}

/** Lets promises, locks, messages between tabs and the tasks of a start come through. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise((resolve) => setTimeout(resolve, 5))
}

export function until(check: () => unknown): Promise<unknown> {
  return vi.waitFor(() => {
    if (!check()) throw new Error(`not yet: ${check}`)
  })
}

/** A guide of flows with one message each; `trigger` and all else as given. */
export function guideOf(...flows: Record<string, unknown>[]): Guide {
  return {
    format: 1,
    flows: flows.map((flow, index) => ({
      id: `flow-${index + 1}`,
      version: 1,
      trigger: 'Never Happens',
      steps: [{ id: 'hello', type: 'message', props: { title: 'Hello' } }],
      ...flow,
    })) as unknown as Guide['flows'],
  }
}

/** Everything that is in a store, by key; the memory store does not list its keys. */
export function spiedStore(store: Store = memoryStore()): Store & { writes: { [key: string]: (Json | undefined)[] } } {
  const writes: { [key: string]: (Json | undefined)[] } = {}
  return {
    ...store,
    writes,
    set(key, value) {
      writes[key] = [...(writes[key] ?? []), value]
      return store.set(key, value)
    },
  }
}
