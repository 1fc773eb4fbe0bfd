/** Guides for the bench: the same tour that the peers show, and flows of every kind around it. */

/** The steps of the tour, for every widget: three elements of the page in view. */
export const tour = ['one', 'two', 'three'].map((id) => ({
  id,
  target: `#${id}`,
  title: `This is number ${id}`,
  text: 'A sentence or two about what can be done here, and why it is worth the trouble of reading them.',
}))

const flow = (id, trigger, more = {}) => ({
  id,
  version: 1,
  trigger,
  steps: tour.map(({ id, target, title, text }) => ({ id, type: 'message', target, props: { title, text } })),
  ...more,
})
const count = (is, more) => ({ count: 'Product Viewed', is: { $gt: is }, ...more })

/** Ten flows as a shop or an app has them, none of which starts by itself in the bench. `pages`: where they may show. */
export function tenFlows(pages) {
  const where = pages ? { pages } : {}
  return {
    format: 1,
    segments: { engaged: { active: 'sessions', is: { $gte: 3 }, within: '14d', where: { seconds: { $gte: 60 } } } },
    flows: [
      flow('tour', 'Tour Asked', where),
      flow('repeat-view', count(3, { per: 'product_id', within: '7d', unless: 'Order Completed' }), where),
      flow('abandoned', { absent: 'Order Completed', after: 'Product Added', for: '24h' }, where),
      flow('idle', { idle: '20m' }, where),
      flow('lost', { sequence: ['Search Made', { next: 'Page Left' }], within: '5m' }, where),
      flow('long-read', { dwell: ['/guides/*'], is: { $gte: '15m' } }, where),
      flow('back-again', { since: { last: 'seen' }, is: { $gt: '14d' } }, where),
      flow('big-spender', { sum: 'Order Completed', of: 'revenue', is: { $gt: 500 }, within: '30d' }, where),
      flow('happy', { all: [{ segment: 'engaged' }, { on: 'Report Exported' }] }, where),
      flow(
        'invite',
        { on: 'Element Clicked', where: { anchor: 'team' } },
        { ...where, audience: { segment: 'engaged' } },
      ),
    ],
  }
}

/** The ten, and as many that wait for a click on an element of the page. */
export function clickFlows(count) {
  const guide = tenFlows()
  const clicks = Array.from({ length: count }, (_, at) =>
    flow(`click-${at}`, { count: { on: 'Element Clicked', where: { anchor: `anchor-${at}` } }, is: { $gt: 1e6 } }),
  )
  return { ...guide, flows: [...guide.flows, ...clicks] }
}

/** Ten triggers of many kinds that concern `Product Viewed`, among others that do not. `window`: of the sum among them. */
export function concernedFlows(total, window = '1h') {
  const concerned = [
    count(1e9),
    count(1e9, { within: '1h' }),
    count(1e9, { within: 'session' }),
    count(1e9, { per: 'product_id', within: '1h' }),
    { count: { on: 'Product Viewed', where: { price: { $gt: 1000 } } }, is: { $gt: 3 } },
    { on: 'Product Viewed', where: { category: 'none' } },
    { sequence: ['Product Viewed', 'Never Happened'], within: '10m' },
    { absent: 'Never Happened', after: 'Product Viewed', for: '400d' },
    { sum: 'Product Viewed', of: 'price', is: { $gt: 1e15 }, within: window },
    { all: [count(1e9, { within: 'page' }), { not: { segment: 'buyers' } }] },
  ].map((trigger, at) => flow(`concerned-${at}`, trigger))
  const others = Array.from({ length: total - concerned.length }, (_, at) =>
    flow(`other-${at}`, { count: `Other ${at % 500}`, is: { $gt: 3 }, within: '7d' }),
  )
  return {
    format: 1,
    segments: { buyers: { status: 'concerned-0', is: 'completed' } },
    flows: [...concerned, ...others],
  }
}
