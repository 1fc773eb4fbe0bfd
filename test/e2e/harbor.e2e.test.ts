import { expect, test } from 'vitest'
import { day, minute, newVisitors, second } from './visitor.ts'

const visitor = newVisitors()
const { open, forward, surface, arrived, received, settled } = visitor

/** Ends the welcome tour at once, for tests of what comes later. */
async function dismissWelcome() {
  await surface('Welcome aboard').getByRole('button', { name: 'Not now' }).click()
  await arrived('Flow Dismissed', { flow: 'welcome' })
}

async function createProject(name: string) {
  const { page } = visitor
  await page.getByRole('button', { name: 'New project' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Create project' }).click()
  await page.getByRole('heading', { name }).waitFor()
}

test('a new visitor is welcomed, led to the real buttons, and told goodbye', async () => {
  const { page } = visitor
  await open('/harbor')
  const hello = surface('Welcome aboard, Mara')
  await hello.getByRole('img', { name: /lighthouse/ }).waitFor()
  expect(await arrived('Flow Started', { flow: 'welcome' })).toMatchObject({ surface: 'modal' })
  // Seen: otherwise nobody would count it.
  await arrived('Step Viewed', { flow: 'welcome', step: 'hello' })
  await hello.getByRole('button', { name: 'Show me around' }).click()

  const create = surface('Everything starts with a project')
  await expect.poll(() => create.textContent()).toContain('2 of 6')
  await beside(create, page.locator('[data-foothold="project.new"]'))
  await create.getByRole('button', { name: 'Next' }).click()
  await beside(surface('Your work, in three columns'), page.locator('[data-foothold="project.first"]'))
  await surface('Your work, in three columns').getByRole('button', { name: 'Back' }).click()
  await create.getByRole('button', { name: 'Next' }).click()
  await surface('Your work, in three columns').getByRole('button', { name: 'Next' }).click()
  await surface('Bring somebody along').getByRole('button', { name: 'Next' }).click()
  await surface('Stuck?').getByRole('button', { name: 'Next' }).click()
  await surface('That was all').getByRole('button', { name: 'Start working' }).click()
  expect(await arrived('Flow Completed', { flow: 'welcome' })).toMatchObject({ step: 'done' })
  await expect.poll(() => surface('').count()).toBe(0)

  await page.reload()
  await page.waitForTimeout(500)
  expect(await surface('Welcome aboard').count()).toBe(0)
})

test('doing the real thing moves the tour on', async () => {
  const { page } = visitor
  await open('/harbor')
  await surface('Welcome aboard').getByRole('button', { name: 'Show me around' }).click()
  await surface('Everything starts').waitFor()
  await createProject('Moorings')
  // The project's page is open now, which is what the step about boards asks for.
  await surface('Bring somebody along').waitFor()
  await page.getByRole('link', { name: 'Team' }).click()
  await surface('Stuck?').waitFor()
  await arrived('Goal Reached', { flow: 'welcome' })
})

test('a reload goes on where the visitor was, also on another page', async () => {
  const { page } = visitor
  await open('/harbor')
  await surface('Welcome aboard').getByRole('button', { name: 'Show me around' }).click()
  await surface('Everything starts').getByRole('button', { name: 'Next' }).click()
  await surface('Your work').getByRole('button', { name: 'Next' }).click()
  await surface('Bring somebody along').waitFor()
  await page.reload()
  await surface('Bring somebody along').waitFor()
  // The same tooltip, not a modal that stands in for it, and its words read as they did.
  expect(await surface('Bring somebody along').getAttribute('part')).toContain('tooltip')
  expect(await surface('Bring somebody along').textContent()).not.toContain('**')
  await open('/harbor/help')
  await surface('Bring somebody along').getByRole('button', { name: 'Next' }).click()
  await surface('Stuck?').waitFor()
  await settled()
  expect(received('Flow Started', { flow: 'welcome' })).toHaveLength(1)
})

test('the whole tour by keyboard; Escape ends it and gives the focus back', async () => {
  const { page } = visitor
  await open('/harbor')
  await surface('Welcome aboard').waitFor()
  const press = async (name: string) => {
    for (let tries = 0; tries < 25; tries++) {
      if ((await focused()) === name) return page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
    }
    throw new Error(`"${name}" was not reached with the Tab key; the focus is on "${await focused()}"`)
  }
  const focused = () =>
    page.evaluate(() => {
      let at = document.activeElement
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
      return (at?.getAttribute('aria-label') ?? at?.textContent ?? '').trim()
    })
  await press('Show me around')
  await surface('Everything starts').waitFor()
  await press('Next')
  await surface('Your work').waitFor()
  await page.keyboard.press('Escape')
  expect(await arrived('Flow Dismissed', { flow: 'welcome' })).toMatchObject({ step: 'board', by: 'escape' })
  await expect.poll(() => surface('').count()).toBe(0)
})

test('after three idle minutes a card offers help; its action starts the tour again', async () => {
  const { page } = visitor
  await open('/harbor')
  await dismissWelcome()
  await forward(2 * minute)
  expect(await surface('Back at your desk?').count()).toBe(0)
  await page.getByRole('button', { name: 'Demo clock' }).click()
  await page.getByRole('button', { name: '+3 min' }).click()
  const card = surface('Back at your desk?')
  await card.waitFor()
  // A card never takes the focus.
  expect(await page.evaluate(() => document.activeElement?.localName)).not.toBe('foothold-host')
  await card.getByRole('button', { name: 'Show me around' }).click()
  await surface('Welcome aboard').waitFor()
  await arrived('Action Clicked', { flow: 'idle-help', action: 'tour' })
  await arrived('Flow Started', { flow: 'welcome' })
})

test('the address of an action is opened', async () => {
  const { page } = visitor
  await open('/harbor')
  await dismissWelcome()
  await forward(3 * minute)
  await surface('Back at your desk?').getByRole('button', { name: 'Find an answer' }).click()
  await page.waitForURL('**/harbor/help')
  await arrived('Flow Completed', { flow: 'idle-help' })
})

test('who skipped steps of the tour gets a shorter one with only these', async () => {
  await open('/harbor')
  await surface('Welcome aboard').getByRole('button', { name: 'Show me around' }).click()
  await surface('Everything starts').getByRole('button', { name: 'Next' }).click()
  await surface('Your work').getByRole('button', { name: 'Skip' }).click()
  await surface('Bring somebody').getByRole('button', { name: 'Next' }).click()
  await surface('Stuck?').getByRole('button', { name: 'Skip' }).click()
  await surface('That was all').getByRole('button', { name: 'Start working' }).click()
  await arrived('Step Skipped', { flow: 'welcome', step: 'help' })
  await forward(minute)
  const ask = surface('The short version?')
  await expect.poll(() => ask.textContent()).toContain('1 of 3')
  await ask.getByRole('button', { name: 'Show me' }).click()
  await surface('One board per project').getByRole('button', { name: 'Next' }).click()
  await surface('Answers').getByRole('button', { name: 'Done' }).click()
  await arrived('Flow Completed', { flow: 'tailored-tour' })
  await settled()
  expect(received('Step Viewed', { flow: 'tailored-tour' }).map(({ step }) => step)).not.toContain('create')
})

test('a snoozed tour comes back the next day', async () => {
  await open('/harbor')
  await surface('Welcome aboard').getByRole('button', { name: 'Show me around' }).click()
  await surface('Everything starts').getByRole('button', { name: 'Skip' }).click()
  await surface('Your work').getByRole('button', { name: 'Skip' }).click()
  await surface('Bring somebody').getByRole('button', { name: 'Close' }).click()
  await arrived('Flow Dismissed', { flow: 'welcome' })
  await forward(minute)
  await surface('The short version?').getByRole('button', { name: 'Tomorrow' }).click()
  await arrived('Flow Snoozed', { flow: 'tailored-tour' })
  await forward(day - minute)
  expect(await surface('The short version?').count()).toBe(0)
  await forward(2 * minute)
  await surface('The short version?').waitFor()
})

test('three skipped sections ask what was looked for, and the answer decides what comes', async () => {
  const { page } = visitor
  await open('/harbor')
  await dismissWelcome()
  await open('/harbor/whats-new')
  await scrollPast(4)
  const ask = surface('What were you looking for?')
  await ask.getByRole('button', { name: 'Submit' }).click()
  await ask.getByText('Please choose an answer').waitFor()
  await ask.getByLabel('A feature that isn’t here yet').check()
  await ask.getByRole('button', { name: 'Submit' }).click()
  const which = surface('Which one?')
  await which.getByRole('textbox').fill('Boards on paper')
  await which.getByRole('button', { name: 'Send' }).click()
  await surface('Thank you').getByRole('button', { name: 'Done' }).click()
  await arrived('Step Answered', { flow: 'sections-survey', step: 'ask', answer: 'feature' })
  await arrived('Step Answered', { flow: 'sections-survey', step: 'which', answer: 'Boards on paper' })
  await arrived('Flow Completed', { flow: 'sections-survey' })
  expect(received('Section Skipped').length).toBeGreaterThanOrEqual(3)

  async function scrollPast(sections: number) {
    for (let passed = 0; passed < sections; passed++) {
      await page.mouse.wheel(0, 640)
      await page.waitForTimeout(250)
    }
  }
})

test('a project and then the help page: the likely question is answered', async () => {
  const { page } = visitor
  await open('/harbor')
  await dismissWelcome()
  await createProject('Lighthouse')
  await page.getByRole('link', { name: 'Help' }).click()
  const answer = surface('A new project, a first question')
  await answer.getByRole('button', { name: 'That was it' }).click()
  await arrived('Help Solved')
  await arrived('Flow Completed', { flow: 'help-after-project' })
})

test('onboarding done within three days, in any order, is celebrated by a custom step', async () => {
  const { page } = visitor
  await open('/harbor')
  await dismissWelcome()
  await onboard()
  const hooray = surface('You are all set up')
  await hooray.getByRole('button', { name: 'What can I do next?' }).click()
  await surface('Three things').getByRole('button', { name: 'Next' }).click()
  await beside(surface('explained here'), page.locator('[data-foothold="nav.news"]'))
  await surface('explained here').getByRole('button', { name: 'Later' }).click()
  await surface('How was getting started?').getByLabel('5 of 5').check({ force: true })
  await surface('How was getting started?').getByRole('button', { name: 'Submit' }).click()
  await surface('Fair winds').waitFor()
  await arrived('Step Answered', { flow: 'onboarding-done', step: 'rating', answer: 5 })
  await arrived('Flow Completed', { flow: 'onboarding-done' })
})

test('onboarding that took longer is not', async () => {
  await open('/harbor')
  await dismissWelcome()
  await forward(3 * day + second)
  await onboard()
  await forward(minute)
  await settled()
  expect(received('Flow Started', { flow: 'onboarding-done' })).toEqual([])
})

test('a step whose target never comes is passed over, and nobody is blamed for it', async () => {
  const { page } = visitor
  await page.addInitScript(() =>
    addEventListener('DOMContentLoaded', () => {
      const style = document.createElement('style')
      style.textContent = '[data-foothold="project.new"] { display: none }'
      document.head.append(style)
    }),
  )
  await open('/harbor')
  await surface('Welcome aboard').getByRole('button', { name: 'Show me around' }).click()
  await forward(5 * second)
  await surface('Your work, in three columns').waitFor()
  expect(await arrived('Step Skipped', { flow: 'welcome', step: 'create' })).toMatchObject({ reason: 'missing' })
  expect(received('Flow Dismissed', { flow: 'welcome' })).toEqual([])
})

test('starting over forgets the visitor', async () => {
  const { page } = visitor
  await open('/harbor')
  await dismissWelcome()
  await forward(day)
  await page.getByRole('button', { name: 'Demo clock' }).click()
  await page.getByRole('button', { name: 'Start over' }).click()
  await surface('Welcome aboard').waitFor()
  expect(await page.evaluate(() => Math.abs(window.demoClock.now() - Date.now()))).toBeLessThan(minute)
})

async function onboard() {
  const { page } = visitor
  await page.getByRole('link', { name: 'Team' }).click()
  await page.getByLabel('Email address').fill('noor@northwind.studio')
  await page.getByRole('button', { name: 'Send invite' }).click()
  await page.getByText('Noor').first().waitFor()
  await page.getByRole('link', { name: 'Projects', exact: true }).click()
  await createProject('Signals')
  await page.getByRole('link', { name: 'Projects', exact: true }).first().click()
  await page.getByRole('link', { name: /Atlas website/ }).click()
  await page.getByRole('button', { name: 'Complete: Write the About page' }).click()
  await arrived('Task Completed')
}

/** The surface touches none of the element's middle, and is near it. */
async function beside(surface: ReturnType<typeof visitor.surface>, element: ReturnType<typeof visitor.page.locator>) {
  await surface.waitFor()
  const [a, b] = [await surface.boundingBox(), await element.boundingBox()]
  if (!a || !b) throw new Error('One of the two is not drawn')
  const apart = (start: number, size: number, otherStart: number, otherSize: number) =>
    Math.max(start - (otherStart + otherSize), otherStart - (start + size))
  const distance = Math.max(apart(a.x, a.width, b.x, b.width), apart(a.y, a.height, b.y, b.height))
  expect(distance).toBeGreaterThanOrEqual(0)
  expect(distance).toBeLessThan(40)
}
