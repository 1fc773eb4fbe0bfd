import type { Destination } from '../destination.ts'
import { type TagOptions, tag } from '../tag.ts'

/**
 * Hands activities to Mixpanel's client in the page, `window.mixpanel`: `track` with their own time and `$insert_id`,
 * `track_pageview`, `identify` and `people.set`. `Experiment Viewed` becomes `$experiment_started`.
 *
 * @example mixpanelTag({ client: mixpanel })
 */
export function mixpanelTag({ types, client }: MixpanelTagOptions = {}): Destination {
  return tag<any>({
    name: 'mixpanel',
    global: 'window.mixpanel',
    types,
    find: () => client ?? (globalThis as any).mixpanel,
    queue: (mixpanel) => (Array.isArray(mixpanel) ? mixpanel : undefined),
    tell(mixpanel, { id, type, at, visitor, properties }) {
      if (type === 'Visitor Identified') {
        if (visitor.id !== undefined) mixpanel.identify(visitor.id)
        // Of somebody who is not identified Mixpanel keeps them until then.
        if (visitor.traits) mixpanel.people.set(visitor.traits)
        return
      }
      const told = { ...properties, $insert_id: id.replace(/[^a-zA-Z0-9-]/g, '-').slice(-36), time: at / 1000 }
      if (type === 'Page Viewed') return mixpanel.track_pageview(told)
      const { experiment, variant } = properties
      return type === 'Experiment Viewed'
        ? mixpanel.track('$experiment_started', { ...told, 'Experiment name': experiment, 'Variant name': variant })
        : mixpanel.track(type, told)
    },
  })
}

export interface MixpanelTagOptions extends TagOptions {
  /** The client, where it is no global: what `import mixpanel from 'mixpanel-browser'` brings. @default window.mixpanel */
  client?: object
}
