import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'

const minute = 60_000
/** A Monday. */
const start = Date.UTC(2026, 0, 5)
const days = 28
/** Activities in a session, on average: a third of the sessions leave after a page or two. */
const perSession = 5
const products = 2000

/**
 * The log of a shop over four weeks, the same on every machine, in the order of time: visitors come by day more than by
 * night, once each and then some far more often than others; they look at pages and products, come back to some, search,
 * fill carts and now and then buy.
 */
export function* shopLog(activities, visitors) {
  const random = createRandom(20_260_105)
  const sessions = Math.ceil(activities / perSession)
  /** By minute, what happens in it: a session is told when it begins. */
  const coming = new Map()
  let [told, session] = [0, 0]
  for (let at = 0; told < activities; at++) {
    const untilNow = sessions * shareUntil(Math.min(1, at / (days * 24 * 60)))
    for (; session < untilNow; session++) {
      // Everybody comes once before anybody is drawn; what is drawn leans to the first ones.
      const visitor = session < visitors ? (session * 7919) % visitors : Math.floor(visitors * random() ** 2)
      for (const row of visit(visitor, start + at * minute + Math.floor(random() * minute), random)) {
        const when = Math.floor((row.at - start) / minute)
        if (!coming.has(when)) coming.set(when, [])
        coming.get(when).push(row)
      }
    }
    const rows = coming.get(at) ?? []
    coming.delete(at)
    for (const { at, visitor, type, page, properties } of rows
      .sort((a, b) => a.at - b.at)
      .slice(0, activities - told)) {
      yield `{"visitor":"v${visitor}","type":"${type}","at":${at},"tab":"t${visitor}","page":"${page}","properties":${properties}}\n`
      told++
    }
    // The last sessions were shorter than they should be.
    if (at > days * 24 * 60 && !coming.size && told < activities) session -= Math.ceil((activities - told) / perSession)
  }
}

/** Writes it to a file; settles with its size in bytes. */
export async function writeShopLog(file, activities, visitors, progress = () => {}) {
  const stream = createWriteStream(file, { highWaterMark: 1 << 20 })
  let [text, told] = ['', 0]
  for (const line of shopLog(activities, visitors)) {
    text += line
    told++
    if (text.length < 1 << 18) continue
    progress(told)
    if (!stream.write(text)) await new Promise((resolve) => stream.once('drain', resolve))
    text = ''
  }
  stream.end(text)
  await finished(stream)
  return stream.bytesWritten
}

/** Which share of the sessions has begun at a share of the time: five times as many at noon as at midnight. */
function shareUntil(share) {
  return share - (Math.sin(share * days * 2 * Math.PI) * 2) / 3 / (days * 2 * Math.PI)
}

function visit(visitor, from, random) {
  const rows = []
  let at = from
  const tell = (type, page, properties) => {
    rows.push({ at, visitor, type, page, properties: JSON.stringify(properties) })
    // Most go on within half a minute, some sit for minutes.
    at += 1000 + Math.floor(random() < 0.1 ? random() * 5 * minute : random() ** 2 * 40_000)
  }
  const view = (path) => tell('Page Viewed', path, { path })
  view(random() < 0.5 ? '/' : '/sale')
  const length = random() < 0.35 ? (random() < 0.5 ? 0 : 1) : 1 + Math.floor(-Math.log(1 - random()) * 4.3)
  const liked = Math.floor(products * random() ** 3)
  for (let index = 0; index < length; index++) {
    const what = random()
    const id = what < 0.35 ? liked : Math.floor(products * random() ** 2)
    const [path, price] = [`/products/p${id}`, 5 + ((id * 37) % 200)]
    const product = { product_id: `p${id}`, category: `c${id % 12}`, price }
    if (what < 0.65) tell('Product Viewed', path, product)
    else if (what < 0.8) view(`/lists/c${id % 12}`)
    else if (what < 0.88) tell('Search Made', '/search', { query: `c${id % 12}` })
    else if (what < 0.97) tell('Product Added', path, { ...product, quantity: 1 })
    else tell('Order Completed', '/thanks', { order_id: `o${visitor}-${at}`, revenue: price + 20 })
  }
  return rows
}

function createRandom(seed) {
  let state = seed
  return () => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
