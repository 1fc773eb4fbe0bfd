import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Activity } from '../../src/core/activity.ts'
import type { Batch, Destination, Refusal } from '../../src/destinations/destination.ts'

export interface DestinationCase {
  name: string
  /** Called before each test: a destination, and the other side as it is now. */
  open(): Promise<OtherSide> | OtherSide
}

export interface OtherSide {
  destination: Destination
  /** What has arrived, in order; `id` where the format has a place for it. */
  arrived(): { id?: string; type: string }[] | Promise<{ id?: string; type: string }[]>
  /** Has the other side fail from now on, and returns what mends it; where it can fail. */
  fail?(): () => void
  /** Has it refuse for good; where it can. */
  refuse?(): () => void
  close?(): Promise<void> | void
}

/** An activity with all that a destination may look at. */
export function activity(type: string, seq: number, more: Partial<Activity> = {}): Activity {
  return {
    id: `id-${seq}`,
    type,
    at: Date.UTC(2026, 0, 5, 9) + seq * 1000,
    seq,
    visitor: { id: 'u1', anonymousId: 'a1', timezone: 'Europe/Berlin', locale: 'de-AT' },
    tab: 't1',
    page: { path: '/pricing', title: 'Pricing', referrer: 'https://example.com/', device: 'desktop' },
    properties: { seq },
    ...more,
  }
}

export function batch(activities: Activity[], more: Partial<Batch> = {}): Batch {
  return { visitor: { id: 'u1', anonymousId: 'a1', traits: { plan: 'trial' } }, activities, ...more }
}

/** What every destination does. */
export function destinationContract({ name, open }: DestinationCase): void {
  describe(`${name}, as every destination,`, () => {
    let side: OtherSide
    const send = async (one: Batch) => side.destination.send(one)
    const some = () => [activity('Page Viewed', 1), activity('Step Answered', 2), activity('Flow Completed', 3)]
    const typesArrived = async () => (await side.arrived()).map(({ type }) => type)

    beforeEach(async () => {
      side = await open()
    })
    afterEach(() => side.close?.())

    test('has a name, and a purpose that there is', () => {
      expect(side.destination.name).toMatch(/^[a-z][a-z0-9-]*$/)
      expect([undefined, 'functional', 'analytics', 'marketing']).toContain(side.destination.purpose)
    })

    test('carries a batch over, in order and with its ids', async () => {
      await send(batch(some()))
      expect(await typesArrived()).toEqual(['Page Viewed', 'Step Answered', 'Flow Completed'])
      for (const [index, { id }] of (await side.arrived()).entries())
        expect([undefined, `id-${index + 1}`]).toContain(id)
    })

    test('carries a batch over while the page goes away', async () => {
      await send(batch(some(), { leaving: true }))
      expect(await typesArrived()).toEqual(['Page Viewed', 'Step Answered', 'Flow Completed'])
    })

    test('carries nothing over for an empty batch', async () => {
      await send(batch([]))
      await send(batch([], { leaving: true }))
      expect(await side.arrived()).toEqual([])
    })

    test('leaves the batch as it was', async () => {
      const one = batch(some())
      const before = structuredClone(one)
      await send(one)
      expect(one).toEqual(before)
    })

    test('carries over what has no visitor id, page, tab or locale', async () => {
      const bare = { id: 'id-1', type: 'Step Viewed', at: 0, seq: 0, visitor: { anonymousId: 'a1' }, properties: {} }
      await send({ visitor: { anonymousId: 'a1' }, activities: [bare] })
      expect(await typesArrived()).toEqual(['Step Viewed'])
    })

    test('carries the rest over when one activity cannot be written', async () => {
      const endless: Record<string, unknown> = {}
      endless.self = endless
      const bad = [
        activity('Bad Time', 1, { at: Number.NaN }),
        activity('Bad Number', 2, { properties: { big: 1n } as never }),
        activity('Bad Circle', 3, { properties: endless as never }),
      ]
      await send(batch([...bad, activity('Good One', 4)]))
      expect(await typesArrived()).toContain('Good One')
    })

    test('carries strange text over', async () => {
      await send(
        batch([
          activity('Step Answered', 1, {
            properties: { answer: '</script>\u2028\u0000\uD800 👋 "', '': 1, __proto__x: 2 },
          }),
        ]),
      )
      expect(await typesArrived()).toEqual(['Step Answered'])
    })

    test('carries over what it failed to carry over, with the same ids', async () => {
      if (!side.fail) return
      const one = batch(some())
      for (const leaving of [false, true]) {
        const mend = side.fail()
        // Never thrown at the caller: a rejection.
        const error = await send({ ...one, leaving }).then(
          () => undefined,
          (error) => error,
        )
        expect(error).toMatchObject({ code: 'destination-failed' })
        expect((error.cause as Refusal).terminal).toBeFalsy()
        mend()
      }
      const before = (await side.arrived()).length
      await send(one)
      expect((await side.arrived()).slice(before).map(({ id }) => id)).toEqual(['id-1', 'id-2', 'id-3'])
    })

    test('says so when a batch will never be taken', async () => {
      if (!side.refuse) return
      side.refuse()
      await expect(send(batch(some()))).rejects.toMatchObject({ code: 'destination-failed', cause: { terminal: true } })
    })
  })
}
