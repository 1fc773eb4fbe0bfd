/** The promises that a browser could break, in Firefox. Where none can be had they are skipped, and the run says so first. */
import { readFileSync } from 'node:fs'
import { firefox } from 'playwright'
import { describe, expect, test } from 'vitest'
import { firefoxPath } from '../browser.mjs'
import { newVisitors } from './visitor.ts'

const executablePath = firefoxPath()
const { flows } = JSON.parse(readFileSync('demo/guides/gallery.json', 'utf8')) as { flows: { id: string }[] }
const kinds = flows.map(({ id }) => id).filter((id) => id !== 'mood-of-the-day')

describe.skipIf(!executablePath)('in Firefox', () => {
  const visitor = newVisitors(undefined, () =>
    firefox.launch({ channel: 'moz-firefox', executablePath: executablePath! }),
  )
  const { arrived, open, surface } = visitor
  const start = (flow: string) => visitor.page.evaluate((flow) => window.foothold.start(flow), flow)
  const shown = () => visitor.page.locator('foothold-host :not([inert]) > .surface')
  const gone = () => expect.poll(() => visitor.page.locator('foothold-host .surface').count()).toBe(0)

  test('every kind of step is drawn in the window, and leaves nothing behind', async () => {
    const { page } = visitor
    await open('/gallery?theme=dark')
    for (const kind of kinds) {
      await start(kind)
      await shown().waitFor()
      const { x, y, width, height } = (await shown().boundingBox())!
      expect([kind, x >= 0, y >= 0, x + width <= 1280, y + height <= 800]).toEqual([kind, true, true, true, true])
      // Its styles are in force.
      expect(await shown().evaluate((each) => getComputedStyle(each).backgroundColor)).toBe('rgb(28, 30, 36)')
      await page.evaluate((flow) => window.foothold.end(flow), kind)
      await gone()
    }
  })

  test('a new visitor is led beside the real buttons, past a reload, by pointer and by keys', async () => {
    const { page } = visitor
    await open('/harbor')
    const hello = surface('Welcome aboard')
    await hello.waitFor()
    // Modal: nothing behind it can be pressed, and Tab stays within.
    expect(await hello.evaluate((each) => each.matches(':modal'))).toBe(true)
    await hello.getByRole('button', { name: 'Show me around' }).click()
    const create = surface('Everything starts with a project')
    await create.waitFor()
    const button = page.locator('[data-foothold="project.new"]')
    const gap = async () => {
      const [tip, target] = [(await create.boundingBox())!, (await button.boundingBox())!]
      const apart = Math.max(tip.x - target.x - target.width, target.x - tip.x - tip.width)
      return Math.round(Math.max(apart, tip.y - target.y - target.height, target.y - tip.y - tip.height))
    }
    await expect.poll(gap).toBe(12)
    await page.reload()
    await create.waitFor()
    await expect.poll(gap).toBe(12)
    await button.focus()
    await page.keyboard.press('Tab')
    const focused = () =>
      page.evaluate(
        () => document.activeElement?.shadowRoot?.activeElement?.textContent ?? document.activeElement?.tagName,
      )
    await expect.poll(focused).toBe('Everything starts with a project')
    await page.keyboard.press('Escape')
    await arrived('Flow Dismissed', { flow: 'welcome' })
    await gone()
  })

  test('a survey is answered, and a code can be copied', async () => {
    const { page } = visitor
    await open('/gallery')
    await start('nps')
    await shown().getByRole('radio', { name: '9' }).check({ force: true })
    await shown().getByRole('button', { name: 'Submit' }).click()
    expect(await arrived('Step Answered', { flow: 'nps' })).toMatchObject({ answer: 9 })
    await page.evaluate(() => window.foothold.end('nps'))
    await start('offer')
    await shown().getByRole('button', { name: 'Copy' }).click()
    await arrived('Offer Copied', { flow: 'offer' })
  })
})
