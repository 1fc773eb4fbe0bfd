import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = process.env.FOOTHOLD_CORPORA ?? fileURLToPath(new URL('../../shared/corpora', import.meta.url))

/**
 * Hostile input that lies beside the checkout, not in it: the values of a `.json`, or the lines of a `.ndjson`; undefined,
 * with a line that says so, where it is absent. Browser tests reach it as a command.
 */
export function corpus(name: string): unknown {
  const path = join(folder, name)
  if (!existsSync(path)) {
    console.log(
      `skipped: ${name} is not there. Tests on hostile input read it from ../shared/corpora, or from FOOTHOLD_CORPORA.`,
    )
    return undefined
  }
  const text = readFileSync(path, 'utf8')
  return name.endsWith('.ndjson')
    ? text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : JSON.parse(text)
}
