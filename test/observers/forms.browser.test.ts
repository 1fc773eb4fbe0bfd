import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { forms } from '../../src/observers/forms.ts'
import { observerContract, type Watched, watch } from '../../src/testing/observer-contract.ts'

const markup = `
  <form id="it" name="signup">
    <input name="name" value="x"><input name="email"><input id="plan" type="checkbox"><button>Go</button>
  </form>`

const field = (selector: string) => document.querySelector<HTMLInputElement>(selector)!
function type(selector: string, value = 'secret') {
  field(selector).value = value
  field(selector).dispatchEvent(new Event('input', { bubbles: true, composed: true }))
}
const leave = () => dispatchEvent(new PageTransitionEvent('pagehide'))

afterEach(() => {
  document.body.innerHTML = ''
})

describe('forms, as every observer,', () => {
  const cases = observerContract({
    create: forms,
    markup,
    provoke() {
      type('[name=email]')
      leave()
    },
    reports: ['Form Abandoned'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('forms', () => {
  let page: Watched
  let home: string
  beforeEach(() => {
    home = location.href
    document.body.innerHTML = markup
    page = watch(forms())
  })
  afterEach(() => {
    page.stop()
    history.replaceState(null, '', home)
  })

  test('reports a form that was begun when the page is left: how many fields, the last one, how long; no value', () => {
    type('[name=name]')
    page.clock.advance(4000)
    type('#plan')
    type('[name=email]')
    type('[name=email]', 'secret@example.com')
    page.clock.advance(8500)
    leave()
    const properties = { form: 'signup', fields: 3, last: 'email', seconds: 12.5, path: location.pathname }
    expect(page.reports).toEqual([{ type: 'Form Abandoned', properties, interaction: false }])
    expect(JSON.stringify(page.reports)).not.toContain('secret')
    leave()
    expect(page.reports).toHaveLength(1)
  })

  test('reports it when a single-page app goes to another page, with the path it was on', () => {
    type('[name=email]')
    history.pushState(null, '', '#part')
    expect(page.reports).toEqual([])
    history.pushState(null, '', '/other')
    expect(page.of('Form Abandoned')).toMatchObject([{ form: 'signup', path: new URL(home).pathname }])
  })

  test.each<[string, () => void]>([
    ['was submitted', () => field('form').dispatchEvent(new Event('submit', { bubbles: true }))],
    ['was read by the app', () => void new FormData(document.forms[0])],
    ['was reset', () => document.forms[0]!.reset()],
    ['was only looked at', () => field('[name=email]').focus()],
  ])('says nothing of a form that %s', (name, does) => {
    if (name !== 'was only looked at') type('[name=email]')
    does()
    leave()
    expect(page.reports).toEqual([])
  })

  test('reports a form that was begun again after it was submitted', () => {
    type('[name=email]')
    field('form').dispatchEvent(new Event('submit', { bubbles: true }))
    type('[name=name]')
    leave()
    expect(page.of('Form Abandoned')).toMatchObject([{ fields: 1, last: 'name' }])
  })

  test.each<[string, (dialog: HTMLDialogElement) => void]>([
    ['closed', (dialog) => dialog.close()],
    ['removed', (dialog) => dialog.remove()],
  ])('reports the form of a dialog that is %s, a second after the click', (_, away) => {
    document.body.innerHTML = `<dialog open>${markup}</dialog><button id="cancel">Cancel</button>`
    type('[name=email]')
    field('#cancel').click()
    page.clock.advance(1000)
    expect(page.reports).toEqual([])
    field('#cancel').click()
    away(document.querySelector('dialog')!)
    page.clock.advance(1000)
    expect(page.of('Form Abandoned')).toMatchObject([{ form: 'signup' }])
    expect(page.clock.timers).toBe(0)
  })

  test('reports each of several forms', () => {
    document.body.innerHTML =
      '<form id="a"><input></form><form data-foothold="b.form" id="c"><textarea></textarea></form>'
    type('input')
    type('textarea')
    leave()
    expect(page.of('Form Abandoned').map((properties) => properties?.form)).toEqual(['a', 'b.form'])
  })

  test('tells no name of what is masked', () => {
    document.body.innerHTML = '<form id="a"><p data-foothold-mask><input name="illness"></p></form>'
    type('input')
    leave()
    expect(page.of('Form Abandoned')).toEqual([{ form: 'a', fields: 1, seconds: 0, path: location.pathname }])
  })

  test.each([
    ['a search', '<form role="search"><input name="email"></form><form><input type="search" name="email"></form>'],
    ['fields without a form', '<input name="email">'],
  ])('leaves %s alone', (_, html) => {
    document.body.innerHTML = html
    for (const each of document.querySelectorAll('input')) each.dispatchEvent(new Event('input', { bubbles: true }))
    leave()
    expect(page.reports).toEqual([])
  })

  test("leaves Foothold's own surveys alone", () => {
    document.body.innerHTML = '<foothold-host></foothold-host>'
    const root = document.querySelector('foothold-host')!.attachShadow({ mode: 'open' })
    root.innerHTML = markup
    root.querySelector('input')!.dispatchEvent(new Event('input', { bubbles: true, composed: true }))
    leave()
    expect(page.reports).toEqual([])
  })
})
