import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { expect, test } from 'vitest'
import { newVisitors } from './visitor.ts'

// What people complain about: "It needs a nonce, or 'unsafe-inline', in our policy."

const visitor = newVisitors()
const { surface } = visitor

const policy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; style-src 'none'; trusted-types 'none'; require-trusted-types-for 'script'"
const types: { [extension: string]: string } = { '.js': 'text/javascript', '.svg': 'image/svg+xml' }
const steps = {
  tooltip: {
    type: 'message',
    target: 'h1',
    spotlight: true,
    props: { title: 'Look', text: 'A **bold** word, `code`' },
  },
  hotspot: { type: 'message', target: 'h1', surface: 'hotspot', props: { title: 'A tip' } },
  inline: { type: 'message', target: 'p', surface: 'inline', mode: 'append', props: { title: 'In the page' } },
  modal: { type: 'message', props: { title: 'Hello', image: { src: '/mark.svg', alt: 'A mountain' } } },
  banner: { type: 'offer', surface: 'banner', props: { title: 'Half the price', code: 'HALF', expires: '72h' } },
  survey: { type: 'survey', surface: 'card', props: { question: 'How likely?', kind: 'nps' } },
  checklist: {
    type: 'checklist',
    surface: 'card',
    props: { title: 'Get started', items: [{ id: 'a', label: 'One', done: 'One Done' }] },
  },
}

test('everything is drawn as it should under the strictest policy, without a nonce and without a violation', async () => {
  const { page } = visitor
  const flows = Object.entries(steps).map(([id, step]) => ({
    id,
    version: 1,
    trigger: 'Never Happened',
    steps: [{ id: 'a', ...step }],
  }))
  await page.route('http://strict.test/**', (route) => {
    const { pathname } = new URL(route.request().url())
    if (pathname === '/guide.json') return route.fulfill({ json: { format: 1, flows } })
    if (pathname === '/favicon.ico') return route.fulfill({ status: 204 })
    const file = pathname === '/mark.svg' ? 'demo/index/mark.svg' : `dist${pathname}`
    if (extname(pathname)) return route.fulfill({ contentType: types[extname(pathname)]!, body: readFileSync(file) })
    return route.fulfill({
      contentType: 'text/html',
      headers: { 'content-security-policy': policy },
      body: '<!doctype html><title>Strict</title><script type="module" src="/foothold.js" data-guide="/guide.json"></script><h1>Strict</h1><p>A page</p>',
    })
  })
  await page.goto('http://strict.test/')
  await page.waitForFunction(() => window.foothold?.ready?.then(() => true))
  for (const [id, { props }] of Object.entries(steps)) {
    await page.evaluate((flow) => window.foothold.start(flow), id)
    if (id === 'hotspot') await page.getByRole('button', { name: 'Tip: A tip' }).click()
    const box = surface('title' in props ? props.title : props.question)
    await box.waitFor()
    // Its styles are in force, and its place was set.
    expect(await box.evaluate((each) => getComputedStyle(each).backgroundColor)).toBe('rgb(255, 255, 255)')
    expect(await box.evaluate((each) => getComputedStyle(each).fontFamily)).toContain('system-ui')
    await page.evaluate((flow) => window.foothold.end(flow), id)
    await box.waitFor({ state: 'detached' })
  }
})
