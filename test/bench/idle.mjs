import { openPage } from './open-page.mjs'

const settling = 4500
const watched = 2000

/** Timers and animation frames that run per second, and processor time, while nothing happens: armed, then shown. */
export async function measureIdle(browser, server, widget) {
  const bench = await openPage(browser, server.url)
  const watch = async () => {
    // What was begun by the start or the show comes to its end first.
    await bench.wait(settling)
    const counts = () => bench.page.evaluate(() => ({ ...window.probe.counts }))
    const [before, used] = [await counts(), await bench.cpu()]
    await bench.wait(watched)
    const [now, after] = [await counts(), await bench.cpu()]
    const each = (to, from) => ((to - from) * 1000) / watched
    return {
      timers: each(now.timers, before.timers),
      frames: each(now.frames, before.frames),
      cpu: each(after.tasks, used.tasks),
      script: each(after.script, used.script),
    }
  }
  try {
    await bench.load(widget)
    await bench.ready()
    const armed = await watch()
    await bench.page.evaluate(() => window.widget.show())
    const shown = await watch()
    const visible = await bench.page.evaluate(() => !!window.widget.box())
    if (!visible && widget !== 'blank') throw new Error(`${widget} shows nothing`)
    return { armed, shown }
  } finally {
    await bench.close()
  }
}
