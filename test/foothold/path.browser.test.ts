import { afterEach, expect, test } from 'vitest'
import { page } from 'vitest/browser'
import { clicks } from '../../src/observers/clicks.ts'
import { pageViews } from '../../src/observers/page-views.ts'
import { closeTabs, guideOf, openTab, settled, until } from './tab.ts'

// Nothing is replaced but the ends: a real click comes in, and the destination is a list.
afterEach(() => {
  closeTabs()
  document.querySelector('#invite')?.remove()
})

test('from a click on the page to a survey, its answer, the goal and the destination', async () => {
  const button = document.createElement('button')
  button.id = 'invite'
  button.textContent = 'Invite'
  button.dataset.footholdTrack = 'Invite Pressed'
  document.body.append(button)
  const { foothold, clock, batches, errors, types } = openTab({
    observers: [pageViews(), clicks()],
    guide: guideOf({
      id: 'welcome',
      trigger: { count: 'Invite Pressed', is: { $gte: 2 } },
      goal: { on: 'Invite Sent', within: '1d' },
      steps: [
        { id: 'hello', type: 'message', surface: 'modal', props: { title: 'Hello {{visitor.traits.name}}' } },
        {
          id: 'why',
          type: 'survey',
          surface: 'card',
          props: {
            question: 'Who do you invite?',
            kind: 'choice',
            choices: ['A colleague', 'A friend'],
            trait: 'invites',
          },
        },
      ],
    }),
  })
  foothold.identify('u_1', { name: 'Ada' })
  await until(() => types().includes('Visitor Identified'))

  await page.getByRole('button', { name: 'Invite' }).click()
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument()
  await page.getByRole('button', { name: 'Invite' }).click()
  await expect.element(page.getByText('Hello Ada')).toBeVisible()
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('radio', { name: 'A friend' }).click()
  await page.getByRole('button', { name: /send|submit|done/i }).click()
  await until(() => types().includes('Flow Completed'))
  await expect.element(page.getByText('Who do you invite?')).not.toBeInTheDocument()
  foothold.track('Invite Sent')

  expect(foothold.profile.flows.welcome).toMatchObject({ status: 'completed', times: 1, answers: { why: 'A friend' } })
  clock.advance(1000)
  await until(() => batches.length)
  const delivered = batches.flatMap(({ activities }) => activities)
  expect(delivered.map(({ type }) => type)).toEqual(
    expect.arrayContaining([
      'Page Viewed',
      'Flow Started',
      'Step Viewed',
      'Step Answered',
      'Flow Completed',
      'Goal Reached',
    ]),
  )
  expect(delivered.find(({ type }) => type === 'Step Answered')!.properties).toMatchObject({
    flow: 'welcome',
    step: 'why',
    answer: 'A friend',
  })
  expect(batches[0]!.visitor).toMatchObject({ id: 'u_1', traits: { name: 'Ada' } })
  expect(foothold.profile.visitor.traits).toEqual({ name: 'Ada', invites: 'A friend' })
  const told = delivered.filter(({ type }) => type === 'Visitor Identified')
  expect(told.at(-1)!.visitor.traits).toMatchObject({ invites: 'A friend' })
  expect(new Set(delivered.map(({ id }) => id)).size).toBe(delivered.length)
  expect(errors).toEqual([])
})

test('a reload in the middle of a flow goes on at the same step', async () => {
  const guide = guideOf({
    id: 'tour',
    steps: [
      { id: 'one', type: 'message', surface: 'modal', props: { title: 'Step one' } },
      { id: 'two', type: 'message', surface: 'modal', props: { title: 'Step two' } },
    ],
  })
  const first = openTab({ guide })
  first.foothold.start('tour')
  await expect.element(page.getByText('Step one')).toBeVisible()
  await page.getByRole('button', { name: 'Next' }).click()
  await expect.element(page.getByText('Step two')).toBeVisible()
  first.foothold.stop()
  await expect.element(page.getByText('Step two')).not.toBeInTheDocument()

  const second = openTab({ guide, store: first.store })
  await expect.element(page.getByText('Step two')).toBeVisible()
  await page.getByRole('button', { name: 'Done' }).click()
  await until(() => second.types().includes('Flow Completed'))
  expect(second.types()).not.toContain('Flow Started')
})

test('a consent that is taken back while the steps are fetched keeps the flow away', async () => {
  let deliver: ((steps: unknown) => void) | undefined
  const guide = guideOf({ trigger: 'Button Clicked', purpose: 'marketing', steps: { ref: 'late' } })
  const content = () => new Promise((resolve) => (deliver = resolve))
  const source = { name: 'slow', guide: async () => guide, content }
  const { foothold, activities } = openTab({ source, consent: { marketing: true } })
  await settled()
  foothold.track('Button Clicked')
  await until(() => deliver)
  foothold.consent({ marketing: false })
  deliver!([{ id: 'hello', type: 'message', props: { title: 'Hello' } }])
  await until(() => activities.some(({ type }) => type === 'Flow Ended'))
  expect(activities.at(-1)?.properties).toMatchObject({ flow: 'flow-1', reason: 'consent' })
  expect(document.querySelector('foothold-host')?.shadowRoot?.querySelector('[part~=title]') ?? null).toBeNull()
})
