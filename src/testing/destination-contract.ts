import type { Activity } from '../core/activity.ts'
import type { Batch, Destination, Refusal } from '../destinations/destination.ts'
import { type ContractCase, claim, claimRejects, claimSame } from './claim.ts'

export interface DestinationCase {
  /** Called for each case: a destination, and the other side as it is now. */
  open(): Promise<OtherSide> | OtherSide
  /** Looks at each error, and throws where it is not as it should be. */
  onError?(error: Error): void
}

export interface OtherSide {
  destination: Destination
  /** What has arrived, in order; `id` where the format has a place for it. */
  arrived(): Arrived[] | Promise<Arrived[]>
  /** Has the other side fail from now on, and returns what mends it; where it can fail. */
  fail?(): () => void
  /** Has it refuse for good; where it can. */
  refuse?(): () => void
  close?(): Promise<void> | void
}

export interface Arrived {
  id?: string
  type: string
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

/**
 * What every destination does.
 *
 * @example
 * const open = () => ({ destination: collect(url), arrived: () => received })
 * for (const { name, run } of destinationContract({ open })) test(name, run)
 */
export function destinationContract({ open, onError = () => {} }: DestinationCase): ContractCase[] {
  const cases: ContractCase[] = []
  const add = (name: string, run: (side: OtherSide) => Promise<void>) =>
    cases.push({
      name,
      async run() {
        const side = await open()
        try {
          await run(side)
        } finally {
          await side.close?.()
        }
      },
    })
  const send = async ({ destination }: OtherSide, one: Batch) => destination.send(one)
  const types = ['Page Viewed', 'Step Answered', 'Flow Completed']
  const some = () => batch(types.map((type, index) => activity(type, index + 1)))
  const claimArrived = async (side: OtherSide, expected: string[]) =>
    claimSame(
      (await side.arrived()).map(({ type }) => type),
      expected,
      'What arrived',
    )

  add('has a name, and a purpose that there is', async ({ destination: { name, purpose = 'analytics' } }) => {
    claim(/^[a-z][a-z0-9-]*$/.test(name), 'The name is to be lowercase words with hyphens.')
    claim(/^(functional|analytics|marketing)$/.test(purpose), `There is no purpose "${purpose}".`)
  })

  add('carries a batch over, in order and with its ids', async (side) => {
    await send(side, some())
    await claimArrived(side, types)
    for (const [index, { id }] of (await side.arrived()).entries())
      claimSame(id ?? `id-${index + 1}`, `id-${index + 1}`, 'An id')
  })

  add('carries a batch over while the page goes away', async (side) => {
    await send(side, { ...some(), leaving: true })
    await claimArrived(side, types)
  })

  add('carries nothing over for an empty batch', async (side) => {
    await send(side, batch([]))
    await send(side, batch([], { leaving: true }))
    await claimArrived(side, [])
  })

  add('leaves the batch as it was', async (side) => {
    const one = some()
    await send(side, one)
    claimSame(one, some(), 'The batch')
  })

  add('carries over what has no visitor id, page, tab or locale', async (side) => {
    const bare = { id: 'id-1', type: 'Step Viewed', at: 0, seq: 0, visitor: { anonymousId: 'a1' }, properties: {} }
    await send(side, { visitor: { anonymousId: 'a1' }, activities: [bare] })
    await claimArrived(side, ['Step Viewed'])
  })

  add('carries the rest over when one activity cannot be written', async (side) => {
    const endless: { [key: string]: unknown } = {}
    endless.self = endless
    const bad = [
      activity('Bad Time', 1, { at: Number.NaN }),
      activity('Bad Number', 2, { properties: { big: 1n } as never }),
      activity('Bad Circle', 3, { properties: endless as never }),
    ]
    await send(side, batch([...bad, activity('Good One', 4)]))
    const arrived = (await side.arrived()).map(({ type }) => type)
    claim(arrived.includes('Good One'), 'The good one did not arrive.', { actual: arrived, expected: ['Good One'] })
  })

  add('carries strange text over', async (side) => {
    const properties = { answer: '</script>\u2028\u0000\uD800 👋 "', '': 1, __proto__x: 2 }
    await send(side, batch([activity('Step Answered', 1, { properties })]))
    await claimArrived(side, ['Step Answered'])
  })

  add('carries over what it failed to carry over, with the same ids', async (side) => {
    if (!side.fail) return
    for (const leaving of [false, true]) {
      const mend = side.fail()
      const error = await claimRejects(send(side, { ...some(), leaving }), 'What was not taken')
      claim(!refusalOf(error).terminal, 'A failure is not terminal: the batch would be dropped.')
      onError(error)
      mend()
    }
    const before = (await side.arrived()).length
    await send(side, some())
    const ids = (await side.arrived()).slice(before).map(({ id }, index) => id ?? `id-${index + 1}`)
    claimSame(ids, ['id-1', 'id-2', 'id-3'], 'The ids')
  })

  add('says so when a batch will never be taken', async (side) => {
    if (!side.refuse) return
    const mend = side.refuse()
    const error = await claimRejects(send(side, some()), 'What will never be taken')
    mend()
    claim(refusalOf(error).terminal === true, "The error's cause is to be a Refusal with terminal: true.")
    onError(error)
  })

  return cases
}

function refusalOf({ cause }: Error): Refusal {
  return Object(cause)
}
