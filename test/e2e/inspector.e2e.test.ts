import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { Frame, FrameLocator } from 'playwright'
import { beforeEach, expect, test } from 'vitest'
import { readLogLine } from '../../src/backtest/log-line.ts'
import { createReplay } from '../../src/backtest/replay.ts'
import { parseGuide } from '../../src/core/schema.ts'
import { runSessionTest } from '../inspector/run-session-test.ts'
import { newVisitors } from './visitor.ts'

const visitor = newVisitors()
const { open, forward, surface, arrived } = visitor
const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
const views = ['Flows', 'Activities', 'Visitor', 'Machine', 'Targets', 'Time', 'Log']

let panel: FrameLocator

beforeEach(() => {
  panel = visitor.page.frameLocator('foothold-inspector iframe:not(.veil)')
})

function view(name: string) {
  return panel.getByRole('tab', { name, exact: name !== 'Log' }).click()
}
/** The row of a flow, by its name. */
function row(name: string) {
  return panel.locator('.flow', { has: visitor.page.locator(`b:text-is("${name}")`) })
}
async function frame(): Promise<Frame> {
  const element = await panel.locator('body').elementHandle()
  return (await element!.ownerFrame())!
}
/** Opens a page with the inspector. Who leaves before it is there has not opened it. */
async function inspect(path: string) {
  await open(`${path}?foothold=inspect`)
  await panel.locator('header').waitFor()
}

async function look(product: string, times: number) {
  for (let time = 0; time < times; time++) {
    const before = visitor.received('Product Viewed').length
    await open(`/pier/products/${product}`)
    await expect.poll(() => visitor.received('Product Viewed').length, { timeout: 10_000 }).toBe(before + 1)
  }
}

test('a page that does not ask for it loads nothing of it', async () => {
  const { page } = visitor
  const loaded: string[] = []
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
  await open('/harbor')
  await surface('Welcome aboard').waitFor()
  expect(loaded.filter((path) => path.includes('inspector'))).toEqual([])
  expect(await page.locator('foothold-inspector').count()).toBe(0)
  await page.evaluate(() => void window.foothold.push(['inspect']))
  await panel.getByRole('tab', { name: 'Flows' }).waitFor()
  expect(loaded.filter((path) => path.includes('inspector'))).toHaveLength(1)
})

test('it says why a flow did not show, and what would make it: waiting, held, refused', async () => {
  const { page } = visitor
  await inspect('/pier')
  await look('p1', 3)
  const discount = row('A discount after repeat views')
  await expect
    .poll(() => discount.textContent())
    .toMatch(/Waits for its trigger: 3 of more than 3 Product Viewed for product_id p1 .*would fire at the 4th\./)
  await page.evaluate(() => void window.foothold.hold('checkout'))
  await page.evaluate(() => window.foothold.track('Product Viewed', { product_id: 'p1' }))
  await expect
    .poll(() => discount.textContent())
    .toContain('Has fired and is held by blocked: nothing opens because of checkout.')
  await discount.getByRole('button').first().click()
  const gate = discount.locator('.gates .decides')
  expect(await gate.textContent()).toMatch(/blocked.*Nothing opens because of checkout/)

  await page.evaluate(() => window.foothold.consent({ marketing: false }))
  await expect.poll(() => discount.textContent()).toContain('held by consent: consent to marketing is refused')
})

test('a flow that had its turn is refused by its frequency; forgotten, it may come again', async () => {
  await inspect('/harbor')
  await surface('Welcome aboard').getByRole('button', { name: 'Not now' }).click()
  const welcome = row('Welcome tour')
  await expect
    .poll(() => welcome.textContent())
    .toContain('refused by frequency if it fired now: shown 1 of 1 time in all')
  await welcome.getByRole('button').first().click()
  await welcome.getByRole('button', { name: 'Forget' }).click()
  await expect.poll(() => welcome.textContent()).not.toContain('frequency if it fired')
  await visitor.page.getByRole('link', { name: 'Team' }).click()
  await visitor.page.getByRole('link', { name: 'Projects' }).click()
  await surface('Welcome aboard').waitFor()
  await expect.poll(() => visitor.received('Flow Started', { flow: 'welcome' }).length).toBe(2)
})

test('what is done in the panel is no activity, and the page hears nothing of it', async () => {
  const { page } = visitor
  await inspect('/harbor')
  await surface('Welcome aboard').getByRole('button', { name: 'Not now' }).click()
  await arrived('Flow Dismissed')
  await page.evaluate(() => {
    const heard: string[] = []
    Object.assign(window, { heard })
    for (const type of 'pointerdown pointermove pointerup mousedown click dblclick keydown keyup input beforeinput wheel focusin copy'.split(
      ' ',
    ))
      addEventListener(type, () => heard.push(type), true)
  })
  const heard = () => page.evaluate(() => (window as never as { heard: string[] }).heard)
  const counts = () => page.evaluate(() => JSON.stringify(window.foothold.profile.counts))
  await page.mouse.move(1100, 300)
  await page.evaluate('heard.length = 0')
  const before = await counts()
  for (const name of views) await view(name)
  await view('Activities')
  await panel.getByRole('searchbox').or(panel.getByRole('combobox')).first().fill('page')
  await panel.getByText('Page Viewed').first().click()
  await page.keyboard.press('Tab')
  await view('Targets')
  await panel.getByRole('button', { name: 'Pick' }).click()
  const button = (await page.locator('[data-foothold="nav.team"]').boundingBox())!
  await page.mouse.move(button.x + 10, button.y + 10)
  await page.locator('foothold-inspector .mark').waitFor()
  await page.mouse.click(button.x + 10, button.y + 10)
  await expect.poll(() => panel.getByRole('textbox', { name: 'Target' }).inputValue()).toBe('@nav.team')
  expect(new URL(page.url()).pathname).toBe('/harbor')
  await page.mouse.move(1100, 300)
  expect(await heard()).toEqual([])
  expect(await counts()).toBe(before)
  // Typing in the panel holds nothing back, and the visitor counts as idle meanwhile.
  await view('Flows')
  expect(await row('Help when idle').textContent()).not.toContain('typing')
  await page.mouse.move(200, 500)
  expect(await heard()).toContain('pointermove')
})

test('a flow that time alone will start says when, and the clock of the page can be moved there', async () => {
  await inspect('/harbor')
  await surface('Welcome aboard').getByRole('button', { name: 'Not now' }).click()
  await arrived('Flow Dismissed')
  await expect
    .poll(() => row('Help when idle').textContent())
    .toMatch(/Starts at \d\d:\d\d:\d\d, in 2 min \d+ s|Starts at \d\d:\d\d:\d\d, in 3 min/)
  await view('Time')
  await panel.getByRole('button', { name: '1 min' }).click()
  await panel.getByText(/^Nothing: up to .* no flow fires/).waitFor()
  await panel.getByRole('button', { name: '3 min', exact: true }).click()
  await expect.poll(() => panel.locator('.ahead').textContent()).toContain('idle-help starts')
  expect(await surface('Back at your desk?').count()).toBe(0)
  await panel.getByRole('button', { name: /Move the page’s clock by 3 min/ }).click()
  await surface('Back at your desk?').waitFor()
})

test('going back in time shows the session as it was, and the page stays where it is', async () => {
  await inspect('/pier')
  await look('p1', 3)
  const discount = row('A discount after repeat views')
  await expect.poll(() => discount.textContent()).toMatch(/: 3 /)
  await view('Time')
  const slider = panel.getByRole('slider', { name: 'Moment of the session' })
  await slider.focus()
  const now = Number(await slider.inputValue())
  for (let step = 1; step <= 4; step++) {
    await slider.press('ArrowLeft')
    await expect.poll(() => slider.inputValue()).toBe(String(now - step))
  }
  await slider.press('Home')
  await panel.locator('.past').waitFor()
  await view('Flows')
  expect(await discount.textContent()).toMatch(/[: ](0|no) /)
  expect(await discount.getByRole('button', { name: 'Start' }).count()).toBe(0)
  await panel.getByRole('button', { name: 'Back to now' }).click()
  await expect.poll(() => discount.textContent()).toMatch(/: 3 /)
})

test('a session over several pages is copied as a test and as a log that decide the same in Node', async () => {
  const { page } = visitor
  await inspect('/pier')
  await look('p1', 4)
  await surface('Still thinking').getByRole('button', { name: 'No, thanks' }).click()
  await surface('What is missing?').waitFor()
  await view('Log')
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
  await panel.getByRole('button', { name: 'Copy as a test' }).click()
  await expect.poll(clipboard).toContain('["repeat-view-discount","start"')
  await runSessionTest(await clipboard())
  await panel.getByRole('button', { name: 'Copy as a log' }).click()
  await expect.poll(clipboard).toMatch(/^\{"id"/)
  const activities = (await clipboard())
    .trim()
    .split('\n')
    .map((line, index) => readLogLine(JSON.parse(line), index + 1))
  const replay = createReplay([parseGuide(JSON.parse(readFileSync('demo/guides/pier.json', 'utf8')))])
  for (const each of activities) replay.take(each)
  const [tally] = replay.finish(activities.at(-1)!.at)
  expect(tally!.flows['repeat-view-discount']).toMatchObject({ fired: 1, shown: 1 })
})

test('it stays open in the tab, folded too, until it is closed', async () => {
  const { page } = visitor
  await inspect('/harbor')
  await view('Visitor')
  await open('/harbor/team')
  expect(await panel.getByRole('tab', { name: 'Visitor' }).getAttribute('aria-selected')).toBe('true')
  await panel.getByTitle('Fold').click()
  await open('/harbor')
  const pill = panel.getByRole('button', { name: /open the inspector/ })
  await pill.click()
  await panel.getByTitle('Close').click()
  expect(await page.locator('foothold-inspector').count()).toBe(0)
  await open('/harbor')
  await surface('').first().waitFor()
  expect(await page.locator('foothold-inspector').count()).toBe(0)
  await page.evaluate(() => window.foothold.inspect())
  await panel.getByRole('tab', { name: 'Flows' }).waitFor()
})

test('the machine of a flow is drawn, and the step that is on screen is lit', async () => {
  await inspect('/harbor')
  await view('Machine')
  const lit = panel.locator('.state.current')
  await expect.poll(() => lit.textContent()).toContain('hello')
  // The panel can be used while a modal of a flow is open, and the modal too.
  await surface('Welcome aboard').getByRole('button', { name: 'Show me around' }).click()
  await expect.poll(() => lit.textContent()).toContain('create')
  await expect.poll(() => panel.locator('.state.visited').first().textContent()).toContain('hello')
})

test.each(['right', 'bottom'] as const)('docked at the %s it leaves the modal of a flow uncovered', async (dock) => {
  const { page } = visitor
  await inspect('/harbor')
  const size = () =>
    page.locator('foothold-inspector iframe').evaluate((frame) => [frame.clientWidth, frame.clientHeight])
  const overlap = async () => {
    const [frame, modal] = await Promise.all(
      [page.locator('foothold-inspector iframe'), surface('Welcome aboard')].map((one) => one.boundingBox()),
    )
    return frame!.x < modal!.x + modal!.width && frame!.y < modal!.y + modal!.height
  }
  await surface('Welcome aboard').waitFor()
  await expect.poll(overlap).toBe(false)
  const header = panel.locator('header')
  expect(await header.evaluate((each) => each.scrollWidth - each.clientWidth)).toBe(0)
  if (dock === 'bottom') {
    const { x, y, width, height } = (await panel.getByTitle('Dock at the bottom').boundingBox())!
    await page.mouse.click(x + width / 2, y + height / 2)
    await expect.poll(async () => (await size())[0]).toBe(1280)
    await expect.poll(overlap).toBe(false)
  }
  await surface('Welcome aboard').getByRole('button', { name: 'Not now' }).click()
  await expect.poll(size).toEqual(dock === 'right' ? [500, 800] : [1280, 340])
})

test('errors are told with their codes', async () => {
  await inspect('/harbor')
  await visitor.page.evaluate(() => window.foothold.start('welcom'))
  await view('Log')
  await expect
    .poll(() => panel.locator('.errors').textContent())
    .toMatch(/unknown-flow There is no flow "welcom"\. Did you mean "welcome"\?/)
})

test('it can be used with the keyboard alone', async () => {
  const { page } = visitor
  await inspect('/harbor')
  await surface('Welcome aboard').getByRole('button', { name: 'Not now' }).click()
  await expect.poll(() => row('Welcome tour').textContent()).toContain('frequency')
  await panel.getByRole('tab', { name: 'Flows' }).focus()
  const focused = () => panel.locator(':focus').first()
  // The focus moves at once; what is drawn follows.
  const chosen = async (name: string) => {
    expect(await focused().textContent()).toContain(name)
    await expect.poll(() => focused().getAttribute('aria-selected')).toBe('true')
  }
  await page.keyboard.press('ArrowRight')
  await chosen('Activities')
  await page.keyboard.press('End')
  await chosen('Log')
  await page.keyboard.press('Home')
  await chosen('Flows')
  await focused().press('Tab')
  for (let i = 0; i < 4; i++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect.poll(() => panel.locator('.flow.open').count()).toBe(1)
  const width = () => visitor.page.locator('foothold-inspector iframe').evaluate((each) => each.clientWidth)
  const before = await width()
  await panel.getByRole('separator').focus()
  await page.keyboard.press('ArrowLeft')
  await expect.poll(width).toBe(before + 24)
})

test.each(['light', 'dark'] as const)('every view is accessible, in %s', async (colorScheme) => {
  const { page } = visitor
  await page.emulateMedia({ colorScheme })
  await inspect('/harbor')
  await page.evaluate(() => window.foothold.start('welcom'))
  await row('Skipped sections').getByRole('button').first().click()
  const inside = await frame()
  for (const name of views) {
    await view(name)
    await panel.locator('#view').waitFor()
    if (name === 'Time') await panel.getByRole('button', { name: '1 day' }).click()
    if (name === 'Activities') await panel.locator('.row').first().click()
    await inside.evaluate(axe)
    const violations = await inside.evaluate(async () => {
      const { violations } = await (window as never as { axe: typeof import('axe-core') }).axe.run(document)
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html} ${nodes[0]!.failureSummary}`)
    })
    expect(violations, name).toEqual([])
  }
})

test.each([
  [320, 640],
  [1280, 800],
])('nothing is cut off at %i px', async (width, height) => {
  const { page } = visitor
  await page.setViewportSize({ width, height })
  await inspect('/harbor')
  for (const name of views) {
    await view(name)
    const inside = await frame()
    const wide = await inside.evaluate(() => {
      const view = document.querySelector('#view')!
      const list = document.querySelector('[role=tablist]')!
      const { right, bottom } = list.getBoundingClientRect()
      const cut = [...list.children].filter((tab) => {
        const box = tab.getBoundingClientRect()
        return box.right > right || box.bottom > bottom
      })
      return [document.documentElement.scrollWidth - innerWidth, view.scrollWidth - view.clientWidth, cut.length]
    })
    expect(wide, name).toEqual([0, 0, 0])
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
})

test('it works under the strictest policy, with nothing but the drop-in', async () => {
  const { page } = visitor
  const types: { [name: string]: string } = { '.js': 'text/javascript', '.json': 'application/json' }
  const guide = {
    format: 1,
    flows: [{ id: 'hello', version: 1, trigger: { idle: '5m' }, steps: [{ id: 'a', type: 'message' }] }],
  }
  await page.route('http://strict.test/**', (route) => {
    const { pathname } = new URL(route.request().url())
    if (pathname === '/guide.json') return route.fulfill({ json: guide })
    if (pathname === '/favicon.ico') return route.fulfill({ status: 204 })
    if (extname(pathname))
      return route.fulfill({ contentType: types[extname(pathname)]!, body: readFileSync(`dist${pathname}`) })
    return route.fulfill({
      contentType: 'text/html',
      headers: {
        'content-security-policy':
          "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'none'; child-src 'none'; style-src 'none'; trusted-types 'none'; require-trusted-types-for 'script'",
      },
      body: '<!doctype html><title>Strict</title><script type="module" src="/foothold.js" data-guide="/guide.json"></script><h1>Strict</h1>',
    })
  })
  await page.goto('http://strict.test/?foothold=inspect')
  await expect.poll(() => panel.locator('.flow').textContent()).toContain('Waits for its trigger')
  // It looks as it should: its styles are in force.
  const header = panel.locator('header')
  expect(await header.evaluate((each) => getComputedStyle(each).display)).toBe('flex')
  for (const name of views) await view(name)
})

test('time that is moved on the page stays in the journal', async () => {
  await inspect('/harbor')
  await surface('Welcome aboard').getByRole('button', { name: 'Not now' }).click()
  await arrived('Flow Dismissed')
  await forward(180_000)
  await surface('Back at your desk?').waitFor()
  await view('Activities')
  await expect.poll(() => panel.locator('.lines').textContent()).toMatch(/Time passed.*idle-help starts/)
})

test('opened late, it shows what happened before and where flows stand', async () => {
  const { page } = visitor
  await open('/harbor')
  await surface('Welcome aboard').waitFor()
  await page.evaluate(() => window.foothold.inspect())
  await expect.poll(() => row('Welcome tour').textContent()).toContain('Step “hello” is on screen.')
  await view('Activities')
  const first = panel.locator('.lines .row', { hasText: 'Page Viewed' })
  expect(await panel.getByText('what was decided then is not known').count()).toBe(1)
  await first.click()
  await panel.getByText('before the inspector looked on').waitFor()
  expect(await panel.getByRole('button', { name: 'See all as it was then' }).count()).toBe(0)
})
