import { afterEach, describe, expect, test, vi } from 'vitest'
import type { FootholdOptions } from '../../src/agent/options.ts'
import { createAhead } from '../../src/ahead.ts'
import type { ContentContext, Source } from '../../src/sources/source.ts'
import { fakeClock } from '../../src/testing/fake-clock.ts'
import { closeTabs, guideOf, openTab, settled, until } from '../foothold/tab.ts'
import { flowOf, titles } from './playhouse.ts'

afterEach(() => {
  closeTabs()
  document.documentElement.removeAttribute('lang')
})

/** A flow whose first step has its content by reference, the id of the flow. */
const distant = (id: string, more: object = {}) => ({
  id,
  trigger: { count: 'Button Clicked', is: { $gte: 2 } },
  steps: [{ id: 'hello', type: 'message', content: { ref: id } }],
  ...more,
})

/** A page with such flows. `asked` are the references, in the order in which the source was asked for them. */
function page(
  flows: object[],
  answer: (ref: string, context: ContentContext) => unknown = (ref) => ({ title: `About ${ref}` }),
  options: Partial<FootholdOptions> = {},
) {
  const asked: string[] = []
  const source: Source = {
    name: 'test',
    guide: async () => guideOf(...(flows as Record<string, unknown>[])),
    async content(ref, context) {
      asked.push(ref)
      return answer(ref, context)
    },
  }
  const tab = openTab({ source, ...options })
  const click = () => tab.foothold.track('Button Clicked')
  return {
    ...tab,
    asked,
    click,
    /** Time passes until the source was asked so often. */
    untilAsked: (times: number) =>
      until(() => {
        if (asked.length < times) tab.clock.advance(1000)
        return asked.length >= times
      }),
  }
}

describe('content that flows have by reference', () => {
  test('is fetched when one more activity starts the flow, and not asked for again when it does', async () => {
    const { click, asked, untilAsked } = page([
      distant('far', { trigger: 'Never Happens', pages: ['/nowhere'] }),
      distant('near'),
    ])
    await settled()
    expect(asked).toEqual([])
    click()
    await untilAsked(1)
    expect(titles()).toEqual([])
    click()
    await until(() => titles().length)
    expect(titles()).toEqual(['About near'])
    expect(asked).toEqual(['near'])
  })

  test('is not fetched while more than one is missing', async () => {
    const { click, asked, untilAsked } = page([
      distant('far', { trigger: { count: 'Button Clicked', is: { $gte: 3 } } }),
      distant('near'),
    ])
    await settled()
    click()
    await untilAsked(1)
    await settled()
    expect(asked).toEqual(['near'])
  })

  test('is fetched ten seconds before a deadline', async () => {
    const { click, asked, clock, untilAsked } = page([
      distant('idle', { trigger: { idle: '60s' } }),
      distant('near', { trigger: 'Never Happens' }),
    ])
    await settled()
    click()
    const began = clock.now()
    await untilAsked(1)
    expect(asked).toEqual(['near'])
    await settled()
    clock.advance(49_000 - (clock.now() - began))
    await settled()
    expect(asked).toEqual(['near'])
    clock.advance(1000)
    await until(() => asked.length > 1)
    expect(asked).toEqual(['near', 'idle'])
  })

  test('is not fetched for those who would not see it', async () => {
    const variants = [{ id: 'only', weight: 1 }]
    const { click, asked, untilAsked } = page(
      [
        distant('control', { experiment: { id: 'x', holdout: 1, variants } }),
        distant('unasked', { purpose: 'marketing' }),
        distant('elsewhere', { pages: ['/nowhere'] }),
        distant('disabled', { enabled: false }),
        distant('over', { schedule: { until: '1999-01-01' } }),
        distant('near'),
      ],
      undefined,
      { consent: { analytics: true } },
    )
    await settled()
    click()
    await untilAsked(1)
    expect(asked).toEqual(['near'])
  })

  test('is fetched with the steps that a flow has by reference', async () => {
    const steps = [
      { id: 'one', type: 'message', content: { ref: 'one' } },
      { id: 'two', type: 'message', content: { ref: 'two' } },
    ]
    const { click, asked, untilAsked } = page([distant('near', { steps: { ref: 'steps' } })], (ref) =>
      ref === 'steps' ? steps : { title: `About ${ref}` },
    )
    await settled()
    click()
    await untilAsked(2)
    click()
    await until(() => titles().length)
    expect(titles()).toEqual(['About one'])
    await settled()
    // The second one is fetched while the first is shown, as always.
    expect(asked).toEqual(['steps', 'one', 'two'])
  })

  test('that depends on what triggers the flow is asked for when it fires', async () => {
    const { click, asked, untilAsked, foothold } = page([distant('near')], (_, { trigger }) => ({
      title: `Of ${trigger.color}`,
    }))
    await settled()
    click()
    await untilAsked(1)
    foothold.track('Button Clicked', { color: 'red' })
    await until(() => titles().length)
    expect(titles()).toEqual(['Of red'])
    expect(asked).toEqual(['near', 'near'])
  })

  test('is not used where the source made do without the trigger', async () => {
    const { untilAsked, click, foothold } = page([distant('near')], (_, context) => {
      try {
        return { title: `Of ${context.trigger.color}` }
      } catch {
        return { title: 'Of no color' }
      }
    })
    await settled()
    click()
    await untilAsked(1)
    foothold.track('Button Clicked', { color: 'red' })
    await until(() => titles().length)
    expect(titles()).toEqual(['Of red'])
  })

  test('is not used for another visitor, in another language, or when it is old', async () => {
    for (const change of ['visitor', 'language', 'time']) {
      const { click, asked, untilAsked, foothold, clock } = page([distant('near')])
      await settled()
      click()
      await untilAsked(1)
      if (change === 'visitor') foothold.identify('u_1', { plan: 'pro' })
      if (change === 'language') document.documentElement.lang = 'de'
      if (change === 'time') clock.advance(5 * 60_000 + 1)
      click()
      await until(() => titles().length)
      expect([change, ...asked]).toEqual([change, 'near', 'near'])
      closeTabs()
    }
  })

  test('that fails is told of when the flow fires, not before', async () => {
    let works = false
    const { click, untilAsked, errors, asked } = page([distant('near')], () => {
      if (!works) throw new Error('offline')
      return { title: 'There' }
    })
    await settled()
    click()
    await untilAsked(1)
    await settled()
    works = true
    click()
    await until(() => titles().length)
    expect([titles(), asked.length, errors]).toEqual([['There'], 2, []])
  })

  test('is fetched once, and of at most five flows a page', async () => {
    const many = Array.from({ length: 7 }, (_, index) => distant(`flow-${index}`))
    const { click, asked, clock, foothold, untilAsked } = page(many)
    await settled()
    click()
    await untilAsked(5)
    foothold.track('Link Clicked')
    clock.advance(5000)
    await settled()
    expect(asked).toHaveLength(5)
    foothold.page()
    await untilAsked(7)
    await settled()
    expect(asked.toSorted()).toEqual(many.map(({ id }) => id))
  })
})

test('nobody looks how far flows are where none has content by reference', () => {
  const explain = vi.fn()
  const whenIdle = vi.fn()
  const clock = fakeClock()
  const flows = [flowOf([{ id: 'one' }])]
  const ahead = createAhead({
    clock,
    whenIdle,
    flows: () => flows,
    flow: () => ({ flow: flows[0]! }),
    explain,
    fetch: vi.fn(),
  })
  const activity = { id: 'a', at: clock.now(), seq: 1, visitor: { anonymousId: 'v' }, properties: {} }
  for (const type of ['Button Clicked', 'Page Viewed']) ahead.hear({ ...activity, type })
  expect(clock.timers).toBe(0)
  clock.advance('1m')
  expect([explain.mock.calls, whenIdle.mock.calls]).toEqual([[], []])
})
