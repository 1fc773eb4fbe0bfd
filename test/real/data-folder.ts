import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Recorded behaviour that lies beside the checkout, not in it. */
export const dataFolder = process.env.FOOTHOLD_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))

/** The path of a data set, or undefined, with a line that says so, where it is absent. */
export function dataSet(name: string): string | undefined {
  const path = join(dataFolder, name)
  if (existsSync(path)) return path
  console.log(`skipped: ${name} is not there. Tests on real data read it from ../shared/data, or from FOOTHOLD_DATA.`)
  return undefined
}
