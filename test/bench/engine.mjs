import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { concernedFlows } from './guides.mjs'

const esm = new URL('../../dist/esm/', import.meta.url)
/** How many triggers a guide has; the last one has a sum over all time, for which 2,000 values are kept. */
const guides = [{ size: 10 }, { size: 100 }, { size: 1000 }, { size: 10_000 }, { size: 10, window: 'ever' }]
const batches = 40
const inBatch = 500
const minute = 60_000

const run = promisify(execFile)

/**
 * Microseconds per activity that concerns ten triggers, by how many the guide has, and milliseconds for a guide of
 * 1,000 flows, each time in a process of its own: cold code, as on a page.
 */
export async function measureEngine(rounds) {
  const own = async (what) => JSON.parse((await run(process.execPath, [fileURLToPath(import.meta.url), what])).stdout)
  const activities = await own('activities')
  const guides = []
  for (let round = 0; round < rounds; round++) guides.push(await own('guide'))
  return { activities, guides }
}

/** The guides take turns. */
async function measureActivities() {
  const { createEngine } = await import(new URL('core.js', esm))
  const runs = guides.map(({ size, window }) => ({
    size,
    window,
    engine: createEngine(concernedFlows(size, window), { live: true }),
    at: Date.UTC(2026, 0, 5),
    seq: 0,
    results: [],
  }))
  for (let batch = 0; batch < batches; batch++) {
    for (let turn = 0; turn < runs.length; turn++) runBatch(runs[(batch + turn) % runs.length], batch >= batches / 4)
  }
  return runs.map(({ size, window, results }) => ({ size, window, micros: results }))
}

function runBatch(run, counts) {
  const activities = Array.from({ length: inBatch }, () => viewed(run))
  const start = performance.now()
  for (const activity of activities) run.engine.handle(activity)
  if (counts) run.results.push(((performance.now() - start) * 1000) / inBatch)
}

/** A visitor who looks at products, one every two minutes. */
function viewed(run) {
  run.at += 2 * minute
  run.seq++
  return {
    id: `a-${run.seq}`,
    type: 'Product Viewed',
    at: run.at,
    seq: run.seq,
    tab: 'a',
    visitor: { anonymousId: 'v' },
    page: { path: `/products/p${run.seq % 40}` },
    properties: { product_id: `p${run.seq % 40}`, name: 'A product', category: 'shoes', price: 20 + (run.seq % 80) },
  }
}

async function readOnce() {
  const { readGuide } = await import(new URL('core/guide.js', esm))
  const { createEngine } = await import(new URL('core/engine.js', esm))
  const text = JSON.stringify(concernedFlows(1000))
  const start = performance.now()
  const document = JSON.parse(text)
  const parsed = performance.now()
  const guide = readGuide(document)
  const read = performance.now()
  createEngine(guide, { live: true })
  return { json: parsed - start, read: read - parsed, create: performance.now() - read, kilobytes: text.length / 1000 }
}

const [, script, what] = process.argv
if (script === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify(await (what === 'guide' ? readOnce() : measureActivities())))
}
