import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { openPage } from './open-page.mjs'

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))
const slowdown = 4
/** PostHog sends what it has gathered after three seconds. */
const settled = 3500

/**
 * What a host pays for a widget before anything shows, embedded as its makers say, with the CPU slowed four times: bytes
 * loaded (brotli), main-thread milliseconds of scripts and of all tasks, longest task, layout shift. For Foothold also
 * `stage`, which it loads when the page is idle, by itself. The vendors' servers are answered from their packages.
 */
export async function measureCost(browser, server, widget) {
  const release = widget === 'foothold' ? server.holdChunks() : () => {}
  const bench = await openPage(browser, server.url)
  const bodies = []
  bench.page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    // The widget's file only embeds what is measured.
    if (!pathname.startsWith('/widgets/')) bodies.push(response.body().catch(() => Buffer.alloc(0)))
  })
  await bench.page.route((url) => url.origin !== server.url, answer)
  await bench.wait(150)
  await bench.slow(slowdown)
  const measure = async (run) => {
    const since = await bench.page.evaluate(() => performance.now())
    const before = await bench.cpu()
    await run()
    await bench.wait(settled)
    const after = await bench.cpu()
    const seen = await bench.page.evaluate(
      (since) => ({ longest: window.probe.longest(since), shift: window.probe.shifted(since) }),
      since,
    )
    const loaded = await Promise.all(bodies.splice(0))
    const bytes = loaded.reduce((sum, body) => sum + (body.length && brotliCompressSync(body).length), 0)
    return { tasks: after.tasks - before.tasks, script: after.script - before.script, bytes, ...seen }
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

/** Plays the vendors' servers: their scripts as published, settings that switch nothing on, and thanks for all else. */
async function answer(route) {
  const { hostname, pathname } = new URL(route.request().url())
  const headers = { 'access-control-allow-origin': '*' }
  const script = (...path) => readFile(join(modules, ...path), 'utf8')
  const send = (contentType, body) => route.fulfill({ headers, contentType, body })
  if (pathname.endsWith('/config.js')) return send('text/javascript', '')
  if (pathname.endsWith('/settings')) {
    return send('application/json', JSON.stringify({ integrations: { 'Segment.io': { apiKey: 'bench' } } }))
  }
  if (!pathname.endsWith('.js')) return send('application/json', '{}')
  if (hostname.endsWith('.posthog.com')) {
    return send('text/javascript', await script('posthog-js/dist', basename(pathname)))
  }
  const file = pathname.endsWith('/analytics.min.js') ? 'standalone.js' : basename(pathname)
  return send('text/javascript', await script('@segment/analytics-next/dist/umd', file))
}
