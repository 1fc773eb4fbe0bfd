import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { clicks } from '../../src/observers/clicks.ts'
import { fakeClock } from '../../src/testing/fake-clock.ts'
import { closeHouses, flowOf, hideTab, playhouse, root, surface, titles, until } from '../stage/playhouse.ts'
import { painted } from './theatre.ts'

// What people complain about in other widgets, one test each.

beforeEach(async () => {
  await page.viewport(1000, 700)
  document.body.innerHTML = ''
})

afterEach(() => {
  closeHouses()
  hideTab(false)
  document.body.innerHTML = ''
  document.body.removeAttribute('style')
  scrollTo(0, 0)
})

const at = (selector: string) => document.querySelector(selector)!.getBoundingClientRect()
const tip = () => surface()!.getBoundingClientRect()
const seen = () => !!surface() && getComputedStyle(surface()!).visibility === 'visible'
const light = () => root()!.querySelector<HTMLElement>('[part~=spotlight]')!.getBoundingClientRect()
async function frames(count = 3) {
  for (let frame = 0; frame < count; frame++) await painted()
}

/** Plays a flow of one step, or of several. */
function play(...steps: Parameters<typeof flowOf>[0] & unknown[]) {
  const house = playhouse({ flows: [flowOf(steps as never)] })
  house.play('tour')
  return house
}

describe('"The target is not rendered yet"', () => {
  test('it is waited for, and nobody has to observe the DOM for us', async () => {
    play({ id: 'late', target: '#late' })
    await painted()
    expect(titles()).toEqual([])
    document.body.insertAdjacentHTML('beforeend', '<button id="late">Late</button>')
    await until(() => titles()[0] === 'late')
  })

  test('a missing one is passed over; the tour goes on, and nothing dims the page meanwhile', async () => {
    document.body.innerHTML = '<button id="there">There</button>'
    const house = play({ id: 'never', target: '#never', spotlight: true }, { id: 'there', target: '#there' })
    await painted()
    expect(root()?.querySelector('[part~=spotlight]') ?? null).toBeNull()
    house.clock.advance(5000)
    expect(titles()).toEqual(['there'])
    expect(house.told()).toContain('Step Skipped never missing')
  })

  test('it may be put in place by what hears that the tour starts', async () => {
    const flows = [flowOf([{ id: 'one', target: '#made' }])]
    const house = playhouse({
      flows,
      report({ type }) {
        if (type === 'Flow Started') document.body.insertAdjacentHTML('beforeend', '<button id="made">x</button>')
      },
    })
    house.play('tour')
    await until(() => titles()[0] === 'one')
  })
})

describe('"The target exists, but nobody can see it"', () => {
  test('nothing covers the page and locks people out', async () => {
    document.body.innerHTML = '<button id="hidden" style="display:none">x</button><button id="other">Other</button>'
    play({ id: 'one', target: '#hidden', spotlight: true })
    await frames()
    expect(seen()).toBe(false)
    const { left, top } = at('#other')
    expect(document.elementFromPoint(left + 5, top + 5)?.id).toBe('other')
  })

  test('nothing is left over the page when it vanishes under the spotlight', async () => {
    document.body.innerHTML = '<button id="one">x</button><button id="other">Other</button>'
    play({ id: 'one', target: '#one', spotlight: true })
    await frames()
    document.querySelector('#one')!.remove()
    await frames()
    expect(root()!.querySelector('[part~=spotlight]')).toBeNull()
  })

  test('what is skipped by content-visibility is hidden too', async () => {
    document.body.innerHTML = '<div id="box" style="content-visibility:hidden"><button id="one">x</button></div>'
    play({ id: 'one', target: '#one' })
    await frames()
    expect(seen()).toBe(false)
    document.querySelector<HTMLElement>('#box')!.style.contentVisibility = 'visible'
    await until(seen)
  })

  test.each([
    ['sees through it', 'opacity:0'],
    ['it stands outside of the page', 'position:absolute;left:-9999px'],
    [
      'it is one pixel, for screen readers',
      'position:absolute;width:1px;height:1px;padding:0;border:0;overflow:hidden',
    ],
  ])('an element is none when everybody %s', async (_, style) => {
    document.body.innerHTML = `<button id="hidden" style="${style}">x</button><button id="other">Other</button>`
    const house = play({ id: 'one', target: '#hidden' }, { id: 'two', target: '#other' })
    await frames()
    expect(titles()).toEqual([])
    house.clock.advance(5000)
    expect(titles()).toEqual(['two'])
  })

  test('one that fades in is met when it has', async () => {
    document.body.innerHTML = '<button id="fading">x</button>'
    const fading = document.querySelector('#fading')!.animate({ opacity: [0, 0, 1] }, { duration: 60_000 })
    fading.pause()
    play({ id: 'one', target: '#fading' })
    await frames()
    expect(titles()).toEqual([])
    fading.finish()
    document.querySelector('#fading')!.dispatchEvent(new AnimationEvent('animationend', { bubbles: true }))
    await until(() => titles()[0] === 'one')
  })

  test('one above the fold of a box that scrolls is brought into view', async () => {
    document.body.innerHTML =
      '<div id="box" style="height:200px;overflow:auto"><button id="up">x</button><div style="height:2000px"></div></div>'
    document.querySelector('#box')!.scrollTop = 1500
    play({ id: 'one', target: '#up' })
    await frames()
    expect(titles()).toEqual(['one'])
    expect(at('#up').top).toBeGreaterThanOrEqual(0)
  })

  test('behind a veil that is there from the start it waits too', async () => {
    document.body.innerHTML =
      '<button id="there" style="margin:200px">x</button><div id="veil" style="position:fixed;inset:0"></div>'
    play({ id: 'one', target: '#there' })
    await frames()
    expect(seen()).toBe(false)
    document.querySelector('#veil')!.remove()
    await frames()
    expect(seen()).toBe(true)
  })

  test('a tip waits behind an overlay of the page, and comes back without a reload', async () => {
    document.body.innerHTML = '<button id="one" style="margin:200px">x</button>'
    play({ id: 'one', target: '#one' })
    await frames()
    expect(seen()).toBe(true)
    document.body.insertAdjacentHTML(
      'beforeend',
      '<div id="wall" style="position:fixed;inset:0"><button>In</button></div>',
    )
    document.querySelector<HTMLElement>('#wall button')!.click()
    await frames()
    expect(seen()).toBe(false)
    document.querySelector('#wall')!.remove()
    await until(seen)
  })
})

describe('"The spotlight is off in scroll containers"', () => {
  test.each([
    ['down', 'flex-direction:column', 'scrollTop'],
    ['sideways', 'flex-direction:row', 'scrollLeft'],
  ] as const)('it follows when the box scrolls %s', async (_, direction, scroll) => {
    document.body.innerHTML = `<div id="box" style="display:flex;${direction};width:300px;height:300px;overflow:auto;margin:50px">
      <i style="flex:none;width:90px;height:90px"></i><button id="one" style="flex:none;width:90px;height:90px">x</button>
      <i style="flex:none;width:900px;height:900px"></i></div>`
    play({ id: 'one', target: '#one', spotlight: true })
    await frames()
    document.querySelector('#box')![scroll] = 40
    await frames()
    expect([light().left + 6, light().top + 6]).toEqual([at('#one').left, at('#one').top])
  })

  test('a target far down in a box in a box is brought into view', async () => {
    document.body.innerHTML = `<div style="height:300px;overflow:auto"><div style="height:500px"></div>
      <div style="height:200px;overflow:auto"><div style="height:700px"></div><button id="one">x</button></div></div>`
    play({ id: 'one', target: '#one' })
    await frames()
    expect(seen()).toBe(true)
    expect(at('#one').bottom).toBeLessThanOrEqual(300)
  })
})

describe('"A list that draws only what is seen loses the target"', () => {
  /** Rows of 40 pixels; only those in view are in the document. */
  function virtualList() {
    document.body.innerHTML =
      '<div id="list" style="height:200px;overflow:auto;position:relative"><div style="height:40000px"></div></div>'
    const list = document.querySelector<HTMLElement>('#list')!
    const draw = () => {
      const first = Math.floor(list.scrollTop / 40)
      for (const row of list.querySelectorAll('button')) row.remove()
      for (let row = first; row < first + 6; row++)
        list.insertAdjacentHTML(
          'beforeend',
          `<button data-row="${row}" style="position:absolute;top:${row * 40}px;height:40px">Row ${row}</button>`,
        )
    }
    list.onscroll = draw
    draw()
    return list
  }

  test('the tip hides while its row is scrolled away, however long, and stands beside the new row afterwards', async () => {
    const list = virtualList()
    const house = play({ id: 'one', target: '[data-row="2"]' })
    await frames()
    list.scrollTop = 4000
    await frames()
    house.clock.advance(60_000)
    expect([titles(), seen()]).toEqual([['one'], false])
    list.scrollTop = 20
    await until(seen)
    expect(Math.abs(tip().top - at('[data-row="2"]').bottom)).toBeLessThan(20)
    expect(list.scrollTop).toBe(20)
    expect(house.told().filter((each) => /Skipped|Ended/.test(each))).toEqual([])
  })

  test('a row that does not come back is missing in the end', async () => {
    const list = virtualList()
    const house = play({ id: 'one', target: '[data-row="2"]' }, { id: 'two' })
    await frames()
    list.scrollTop = 4000
    await frames()
    list.onscroll = null
    list.scrollTop = 0
    await frames()
    house.clock.advance(5000)
    expect(titles()).toEqual(['two'])
  })

  test('so is one whose list is gone', async () => {
    const list = virtualList()
    const house = play({ id: 'one', target: '[data-row="2"]' }, { id: 'two' })
    await frames()
    list.scrollTop = 4000
    await frames()
    list.remove()
    await frames()
    house.clock.advance(5000)
    expect(titles()).toEqual(['two'])
  })
})

describe('"The page renders the target anew and the tip is lost"', () => {
  test('it stands beside the new one in the next frame, without being told to a screen reader again', async () => {
    document.body.innerHTML = '<button id="one" style="margin:200px">x</button>'
    play({ id: 'one', target: '#one' })
    await frames()
    const frame = surface()
    document.querySelector('#one')!.outerHTML = '<button id="one" style="margin:200px 0 0 400px">x</button>'
    await frames()
    expect(surface()).toBe(frame)
    expect(seen()).toBe(true)
    expect(Math.abs(tip().left + tip().width / 2 - at('#one').left - at('#one').width / 2)).toBeLessThan(2)
  })
})

describe('"Dialogs and popovers cover the tour"', () => {
  test('in an open dialog the tip can be clicked', async () => {
    document.body.innerHTML = '<dialog style="padding:100px 200px"><button id="one">x</button></dialog>'
    document.querySelector('dialog')!.showModal()
    play({ id: 'one', target: '#one' }, { id: 'two' })
    await frames()
    await userEvent.click([...root()!.querySelectorAll('button')].find(({ textContent }) => textContent === 'Next')!)
    expect(titles()).toEqual(['two'])
  })

  test('a press on the tip does not close the popover around the target', async () => {
    document.body.innerHTML =
      '<div id="menu" popover style="inset:100px auto auto 100px;padding:20px"><button id="one">x</button></div>'
    const menu = document.querySelector<HTMLElement>('#menu')!
    menu.showPopover()
    play({ id: 'one', target: '#one' }, { id: 'two', target: '#one' })
    await frames()
    await userEvent.click([...root()!.querySelectorAll('button')].find(({ textContent }) => textContent === 'Next')!)
    expect(titles()).toEqual(['two'])
    expect(menu.matches(':popover-open')).toBe(true)
  })

  test.each([false, true])(
    'nor a menu that closes at a press outside (heard on the way down: %s) or without focus',
    async (capture) => {
      document.body.innerHTML =
        '<div id="menu" style="position:absolute;left:200px;top:200px"><button id="one">x</button></div>'
      const menu = document.querySelector<HTMLElement>('#menu')!
      const end = new AbortController()
      const close = vi.fn()
      for (const type of ['pointerdown', 'mousedown', 'click'])
        document.addEventListener(type, ({ target }) => menu.contains(target as Node) || close(type), {
          capture,
          signal: end.signal,
        })
      menu.addEventListener(
        'focusout',
        ({ relatedTarget }) => menu.contains(relatedTarget as Node) || close('focusout'),
      )
      document.querySelector<HTMLElement>('#one')!.focus()
      play({ id: 'one', target: '#one' }, { id: 'two', target: '#one' })
      await frames()
      await userEvent.click([...root()!.querySelectorAll('button')].find(({ textContent }) => textContent === 'Next')!)
      end.abort()
      expect(titles()).toEqual(['two'])
      expect(close).not.toHaveBeenCalled()
    },
  )
})

describe('"The menu of the target is somewhere else in the page, and the tour lies over it"', () => {
  const opener = '<button id="more" style="margin:150px 300px" aria-haspopup="menu" aria-expanded="false">More</button>'
  const menu =
    '<div id="menu" role="menu" style="position:absolute;left:300px;top:180px;width:200px;height:220px">Menu</div>'
  const apart = () => {
    const [one, other] = [tip(), at('#menu')]
    return one.bottom <= other.top || one.top >= other.bottom || one.right <= other.left || one.left >= other.right
  }
  const press = (expanded: boolean) => {
    const more = document.querySelector<HTMLElement>('#more')!
    more.ariaExpanded = `${expanded}`
    more.click()
  }

  test.each([
    ['that is named', (more: Element) => more.setAttribute('aria-controls', 'menu')],
    ['that is not', () => {}],
  ])('a menu %s has the tip beside both, and once it is closed beside the target', async (_, name) => {
    document.body.innerHTML = opener
    name(document.querySelector('#more')!)
    play({ id: 'one', target: '#more', placement: 'bottom', spotlight: true })
    await frames()
    const before = tip()
    document.body.insertAdjacentHTML('beforeend', menu)
    press(true)
    await frames()
    expect(apart()).toBe(true)
    expect(light().bottom).toBeGreaterThan(at('#menu').bottom)
    document.querySelector('#menu')!.remove()
    press(false)
    await frames()
    expect(tip()).toEqual(before)
  })

  test('so has a native popover', async () => {
    document.body.innerHTML = `<button id="more" popovertarget="menu" style="margin:150px 300px">More</button>
      <div id="menu" popover style="inset:auto;margin:0;position:absolute;left:300px;top:180px;width:200px;height:220px">Menu</div>`
    play({ id: 'one', target: '#more', placement: 'bottom' })
    await frames()
    document.querySelector<HTMLElement>('#more')!.click()
    await frames()
    expect(apart()).toBe(true)
  })

  test('the panel of a tab is no menu', async () => {
    document.body.innerHTML = `<button id="more" role="tab" aria-controls="menu" style="margin:50px 300px">Tab</button>
      <div id="menu" role="tabpanel" style="height:300px">Panel</div>`
    play({ id: 'one', target: '#more', placement: 'bottom' })
    await frames()
    expect(tip().top - at('#more').bottom).toBe(12)
  })
})

describe('"z-index, stacking contexts and transforms"', () => {
  test('the tip lies above the highest z-index of the page', async () => {
    document.body.innerHTML =
      '<button id="one" style="margin:200px">x</button><div style="position:fixed;inset:240px 0 0;z-index:2147483647;background:tan"></div>'
    play({ id: 'one', target: '#one' })
    await frames()
    const { left, top } = tip()
    expect(document.elementFromPoint(left + 30, top + 30)?.localName).toBe('foothold-host')
  })

  test.each([
    ['scaled', 'transform:scale(1.5);transform-origin:0 0'],
    ['turned', 'transform:rotate(20deg)'],
    ['seen in perspective', 'transform:perspective(400px) rotateY(30deg)'],
    ['filtered', 'filter:blur(0)'],
    ['zoomed', 'zoom:1.5'],
  ])('a target that is %s is met, and lit', async (_, style) => {
    document.body.innerHTML = `<div style="${style};margin:150px 300px;width:300px"><button id="one">Target</button></div>`
    play({ id: 'one', target: '#one', spotlight: true, placement: 'bottom' })
    await frames()
    const target = at('#one')
    expect(Math.abs(tip().top - target.bottom - 12)).toBeLessThan(1)
    expect(Math.abs(tip().left + tip().width / 2 - target.left - target.width / 2)).toBeLessThan(2)
    expect(Math.abs(light().left + 6 - target.left)).toBeLessThan(1)
    expect(Math.abs(light().width - 12 - target.width)).toBeLessThan(1)
  })

  test.each(['zoom:1.5', 'transform:translate(50px,30px)', 'zoom:0.8;position:relative'])(
    'a whole page with %s is met too',
    async (style) => {
      document.body.style.cssText = style
      document.body.innerHTML = '<button id="one" style="margin:150px 200px">Target</button>'
      play({ id: 'one', target: '#one', spotlight: true })
      await frames()
      expect(tip().top - at('#one').bottom).toBeCloseTo(12, 0)
      expect(Math.abs(light().left + 6 - at('#one').left)).toBeLessThan(1)
    },
  )
})

describe('"The highlighted element is clipped or cannot be clicked"', () => {
  test('a click in the light reaches the real thing, and the rest of the page stays usable', async () => {
    document.body.innerHTML = '<button id="one" style="margin:100px">x</button><button id="other">Other</button>'
    play({ id: 'one', target: '#one', spotlight: true })
    await frames()
    for (const id of ['one', 'other']) {
      const { left, top } = at(`#${id}`)
      expect(document.elementFromPoint(left + 5, top + 5)?.id).toBe(id)
    }
  })

  test('the light has the corners of the element', async () => {
    document.body.innerHTML = '<button id="one" style="margin:100px;border-radius:10px 20px 0 50%">x</button>'
    play({ id: 'one', target: '#one', spotlight: true })
    await frames()
    const style = getComputedStyle(root()!.querySelector('[part~=spotlight]')!)
    expect(style.borderTopLeftRadius).toBe('16px')
    expect(style.borderTopRightRadius).toBe('26px')
    expect(style.borderBottomLeftRadius).toBe('calc(50% + 6px)')
  })

  test('several elements are lit at once, each through a hole of its own', async () => {
    document.body.innerHTML =
      '<button class="lit" style="margin:100px;width:80px;height:40px">a</button><i>between</i><button class="lit" style="width:80px;height:40px">b</button>'
    play({ id: 'one', target: '.lit', spotlight: true })
    await frames()
    const [first, second] = [...document.querySelectorAll('.lit')].map((each) => each.getBoundingClientRect())
    expect(Math.abs(light().left + 6 - first!.left)).toBeLessThan(1)
    expect(Math.abs(light().right - 6 - second!.right)).toBeLessThan(1)
    const { style } = root()!.querySelector<HTMLElement>('[part~=spotlight]')!
    expect(style.getPropertyValue('--holes').match(/M/g)).toHaveLength(3)
    expect(Math.abs(tip().left + tip().width / 2 - first!.left - first!.width / 2)).toBeLessThan(60)
  })
})

describe('"Targets in shadow roots and frames"', () => {
  test('in an open shadow root it is met, and Tab leads from it to the tip', async () => {
    document.body.innerHTML = '<x-card style="display:block;margin:100px"></x-card>'
    document.querySelector('x-card')!.attachShadow({ mode: 'open' }).innerHTML = '<button id="deep">deep</button>'
    play({ id: 'one', target: 'x-card >>> #deep' })
    await frames()
    const deep = document.querySelector('x-card')!.shadowRoot!.querySelector<HTMLElement>('#deep')!
    expect(tip().top - deep.getBoundingClientRect().bottom).toBeCloseTo(12, 0)
    deep.focus()
    await userEvent.keyboard('{Tab}')
    expect(root()!.activeElement?.textContent).toBe('one')
  })

  const inside = (words: string) =>
    `<body style="margin:0"><div style="height:600px"></div><button id="in" data-foothold="publish" style="margin-left:80px">${words}</button><div style="height:900px"></div>`

  /** A frame of the same origin, 400 by 300, with a button 600 pixels down. */
  async function frame(style = '') {
    document.body.innerHTML = `<div style="height:900px"></div><iframe id="frame" style="width:400px;height:300px;border:5px solid;padding:7px;margin-left:200px;${style}"></iframe><div style="height:900px"></div>`
    const element = document.querySelector<HTMLIFrameElement>('#frame')!
    const loaded = new Promise((resolve) => element.addEventListener('load', resolve, { once: true }))
    element.srcdoc = inside('Publish')
    await loaded
    return element
  }
  const button = (element: HTMLIFrameElement) => element.contentDocument!.querySelector<HTMLElement>('#in')!
  /** Where the button is in our window. */
  function there(element: HTMLIFrameElement, scale = 1) {
    const around = element.getBoundingClientRect()
    const { left, bottom, width } = button(element).getBoundingClientRect()
    return { bottom: around.top + (12 + bottom) * scale, middle: around.left + (12 + left + width / 2) * scale }
  }

  test('it is met through shadow roots in shadow roots, a frame in a frame, and a shadow root in that', async () => {
    const inside = (host: Element, html: string) => {
      const root = host.attachShadow({ mode: 'open' })
      root.innerHTML = html
      return root.firstElementChild!
    }
    const framed = async (element: Element, html: string) => {
      const frame = element as HTMLIFrameElement
      Object.assign(frame.style, {
        width: '300px',
        height: '200px',
        margin: '10px',
        border: '4px solid',
        padding: '6px',
      })
      await new Promise((resolve) => {
        frame.addEventListener('load', resolve, { once: true })
        frame.srcdoc = `<body style="margin:0">${html}`
      })
      return frame.contentDocument!.body.firstElementChild!
    }
    document.body.innerHTML = '<x-one></x-one>'
    const two = inside(document.querySelector('x-one')!, '<x-two></x-two>')
    const three = inside(two, '<iframe></iframe>')
    const four = await framed(three, '<iframe></iframe>')
    const five = await framed(four, '<x-five></x-five>')
    const deep = inside(five, '<button id="deep">deep</button>')
    play({ id: 'one', target: 'x-one >>> x-two >>> iframe >>> iframe >>> x-five >>> #deep' })
    await frames()
    const edge = 4 + 6
    const bottom =
      three.getBoundingClientRect().top +
      edge +
      four.getBoundingClientRect().top +
      edge +
      deep.getBoundingClientRect().bottom
    expect(seen()).toBe(true)
    expect(tip().top - bottom).toBeCloseTo(12, 0)
  })

  test('in a frame it is brought into view, met and lit', async () => {
    const element = await frame()
    play({ id: 'one', target: 'iframe#frame >>> #in', spotlight: true })
    await frames()
    expect(there(element).bottom).toBeLessThan(innerHeight)
    expect(tip().top - there(element).bottom).toBeCloseTo(12, 0)
    expect(Math.abs(tip().left + tip().width / 2 - there(element).middle)).toBeLessThan(2)
    expect(Math.abs(light().bottom - 6 - there(element).bottom)).toBeLessThan(1)
  })

  test('in a frame that is scaled too', async () => {
    const element = await frame('transform:scale(0.5);transform-origin:0 0')
    play({ id: 'one', target: 'iframe#frame >>> #in' })
    await frames()
    expect(tip().top - there(element, 0.5).bottom).toBeCloseTo(12, 0)
  })

  test('the tip follows when the frame scrolls and when the page does, and hides with what it points at', async () => {
    const element = await frame()
    play({ id: 'one', target: 'iframe#frame >>> #in' })
    await frames()
    element.contentWindow!.scrollBy(0, 30)
    scrollBy(0, 25)
    await frames()
    expect(tip().top - there(element).bottom).toBeCloseTo(12, 0)
    element.contentWindow!.scrollTo(0, 0)
    await frames()
    expect(seen()).toBe(false)
  })

  test('using the real control in the frame moves on', async () => {
    const element = await frame()
    const advance = { on: 'Element Clicked', where: { anchor: 'publish' } }
    play(
      { id: 'one', target: 'iframe#frame >>> @publish'.replace('@publish', '[data-foothold=publish]'), advance },
      { id: 'two' },
    )
    await frames()
    button(element).click()
    expect(titles()).toEqual(['two'])
  })

  test('Tab leads from it to the tip, the tip leads to it, and Escape closes from there', async () => {
    const element = await frame()
    const house = play({ id: 'one', target: 'iframe#frame >>> #in' })
    await frames()
    const press = (key: string) =>
      button(element).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    press('Tab')
    expect(root()!.activeElement?.textContent).toBe('one')
    ;[...root()!.querySelectorAll('button')]
      .find(({ textContent }) => textContent === 'Go to the highlighted element')!
      .click()
    expect(element.contentDocument!.activeElement?.id).toBe('in')
    press('Escape')
    expect(house.told()).toContain('Flow Dismissed one escape')
  })

  // A page that comes anew is not scrolled: nobody asked for it.
  const atTop = (words: string) => `<body style="margin:0"><button id="in">${words}</button>`

  test('a frame that loads late is waited for, and one that loads another page is looked into again', async () => {
    document.body.innerHTML = '<iframe id="frame" style="width:500px;height:650px"></iframe>'
    play({ id: 'one', target: '#frame >>> #in' })
    await frames()
    const element = document.querySelector<HTMLIFrameElement>('#frame')!
    element.srcdoc = atTop('Publish')
    await until(seen)
    element.srcdoc = atTop('Send')
    await until(() => element.contentDocument?.body.textContent?.includes('Send') && seen())
    expect(button(element).isConnected).toBe(true)
  })

  test('a frame that loads another page raises no error on ours, and gets its inline step back', async () => {
    const errors: string[] = []
    const note = ({ message }: ErrorEvent) => errors.push(message)
    addEventListener('error', note)
    document.body.innerHTML = '<iframe id="frame" style="width:500px;height:650px"></iframe>'
    const element = document.querySelector<HTMLIFrameElement>('#frame')!
    const there = () => !!element.contentDocument?.querySelector('foothold-host')?.isConnected
    for (const surface of ['inline', 'tooltip'] as const) {
      element.srcdoc = atTop('First')
      play({ id: surface, target: '#frame >>> #in', surface })
      await until(surface === 'inline' ? there : seen)
      for (const words of ['Second', 'Third']) {
        element.srcdoc = atTop(words)
        await until(() => button(element)?.textContent === words && (surface === 'inline' ? there() : seen()))
        await frames()
      }
    }
    removeEventListener('error', note)
    expect(errors).toEqual([])
  })
})

describe('"The app traps the focus, and so does the tour"', () => {
  test('a tip takes no focus from the field that somebody types into', async () => {
    document.body.innerHTML = '<input id="one" style="margin:100px">'
    document.querySelector<HTMLElement>('#one')!.focus()
    play({ id: 'one', target: '#one' })
    await frames()
    await userEvent.keyboard('hello')
    expect(document.querySelector<HTMLInputElement>('#one')!.value).toBe('hello')
  })

  test('a trap of the page that takes the focus back is not fought', async () => {
    document.body.innerHTML = '<div id="trap"><input id="one" style="margin:100px"></div>'
    const end = new AbortController()
    const field = document.querySelector<HTMLElement>('#one')!
    let fights = 0
    document.addEventListener(
      'focusin',
      ({ target }) => {
        if (!(target as Element).closest('#trap') && ++fights < 100) field.focus()
      },
      { capture: true, signal: end.signal },
    )
    play({ id: 'one', target: '#one' })
    await frames()
    root()!.querySelector<HTMLElement>('.surface button')!.focus()
    await frames()
    end.abort()
    expect(fights).toBeLessThan(3)
  })
})

describe('"Advance by using the real button"', () => {
  test('a click on it moves on, and does what it does', async () => {
    document.body.innerHTML = '<button id="one" data-foothold="create" style="margin:100px">Create</button>'
    const did = vi.fn()
    document.querySelector<HTMLElement>('#one')!.onclick = did
    const house = play({ id: 'one', target: '@create', spotlight: true, advance: 'Element Clicked' }, { id: 'two' })
    const { now, after } = fakeClock()
    const stop = clicks().watch(({ type, properties }) => house.happens(type, properties), { now, after })
    await frames()
    await userEvent.click(document.querySelector('#one')!)
    stop()
    expect(did).toHaveBeenCalledOnce()
    expect(titles()).toEqual(['two'])
  })
})

describe('"It hurts the page"', () => {
  test('the page is not shifted, by the first step or a scripted change to the next', async () => {
    document.body.innerHTML =
      '<button id="one" style="margin:100px">One</button><button id="two" style="margin:300px">Two</button>'
    const shifts: number[] = []
    const observer = new PerformanceObserver((list) =>
      shifts.push(...list.getEntries().map((entry) => (entry as PerformanceEntry & { value: number }).value)),
    )
    observer.observe({ type: 'layout-shift' })
    const house = play({ id: 'one', target: '#one', advance: 'Go On' }, { id: 'two', target: '#two' })
    await frames(4)
    house.happens('Go On')
    await frames(4)
    observer.disconnect()
    expect(titles()).toEqual(['two'])
    expect(shifts).toEqual([])
  })

  test('a page that zooms by CSS in the middle of it has the tip beside its element, and as large as before', async () => {
    document.body.innerHTML =
      '<button id="there" style="margin:100px 0 0 300px">x</button><button id="other">y</button>'
    play({ id: 'one', target: '#there' }, { id: 'two', target: '#other' })
    await frames()
    const { width } = tip()
    for (const zoom of ['1.5', '0.7']) {
      document.documentElement.style.zoom = zoom
      await frames(5)
      expect([Math.round(tip().width), Math.round(tip().top - at('#there').bottom)]).toEqual([Math.round(width), 12])
      expect(tip().left).toBeLessThan(at('#there').right)
      expect(tip().right).toBeGreaterThan(at('#there').left)
    }
    document.documentElement.style.zoom = ''
  })

  test('in a window as small as at 400 % zoom a tip leaves its element free', async () => {
    await page.viewport(320, 256)
    document.body.innerHTML =
      '<div style="height:120px"></div><button id="there">x</button><div style="height:900px"></div>'
    play({ id: 'one', target: '#there', props: { text: 'Some words, and some more. '.repeat(20) } })
    await frames()
    expect(at('#there').top >= 0 && at('#there').bottom <= innerHeight).toBe(true)
    expect(tip().bottom <= at('#there').top || tip().top >= at('#there').bottom).toBe(true)
  })

  test('the page behind a modal stays where it is, and what is long in it can be scrolled', async () => {
    document.body.innerHTML = '<div style="height:3000px"></div>'
    play({ id: 'one', surface: 'modal', props: { text: 'Some words.\n\n'.repeat(60) } })
    await frames()
    const wheel = (on: Element) => {
      const event = new WheelEvent('wheel', { deltaY: 100, bubbles: true, cancelable: true, composed: true })
      on.dispatchEvent(event)
      return event.defaultPrevented
    }
    expect(wheel(surface()!)).toBe(true)
    expect(wheel(surface()!.querySelector('[part~=text]')!)).toBe(false)
    expect(wheel(surface()!.querySelector('[part~=close]')!)).toBe(true)
  })

  test('a huge element has its tip in the window, a wide one with the arrow at the end asked for', async () => {
    document.body.innerHTML = '<div id="tall" style="height:3000px;width:300px"></div>'
    const house = play(
      { id: 'tall', target: '#tall', advance: 'Go On' },
      { id: 'wide', target: '#wide', placement: 'bottom-start' },
    )
    await frames()
    expect(tip().top).toBeGreaterThanOrEqual(0)
    expect(tip().bottom).toBeLessThanOrEqual(innerHeight + 1)
    document.body.innerHTML = '<div id="wide" style="height:50px;width:900px;margin:100px 20px"></div>'
    house.happens('Go On')
    await frames()
    const arrow = root()!.querySelector('[part~=arrow]')!.getBoundingClientRect()
    expect(tip().left).toBeCloseTo(at('#wide').left, 0)
    expect(arrow.left - tip().left).toBeLessThan(40)
  })

  test('a card stands where it lies over no control of the page', async () => {
    document.body.innerHTML =
      '<button style="position:fixed;right:30px;bottom:30px;width:200px;height:60px">Add to cart</button>'
    play({ id: 'one', surface: 'card' })
    await frames()
    expect(tip().right).toBeLessThan(500)
  })

  test('on a phone a card is a sheet at the bottom all the same', async () => {
    await page.viewport(320, 640)
    document.body.innerHTML = '<button style="position:fixed;right:30px;bottom:30px">Add to cart</button>'
    play({ id: 'one', surface: 'card' })
    await frames()
    expect(tip()).toMatchObject({ left: 0, right: 320, bottom: 640 })
  })

  test('a banner does not lie over the menu of the page', async () => {
    document.body.innerHTML =
      '<nav style="position:fixed;inset:0 0 auto;height:60px"><a href="#a">Shop</a> <a href="#b">Cart</a></nav>'
    play({ id: 'one', surface: 'banner' })
    await frames()
    expect(tip().top).toBeGreaterThan(300)
  })

  test('a banner and a card do not lie over one another', async () => {
    document.body.innerHTML =
      '<nav style="position:fixed;inset:0 0 auto;height:60px"><a href="#a">Shop</a> <a href="#b">Cart</a></nav>'
    const flows = ['card', 'banner'].map((surface) =>
      flowOf([{ id: surface, surface: surface as 'card' }], { id: surface }),
    )
    const house = playhouse({ flows })
    house.play('card')
    house.play('banner')
    await frames()
    const [card, banner] = [...root()!.querySelectorAll('.surface')].map((each) => each.getBoundingClientRect())
    expect(banner!.bottom <= card!.top || banner!.top >= card!.bottom).toBe(true)
  })

  test.each([
    ['a card on a phone', 360, 'card', 'position:fixed;bottom:20px;left:20px'],
    ['a card put by hand', 1000, 'card', 'position:fixed;bottom:40px;right:40px'],
    ['a banner', 1000, 'banner', 'position:fixed;top:30px;left:400px'],
    ['the sheet of a tooltip', 360, undefined, 'position:fixed;bottom:20px;left:20px'],
  ] as const)('%s makes room for a field that gets the focus', async (_, width, surfaceKind, style) => {
    await page.viewport(width, 640)
    const placement = width > 480 && surfaceKind === 'card' ? 'bottom-end' : undefined
    document.body.innerHTML = `<button id="there" style="position:absolute;top:100px;left:40px">x</button><input id="field" style="${style}">`
    const where = surfaceKind ? { surface: surfaceKind, ...(placement && { placement }) } : { target: '#there' }
    play({ id: 'one', ...where, props: { text: 'Some words. '.repeat(10) } } as never)
    await frames()
    // Wherever it was put at first, it lies over the field now.
    const lies = () => {
      const [one, other] = [tip(), at('#field')]
      return one.bottom > other.top && one.top < other.bottom && one.right > other.left && one.left < other.right
    }
    if (!lies())
      Object.assign(document.querySelector<HTMLElement>('#field')!.style, {
        inset: 'auto',
        top: `${tip().top + 20}px`,
        left: `${tip().left + 40}px`,
      })
    expect(lies()).toBe(true)
    document.querySelector<HTMLElement>('#field')!.focus()
    expect(lies()).toBe(false)
  })

  test('where it is put by hand, it stays', async () => {
    document.body.innerHTML = '<nav style="position:fixed;inset:0 0 auto;height:60px"><a href="#a">Shop</a></nav>'
    play({ id: 'one', surface: 'banner', placement: 'top' })
    await frames()
    expect(tip().top).toBeLessThan(60)
  })
})

describe('"Its styles leak into our page, and ours into it"', () => {
  test('no rule, sheet, property or class of ours is on the page, and its own look stays', async () => {
    document.body.innerHTML =
      '<style>.surface,.title,button{color:rgb(1,2,3);border-radius:9px}</style><button class="surface title" id="own">Own</button>'
    const look = () =>
      JSON.stringify(
        Object.fromEntries(
          ['#own', 'body'].map((each) => [each, { ...getComputedStyle(document.querySelector(each)!) }]),
        ),
      )
    const sheets = () => [document.styleSheets.length, document.adoptedStyleSheets.length, document.head.innerHTML]
    const before = [look(), sheets()]
    play({ id: 'one', target: '#own', spotlight: true })
    await until(() => seen())
    await frames()
    expect([look(), sheets()]).toEqual(before)
  })

  test('rules for everything on the page do not reach what we draw', async () => {
    document.body.innerHTML =
      '<style>body * { all: revert !important; color: red !important; font: 40px serif !important; display: block !important }</style><button id="own">Own</button>'
    play({ id: 'one', target: '#own' })
    await until(() => seen())
    const title = getComputedStyle(surface()!.querySelector('[part~=title]')!)
    expect(title.color).not.toBe('rgb(255, 0, 0)')
    expect(title.fontFamily).not.toBe('serif')
    expect(parseFloat(title.fontSize)).toBeLessThan(30)
  })
})
