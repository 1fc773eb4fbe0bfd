import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { page } from 'vitest/browser'
import type { Step } from '../../src/core/guide.ts'
import type { Task } from '../../src/core/task.ts'
import { defineStep, type StandardSchema } from '../../src/steps/step.ts'
import { click, closeHouses, flowOf, playhouse, root, titles, until } from './playhouse.ts'

beforeEach(() => page.viewport(1000, 700))
afterEach(closeHouses)

describe('a step with a schema', () => {
  type Verdict = ReturnType<StandardSchema<{ label: string }>['~standard']['validate']>
  const badge = (validate: (value: unknown) => Verdict) =>
    defineStep<{ label: string }>({
      name: 'badge',
      schema: { '~standard': { version: 1, vendor: 'test', validate } },
      mount(element, _, { label }) {
        const title = document.createElement('h2')
        title.setAttribute('part', 'title')
        title.textContent = label
        element.append(title)
      },
    })
  const flows = [
    flowOf([
      { id: 'one', type: 'badge', surface: 'card', props: { label: 'x' } },
      { id: 'two', surface: 'card', props: { title: 'Two' } },
    ]),
  ]

  test('is drawn with what the schema makes of its props', async () => {
    const house = playhouse({ flows, steps: [badge(() => ({ value: { label: 'checked' } }))] })
    house.play('tour')
    await until(() => titles().includes('checked'))
  })

  test('is skipped where they do not fit, and the next one comes', async () => {
    const house = playhouse({ flows, steps: [badge(() => ({ issues: [{ message: 'no', path: ['label'] }] }))] })
    house.play('tour')
    await until(() => titles().includes('Two'))
    expect(house.codes()).toEqual(['invalid-props'])
    expect(house.told()).toContain('Step Skipped one props')
  })

  test('waits for a schema that takes its time, and is not drawn once the flow is over', async () => {
    const verdicts: ((verdict: { value: { label: string } }) => void)[] = []
    const house = playhouse({ flows, steps: [badge(() => new Promise((resolve) => verdicts.push(resolve)))] })
    house.play('tour')
    expect(titles()).toEqual([])
    verdicts[0]!({ value: { label: 'at last' } })
    await until(() => titles().includes('at last'))
    house.stage.end('tour', 'host')

    house.play('tour')
    house.stage.end('tour', 'host')
    verdicts[1]!({ value: { label: 'too late' } })
    await Promise.resolve()
    expect(titles()).toEqual([])
  })
})

describe('a checklist', () => {
  const items = [
    { id: 'a', label: 'Create', done: 'Project Created' },
    { id: 'b', label: 'Invite', done: 'Teammate Invited' },
  ]
  const flows = [flowOf([{ id: 'list', type: 'checklist', surface: 'card', props: { title: 'Start', items } }])]
  const play = () => {
    const done = new Set<string>()
    const when = (_: unknown, step: Step | Task) => !('path' in step) || done.has(step.id)
    return { done, ...playhouse({ flows, when }) }
  }
  const bar = () => root()?.querySelector('[role=progressbar]')?.getAttribute('aria-valuetext')

  test('follows what the visitor does, and ends when all is done', async () => {
    const { done, happens, told, ...house } = play()
    house.play('tour')
    await until(() => bar() === '0 of 2')
    done.add('list.a')
    happens('Project Created')
    expect(bar()).toBe('1 of 2')
    done.add('list.b')
    happens('Teammate Invited')
    await until(() => told().includes('Flow Completed list'))
    expect(house.reports.find(({ type }) => type === 'Step Answered')?.properties?.answer).toEqual(['a', 'b'])
  })

  test('is not begun where all was done before', () => {
    const { done, told, ...house } = play()
    done.add('list.a').add('list.b')
    house.play('tour')
    expect(titles()).toEqual([])
    expect(told()).toContain('Flow Ended empty')
  })
})

test('a snoozed flow that is held comes back when nothing holds it any more', async () => {
  let held = true
  const later = { title: 'News', actions: [{ label: 'Later', to: 'snooze', for: '1h' }] }
  const house = playhouse({ flows: [flowOf([{ id: 'one', surface: 'card', props: later }])], held: () => held })
  house.play('tour')
  click('Later')
  house.clock.advance(3_600_000)
  expect(titles()).toEqual([])
  house.happens('Page Viewed')
  house.clock.advance(60_000)
  expect(titles()).toEqual([])
  held = false
  house.stage.arm()
  house.clock.advance(0)
  await until(() => titles().includes('News'))
})
