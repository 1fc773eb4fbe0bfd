import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Call, DropIn } from '../../src/script.ts'
import { guideOf, until } from './tab.ts'

const page = globalThis as any
const registered = Symbol.for('foothold@0')
const address = new URL('../../src/script.ts', import.meta.url).href
const requests: { url: string; body?: string }[] = []
let count = 0

beforeEach(() => {
  requests.length = 0
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    requests.push({ url: String(url), ...(init?.body && { body: String(init.body) }) })
    return new Response(JSON.stringify(guideOf({ id: 'welcome' })), { headers: { 'content-type': 'application/json' } })
  })
})

afterEach(() => {
  page[registered]?.stop()
  delete page.foothold
  delete page.other
  for (const script of document.querySelectorAll('script[data-test]')) script.remove()
  localStorage.clear()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

/** Puts the drop-in into the page as a host does; each time under another address, as a module runs once only. */
function load(attributes: { [name: string]: string } = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.type = 'module'
    script.src = `${address}?copy=${++count}`
    script.dataset.test = ''
    Object.assign(script.dataset, attributes)
    script.onload = () => resolve()
    script.onerror = reject
    document.head.append(script)
  })
}

test('reads its own attributes, makes up for early calls once and in order, and takes the place of the array', async () => {
  const stub: Call[] = []
  page.foothold = stub
  stub.push(['identify', 'u_1', { plan: 'trial' }], ['track', 'Button Clicked', { n: 1 }])
  await load({ guide: '/guide.json' })
  const foothold: DropIn = page.foothold
  expect(foothold).not.toBe(stub)
  expect(await foothold.ready).toBe(foothold)
  await until(() => foothold.profile.counts['Button Clicked'])
  expect(foothold.profile.visitor).toMatchObject({ id: 'u_1', traits: { plan: 'trial' } })
  expect(requests.map(({ url }) => url)).toEqual([new URL('/guide.json', location.href).href])
  foothold.push(['track', 'Button Clicked', { n: 2 }])
  // Somebody still holds the array.
  stub.push(['track', 'Button Clicked', { n: 3 }])
  await until(() => foothold.profile.counts['Button Clicked'] === 3)
  expect(stub).toHaveLength(0)
})

test('takes options that need code from the array', async () => {
  const onActivity = vi.fn()
  page.foothold = Object.assign([['track', 'Button Clicked']], { options: { onActivity } })
  await load({ guide: '/guide.json' })
  await until(() => onActivity.mock.calls.some(([{ type }]) => type === 'Button Clicked'))
})

test('loaded a second time is the first', async () => {
  await load({ guide: '/guide.json' })
  const first = page.foothold
  page.foothold = [['identify', 'u_2']]
  await load({ guide: '/other.json' })
  expect(page.foothold).toBe(first)
  await until(() => first.profile.visitor.id === 'u_2')
  expect(requests).toHaveLength(1)
})

test('can stand under another name', async () => {
  await load({ guide: '/guide.json', global: 'other' })
  expect(page.other.push).toBeTypeOf('function')
  expect(page.foothold).toBeUndefined()
})

test('tells of a verb that does not exist once, and never loops over calls that bring themselves back', async () => {
  const onError = vi.fn()
  const stub = Object.assign([] as Call[], { options: { onError } }) as Call[]
  page.foothold = stub
  for (const verb of ['dance', 'dance', 'toString', 'constructor', '__proto__']) stub.push([verb])
  stub.push(null as never, 7 as never, 'track' as never, [] as never)
  page.foothold.dance = () => stub.push(['dance'])
  await load({ guide: '/guide.json' })
  const told = onError.mock.calls.map(([error]) => error.message)
  expect(told.filter((message) => message.includes('"dance"'))).toHaveLength(1)
  expect(new Set(told).size).toBe(told.length)
})

test('can be stopped, and loaded anew after that', async () => {
  await load({ guide: '/guide.json' })
  const first = page.foothold
  first.push(['stop'])
  await load({ guide: '/guide.json' })
  expect(page.foothold).not.toBe(first)
})

test('prints what goes wrong with data-debug, and nothing without', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  await load()
  page[registered].stop()
  expect(warn).not.toHaveBeenCalled()
  await load({ debug: '' })
  expect(String(warn.mock.calls[0]![0])).toContain('it needs a source')
})

test('starts what data-observers names beside the default ones, and tells of a name that there is not', async () => {
  const onActivity = vi.fn()
  const onError = vi.fn()
  page.foothold = Object.assign([], { options: { onActivity, onError } })
  await load({ guide: '/guide.json', observers: 'forms scroll-depth dance' })
  await vi.waitFor(() => expect(String(onError.mock.calls[0])).toContain('data-observers knows no "dance"'), 3000)
  document.body.innerHTML = '<form id="signup"><input></form>'
  document.querySelector('input')!.dispatchEvent(new Event('input', { bubbles: true, composed: true }))
  dispatchEvent(new PageTransitionEvent('pagehide'))
  const types = () => onActivity.mock.calls.map(([{ type }]) => type)
  expect(types()).toContain('Form Abandoned')
  expect(types()).toContain('Page Viewed')
  expect(types()).not.toContain('Page Scrolled')
  document.body.innerHTML = ''
})

test('stops what data-observers names, also before it was loaded', async () => {
  const onActivity = vi.fn()
  page.foothold = Object.assign([], { options: { onActivity } })
  await load({ guide: '/guide.json', observers: 'data-layer' })
  page.foothold.push(['stop'])
  await vi.waitFor(() =>
    expect(performance.getEntriesByType('resource').some(({ name }) => name.includes('asked-observers'))).toBe(true),
  )
  await new Promise((done) => setTimeout(done, 100))
  expect(page.dataLayer).toBeUndefined()
})

test('sends to the address in data-webhook', async () => {
  page.foothold = [['track', 'Button Clicked']]
  await load({ guide: '/guide.json', webhook: '/hook' })
  // So long it waits for more.
  await vi.waitFor(() => expect(requests.find(({ url }) => url === '/hook')?.body).toContain('Button Clicked'), 3000)
})

test('hands activities to the clients in the page that data-destinations names', async () => {
  const track = vi.fn()
  page.analytics = { track }
  page.foothold = [['track', 'Button Clicked', { n: 1 }]]
  await load({ guide: '/guide.json', destinations: 'segment gtag' })
  await vi.waitFor(() => expect(track).toHaveBeenCalled(), 3000)
  expect(track.mock.calls[0]).toMatchObject(['Button Clicked', { n: 1, foothold_id: expect.any(String) }, {}])
  await vi.waitFor(() => expect(page.dataLayer).toHaveLength(1), 3000)
  expect(Array.from(page.dataLayer[0])).toMatchObject(['event', 'button_clicked', { n: 1 }])
  delete page.analytics
  delete page.dataLayer
})
