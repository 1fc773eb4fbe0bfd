import type { Destination } from '../destination.ts'
import { flatten } from '../flatten.ts'
import { type TagOptions, tag } from '../tag.ts'

/**
 * Hands activities to Optimizely Web, or to the array that its snippet will read, as custom events: `Flow Completed`
 * is `flow_completed` there, with flat tags; `Order Completed` has `revenue` in cents. With a user context of the
 * Feature Experimentation SDK as `client` they are tracked for that user; its keys of events are the same names.
 *
 * @example optimizelyTag({ client: optimizely.createUserContext('u_1') })
 */
export function optimizelyTag({ types, client }: OptimizelyTagOptions = {}): Destination {
  const page = globalThis as any
  const limits = { most: 100, longestName: 64, longestText: 1000 }
  return tag<any>({
    name: 'optimizely',
    global: 'window.optimizely',
    types,
    find() {
      if (client ?? page.optimizelyEdge) return client ?? page.optimizelyEdge
      page.optimizely ??= []
      return page.optimizely
    },
    queue: (optimizely) => (Array.isArray(optimizely) ? optimizely : undefined),
    tell(optimizely, { type, visitor, properties }) {
      if (type === 'Visitor Identified') {
        const attributes = flatten(visitor.traits ?? {}, limits)
        if (!optimizely.trackEvent) return optimizely.push({ type: 'user', attributes })
        for (const [name, value] of Object.entries(attributes)) optimizely.setAttribute(name, value)
        return
      }
      const { total, revenue = total } = properties
      const tags = {
        ...flatten(properties, limits),
        ...(typeof revenue === 'number' && { revenue: Math.round(revenue * 100) }),
      }
      const eventName = type
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '_')
        .slice(0, 64)
      return optimizely.trackEvent
        ? optimizely.trackEvent(eventName, tags)
        : optimizely.push({ type: 'event', eventName, tags })
    },
  })
}

export interface OptimizelyTagOptions extends TagOptions {
  /** A user context of `@optimizely/optimizely-sdk`. @default window.optimizelyEdge, else window.optimizely */
  client?: object
}
