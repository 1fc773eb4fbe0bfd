import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDemoServer } from '../../demo/server.mjs'

let demo: Awaited<ReturnType<typeof createDemoServer>>
beforeAll(async () => {
  demo = await createDemoServer({ port: 0 })
})
afterAll(() => demo.close())

const get = (path: string, init?: RequestInit) => fetch(demo.url + path, init)

test('the guide says when it has not changed, to any origin', async () => {
  const guide = await get('/guide/harbor.json', { headers: { origin: 'https://elsewhere.example' } })
  expect(guide.headers.get('access-control-allow-origin')).toBe('*')
  expect(await guide.json()).toMatchObject({ format: 1 })
  const etag = guide.headers.get('etag') as string
  expect(etag).toBeTruthy()
  expect((await get('/guide/harbor.json', { headers: { 'if-none-match': etag } })).status).toBe(304)
  expect((await get('/guide/nobody.json')).status).toBe(404)
})

test('content comes in the language that is asked for, else in English', async () => {
  const title = async (locale: string) =>
    (await (await get(`/content/welcome-hello?flow=welcome&locale=${locale}`)).json()).title
  expect(await title('de-AT')).toBe('Willkommen an Bord, Mara')
  expect(await title('en-GB')).toBe('Welcome aboard, Mara')
  expect(await title('fi')).toBe('Welcome aboard, Mara')
  expect((await get('/content/nothing')).status).toBe(404)
})

test('the destination takes batches and beacons, and each activity once', async () => {
  const post = (body: string, type: string) =>
    get('/collect', { method: 'POST', headers: { 'content-type': type }, body })
  const batch = JSON.stringify({ batch: [{ type: 'track', event: 'Plan Chosen', messageId: 'm1' }] })
  expect((await post(batch, 'application/json')).status).toBe(200)
  expect((await post(batch, 'text/plain')).status).toBe(200)
  expect((await post('{', 'text/plain')).status).toBe(400)
  expect((await post('{}', 'application/json')).status).toBe(400)
  expect((await post('{"batch":[null,1,"x"]}', 'application/json')).status).toBe(200)
  expect(await (await get('/collect')).json()).toEqual([{ type: 'track', event: 'Plan Chosen', messageId: 'm1' }])
  expect(demo.received()).toHaveLength(1)
})

test('what arrives is told live', async () => {
  const live = await get('/collect/live')
  const reader = (live.body as ReadableStream<Uint8Array>).getReader()
  await get('/collect', { method: 'POST', body: '{"batch":[{"type":"track","event":"Live Told","messageId":"m2"}]}' })
  expect(new TextDecoder().decode((await reader.read()).value)).toContain('"event":"Live Told"')
  await reader.cancel()
})

test('only what belongs to the demo is served', async () => {
  for (const path of [
    '/demo/server.mjs',
    '/demo/pier/shop.mjs',
    '/demo/%2e%2e%2fpackage.json',
    '/demo/guides/harbor.json',
    '/chunks/..%2f..%2fpackage.json',
    '/themes/..%2fpackage.json',
    '/demo/%ff.css',
  ])
    expect((await get(path)).status, path).toBe(404)
  for (const path of [
    '/',
    '/harbor',
    '/harbor/projects/atlas',
    '/pier',
    '/pier/products/p8',
    '/pier/cart',
    '/pier/help',
    '/demo/clock.js',
    '/foothold.js',
  ])
    expect((await get(path)).status, path).toBe(200)
})

test('what visitors type into the shop stays text', async () => {
  const cart = await get('/pier/cart', { method: 'POST', body: new URLSearchParams({ add: 'p1' }), redirect: 'manual' })
  const cookie = cart.headers.getSetCookie()[0]?.split(';')[0] as string
  const order = await get('/pier/checkout', {
    method: 'POST',
    headers: { cookie },
    body: new URLSearchParams({ name: '<script>alert(1)</script>' }),
  })
  expect(order.status).toBe(200)
  const page = await order.text()
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(page).toContain('Order Completed')
  expect(await (await get(new URL(order.url).pathname)).text()).not.toContain('Order Completed')
})
