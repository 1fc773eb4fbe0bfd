import { openPage } from './open-page.mjs'

const slowdown = 4
const settled = 600

/**
 * Processor time of the main thread for loading a widget into a page that is there, and its longest task, with the CPU
 * slowed four times. For Foothold the stage, which it loads when the page is idle, is measured by itself.
 */
export async function measureStart(browser, server, widget) {
  const release = widget === 'foothold' ? server.holdChunks() : () => {}
  const bench = await openPage(browser, server.url)
  await bench.wait(150)
  await bench.slow(slowdown)
  const measure = async (run) => {
    const since = await bench.page.evaluate(() => performance.now())
    const before = await bench.cpu()
    await run()
    await bench.wait(settled)
    const after = await bench.cpu()
    const longest = await bench.page.evaluate((since) => window.probe.longest(since), since)
    return { cpu: after.tasks - before.tasks, longest }
  }
  try {
    const started = await measure(() => bench.load(widget))
    await bench.ready()
    return { ...started, ...(widget === 'foothold' && { stage: await measure(release) }) }
  } finally {
    release()
    await bench.close()
  }
}
