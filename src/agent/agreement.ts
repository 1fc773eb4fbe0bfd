import { FootholdError } from '../core/errors.ts'
import type { Purpose } from '../core/guide.ts'

/** What the visitor agreed to. A purpose that is left out is not known yet. */
export type Consent = { [purpose in Exclude<Purpose, 'functional'>]?: boolean }

export interface Agreement {
  readonly purposes: Consent
  /** As far as it changed. Throws for what is none. */
  agree(purposes: Consent): void
  /** Undefined: not known yet. */
  grants(purpose: Purpose): boolean | undefined
}

const asked = ['analytics', 'marketing'] as const

/** Global Privacy Control takes marketing back, until the visitor says otherwise. */
export function createAgreement(purposes: Consent = { analytics: true, marketing: true }): Agreement {
  let agreed = { ...purposes }
  if ((globalThis.navigator as { globalPrivacyControl?: boolean } | undefined)?.globalPrivacyControl)
    agreed.marketing = false

  return {
    get purposes() {
      return agreed
    },
    agree(purposes) {
      if (Object(purposes) !== purposes)
        throw new FootholdError(
          'invalid-option',
          'consent() needs an object, e.g. { analytics: true, marketing: false }.',
        )
      for (const purpose of asked)
        if (typeof purposes[purpose] === 'boolean') agreed = { ...agreed, [purpose]: purposes[purpose] }
    },
    grants: (purpose) => purpose === 'functional' || agreed[purpose],
  }
}
