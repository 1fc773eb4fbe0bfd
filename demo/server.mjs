import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { etag } from 'hono/etag'
import { streamSSE } from 'hono/streaming'
import { pier } from './pier/shop.mjs'
import { bundleRecipe } from './recipes/bundle.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '..')
const types = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.vtt': 'text/vtt',
  '.webm': 'video/webm',
}
const notBuilt = `console.info('Foothold is not built yet: run "npm run build", then reload.')\n`
const kept = 5000

/**
 * Serves the two demo apps, the guide, the content and a destination that keeps what it is sent in memory.
 *
 * @example
 * const demo = await createDemoServer({ port: 0 })
 * await fetch(demo.url + '/collect')
 * demo.close()
 */
export async function createDemoServer({ port = 4000 } = {}) {
  const received = []
  const ids = new Set()
  const listeners = new Set()

  /** Takes activities in; one that is sent again is ignored. */
  function collect(batch) {
    for (const activity of batch) {
      const id = activity?.id ?? activity?.messageId
      if (!activity || typeof activity !== 'object' || (id && ids.has(id))) continue
      if (id) ids.add(id)
      received.push(activity)
      for (const tell of listeners) tell(activity)
    }
    if (received.length > kept) received.splice(0, received.length - kept)
  }

  const app = new Hono()

  app.use('*', withoutTriggers)
  app.get('/', (c) => file(c, join(here, 'index/index.html')))
  app.get('/studio', (c) => file(c, join(here, 'studio/index.html')))
  app.get('/studio/canvas', (c) => file(c, join(here, 'studio/canvas.html')))
  app.get('/theme.js', (c) => file(c, join(root, 'dist/theme.js'), notBuilt))
  app.get('/harbor/*', (c) => file(c, join(here, 'harbor/index.html')))
  app.get('/harbor', (c) => file(c, join(here, 'harbor/index.html')))
  app.get('/gallery', (c) => file(c, join(here, 'gallery/index.html')))
  app.route('/pier', pier())
  app.get('/recipes/:name{[a-z-]+\\.js}', async (c) => {
    const code = await bundleRecipe(c.req.param('name').slice(0, -'.js'.length))
    return code ? c.body(code, 200, { 'content-type': 'text/javascript; charset=utf-8' }) : c.notFound()
  })

  app.get('/foothold.js', (c) => file(c, join(root, 'dist/foothold.js'), notBuilt))
  app.get('/foothold.js.map', (c) => file(c, join(root, 'dist/foothold.js.map')))
  app.get('/chunks/*', (c) => file(c, inside(join(root, 'dist'), c.req.path)))
  app.get('/themes/:file{[\\w-]+\\.css}', (c) => file(c, join(root, 'themes', c.req.param('file'))))
  app.get('/demo/*', (c) => {
    const path = inside(here, c.req.path.slice('/demo'.length))
    return ['.css', '.js', '.svg', '.vtt', '.webm'].includes(extname(path)) ? file(c, path) : c.notFound()
  })
  app.get('/favicon.ico', (c) => c.body(null, 204))

  app.use('/guide/*', cors(), etag())
  app.get('/guide/:name{[a-z]+\\.json}', async (c) => {
    const path = join(here, 'guides', c.req.param('name'))
    if (c.req.query('studio') === undefined) return file(c, path)
    const guide = JSON.parse(await readFile(path, 'utf8'))
    return c.json({ ...guide, flows: guide.flows.map((flow) => ({ ...flow, enabled: false })) })
  })

  app.use('/content/*', cors(), etag())
  app.get('/content/:ref{[a-z0-9-]+}', async (c) => {
    const text = await readFile(join(here, 'content', `${c.req.param('ref')}.json`), 'utf8').catch(() => undefined)
    if (text === undefined) return c.json({ error: `There is no content "${c.req.param('ref')}".` }, 404)
    const translations = JSON.parse(text)
    const language = (c.req.query('locale') ?? 'en').toLowerCase().split('-')[0]
    return c.json(translations[language] ?? translations.en)
  })

  app.use('/collect', cors(), bodyLimit({ maxSize: 1_000_000 }))
  app.post('/collect', async (c) => {
    // A beacon says text/plain, so the body is read as text whatever the header says.
    let body
    try {
      body = JSON.parse(await c.req.text())
    } catch {
      return c.json({ error: 'The body is not JSON.' }, 400)
    }
    const batch = Array.isArray(body) ? body : (body?.batch ?? body?.activities)
    if (!Array.isArray(batch)) return c.json({ error: 'Expected { "batch": […] }.' }, 400)
    collect(batch)
    return c.json({ received: batch.length })
  })
  app.get('/collect', (c) => c.json(received))
  app.delete('/collect', (c) => {
    received.length = 0
    ids.clear()
    return c.body(null, 204)
  })
  app.get('/collect/live', (c) =>
    streamSSE(c, async (stream) => {
      const write = (activity) => stream.writeSSE({ data: JSON.stringify(activity) }).catch(() => {})
      const last = Number(c.req.query('last') ?? 0)
      for (const activity of last ? received.slice(-last) : []) await write(activity)
      listeners.add(write)
      await new Promise((resolve) => stream.onAbort(resolve))
      listeners.delete(write)
    }),
  )

  const server = await new Promise((resolve, reject) => {
    const starting = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => resolve(starting))
    starting.once('error', reject)
  })

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Everything that arrived at the destination, in order of arrival. */
    received: () => received.slice(),
    /** Settles when the port is free again. */
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

/**
 * In the theme studio, `?studio`, an app is only the ground that flows are previewed on: none starts by itself, nothing is sent, and the
 * visitor that the app knows stays as it is.
 */
async function withoutTriggers(c, next) {
  await next()
  if (c.req.query('studio') === undefined || !c.res.headers.get('content-type')?.startsWith('text/html')) return
  const html = await c.res.text()
  const bare = html
    .replace(/ data-guide="[^"]*/, '$&?studio')
    .replace(/ data-webhook="[^"]*"/, '')
    .replace('/demo/store.js', '/demo/studio/nowhere.js')
    .replace('<script src="/demo/clock.js"></script>', '')
  c.res = new Response(bare, c.res)
}

async function file(c, path, otherwise) {
  const body = path && (await readFile(path).catch(() => otherwise))
  if (body === undefined || body === '') return c.notFound()
  return c.body(body, 200, {
    'content-type': contentType(path),
    'cache-control': 'no-cache',
  })
}

function contentType(path) {
  const type = types[extname(path)] ?? 'application/octet-stream'
  return type.startsWith('video/') ? type : `${type}; charset=utf-8`
}

/** The file that a path names below a folder; '' when it points outside of it. */
function inside(folder, path) {
  let name
  try {
    name = normalize(join(folder, decodeURIComponent(path)))
  } catch {
    return ''
  }
  return name.startsWith(normalize(`${folder}/`)) ? name : ''
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const demo = await createDemoServer({ port: Number(process.env.PORT ?? 4000) }).catch((error) => {
    console.error(
      error.code === 'EADDRINUSE' ? `Port ${error.port} is taken. Choose another one: PORT=4001 npm start` : error,
    )
    process.exit(1)
  })
  console.log(`The demo is at ${demo.url}`)
}
