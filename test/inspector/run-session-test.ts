import * as vitest from 'vitest'
import * as core from '../../src/core.ts'

/** Runs what the inspector's “Copy as a test” gave; throws as the test in it would. */
export async function runSessionTest(text: string): Promise<void> {
  const runs: (() => unknown)[] = []
  const modules: { [name: string]: object } = {
    'foothold/core': core,
    vitest: { expect: vitest.expect, test: (_: string, run: () => unknown) => runs.push(run) },
  }
  const body = text.replace(/^import (\{.*?\}) from '(.*?)'$/gm, "const $1 = modules['$2']")
  new Function('modules', body)(modules)
  vitest.expect(runs).toHaveLength(1)
  for (const run of runs) await run()
}
