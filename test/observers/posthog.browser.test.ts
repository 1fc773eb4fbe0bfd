import client, { type PostHog } from 'posthog-js'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import source from '../../node_modules/posthog-js/dist/array.no-external.js?raw'
import { posthog } from '../../src/observers/posthog.ts'
import { observerContract, type Watched, watch } from '../../src/testing/observer-contract.ts'

const page = window as unknown as { posthog?: any }
const options = {
  api_host: location.origin,
  autocapture: false,
  capture_pageview: false,
  capture_pageleave: false,
  disable_session_recording: true,
  disable_surveys: true,
  advanced_disable_flags: true,
  opt_out_useragent_filter: true,
  persistence: 'memory',
} as const

/** The network is PostHog's, and answers. */
beforeEach(() => {
  delete page.posthog
  vi.stubGlobal('fetch', async () => new Response('{}', { status: 200 }))
})
afterEach(() => {
  delete page.posthog
  for (const script of document.querySelectorAll('script[data-test]')) script.remove()
  vi.unstubAllGlobals()
})

let count = 0
const start = (): PostHog => client.init('phc_test', options, `test-${++count}`)

/** What PostHog's snippet leaves behind until its script is there: calls are kept in an array. */
function snippet() {
  const stub: any = []
  stub._i = []
  stub.init = (token: string, config: object, name = 'posthog') => {
    for (const method of ['capture', 'identify', 'on', 'reset'])
      stub[method] = (...given: unknown[]) => void stub.push([method, ...given])
    stub.people = []
    stub._i.push([token, config, name])
  }
  stub.__SV = 1
  page.posthog = stub
  stub.init('phc_test', options)
}

/** The script that the snippet would fetch. */
function loadScript() {
  const script = document.createElement('script')
  script.dataset.test = ''
  script.textContent = source
  document.head.append(script)
}

describe('posthog, as every observer,', () => {
  const listeners = new Set<(captured: object) => void>()
  const cases = observerContract({
    create: () =>
      posthog({
        posthog: {
          on: (_, run) => {
            listeners.add(run)
            return () => listeners.delete(run)
          },
        },
      }),
    provoke: () => {
      for (const run of listeners) run({ event: 'Plan Chosen', properties: { plan: 'pro' } })
    },
    reports: ['Plan Chosen'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('posthog, with the real client,', () => {
  let watched: Watched
  afterEach(() => watched.stop())

  test("reports what is captured, without persons and what PostHog adds, and not PostHog's own", () => {
    const analytics = start()
    watched = watch(posthog({ posthog: analytics }))
    analytics.capture('Plan Chosen', { plan: 'pro', seats: 3, email: 'ann@example.com' })
    analytics.capture('$pageview')
    expect(watched.reports).toEqual([
      { type: 'Plan Chosen', properties: { plan: 'pro', seats: 3 }, interaction: false },
    ])
  })

  test('does not hear what Foothold itself sent there', () => {
    const analytics = start()
    watched = watch(posthog({ posthog: analytics }))
    analytics.capture('Step Finished', { foothold_id: 't-1' })
    expect(watched.reports).toEqual([])
  })

  test('takes only the properties that it is told to', () => {
    const analytics = start()
    watched = watch(posthog({ posthog: analytics, only: ['plan'] }))
    analytics.capture('Plan Chosen', { plan: 'pro', seats: 3 })
    expect(watched.of('Plan Chosen')).toEqual([{ plan: 'pro' }])
  })

  test('hears nothing once it is stopped', () => {
    const analytics = start()
    watched = watch(posthog({ posthog: analytics }))
    watched.stop()
    analytics.capture('Plan Chosen')
    expect(watched.reports).toEqual([])
  })

  test('hears what was captured before PostHog was loaded, by the snippet', async () => {
    snippet()
    page.posthog.capture('Plan Chosen', { plan: 'pro' })
    watched = watch(posthog())
    page.posthog.capture('Plan Paid')
    loadScript()
    await vi.waitFor(() => expect(watched.types()).toEqual(['Plan Chosen', 'Plan Paid']), 5000)
    page.posthog.capture('Plan Ended')
    expect(watched.types()).toContain('Plan Ended')
  })

  test('finds a posthog that comes a little later', () => {
    watched = watch(posthog())
    page.posthog = start()
    watched.clock.advance(5000)
    page.posthog.capture('Plan Chosen')
    expect(watched.types()).toEqual(['Plan Chosen'])
    expect(watched.clock.timers).toBe(0)
  })
})
