import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { page } from 'vitest/browser'
import { painted, theatre } from './theatre.ts'

let stage: ReturnType<typeof theatre>
const markup = '<main id="main"><p id="hero" style="color: red;">Old words</p><p id="after">What follows</p></main>'

beforeEach(async () => {
  await page.viewport(1000, 700)
  document.body.innerHTML = markup
  stage = theatre()
})

afterEach(() => {
  stage.screen.stop()
  document.body.innerHTML = ''
})

const step = { type: 'message', surface: 'inline', target: '#hero' } as const
const hero = () => document.querySelector<HTMLElement>('#hero')!
const slot = () => document.querySelector<HTMLElement>('foothold-host[data-mode]')
const title = () => slot()?.shadowRoot?.querySelector('[part~=title]')?.textContent

describe('an inline step', () => {
  test('stands inside its element at the end, in the flow of the page', () => {
    const before = document.querySelector('#after')!.getBoundingClientRect().top
    stage.show(step, { title: 'New here?' })
    expect(hero().lastElementChild).toBe(slot())
    expect(title()).toBe('New here?')
    const surface = slot()!.shadowRoot!.querySelector('.surface')!.getBoundingClientRect()
    const after = document.querySelector('#after')!.getBoundingClientRect().top
    expect(after - before).toBeGreaterThanOrEqual(surface.height)
  })

  test('stands instead of its element, which is hidden and never removed', () => {
    stage.show({ ...step, mode: 'replace' }, { title: 'Welcome back' })
    expect(hero().checkVisibility()).toBe(false)
    expect(hero().nextElementSibling).toBe(slot())
    expect(hero().textContent).toBe('Old words')
  })

  test('stands behind its element in the line of text', async () => {
    document.body.innerHTML = '<p>Our <b id="hero">plan</b> costs nothing.</p>'
    stage.show({ ...step, mode: 'annotate' }, { title: 'new' })
    await painted()
    const note = slot()!.shadowRoot!.querySelector('.surface')!.getBoundingClientRect()
    const word = hero().getBoundingClientRect()
    expect(hero().nextElementSibling).toBe(slot())
    expect(note.left).toBeGreaterThanOrEqual(word.right)
    expect(note.top).toBeLessThan(word.bottom)
    expect(note.bottom).toBeGreaterThan(word.top)
  })

  test.each(['replace', 'append', 'annotate'] as const)('leaves the page as it was: %s', (mode) => {
    stage.show({ ...step, mode }, { title: 'x' })
    stage.screen.erase('flow')
    expect(document.body.innerHTML).toBe(markup)
    stage.show({ ...step, target: '#after', mode }, { title: 'x' })
    stage.screen.stop()
    expect(document.body.innerHTML).toBe(markup)
  })

  test('leaves the style of its element as it was written, or as the page wrote it meanwhile', () => {
    for (const written of ['', 'COLOR:red;  margin:3px', 'display:flex !important;color:red']) {
      hero().setAttribute('style', written)
      stage.show({ ...step, mode: 'replace' }, { title: 'x' })
      stage.screen.erase('flow')
      expect(hero().getAttribute('style')).toBe(written)
    }
    stage.show({ ...step, mode: 'replace' }, { title: 'x' })
    hero().style.color = 'blue'
    stage.screen.erase('flow')
    expect(hero().style.color).toBe('blue')
    expect(hero().style.display).toBe('flex')
  })

  test('moves what follows once: nothing changes after the first frame', async () => {
    stage.show({ ...step, mode: 'replace' }, { title: 'A longer title', text: 'With some words. '.repeat(20) })
    await painted()
    const { top } = document.querySelector('#after')!.getBoundingClientRect()
    for (let frame = 0; frame < 20; frame++) {
      await painted()
      expect(document.querySelector('#after')!.getBoundingClientRect().top).toBe(top)
    }
  })

  test('is told as lost when the page renders its element anew, in the same frame', async () => {
    stage.onLost.mockImplementation(() => stage.show({ ...step, mode: 'replace' }, { title: 'Again' }))
    stage.show({ ...step, mode: 'replace' }, { title: 'x' })
    await painted()
    const fresh = document.createElement('p')
    fresh.id = 'hero'
    hero().replaceWith(fresh)
    await Promise.resolve()
    expect(stage.onLost).toHaveBeenCalledExactlyOnceWith('flow', false)
    expect([title(), fresh.checkVisibility(), document.querySelectorAll('foothold-host[data-mode]').length]).toEqual([
      'Again',
      false,
      1,
    ])
  })

  test('is told as lost when the page wipes the whole place', async () => {
    stage.show(step, { title: 'x' })
    await painted()
    await painted()
    document.querySelector('#main')!.innerHTML = '<p>Another page</p>'
    await painted()
    await painted()
    expect(stage.onLost).toHaveBeenCalledExactlyOnceWith('flow', false)
  })

  test('does not fight a page that throws it out each time', async () => {
    let draws = 0
    stage.onLost.mockImplementation(() => {
      draws++
      stage.show(step, { title: 'x' })
    })
    const hostile = new MutationObserver(() => slot()?.remove())
    hostile.observe(document.body, { childList: true, subtree: true })
    stage.show(step, { title: 'x' })
    for (let frame = 0; frame < 5; frame++) await painted()
    hostile.disconnect()
    expect(draws).toBeLessThan(40)
  })

  test('is neither closed by Escape nor told to a screen reader: it is content', async () => {
    const view = stage.show(step, { title: 'x' })
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
    stage.time.advance(1000)
    expect(view.dismiss).not.toHaveBeenCalled()
    expect(document.querySelector('foothold-host [role=status]')).toBeNull()
  })

  test('keeps its look in a page with other ideas, and follows the theme', () => {
    document.head.insertAdjacentHTML(
      'beforeend',
      '<style id="mad">* { display: none !important; font: 3px serif !important }</style>',
    )
    stage.show(step, { title: 'x' })
    document.querySelector('#mad')!.remove()
    stage.screen.setTheme('dark')
    expect(slot()!.dataset.theme).toBe('dark')
    expect(getComputedStyle(slot()!).display).toBe('block')
  })

  test('stands beside a tooltip of another flow', async () => {
    stage.show(step, { title: 'Inline' })
    stage.show({ type: 'message', target: '#after' }, { title: 'Tip' }, { flow: { id: 'other', version: 1 } })
    await painted()
    expect(title()).toBe('Inline')
    expect(stage.part('tooltip')).toBeDefined()
  })
})
