import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { painted, theatre } from './theatre.ts'

let stage: ReturnType<typeof theatre>

beforeEach(async () => {
  await page.viewport(1000, 700)
  document.body.innerHTML = `<button id="before">Before</button>
    <button id="invite" style="margin:100px">Invite</button>
    <section id="team"><p>Team</p></section>
    <button id="after">After</button><input id="field">`
  stage = theatre()
})

afterEach(() => {
  stage.screen.stop()
  document.body.innerHTML = ''
})

/** Where the focus is, by id or by what can be read there. */
function place(): string {
  let at = document.activeElement
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  return at?.id && !at.id.startsWith('flow') ? `#${at.id}` : (at?.ariaLabel ?? at?.textContent ?? '')
}

async function way(key: string, times: number): Promise<string[]> {
  const places: string[] = []
  for (let i = 0; i < times; i++) {
    await userEvent.keyboard(key)
    places.push(place())
  }
  return places
}

const back = '{Shift>}{Tab}{/Shift}'
const at = (selector: string) => document.querySelector<HTMLElement>(selector)!.focus()

describe('a tooltip stands behind its element in the order of Tab', () => {
  const tip = { type: 'message', target: '#invite' } as const

  test('from the element into it, and on to what follows the element', async () => {
    stage.show(tip, { title: 'Better together' })
    await painted()
    at('#before')
    expect(await way('{Tab}', 7)).toEqual([
      '#invite',
      'Better together',
      'Done',
      'Close',
      'openTarget',
      '#after',
      '#field',
    ])
  })

  test('and back: from the title to the element, which is told of the focus', async () => {
    stage.show(tip, { title: 'Better together' })
    await painted()
    at('#invite')
    await way('{Tab}', 1)
    const told: string[] = []
    document.querySelector('#invite')!.addEventListener('focus', () => told.push('focus'))
    expect(await way(back, 2)).toEqual(['#invite', '#before'])
    expect(told).toEqual(['focus'])
    await way('{Tab}', 2)
    expect(place()).toBe('Better together')
    await way('{Tab}', 1)
    expect(await way(back, 1)).toEqual(['#invite'])
  })

  test('and nobody is led in circles: past the end of the page all comes by, in both directions', async () => {
    stage.show(tip, { title: 'Better together' })
    await painted()
    at('#field')
    const onward = await way('{Tab}', 9)
    expect(onward.slice(0, 3)).toEqual(['Done', 'Close', 'openTarget'])
    expect(onward).toContain('#before')
    at('#after')
    const before = await way(back, 12)
    for (const each of ['#invite', '#before', 'openTarget', '#field', '#after']) expect(before).toContain(each)
  })

  test('an element is not told of a visit that was none', async () => {
    stage.show(tip, { title: 'x' })
    await painted()
    at('#invite')
    await way('{Tab}', 4)
    const told: string[] = []
    for (const type of ['focus', 'blur', 'focusin', 'focusout'])
      document.querySelector('#invite')!.addEventListener(type, () => told.push(type))
    expect(await way('{Tab}', 1)).toEqual(['#after'])
    expect(told).toEqual([])
  })

  test('also where the element takes no focus: what follows it is next, and it is as it was', async () => {
    stage.show({ ...tip, target: '#team' }, { title: 'Your team' })
    await painted()
    const before = document.querySelector('#team')!.outerHTML
    at('#before')
    expect(await way('{Tab}', 6)).toEqual(['#invite', 'Your team', 'Done', 'Close', 'openTarget', '#after'])
    expect(document.querySelector('#team')!.outerHTML).toBe(before)
    at('#invite')
    await way('{Tab}', 2)
    expect(await way(back, 1)).toEqual(['#invite'])
    expect(document.querySelector('#team')!.outerHTML).toBe(before)
  })

  test('behind the last control of an element that holds several', async () => {
    document.querySelector('#team')!.innerHTML = '<button id="one">1</button><button id="two">2</button>'
    stage.show({ ...tip, target: '#team' }, { title: 'Your team' })
    await painted()
    at('#one')
    expect(await way('{Tab}', 6)).toEqual(['#two', 'Your team', 'Done', 'Close', 'openTarget', '#after'])
  })

  test('with a question first: the group of choices is one stop', async () => {
    stage.show({ ...tip, type: 'survey' }, { question: 'How was it?', kind: 'rating' })
    await painted()
    at('#invite')
    await way('{Tab}', 2)
    await userEvent.keyboard('{ArrowRight}')
    expect(await way(back, 1)).toEqual(['#invite'])
  })

  test('a ring shows where the focus is for who came with a key', async () => {
    stage.show(tip, { title: 'x' })
    await painted()
    at('#invite')
    await way('{Tab}', 1)
    expect(getComputedStyle(stage.part('surface')!).outlineStyle).toBe('solid')
  })

  test('a modal that came up unasked has none', async () => {
    at('#before')
    await way('{Tab}', 1)
    stage.show({ type: 'message', surface: 'modal' }, { title: 'x' })
    expect(stage.root().activeElement).toBe(stage.part('title'))
    expect([stage.part('title')!, stage.part('surface')!].map((each) => getComputedStyle(each).outlineStyle)).toEqual([
      'none',
      'none',
    ])
  })
})

describe('a hotspot', () => {
  const spot = { type: 'message', surface: 'hotspot', target: '#invite' } as const

  test('that is shut is one stop between its element and what follows', async () => {
    stage.show(spot, { title: 'x' })
    await painted()
    at('#invite')
    expect(await way('{Tab}', 3)).toEqual(['Tip: x', '#after', '#field'])
    at('#invite')
    await way('{Tab}', 1)
    expect(await way(back, 1)).toEqual(['#invite'])
  })

  test('that is open has its tip behind its mark', async () => {
    stage.show(spot, { title: 'Better' })
    await painted()
    at('#invite')
    await way('{Tab}', 1)
    await userEvent.keyboard('{Enter}')
    expect(await way('{Tab}', 4)).toEqual(['Done', 'Close', 'openTarget', '#after'])
    at('#invite')
    expect(await way('{Tab}', 2)).toEqual(['Better', 'Done'])
    expect(await way(back, 2)).toEqual(['Tip: Better', '#invite'])
  })
})

describe('Escape in a field of the page', () => {
  test('is the page’s, unless the tooltip is about that field', async () => {
    const view = stage.show({ type: 'message', target: '#invite' }, { title: 'x' })
    await painted()
    at('#field')
    const heard: boolean[] = []
    const hear = (event: KeyboardEvent) => heard.push(event.defaultPrevented)
    addEventListener('keydown', hear)
    await userEvent.keyboard('{Escape}')
    expect(view.dismiss).not.toHaveBeenCalled()
    expect(heard).toEqual([false])
    removeEventListener('keydown', hear)
    at('#after')
    await userEvent.keyboard('{Escape}')
    expect(view.dismiss).toHaveBeenCalledWith('escape')
    const other = stage.show({ type: 'message', target: '#field' }, { title: 'x' })
    await painted()
    at('#field')
    await userEvent.keyboard('{Escape}')
    expect(other.dismiss).toHaveBeenCalledWith('escape')
  })
})

describe('what is written', () => {
  const asked = { question: 'Why?', kind: 'text' }

  test('is left by Escape first, and kept; the next one closes', async () => {
    const view = stage.show({ type: 'survey', surface: 'card' }, asked)
    stage.root().querySelector<HTMLElement>('textarea')!.focus()
    await userEvent.keyboard('Because{Escape}')
    expect(view.dismiss).not.toHaveBeenCalled()
    expect(place()).toBe('Why?')
    expect(stage.root().querySelector('textarea')!.value).toBe('Because')
    await userEvent.keyboard('{Escape}')
    expect(view.dismiss).toHaveBeenCalledWith('escape')
  })

  test('is not thrown away by a click beside the modal it stands in', async () => {
    const view = stage.show({ type: 'survey', surface: 'modal' }, asked)
    await painted()
    const press = () => {
      const dialog = stage.part('surface')!
      dialog.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
      dialog.click()
    }
    stage.root().querySelector<HTMLElement>('textarea')!.focus()
    await userEvent.keyboard('Because')
    press()
    expect(view.dismiss).not.toHaveBeenCalled()
    await userEvent.clear(stage.root().querySelector('textarea')!)
    press()
    expect(view.dismiss).toHaveBeenCalledWith('outside')
  })
})
