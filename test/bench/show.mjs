import { tour } from './guides.mjs'
import { openPage } from './open-page.mjs'

const warming = 500

/**
 * Shows the first step in a page in which nothing was shown before, goes on to the second, hides, and shows again.
 * `foothold` has loaded and warmed its stage while the page was idle; `foothold-cold` has not.
 */
export async function measureShow(browser, server, widget, slowdown) {
  const bench = await openPage(browser, server.url)
  try {
    const [name, cold] = widget.split('-')
    await bench.load(cold ? name : widget, cold ? '/guide-elsewhere.json' : undefined)
    await bench.ready()
    await bench.wait(warming)
    if (slowdown > 1) await bench.slow(slowdown)
    const showing = (verb, step) =>
      bench.page.evaluate(([verb, words]) => window.probe.showing(verb, words), [verb, tour[step].title])
    const first = await showing('show', 0)
    const step = await showing('next', 1)
    await bench.page.evaluate(async () => {
      window.widget.hide()
      while (window.widget.box()) await window.probe.painted()
      await new Promise((done) => setTimeout(done, 100))
    })
    return { first, step, again: await showing('show', 0) }
  } finally {
    await bench.close()
  }
}
