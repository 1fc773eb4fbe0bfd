import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createDemoServer } from '../../demo/server.mjs'
import { browserPath, launchFlags } from '../browser.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A user's project: Playwright's runner, the built package, and the demo as the app under test. */
test("the fixture works in Playwright's own runner, with the built package", async () => {
  const folder = join(root, 'node_modules/.cache/playwright')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const demo = await createDemoServer({ port: 0 })
  const config = {
    testDir: join(root, 'test/testing'),
    testMatch: '*.spec.js',
    outputDir: join(folder, 'results'),
    fullyParallel: true,
    workers: 2,
    reporter: 'json',
    use: { baseURL: demo.url, launchOptions: { executablePath: await browserPath(), args: launchFlags } },
  }
  writeFileSync(join(folder, 'playwright.config.mjs'), `export default ${JSON.stringify(config)}`)
  try {
    const { VITEST, NODE_OPTIONS, ...env } = process.env
    const cli = join(root, 'node_modules/@playwright/test/cli.js')
    const { stdout } = await promisify(execFile)(process.execPath, [cli, 'test', '--config', folder], { env }).catch(
      (error) => error,
    )
    const { errors, suites } = JSON.parse(stdout)
    const outcomes = suites.flatMap(({ specs }: Suite) =>
      specs.map(({ title, ok, tests }) => ({
        title,
        ok,
        errors: tests.flatMap((each) => each.results[0]?.errors ?? []),
      })),
    )
    expect(errors).toEqual([])
    expect(outcomes.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([])
    expect(outcomes).toHaveLength(4)
  } finally {
    await demo.close()
  }
}, 120_000)

interface Suite {
  specs: { title: string; ok: boolean; tests: { results: { errors: unknown[] }[] }[] }[]
}
