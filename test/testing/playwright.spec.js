import { test as base, expect } from '@playwright/test'
import { footholdFixture } from 'foothold/testing/playwright'

const test = base.extend(footholdFixture)
const message = (title, more = {}) => ({ id: 'hello', type: 'message', props: { title }, ...more })
const guide = {
  format: 1,
  flows: [
    { id: 'help', version: 1, trigger: { idle: '3m' }, pages: ['/harbor'], steps: [message('Need a hand?')] },
    {
      id: 'pro',
      version: 1,
      trigger: { all: ['Report Exported', { profile: { 'visitor.traits.plan': 'pro' } }] },
      steps: [message('Well done', { content: { ref: 'praise' } })],
    },
  ],
}

test.beforeEach(async ({ page, foothold }) => {
  await foothold.guide(guide, '**/guide/harbor.json')
  await foothold.content('praise', { text: 'That was the first of many.' })
  await page.goto('/harbor')
})

test('time passes for the page, and a flow comes up', async ({ page, foothold }) => {
  await foothold.advance('2m')
  await foothold.expectNot('help')
  await foothold.advance('1m')
  await foothold.expect('help')
  await expect(foothold.surface('Need a hand?')).toBeVisible()
  await expect(foothold.expectNot('help')).rejects.toThrow('“help” runs.')
  await foothold.surface().getByRole('button', { name: 'Done' }).click()
  await expect(foothold.surface()).toHaveCount(0)
  expect((await foothold.activities('Flow Completed')).map(({ properties }) => properties.flow)).toEqual(['help'])
  await page.reload()
  await foothold.advance('5m')
  await foothold.expectNot('help')
  expect(await foothold.activities('Flow Started')).toHaveLength(1)
})

test('a visitor is somebody, does something, and gets a content', async ({ foothold }) => {
  await foothold.identify('u_1', { plan: 'pro' })
  await foothold.track('Report Exported', { format: 'pdf' })
  await foothold.expect('pro')
  await expect(foothold.surface()).toContainText('That was the first of many.')
  const [exported] = await foothold.activities('Report Exported')
  expect(exported).toMatchObject({ visitor: { id: 'u_1' }, properties: { format: 'pdf' } })
  expect((await foothold.explain('pro')).gates.find(({ gate }) => gate === 'slot')?.verdict).toBe('hold')
})

test('an expectation that is not met says why', async ({ foothold }) => {
  await foothold.advance('1m')
  const error = await foothold.expect('help').catch((error) => error)
  expect(error.message).toMatch(
    /“help” is not on screen\. “help” waits for its trigger: 1 min .*wanted 3 min; would fire/,
  )
})

test('a page without Foothold is told of', async ({ page, foothold }) => {
  await page.goto('/demo/index/index.css')
  await expect(foothold.track('Report Exported')).rejects.toThrow('There is no window.foothold on this page.')
})
