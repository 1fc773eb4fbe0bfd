import { afterEach, describe, expect, test, vi } from 'vitest'
import type { StepType } from '../../src/steps/step.ts'
import { type Follow, follow } from '../../src/surfaces/follow.ts'
import {
  click,
  closeHouses,
  flowOf,
  later,
  playhouse,
  put,
  root,
  settled,
  stepOf,
  surface,
  titles,
  until,
} from './playhouse.ts'

afterEach(closeHouses)

/** A source whose answers the test gives. */
function source() {
  const asked: { ref: string; context: unknown; answer(given: unknown): void; fail(cause: unknown): void }[] = []
  return {
    asked,
    refs: () => asked.map(({ ref }) => ref),
    content(ref: string, context: unknown) {
      const { promise, resolve, reject } = later<unknown>()
      asked.push({ ref, context, answer: resolve, fail: reject })
      return promise
    },
  }
}

const byReference = flowOf([
  { id: 'one', content: { ref: 'a' }, props: { title: '' } },
  { id: 'two', content: { ref: 'b' } },
  { id: 'three', content: { ref: 'c' } },
])

describe('a step type that is fetched', () => {
  const drawn = (name: string): StepType => ({
    name,
    View: ({ title }) => <h2 part="title">{title}</h2>,
    css: 'h2 { color: red }',
  })
  const flows = [flowOf([{ id: 'one', type: 'quiz' }, { id: 'two' }, { id: 'three', type: 'quiz' }])]

  test('is drawn, with its styles, when it is there, and had once for all its steps', async () => {
    const { promise, resolve } = later<{ quiz: StepType }>()
    const fetch = vi.fn(() => promise)
    const house = playhouse({ flows, stepChunks: new Map([['quiz', fetch]]) })
    house.play('tour')
    await settled()
    expect([titles(), house.told()]).toEqual([[], ['Flow Started']])
    resolve({ quiz: drawn('quiz') })
    await until(() => titles()[0] === 'one')
    expect(getComputedStyle(root()!.querySelector('h2')!).color).toBe('rgb(255, 0, 0)')
    house.stage.end('tour', 'host')
    house.play('tour')
    expect(titles()).toEqual(['one'])
    expect(fetch).toHaveBeenCalledOnce()
  })

  test('that fails is asked for a second time; then it is complained about, and the flow goes on without its step', async () => {
    const once = vi.fn(async () => ({ quiz: drawn('quiz') })).mockRejectedValueOnce(new Error('offline'))
    const house = playhouse({ flows, stepChunks: new Map([['quiz', once]]) })
    house.play('tour')
    await until(() => titles()[0] === 'one')
    expect(house.codes()).toEqual([])
    closeHouses()
    const never = vi.fn(() => Promise.reject(new Error('offline')))
    const two = [flowOf([{ id: 'one', type: 'quiz' }, { id: 'two' }])]
    const other = playhouse({ flows: two, stepChunks: new Map([['quiz', never]]) })
    other.play('tour')
    await until(() => titles()[0] === 'two')
    expect(never).toHaveBeenCalledTimes(2)
    expect(other.codes()).toEqual(['chunk-failed'])
    expect(other.told()).toContain('Step Skipped one content')
  })

  test('is not asked for where the host has its own of that name', async () => {
    const fetch = vi.fn(async () => ({ quiz: drawn('quiz') }))
    playhouse({ flows, steps: [drawn('quiz')], stepChunks: new Map([['quiz', fetch]]) }).play('tour')
    expect(titles()).toEqual(['one'])
    await settled()
    expect(fetch).not.toHaveBeenCalled()
  })
})

describe('what keeps a tooltip beside its element', () => {
  const flows = [flowOf([{ id: 'one', target: '#here' }, { id: 'two' }])]

  test('is fetched when a step stands there, and nothing is on screen before', async () => {
    put('here')
    const { promise, resolve } = later<{ follow: Follow }>()
    const fetch = vi.fn(() => promise)
    const house = playhouse({ flows: [...flows, flowOf([{ id: 'alone' }], { id: 'modal' })], loadFollow: fetch })
    house.play('modal')
    expect([titles(), fetch.mock.calls]).toEqual([['alone'], []])
    click('Done')
    house.play('tour')
    await settled()
    expect(titles()).toEqual([])
    resolve({ follow })
    await until(() => titles()[0] === 'one')
    house.stage.end('tour', 'host')
    house.play('tour')
    expect(titles()).toEqual(['one'])
    expect(fetch).toHaveBeenCalledOnce()
  })

  test('that cannot be had is told, and the flow goes on without the step', async () => {
    put('here')
    const fetch = vi.fn(() => Promise.reject(new Error('offline')))
    const house = playhouse({ flows, loadFollow: fetch })
    house.play('tour')
    await until(() => titles()[0] === 'two')
    expect(fetch).toHaveBeenCalledTimes(2)
    expect(house.codes()).toEqual(['chunk-failed'])
    expect(house.told()).toContain('Step Skipped one content')
  })
})

describe('content by reference', () => {
  test('is fetched when its step comes up, the next one ahead of time', async () => {
    const { asked, refs, content } = source()
    const house = playhouse({ flows: [byReference], content })
    house.play('tour', { product_id: 'p1' })
    expect(titles()).toEqual([])
    expect(asked).toMatchObject([{ ref: 'a', context: { flow: 'tour', trigger: { product_id: 'p1' } } }])
    asked[0]!.answer({ text: 'From afar' })
    await until(() => surface()?.textContent?.includes('From afar'))
    expect(refs()).toEqual(['a', 'b'])
    asked[1]!.answer({})
    await settled()
    click('Next')
    expect(titles()).toEqual(['two'])
    click('Back')
    click('Next')
    expect(refs()).toEqual(['a', 'b', 'c'])
  })

  test.each([
    ['an error', new Error('offline')],
    ['a text', 'hello'],
    ['a list', [1]],
    ['nothing', null],
  ])('that leads to %s passes over its step, and is told once, when its turn comes', async (_, given) => {
    const { asked, content } = source()
    const house = playhouse({
      flows: [flowOf([{ id: 'one' }, { id: 'two', content: { ref: 'b' } }, { id: 'three' }])],
      content,
    })
    const answer = () => {
      const { fail, answer } = asked.at(-1)!
      if (given instanceof Error) fail(given)
      else answer(given)
    }
    house.play('tour')
    answer()
    await settled()
    expect(house.errors).toEqual([])
    click('Next')
    expect(asked).toHaveLength(2)
    answer()
    await until(() => titles().includes('three'))
    expect(house.codes()).toEqual(['content-failed'])
    expect(house.told()).toEqual(['Flow Started', 'Step Viewed one', 'Step Skipped two content'])
  })

  test('of a source that has none passes over its step', async () => {
    const house = playhouse({ flows: [flowOf([{ id: 'one', content: { ref: 'a' } }, { id: 'two' }])] })
    house.play('tour')
    await until(() => titles().includes('two'))
    expect(house.codes()).toEqual(['content-failed'])
  })

  test('that comes for a step that was left is ignored', async () => {
    const { asked, content } = source()
    const flow = flowOf([
      { id: 'one', content: { ref: 'a' }, branch: [{ on: 'Plan Changed', to: 'two' }] },
      { id: 'two' },
    ])
    const house = playhouse({ flows: [flow], content })
    house.play('tour')
    house.happens('Plan Changed')
    expect(titles()).toEqual(['two'])
    asked[0]!.answer({ title: 'late' })
    await settled()
    expect(titles()).toEqual(['two'])
    house.stage.end('tour', 'host')
    expect(house.errors).toEqual([])
  })

  test('that comes for a step that was left and is sought again does not count for the target', async () => {
    const { asked, content } = source()
    const flow = flowOf([
      { id: 'one', target: '#here', content: { ref: 'a' }, branch: [{ on: 'Plan Changed', to: 'two' }] },
      { id: 'two', branch: [{ on: 'Plan Changed', to: 'one' }] },
    ])
    put('here')
    const house = playhouse({ flows: [flow], content })
    house.play('tour')
    house.happens('Plan Changed')
    document.querySelector('#here')!.remove()
    house.happens('Plan Changed')
    asked[0]!.answer({})
    await settled()
    expect(titles()).toEqual([])
    put('here')
    await until(() => titles().includes('one'))
    expect(surface()!.classList).toContain('tooltip')
  })

  test('that never comes is waited for as long as a target', () => {
    const { content } = source()
    const house = playhouse({ flows: [flowOf([{ id: 'one', content: { ref: 'a' } }, { id: 'two' }])], content })
    house.play('tour')
    house.clock.advance(5000)
    expect(titles()).toEqual(['two'])
    expect(house.told()).toContain('Step Skipped one content')
    expect(house.errors).toEqual([])
  })

  test('that never comes is not replaced by nothing, where the step could do without its target', () => {
    const { content } = source()
    const step = { id: 'one', target: '#nowhere', onMissing: 'center', content: { ref: 'a' } } as const
    const house = playhouse({ flows: [flowOf([step, { id: 'two' }])], content })
    house.play('tour')
    house.clock.advance(5000)
    expect(titles()).toEqual(['two'])
    expect(house.told()).toContain('Step Skipped one content')
  })

  test('that comes after the stage was stopped is ignored', async () => {
    const { asked, content } = source()
    const house = playhouse({ flows: [byReference, flowOf({ ref: 'steps' }, { id: 'whole' })], content })
    house.play('tour')
    house.play('whole')
    house.stage.stop()
    asked[0]!.fail(new Error('offline'))
    asked[1]!.answer([stepOf({ id: 'one' })])
    await settled()
    expect(root()).toBe(undefined)
    expect(house.told()).toEqual(['Flow Started'])
    expect(house.errors).toEqual([])
  })
})

describe('steps by reference', () => {
  const flow = flowOf({ ref: 'steps' }, { cancelOn: ['Order Completed'] })

  test('are fetched when the flow starts', async () => {
    const { asked, content } = source()
    const house = playhouse({ flows: [flow], content })
    house.play('tour', { product_id: 'p1' })
    house.play('tour')
    expect(asked).toMatchObject([{ ref: 'steps', context: { flow: 'tour', trigger: { product_id: 'p1' } } }])
    expect(house.told()).toEqual([])
    asked[0]!.answer([stepOf({ id: 'one' })])
    await until(() => titles().includes('one'))
    expect(house.told()).toEqual(['Flow Started'])
  })

  test.each<[string, unknown]>([
    ['an error', new Error('offline')],
    ['no list', {}],
    ['an empty list', []],
    ['no steps', [null]],
    ['a step without a type', [{ id: 'one' }]],
    ['a step with an id that no guide could have', [{ id: 'One!', type: 'message' }]],
    ['a step that is named like an end', [{ id: 'completed', type: 'message' }]],
    ['two steps of one id', [stepOf({ id: 'one' }), stepOf({ id: 'one' })]],
    ['a way to nowhere', [stepOf({ id: 'one', branch: [{ answer: 1, to: 'nowhere' }] })]],
    ['a time that is none', [stepOf({ id: 'one', timeout: 'soon' })]],
  ])('that turn out to be %s end the flow, and its slot is free', async (_, given) => {
    const house = playhouse({
      flows: [flow],
      content: async () => {
        if (given instanceof Error) throw given
        return given
      },
    })
    house.play('tour')
    await until(() => house.told().length)
    expect(house.told()).toEqual(['Flow Ended content'])
    expect(house.codes()).toEqual(['content-failed'])
    expect(house.progress).toEqual({})
    expect(house.clock.timers).toBe(0)
  })

  test('of a flow that is ended meanwhile are not played', async () => {
    const { asked, content } = source()
    const house = playhouse({ flows: [flow], content })
    house.play('tour')
    house.stage.end('tour', 'host')
    expect(house.told()).toEqual(['Flow Ended host'])
    house.play('tour')
    asked[0]!.fail(new Error('offline'))
    await settled()
    asked[1]!.answer([stepOf({ id: 'one' })])
    await until(() => titles().includes('one'))
    expect(house.told()).toEqual(['Flow Ended host', 'Flow Started'])
    expect(house.errors).toEqual([])
  })

  test('of a flow that is cancelled meanwhile are not shown', async () => {
    const { asked, content } = source()
    const house = playhouse({ flows: [flow], content })
    house.play('tour')
    house.happens('Order Completed')
    asked[0]!.answer([stepOf({ id: 'one' })])
    await until(() => house.told().length)
    expect(titles()).toEqual([])
    expect(house.told()).toEqual(['Flow Started', 'Flow Ended one cancelled'])
  })

  test('of a flow whose slot was taken meanwhile are not shown', async () => {
    const { asked, content } = source()
    const house = playhouse({ flows: [flow, flowOf([{ id: 'other' }], { id: 'other' })], content })
    house.play('tour')
    house.play('other')
    asked[0]!.answer([stepOf({ id: 'one' })])
    await until(() => house.told().some((each) => /Ended/.test(each)))
    expect(titles()).toEqual(['other'])
    expect(house.told()).toEqual(['Flow Started', 'Flow Ended displaced'])
  })
})

test('steps of a flow that a gate keeps back by now are not shown, started or gone on with', async () => {
  const { asked, content } = source()
  const flow = flowOf({ ref: 'steps' })
  const closed = vi.fn(() => 'consent')
  const house = playhouse({ flows: [flow], content, closed })
  house.stage.play({ flow: 'tour', cause: house.activity('Button Clicked') })
  asked[0]!.answer([stepOf({ id: 'one' })])
  await until(() => house.told().length)
  expect(house.told()).toEqual(['Flow Ended consent'])
  house.stage.resume({ tour: { value: 'one', context: { flow: 'tour', version: 1, visited: ['one'] } } })
  asked[1]!.answer([stepOf({ id: 'one' })])
  await until(() => house.told().length > 1)
  expect(house.told()).toEqual(['Flow Ended consent', 'Flow Ended consent'])
  expect(titles()).toEqual([])
  expect(closed.mock.calls).toEqual([
    ['tour', false],
    ['tour', true],
  ])
})

describe('Markdown', () => {
  test('is parsed', async () => {
    const house = playhouse({ flows: [flowOf([{ id: 'one', props: { text: 'This is **important**' } }])] })
    house.play('tour')
    await until(() => root()?.querySelector('strong'))
    expect(root()!.querySelector('strong')!.textContent).toBe('important')
  })

  test('of a content and of a translation is parsed too', async () => {
    const flows = [
      flowOf([{ id: 'one', content: { ref: 'a' } }]),
      flowOf([{ id: 'two', surface: 'card', props: { text: 'welcome-text' } }], { id: 'translated' }),
    ]
    const house = playhouse({
      flows,
      content: async () => ({ text: 'This is **important**' }),
      translations: () => ({ en: { 'welcome-text': 'Be *welcome*' } }),
    })
    house.play('translated')
    await until(() => root()?.querySelector('em'))
    house.play('tour')
    await until(() => root()?.querySelector('strong'))
  })

  test('is not looked for in addresses and templates: such a step is drawn at once', () => {
    const actions = [{ label: 'Docs', url: 'https://example.com/a_b_c' }]
    const text = 'Hello {{visitor.traits.first_name | default:"you"}}'
    const house = playhouse({ flows: [flowOf([{ id: 'one', props: { text, actions } }])] })
    house.play('tour')
    expect(surface()!.textContent).toContain('Hello you')
  })
})

test('what a step sends is filled with what started the flow', () => {
  const send = {
    id: 'send',
    type: 'send',
    activity: 'Cart Abandoned',
    properties: { name: '{{trigger.name}}', fixed: 1 },
  }
  const house = playhouse({ flows: [{ ...flowOf([]), steps: [send, stepOf({ id: 'one' })] }] })
  house.play('tour', { name: 'Lamp' })
  expect(titles()).toEqual(['one'])
  expect(house.reports[1]).toEqual({
    type: 'Cart Abandoned',
    interaction: false,
    properties: { name: 'Lamp', fixed: 1 },
  })
})
