import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

const hour = 3_600_000
const day = 24 * hour
/** One visitor in so many is scanned: those whose number it divides, heavy ones and rare ones alike. */
const oneIn = 200

/**
 * The naive way, for the ratio: with each activity of a visitor every trigger of the ten flows is asked of the whole
 * history again. Silence between activities, gates and what a flow leads to are left out, which is in its favour.
 */
export async function rescan(file) {
  const histories = new Map()
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const [, number] = /^\{"visitor":"v(\d+)"/.exec(line)
    if (number % oneIn) continue
    if (!histories.has(number)) histories.set(number, [])
    histories.get(number).push(line)
  }
  const start = performance.now()
  let [activities, fired] = [0, 0]
  for (const lines of histories.values()) {
    const history = []
    for (const line of lines) {
      history.push(JSON.parse(line))
      activities++
      for (const trigger of triggers) if (trigger(history, history.at(-1).at)) fired++
    }
  }
  const seconds = (performance.now() - start) / 1000
  return { activities, visitors: histories.size, fired, seconds }
}

const of = (history, type) => history.filter((each) => each.type === type)
const since = (history, at) => history.filter((each) => each.at > at)

/** Of the ten flows of the bench. */
const triggers = [
  (history) => history.at(-1).type === 'Tour Asked',
  (history, now) => {
    const cleared = of(history, 'Order Completed').at(-1)?.at ?? -Infinity
    const counts = new Map()
    for (const { properties } of since(of(history, 'Product Viewed'), Math.max(cleared, now - 7 * day)))
      counts.set(properties.product_id, (counts.get(properties.product_id) ?? 0) + 1)
    return [...counts.values()].some((count) => count > 3)
  },
  (history, now) => {
    const added = of(history, 'Product Added').at(-1)
    return !!added && now - added.at >= day && !of(history, 'Order Completed').some(({ at }) => at >= added.at)
  },
  (history, now) => history.length > 1 && now - history.at(-2).at >= hour / 3,
  (history, now) => {
    const named = history.filter(({ type }) => type === 'Search Made' || type === 'Page Left')
    const [search, left] = named.slice(-2)
    return history.at(-1) === left && search?.type === 'Search Made' && now - search.at < hour / 12
  },
  (history, now) => {
    const view = of(history, 'Page Viewed').at(-1)
    return !!view && view.page.startsWith('/guides/') && now - view.at >= hour / 4
  },
  (history, now) => {
    const past = sessionsOf(history).at(-2)
    return !!past && now - past.end > 14 * day
  },
  (history, now) =>
    since(of(history, 'Order Completed'), now - 30 * day).reduce((sum, { properties }) => sum + properties.revenue, 0) >
    500,
  (history, now) => history.at(-1).type === 'Report Exported' && engaged(history, now),
  (history, now) => history.at(-1).type === 'Element Clicked' && engaged(history, now),
]

function engaged(history, now) {
  return sessionsOf(since(history, now - 14 * day)).filter(({ start, end }) => end - start >= 60_000).length >= 3
}

function sessionsOf(history) {
  const sessions = []
  for (const { at } of history) {
    const last = sessions.at(-1)
    if (last && at - last.end < hour / 2) last.end = at
    else sessions.push({ start: at, end: at })
  }
  return sessions
}
