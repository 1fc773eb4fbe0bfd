import type { Destination } from '../destination.ts'
import { type TagOptions, tag } from '../tag.ts'

/**
 * Hands activities to Segment's Analytics.js in the page, `window.analytics`: `track`, `page`, `identify`, with their own
 * time and `messageId`. Who the visitor is stays with that client: its `anonymousId` joins them to the page's own calls.
 *
 * @example segmentTag({ types: ['Flow *', 'Step *', 'Experiment Viewed'] })
 */
export function segmentTag({ types, client }: SegmentTagOptions = {}): Destination {
  return tag<any>({
    name: 'segment',
    global: 'window.analytics',
    types,
    find: () => client ?? (globalThis as any).analytics,
    queue: (analytics) => (Array.isArray(analytics) ? analytics : undefined),
    tell(analytics, { id, type, at, visitor, properties }) {
      const options = { messageId: id, timestamp: new Date(at) }
      if (type === 'Visitor Identified') {
        const traits = visitor.traits ?? {}
        return visitor.id === undefined
          ? analytics.identify(traits, options)
          : analytics.identify(visitor.id, traits, options)
      }
      if (type === 'Page Viewed') return analytics.page(properties, options)
      const { experiment, variant } = properties
      // The names of Segment's A/B testing specification.
      const named = type === 'Experiment Viewed' && {
        experiment_id: experiment,
        experiment_name: experiment,
        variation_id: variant,
        variation_name: variant,
      }
      return analytics.track(type, { ...properties, ...named }, options)
    },
  })
}

export interface SegmentTagOptions extends TagOptions {
  /** The client, where it is no global: what `AnalyticsBrowser.load()` returns. @default window.analytics */
  client?: object
}
