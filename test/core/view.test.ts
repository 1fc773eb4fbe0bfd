import { describe, expect, it } from 'vitest'
import type { Flow, Step } from '../../src/core/guide.ts'
import type { FlowMemory } from '../../src/core/machine.ts'
import type { Profile } from '../../src/core/profile.ts'
import { type Action, type ViewOptions, viewOf } from '../../src/core/view.ts'

const step = (id: string, more: object = {}): Step => ({ id, type: 'message', ...more })
const flow = (steps: Step[]): Flow => ({ id: 'welcome', version: 1, trigger: 'Page Viewed', steps })
const profile: Profile = {
  visitor: { anonymousId: 'v', traits: { name: 'Ada' } },
  sessions: { count: 1 },
  counts: {},
  cart: { items: [], value: 0 },
  flows: {},
  segments: {},
  scores: {},
}

/** A view of a step, and all that it told, in order. */
function view(
  step: Step,
  {
    steps = [step],
    memory = {},
    ...more
  }: Partial<Omit<ViewOptions, 'memory'>> & { steps?: Step[]; memory?: Partial<FlowMemory> } = {},
) {
  const told: unknown[] = []
  const made = viewOf({
    flow: flow(steps),
    step,
    canBack: false,
    profile,
    locale: 'en',
    base: 'https://app.example/projects/7',
    memory: {
      flow: 'welcome',
      version: 1,
      trigger: { name: 'Lamp', price: 40, currency: 'EUR' },
      answers: {},
      drafts: {},
      visited: [],
      ...memory,
    },
    clock: { now: () => 0, after: () => () => {} },
    applies: () => true,
    live: () => true,
    send: (event) => told.push(event),
    report: (activity) => told.push(activity),
    start: (flow) => told.push({ start: flow }),
    open: (url) => told.push({ open: url }),
    onError: (error) => told.push({ error: error.code }),
    ...more,
  })
  return { ...made, told }
}
const act = (action: Omit<Action, 'label'>, more = {}) => {
  const made = view(step('a'), more)
  made.act({ label: 'Go', ...action })
  return made.told
}
const clicked = (action = 'Go') => ({ type: 'Action Clicked', properties: { flow: 'welcome', step: 'a', action } })

describe('where the visitor is', () => {
  const [a, b, send, c] = [step('a'), step('b'), step('send', { type: 'send' }), step('c')] as [Step, Step, Step, Step]
  const steps = [a, b, send, c]

  it('counts the steps that are shown to this visitor', () => {
    expect(view(c, { steps })).toMatchObject({ index: 2, count: 3, last: true })
    expect(view(c, { steps, applies: ({ id }) => id !== 'b' })).toMatchObject({ index: 1, count: 2, last: true })
    expect(view(b, { steps, applies: ({ id }) => id !== 'c' })).toMatchObject({ index: 1, count: 2, last: true })
  })

  it('counts the step that is on, even if its condition has changed', () => {
    expect(view(b, { steps, applies: () => false })).toMatchObject({ index: 0, count: 1, last: true })
  })

  it.each([
    [{}, {}, 'modal'],
    [{ target: '#x' }, {}, 'tooltip'],
    [{ surface: 'banner' }, {}, 'banner'],
    [{ target: '#x' }, { missing: true }, 'modal'],
    [{ target: '#x', surface: 'inline' }, { missing: true }, 'modal'],
    [{ target: '#x', surface: 'card' }, { missing: true }, 'card'],
  ])('is shown by %j, remembering %j, as a %s', (more, memory, surface) => {
    expect(view(step('a', more), { memory }).surface).toBe(surface)
  })

  it('shows a draft where there is one, else the answer', () => {
    expect(view(a, { memory: { answers: { a: 1, b: 2 }, drafts: { b: 3 } } }).answers).toEqual({ a: 1, b: 3 })
  })
})

describe('what a step says', () => {
  it('is its content with its own props over it', () => {
    expect(view(step('a', { props: { title: 'Mine' } }), { content: { title: 'Theirs', body: 'Text' } }).props).toEqual(
      { title: 'Mine', body: 'Text' },
    )
  })

  it('names the visitor, what triggered it, the profile and the content', () => {
    const props = {
      a: '{{visitor.traits.name}}',
      b: '{{trigger.price | currency}}',
      c: '{{profile.sessions.count}}',
      d: '{{content.title}}',
    }
    expect(view(step('a', { props }), { content: { title: 'Hi' } }).props).toEqual({
      a: 'Ada',
      b: '€40.00',
      c: '1',
      d: 'Hi',
      title: 'Hi',
    })
  })

  it.each([
    ['de-AT', 'Servus Ada'],
    ['de-CH', 'Hallo Ada'],
    ['de', 'Hallo Ada'],
    ['fr', 'Hello Ada'],
  ])('is translated before it is filled, for %s', (locale, title) => {
    const translations = {
      'de-AT': { 'Hello {{visitor.traits.name}}': 'Servus {{visitor.traits.name}}' },
      de: { 'Hello {{visitor.traits.name}}': 'Hallo {{visitor.traits.name}}' },
    }
    const made = view(
      step('a', {
        props: { title: 'Hello {{visitor.traits.name}}', list: [{ title: 'Hello {{visitor.traits.name}}' }] },
      }),
      { locale, translations },
    )
    expect(made.props).toEqual({ title, list: [{ title }] })
  })

  it('never reads a value as Markdown, nor as a template', () => {
    const parse = (text: string) => (text.includes('**') ? [{ type: 'strong' as const, children: [text] }] : [text])
    const props = { body: 'Hi {{trigger.name}}', bold: '**Hi** {{trigger.name}}' }
    const made = view(step('a', { props }), { parse, memory: { trigger: { name: '**{{visitor.anonymousId}}**' } } })
    expect(made.text(made.props.body as string)).toEqual(['Hi **{{visitor.anonymousId}}**'])
    expect(made.text(made.props.bold as string)).toEqual([
      { type: 'strong', children: ['**Hi** **{{visitor.anonymousId}}**'] },
    ])
  })

  it.each([
    ['en', 'Next'],
    ['de-AT', 'Weiter'],
    ['fr', 'Continue'],
  ])('says "next" in the words of the guide, then in English (%s)', (locale, word) => {
    const translations = { de: { Next: 'Weiter' }, ...(locale === 'fr' && { en: { Next: 'Continue' } }) }
    expect(view(step('a'), { locale, translations }).label('next')).toBe(word)
  })

  it('is not fooled by the names of object members', () => {
    expect(
      view(step('a', { props: { title: 'constructor', other: 'toString' } }), { translations: { en: {} } }).props,
    ).toEqual({ title: 'constructor', other: 'toString' })
  })
})

describe('an address', () => {
  it.each([
    ['https://other.example/x', 'https://other.example/x'],
    [' http://other.example ', 'http://other.example/'],
    ['/settings', 'https://app.example/settings'],
    ['?tab=2', 'https://app.example/projects/7?tab=2'],
    ['mailto:a@b.example', 'mailto:a@b.example'],
    ['tel:+431234', 'tel:+431234'],
  ])('is allowed: %s', (address, url) => expect(view(step('a')).url(address)).toBe(url))

  it.each([
    ['javascript:alert(1)'],
    ['java\nscript:alert(1)'],
    [' \u0001javascript:alert(1)'],
    ['JAVASCRIPT:alert(1)'],
    ['data:text/html,x'],
    ['vbscript:x'],
    ['blob:https://app.example/x'],
    ['file:///etc/passwd'],
    ['https://admin:secret@app.example'],
    ['https://app.example@evil.example'],
    ['https://'],
    [''],
    ['  '],
    [null],
    [7],
    [{ href: 'https://x' }],
  ])('is refused: %j', (address) => expect(view(step('a')).url(address)).toBeUndefined())
})

describe('an action', () => {
  it.each<[string, Omit<Action, 'label'>, unknown[]]>([
    ['goes on where it says nothing', {}, [{ type: 'next' }]],
    ['goes where it says', { to: 'back' }, [{ type: 'back' }]],
    ['completes', { to: 'complete' }, [{ type: 'complete' }]],
    ['goes to a step', { to: 'why' }, [{ type: 'go', step: 'why' }]],
    ['snoozes for a day', { to: 'snooze' }, [{ type: 'snooze', for: '1d' }]],
    ['snoozes as long as it says', { to: 'snooze', for: '2h' }, [{ type: 'snooze', for: '2h' }]],
    ['answers and lets the branches decide', { answer: 'no' }, [{ type: 'answer', answer: 'no', written: false }]],
    [
      'answers and goes where it says',
      { answer: false, to: 'why' },
      [
        { type: 'answer', answer: false, written: false, stay: true },
        { type: 'go', step: 'why' },
      ],
    ],
    ['starts another flow and stays', { start: 'tour' }, [{ start: 'tour' }]],
    ['opens an address and stays', { url: '/docs' }, [{ open: 'https://app.example/docs' }]],
    ['opens nothing that is refused, and says so', { url: 'javascript:alert(1)' }, [{ error: 'url-refused' }]],
    ['reports by name', { report: 'Trial Extended' }, [{ type: 'Trial Extended' }]],
    [
      'reports with properties',
      { report: { type: 'Plan Chosen', properties: { plan: 'pro' } } },
      [{ type: 'Plan Chosen', properties: { plan: 'pro' } }],
    ],
    [
      'does all of it in order',
      { report: 'R', url: '/u', start: 's', to: 'complete', answer: 1 },
      [
        { type: 'answer', answer: 1, written: false, stay: true },
        { type: 'complete' },
        { start: 's' },
        { open: 'https://app.example/u' },
        { type: 'R' },
      ],
    ],
  ])('%s', (_, action, told) => expect(act(action)).toEqual([clicked(), ...told]))

  it('is known by its id, else by its label', () => {
    expect(act({ id: 'later', to: 'dismiss' })).toEqual([clicked('later'), { type: 'dismiss', by: 'later' }])
    expect(act({ to: 'dismiss' })).toEqual([clicked('Go'), { type: 'dismiss', by: 'Go' }])
  })

  it('does nothing once its step is no longer on', () => {
    expect(act({ answer: 1, start: 'x' }, { live: () => false })).toEqual([])
  })

  it('is done once when a double click comes in', () => {
    let live = true
    const told = [] as unknown[]
    const made = view(step('a'), {
      live: () => live,
      send: (event) => {
        told.push(event)
        live = false
      },
    })
    made.next()
    made.next()
    made.answer(1)
    expect(told).toEqual([{ type: 'next' }])
  })
})

it('shows no progress on a way that branches: nobody knows how long it is', () => {
  const ask = step('ask', { branch: [{ answer: 'yes', to: 'more' }] })
  const { index, count } = view(step('more'), { steps: [ask, step('more')] })
  expect({ index, count }).toEqual({ index: 0, count: 1 })
})
