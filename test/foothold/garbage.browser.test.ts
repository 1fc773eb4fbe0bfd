import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { createFoothold, type Foothold } from '../../src/foothold.ts'
import { inlineSource } from '../../src/sources/inline.ts'
import { seed } from '../seed.ts'
import { closeTabs, guideOf, openTab, settled } from './tab.ts'

vi.mock('../../src/stage.ts', () => ({
  createStage: () => ({
    play() {},
    resume() {},
    activity() {},
    playing: () => [],
    end() {},
    preview() {},
    arm() {},
    async fetch() {},
    warm: () => false,
    stop() {},
  }),
}))

afterEach(closeTabs)

/** Things that hosts pass by mistake, by name: a failing test must be able to print what it was given. */
const things: { [name: string]: unknown } = {
  undefined: undefined,
  null: null,
  document,
  window,
  body: document.body,
  symbol: Symbol('x'),
  bigint: 10n,
  megabyte: 'x'.repeat(1_000_000),
  thrower() {
    throw new Error('called')
  },
  class: class {},
  trap: new Proxy(
    {},
    {
      get() {
        throw new Error('trapped')
      },
      ownKeys() {
        throw new Error('trapped')
      },
    },
  ),
  getter: {
    get type() {
      throw new Error('got')
    },
  },
  mute: {
    toString() {
      throw new Error('no text')
    },
  },
  hole: Object.assign([], { length: 1e5 }),
  error: new Error('an error'),
  never: new Promise(() => {}),
  circle: circle(),
}

function circle() {
  const list: unknown[] = []
  list.push(list, { list })
  return list
}

const hostile = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withNullPrototype: true,
    withSparseArray: true,
  }),
  fc.constantFrom(...Object.keys(things)).map((thing) => ({ thing })),
)

function real(given: unknown): unknown {
  const name =
    typeof given === 'object' && given && Object.hasOwn(given, 'thing') ? (given as { thing: string }).thing : undefined
  return name !== undefined && Object.hasOwn(things, name) ? things[name] : given
}

const verbs = [
  'identify',
  'track',
  'page',
  'start',
  'explain',
  'end',
  'preview',
  'hold',
  'consent',
  'subscribe',
  'reset',
] as const
const call = fc.tuple(fc.constantFrom(...verbs), fc.array(hostile, { maxLength: 3 }))

function perform(foothold: Foothold, calls: [(typeof verbs)[number], unknown[]][]) {
  for (const [verb, given] of calls) (foothold[verb] as (...given: unknown[]) => unknown)(...given.map(real))
  void foothold.profile
}

test('no verb ever throws, or leaves a rejection, whatever it is given: before the guide, with it, and after the end', async () => {
  const rejected: unknown[] = []
  const onRejected = (event: PromiseRejectionEvent) => rejected.push(event.reason)
  addEventListener('unhandledrejection', onRejected)
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 6 }), async (calls) => {
      const { foothold, clock } = openTab({ guide: guideOf({ id: 'a', trigger: 'Button Clicked' }) })
      perform(foothold, calls)
      await settled()
      perform(foothold, calls)
      clock.advance(5000)
      await settled()
      foothold.stop()
      perform(foothold, calls)
      expect(clock.timers).toBe(0)
    }),
    { seed, numRuns: 60, interruptAfterTimeLimit: 20_000 },
  )
  removeEventListener('unhandledrejection', onRejected)
  expect(rejected).toEqual([])
}, 60_000)

test('options that cannot be used make an instance that does nothing, and one error', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const names = [
    'source',
    'observers',
    'steps',
    'destinations',
    'store',
    'theme',
    'locale',
    'consent',
    'clock',
    'onError',
    'onActivity',
    'debug',
  ]
  fc.assert(
    fc.property(hostile, fc.dictionary(fc.constantFrom(...names), hostile), (whole, parts) => {
      const options = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, real(part)]))
      for (const given of [real(whole), options, { source: inlineSource(guideOf()), ...options }]) {
        const foothold = createFoothold(given as never)
        foothold.track('Button Clicked')
        foothold.start('a')
        void foothold.profile
        foothold.stop()
      }
    }),
    { seed, numRuns: 200 },
  )
  const errors: unknown[] = []
  const foothold = createFoothold({ observers: 7, onError: (error: unknown) => errors.push(error) } as never)
  foothold.track('Button Clicked')
  expect(errors.map(String)).toEqual([expect.stringContaining('it needs a source')])
  warn.mockRestore()
})
