import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { measureActivities } from './activities.mjs'
import { measureConditions } from './conditions.mjs'
import { concernedFlows } from './guides.mjs'
import { measureState } from './state.mjs'

const esm = new URL('../../dist/esm/', import.meta.url)
const batches = 40
const run = promisify(execFile)

/** What is measured in Node, each in a process of its own: cold code, as on a page. */
export const inNode = {
  activities: async () => measureActivities((await core()).createEngine, batches),
  state: async () => measureState((await core()).createEngine),
  async conditions(rounds) {
    const { compileCondition } = await import(new URL('core/condition.js', esm))
    const { evalCondition } = await import('@growthbook/growthbook')
    return measureConditions(compileCondition, evalCondition, rounds)
  },
  /** Milliseconds for a guide of 1,000 flows. */
  async guide() {
    const { readGuide } = await import(new URL('core/guide.js', esm))
    const { createEngine } = await import(new URL('core/engine.js', esm))
    const text = JSON.stringify(concernedFlows(1000))
    const start = performance.now()
    const document = JSON.parse(text)
    const parsed = performance.now()
    const guide = readGuide(document)
    const read = performance.now()
    createEngine(guide, { live: true })
    return {
      json: parsed - start,
      read: read - parsed,
      create: performance.now() - read,
      kilobytes: text.length / 1000,
    }
  },
}

/** One of them. */
export async function measureInNode(what, rounds = 1) {
  const { stdout } = await run(process.execPath, [fileURLToPath(import.meta.url), what, String(rounds)])
  return JSON.parse(stdout)
}

/** The same as `activities`, in a page of the browser. */
export async function measureInPage(browser, server) {
  const page = await browser.newPage()
  try {
    await page.goto(`${server.url}/page`)
    await page.addScriptTag({ url: `${server.url}/widgets/engine.js` })
    return await page.evaluate((batches) => window.measureActivities(batches), batches)
  } finally {
    await page.close()
  }
}

function core() {
  return import(new URL('core.js', esm))
}

const [, script, what, rounds] = process.argv
if (script === fileURLToPath(import.meta.url)) console.log(JSON.stringify(await inNode[what](Number(rounds))))
