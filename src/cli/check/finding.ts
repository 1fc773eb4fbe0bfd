/** Something about a guide that its author should know. */
export interface Finding {
  code: FindingCode
  severity: Severity
  /** The place in the document, e.g. `flows[2].trigger.is`. */
  path: string
  /** What is the matter. */
  message: string
  /** What to do about it. */
  remedy: string
}

/** Errors: it does not work. Warnings: it hardly does what was meant. Hints: it could be tidier. */
export type Severity = 'error' | 'warning' | 'hint'

/** Every code, with its severity. Codes are permanent: they are never renamed nor given a second meaning. */
export const findingCodes = {
  /** The document does not have the shape of a guide. */
  'invalid-shape': 'error',
  /** A key that is ignored and is spelled almost like one that is known there. */
  'unknown-key': 'warning',
  /** A key that an object has more than once. */
  'repeated-key': 'warning',
  /** A flow, step, segment or model is named that is not there. */
  'unknown-reference': 'error',
  /** A condition that nothing meets. */
  'never-true': 'error',
  /** A part of a condition that nothing meets, where the whole can still be met. */
  'dead-part': 'warning',
  /** A condition that everything meets. */
  'always-true': 'warning',
  /** A regular expression that backtracks without end on some texts. */
  'slow-pattern': 'warning',
  /** A segment that reads its own membership, also through others. */
  'circular-segment': 'error',
  /** A key in the patch of a variant that is ignored there. */
  'ignored-patch': 'warning',
  /** A trigger that is true before anything happened and never becomes true again. */
  'never-fires': 'error',
  /** The limits, a schedule, the pages or a hold-out let nobody through. */
  'always-closed': 'error',
  /** A schedule that is over. */
  'schedule-over': 'warning',
  /** A step that no way through the flow leads to. */
  'unreachable-step': 'warning',
  /** A place in a flow from which it cannot end. */
  'cannot-end': 'error',
  /** Steps that lead round in a ring, which a visitor can only close. */
  'only-dismissed': 'warning',
  /** A place in a flow where it cannot be dismissed. */
  'cannot-dismiss': 'error',
  /** A flow that another one always comes before. */
  'displaced-flow': 'warning',
  /** A step that lacks what its type needs. */
  'incomplete-step': 'error',
  /** A step of a type that is not built in. */
  'unknown-step-type': 'warning',
  /** A flow on the relay has a step to be drawn. */
  'drawn-on-relay': 'error',
  /** A link or image address that the page refuses. */
  'refused-link': 'error',
  /** A template that names nothing. */
  'unknown-template': 'warning',
  /** A text without a translation that others have. */
  'missing-translation': 'warning',
  /** A translation of a text that is nowhere. */
  'unused-translation': 'hint',
} as const satisfies { [code: string]: Severity }

export type FindingCode = keyof typeof findingCodes

/** In the order of the document. */
export function inOrder(findings: Finding[]): Finding[] {
  const text = (path: string) => path.replace(/\d+/g, (number) => number.padStart(6, '0'))
  return findings.sort((a, b) => (text(a.path) < text(b.path) ? -1 : text(a.path) > text(b.path) ? 1 : 0))
}

export function finding(code: FindingCode, path: string, message: string, remedy: string): Finding {
  return { code, severity: findingCodes[code], path, message, remedy }
}
