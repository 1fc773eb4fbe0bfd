import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { day, hour, newVisitors } from './visitor.ts'

const visitor = newVisitors()
const { arrived, forward, open, received, settled, surface } = visitor

const { flows } = JSON.parse(readFileSync('demo/guides/gallery.json', 'utf8')) as { flows: { id: string }[] }
const kinds = flows.map(({ id }) => id).filter((id) => id !== 'mood-of-the-day')
const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')

const start = (flow: string) => visitor.page.evaluate((flow) => window.foothold.start(flow), flow)
/** Not what is on its way out. */
const shown = () => visitor.page.locator('foothold-host .flow:not([inert]) .surface')

/** What a screen reader is told of the surface, without what stands in a label already. */
async function told() {
  return (await shown().ariaSnapshot())
    .split('\n')
    .filter((line) => !/- (text:|paragraph|\/placeholder)/.test(line))
    .join('\n')
}

test.each([
  ['en', 'light', 1280],
  ['de', 'light', 320],
  ['ar', 'dark', 320],
] as const)(
  'each kind of step in %s, %s, %i wide, is accessible and stays within the window',
  async (lang, theme, width) => {
    const { page } = visitor
    await page.setViewportSize({ width, height: 720 })
    await open(`/gallery?lang=${lang}&theme=${theme}`)
    await page.evaluate(axe)
    for (const kind of kinds) {
      await start(kind)
      await shown().waitFor()
      const box = (await shown().boundingBox())!
      expect([kind, box.x >= 0, box.y >= 0, box.x + box.width <= width, box.y + box.height <= 720]).toEqual([
        kind,
        ...[true, true, true, true],
      ])
      const found = await page.evaluate(async () => {
        const host = document.querySelector('foothold-host')!
        const inside = host.shadowRoot!.querySelector('.scroll')!
        const { violations } = await (window as never as { axe: typeof import('axe-core') }).axe.run(host)
        const cut = inside.scrollWidth > inside.clientWidth ? ['cut off'] : []
        return [...cut, ...violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)]
      })
      expect([kind, ...found]).toEqual([kind])
      await page.evaluate((kind) => window.foothold.end(kind), kind)
      await shown().waitFor({ state: 'detached' })
    }
  },
)

test('in Arabic the steps turn around and the English page does not, in a theme of one’s choice', async () => {
  const { page } = visitor
  await open('/gallery')
  await page.getByLabel('Theme').selectOption('console')
  await page.waitForURL(/theme=console/)
  await page.getByLabel('Language').selectOption('ar')
  await page.waitForURL(/lang=ar/)
  await start('message')
  await shown().waitFor()
  const look = (element: Element) => [getComputedStyle(element).direction, getComputedStyle(element).backgroundColor]
  expect(await shown().evaluate(look)).toEqual(['rtl', 'rgb(13, 17, 16)'])
  expect((await page.locator('body').evaluate(look))[0]).toBe('ltr')
})

test('a screen reader is told of a checklist what is to be done and how far it is', async () => {
  await open('/gallery')
  await start('checklist')
  await shown().waitFor()
  await visitor.page.getByRole('button', { name: 'Create a project' }).click()
  await shown().getByRole('status').getByText('1 of 5').waitFor()
  expect(await shown().ariaSnapshot()).toBe(`- dialog "Get started":
  - button "Minimize" [expanded]
  - heading "Get started" [level=2]
  - paragraph: Five small things, ten minutes.
  - progressbar "Get started"
  - list:
    - listitem: Create a project Completed
    - listitem: Invite a teammate Guests are free.
    - listitem:
      - button "See what a board can do"
    - listitem:
      - button "Tell us how you feel"
    - listitem:
      - button "Put the weekly review into your calendar Tick it off when you have."
  - status: "Create a project: Completed. 1 of 5"
  - button "Close"`)
  expect(await shown().getByRole('progressbar').getAttribute('aria-valuetext')).toBe('1 of 5')
})

test('a screen reader is told of each question what it is called and what can be answered', async () => {
  await open('/gallery')
  await start('several')
  expect(await told()).toBe(`- dialog "Three quick questions":
  - heading "Three quick questions" [level=2]
  - radiogroup "How satisfied are you with Harbor?":
    - radio "Very dissatisfied"
    - radio "Dissatisfied"
    - radio "Neutral"
    - radio "Satisfied"
    - radio "Very satisfied"
  - group "What do you use it for? (optional)":
    - checkbox "Work"
    - checkbox "Private projects"
    - checkbox "Other"
  - textbox "May we ask back? Then where? (optional)":
  - button "Send"
  - button "Close"`)
})

test('several questions are answered by keyboard alone: one hangs on another, what is missing is asked for first', async () => {
  const { page } = visitor
  await open('/gallery')
  await start('several')
  await shown().getByRole('heading').waitFor()
  await page.getByRole('button', { name: 'Send' }).press('Enter')
  const alert = shown().getByRole('alert')
  expect(await alert.textContent()).toBe('Please choose an answer')
  // The focus is in the group; an arrow chooses, and neither answers nor goes on.
  await page.keyboard.press('ArrowRight')
  await alert.waitFor({ state: 'detached' })
  await shown().getByRole('textbox', { name: 'What went wrong?' }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.type('The import')
  for (const key of ['Tab', 'Space', 'Tab', 'Tab', 'Space', 'Tab']) await page.keyboard.press(key)
  await page.keyboard.type('Lending things')
  await page.keyboard.press('Tab')
  await page.keyboard.type('nobody')
  await page.keyboard.press('Enter')
  expect(await alert.textContent()).toContain('such as name@example.com')
  await page.keyboard.type('@example.com')
  // A reload keeps what is written.
  await page.reload()
  await shown().getByRole('textbox', { name: 'What went wrong?' }).waitFor()
  expect(received('Step Answered')).toEqual([])
  await page.getByRole('button', { name: 'Send' }).press('Enter')
  const { answer } = await arrived('Step Answered', { flow: 'several' })
  expect(answer).toEqual({
    score: 2,
    why: 'The import',
    uses: ['Work', { other: 'Lending things' }],
    mail: 'nobody@example.com',
  })
  await surface('Ines reads every one').waitFor()
})

test('a checklist counts what was done before, elsewhere and on purpose, stays small over a reload, and ends with thanks', async () => {
  const { page } = visitor
  await open('/gallery')
  await page.getByRole('button', { name: 'Create a project' }).click()
  await start('checklist')
  await shown().getByText('1 of 5', { exact: true }).waitFor()

  // Small, and so after a reload; what happens meanwhile counts.
  const minimize = page.getByRole('button', { name: 'Minimize' })
  await minimize.focus()
  await page.keyboard.press('Enter')
  const launcher = page.getByRole('button', { name: 'Get started 1 of 5' })
  expect(await launcher.evaluate((button) => (button.getRootNode() as ShadowRoot).activeElement === button)).toBe(true)
  await page.reload()
  await launcher.waitFor()
  await page.getByRole('button', { name: 'Invite a teammate' }).click()
  await page.getByRole('button', { name: 'Get started 2 of 5' }).click()
  // Escape makes it small again, and never ends it.
  await minimize.waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Get started 2 of 5' }).click()

  // Another flow that is started from here makes room, and counts when it is completed.
  await shown().getByRole('button', { name: 'See what a board can do' }).click()
  await surface('Boards can be shared').getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Get started 3 of 5' }).click()
  const tick = shown().getByRole('button', { name: 'Put the weekly review' })
  await tick.click()
  await shown().getByText('4 of 5', { exact: true }).waitFor()
  await tick.click()
  await shown().getByText('3 of 5', { exact: true }).waitFor()
  await tick.click()
  await shown().getByRole('button', { name: 'Tell us how you feel' }).click()
  await surface('How do you feel today?').getByRole('radio', { name: 'Neutral' }).check()
  await page.getByRole('button', { name: 'Submit' }).click()
  await surface('Harbor is yours now').waitFor()
  expect(await arrived('Step Answered', { flow: 'checklist' })).toMatchObject({
    answer: ['project', 'invite', 'tour', 'feel', 'calendar'],
  })
  await arrived('Flow Completed', { flow: 'checklist' })

  // With all of that done there is no reason to show it again; what was ticked off by hand belongs to its run.
  await settled()
  expect(received('Flow Dismissed')).toEqual([])
})

test('an announcement can be put off until tomorrow, and then waits for a page that is held', async () => {
  const { page } = visitor
  await open('/gallery')
  await start('announcement')
  const note = surface('Planned work on Sunday')
  await note.getByRole('button', { name: 'Remind me tomorrow' }).press('Enter')
  await note.waitFor({ state: 'detached' })
  await arrived('Flow Snoozed', { flow: 'announcement' })
  await page.reload()
  await page.evaluate(() => window.foothold.ready)
  await forward(day - hour)
  await settled()
  expect(await note.count()).toBe(0)
  await page.evaluate(() => {
    Object.assign(window, { release: window.foothold.hold('checkout') })
  })
  await forward(2 * hour)
  await settled()
  expect(await note.count()).toBe(0)
  await page.evaluate(() => (window as never as { release(): void }).release())
  await note.waitFor()
  await note.getByRole('button', { name: 'Understood' }).click()
  await arrived('Flow Completed', { flow: 'announcement' })
})

test('an offer that runs for three days from its first show does not begin anew, and says when it is over', async () => {
  const { page } = visitor
  await open('/gallery')
  const ends = async () => (await shown().getByRole('status').textContent())?.replace(/ \(.*/, '')
  await start('offer')
  const first = await ends()
  await page.evaluate(() => window.foothold.end('offer'))
  await forward(71 * hour)
  await start('offer')
  expect(await ends()).toBe(first)
  expect(await shown().getByRole('status').textContent()).toContain('(in 60 minutes)')
  await forward(hour)
  await surface('This offer has ended').waitFor()
  expect(await shown().getByRole('button', { name: 'Copy' }).count()).toBe(0)
  await page.evaluate(() => window.foothold.end('offer'))
  // What is over is not begun.
  await settled()
  const before = received('Offer Shown').length
  await start('offer')
  await settled()
  expect(await shown().count()).toBe(0)
  expect(received('Offer Shown')).toHaveLength(before)
})

test('an offer stays claimed over a reload, and is not made again to who has it', async () => {
  const { page } = visitor
  await open('/gallery')
  await start('last-day')
  await shown().getByRole('button', { name: 'Copy' }).click()
  await arrived('Offer Copied', { code: 'LAMP10' })
  await page.reload()
  await shown().getByRole('button', { name: 'Copied' }).waitFor()
  await shown().getByRole('button', { name: 'Use the offer' }).click()
  await start('last-day')
  await settled()
  expect(await shown().count()).toBe(0)

  await start('claimed-once')
  await shown().getByRole('button', { name: 'Copy' }).waitFor()
  await page.evaluate(() => window.foothold.track('Coupon Applied', { coupon: 'COFFEE' }))
  await shown().getByRole('status').getByText('Claimed').waitFor()
  await shown().getByRole('button', { name: 'Done' }).click()
  await arrived('Flow Completed', { flow: 'claimed-once' })
})

test('a video has controls and captions in the language of the visitor, and does not play by itself', async () => {
  const { page } = visitor
  await open('/gallery?lang=de')
  await start('video')
  const video = page.locator('foothold-host video')
  await video.waitFor()
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.readyState)).toBeGreaterThan(0)
  expect(
    await video.evaluate((element: HTMLVideoElement) => ({
      controls: element.controls,
      paused: element.paused,
      name: element.ariaLabel,
      size: [element.videoWidth, element.videoHeight],
      captions: [...element.textTracks].map(({ language, mode }) => `${language} ${mode}`),
    })),
  ).toEqual({
    controls: true,
    paused: true,
    name: 'Eine Aufgabe wird von der ersten in die letzte Spalte gezogen',
    size: [640, 360],
    captions: ['en disabled', 'de showing'],
  })
})

test.each(['dom', 'react', 'vue', 'svelte'])(
  'a step written for %s gets its props, answers, and leaves nothing',
  async (name) => {
    const { page } = visitor
    await open('/gallery')
    const nodes = () =>
      page.evaluate(() => {
        const outside = document.querySelectorAll('*').length
        return [outside, document.querySelector('foothold-host')?.shadowRoot?.querySelector('.step') ?? null]
      })
    const [before] = await nodes()
    await start(`slider-${name}`)
    const slider = shown().getByRole('slider', { name: 'How far is the launch?' })
    await slider.waitFor()
    expect(await shown().getAttribute('role')).toBe('dialog')
    expect(await page.getByRole('dialog', { name: 'How far is the launch?' }).count()).toBe(1)
    expect(await slider.inputValue()).toBe('5')
    await slider.press('ArrowRight')
    await slider.press('ArrowRight')
    await shown().getByRole('button', { name: 'Submit' }).press('Enter')
    // The thanks stay for a moment only.
    await surface('Thank you').getByRole('button', { name: 'Close' }).click()
    expect(await arrived('Step Answered', { flow: `slider-${name}` })).toMatchObject({ answer: 7 })
    await expect.poll(async () => (await nodes())[1]).toBeNull()
    // The host element stays for the next flow, with its live region.
    expect(Number((await nodes())[0]) - Number(before)).toBeLessThanOrEqual(2)
  },
)
