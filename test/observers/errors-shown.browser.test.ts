import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { errorsShown } from '../../src/observers/errors-shown.ts'
import { observerContract, type Watched, watch } from '../../src/testing/observer-contract.ts'

const markup = `
  <form id="form" novalidate><input id="email" name="email" aria-describedby="hint" value="secret"><button id="go">Go</button></form>
  <p id="hint">Needs an address</p><div id="toast"></div>`

const byId = (id: string) => document.getElementById(id)!
/** Mutation observers have been told. */
const told = () => new Promise((done) => setTimeout(done, 0))
const hold = (event: Event) => event.preventDefault()

beforeEach(() => addEventListener('submit', hold))
afterEach(() => {
  removeEventListener('submit', hold)
  document.body.innerHTML = ''
})

describe('errorsShown, as every observer,', () => {
  const cases = observerContract({
    create: errorsShown,
    markup,
    async provoke(clock) {
      byId('go').click()
      byId('toast').innerHTML = '<p role="alert">Try again</p>'
      await told()
      clock.advance(100)
    },
    reports: ['Error Shown'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('errorsShown', () => {
  let page: Watched
  beforeEach(() => start())
  afterEach(() => page.stop())
  function start(html = markup) {
    page?.stop()
    document.body.innerHTML = html
    page = watch(errorsShown())
    page.clock.advance(4000)
  }
  async function passed(ms = 100) {
    await told()
    page.clock.advance(ms)
  }
  const path = location.pathname

  test('reports an alert that comes after a click, with its text, as something nobody did', async () => {
    byId('go').click()
    await passed(3000)
    byId('toast').innerHTML = '<div role="alert"><b>Payment</b> failed</div>'
    await passed()
    expect(page.reports).toEqual([
      { type: 'Error Shown', properties: { source: 'alert', text: 'Payment failed', path }, interaction: false },
    ])
    byId('toast').append('!')
    await passed()
    expect(page.reports).toHaveLength(1)
  })

  test('reports an alert that gets another text, and the same text again when it was away', async () => {
    byId('toast').setAttribute('role', 'alert')
    byId('go').click()
    for (const text of ['No', 'Never', '', 'Never']) {
      byId('toast').textContent = text
      await passed()
    }
    expect(page.of('Error Shown').map((properties) => properties?.text)).toEqual(['No', 'Never', 'Never'])
  })

  test.each([
    ['good news', '<p role="alert" class="alert alert-success">Saved</p>'],
    ['good news in a toast', '<div class="Toastify__toast--success"><p role="alert">Saved</p></div>'],
    ['what cannot be seen', '<p role="alert" hidden>No</p>'],
    ['what says nothing', '<p role="alert"><i></i></p>'],
  ])('leaves %s alone', async (_, html) => {
    byId('go').click()
    byId('toast').innerHTML = html
    await passed()
    expect(page.reports).toEqual([])
  })

  test('reports fields that become invalid as one, by the first, with the text that belongs to it and never the value', async () => {
    start(`${markup}<input id="second">`)
    byId('go').click()
    byId('email').setAttribute('aria-invalid', 'true')
    byId('second').setAttribute('aria-invalid', 'true')
    await passed()
    expect(page.of('Error Shown')).toEqual([{ source: 'field', text: 'Needs an address', field: 'email', path }])
    expect(JSON.stringify(page.reports)).not.toContain('secret')
    byId('email').setAttribute('aria-invalid', 'false')
    await passed()
    expect(page.reports).toHaveLength(1)
  })

  test('reports the same error again after the next submit, which is another attempt', async () => {
    byId('go').click()
    byId('email').setAttribute('aria-invalid', 'true')
    await passed()
    byId('go').click()
    await passed()
    expect(page.of('Error Shown')).toMatchObject([{ source: 'field' }, { source: 'field' }])
  })

  test('takes what is said at the field and as an alert for one', async () => {
    byId('go').click()
    byId('email').setAttribute('aria-invalid', 'true')
    byId('hint').setAttribute('role', 'alert')
    await passed()
    expect(page.of('Error Shown')).toMatchObject([{ source: 'alert', text: 'Needs an address' }])
  })

  test('reports what the browser refuses, without its words, which quote the value', async () => {
    start('<form><input name="email" type="email" value="secret"><input required><button id="go">Go</button></form>')
    byId('go').click()
    await passed()
    expect(page.of('Error Shown')).toEqual([{ source: 'validation', field: 'email', path }])
  })

  test('reports an error that the page came with', () => {
    start('<p role="alert">Wrong password</p>')
    expect(page.of('Error Shown')).toMatchObject([{ text: 'Wrong password' }])
  })

  test('leaves out addresses and numbers, and what is masked', async () => {
    byId('go').click()
    byId('toast').innerHTML =
      '<p role="alert">ann@example.com or +43 660 123 45 67 is taken, code 4711 <b data-foothold-mask>secret</b></p>'
    await passed()
    expect(page.of('Error Shown')).toMatchObject([{ text: '… or +… is taken, code 4711' }])
  })

  test('observes the DOM for ten seconds after an act, and not at rest', async () => {
    byId('go').click()
    page.clock.advance(6_000)
    byId('toast').click()
    page.clock.advance(9_999)
    byId('toast').innerHTML = '<p role="alert">In time</p>'
    await passed()
    expect(page.of('Error Shown')).toMatchObject([{ text: 'In time' }])
    expect(page.clock.timers).toBe(0)
    byId('toast').innerHTML = '<p role="alert">Late</p>'
    await passed()
    expect(page.reports).toHaveLength(1)
  })
})
