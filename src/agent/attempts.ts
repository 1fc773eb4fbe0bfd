import { type ErrorCode, FootholdError } from '../core/errors.ts'

/** Every call out happens in an attempt: what throws or rejects there is told to the host, and hurts nobody. */
export interface Attempts {
  /** Undefined where it throws. */
  attempt<Result>(code: ErrorCode, subject: string, run: () => Result): Result | undefined
  /** Tells what went wrong: the cause itself, if it is one of ours, else that the subject failed. */
  fail(code: ErrorCode, subject: string, cause: any): void
  /** The latest. */
  readonly errors: FootholdError[]
}

export interface AttemptsOptions {
  onError?: ((error: FootholdError) => void) | undefined
  /** Writes to the console too. */
  debug?: boolean | undefined
}

const errorsKept = 20
const mostWarnings = 20

export function createAttempts({ onError, debug }: AttemptsOptions): Attempts {
  const errors: FootholdError[] = []
  let warnings = 0

  function fail(code: ErrorCode, subject: string, cause: any) {
    try {
      const error =
        // By its name: chunks have a class of their own.
        cause?.name === 'FootholdError'
          ? cause
          : new FootholdError(code, `${subject} failed, Foothold goes on without it: ${cause?.message ?? cause}`, {
              cause,
            })
      errors.splice(0, errors.push(error) - errorsKept)
      if (debug && warnings++ < mostWarnings) console.warn?.(error)
      onError?.(error)
    } catch {
      // the host's own callback failed: there is nobody left to tell
    }
  }

  return {
    attempt(code, subject, run) {
      try {
        const result = run()
        // Not by `instanceof`: a host may have put another Promise in its place.
        ;(result as any)?.then?.(undefined, (error: unknown) => fail(code, subject, error))
        return result
      } catch (error) {
        fail(code, subject, error)
        return undefined
      }
    },
    fail,
    errors,
  }
}
