import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { Json } from '../../src/core/activity.ts'
import { parseMarkdown } from '../../src/markdown.ts'
import { theatre } from '../surfaces/theatre.ts'

let stage: ReturnType<typeof theatre>
beforeEach(async () => {
  await page.viewport(1000, 700)
  stage = theatre()
})
afterEach(() => {
  stage.screen.stop()
  vi.useRealTimers()
})

const inputs = () => [...stage.root().querySelectorAll('input')]
const survey = { type: 'survey', surface: 'card' } as const

describe('a message', () => {
  test('leads on, back and past, and says where the visitor is', async () => {
    const view = stage.show(
      { type: 'message', surface: 'card' },
      { title: 'x' },
      { index: 1, count: 4, canBack: true, last: false },
    )
    expect(stage.part('progress')?.textContent).toBe('2 of 4')
    for (const label of ['Next', 'Back', 'Skip', 'Close']) await userEvent.click(stage.button(label))
    expect([view.next, view.back, view.skip].map((verb) => vi.mocked(verb).mock.calls.length)).toEqual([1, 1, 1])
    expect(view.dismiss).toHaveBeenCalledWith('close')
  })

  test('alone has neither progress nor skip, and is done', () => {
    stage.show({ type: 'message', surface: 'card' }, { title: 'x' })
    expect(stage.part('progress')).toBeUndefined()
    expect(stage.button('Done')).toBeDefined()
    expect(() => stage.button('Skip')).toThrow()
  })

  test('has the buttons that the guide asks for, the last one primary', async () => {
    const actions = [
      { label: 'Later', to: 'snooze' },
      { label: 'Upgrade', url: 'https://a.example' },
    ]
    const view = stage.show({ type: 'message', surface: 'card' }, { title: 'x', actions: actions as unknown as Json })
    expect(stage.part('action-primary')?.textContent).toBe('Upgrade')
    await userEvent.click(stage.button('Later'))
    expect(view.act).toHaveBeenCalledWith(actions[0])
  })

  test('shows Markdown as nodes, and only addresses that are allowed', () => {
    const text =
      '**b** [ok](https://a.example) [bad](javascript:alert(1)) ![i](javascript:1) <img src=x onerror=alert(1)>'
    stage.show({ type: 'message', surface: 'card' }, { text }, { text: parseMarkdown })
    const shown = stage.part('text')!
    expect(shown.querySelector('strong')?.textContent).toBe('b')
    expect([...shown.querySelectorAll('a')].map((link) => [link.href, link.target, link.rel])).toEqual([
      ['https://a.example/', '_blank', 'noopener noreferrer'],
    ])
    expect(shown.querySelector('img')).toBeNull()
    expect(shown.textContent).toContain('<img src=x onerror=alert(1)>')
  })
})

describe('a survey', () => {
  test('from 0 to 10 is answered with a number, once, by the button', async () => {
    const view = stage.show(survey, { question: 'How likely?', kind: 'nps' })
    expect(inputs()).toHaveLength(11)
    inputs()[6]!.focus()
    await userEvent.keyboard('{ArrowRight}{ArrowRight}')
    expect(view.draft).toHaveBeenLastCalledWith(8)
    expect(view.answer).not.toHaveBeenCalled()
    await userEvent.click(stage.button('Submit'))
    expect(view.answer).toHaveBeenCalledExactlyOnceWith(8)
  })

  test('with stars says each in words', async () => {
    const view = stage.show(survey, { question: 'How was it?', kind: 'rating', max: 3 })
    expect(inputs().map((input) => input.labels?.[0]?.textContent)).toEqual(['1 of 3', '2 of 3', '3 of 3'])
    await userEvent.click(inputs()[1]!)
    await userEvent.click(stage.button('Submit'))
    expect(view.answer).toHaveBeenCalledWith(2)
  })

  test('with several choices is answered with a list', async () => {
    const choices = ['Price', { value: 't', label: 'Time' }, 'Other']
    const view = stage.show(survey, { question: 'Why?', kind: 'choice', choices, multiple: true })
    for (const at of [0, 1, 2, 0]) await userEvent.click(inputs()[at]!)
    await userEvent.click(stage.button('Submit'))
    expect(view.answer).toHaveBeenCalledWith(['t', 'Other'])
  })

  test('in own words counts the characters', async () => {
    const view = stage.show(survey, { question: 'Why?', kind: 'text' })
    await userEvent.fill(stage.part('field')!, ' Too dear ')
    expect(stage.root().querySelector('.count')?.textContent).toBe('10 / 2000')
    await userEvent.click(stage.button('Submit'))
    expect(view.answer).toHaveBeenCalledWith('Too dear')
  })

  test('that must be answered says so and leads to the first field', async () => {
    const view = stage.show(survey, { question: 'Why?', kind: 'choice', choices: ['a', 'b'], required: true })
    await userEvent.click(stage.button('Submit'))
    await vi.waitFor(() =>
      expect(stage.root().querySelector('[role=alert]')?.textContent).toBe('Please choose an answer'),
    )
    expect(stage.root().querySelector('[aria-invalid=true]')).not.toBeNull()
    expect(stage.root().activeElement).toBe(inputs()[0])
    expect([view.answer, view.skip].some((verb) => vi.mocked(verb).mock.calls.length)).toBe(false)
    await userEvent.click(inputs()[1]!)
    await vi.waitFor(() => expect(stage.root().querySelector('[role=alert]')).toBeNull())
  })

  test('that need not be answered is skipped without an answer', async () => {
    const view = stage.show(survey, { question: 'Why?', kind: 'text' })
    await userEvent.click(stage.button('Submit'))
    expect(view.skip).toHaveBeenCalledOnce()
    expect(view.answer).not.toHaveBeenCalled()
  })

  test('goes on where the visitor left it', () => {
    stage.show(survey, { question: 'x', kind: 'nps' }, { answers: { first: 0 } })
    expect(inputs()[0]!.checked).toBe(true)
    stage.show({ ...survey, id: 'second' }, { question: 'x', kind: 'text', draft: 'so far' })
    expect(stage.part<HTMLTextAreaElement>('field')?.value).toBe('so far')
  })

  test('gives the focus back when the word of thanks is over', async () => {
    document.body.insertAdjacentHTML('beforeend', '<button id="before">Before</button>')
    const before = document.querySelector<HTMLElement>('#before')!
    before.focus()
    const answer = vi.fn(() => stage.screen.erase('flow'))
    stage.show(survey, { question: 'x', kind: 'nps', thanks: 'Thanks a lot' }, { answer })
    await userEvent.click(inputs()[9]!)
    await userEvent.click(stage.button('Submit'))
    expect(document.activeElement?.localName).toBe('foothold-host')
    stage.time.advance(4000)
    expect(document.activeElement).toBe(before)
    before.remove()
  })

  test('thanks for the last answer for a moment, which is safe already', async () => {
    const answer = vi.fn(() => stage.screen.erase('flow'))
    stage.show(survey, { question: 'x', kind: 'nps', thanks: 'Thanks a lot' }, { answer })
    await userEvent.click(inputs()[9]!)
    await userEvent.click(stage.button('Submit'))
    expect(answer).toHaveBeenCalledWith(9)
    expect(stage.part('text')?.textContent).toBe('Thanks a lot')
    stage.time.advance(3999)
    expect(stage.part('surface')).toBeDefined()
    stage.time.advance(1)
    expect(stage.part('surface')).toBeUndefined()
  })
})

describe('an offer', () => {
  const card = { type: 'offer', surface: 'card' } as const

  test('is reported once a show, and its code is copied', async () => {
    const written = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    const view = stage.show(card, { title: 'x', code: 'BACK10' })
    stage.show(card, { title: 'y', code: 'BACK10' }, { report: view.report })
    const types = () => vi.mocked(view.report).mock.calls.map(([activity]) => activity)
    await vi.waitFor(() => expect(types()).toHaveLength(1))
    await userEvent.click(stage.button('Copy'))
    await vi.waitFor(() => expect(stage.button('Copied')).toBeDefined())
    expect(written).toHaveBeenCalledWith('BACK10')
    expect(types()).toEqual([
      { type: 'Offer Shown', properties: { flow: 'flow', step: 'first', code: 'BACK10' }, interaction: false },
      { type: 'Offer Copied', properties: { flow: 'flow', step: 'first', code: 'BACK10' } },
    ])
    written.mockRestore()
  })

  test('selects its code where the clipboard is refused', async () => {
    const written = vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('refused'))
    const view = stage.show(card, { code: 'BACK10' })
    await userEvent.click(stage.button('Copy'))
    expect(vi.mocked(view.report).mock.calls.map(([{ type }]) => type)).not.toContain('Offer Copied')
    await vi.waitFor(() => expect(String(getSelection())).toBe('BACK10'))
    written.mockRestore()
  })

  test('says when it ends, and that it has ended', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 4, 5, 11, 59, 59, 999) })
    stage.show(card, { code: 'BACK10', expires: '2026-05-05T12:00:00Z' })
    expect(stage.root().textContent).toContain('Ends May 5, 2026')
    vi.setSystemTime(Date.UTC(2026, 4, 5, 12))
    stage.show({ ...card, id: 'second' }, { code: 'BACK10', expires: Date.UTC(2026, 4, 5, 12) })
    expect(stage.root().textContent).toContain('This offer has ended')
    expect(() => stage.button('Copy')).toThrow()
  })

  test('lists the products of a cart with prices as the visitor writes them', () => {
    const products = [
      {
        product_id: 'a',
        name: 'Desk',
        price: 429,
        currency: 'EUR',
        quantity: 2,
        image_url: 'https://a.example/i.png',
        url: 'javascript:1',
      },
      { product_id: 'b', name: 'Chair', price: 1.5, currency: 'nonsense' },
    ]
    stage.show(card, { products: products as Json }, { locale: 'de' })
    const words = [...stage.root().querySelectorAll('li')].map((item) => item.textContent?.replace(/\s/g, ' '))
    expect(words).toEqual(['Desk × 2429,00 €', 'Chair1,5'])
    expect(stage.root().querySelector('li a')).toBeNull()
  })
})
