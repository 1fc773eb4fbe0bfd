/** Every code that Foothold can report. Codes are permanent: they are never renamed nor given a second meaning. */
export type ErrorCode =
  | 'invalid-guide' // the guide cannot be used; the last good one stays in force
  | 'unsupported-format' // the guide's `format` is newer than this client
  | 'invalid-option' // createFoothold was given something it cannot use
  | 'invalid-activity' // an activity could not be taken
  | 'unknown-flow' // a flow was named that the guide does not have
  | 'unknown-step' // a step has a type that nobody registered
  | 'target-missing' // the element of a step did not appear in time
  | 'target-invalid' // the selector of a step cannot be parsed
  | 'source-failed' // the guide or a content could not be fetched
  | 'content-failed' // the content of a step could not be resolved
  | 'store-failed' // the store refused to read or write
  | 'destination-failed' // a destination threw or rejected
  | 'observer-failed' // an observer threw
  | 'step-failed' // a step's drawing threw
  | 'invalid-props' // the props of a step do not fit its schema
  | 'host-failed' // a callback of the host threw
  | 'chunk-failed' // a part of Foothold could not be loaded
  | 'url-refused' // a link or image address is not allowed
  | 'token-failed' // the identity token could not be had
  | 'file-failed' // a file that the command was given could not be read or written
  | 'log-refused' // a log that is not in order, or has a line that is none
  | 'package-missing' // the command needs an optional package that is not installed
  | 'invalid-theme' // a theme's name, value or brand color that is none

/**
 * The one error of Foothold. Its message says what happened, why, and what to do; its `code` is permanent.
 *
 * @example new FootholdError('unknown-flow', 'There is no flow "welcom". Did you mean "welcome"?')
 */
export class FootholdError extends Error {
  override readonly name = 'FootholdError'
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(`${message} [${code}]`, options)
  }
}
