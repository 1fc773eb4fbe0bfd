import axe from 'axe-core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { painted, theatre } from './theatre.ts'

let stage: ReturnType<typeof theatre>

beforeEach(async () => {
  await page.viewport(1000, 700)
  document.body.innerHTML =
    '<button id="filter" style="margin:200px 0 0 400px">Filter</button><button id="sort" style="margin-left:60px">Sort</button>'
  stage = theatre()
})

afterEach(() => {
  stage.screen.stop()
  document.body.innerHTML = ''
})

const spot = { type: 'message', surface: 'hotspot', target: '#filter' } as const
const another = { flow: { id: 'other', version: 1 } }
const beacons = () => [...stage.root().querySelectorAll<HTMLElement>('[part~=beacon]')]
const tips = () => [...stage.root().querySelectorAll<HTMLElement>('.surface:popover-open')]
const visible = (element: Element) => getComputedStyle(element).visibility === 'visible'

describe('a hotspot', () => {
  test('is a mark of 24 pixels on the edge of its element, and no more until it is opened', async () => {
    stage.show(spot, { title: 'Narrow it down' })
    await painted()
    const [beacon] = beacons()
    const { left, top, width, height } = beacon!.getBoundingClientRect()
    const target = document.querySelector('#filter')!.getBoundingClientRect()
    expect([width, height]).toEqual([24, 24])
    expect([left + 12, top + 12]).toEqual([target.right, target.top])
    expect(beacon!.ariaLabel).toBe('Tip: Narrow it down')
    expect(beacon!.ariaExpanded).toBe('false')
    expect(tips()).toEqual([])
  })

  test('opens its tip beside its element, which stays in sight, and takes the focus there as the visitor asked for it', async () => {
    stage.show(spot, { title: 'Narrow it down' })
    await painted()
    await userEvent.click(beacons()[0]!)
    await painted()
    const [tip] = tips()
    expect(beacons()[0]!.ariaExpanded).toBe('true')
    expect(stage.root().activeElement?.textContent).toBe('Narrow it down')
    const target = document.querySelector('#filter')!.getBoundingClientRect()
    const { top } = tip!.getBoundingClientRect()
    expect(top - target.bottom).toBeGreaterThanOrEqual(12)
    expect(top - target.bottom).toBeLessThan(24)
  })

  test('is closed by Escape and by its mark, stays on the page, and gives the focus back to the mark', async () => {
    const view = stage.show(spot, { title: 'x' })
    await painted()
    await userEvent.click(beacons()[0]!)
    await userEvent.keyboard('{Escape}')
    expect(tips()).toEqual([])
    expect(stage.root().activeElement).toBe(beacons()[0])
    await userEvent.keyboard('{Enter}')
    expect(tips()).toHaveLength(1)
    await userEvent.click(beacons()[0]!)
    expect(tips()).toEqual([])
    await userEvent.keyboard('{Escape}')
    expect(view.dismiss).not.toHaveBeenCalled()
    expect(beacons()).toHaveLength(1)
  })

  test('is dismissed by the close button of its tip', async () => {
    const view = stage.show(spot, { title: 'x' })
    await painted()
    await userEvent.click(beacons()[0]!)
    await userEvent.click(stage.button('Close'))
    expect(view.dismiss).toHaveBeenCalledExactlyOnceWith('close')
  })

  test('is viewed once its tip was open for a second, not before', async () => {
    vi.spyOn(document, 'hasFocus').mockReturnValue(true)
    stage.show(spot, { title: 'x' })
    await painted()
    stage.time.advance(60_000)
    expect(stage.onViewed).not.toHaveBeenCalled()
    await userEvent.click(beacons()[0]!)
    await painted()
    await painted()
    stage.time.advance(1000)
    expect(stage.onViewed).toHaveBeenCalledExactlyOnceWith('flow', 'first')
    vi.restoreAllMocks()
  })

  test('stands beside others; one tip is open at a time', async () => {
    stage.show(spot, { title: 'Filter' })
    stage.show({ ...spot, target: '#sort' }, { title: 'Sort' }, another)
    await painted()
    expect(beacons()).toHaveLength(2)
    await userEvent.click(beacons()[0]!)
    await userEvent.click(beacons()[1]!)
    expect(tips().map((tip) => tip.querySelector('[part~=title]')?.textContent)).toEqual(['Sort'])
    expect(beacons().map((beacon) => beacon.ariaExpanded)).toEqual(['false', 'true'])
  })

  test('puts a tooltip aside while it is open, and says that it takes the place', async () => {
    stage.show({ type: 'message', target: '#sort' }, { title: 'A tour' }, another)
    stage.show(spot, { title: 'x' })
    await painted()
    const tour = tips()[0]!
    await userEvent.click(beacons()[0]!)
    expect(visible(tour)).toBe(false)
    expect(stage.onOpened.mock.calls).toEqual([[true]])
    await userEvent.keyboard('{Escape}')
    await painted()
    expect(visible(tour)).toBe(true)
    expect(stage.onOpened.mock.calls).toEqual([[true], [false]])
  })

  test('is what Escape closes while it is open, not the tooltip that was put aside, whichever came later', async () => {
    stage.show(spot, { title: 'x' })
    const tour = stage.show({ type: 'message', target: '#sort' }, { title: 'A tour' }, another)
    await painted()
    await userEvent.click(beacons()[0]!)
    ;(stage.root().activeElement as HTMLElement).blur()
    await userEvent.keyboard('{Escape}')
    expect(tour.dismiss).not.toHaveBeenCalled()
    expect(beacons()[0]!.ariaExpanded).toBe('false')
    await userEvent.keyboard('{Escape}')
    expect(tour.dismiss).toHaveBeenCalledExactlyOnceWith('escape')
  })

  test('gives way to a modal that comes up', async () => {
    stage.show(spot, { title: 'x' })
    await painted()
    await userEvent.click(beacons()[0]!)
    stage.show({ type: 'message' }, { title: 'Welcome' }, another)
    expect(tips()).toEqual([])
    expect(beacons()[0]!.ariaExpanded).toBe('false')
  })

  test('goes on open with the next hotspot of its flow', async () => {
    stage.show(spot, { title: 'One' })
    await painted()
    await userEvent.click(beacons()[0]!)
    stage.show({ ...spot, id: 'second', target: '#sort' }, { title: 'Two' })
    await painted()
    expect(tips().map((tip) => tip.querySelector('[part~=title]')?.textContent)).toEqual(['Two'])
    const { right } = document.querySelector('#sort')!.getBoundingClientRect()
    expect(beacons()[0]!.getBoundingClientRect().left + 12).toBe(right)
  })

  test('is reached with Tab from its element', async () => {
    stage.show(spot, { title: 'x' })
    document.querySelector<HTMLElement>('#filter')!.focus()
    await userEvent.keyboard('{Tab}')
    expect(stage.root().activeElement).toBe(beacons()[0])
  })

  test('never makes the page wider', async () => {
    document.body.innerHTML = '<button id="filter" style="position:absolute;right:0;top:0">Filter</button>'
    stage.show(spot, { title: 'x' })
    await painted()
    expect(document.documentElement.scrollWidth).toBe(document.documentElement.clientWidth)
    expect(beacons()[0]!.getBoundingClientRect().top).toBeGreaterThanOrEqual(0)
  })

  test('hides with its element in a scroller', async () => {
    document.body.innerHTML =
      '<div id="box" style="height:200px;overflow:auto"><div style="height:80px"></div><button id="filter">x</button><div style="height:900px"></div></div>'
    stage.show(spot, { title: 'x' })
    await painted()
    expect(visible(beacons()[0]!)).toBe(true)
    document.querySelector('#box')!.scrollTop = 500
    await painted()
    await painted()
    expect(visible(beacons()[0]!)).toBe(false)
  })

  test('has nothing to complain about for a checker of accessibility, closed and open', async () => {
    document.documentElement.lang = 'en'
    stage.show(spot, { title: 'Narrow it down', text: 'By owner.' })
    await painted()
    for (const _ of ['closed', 'open']) {
      const { violations } = await axe.run('foothold-host', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })
      expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([])
      await userEvent.click(beacons()[0]!)
    }
  })
})
