/** One of each operator and its forms, none of which ever fires. */
const triggers = {
  on: { on: 'Product Viewed', where: { price: { $gt: 1e9 } } },
  count: { count: 'Product Viewed', is: { $gt: 1e9 } },
  'count within 7d': { count: 'Product Viewed', is: { $gt: 1e9 }, within: '7d' },
  'count per product within 7d': { count: 'Product Viewed', per: 'product_id', is: { $gt: 1e9 }, within: '7d' },
  'count of distinct products': { count: 'Product Viewed', distinct: 'product_id', is: { $gt: 1e9 } },
  'sum within 30d': { sum: 'Product Viewed', of: 'price', is: { $gt: 1e15 }, within: '30d' },
  'sum of all time': { sum: 'Product Viewed', of: 'price', is: { $gt: 1e15 } },
  'ratio within 7d': { ratio: 'Product Added', of: 'Product Viewed', is: { $gt: 5 }, within: '7d' },
  sequence: { sequence: ['Search Made', 'Product Viewed', 'Never Happened'], within: '30m' },
  'sequence same product': { sequence: ['Product Viewed', 'Product Added', 'Never Happened'], same: 'product_id' },
  absent: { absent: 'Never Happened', after: 'Product Viewed', for: '400d' },
  'absent same product': { absent: 'Never Happened', after: 'Product Viewed', for: '400d', same: 'product_id' },
  idle: { idle: '20m' },
  dwell: { dwell: ['/products/*'], is: { $gte: '400m' } },
  since: { since: { last: 'Product Viewed' }, is: { $gt: '400d' } },
  'active sessions': { active: 'sessions', is: { $gte: 1e6 }, within: '30d' },
  status: { status: 'other', is: 'completed' },
  profile: { profile: { 'counts.Product Viewed': { $gt: 1e9 } } },
}
const activities = 5000
const hour = 3_600_000

/** Bytes of JSON that a visitor takes after thousands of activities: without any trigger, and what each adds. */
export function measureState(createEngine) {
  const none = stateAfter(createEngine, [])
  const parts = Object.entries(none).map(([name, part]) => ({ name, bytes: bytesOf(part) }))
  const operators = Object.entries(triggers).map(([name, trigger]) => {
    const bytes = (visits) =>
      bytesOf(stateAfter(createEngine, [trigger], visits)) - bytesOf(stateAfter(createEngine, [], visits))
    return { name, few: bytes(10), many: bytes(activities) }
  })
  return { activities, total: bytesOf(none), parts, operators }
}

/** A visitor of four months: sessions of ten activities, one a minute, every six hours. */
function stateAfter(createEngine, triggers, count = activities) {
  const flows = triggers.map((trigger) => ({
    id: 'flow',
    version: 1,
    trigger,
    frequency: { times: 1 },
    steps: [{ id: 'hello', type: 'message' }],
  }))
  const engine = createEngine({ format: 1, flows })
  const start = Date.UTC(2026, 0, 5)
  const types = ['Page Viewed', 'Product Viewed', 'Product Viewed', 'Product Viewed', 'Search Made', 'Product Added']
  for (let index = 0; index < count; index++) {
    const type = types[index % 10] ?? 'Product Viewed'
    const product = { product_id: `p${(index * 7) % 300}`, price: 20 + (index % 80), quantity: 1 }
    const path = type === 'Page Viewed' ? '/' : `/products/${product.product_id}`
    engine.handle({
      // Of the length that ids have on a page.
      id: `mjl0k2x7-${String(index).padStart(6, '0')}`,
      type,
      at: start + Math.floor(index / 10) * 6 * hour + (index % 10) * 60_000,
      seq: index,
      tab: 'a',
      visitor: { anonymousId: 'visitor-0123456789' },
      page: { path },
      properties: type === 'Page Viewed' ? { path } : product,
    })
  }
  return engine.state
}

function bytesOf(json) {
  return Buffer.byteLength(JSON.stringify(json))
}
