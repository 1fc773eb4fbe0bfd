import { FootholdError } from '../core/errors.ts'
import type { Source } from './source.ts'

/**
 * A guide that is part of the page's own code, and, by reference, the contents of its steps.
 *
 * @example inlineSource(guide satisfies Guide, { welcome: { title: 'Hello' } })
 */
export function inlineSource(guide: unknown, contents: Record<string, unknown> = {}): Source {
  return {
    name: 'inline',
    async guide() {
      return guide
    },
    async content(ref) {
      if (Object.hasOwn(contents, ref)) return contents[ref]
      throw new FootholdError(
        'source-failed',
        `There is no content "${ref}". Give inlineSource(guide, { "${ref}": … }) or correct the step's content.ref.`,
      )
    },
  }
}
