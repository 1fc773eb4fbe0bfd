import type { Assignment } from './assignment.ts'

/**
 * Takes variants from GrowthBook: the value of the feature that is called as the experiment is. Of one that is not
 * there, or has no text as its value, GrowthBook says nothing.
 *
 * @param client An instance, or the promise of one that has its features.
 * @example growthbookAssignment(gb.init().then(() => gb))
 */
export function growthbookAssignment(client: GrowthBookLike | Promise<GrowthBookLike>): Assignment {
  return {
    name: 'growthbook',
    async variant({ id }) {
      const { value } = (await client).evalFeature(id)
      return typeof value === 'string' ? value : undefined
    },
  }
}

/** What is used of GrowthBook's SDK. */
export interface GrowthBookLike {
  evalFeature(id: string): { value: unknown }
}
