import { afterEach, describe, expect, test } from 'vitest'
import { clicks } from '../../src/observers/clicks.ts'
import { observerContract, watch } from '../../src/testing/observer-contract.ts'

afterEach(() => {
  document.body.innerHTML = ''
})

describe('clicks, as every observer,', () => {
  const cases = observerContract({
    create: clicks,
    markup: '<button id="it" data-foothold="invite.button" data-foothold-track="Invite Opened">Invite</button>',
    provoke: () => document.getElementById('it')!.click(),
    reports: ['Element Clicked', 'Invite Opened'],
  })
  for (const { name, run } of cases) test(name, run)
})

/** Clicks an element of the markup, and returns what was reported. */
function click(markup: string, selector = '#it') {
  document.body.innerHTML = markup
  const page = watch(clicks())
  document
    .querySelector<HTMLElement>(selector)!
    .dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }))
  page.stop()
  return page
}

describe('clicks', () => {
  test('names the anchor that was clicked, its text and the path', () => {
    const page = click('<button data-foothold="invite"><b id="it"> Invite\n  people </b></button>')
    expect(page.reports).toEqual([
      { type: 'Element Clicked', properties: { anchor: 'invite', text: 'Invite people', path: location.pathname } },
    ])
  })

  test('takes the nearest anchor and the nearest tracked element, each', () => {
    const page = click(
      '<div data-foothold="outer" data-foothold-track="Outer Clicked"><p data-foothold="inner"><i id="it">x</i></p></div>',
    )
    expect(page.of('Element Clicked')).toMatchObject([{ anchor: 'inner' }])
    expect(page.types()).toEqual(['Element Clicked', 'Outer Clicked'])
  })

  test('takes a label and the field that it clicks for one', () => {
    document.body.innerHTML =
      '<label data-foothold="terms"><b>Agree</b> <input type="checkbox"></label><label data-foothold="b" for="c">x</label><input id="c">'
    const page = watch(clicks())
    document.querySelector('b')!.click()
    document.querySelector('input')!.click()
    document.querySelectorAll('label')[1]!.click()
    expect(page.of('Element Clicked').map((properties) => properties?.anchor)).toEqual(['terms', 'terms', 'b'])
    page.stop()
  })

  test('says nothing of clicks elsewhere', () => {
    expect(click('<button id="it">Plain</button><i data-foothold="x"></i>').reports).toEqual([])
    expect(click('<button id="it" data-foothold="" data-foothold-track="">Plain</button>').reports).toEqual([])
  })

  test('reports what data-foothold-track names, with the other attributes as properties', () => {
    const page =
      click(`<button id="it" data-foothold="buy" data-foothold-track="Plan Chosen" data-foothold-plan-name="pro"
      data-foothold-price="39.90" data-foothold-seats="12" data-foothold-plan_id="007" data-foothold-product_id="42"
      data-foothold-mask data-foothold-repeat data-foothold-code="007" data-foothold-empty="" data-other="1">Buy</button>`)
    expect(page.of('Plan Chosen')).toEqual([
      { plan_name: 'pro', price: 39.9, seats: 12, plan_id: '007', product_id: '42', code: '007', empty: '' },
    ])
  })

  test.each([
    ['<input id="it" data-foothold="a" type="password" value="secret" aria-label="secret">'],
    ['<textarea id="it" data-foothold="a">secret</textarea>'],
    ['<select id="it" data-foothold="a"><option>secret</option></select>'],
    ['<p id="it" data-foothold="a" contenteditable>secret</p>'],
    ['<p data-foothold-mask><b id="it" data-foothold="a" aria-label="secret">secret</b></p>'],
    ['<p id="it" data-foothold="a">Card <input autocomplete="cc-number" value="secret"></p>'],
    ['<p data-private><b id="it" data-foothold="a" aria-label="secret">secret</b></p>'],
    [
      '<div id="it" data-foothold="a"><span data-private>secret</span><textarea>secret</textarea><style>secret{}</style></div>',
    ],
  ])('never reads what is private: %s', (markup) => {
    const page = click(markup)
    expect(page.types()).toEqual(['Element Clicked'])
    expect(JSON.stringify(page.reports)).not.toContain('secret')
  })

  test('leaves out only the private part of a text', () => {
    expect(
      click('<p id="it" data-foothold="a">Hello <b data-private>Ann</b>, welcome</p>').of('Element Clicked'),
    ).toMatchObject([{ text: 'Hello , welcome' }])
  })

  test('prefers the accessible name, and cuts at 80 characters', () => {
    expect(
      click('<button id="it" data-foothold="a" aria-label="Close the panel">×</button>').of('Element Clicked'),
    ).toMatchObject([{ text: 'Close the panel' }])
    const long = click(`<button id="it" data-foothold="a">${'word '.repeat(1000)}</button>`).of('Element Clicked')[0]
    expect(long?.text).toBe('word '.repeat(16))
  })

  test('finds anchors through open shadow roots', () => {
    document.body.innerHTML = '<div data-foothold="outside"><x-card></x-card></div>'
    const root = document.querySelector('x-card')!.attachShadow({ mode: 'open' })
    root.innerHTML = '<p data-foothold="inside"><b>x</b></p><i>y</i>'
    const page = watch(clicks())
    root.querySelector('b')!.click()
    root.querySelector('i')!.click()
    expect(page.of('Element Clicked').map((properties) => properties?.anchor)).toEqual(['inside', 'outside'])
    page.stop()
  })

  test("says nothing of clicks in Foothold's own surfaces, wherever they are", () => {
    document.body.innerHTML = '<div data-foothold="outside"><foothold-host></foothold-host></div>'
    const root = document.querySelector('foothold-host')!.attachShadow({ mode: 'open' })
    root.innerHTML = '<button data-foothold="inside">x</button><i>y</i><x-step></x-step>'
    const step = root.querySelector('x-step')!.attachShadow({ mode: 'open' })
    step.innerHTML = '<b data-foothold="custom">z</b><i>z</i>'
    const page = watch(clicks())
    for (const element of [...root.querySelectorAll('button, i'), ...step.querySelectorAll('*')])
      (element as HTMLElement).click()
    expect(page.reports).toEqual([])
    page.stop()
  })

  test('hears clicks whose propagation the host stops', () => {
    document.body.innerHTML = '<button id="it" data-foothold="a">x</button>'
    document.getElementById('it')!.addEventListener('click', (event) => event.stopPropagation())
    const page = watch(clicks())
    document.getElementById('it')!.click()
    expect(page.types()).toEqual(['Element Clicked'])
    page.stop()
  })
})
