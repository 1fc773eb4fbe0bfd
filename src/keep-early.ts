import type { Properties } from './core/activity.ts'
import type { FlowContext } from './core/guide.ts'
import type { Profile } from './core/profile.ts'
import { toJson } from './core/to-json.ts'

/** What content is for. Without `trigger` it is fetched ahead of time, before anybody knows what will trigger the flow. */
export type ContentRequest = Omit<FlowContext, 'trigger'> & { trigger?: Properties }

export interface KeepEarlyOptions {
  clock: { now(): number }
  locale(): string
  profile(): Profile
}

/** What was fetched ahead is thrown away then. */
const freshFor = 5 * 60_000

/**
 * Keeps content that is fetched ahead for whoever asks for it with a trigger: once, for a while, and only for the same
 * visitor in the same language. Content that depends on the trigger is not fetched ahead: a source that reads it from the
 * context is refused.
 */
export function keepEarly(
  content: (ref: string, context: FlowContext) => Promise<unknown>,
  { clock, locale, profile }: KeepEarlyOptions,
): (ref: string, context: ContentRequest) => Promise<unknown> {
  const early = new Map<string, { at: number; coming: Promise<unknown> }>()

  return (ref, { trigger, ...context }) => {
    const { id, anonymousId, traits } = profile().visitor
    const key = toJson([ref, context, locale(), id, anonymousId, traits])
    for (const [each, { at }] of early) if (clock.now() - at > freshFor) early.delete(each)
    const known = early.get(key)?.coming
    if (trigger) {
      early.delete(key)
      const ask = () => content(ref, { ...context, trigger })
      return known ? known.catch(ask) : ask()
    }
    if (known) return known
    const coming = untriggered(content, ref, context)
    early.set(key, { at: clock.now(), coming })
    return coming
  }
}

async function untriggered(
  content: (ref: string, context: FlowContext) => Promise<unknown>,
  ref: string,
  context: ContentRequest,
): Promise<unknown> {
  const refused = new Error('Ahead of time there is no trigger.')
  let depends = false
  const given = await content(ref, {
    ...context,
    get trigger(): never {
      depends = true
      throw refused
    },
  })
  // It made do without.
  if (depends) throw refused
  return given
}
