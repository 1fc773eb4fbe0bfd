/** One thing that a contract asks, for any test runner: `for (const { name, run } of cases) test(name, run)`. */
export interface ContractCase {
  name: string
  /** Rejects with a plain error where it is not so. */
  run(): Promise<void>
}

/** Throws an assertion error, as every test runner understands it; `from` and what it calls are left out of the stack. */
export function claim(
  fits: unknown,
  message: string,
  compared: { actual?: unknown; expected?: unknown } = {},
  from: (...given: never[]) => unknown = claim,
): asserts fits {
  if (fits) return
  const error = Object.assign(new Error(message), { name: 'AssertionError', ...compared })
  Error.captureStackTrace?.(error, from)
  throw error
}

/** Compares plain data deeply; a key that is undefined is as good as none. */
export function claimSame(actual: unknown, expected: unknown, what: string): void {
  const told = `${what}: expected ${written(expected)}, found ${written(actual)}.`
  claim(isSame(actual, expected), told, { actual, expected }, claimSame)
}

/** What a promise is rejected with; it has to be. */
export async function claimRejects(promise: Promise<unknown>, what: string): Promise<Error> {
  const error = await promise.then(
    () => undefined,
    (error) => error ?? new Error('rejected with nothing'),
  )
  claim(error, `${what} was to be rejected, and was not.`, {}, claimRejects)
  claim(error instanceof Error && error.message, `${what} was rejected, but not with an Error that says why.`)
  return error
}

/** Asks again and again for a second. */
export async function claimSoon(check: () => void): Promise<void> {
  for (let tries = 50; ; tries--) {
    try {
      return check()
    } catch (error) {
      if (!tries) throw error
      await new Promise((done) => setTimeout(done, 20))
    }
  }
}

export function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return Object.is(a, b)
  if (Array.isArray(a) !== Array.isArray(b) || (Array.isArray(a) && a.length !== (b as unknown[]).length)) return false
  const get = (of: object, key: string) =>
    Object.hasOwn(of, key) ? (of as { [key: string]: unknown })[key] : undefined
  return [...Object.keys(a), ...Object.keys(b)].every((key) => isSame(get(a, key), get(b, key)))
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}
