import { afterEach, beforeEach, expect, type TestContext, test, vi } from 'vitest'
import { commands } from 'vitest/browser'
import type { Json } from '../../src/core/activity.ts'
import type { Step } from '../../src/core/guide.ts'
import { fillTemplate } from '../../src/core/template.ts'
import { pageViews } from '../../src/observers/page-views.ts'
import { parseTheme } from '../../src/theme/parse-theme.ts'
import { themeCss } from '../../src/theme/theme-css.ts'
import { tokens } from '../../src/theme/tokens.ts'
import { closeTabs, openTab } from '../foothold/tab.ts'
import {
  click,
  closeHouses,
  flowOf,
  type Playhouse,
  playhouse,
  put,
  root,
  surface,
  titles,
  until,
} from '../stage/playhouse.ts'

// Every hostile text there is, in every place where a guide, a content, a theme, a page or a visitor can put one.

declare module 'vitest/browser' {
  interface BrowserCommands {
    corpus(name: string): Promise<unknown>
  }
}

const prototypes = [Object, Array, Function, String].map(({ prototype }) => prototype)
const clean = prototypes.map((prototype) => Reflect.ownKeys(prototype).length)
const polluted = () => prototypes.filter((prototype, at) => Reflect.ownKeys(prototype).length !== clean[at]).length
const executed: string[] = []
const requests: string[] = []
const note = (entries: PerformanceEntry[]) => {
  for (const { name } of entries)
    if (new URL(name).origin !== location.origin && !/^data:/.test(name)) requests.push(name)
}
const observer = new PerformanceObserver((list) => note(list.getEntries()))

beforeEach(() => {
  executed.length = requests.length = 0
  for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'] as const)
    vi.spyOn(window, name).mockImplementation((...given: unknown[]) => {
      executed.push(`${name}(${given})`)
      return null as never
    })
  vi.spyOn(document, 'write').mockImplementation((text) => void executed.push(`write(${text})`))
  performance.clearResourceTimings()
  observer.observe({ type: 'resource' })
})

afterEach(() => {
  observer.disconnect()
  closeHouses()
  closeTabs()
  vi.restoreAllMocks()
  history.replaceState(null, '', location.pathname)
})

const sample = [
  'javascript:alert(1)',
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  '<svg/onload=alert(1)>',
]

test('text in every slot of a step stays text: nothing runs, and nobody is asked for anything', async (context) => {
  const house = playhouse()
  for (const [name, all] of [
    ['a sample', sample],
    [
      'xss.ndjson',
      ((await commands.corpus('xss.ndjson')) as { payload: string }[] | undefined)?.map(({ payload }) => payload),
    ],
    ['naughty-strings.json', (await commands.corpus('naughty-strings.json')) as string[] | undefined],
  ] as const) {
    const texts = [...new Set(all)].filter((text) => text.trim())
    for (let at = 0; at < texts.length; at += 100) {
      const some = texts.slice(at, at + 100)
      const filled = some.map((text) => fillTemplate(text, {}, 'en'))
      const actions = some.map((label) => ({ label, to: 'next' }))
      const image = { url: '/', alt: some[0]! }
      await draw(house, 'message', { text: some.join('\n\n'), image, actions })
      expect(shown('[part~=action]').slice(-some.length)).toEqual(filled)
      await draw(house, 'checklist', { items: some.map((label, i) => ({ id: `i${i}`, label })) })
      expect(shown('li span').filter((text) => filled.includes(text!)).length).toBeGreaterThanOrEqual(some.length)
      await draw(house, 'survey', {
        questions: [
          { id: 'which', question: 'Which?', kind: 'choice', choices: some, low: some[0]!, other: some[0]! },
          ...some.map((question, i) => ({ id: `q${i}`, question, kind: 'text', placeholder: question })),
        ],
        submit: some[0]!,
      })
      expect(shown('[part~=choice] span').slice(0, some.length)).toEqual(filled)
      await draw(house, 'offer', { text: some[0]!, code: some[0]!, products: some.map((name) => ({ name, price: 1 })) })
      for (const name of filled) expect(root()!.textContent).toContain(name)
    }
    await counted(context, name, all)
  }
})

test('addresses that could run something, or deceive, are refused; what leads elsewhere says so', async (context) => {
  const house = playhouse()
  const corpus = (await commands.corpus('hostile-urls.json')) as { [kind: string]: string[] } | undefined
  const given = corpus ?? {
    dangerousScheme: ['javascript:alert(1)', ' java\nscript:alert(1)', 'data:text/html,x'],
    offOriginRedirect: ['//evil.example'],
  }
  for (const url of given.dangerousScheme!) {
    const before = house.errors.length
    await draw(house, 'message', {
      text: `[link](<${url}>) ![image](<${url}>)`,
      image: { url, alt: 'x' },
      video: { src: url, poster: url, captions: [{ src: url, lang: 'en', label: 'x' }] },
      actions: [{ id: 'go', label: 'Go', url }],
    })
    expect(root()!.querySelector('.flow :is(a, img, video, track)')).toBeNull()
    click('Go')
    expect(house.errors.slice(before).map(({ code }) => code)).toEqual(['url-refused'])
  }
  for (const url of [
    ...(given.offOriginRedirect ?? []),
    ...Object.entries(given).flatMap(([kind, urls]) => (/^entity/.test(kind) ? urls : [])),
  ]) {
    await draw(house, 'message', { text: `[link](<${url}>)` })
    for (const link of root()!.querySelectorAll<HTMLAnchorElement>('.flow a'))
      if (link.origin !== location.origin) expect(link).toMatchObject({ target: '_blank', rel: 'noopener noreferrer' })
  }
  await counted(context, corpus ? 'hostile-urls.json' : 'a sample of addresses', Object.values(given).flat())
})

test('selectors that are none, match nothing or everything cost their own step at most', async (context) => {
  const corpus = (await commands.corpus('selectors.json')) as string[] | undefined
  const given = corpus ?? ['#1abc', 'a[', '', '*', ':root', 'div::before']
  put('there')
  for (const target of given) {
    const steps = [
      { id: 'hostile', target },
      { id: 'after', target: '#there', wait: '99h' },
    ] as (Partial<Step> & { id: string })[]
    const house = playhouse({ flows: [flowOf(steps)] })
    house.play('tour')
    await until(() => titles()[0] === 'hostile' || house.clock.advance(5000) || titles()[0] === 'after')
    if (titles()[0] === 'hostile') click('Next')
    await until(() => titles()[0] === 'after')
    expect(house.codes().filter((code) => !/^target-/.test(code))).toEqual([])
    closeHouses()
    put('there')
  }
  await counted(context, corpus ? 'selectors.json' : 'a sample of selectors', given)
})

test('themes of hostile values ask nobody for anything', async (context) => {
  const corpus = (await commands.corpus('css-values.json')) as string[] | undefined
  const given = corpus ?? [
    'url(//evil.example/x)',
    'red;background:url(//evil.example/x)',
    "image-set('//evil.example/x' 1x)",
  ]
  const house = playhouse()
  await draw(house, 'message', {})
  const host = document.querySelector<HTMLElement>('foothold-host')!
  const style = document.head.appendChild(document.createElement('style'))
  given.forEach((value, at) => {
    const { theme } = parseTheme(Object.fromEntries(tokens.map(({ name }) => [name, value])))
    style.textContent = themeCss(theme, `hostile-${at}`)
    for (const name of [`hostile-${at}`, value]) {
      host.dataset.theme = name
      const { backgroundImage, display } = getComputedStyle(surface()!)
      expect({ backgroundImage, display }).toEqual({
        backgroundImage: 'none',
        display: expect.not.stringMatching('none'),
      })
    }
  })
  await counted(context, corpus ? 'css-values.json' : 'a sample of values', given)
  style.remove()
})

test('templates reach nothing but the data that they name, and what is missing is no "undefined"', async (context) => {
  const corpus = (await commands.corpus('templates.json')) as string[] | undefined
  const paths = ((await commands.corpus('prototype-pollution.json')) as { paths: string[] } | undefined)?.paths ?? [
    '__proto__.polluted',
  ]
  const given = [
    ...(corpus ?? ["{{user.constructor.constructor('alert(1)')()}}"]),
    ...paths.map((path) => `{{${path}}}`),
  ]
  const trigger = {
    name: '{{trigger.secret}}',
    secret: 'secret',
    html: sample[1]!,
    rtl: '\u202eevil',
    nul: '\x00',
    date: 7,
  }
  const items = given.map((text, i) => ({ id: `i${i}`, label: text.replaceAll('user.', 'trigger.') }))
  const house = playhouse({ flows: [flowOf([{ id: 'a', type: 'checklist', surface: 'card', props: { items } }])] })
  house.play('tour', trigger)
  await until(() => titles()[0] === 'a')
  const words = root()!.textContent!
  expect(words).toContain(sample[1])
  expect(words).toContain('{{trigger.secret}}')
  expect(words).not.toMatch(/undefined|native code|function|\[object/)
  await counted(context, corpus ? 'templates.json' : 'a sample of templates', given)
})

test('own words of a visitor come out as they were written, and no longer than allowed', async (context) => {
  const corpus = (await commands.corpus('naughty-strings.json')) as string[] | undefined
  const given = [...new Set([...(corpus ?? sample), '👋🏽 ‮עברית\u200b <b>'])].filter(
    (text) => text.trim() && !/[\r\n]/.test(text),
  )
  const long = 'x'.repeat(100_000)
  const questions = [...given, long].map((_, i) => ({ id: `q${i}`, question: `${i}`, kind: 'text' }))
  const house = playhouse({
    flows: [flowOf([{ id: 'asked', type: 'survey', surface: 'modal', props: { questions } }])],
  })
  house.play('tour')
  await until(() => root()?.querySelector('.flow textarea'))
  const fields = [...root()!.querySelectorAll('textarea')]
  for (const [at, text] of given.entries()) {
    fields[at]!.value = text
    fields[at]!.dispatchEvent(new Event('input', { bubbles: true }))
  }
  // As a paste comes in.
  fields[given.length]!.focus()
  document.execCommand('insertText', false, long)
  click('Submit')
  await until(() => house.reports.some(({ type }) => type === 'Step Answered'))
  const { answer, written } = house.reports.find(({ type }) => type === 'Step Answered')!.properties as {
    answer: { [id: string]: string }
    written: string[]
  }
  expect(written).toEqual(Object.keys(answer))
  expect(Object.values(answer)).toEqual([
    ...given.map((text) => expect.stringContaining(text.trim().slice(0, 100))),
    long.slice(0, 2000),
  ])
  await counted(context, corpus ? 'naughty-strings.json, as answers' : 'a sample of answers', given)
})

test('properties, traits and query strings are data: text stays text, and no prototype changes', async (context) => {
  const pollution = (await commands.corpus('prototype-pollution.json')) as
    | { json: string[]; query: string[] }
    | undefined
  const json = pollution?.json ?? ['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}']
  const query = pollution?.query ?? ['?__proto__[polluted]=1']
  const texts = [...sample, ...(((await commands.corpus('naughty-strings.json')) as string[] | undefined) ?? [])]
  const { foothold, activities, clock } = openTab({ observers: [pageViews()] })
  await until(() => activities.some(({ type }) => type === 'Page Viewed'))
  for (const text of json) {
    foothold.track('Hostile Tracked', JSON.parse(text))
    foothold.identify('u', JSON.parse(text))
    clock.advance(1000)
  }
  for (const where of query) {
    history.replaceState(null, '', location.pathname + where)
    foothold.page()
    clock.advance(1000)
  }
  for (let at = 0; at < texts.length; at += 20) {
    const some = texts.slice(at, at + 20)
    foothold.track('Text Tracked', { some, named: Object.fromEntries(some.map((text) => [text, 1])) })
    expect(activities.at(-1)!.properties.some).toEqual(some.map((text) => text))
    clock.advance(1000)
  }
  expect(foothold.profile.counts['Hostile Tracked']).toBe(json.length)
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  expect(activities.filter(({ type }) => type === 'Page Viewed').map(({ page }) => page!.path)).not.toContainEqual(
    expect.stringContaining('polluted'),
  )
  await counted(context, pollution ? 'prototype-pollution.json' : 'a sample of prototypes', [...json, ...query])
})

let drawings = 0

/** Draws a step, waits until it is on screen, and looks at every element of it. */
async function draw({ stage }: Playhouse, type: string, props: { [key: string]: Json }): Promise<void> {
  const title = `Drawing ${++drawings}`
  stage.preview({
    ...flowOf([]),
    id: 'drawing',
    steps: [{ id: 'a', type, surface: 'modal', props: { title, ...props } }],
  })
  await until(() => titles()[0] === title)
  for (const element of root()!.querySelectorAll('.flow *')) {
    expect(element.localName).not.toMatch(/^(script|style|iframe|object|embed|link|meta|base|frame|template)$/)
    for (const { name, value } of element.attributes) {
      if (/^on/.test(name)) throw new Error(`${element.localName} has ${name}="${value}"`)
      if (/^(href|src|poster|action)$/.test(name))
        expect(new URL(value, location.href).protocol).toMatch(/^(https?|mailto|tel):$/)
    }
  }
}

function shown(selector: string): (string | null)[] {
  return [...root()!.querySelectorAll(`.flow :is(${selector})`)].map(({ textContent }) => textContent)
}

/** Fails unless nothing came of it, and leaves the count for the table. */
async function counted({ task }: TestContext, corpus: string, all: readonly unknown[] | undefined): Promise<void> {
  if (!all) return
  await new Promise((resolve) => setTimeout(resolve))
  note(observer.takeRecords())
  const found = { executed: executed.length, requests: requests.length, polluted: polluted() }
  task.meta.corpora = [...(task.meta.corpora ?? []), { corpus, tried: all.length, ...found }]
  expect({ executed, requests, polluted: found.polluted }).toEqual({ executed: [], requests: [], polluted: 0 })
}
