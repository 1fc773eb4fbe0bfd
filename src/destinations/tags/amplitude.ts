import type { Destination } from '../destination.ts'
import { type TagOptions, tag } from '../tag.ts'

/**
 * Hands activities to Amplitude's client in the page, `window.amplitude`: `track` with their own time and `insert_id`,
 * `setUserId` and `identify`. `Order Completed` counts as revenue, `Experiment Viewed` becomes `$exposure`.
 *
 * @example amplitudeTag({ client: amplitude })
 */
export function amplitudeTag({ types, client }: AmplitudeTagOptions = {}): Destination {
  return tag<any>({
    name: 'amplitude',
    global: 'window.amplitude',
    types,
    find: () => client ?? (globalThis as any).amplitude,
    queue: (amplitude) => (amplitude.runQueuedFunctions ? undefined : amplitude._q),
    tell(amplitude, { id, type, at, visitor, properties }) {
      const options = { insert_id: id, time: at }
      if (type === 'Visitor Identified') {
        if (visitor.id !== undefined) amplitude.setUserId(visitor.id)
        const identify = new amplitude.Identify()
        for (const [name, value] of Object.entries(visitor.traits ?? {})) identify.set(name, value)
        return amplitude.identify(identify, options)
      }
      const { experiment, variant, total, currency } = properties
      if (type === 'Experiment Viewed')
        return amplitude.track('$exposure', { ...properties, flag_key: experiment, variant }, options)
      const revenue = type === 'Order Completed' && typeof total === 'number' && { revenue: total, currency }
      return amplitude.track(type, properties, { ...options, ...revenue })
    },
  })
}

export interface AmplitudeTagOptions extends TagOptions {
  /** The client, where it is no global: `import * as amplitude from '@amplitude/analytics-browser'`. @default window.amplitude */
  client?: object
}
