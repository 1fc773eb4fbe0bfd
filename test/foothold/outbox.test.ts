import { describe, expect, test } from 'vitest'
import { createOutbox } from '../../src/agent/outbox.ts'
import type { Activity, Json } from '../../src/core/activity.ts'
import { FootholdError } from '../../src/core/errors.ts'
import type { Batch, Refusal } from '../../src/destinations/destination.ts'
import { fakeClock } from '../../src/testing/fake-clock.ts'

function activity(seq: number, anonymousId = 'a'): Activity {
  return { id: `tab-${seq}`, type: 'Button Clicked', at: seq, seq, visitor: { anonymousId }, properties: {} }
}

function numbers(from: number, to: number): Activity[] {
  return Array.from({ length: to - from + 1 }, (_, index) => activity(from + index))
}

function refusal(cause: Refusal) {
  return new FootholdError('destination-failed', 'It said no.', { cause })
}

/** An outbox whose destination answers each batch as the test says; answers given beforehand are used up first. */
function setup({ owner = true, asked = true } = {}) {
  const clock = fakeClock()
  const batches: Batch[] = []
  const errors: unknown[] = []
  const given: Activity[][] = []
  const answers: (undefined | Error | Promise<void>)[] = []
  let kept: Json | undefined
  const outbox = createOutbox(
    {
      name: 'test',
      send(batch) {
        batches.push(batch)
        const answer = answers.shift()
        if (answer instanceof Error) throw answer
        return answer
      },
    },
    {
      now: clock.now,
      after: clock.after,
      owner: () => owner,
      keep: (unsent) => {
        kept = unsent
      },
      give: (unsent) => given.push(unsent),
      onError: (error) => errors.push(error),
    },
  )
  outbox.consent(asked || undefined)
  return {
    clock,
    batches,
    errors,
    given,
    answers,
    outbox,
    seqs: () => batches.map((batch) => batch.activities.map(({ seq }) => seq)),
    kept: () => (kept as Activity[] | undefined)?.map(({ seq }) => seq),
    add(...activities: Activity[]) {
      for (const each of activities) outbox.add(each)
    },
    async advance(ms: number) {
      clock.advance(ms)
      for (let i = 0; i < 10; i++) await null
    },
  }
}

describe('an outbox', () => {
  test('waits a second for more, then sends one batch, and then sets no timer', async () => {
    const { add, advance, seqs, clock } = setup()
    add(activity(1))
    await advance(500)
    add(activity(2))
    await advance(499)
    expect(seqs()).toEqual([])
    await advance(1)
    expect(seqs()).toEqual([[1, 2]])
    expect(clock.timers).toBe(0)
  })

  test('sends at most 100 at a time, one batch after the other', async () => {
    const { add, advance, batches, answers } = setup()
    let done = () => {}
    answers.push(new Promise((resolve) => (done = resolve)))
    add(...numbers(1, 250))
    await advance(1000)
    expect(batches.map(({ activities }) => activities.length)).toEqual([100])
    done()
    await advance(0)
    await advance(0)
    await advance(0)
    expect(batches.map(({ activities }) => activities.length)).toEqual([100, 100, 50])
  })

  test('never mixes visitors, and tells the latest that is known of each', async () => {
    const { add, advance, batches } = setup()
    add(
      { ...activity(0), visitor: { anonymousId: 'a', traits: { plan: 'trial', role: 'code' } } },
      activity(1),
      { ...activity(2), visitor: { anonymousId: 'a', id: 'u', traits: { plan: 'pro' } } },
      activity(3, 'b'),
    )
    await advance(1000)
    await advance(0)
    expect(batches.map(({ visitor, activities }) => [visitor, activities.length])).toEqual([
      [{ anonymousId: 'a', id: 'u', traits: { plan: 'pro', role: 'code' } }, 3],
      [{ anonymousId: 'b' }, 1],
    ])
  })

  test('sends what was refused again, in order, with the same ids, ever later, and complains once', async () => {
    const { add, advance, seqs, answers, errors } = setup()
    answers.push(refusal({ status: 500 }), refusal({ status: 500 }), refusal({}))
    add(activity(1))
    await advance(1000)
    add(activity(2))
    await advance(400)
    expect(seqs()).toEqual([[1]])
    await advance(600)
    expect(seqs()).toEqual([[1], [1, 2]])
    await advance(2000)
    await advance(4000)
    expect(seqs()).toEqual([[1], [1, 2], [1, 2], [1, 2]])
    expect(errors).toHaveLength(1)
    await advance(3_600_000)
    expect(seqs()).toHaveLength(4)
  })

  test('waits as long as it is asked to, but no longer than five minutes', async () => {
    const { add, advance, seqs, answers } = setup()
    answers.push(refusal({ status: 429, retryAfter: 20_000 }), refusal({ status: 429, retryAfter: 86_400_000 }))
    add(activity(1))
    await advance(1000)
    await advance(19_999)
    expect(seqs()).toHaveLength(1)
    await advance(1)
    expect(seqs()).toHaveLength(2)
    await advance(299_999)
    expect(seqs()).toHaveLength(2)
    await advance(1)
    expect(seqs()).toHaveLength(3)
  })

  test('gives up on a batch that will never be taken, and goes on with the next', async () => {
    const { add, advance, seqs, answers, errors } = setup()
    answers.push(refusal({ status: 400, terminal: true }))
    add(activity(1))
    await advance(1000)
    add(activity(2))
    await advance(1000)
    expect(seqs()).toEqual([[1], [2]])
    expect(errors).toHaveLength(1)
  })

  test('halves a batch that is too large', async () => {
    const { add, advance, seqs, answers, errors } = setup()
    answers.push(refusal({ status: 413, terminal: true }))
    add(...numbers(1, 4))
    for (let i = 0; i < 4; i++) await advance(1000)
    expect(seqs()).toEqual([
      [1, 2, 3, 4],
      [1, 2],
      [3, 4],
    ])
    expect(errors).toEqual([])
  })

  test('after ten failures tries again only when there is something new', async () => {
    const { add, advance, seqs, answers, clock } = setup()
    answers.push(...Array.from({ length: 11 }, () => refusal({})))
    add(activity(1))
    for (let i = 0; i < 60; i++) await advance(60_000)
    expect(seqs()).toHaveLength(10)
    expect(clock.timers).toBe(0)
    add(activity(2))
    for (let i = 0; i < 3; i++) await advance(60_000)
    expect(seqs().at(-1)).toEqual([1, 2])
  })

  test('keeps the newest 500 and counts what it had to drop', async () => {
    const { add, advance, seqs, answers, errors } = setup()
    answers.push(refusal({}))
    add(activity(1))
    await advance(1000)
    add(...numbers(2, 601))
    await advance(1000)
    await advance(0)
    expect(seqs()[1]![0]).toBe(102)
    expect(String(errors[1])).toContain('101 activities were dropped')
  })

  test('takes nothing from other tabs once consent is denied', () => {
    const { outbox, clock, seqs } = setup()
    outbox.consent(false)
    outbox.adopt(numbers(1, 3))
    outbox.consent(true)
    clock.advance(1000)
    expect(seqs()).toEqual([])
  })

  test('waits for consent with at most 100, sends them when it is given, and forgets them when it is denied', async () => {
    const asked = setup({ asked: false })
    asked.add(...numbers(1, 150))
    await asked.advance(60_000)
    expect(asked.seqs()).toEqual([])
    expect(asked.clock.timers).toBe(0)
    asked.outbox.leave(true)
    expect(asked.kept()).toBeUndefined()
    asked.outbox.consent(true)
    await asked.advance(1000)
    expect(asked.seqs()).toEqual([numbers(51, 150).map(({ seq }) => seq)])
    asked.add(activity(200))
    asked.outbox.consent(false)
    asked.add(activity(201))
    asked.outbox.consent(true)
    await asked.advance(60_000)
    expect(asked.seqs()).toHaveLength(1)
  })

  test('sends everything at once while the page goes away, and keeps what was refused', async () => {
    const { add, advance, batches, answers, outbox, kept } = setup()
    answers.push(Promise.reject(refusal({ status: 503 })))
    add(...numbers(1, 150))
    outbox.leave(true)
    expect(batches.map(({ activities, leaving }) => [activities.length, leaving])).toEqual([
      [100, true],
      [50, true],
    ])
    expect(kept()).toBeUndefined()
    await advance(0)
    expect(kept()).toHaveLength(100)
    await advance(1000)
    expect(kept()).toBeUndefined()
  })

  test('keeps at once what is refused at once while the page goes away', async () => {
    const { add, batches, answers, outbox, kept } = setup()
    answers.push(new Error('not loaded yet'))
    add(...numbers(1, 150))
    outbox.leave(true)
    expect(batches).toHaveLength(1)
    expect(kept()).toHaveLength(150)
  })

  test('keeps what is under way while the page goes away, as nobody will hear the answer', async () => {
    const { add, advance, answers, outbox, kept } = setup()
    answers.push(new Promise(() => {}))
    add(activity(1))
    await advance(1000)
    outbox.leave(true)
    expect(kept()).toEqual([1])
  })

  test('respects a pause that was asked for even while the page goes away', async () => {
    const { add, advance, batches, answers, outbox, kept } = setup()
    answers.push(refusal({ status: 429, retryAfter: 60_000 }))
    add(activity(1))
    await advance(1000)
    outbox.leave(true)
    expect(batches).toHaveLength(1)
    expect(kept()).toEqual([1])
  })

  test('of a tab that does not persist gives what waits to the one that does, and sends none of it', async () => {
    const { add, advance, batches, outbox, given } = setup({ owner: false })
    add(activity(1))
    outbox.leave(false)
    expect(given.map((each) => each.map(({ seq }) => seq))).toEqual([[1]])
    await advance(60_000)
    expect(batches).toEqual([])
  })

  test('of a tab that goes away gives what is under way too, and does not send it again if it fails', async () => {
    const { add, advance, seqs, answers, outbox, given } = setup({ owner: false })
    let fail = (_: unknown) => {}
    answers.push(new Promise((_, reject) => (fail = reject)))
    add(activity(1))
    await advance(1000)
    outbox.leave(true)
    fail(refusal({}))
    await advance(60_000)
    expect(given).toHaveLength(1)
    expect(seqs()).toEqual([[1]])
  })

  test('sends what an earlier page could not, once, before anything newer', async () => {
    const { add, advance, seqs, outbox, kept } = setup()
    add(activity(3))
    outbox.adopt(numbers(1, 3))
    await advance(1000)
    expect(seqs()).toEqual([[1, 2, 3]])
    expect(kept()).toBeUndefined()
  })
})
