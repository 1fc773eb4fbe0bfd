import { describe, expect, test } from 'vitest'
import { inactivity } from '../../src/observers/inactivity.ts'
import { observerContract, watch } from '../../src/testing/observer-contract.ts'

const move = () => document.body.dispatchEvent(new PointerEvent('pointermove', { bubbles: true }))

describe('inactivity, as every observer,', () => {
  const cases = observerContract({
    create: inactivity,
    provoke(clock) {
      clock.advance(1000)
      move()
      clock.advance(20_000)
      move()
    },
    reports: ['Visitor Active', 'Visitor Returned'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('inactivity', () => {
  test.each(['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'touchmove'])(
    'takes %s for interaction',
    (type) => {
      const page = watch(inactivity())
      page.clock.advance(1000)
      document.body.dispatchEvent(new Event(type, { bubbles: true }))
      expect(page.types()).toEqual(['Visitor Active'])
      page.stop()
    },
  )

  test('hears what the host stops, and what happens inside open shadow roots', () => {
    const inner = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' })
    const input = inner.appendChild(document.createElement('input'))
    input.addEventListener('keydown', (event) => event.stopImmediatePropagation())
    const page = watch(inactivity())
    page.clock.advance(1000)
    input.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, composed: true }))
    expect(page.types()).toEqual(['Visitor Active'])
    page.stop()
    inner.host.remove()
  })

  test('does not take a page that scrolls by itself for a visitor', () => {
    const page = watch(inactivity())
    page.clock.advance(1000)
    document.body.dispatchEvent(new Event('scroll', { bubbles: true }))
    expect(page.types()).toEqual([])
    page.stop()
  })

  test('reports at most once a second, and runs no timer for it', () => {
    const page = watch(inactivity())
    for (let ms = 0; ms < 5000; ms += 10) {
      page.clock.advance(10)
      move()
      expect(page.clock.timers).toBe(0)
    }
    expect(page.types()).toEqual(Array(5).fill('Visitor Active'))
    page.stop()
  })

  test.each([
    [999, []],
    [1000, ['Visitor Active']],
    [9999, ['Visitor Active']],
    [10_000, ['Visitor Returned']],
    [3_600_000, ['Visitor Returned']],
  ])('after %i ms of silence it reports %j', (ms, types) => {
    const page = watch(inactivity())
    page.clock.advance(ms)
    move()
    expect(page.types()).toEqual(types)
    page.stop()
  })

  test('tells since when nothing had been reported, so that a replay of what is stored agrees', () => {
    const page = watch(inactivity())
    page.clock.advance(1000)
    move()
    const since = page.clock.now()
    page.clock.advance(400)
    move()
    page.clock.advance(60_000)
    move()
    expect(page.of('Visitor Returned')).toEqual([{ since }])
    page.stop()
  })

  test('goes on when the clock is set back', () => {
    const page = watch(inactivity())
    page.clock.advance(-86_400_000)
    move()
    page.clock.advance(1000)
    move()
    expect(page.types()).toEqual(['Visitor Active', 'Visitor Active'])
    page.stop()
  })
})
