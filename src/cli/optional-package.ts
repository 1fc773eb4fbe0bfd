import { FootholdError } from '../core/errors.ts'

/** Loads a package that only some commands need, or says in one line what to install. */
export async function optionalPackage<T>(load: () => Promise<T>, name: string, need: string): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    throw new FootholdError(
      'package-missing',
      `${need} needs ${name}, which is not installed. Run: npm install ${name}`,
      { cause },
    )
  }
}
