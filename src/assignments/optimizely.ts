import type { Assignment } from './assignment.ts'

/**
 * Takes variants from Optimizely: with a user context of its SDK the variation of the flag that is called as the
 * experiment is, without telling Optimizely a decision; else those that Optimizely Web has in force on this page, by
 * its number or name for the experiment. `Three Products` is the variant `three-products`.
 *
 * @example optimizelyAssignment(optimizely.createUserContext('u_1'))
 */
export function optimizelyAssignment(user?: OptimizelyUserLike): Assignment {
  return {
    name: 'optimizely',
    variant({ id }) {
      if (user) return slug(user.decide(id, ['DISABLE_DECISION_EVENT']).variationKey)
      const page = globalThis as any
      const state = (page.optimizelyEdge ?? page.optimizely)?.get?.('state')
      const running = state?.getExperimentStates?.({ isActive: true }) ?? state?.getActiveExperiments?.() ?? {}
      const [, found] =
        Object.entries<any>(running).find(
          ([key, { experimentName, name = experimentName }]) => key === id || slug(name) === id,
        ) ?? []
      if (found?.isInExperimentHoldback) return 'holdout'
      return slug(found?.variation?.name)
    },
  }
}

/** What is used of Optimizely's SDK. */
export interface OptimizelyUserLike {
  decide(flag: string, options?: string[]): { variationKey: string | null }
}

function slug(name: string | null | undefined): string | undefined {
  return name
    ?.toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}
