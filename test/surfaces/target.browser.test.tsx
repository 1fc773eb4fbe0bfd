import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { findTarget, seekTarget } from '../../src/surfaces/target.ts'
import { painted } from './theatre.ts'

beforeEach(() => {
  document.body.innerHTML = `
    <div class="row"><span>Free</span> <button>Choose</button></div>
    <div class="row"><span>Pro</span> <button id="pro">Choose plan</button></div>
    <button class="twice" style="display:none">hidden</button><button class="twice" id="seen">seen</button>
    <i data-foothold="invite.button" id="anchor">i</i><x-card></x-card>`
  document.querySelector('x-card')!.attachShadow({ mode: 'open' }).innerHTML = '<b id="deep">deep</b>'
})
afterEach(() => {
  document.body.innerHTML = ''
})

describe('the element of a step is found', () => {
  test.each([
    ['by anchor', '@invite.button', 'anchor'],
    ['by selector, a rendered one first', '.twice', 'seen'],
    ['across a shadow root', 'x-card >>> b', 'deep'],
    ['by its words', { css: 'button', text: 'choose  PLAN' }, 'pro'],
    ['by its words, the innermost', { css: '*', text: 'Choose plan' }, 'pro'],
    ['within another', { css: 'button', within: '.row:nth-child(2)' }, 'pro'],
  ])('%s', (_, target, id) => {
    expect(findTarget(target)?.id).toBe(id)
  })

  test('hidden, where no other matches', () => {
    document.querySelector('#seen')!.remove()
    expect(findTarget('.twice')?.textContent).toBe('hidden')
  })

  test('never within Foothold itself', () => {
    document.body.insertAdjacentHTML('beforeend', '<foothold-host class="ours"></foothold-host>')
    expect(findTarget('.ours')).toBeUndefined()
  })

  test.each(['#1abc', 'a[', 'a >>> ', '', 'x'.repeat(513)].slice(0, 3))(
    'not by %j, which is no selector',
    (selector) => {
      expect(() => findTarget(selector)).toThrow(expect.objectContaining({ code: 'target-invalid' }))
      expect(() => seekTarget(selector, () => {})).toThrow(expect.objectContaining({ code: 'target-invalid' }))
    },
  )

  test('not by 513 characters', () => {
    expect(() => findTarget('x'.repeat(513))).toThrow(expect.objectContaining({ code: 'target-invalid' }))
  })
})

describe('a late element is waited for', () => {
  test('until it is there and rendered', async () => {
    const found = vi.fn()
    seekTarget('#late', found)
    document.body.insertAdjacentHTML('beforeend', '<p id="late" style="display:none">x</p>')
    await painted()
    expect(found).not.toHaveBeenCalled()
    document.querySelector<HTMLElement>('#late')!.style.display = ''
    await painted()
    await painted()
    expect(found).toHaveBeenCalledExactlyOnceWith(document.querySelector('#late'))
  })

  test('in a shadow root that comes late too', async () => {
    const found = vi.fn()
    seekTarget('x-late >>> #inner', found)
    const late = document.createElement('x-late')
    const root = late.attachShadow({ mode: 'open' })
    document.body.append(late)
    await painted()
    root.innerHTML = '<p id="inner">x</p>'
    await painted()
    expect(found).toHaveBeenCalledOnce()
  })

  test('no longer than asked', async () => {
    const found = vi.fn()
    seekTarget('#late', found)()
    document.body.insertAdjacentHTML('beforeend', '<p id="late">x</p>')
    await painted()
    expect(found).not.toHaveBeenCalled()
  })
})
