import { readFileSync } from 'node:fs'

const probe = readFileSync(new URL('probe.js', import.meta.url), 'utf8')

/** Opens the host page as a new visitor, with an empty cache; `query` as in the server. */
export async function openPage(browser, url, query = '') {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  const errors = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await page.addInitScript(probe)
  await page.goto(`${url}/page?${query}`)
  const session = await context.newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })

  return {
    page,
    session,
    /** Loads a widget; `guide` only means something to Foothold. Does not wait. */
    load: (widget, guide = '/guide.json') =>
      page.evaluate(
        ([src, guide]) => {
          const script = document.createElement('script')
          script.src = src
          script.dataset.guide = guide
          document.head.append(script)
        },
        [`/widgets/${widget}.js`, guide],
      ),
    ready: () => page.waitForFunction(() => performance.getEntriesByName('bench-ready').length > 0),
    slow: (rate) => session.send('Emulation.setCPUThrottlingRate', { rate }),
    wait: (ms) => page.waitForTimeout(ms),
    /** Milliseconds of processor time that the main thread has used so far: for tasks, and for scripts among them. */
    async cpu() {
      const { metrics } = await session.send('Performance.getMetrics')
      const of = (wanted) => metrics.find(({ name }) => name === wanted).value * 1000
      return { tasks: of('TaskDuration'), script: of('ScriptDuration') }
    },
    /** Live nodes, listeners and bytes, after the garbage was collected. */
    async memory() {
      for (let times = 0; times < 3; times++) await session.send('HeapProfiler.collectGarbage')
      const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters')
      const { usedSize } = await session.send('Runtime.getHeapUsage')
      return { nodes, listeners: jsEventListeners, bytes: usedSize }
    },
    async close() {
      await context.close()
      if (errors.length) throw new Error(`The page reported errors:\n${errors.join('\n')}`)
    },
  }
}
