import { afterEach, describe, expect, test } from 'vitest'
import { hotjarTag } from '../../../src/destinations/tags/hotjar.ts'
import { activity, batch } from '../../../src/testing/destination-contract.ts'
import { tagContract } from './tag-contract.ts'

const page = globalThis as any
let calls: unknown[][] = []
const hj = (...call: unknown[]) => void calls.push(call)

afterEach(() => {
  calls = []
  delete page.hj
})

tagContract({
  tag: hotjarTag,
  global: 'hj',
  client: () => hj,
  made: true,
  arrived: () =>
    calls.splice(0).map(([verb, name]) => ({ type: verb === 'stateChange' ? 'Page Viewed' : (name as string) })),
})

describe('hotjarTag', () => {
  test('names events after what happened where, in characters and length that Hotjar takes', async () => {
    page.hj = hj
    await hotjarTag().send(
      batch([
        activity('Step Answered', 1, { properties: { flow: 'welcome', step: 'why', answer: 9 } }),
        activity('Experiment Viewed', 2, { properties: { experiment: 'x1', variant: 'three', flow: 'welcome' } }),
        activity('Grüße Gesendet!', 3),
        activity('x'.repeat(300), 4),
      ]),
    )
    expect(calls).toEqual([
      ['event', 'Step Answered: welcome.why'],
      ['event', 'Experiment Viewed: x1.three'],
      ['event', 'Gr__e Gesendet_'],
      ['event', 'x'.repeat(250)],
    ])
  })

  test('identifies with flat attributes, 100 at most, and changes state at pages', async () => {
    page.hj = hj
    const traits = {
      company: { name: 'Acme' },
      ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`t${i}`, i])),
    }
    await hotjarTag({ types: ['*'] }).send(
      batch([
        activity('Visitor Identified', 1, { visitor: { anonymousId: 'a1', id: 'u1', traits } }),
        activity('Page Viewed', 2),
      ]),
    )
    expect(calls[0]).toMatchObject(['identify', 'u1', { company_name: 'Acme', t0: 0 }])
    expect(Object.keys(calls[0]![2] as object)).toHaveLength(100)
    expect(calls[1]).toEqual(['stateChange', '/pricing'])
  })

  test('makes the queue of the snippet where Hotjar is not there yet', async () => {
    await hotjarTag().send(batch([activity('Flow Started', 1, { properties: { flow: 'welcome' } })]))
    expect(Array.from(page.hj.q[0])).toEqual(['event', 'Flow Started: welcome'])
    // As Hotjar's own script finds it.
    expect(Object.prototype.toString.call(page.hj.q[0])).toBe('[object Arguments]')
  })
})
