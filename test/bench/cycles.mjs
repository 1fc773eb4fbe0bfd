import { openPage } from './open-page.mjs'

const warming = 600
const counted = 200

/** Shows and hides again and again: what each cycle leaves behind of nodes, listeners and bytes after the first 600. */
export async function measureCycles(browser, server, widget) {
  const bench = await openPage(browser, server.url)
  try {
    await bench.load(widget)
    await bench.ready()
    await bench.wait(600)
    const cycle = async (times) => {
      await bench.page.evaluate(async (times) => {
        const { widget, probe } = window
        for (let done = 0; done < times; done++) {
          widget.show()
          do await probe.painted()
          while (!widget.box())
          widget.hide()
          do await probe.painted()
          while (widget.box())
        }
      }, times)
      // What closes may take its time to fade.
      await bench.wait(600)
    }
    await cycle(warming)
    const before = await bench.memory()
    await cycle(counted)
    const after = await bench.memory()
    return {
      nodes: after.nodes - before.nodes,
      listeners: after.listeners - before.listeners,
      bytes: (after.bytes - before.bytes) / counted,
    }
  } finally {
    await bench.close()
  }
}
