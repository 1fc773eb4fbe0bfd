import type { Assignment } from './assignment.ts'

/**
 * Takes variants from whatever provider OpenFeature has: the text of the flag that is called as the experiment is,
 * once the provider is ready. Of a flag that is not there, or is none of text, it says nothing.
 *
 * @param client Of `@openfeature/web-sdk`.
 * @example openFeatureAssignment(OpenFeature.getClient())
 */
export function openFeatureAssignment(client: OpenFeatureLike): Assignment {
  return {
    name: 'open-feature',
    async variant({ id }) {
      // Called at once where it is ready already.
      await new Promise<void>((resolve) => {
        const ready = () => {
          client.removeHandler('PROVIDER_READY', ready)
          resolve()
        }
        client.addHandler('PROVIDER_READY', ready)
      })
      const { value, errorCode } = client.getStringDetails(id, '')
      return errorCode || !value ? undefined : value
    },
  }
}

/** What is used of OpenFeature's client; names of its handlers as in its specification. */
export interface OpenFeatureLike {
  addHandler(type: string, run: () => void): void
  removeHandler(type: string, run: () => void): void
  getStringDetails(flag: string, otherwise: string): { value: string; errorCode?: unknown }
}
