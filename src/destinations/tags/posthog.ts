import { fnv32a } from '../../core/experiment.ts'
import type { Destination } from '../destination.ts'
import { type TagOptions, tag } from '../tag.ts'

/**
 * Hands activities to PostHog's client in the page, `window.posthog`: `capture` with their own time and a `uuid` that
 * is the same for the same activity, `$pageview`, `identify`. `Experiment Viewed` becomes `$feature_flag_called`.
 *
 * @example posthogTag({ client: posthog })
 */
export function posthogTag({ types, client }: PosthogTagOptions = {}): Destination {
  return tag<any>({
    name: 'posthog',
    global: 'window.posthog',
    types,
    find: () => client ?? (globalThis as any).posthog,
    queue: (posthog) => (Array.isArray(posthog) ? posthog : undefined),
    tell(posthog, { id, type, at, visitor, properties }) {
      if (type === 'Visitor Identified')
        return visitor.id === undefined
          ? posthog.setPersonProperties(visitor.traits)
          : posthog.identify(visitor.id, visitor.traits)
      const { experiment, variant } = properties
      const flag = type === 'Experiment Viewed' && {
        $feature_flag: experiment,
        $feature_flag_response: variant,
        [`$feature/${experiment}`]: variant,
      }
      const name = flag ? '$feature_flag_called' : type === 'Page Viewed' ? '$pageview' : type
      return posthog.capture(name, { ...properties, ...flag }, { timestamp: new Date(at), uuid: uuidOf(id) })
    },
  })
}

export interface PosthogTagOptions extends TagOptions {
  /** The client, where it is no global: what `import posthog from 'posthog-js'` brings. @default window.posthog */
  client?: object
}

/** The same UUID for the same text, of the version that is free for own kinds (RFC 9562, 8). */
function uuidOf(text: string): string {
  const hex = [0, 1, 2, 3].map((part) => fnv32a(`${part}${text}`).toString(16).padStart(8, '0')).join('')
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-8$3-8$4-$5')
}
