import { afterEach, describe, expect, test } from 'vitest'
import { texts } from '../../src/observers/texts.ts'
import { observerContract, type Watched, watch } from '../../src/testing/observer-contract.ts'

const markup = `
  <section data-foothold-section="pricing"><p id="it" data-foothold="plan">Twelve euros</p></section>
  <p id="mail">Write to ann@example.com</p><p id="masked" data-foothold-mask>A secret</p>
  <div id="mixed">Name: <b data-private>Ann</b></div><textarea id="field">A secret</textarea>`

/** The browser tells of a selection a little later. */
const told = () => new Promise((done) => setTimeout(done, 30))
async function select(id = 'it') {
  getSelection()!.selectAllChildren(document.getElementById(id)!)
  await told()
}
const copy = (id = 'it') =>
  document.getElementById(id)!.dispatchEvent(new ClipboardEvent('copy', { bubbles: true, composed: true }))

afterEach(() => {
  document.body.innerHTML = ''
  getSelection()!.removeAllRanges()
})

describe('texts, as every observer,', () => {
  const cases = observerContract({
    create: texts,
    markup,
    async provoke(clock) {
      getSelection()!.removeAllRanges()
      await told()
      await select()
      clock.advance(500)
      copy()
    },
    reports: ['Text Selected', 'Text Copied'],
  })
  for (const { name, run } of cases) test(name, run)
})

describe('texts', () => {
  let page: Watched
  afterEach(() => page.stop())
  function start(observer = texts()) {
    document.body.innerHTML = markup
    page = watch(observer)
  }
  const properties = { length: 12, section: 'pricing', anchor: 'plan', path: location.pathname }

  test('reports how long a selection is and where, once it has rested, and never the text itself', async () => {
    start()
    await select()
    page.clock.advance(499)
    expect(page.reports).toEqual([])
    page.clock.advance(1)
    expect(page.reports).toEqual([{ type: 'Text Selected', properties }])
    expect(JSON.stringify(page.reports)).not.toContain('Twelve')
  })

  test('reports the same selection once, and a copy each time', async () => {
    start()
    await select()
    page.clock.advance(500)
    // The browser tells of the same selection again.
    document.dispatchEvent(new Event('selectionchange'))
    page.clock.advance(500)
    copy()
    copy()
    expect(page.types()).toEqual(['Text Selected', 'Text Copied', 'Text Copied'])
    expect(page.of('Text Copied')[0]).toEqual(properties)
  })

  test('tells the text to whom it was asked for, without addresses and what is masked', async () => {
    start(texts({ text: true }))
    for (const id of ['it', 'mail', 'mixed']) {
      await select(id)
      page.clock.advance(500)
    }
    expect(page.of('Text Selected').map((told) => told?.text)).toEqual(['Twelve euros', 'Write to …', undefined])
  })

  test.each(['masked', 'field'])('leaves what is %s alone', async (id) => {
    start(texts({ text: true }))
    if (id === 'field') document.querySelector('textarea')!.select()
    else await select(id)
    await told()
    page.clock.advance(500)
    copy(id)
    expect(page.reports).toEqual([])
  })

  test('says nothing of a click into the text, nor of a selection that is given up', async () => {
    start()
    getSelection()!.collapse(document.getElementById('it'), 0)
    await told()
    page.clock.advance(500)
    await select()
    getSelection()!.removeAllRanges()
    await told()
    page.clock.advance(500)
    expect(page.reports).toEqual([])
    expect(page.clock.timers).toBe(0)
  })
})
