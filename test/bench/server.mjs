import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { clickFlows, tenFlows } from './guides.mjs'

const dist = fileURLToPath(new URL('../../dist', import.meta.url))
const types = { '.js': 'text/javascript', '.html': 'text/html' }

const guides = {
  /** Flows may show on the page of the bench, so the stage is loaded when the page is idle. */
  '/guide.json': () => tenFlows(),
  /** Flows are for other pages: nothing is loaded before one starts. */
  '/guide-elsewhere.json': () => tenFlows(['/elsewhere']),
  '/guide-clicks.json': () => clickFlows(100),
}

/**
 * Serves the host page, the bundled widgets and dist/ as `npm run build` left it.
 * `/page?nodes=5000&scroller=nested` has that many elements, and its targets inside a box that scrolls.
 */
export async function serveBench(bundles) {
  let released = Promise.resolve()
  let release = () => {}
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://bench')
    const send = (type, body) => {
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' })
      response.end(body)
    }
    try {
      if (pathname === '/page') send('text/html', hostPage(searchParams))
      else if (guides[pathname]) send('application/json', JSON.stringify(guides[pathname]()))
      else {
        if (pathname.startsWith('/chunks/')) await released
        const folder = pathname.startsWith('/widgets/') ? bundles : dist
        send(types[extname(pathname)], await readFile(join(folder, pathname.replace('/widgets/', '/'))))
      }
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Keeps chunks back until what is returned is called. */
    holdChunks() {
      released = new Promise((done) => {
        release = done
      })
      return release
    },
    close() {
      release()
      server.closeAllConnections()
      server.close()
    },
  }
}

function hostPage(params) {
  const nodes = Number(params.get('nodes') ?? 100)
  const nested = params.get('scroller') === 'nested'
  // Each card is four elements.
  const cards = Array.from(
    { length: Math.round(nodes / 4) },
    (_, at) => `<section><h2>Card ${at}</h2><p>Some <b>words</b> about it.</p></section>`,
  ).join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Bench</title>
<link rel="icon" href="data:,">
<style>
body { margin: 0; font: 16px/1.5 sans-serif }
header { display: flex; gap: 120px; padding: 240px 80px 160px }
section { display: inline-block; width: 160px; margin: 4px; padding: 8px; border: 1px solid #ccc }
${nested ? '#scroller { height: 600px; overflow: auto; border: 1px solid #999 }' : ''}
</style>
</head>
<body>
<div id="scroller">
<header><button id="one">One</button><button id="two">Two</button><button id="three">Three</button>
<button id="anchored" data-foothold="anchor-7">Anchored</button></header>
<main>${cards}<button id="plain">Plain</button></main>
</div>
</body>
</html>`
}
