import { concernedFlows } from './guides.mjs'

/** How many triggers a guide has; the last one has a sum over all time. */
const guides = [{ size: 10 }, { size: 100 }, { size: 1000 }, { size: 10_000 }, { size: 10, window: 'ever' }]
const inBatch = 500
const minute = 60_000

/**
 * Activities per second that concern ten triggers each, by how many the guide has; the guides take turns. It runs in
 * Node and in the page.
 */
export function measureActivities(createEngine, batches) {
  const runs = guides.map(({ size, window }) => ({
    size,
    window,
    engine: createEngine(concernedFlows(size, window), { live: true }),
    at: Date.UTC(2026, 0, 5),
    seq: 0,
    results: [],
  }))
  for (let batch = 0; batch < batches; batch++)
    for (let turn = 0; turn < runs.length; turn++) runBatch(runs[(batch + turn) % runs.length], batch >= batches / 4)
  return runs.map(({ size, window, results }) => ({ size, window, perSecond: results }))
}

function runBatch(run, counts) {
  const activities = Array.from({ length: inBatch }, () => viewed(run))
  const start = performance.now()
  for (const activity of activities) run.engine.handle(activity)
  if (counts) run.results.push(inBatch / ((performance.now() - start) / 1000))
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
