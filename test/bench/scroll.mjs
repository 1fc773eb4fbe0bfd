import { openPage } from './open-page.mjs'

const inBlock = 40

/**
 * What a tooltip costs while the visitor scrolls: main-thread time per 1,000 scroll events over the same page without
 * it. 5,000 elements; the tooltip's element leaves the view and comes back. Shown and hidden take turns in one page, so
 * that what else the machine does falls on both. `scroller`: `window` or `nested`.
 */
export async function measureScroll(browser, server, widget, scroller, blocks) {
  const bench = await openPage(browser, server.url, `nodes=5000&scroller=${scroller}`)
  const scroll = async () => {
    const before = await bench.cpu()
    const heard = await bench.page.evaluate(
      async ([count, scroller]) => {
        const box = scroller === 'nested' ? document.querySelector('#scroller') : document.scrollingElement
        let heard = 0
        const hear = () => heard++
        addEventListener('scroll', hear, { capture: true, passive: true })
        for (let at = 1; at <= count; at++) {
          const way = at / count
          box.scrollTop = 1200 * (way > 0.5 ? 2 - 2 * way : 2 * way)
          await new Promise((done) => requestAnimationFrame(done))
        }
        await new Promise((done) => requestAnimationFrame(done))
        removeEventListener('scroll', hear, { capture: true })
        return heard
      },
      [inBlock, scroller],
    )
    const after = await bench.cpu()
    if (heard < inBlock * 0.9) throw new Error(`Only ${heard} scroll events of ${inBlock} came`)
    return ((after.tasks - before.tasks) * 1000) / heard
  }
  const show = async (verb) => {
    await bench.page.evaluate((verb) => window.widget[verb](), verb)
    await bench.wait(250)
  }
  try {
    await bench.load(widget)
    await bench.ready()
    await bench.wait(500)
    await scroll()
    const over = []
    const blank = []
    for (let block = 0; block < blocks; block++) {
      const before = await scroll()
      await show('show')
      over.push((await scroll()) - before)
      await show('hide')
      blank.push(before)
    }
    return { over, blank }
  } finally {
    await bench.close()
  }
}
