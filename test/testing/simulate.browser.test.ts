import { afterEach, expect, test } from 'vitest'
import type { Activity } from '../../src/core/activity.ts'
import { fakeClock, simulate } from '../../src/testing.ts'
import { closeTabs, openTab, until } from '../foothold/tab.ts'

afterEach(() => {
  closeTabs()
  localStorage.clear()
})

const guide = {
  format: 1,
  flows: [
    {
      id: 'ask',
      version: 1,
      trigger: { idle: '3m' },
      frequency: { times: 2 },
      steps: [
        { id: 'hello', type: 'message', props: { title: 'Hello', actions: [{ label: 'Go on' }] } },
        {
          id: 'score',
          type: 'survey',
          branch: [{ answer: 1, to: 'offer' }],
          props: { question: 'Well?', kind: 'csat', submit: 'Send' },
        },
        { id: 'thanks', type: 'message' },
        { id: 'offer', type: 'offer', props: { title: 'Sorry', code: 'SORRY' } },
      ],
    },
    { id: 'bye', version: 1, trigger: { status: 'ask', is: 'dismissed' }, steps: [{ id: 'a', type: 'message' }] },
  ],
}

test('a simulated visit reports what a visit of the page reports, at the same times', async () => {
  const clock = fakeClock()
  const tab = openTab({ guide, clock })
  const shadow = () => document.querySelector('foothold-host')?.shadowRoot
  const press = async (words: string) => {
    const button = () =>
      [...(shadow()?.querySelectorAll<HTMLElement>('button, label') ?? [])].find(
        (each) => (each.getAttribute('aria-label') ?? each.textContent)?.trim() === words,
      )
    await until(button)
    button()!.click()
  }
  const told = (activities: readonly Activity[], start: number) =>
    activities.map(({ type, at, properties, interaction }) => ({ type, at: at - start, properties, interaction }))

  tab.foothold.identify('u_1', { plan: 'trial' })
  tab.foothold.page({ path: '/pricing', title: '', referrer: '' })
  await until(() => tab.foothold.profile.counts['Page Viewed'])
  clock.advance('3m')
  await press('Go on')
  await until(() => shadow()?.textContent?.includes('Well?'))
  clock.advance(400)
  await until(() => shadow()?.querySelector('input[type=radio]'))
  shadow()!.querySelector<HTMLElement>('input[type=radio]')!.click()
  await press('Send')
  await until(() => tab.types().includes('Offer Shown'))
  clock.advance(500)
  await press('Close')
  await until(() => tab.foothold.profile.flows.bye?.status === 'shown')

  const visit = simulate(guide).as('u_1', { plan: 'trial' })
  visit.activities([['Page Viewed', { path: '/pricing', title: '', referrer: '' }]]).advance('3m')
  visit.press('Go on').advance(400).answer('score', 1).expectStep('offer').advance(500).dismiss().expect('bye')
  const start = visit.now - (clock.now() - tab.activities[0]!.at)
  expect(told(visit.activitiesOf(), start)).toEqual(told(tab.activities, tab.activities[0]!.at))
})
