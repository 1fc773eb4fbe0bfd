import type { Assignment } from '../assignments/assignment.ts'
import type { Activity } from '../core/activity.ts'
import type { FootholdError } from '../core/errors.ts'
import type { Destination } from '../destinations/destination.ts'
import type { Observer } from '../observers/observer.ts'
import type { Source } from '../sources/source.ts'
import type { StepType } from '../steps/step.ts'
import type { Store } from '../stores/store.ts'
import type { Consent } from './agreement.ts'
import type { Clock } from './time.ts'

export interface FootholdOptions {
  /** Where the guide comes from, e.g. `httpSource({ url: '/guide.json' })`. */
  source: Source
  /** @default defaultObservers() */
  observers?: Observer[]
  /** Custom step types, beside the built-in ones. */
  steps?: StepType[]
  destinations?: Destination[]
  /** Who says which variant of an experiment a visitor gets, e.g. `growthbookAssignment(gb)`. @default a hash of the visitor */
  assignment?: Assignment
  /** @default localStore(), which remembers in memory where storage is refused */
  store?: Store
  /** `light`, `dark`, `auto`, or any name that a style sheet defines. @default 'light' */
  theme?: string
  /** BCP 47 tag. @default `<html lang>`, then the browser's */
  locale?: string
  /**
   * What the visitor agreed to. A purpose that is left out is not known yet: its destinations wait, its flows are held.
   * @default { analytics: true, marketing: true }, but no marketing where the browser sends Global Privacy Control
   */
  consent?: Consent
  /** Tests, the demo and the inspector pass their own. */
  clock?: Clock
  onError?(error: FootholdError): void
  /** Every activity of this tab that is kept, derived ones included. */
  onActivity?(activity: Activity): void
  /** Writes errors to the console, the first twenty of them. @default false */
  debug?: boolean
}

/** What an option is asked to do; those in the plural are lists. */
const verbsOf = {
  source: ['guide'],
  assignment: ['variant'],
  store: ['get', 'set'],
  clock: ['now', 'after'],
  observers: ['watch'],
  destinations: ['send'],
}

/** A copy of the options, so that no getter of the host's runs later; of those that cannot be used only what tells so. */
export function checkOptions(given: FootholdOptions): {
  problem?: string | undefined
  options: Partial<FootholdOptions>
} {
  let options: Partial<FootholdOptions> = {}
  let problem: string | undefined
  try {
    options = { ...given }
    if (options.consent) options.consent = { ...options.consent }
    problem = problemWith(options)
  } catch {
    problem = 'reading the options throws'
  }
  const { onError, debug } = options
  return problem ? { problem, options: { onError, debug } as Partial<FootholdOptions> } : { options }
}

/** What is wrong with the options, if they cannot be used. */
function problemWith(options: { [name: string]: any }): string | undefined {
  if (!options.source) return 'it needs a source, e.g. httpSource({ url: "/guide.json" })'
  for (const [name, verbs] of Object.entries(verbsOf)) {
    const given = options[name]
    const each = name.endsWith('s') ? given : [given]
    const fits = Array.isArray(each) && each.every((one) => verbs.every((verb) => typeof one?.[verb] === 'function'))
    if (given !== undefined && !fits) return `"${name}" cannot ${verbs.join(' and ')}`
  }
  return undefined
}
