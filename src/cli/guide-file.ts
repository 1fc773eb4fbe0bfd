import { readFileSync } from 'node:fs'
import { FootholdError } from '../core/errors.ts'

/** The document in a file, whatever it is. */
export function readGuideFile(file: string): unknown {
  const text = readTextFile(file)
  try {
    return JSON.parse(text)
  } catch (error) {
    const place = placeOf((error as Error).message, text)
    throw new FootholdError(
      'invalid-guide',
      `${file} is no JSON${place}: ${(error as Error).message}. Mend it there.`,
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

function placeOf(message: string, text: string): string {
  const [, position] = /position (\d+)/.exec(message) ?? []
  if (position === undefined || message.includes('line ')) return ''
  const before = text.slice(0, Number(position)).split('\n')
  return ` at line ${before.length}, column ${before.at(-1)!.length + 1}`
}
