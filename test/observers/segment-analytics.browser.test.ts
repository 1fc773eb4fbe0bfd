import { AnalyticsBrowser } from '@segment/analytics-next'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import source from '../../node_modules/@segment/analytics-next/dist/umd/standalone.js?raw'
import { segmentAnalytics } from '../../src/observers/segment-analytics.ts'
import { observerContract, type Watched, watch } from '../../src/testing/observer-contract.ts'

const page = window as unknown as { analytics?: any }
const settings = { integrations: { 'Segment.io': { apiKey: 'w' } } }

/** The network is Segment's: its settings are answered, what it sends is taken. */
beforeEach(() => {
  delete page.analytics
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(settings), { status: 200 }))
})
afterEach(() => {
  delete page.analytics
  for (const script of document.querySelectorAll('script[data-test]')) script.remove()
  localStorage.clear()
  vi.unstubAllGlobals()
})

/** The client from npm, with what it answers from the network at hand. */
async function client() {
  const [analytics] = await AnalyticsBrowser.load({ writeKey: 'w', cdnSettings: settings } as never)
  return analytics
}

/** What Segment's snippet leaves behind until its script is there: calls are kept in an array. */
function snippet() {
  const analytics: any = []
  analytics._writeKey = 'w'
  for (const method of ['identify', 'track', 'page', 'once', 'off', 'on', 'ready', 'addSourceMiddleware'])
    analytics[method] = (...given: unknown[]) => {
      if (page.analytics !== analytics) return page.analytics[method](...given)
      analytics.push([method, ...given])
      return analytics
    }
  page.analytics = analytics
}

/** The script that the snippet would fetch. */
function loadScript() {
  const script = document.createElement('script')
  script.dataset.test = ''
  script.textContent = source
  document.head.append(script)
}

describe('segmentAnalytics, as every observer,', () => {
  const listeners: ((...given: unknown[]) => void)[] = []
  const cases = observerContract({
    create: () =>
      segmentAnalytics({
        analytics: {
          on: (name, run) => name === 'track' && listeners.push(run),
          off: (_, run) => listeners.splice(0, listeners.length, ...listeners.filter((one) => one !== run)),
        },
      }),
    provoke: () => {
      for (const run of listeners) run('Plan Chosen', { plan: 'pro' })
    },
    reports: ['Plan Chosen'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('segmentAnalytics, with the real client,', () => {
  let watched: Watched
  afterEach(() => watched.stop())

  test('reports what is tracked, without persons, and pages not at all', async () => {
    const analytics = await client()
    watched = watch(segmentAnalytics({ analytics }))
    await analytics.track('Product Added', { product_id: 'p1', price: 12.5, email: 'ann@example.com' })
    await analytics.page('Pricing')
    await analytics.track('Order Completed', { total: 25, products: [{ product_id: 'p1', note: 'for Ann' }] })
    expect(watched.reports).toEqual([
      { type: 'Product Added', properties: { product_id: 'p1', price: 12.5 }, interaction: false },
      { type: 'Order Completed', properties: { total: 25, products: [{ product_id: 'p1' }] }, interaction: false },
    ])
  })

  test('does not hear what Foothold itself sent there', async () => {
    const analytics = await client()
    watched = watch(segmentAnalytics({ analytics }))
    await analytics.track('Step Finished', { foothold_id: 't-1' })
    expect(watched.reports).toEqual([])
  })

  test('takes the names of the video specification for its own', async () => {
    const analytics = await client()
    watched = watch(segmentAnalytics({ analytics }))
    await analytics.track('Video Playback Paused', { position: 30, title: 'First steps' })
    expect(watched.of('Video Paused')).toMatchObject([{ seconds: 30, title: 'First steps' }])
  })

  test('takes only the properties that it is told to', async () => {
    const analytics = await client()
    watched = watch(segmentAnalytics({ analytics, only: ['plan'] }))
    await analytics.track('Plan Chosen', { plan: 'pro', seats: 3 })
    expect(watched.of('Plan Chosen')).toEqual([{ plan: 'pro' }])
  })

  test('hands on who the visitor is to the page, which asked for it', async () => {
    const analytics = await client()
    const identify = vi.fn()
    watched = watch(segmentAnalytics({ analytics, identify }))
    await analytics.identify('u_1', { plan: 'trial' })
    await analytics.identify({ plan: 'pro' })
    expect(identify.mock.calls[0]).toEqual(['u_1', { plan: 'trial' }])
    expect(watched.reports).toEqual([])
  })

  test('hears nothing once it is stopped', async () => {
    const analytics = await client()
    watched = watch(segmentAnalytics({ analytics }))
    watched.stop()
    await analytics.track('Plan Chosen')
    expect(watched.reports).toEqual([])
  })

  test('hears what was called before Segment was loaded, by the snippet', async () => {
    snippet()
    page.analytics.track('Plan Chosen', { plan: 'pro' })
    watched = watch(segmentAnalytics())
    page.analytics.track('Plan Paid')
    loadScript()
    await vi.waitFor(() => expect(watched.types().sort()).toEqual(['Plan Chosen', 'Plan Paid']), 5000)
    await page.analytics.track('Plan Ended')
    expect(watched.types()).toContain('Plan Ended')
  })

  test('hears nothing of what the snippet kept, once it is stopped', async () => {
    snippet()
    page.analytics.track('Plan Chosen')
    watched = watch(segmentAnalytics())
    watched.stop()
    loadScript()
    await vi.waitFor(() => expect(page.analytics.initialized).toBe(true), 5000)
    await page.analytics.track('Plan Ended')
    expect(watched.reports).toEqual([])
  })

  test('finds an analytics that comes a little later', async () => {
    watched = watch(segmentAnalytics())
    page.analytics = await client()
    watched.clock.advance(5000)
    await page.analytics.track('Plan Chosen')
    expect(watched.types()).toEqual(['Plan Chosen'])
    expect(watched.clock.timers).toBe(0)
  })
})
