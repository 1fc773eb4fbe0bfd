import { readFileSync } from 'node:fs'
import { FootholdError } from '../core/errors.ts'

/** The document in a file, whatever it is. */
export function readGuideFile(file: string): unknown {
  const text = readTextFile(file)
  try {
    return JSON.parse(text)
  } catch (error) {
    const [line, column] = faultIn(text)
    // Where, and what stands around it, is said better below.
    const told = (error as Error).message.replace(/, (\.{3})?"[\s\S]*| (in JSON )?at position [\s\S]*/, '')
    throw new FootholdError(
      'invalid-guide',
      `${file} is no JSON: ${told}, at line ${line}, column ${column}. Mend it there.`,
      { cause: error },
    )
  }
}

/** The text of a file, or why there is none. */
export function readTextFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    throw unreadable(file, error)
  }
}

export function unreadable(file: string, error: unknown): FootholdError {
  const { code, message } = error as NodeJS.ErrnoException
  const why =
    code === 'ENOENT'
      ? 'there is no such file; check the path'
      : code === 'EACCES'
        ? 'it may not be read; check its permissions'
        : code === 'EISDIR'
          ? 'it is a folder; name a file in it'
          : message
  return new FootholdError('file-failed', `${file} cannot be read: ${why}.`, { cause: error })
}

/** Line and column up to which a text is the beginning of JSON: what the parser says of it is not always where. */
function faultIn(text: string): [line: number, column: number] {
  let [good, bad] = [0, text.length + 1]
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (begins(text.slice(0, middle))) good = middle
    else bad = middle
  }
  const before = text.slice(0, good).split('\n')
  return [before.length, before.at(-1)!.length + 1]
}

/** Whether something can follow with which it is JSON. */
function begins(text: string): boolean {
  try {
    return JSON.parse(text) || true
  } catch (error) {
    const { message } = error as Error
    const [, position] = /position (\d+)/.exec(message) ?? []
    return /end of JSON/.test(message) || Number(position) >= text.length || /Unterminated/.test(message)
  }
}
