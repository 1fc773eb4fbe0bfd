import { openPage } from './open-page.mjs'

const batches = 7
const inBatch = 2000
/** Below the number of activities that Foothold takes at once. */
const onAnchor = 60

/** Microseconds that one click of the host takes: on an element that concerns no flow, and on one that flows wait for. */
export async function measureClicks(browser, server, widget) {
  const bench = await openPage(browser, server.url, 'nodes=5000')
  try {
    await bench.load(widget, '/guide-clicks.json')
    await bench.ready()
    await bench.wait(500)
    return await bench.page.evaluate(
      async ([batches, inBatch, onAnchor]) => {
        const click = (selector) => {
          const element = document.querySelector(selector)
          const down = new PointerEvent('pointerdown', { bubbles: true, composed: true })
          const up = new PointerEvent('pointerup', { bubbles: true, composed: true })
          return () => {
            element.dispatchEvent(down)
            element.dispatchEvent(up)
            element.click()
          }
        }
        const time = (run, times) => {
          const start = performance.now()
          for (let done = 0; done < times; done++) run()
          return ((performance.now() - start) * 1000) / times
        }
        // A host listens too: what a browser does once an event has any listener is not ours.
        for (const type of ['pointerdown', 'pointerup', 'click']) document.addEventListener(type, () => {})
        const plain = click('#plain')
        const results = []
        for (let batch = 0; batch < batches; batch++) {
          results.push(time(plain, inBatch))
          await window.probe.painted()
        }
        results.sort((a, b) => a - b)
        return { plain: results[batches >> 1], anchored: time(click('#anchored'), onAnchor) }
      },
      [batches, inBatch, onAnchor],
    )
  } finally {
    await bench.close()
  }
}
