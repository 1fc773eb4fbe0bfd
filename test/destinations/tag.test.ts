import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { createOutbox } from '../../src/agent/outbox.ts'
import type { Json } from '../../src/core/activity.ts'
import type { Destination, Refusal } from '../../src/destinations/destination.ts'
import { tag } from '../../src/destinations/tag.ts'
import { mixpanelTag } from '../../src/destinations/tags/mixpanel.ts'
import { segmentTag } from '../../src/destinations/tags/segment.ts'
import { activity, batch } from '../../src/testing/destination-contract.ts'
import { fakeClock } from '../../src/testing/fake-clock.ts'

const page = globalThis as any
const answer = (destination: Destination, ...activities: ReturnType<typeof activity>[]) =>
  new Promise<void>((done) => done(destination.send(batch(activities)) as void)).then(
    () => undefined,
    (error: Error & { code: string; cause: Refusal }) => error,
  )
const started = (seq = 1) => activity('Flow Started', seq)

describe('a client in the page', () => {
  test('that is missing, or throws when it is looked at, has the batch sent again later', async () => {
    const missing = await answer(segmentTag(), started())
    expect(missing).toMatchObject({ code: 'destination-failed' })
    expect(missing!.message).toContain('there is no window.analytics')
    expect(missing!.cause.terminal).toBeUndefined()
    Object.defineProperty(page, 'analytics', {
      configurable: true,
      get() {
        throw new Error('not yours')
      },
    })
    expect(await answer(segmentTag(), started())).toMatchObject({
      code: 'destination-failed',
      cause: { error: Error('not yours') },
    })
    delete page.analytics
  })

  test('that throws loses what it threw at, hurts nobody, and is reported once', async () => {
    const track = vi.fn((type: string) => {
      if (type === 'Flow Started') throw new Error('broken')
    })
    const destination = segmentTag({ client: { track } })
    const error = await answer(destination, started(1), activity('Flow Completed', 2), started(3))
    expect(error).toMatchObject({ code: 'destination-failed', cause: { terminal: true } })
    expect(error!.message).toContain('threw at 2 of 3')
    expect(track).toHaveBeenCalledTimes(3)
    expect(await answer(destination, started(4))).toBeUndefined()
  })

  test('that is a Proxy with an answer to everything, or rejects, is put up with', async () => {
    const anything: any = new Proxy(function anything() {}, { get: () => anything, apply: () => anything })
    expect(await answer(segmentTag({ client: anything }), started())).toBeUndefined()
    const rejects = { track: () => Promise.reject(new Error('offline')) }
    expect(await answer(segmentTag({ client: rejects }), started())).toBeUndefined()
    const traps = new Proxy(
      {},
      {
        get: (_, name) => {
          throw new Error(`no ${String(name)}`)
        },
      },
    )
    expect(await answer(segmentTag({ client: traps }), started())).toMatchObject({ code: 'destination-failed' })
  })

  test('that takes the place of its stub is the one that is told, from then on', async () => {
    const stub: any = Object.assign([], { track: (...call: unknown[]) => stub.push(call) })
    const track = vi.fn()
    const destination = segmentTag()
    page.analytics = stub
    await answer(destination, started(1))
    page.analytics = { track }
    await answer(destination, started(2))
    delete page.analytics
    expect(stub).toHaveLength(1)
    expect(track).toHaveBeenCalledTimes(1)
  })

  test('that never loads is given 100 activities; the rest waits where consent still rules, bounded, and is reported once', () => {
    const stub: any = Object.assign([], { track: (...call: unknown[]) => stub.push(call) })
    const clock = fakeClock()
    const errors: Error[] = []
    const outbox = createOutbox(mixpanelTag({ client: stub }), {
      now: clock.now,
      after: clock.after,
      owner: () => true,
      keep: () => {},
      give: () => {},
      onError: (error) => errors.push(error as Error),
    })
    outbox.consent(true)
    for (let seq = 1; seq <= 100; seq++) outbox.add(started(seq))
    clock.advance(1000)
    return Promise.resolve().then(async () => {
      for (let i = 0; i < 5; i++) await null
      for (let seq = 101; seq <= 800; seq++) outbox.add(started(seq))
      for (let minute = 0; minute < 30; minute++) {
        clock.advance(60_000)
        for (let i = 0; i < 5; i++) await null
      }
      expect(stub).toHaveLength(100)
      expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('does not load')])
      // What is withdrawn is not told afterwards.
      outbox.consent(false)
      stub.length = 0
      clock.advance(60_000)
      expect(stub).toHaveLength(0)
    })
  })
})

describe('of the activities', () => {
  function heardOf(types?: string[]) {
    const track = vi.fn()
    const destination = tag<object>({
      name: 'test',
      global: 'window.test',
      types,
      find: () => ({}),
      queue: () => undefined,
      tell: (_, told) => track(told),
    })
    return { destination, told: () => track.mock.calls.map(([told]) => told) }
  }
  const typesOf = async (types: string[] | undefined, ...activities: ReturnType<typeof activity>[]) => {
    const { destination, told } = heardOf(types)
    expect(await answer(destination, ...activities)).toBeUndefined()
    return told().map(({ type }) => type)
  }
  const all = [
    activity('Page Viewed', 1, { interaction: false }),
    activity('Product Viewed', 2, { interaction: false }),
    activity('Product Added', 3),
    activity('Step Viewed', 4, { interaction: false }),
    activity('Flow Held', 5, { interaction: false }),
    activity('Report Exported', 6),
  ]

  test('those go that Foothold alone knows, and what visitors did; not what the page or a tracker has told', async () => {
    expect(await typesOf(undefined, ...all)).toEqual(['Product Added', 'Step Viewed', 'Report Exported'])
  })

  test('those go that are asked for', async () => {
    expect(await typesOf(['Product *', 'Flow Held'], ...all)).toEqual(['Product Viewed', 'Product Added', 'Flow Held'])
    expect(await typesOf(['*'], ...all)).toHaveLength(6)
    expect(await typesOf(['Product (.*'], ...all)).toEqual([])
  })

  test('nothing private goes: names that tell a person or a secret, queries of addresses, own words in answers', async () => {
    const { destination, told } = heardOf(['*'])
    const dashboard = { id: 'd1', userEmail: 'a@b.example', 'auth-token': 'x', author: 'me', card_number: 4 }
    await answer(
      destination,
      activity('Report Exported', 1, { properties: { dashboard, url: 'https://a.example/x?token=1#y' } }),
      ...(
        [
          9,
          'price',
          'It is too slow',
          'a@b.example',
          '017112345678',
          ['price', 'my own words'],
          { why: 'no way', score: 2, other: 'x' },
        ] as const
      ).map((answer, index) =>
        activity('Step Answered', 2 + index, { properties: { flow: 'f', answer: answer as any } }),
      ),
    )
    const [exported, ...answers] = told().map(({ properties }) => properties)
    expect(exported).toEqual({ dashboard: { id: 'd1', author: 'me' }, url: 'https://a.example/x', foothold_id: 'id-1' })
    expect(answers.map(({ answer }) => answer)).toEqual([
      9,
      'price',
      undefined,
      undefined,
      undefined,
      ['price'],
      { score: 2 },
    ])
  })

  test('of answers, what was chosen goes in the words of the guide, and what was written does not', async () => {
    const { destination, told } = heardOf(['Step Answered'])
    const cases: [answer: Json, written: boolean | string[], goes: Json | undefined][] = [
      ['It is too slow', false, 'It is too slow'],
      [9, false, 9],
      [['Too slow', 'Too dear'], false, ['Too slow', 'Too dear']],
      [['Too slow', { other: 'my own words' }], false, ['Too slow']],
      [{ other: 'my own words' }, false, undefined],
      ['slow', true, undefined],
      [42, true, undefined],
      [{ why: 'slow', which: 'The big plan', score: 2 }, ['why'], { which: 'The big plan', score: 2 }],
      [{ which: { other: 'mine' }, many: ['A b', { other: 'mine' }] }, [], { many: ['A b'] }],
      [{ why: 'slow' }, ['why'], undefined],
    ]
    await answer(
      destination,
      ...cases.map(([answer, written], at) =>
        activity('Step Answered', at, { properties: { flow: 'f', step: 's', answer, written } }),
      ),
    )
    expect(told().map(({ properties }) => properties.answer)).toEqual(cases.map(([, , goes]) => goes))
    for (const { properties } of told()) expect(properties).not.toHaveProperty('written')
  })

  test('whatever is in them, all that can be written goes, with the mark, and nothing is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withObjectString: true,
        }),
        async (value) => {
          const { destination, told } = heardOf(['*'])
          expect(
            await answer(destination, activity('Thing Done', 1, { properties: { value } as any }), started(2)),
          ).toBeUndefined()
          expect(told().at(-1).properties.foothold_id).toBe('id-2')
          for (const { properties } of told()) expect(JSON.parse(JSON.stringify(properties))).toEqual(properties)
        },
      ),
      { seed: 1, numRuns: 200 },
    )
  })
})
