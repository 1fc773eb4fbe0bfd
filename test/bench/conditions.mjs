import { brotliCompressSync } from 'node:zlib'
import { build } from 'vite'

/** Conditions as guides have them. */
const conditions = [
  { price: { $gt: 100 } },
  { category: 'shoes', price: { $gte: 20, $lt: 80 } },
  { 'brand.name': { $in: ['Acme', 'Globex', 'Initech'] } },
  { $or: [{ sale: true }, { price: { $lt: 10 } }], category: { $ne: 'socks' } },
  { name: { $regex: '^(red|blue) ' }, tags: { $elemMatch: { $eq: 'new' } } },
  { version: { $vgte: '2.10.0' }, plan: { $nin: ['free', 'trial'] } },
]
const properties = Array.from({ length: 100 }, (_, index) => ({
  price: (index * 37) % 200,
  category: ['shoes', 'socks', 'hats'][index % 3],
  brand: { name: ['Acme', 'Hooli', 'Initech', 'Umbrella'][index % 4] },
  sale: index % 5 === 0,
  name: index % 2 ? 'red shoes' : 'green hats',
  tags: index % 3 ? ['new', 'top'] : [],
  version: `2.${index % 20}.1`,
  plan: ['free', 'team'][index % 2],
}))
/** How often a condition is asked after it was written: for one activity, on a page, in a back-test. */
const times = [1, 100, 10_000]

/** Microseconds per evaluation, the compilation included, of the two evaluators; they take turns. */
export function measureConditions(compileCondition, evalCondition, rounds) {
  for (const condition of conditions)
    for (const each of properties)
      if (compileCondition(condition)(each) !== evalCondition(each, condition))
        throw new Error(`They differ on ${JSON.stringify(condition)} of ${JSON.stringify(each)}`)
  const evaluators = {
    own: (condition, count) => {
      const test = compileCondition(condition)
      for (let index = 0; index < count; index++) test(properties[index % 100])
    },
    growthbook: (condition, count) => {
      for (let index = 0; index < count; index++) evalCondition(properties[index % 100], condition)
    },
  }
  const results = times.map((count) => ({ count, own: [], growthbook: [] }))
  for (let round = 0; round <= rounds; round++)
    for (const result of results)
      for (const name of round % 2 ? ['own', 'growthbook'] : ['growthbook', 'own']) {
        const repeats = Math.ceil(60_000 / result.count / conditions.length)
        const start = performance.now()
        for (let repeat = 0; repeat < repeats; repeat++)
          for (const condition of conditions) evaluators[name](condition, result.count)
        const micros = ((performance.now() - start) * 1000) / (repeats * conditions.length * result.count)
        // The first round warms up.
        if (round) result[name].push(micros)
      }
  return results
}

/** What each adds to a page, alone: bytes, minified and brotli. */
export async function sizeConditions(root) {
  const own = await sizeOf(root, `export { compileCondition } from '${root}dist/esm/core/condition.js'`)
  return { own, growthbook: await sizeOf(root, `export { evalCondition } from '@growthbook/growthbook'`) }
}

async function sizeOf(root, code) {
  const entry = `${root}entry.js`
  const outputs = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    plugins: [
      { name: 'entry', resolveId: (id) => (id === entry ? id : null), load: (id) => (id === entry ? code : null) },
    ],
    build: { write: false, lib: { entry, formats: ['es'] }, rolldownOptions: { output: { minify: true } } },
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  const text = [outputs].flat()[0].output[0].code
  return { minified: text.length, brotli: brotliCompressSync(text).length }
}
