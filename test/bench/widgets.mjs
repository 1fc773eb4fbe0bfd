import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Who is measured, in the order of the tables: references, peers, Foothold. */
export const names = [
  'blank',
  'popover',
  'auto-update',
  'driver',
  'shepherd',
  'joyride',
  'posthog',
  'segment',
  'foothold',
]

/** Bundles every widget, its library and its styles included, and the engine alone, into a temporary folder. */
export async function buildWidgets() {
  const folder = await mkdtemp(join(tmpdir(), 'foothold-bench-'))
  for (const name of [...names, 'engine']) {
    await build({
      root,
      configFile: false,
      publicDir: false,
      logLevel: 'error',
      build: {
        outDir: folder,
        emptyOutDir: false,
        lib: {
          entry: join(root, `test/bench/widgets/${name}.js`),
          formats: ['iife'],
          name: 'bench',
          fileName: () => `${name}.js`,
        },
      },
      define: { 'process.env.NODE_ENV': '"production"' },
    })
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

const version = (name) => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version

export const titles = {
  blank: 'blank page',
  popover: 'a popover written by hand',
  'auto-update': `Floating UI ${version('@floating-ui/dom')} autoUpdate`,
  driver: `driver.js ${version('driver.js')}`,
  shepherd: `Shepherd ${version('shepherd.js')}`,
  joyride: `React Joyride ${version('react-joyride')}, React ${version('react')}`,
  posthog: `PostHog ${version('posthog-js')}`,
  segment: `Segment ${version('@segment/analytics-next')}`,
  foothold: 'Foothold',
}
