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

  test('with stars has ten at most, and counts those that are there', () => {
    stage.show(survey, { question: 'How was it?', kind: 'rating', max: 12 })
    expect(inputs().map((input) => input.labels?.[0]?.textContent)).toContain('1 of 10')
    expect(inputs()).toHaveLength(10)
  })

  test('takes any value of a choice for an answer, nought and no too', async () => {
    const choices = [
      { value: 0, label: 'None' },
      { value: false, label: 'No' },
    ]
    const view = stage.show(survey, { question: 'How many?', kind: 'choice', choices, multiple: true, required: true })
    await userEvent.click(inputs()[0]!)
    await userEvent.click(stage.button('Submit'))
    expect(view.answer).toHaveBeenCalledExactlyOnceWith([0])
  })

  test('without a question is skipped and reported, and never asks "undefined"', async () => {
    stage.show(survey, { kind: 'nps' })
    await vi.waitFor(() => expect(stage.onFailed).toHaveBeenCalledExactlyOnceWith('flow', 'first'))
    expect(stage.onError.mock.lastCall?.[0].code).toBe('step-failed')
    expect(stage.root().textContent).not.toContain('undefined')
  })

  test.each<{ [key: string]: Json }>([
    { question: 'How far?', kind: 'slider' },
    { questions: [{ id: 'far', question: 'How far?', kind: 'slider' }] },
  ])('of a kind that a later version may know is skipped and reported', async (props) => {
    stage.show(survey, props)
    await vi.waitFor(() => expect(stage.onFailed).toHaveBeenCalledExactlyOnceWith('flow', 'first'))
    expect(stage.onError.mock.lastCall?.[0]).toMatchObject({
      code: 'step-failed',
      message: expect.stringContaining('questions of the kind slider are unknown'),
    })
    expect(stage.part('actions')).toBeUndefined()
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

describe('a survey with more to it', () => {
  const choices = ['Boards', 'Timeline', 'Reports']
  const alert = () => stage.root().querySelector('[role=alert]')?.textContent

  test.each([
    ['csat', 'Satisfied', 4],
    ['emoji', 'Very dissatisfied', 1],
  ] as const)('of the kind %s is answered with a number, by a face with a name', async (kind, name, answer) => {
    const view = stage.show(survey, { question: 'How?', kind }, { label: (key) => moods[key as 'good'] ?? key })
    const face = inputs().find((input) => input.labels?.[0]?.textContent?.includes(name))!
    await userEvent.click(face)
    await userEvent.click(stage.button('submit'))
    expect(view.answer).toHaveBeenCalledExactlyOnceWith(answer)
  })
  const moods = { good: 'Satisfied', worst: 'Very dissatisfied' }

  test('with pictures of its own is answered with their values', async () => {
    const own = [
      { value: 'ship', label: 'A ship', emoji: '🚢' },
      { value: 'car', label: 'A car', emoji: '🚗' },
    ]
    const view = stage.show(survey, { question: 'How do you come?', kind: 'emoji', choices: own })
    expect(inputs().map((input) => input.labels?.[0]?.title)).toEqual(['A ship', 'A car'])
    await userEvent.click(inputs()[0]!)
    await userEvent.click(stage.button('Submit'))
    expect(view.answer).toHaveBeenCalledWith('ship')
  })

  test('takes other words, one or among several choices, and wants some', async () => {
    const one = stage.show(survey, { question: 'Which?', kind: 'choice', choices, other: 'Something else' })
    await userEvent.click(inputs()[3]!)
    await userEvent.click(stage.button('Submit'))
    await vi.waitFor(() => expect(alert()).toBe('blank'))
    expect(stage.root().activeElement).toBe(stage.part('field'))
    await userEvent.fill(stage.part('field')!, 'The map')
    await userEvent.click(stage.button('Submit'))
    expect(one.answer).toHaveBeenCalledExactlyOnceWith({ other: 'The map' })

    const props = { question: 'Which?', kind: 'choice', choices, other: true, multiple: true }
    const many = stage.show({ ...survey, id: 'second' }, props)
    await userEvent.click(inputs()[0]!)
    await userEvent.click(inputs()[3]!)
    await userEvent.fill(stage.part('field')!, 'The map')
    await userEvent.click(inputs()[1]!)
    await userEvent.click(stage.button('Submit'))
    expect(many.answer).toHaveBeenCalledExactlyOnceWith(['Boards', { other: 'The map' }, 'Timeline'])
  })

  test.each<[string, { [key: string]: Json }, (string | number)[], string]>([
    ['too few choices', { kind: 'choice', choices, multiple: true, atLeast: 2 }, [0], 'more'],
    ['too many choices', { kind: 'choice', choices, multiple: true, atMost: 2 }, [0, 1, 2], 'fewer'],
    ['a text that is too short', { kind: 'text', atLeast: 5 }, ['abc'], 'longer'],
    ['what is no address', { kind: 'text', input: 'email' }, ['nobody'], 'email'],
    ['what is no link', { kind: 'text', input: 'url' }, ['nowhere'], 'invalid'],
    ['what does not match', { kind: 'text', pattern: '[A-Z]{2}[0-9]+' }, ['x1'], 'invalid'],
    [
      'what does not match, in its own words',
      { kind: 'text', pattern: '[0-9]+', error: 'Digits only' },
      ['x'],
      'Digits only',
    ],
    ['a text of blanks', { kind: 'text', required: true }, ['   '], 'blank'],
  ])('refuses %s, says why, and leads there', async (_, props, given, said) => {
    const view = stage.show(survey, { question: 'x', ...props })
    for (const each of given)
      if (typeof each === 'number') await userEvent.click(inputs()[each]!)
      else await userEvent.fill(stage.part('field')!, each)
    await userEvent.click(stage.button('Submit'))
    await vi.waitFor(() => expect(alert()).toBe(said))
    expect(view.answer).not.toHaveBeenCalled()
    expect(view.skip).not.toHaveBeenCalled()
    const active = stage.root().activeElement as HTMLElement
    const described = active.closest('[aria-invalid=true]')!.getAttribute('aria-describedby')!.split(' ')
    expect(described.map((id) => stage.root().getElementById(id)?.textContent)).toContain(said)
  })

  test('with a number answers with a number, zero as well', async () => {
    const view = stage.show(survey, { question: 'How many?', kind: 'text', input: 'number', required: true })
    await userEvent.fill(stage.part('field')!, '0')
    await userEvent.click(stage.button('Submit'))
    expect(view.answer).toHaveBeenCalledWith(0)
  })

  const questions: { [key: string]: Json }[] = [
    { id: 'score', question: 'How?', kind: 'nps', required: true },
    { id: 'why', question: 'Why?', kind: 'text', required: true, when: { score: { $lte: 6 } } },
    { id: 'uses', question: 'Which?', kind: 'choice', choices, multiple: true },
  ]

  test('of several questions asks what the others call for, and answers by their names', async () => {
    const view = stage.show(survey, { questions })
    const score = (value: number) => userEvent.click(inputs()[value]!)
    await score(3)
    await userEvent.fill(stage.part('field')!, 'Too dear')
    await score(9)
    await vi.waitFor(() => expect(stage.part('field')).toBeUndefined())
    expect(view.draft).toHaveBeenLastCalledWith({ score: 9, why: 'Too dear' })
    await userEvent.click(stage.button('Submit'))
    // What is asked no more is not sent.
    expect(view.answer).toHaveBeenCalledExactlyOnceWith({ score: 9 })
  })

  test('of several questions goes on where the visitor left it, and tells only the first mistake aloud', async () => {
    stage.show(survey, { questions }, { answers: { first: { score: 2, uses: ['Boards'] } } })
    expect(inputs().filter(({ checked }) => checked)).toHaveLength(2)
    stage.show({ ...survey, id: 'second' }, { questions: [...questions, { ...questions[0]!, id: 'again' }] })
    await userEvent.click(stage.button('Submit'))
    await vi.waitFor(() => expect(stage.root().querySelectorAll('.error')).toHaveLength(2))
    expect(stage.root().querySelectorAll('[role=alert]')).toHaveLength(1)
  })

  test('keeps all that a form filler writes at once', async () => {
    const text = (id: string) => ({ id, question: id, kind: 'text', input: 'line' })
    const view = stage.show(survey, { questions: [text('name'), text('city')] })
    for (const [at, input] of inputs().entries()) {
      input.value = ['Ada', 'London'][at]!
      input.dispatchEvent(new Event('input', { bubbles: true }))
    }
    expect(view.draft).toHaveBeenLastCalledWith({ name: 'Ada', city: 'London' })
    stage.button('Submit').click()
    expect(view.answer).toHaveBeenCalledExactlyOnceWith({ name: 'Ada', city: 'London' })
  })

  test('that must be answered has no way past it in a flow of several steps', () => {
    const more = { count: 3, last: false }
    stage.show(survey, { question: 'x', kind: 'nps', required: true }, more)
    expect(() => stage.button('Skip')).toThrow()
    stage.show({ ...survey, id: 'second' }, { questions }, more)
    expect(() => stage.button('Skip')).toThrow()
    stage.show({ ...survey, id: 'third' }, { question: 'x', kind: 'nps' }, more)
    expect(stage.button('Skip')).toBeDefined()
  })
})

describe('a video', () => {
  const video = {
    src: 'https://a.example/tour.webm',
    poster: 'https://a.example/tour.png',
    title: 'A tour',
    captions: [
      { src: 'https://a.example/en.vtt', lang: 'en', label: 'English' },
      { src: 'https://a.example/de.vtt', lang: 'de-AT', label: 'Deutsch' },
    ],
  }
  const shown = () => stage.root().querySelector('video')!
  const card = { type: 'message', surface: 'card' } as const

  test('has controls, does not play by itself, and keeps its place before it is there', () => {
    stage.show(card, { title: 'x', video })
    const { controls, autoplay, muted, preload, ariaLabel, poster, crossOrigin } = shown()
    expect({ controls, autoplay, muted, preload, ariaLabel, poster, crossOrigin }).toEqual({
      ...{ controls: true, autoplay: false, muted: false, preload: 'metadata', ariaLabel: 'A tour' },
      ...{ poster: video.poster, crossOrigin: 'anonymous' },
    })
    const { width, height } = shown().getBoundingClientRect()
    expect(width / height).toBeCloseTo(16 / 9, 1)
    stage.show({ ...card, id: 'second' }, { title: 'x', video: { ...video, width: 400, height: 300 } })
    const sized = shown().getBoundingClientRect()
    expect(sized.width / sized.height).toBeCloseTo(4 / 3, 1)
  })

  test.each([
    ['en', 'en'],
    ['de', 'de-AT'],
    ['fr', 'en'],
  ])('in %s has the captions in %s on', (locale, on) => {
    stage.show(card, { title: 'x', video }, { locale })
    expect(
      [...shown().querySelectorAll('track')].filter((track) => track.default).map((track) => track.srclang),
    ).toEqual([on])
  })

  test('that plays at once is silent, and stands still for who wants less motion', () => {
    vi.spyOn(window, 'matchMedia').mockReturnValue({ matches: false } as MediaQueryList)
    stage.show(card, { title: 'x', video: { ...video, autoplay: true } })
    expect([shown().autoplay, shown().muted, shown().loop]).toEqual([true, true, true])
    vi.spyOn(window, 'matchMedia').mockReturnValue({ matches: true } as MediaQueryList)
    stage.show({ ...card, id: 'second' }, { title: 'x', video: { ...video, autoplay: true } })
    expect([shown().autoplay, shown().muted]).toEqual([false, false])
    vi.restoreAllMocks()
  })

  test('from an address that is not allowed is left out', () => {
    stage.show(card, { title: 'x', video: { ...video, src: 'javascript:1' } })
    expect(stage.root().querySelector('video')).toBeNull()
  })
})

describe('a checklist', () => {
  const card = { type: 'checklist', surface: 'card' } as const
  const items: { [key: string]: Json }[] = [
    { id: 'a', label: 'Create', done: 'A' },
    { id: 'b', label: 'Invite', done: 'B', start: 'tour' },
    { id: 'c', label: 'Review', text: 'Once a week.' },
  ]
  const props = { title: 'Get started', items }
  const bar = () => stage.root().querySelector('[role=progressbar]')!
  const rows = () => [...stage.root().querySelectorAll('li')].map((row) => row.innerText.replace(/\s+/g, ' '))

  test('says how far it is, and what is done', () => {
    stage.show(card, props, { done: ['a'] })
    expect([bar().ariaValueNow, bar().ariaValueMax, bar().ariaValueText]).toEqual(['1', '3', '1 of 3'])
    expect([...stage.root().querySelectorAll('li')].map((row) => 'done' in row.dataset)).toEqual([true, false, false])
    expect(rows()[2]).toBe('Review Once a week.')
  })

  test('tells what was just done, politely and once', async () => {
    stage.show(card, props, { done: ['a'] })
    const status = stage.root().querySelector('.checklist [role=status]')!
    expect(status.textContent).toBe('')
    stage.show(card, props, { done: ['a', 'b'] })
    await vi.waitFor(() => expect(status.textContent).toBe('Invite: ticked. 2 of 3'))
  })

  test('lets the visitor tick off what nothing else tells, and take it back', async () => {
    const view = stage.show(card, props)
    await userEvent.click([...stage.root().querySelectorAll<HTMLElement>('[part=item]')][2]!)
    expect(view.draft).toHaveBeenLastCalledWith({ ticked: ['c'] })
    expect(view.act).not.toHaveBeenCalled()
    const again = stage.show(card, props, { answers: { first: { ticked: ['c'] } } })
    await userEvent.click([...stage.root().querySelectorAll<HTMLElement>('[part=item]')][2]!)
    expect(again.draft).toHaveBeenLastCalledWith({ ticked: [] })
  })

  test('makes room for the flow that an item starts', async () => {
    const view = stage.show(card, props)
    await userEvent.click([...stage.root().querySelectorAll<HTMLElement>('[part=item]')][1]!)
    expect(view.draft).toHaveBeenCalledExactlyOnceWith({ ticked: [], collapsed: true })
    expect(view.act).toHaveBeenCalledExactlyOnceWith({ id: 'b', label: 'Invite', start: 'tour' })
  })

  test('is a small button that keeps the focus, with what is done in its name', async () => {
    const view = stage.show(card, props, { done: ['a'] })
    stage.button('collapse').focus()
    await userEvent.keyboard('{Enter}')
    expect(view.draft).toHaveBeenLastCalledWith({ collapsed: true })
    stage.show(card, props, { done: ['a'], answers: { first: { collapsed: true } } })
    const launcher = stage.button('Get started 1 of 3')
    expect(stage.root().activeElement).toBe(launcher)
    expect(launcher.ariaExpanded).toBe('false')
    expect(stage.root().getElementById(launcher.getAttribute('aria-controls')!)?.hidden).toBe(true)
    expect(stage.part('close')!.checkVisibility()).toBe(false)
    // Small, it has nothing for Escape to close, neither here nor on the page.
    await userEvent.keyboard('{Escape}')
    expect(view.dismiss).not.toHaveBeenCalled()
  })

  test('starts small where the guide says so', () => {
    stage.show(card, { ...props, collapsed: true })
    expect(stage.button('Get started 0 of 3')).toBeDefined()
  })

  test('all done is answered with what was done, and says so for a moment', async () => {
    const answer = vi.fn(() => stage.screen.erase('flow'))
    const ticked = { first: { ticked: ['c'] } }
    stage.show(card, props, { done: ['a'], answers: ticked, answer })
    expect(answer).not.toHaveBeenCalled()
    stage.show(card, props, { done: ['a', 'b'], answers: ticked, answer })
    await vi.waitFor(() => expect(answer).toHaveBeenCalledExactlyOnceWith(['a', 'b', 'c']))
    expect(stage.part('text')?.textContent).toBe('allDone')
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
    const view = stage.show({ ...card, id: 'second' }, { code: 'BACK10', expires: Date.UTC(2026, 4, 5, 12) })
    expect(stage.root().textContent).toContain('This offer has ended')
    expect(() => stage.button('Copy')).toThrow()
    // There is nothing left to turn down.
    const close = stage.part('action-link')!
    expect(close.textContent).toBe('Close')
    close.click()
    expect(view.dismiss).toHaveBeenCalledExactlyOnceWith('close')
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

  test('on its last day tells what is left, to nobody aloud, until it is over', async () => {
    const start = Date.UTC(2026, 4, 5, 9)
    let now = start
    const timers: (() => void)[] = []
    const clock = {
      now: () => now,
      after: (ms: number, run: () => void) => {
        timers.push(() => {
          now += ms
          run()
        })
        return () => timers.splice(0)
      },
    }
    stage.show(card, { code: 'BACK10', expires: start + 3_600_000 + 60_000 }, { clock })
    const note = () => stage.root().querySelector('.step [role=status]')!
    expect(note().textContent).toContain('(in 1 hour)')
    expect(note().querySelector('[aria-hidden]')?.textContent).toBe(' (in 1 hour)')
    const seen: (string | undefined)[] = []
    while (now < start + 3_660_000 && seen.length < 100) {
      await vi.waitFor(() => expect(timers).toHaveLength(1))
      timers.shift()!()
      await vi.waitFor(() => expect(note().textContent).not.toBe(seen.at(-1)))
      seen.push(note().textContent ?? undefined)
    }
    // Once a minute, and no oftener.
    expect(seen.length).toBeLessThanOrEqual(62)
    expect(seen.at(-2)).toContain('(in 1 minute)')
    expect(seen.at(-1)).toBe('This offer has ended')
    expect(timers).toEqual([])
  })

  test('that is claimed has no code to copy and nothing to decline', () => {
    stage.show(card, { code: 'COFFEE', claimed: 'Coupon Applied' }, { done: ['claimed'] })
    expect(stage.root().querySelector('.step [role=status]')?.textContent).toBe('claimed')
    expect(() => stage.button('Copy')).toThrow()
    expect(() => stage.button('decline')).toThrow()
    expect(stage.button('Done')).toBeDefined()
  })

  test('whose code was copied says so when it is drawn again', () => {
    stage.show(card, { code: 'BACK10' }, { done: ['claimed'] })
    expect(stage.button('Copied')).toBeDefined()
  })
})
