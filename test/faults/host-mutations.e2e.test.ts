import { expect, test } from 'vitest'
import { mutations } from './host-mutations.ts'
import { newSite } from './site.ts'

// Each page has done something to its globals before the drop-in comes. A visitor then does what starts a flow.

const site = newSite()

const guide = {
  format: 1,
  flows: [
    {
      id: 'tour',
      version: 1,
      trigger: 'Plan Chosen',
      steps: [
        {
          id: 'look',
          type: 'message',
          target: '@plan',
          props: { title: 'Look', text: 'A **good** plan, {{trigger.plan}}' },
        },
        {
          id: 'why',
          type: 'survey',
          surface: 'card',
          props: { question: 'Why this one?', kind: 'choice', choices: ['Price', 'Time'], submit: 'Send' },
        },
      ],
    },
  ],
}

/** What is kept of the page before anything was done to it. What it finds out it leaves in attributes of the document. */
const before = `(function () {
  var names, codes = '', later = setTimeout, apply = Reflect.apply, namesOf = Object.getOwnPropertyNames
  var set = Element.prototype.setAttribute, includes = Array.prototype.includes, filter = Array.prototype.filter, join = Array.prototype.join
  var html = document.documentElement, hosts = document.getElementsByTagName('foothold-host')
  function leave(name, text) { apply(set, html, ['data-' + name, text]) }
  window.alert = function () { leave('alert', 'called') }
  window.foothold = []
  window.foothold.options = { onError: function (error) { leave('codes', codes += (codes && ' ') + error.code) } }
  window.pressed = function () { leave('pressed', 'yes') }
  window.changed = function () { names = namesOf(window) }
  window.conclude = function () {
    window.foothold.stop()
    later(function () {
      leave('globals', apply(join, apply(filter, namesOf(window), [function (name) { return !apply(includes, names, [name]) }]), []))
      leave('hosts', hosts.length)
    }, 50)
  }
})()`

async function open({ host, does, data = '' }: (typeof mutations)[number]) {
  const { page, answers, origin } = site
  answers.set('/guide.json', { type: 'application/json', body: JSON.stringify(guide) })
  answers.set('/', {
    type: 'text/html',
    body: `<!doctype html><html lang="en"><title>${host}</title><script>${before}</script>
      <script>(function () { ${does} })(); changed()</script>
      <script type="module" src="/foothold.js" data-guide="/guide.json" data-webhook="/collect" ${data}></script>
      <button data-foothold="plan" data-foothold-track="Plan Chosen" data-foothold-plan="pro" onclick="pressed()">Choose</button>
      <button onclick="conclude()">Leave</button>`,
  })
  await page.goto(`${origin}/`)
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const left = (name: string) => page.locator('html').getAttribute(`data-${name}`)
  const codes = async () => [...new Set((await left('codes'))?.split(' '))].sort()
  await button('Choose').click()
  return { page, button, left, codes }
}

/** The page is as it was but for what its own scripts did, and nothing was thrown into it. */
async function expectUnharmed({ button, left }: Awaited<ReturnType<typeof open>>) {
  await button('Leave').click()
  await expect.poll(() => left('hosts')).toBe('0')
  expect(await left('globals')).toBe('')
  expect(await left('pressed')).toBe('yes')
  expect(await left('alert')).toBe(null)
  expect(site.wrong).toEqual([])
}

const named = (some: typeof mutations) => some.map((mutation) => [mutation.host, mutation] as const)

test.each(named(mutations.filter(({ inert }) => !inert)))('works in a page that %s', async (_, mutation) => {
  const visit = await open(mutation)
  const { page, button, codes } = visit
  await page.getByText('A good plan, pro').waitFor()
  await button('Next').click()
  await page.getByText('Price').click()
  await button('Send').click()
  await page.locator('foothold-host .flow').waitFor({ state: 'detached' })
  await expectUnharmed(visit)
  expect(await codes()).toEqual(mutation.told ?? [])
  const told = () =>
    site.received.flatMap(({ event, properties: { step, answer, plan } }) =>
      /^(Plan|Flow|Step)/.test(event ?? '') ? [event, step, answer, plan].filter(Boolean).join(' ') : [],
    )
  await expect
    .poll(told)
    .toEqual([
      'Plan Chosen pro',
      'Flow Started',
      'Step Viewed look',
      'Step Viewed why',
      'Step Answered why Price',
      'Flow Completed why',
    ])
})

test.each(named(mutations.filter(({ inert }) => inert)))('shows nothing in a page that %s', async (_, mutation) => {
  const visit = await open(mutation)
  await expect.poll(visit.codes).toEqual(mutation.told ?? [])
  expect(await visit.page.locator('foothold-host :not([inert]) > [part~=surface]:visible').count()).toBe(0)
  await expectUnharmed(visit)
})

test('what is known is known after a reload, in a page that makes JSON of lists in its own way', async () => {
  const mutation = mutations.find(({ host }) => host.includes('Prototype.js did'))!
  for (const visit of [1, 2]) {
    const { page, button, left, codes } = await open(mutation)
    if (visit === 1) await page.getByText('A good plan, pro').waitFor()
    await button('Leave').click()
    await expect.poll(() => left('hosts')).toBe('0')
    expect(await codes()).toEqual([])
    await expect.poll(() => site.received.filter(({ event }) => event === 'Flow Started')).toHaveLength(1)
  }
  expect(site.received.filter(({ event }) => event === 'Session Started')).toHaveLength(1)
  expect(site.received.filter(({ event }) => event === 'Plan Chosen')).toHaveLength(2)
})
