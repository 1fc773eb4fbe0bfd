/**
 * `npm run size`: what a page loads, against the budgets. Builds first when dist/ is older than its sources.
 * The share of a library is what the first flow would save without it: the stage is built once more with the library
 * left out, and the difference in brotli is its share.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build, parseSync } from 'vite'
import { setup } from '../build.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const dist = join(root, 'dist')

/** What a page may put before the drop-in. */
const stub = 'window.foothold=window.foothold||[]'

/** In bytes of brotli. */
export const budgets = { stub: 200, agent: 10_000, aim: 7_400, firstFlow: 38_000 }

const libraries = [
  { name: 'XState', external: /^xstate($|\/)/, budget: 11_000 },
  { name: 'Preact', external: /^preact($|\/)/, budget: 7_500 },
  { name: 'Floating UI', external: /^@floating-ui\//, budget: 6_000 },
]

/**
 * What the drop-in loads at once (`agent`), with the first flow of messages (`firstFlow` in tooltips, `away` from any
 * element; both include the agent), for flows with all built-in step types (`allSteps`), and later.
 */
export function sizes() {
  setup()
  const agent = withImports(join(dist, 'foothold.js'))
  const stages = agent.flatMap(lazyImports).filter((file) => basename(file).startsWith('stage-'))
  const away = [...new Set([...agent, ...stages.flatMap((file) => withImports(file))])]
  const chunks = (names) => under('chunks').filter((file) => names.test(basename(file)))
  const firstFlow = [...away, ...chunks(/^follow-/)]
  return {
    stub: measure([Buffer.from(stub)]),
    agent: measureFiles(agent),
    firstFlow: measureFiles(firstFlow),
    away: measureFiles(away),
    allSteps: measureFiles([...firstFlow, ...chunks(/^(survey|offer|checklist)-/)]),
    later: under('chunks')
      .filter((file) => !firstFlow.includes(file))
      .map(named),
    themes: under('themes').map(named),
  }
}

/** Brotli bytes that each library adds to the stage and what keeps tooltips beside elements. */
async function shares() {
  const whole = await stageWithout(undefined)
  return Promise.all(
    libraries.map(async (library) => ({ ...library, brotli: whole - (await stageWithout(library.external)) })),
  )
}

async function stageWithout(external) {
  const options = { write: false, rolldownOptions: external ? { external } : {} }
  const outputs = await build({ root, mode: 'stage', logLevel: 'silent', build: options })
  const chunks = [outputs].flat().flatMap(({ output }) => output)
  const loaded = chunks.filter(({ isEntry, name }) => isEntry && /^(stage|follow)$/.test(name))
  return measure(loaded.map(({ code }) => Buffer.from(code))).brotli
}

function measure(contents) {
  const sum = (bytes) => contents.reduce((total, content) => total + bytes(content).length, 0)
  return {
    requests: contents.length,
    raw: sum((it) => it),
    gzip: sum(gzipSync),
    brotli: sum((it) => brotliCompressSync(it)),
  }
}

function measureFiles(files) {
  return measure(files.map((file) => readFileSync(file)))
}

function named(file) {
  return { name: basename(file).replace(/-[\w-]{8}(?=\.js$)/, ''), ...measureFiles([file]) }
}

function under(folder) {
  return readdirSync(join(dist, folder)).map((name) => join(dist, folder, name))
}

/** A file and all that it imports at once. */
function withImports(file, seen = []) {
  if (seen.includes(file)) return seen
  seen.push(file)
  const { staticImports, staticExports } = parseSync(file, readFileSync(file, 'utf8')).module
  const exported = staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
  )
  for (const from of [...staticImports.map(({ moduleRequest }) => moduleRequest.value), ...exported]) {
    withImports(join(dirname(file), from), seen)
  }
  return seen
}

function lazyImports(file) {
  const code = readFileSync(file, 'utf8')
  return parseSync(file, code).module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
    join(dirname(file), code.slice(start + 1, end - 1)),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const row = (name, { requests = '', raw = '', gzip = '', brotli }, budget, aim) => {
    const verdict = budget === undefined ? '' : `${brotli <= budget ? 'within' : 'OVER'} ${budget}`
    const goal = aim === undefined ? '' : brotli <= aim ? `, within the aim of ${aim}` : `, aim ${aim}`
    const cells = [requests, raw, gzip, brotli].map((cell) => String(cell).padStart(9)).join('')
    console.log(`${name.padEnd(34)}${cells}   ${verdict}${goal}`)
  }
  const { agent, firstFlow, away, allSteps, later, themes, ...rest } = sizes()
  row('bytes', { requests: 'requests', raw: 'raw', gzip: 'gzip', brotli: 'brotli' })
  row('inline stub', rest.stub, budgets.stub)
  row('agent (foothold.js)', agent, budgets.agent, budgets.aim)
  row('everything, first flow on screen', firstFlow, budgets.firstFlow)
  const parts = await shares()
  for (const { name, brotli, budget } of parts) row(`  of which ${name}`, { brotli }, budget)
  const own = firstFlow.brotli - agent.brotli - parts.reduce((total, { brotli }) => total + brotli, 0)
  row('  of which stage, surfaces, steps', { brotli: own })
  row('a first flow without tooltips', away)
  row('one with every step type', allSteps)
  for (const file of later) row(`later: ${file.name}`, file)
  for (const file of themes) row(`theme: ${file.name}`, file)
}
