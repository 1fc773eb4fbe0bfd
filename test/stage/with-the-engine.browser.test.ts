import { afterEach, expect, test } from 'vitest'
import { closeTabs, guideOf, openTab, settled, until } from '../foothold/tab.ts'
import { click, titles } from './playhouse.ts'

afterEach(closeTabs)

const later = [{ label: 'Later', to: 'snooze', for: '1h' }]

test('a flow that comes back takes its slot again at once', async () => {
  const guide = guideOf(
    { id: 'snoozed', steps: [{ id: 'one', type: 'message', props: { title: 'one', actions: later } }] },
    {
      id: 'other',
      trigger: 'Plan Changed',
      steps: [{ id: 'other', type: 'message', props: { title: 'other' } }],
    },
  )
  const { foothold, clock } = openTab({ guide })
  foothold.start('snoozed')
  await until(() => titles().includes('one'))
  click('Later')
  expect(titles()).toEqual([])
  clock.advance(3_600_000)
  expect(titles()).toEqual(['one'])
  foothold.track('Plan Changed')
  expect(titles()).toEqual(['one'])
  expect(foothold.explain('other').gates.find(({ gate }) => gate === 'slot')).toMatchObject({ actual: 'snoozed' })
})

test('a flow does not hear of what started it', async () => {
  const step = (id: string) => ({ id, type: 'message', advance: 'Plan Changed', props: { title: id } })
  const guide = guideOf(
    { id: 'first', steps: [step('zero')] },
    { id: 'tour', trigger: 'Plan Changed', steps: [step('one'), step('two')] },
  )
  const { foothold, types } = openTab({ guide })
  // With the stage in place.
  foothold.start('first')
  await until(() => titles().includes('zero'))
  foothold.end('first')
  await settled()
  foothold.track('Plan Changed')
  await until(() => titles().length)
  expect(titles()).toEqual(['one'])
  foothold.track('Plan Changed')
  expect(titles()).toEqual(['two'])
  expect(types().filter((type) => type === 'Flow Started')).toHaveLength(2)
})

test('one flow leads to the next', async () => {
  const guide = guideOf(
    { id: 'first', steps: [{ id: 'one', type: 'message', props: { title: 'one' } }] },
    {
      id: 'second',
      trigger: { status: 'first', is: 'completed' },
      steps: [{ id: 'two', type: 'message', props: { title: 'two' } }],
    },
  )
  const { foothold } = openTab({ guide })
  foothold.start('first')
  await until(() => titles().includes('one'))
  click('Done')
  expect(titles()).toEqual(['two'])
  click('Done')
  expect(titles()).toEqual([])
  expect(foothold.profile.flows.second).toMatchObject({ status: 'completed', times: 1 })
})
