import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { closeHouses, flowOf, later, playhouse, settled, until } from './playhouse.ts'

const markup = '<main><p id="hero">Old words</p><p id="after">What follows</p></main>'

beforeEach(() => {
  document.body.innerHTML = markup
})

afterEach(() => {
  closeHouses()
  document.body.innerHTML = ''
  vi.restoreAllMocks()
})

const hero = () => document.querySelector<HTMLElement>('#hero')!
const slots = () => [...document.querySelectorAll<HTMLElement>('foothold-host[data-mode]')]
const drawn = () => slots().map((slot) => slot.shadowRoot!.querySelector('[part~=title]')?.textContent)
const step = { surface: 'inline', mode: 'replace', target: '#hero' } as const

test('an inline step comes back when the page renders its element anew, at once and without looking at the whole page', async () => {
  const house = playhouse({ flows: [flowOf([{ id: 'one', ...step }])] })
  const observe = vi.spyOn(MutationObserver.prototype, 'observe')
  house.play('tour')
  hero().outerHTML = '<p id="hero">Rendered anew</p>'
  await Promise.resolve()
  expect([drawn(), hero().checkVisibility()]).toEqual([['one'], false])
  expect(observe.mock.calls.map(([, options]) => options?.subtree)).not.toContain(true)
  document.querySelector('main')!.innerHTML = '<p id="hero">Another time</p>'
  await until(() => drawn()[0] === 'one' && !hero().checkVisibility())
  expect(house.told()).toEqual(['Flow Started'])
})

test('inline steps follow one another in the same place, and the page is as it was in the end', () => {
  const house = playhouse({
    flows: [
      flowOf([
        { id: 'one', advance: 'Go On', ...step },
        { id: 'two', ...step },
      ]),
    ],
  })
  house.play('tour')
  house.happens('Go On')
  expect(drawn()).toEqual(['two'])
  house.stage.end('tour', 'enough')
  expect(document.querySelector('main')!.outerHTML).toBe(markup)
})

test('inline steps and hotspots of several flows are on at once, beside a modal', () => {
  const flows = [
    flowOf([{ id: 'one', ...step }], { id: 'inline' }),
    flowOf([{ id: 'two', surface: 'hotspot', target: '#after' }], { id: 'hotspot' }),
    flowOf([{ id: 'three', surface: 'hotspot', target: '#after' }], { id: 'another' }),
    flowOf([{ id: 'four' }], { id: 'modal' }),
  ]
  const house = playhouse({ flows })
  for (const { id } of flows) house.play(id)
  expect(house.stage.playing()).toEqual(['inline', 'hotspot', 'another', 'modal'])
  house.stage.stop()
  expect(document.querySelector('main')!.outerHTML).toBe(markup)
})

test('what has just come in is kept out of sight for half a second while what replaces it is fetched', async () => {
  document.body.innerHTML = ''
  const answer = later<unknown>()
  const house = playhouse({
    flows: [flowOf([{ id: 'one', ...step, content: { ref: 'hero' } }])],
    content: () => answer.promise,
  })
  house.play('tour')
  await settled()
  document.body.innerHTML = markup
  await settled()
  expect(getComputedStyle(hero()).visibility).toBe('hidden')
  house.clock.advance(499)
  expect(getComputedStyle(hero()).visibility).toBe('hidden')
  house.clock.advance(1)
  expect(document.querySelector('main')!.outerHTML).toBe(markup)
  answer.resolve({ title: 'one' })
  await until(() => drawn().length)
  expect(hero().checkVisibility()).toBe(false)
})

test('what was to be seen already stays until it is replaced', async () => {
  const answer = later<unknown>()
  const house = playhouse({
    flows: [flowOf([{ id: 'one', ...step, content: { ref: 'hero' } }])],
    content: () => answer.promise,
  })
  house.play('tour')
  await settled()
  expect(getComputedStyle(hero()).visibility).toBe('visible')
  answer.resolve({ title: 'one' })
  await until(() => drawn().length)
  expect(hero().checkVisibility()).toBe(false)
})
