import { afterEach, expect, test } from 'vitest'
import type { Step } from '../../src/core/guide.ts'
import { explainTarget, targetOf } from '../../src/inspector/explain-target.ts'
import { findTarget } from '../../src/surfaces/target.ts'

afterEach(() => {
  document.body.innerHTML = ''
})

function page(html: string) {
  document.body.innerHTML = html
}
const said = (target: Step['target']) => explainTarget(target).findings.join(' ')

test('a target that is there says no more than that, and is the element that a step takes', () => {
  page('<button data-foothold="invite" style="width:80px;height:30px">Invite</button>')
  const report = explainTarget('@invite')
  expect(report).toMatchObject({ verdict: 'found', findings: [] })
  expect(report.element).toBe(findTarget('@invite'))
})

test.each<[why: string, html: string, target: Step['target'], verdict: string, words: RegExp]>([
  ['a slip in the selector', '', 'div[', 'missing', /"div\[" is no valid selector/],
  ['nothing there', '<p>x</p>', '.gone', 'missing', /Nothing on this page matches/],
  [
    'a selector that matches up to a point',
    '<ul class="menu"><li>x</li><li>y</li></ul>',
    '.menu > li.now a',
    'missing',
    /^“\.menu > li” matches 2 elements, but nothing does with “\.now a” behind it\./,
  ],
  [
    'one that does in the place to look in',
    '<main><p>x</p></main><p>y</p><p>z</p>',
    { css: 'p.gone', within: 'main' },
    'missing',
    /^“p” matches 1 element, but nothing does with “\.gone” behind it\./,
  ],
  [
    'an anchor that is not there, beside some that are',
    '<a data-foothold="nav.home">x</a>',
    '@nav.hom',
    'missing',
    /data-foothold="nav\.hom"\. There is @nav\.home/,
  ],
  [
    'another text',
    '<p class="a">Cats</p><p class="a">Dogs</p>',
    { css: '.a', text: 'Birds' },
    'missing',
    /2 elements match “\.a”, but none contains the text “Birds”: “Cats”, “Dogs”/,
  ],
  ['no place to look in', '<p>x</p>', { css: 'p', within: 'main' }, 'missing', /Nothing matches “main”, in which/],
  [
    'not displayed',
    '<div class="box" style="display:none"><p>x</p></div>',
    'p',
    'missing',
    /<div class="box"> around <p> is not displayed/,
  ],
  ['invisible', '<p style="visibility:hidden">x</p>', 'p', 'missing', /<p> is invisible \(visibility: hidden\)/],
  [
    'in a closed details',
    '<details><summary>more</summary><p>x</p></details>',
    'p',
    'missing',
    /<details> around <p> (is closed|hides)/,
  ],
  ['without size', '<p style="width:0;height:0;overflow:hidden"></p>', 'p', 'missing', /<p> has no size \(0 × 0 px\)/],
  [
    'covered',
    '<p style="height:40px;margin:0">x</p><div id="lid" style="position:fixed;inset:0;background:#fff"></div>',
    'p',
    'poor',
    /It is covered by <div id="lid">/,
  ],
  [
    'small',
    '<button style="width:12px;height:12px;padding:0;border:0">x</button>',
    'button',
    'poor',
    /12 × 12 px; fingers need 24/,
  ],
  ['inert', '<div inert><p style="height:40px">x</p></div>', 'p', 'poor', /inert/],
  [
    'several',
    '<p style="display:none">a</p><p style="height:40px">b</p><p style="height:40px">c</p>',
    'p',
    'poor',
    /3 elements match; a step takes number 2/,
  ],
])('a target that fails says why: %s', (_, html, target, verdict, words) => {
  page(html)
  expect(said(target)).toMatch(words)
  expect(explainTarget(target).verdict).toBe(verdict)
})

test('an element behind an open dialog says so', () => {
  page('<p style="height:40px">x</p><dialog>open</dialog>')
  document.querySelector('dialog')!.showModal()
  expect(said('p')).toContain('A modal dialog is open')
})

test('an element in a shadow root is found by the way in, and says so where the way is missing', () => {
  page('<my-card id="card"></my-card>')
  const card = document.querySelector('my-card')!
  expect(said('#card >>> button')).toContain('has no open shadow root')
  expect(said('button.buy')).toContain('1 custom element may have a closed shadow root')
  card.attachShadow({ mode: 'open' }).innerHTML = '<button class="buy" style="width:90px;height:30px">Buy</button>'
  expect(said('button.buy')).toContain('It is in the shadow root of <my-card id="card">: write “#card >>> button.buy”')
  expect(explainTarget('#card >>> button.buy').verdict).toBe('found')
})

test('an element in a frame is found by the way in, named by it, and says so where the way is missing', () => {
  page('<div style="height:80px"></div><iframe id="editor" style="height:90px"></iframe>')
  const inside = document.querySelector('iframe')!.contentDocument!
  expect(said('#editor >>> #in')).toContain('Nothing on this page matches')
  inside.body.innerHTML =
    '<button id="in" style="width:90px;height:30px">Bold</button><details><summary>x</summary><i>y</i></details>'
  expect(said('#in')).toContain('It is in the frame <iframe id="editor">: write “#editor >>> #in”')
  expect(explainTarget('#editor >>> #in')).toMatchObject({ verdict: 'found', findings: [] })
  expect(said('#editor >>> i')).toMatch(/<details> around <i> (is closed|hides)/)
  const element = inside.querySelector('#in')!
  expect(targetOf(element)).toBe('#editor >>> #in')
  document.querySelector('iframe')!.style.display = 'none'
  expect(said('#editor >>> #in')).toContain('<iframe id="editor"> around <button id="in"> is not displayed')
})

test('a frame of another origin says that it cannot be looked into', () => {
  page('<iframe sandbox srcdoc="<p>x</p>"></iframe>')
  return expect
    .poll(() => said('iframe >>> p'))
    .toBe('<iframe> shows a page of another origin, which cannot be looked into.')
})

test('an element in whose place an inline step stands is found', () => {
  page('<p id="me" style="display:none">x</p><foothold-host data-mode="replace"></foothold-host>')
  expect(explainTarget('#me')).toMatchObject({ verdict: 'found', findings: [] })
})

test.each([
  ['its anchor', '<button data-foothold="a" id="me">x</button>', '@a'],
  ['its id', '<button id="me">x</button>', '#me'],
  ['an attribute that stays', '<button data-testid="buy" class="me">x</button>', 'button[data-testid="buy"]'],
  ['its class', '<button class="css-1x2y3z me">x</button>', 'button.me'],
  ['its place', '<main><p>a</p><p>b</p></main>', 'main > p:nth-of-type(2)'],
])('an element that is pointed at is named by %s', (_, html, target) => {
  page(html)
  const element = document.querySelector('#me, .me, p:last-child')!
  expect(targetOf(element)).toContain(target)
  expect(findTarget(targetOf(element))).toBe(element)
})

test('whatever is pointed at, its name leads back to it', () => {
  page('<ul><li class="a b"><a href="/x"><b>1</b></a></li><li><a href="/x"><b>2</b></a></li></ul><x-y></x-y>')
  const shadow = document.querySelector('x-y')!.attachShadow({ mode: 'open' })
  shadow.innerHTML = '<i>1</i><i>2</i>'
  for (const element of [...document.querySelectorAll('body *'), ...shadow.querySelectorAll('*')])
    expect(findTarget(targetOf(element))).toBe(element)
})
