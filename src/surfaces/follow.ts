import { arrow, computePosition, flip, getOverflowAncestors, hide, offset, shift, size } from '@floating-ui/dom'
import type { Placement } from '../core/guide.ts'
import { coverOf, menuOf } from './cover.ts'
import { cutOut, unionOf } from './cut-out.ts'
import { narrow } from './frame.tsx'
import { framesAround, isPresent, isRendered, overlaps, parentOf, rectOf } from './target.ts'

export interface Following {
  target: Element
  surface: HTMLElement
  /** The mark of a hotspot, on the target's edge; the surface stands there while it is open. */
  beacon: HTMLElement | undefined
  /** The cut-out around the target, and around other elements. */
  spotlight: HTMLElement | undefined
  lit: Element[]
  placement: Placement | undefined
  /** Whether the target is to be brought into view. */
  bring: boolean
  /** Called before a place is measured: the page may zoom otherwise by now. */
  onPlace(): void
  /** The target left the document; `away`: because it was scrolled out of view, as lists do that draw only what is seen. */
  onGone(away: boolean): void
}

export type Follow = typeof follow

export interface Follower {
  /** Places anew, before the next frame is painted. */
  update(): void
  stop(): void
}

/** Where everything stands for a target at that place, in the space of its strategy; `hidden`: scrolled out of a box. */
interface Standing {
  at: DOMRect
  hidden: boolean
  mark: { x: number; y: number } | undefined
  room: { x: number; y: number; width: number; height: number } | undefined
}

const margin = 8
const gap = 12
const least = 240
/** So high a sheet has to be to be read. */
const lowest = 120
/** Half of a beacon, which lies half on its target. */
const half = 12
/** From the corner of a surface to its arrow. */
const inset = 20

/**
 * Keeps a surface beside its target. In the document both scroll together, so nothing listens to scrolling: whether the
 * surface still fits is asked when an edge of it crosses the viewport. Where a box inside scrolls it is moved along, and
 * placed anew only when it does not fit any more. Without room the surface becomes a sheet at the bottom.
 */
export function follow(following: Following): Follower {
  const { target, surface, beacon, spotlight, lit, onGone } = following
  const { placement = 'bottom' } = following
  const end = new AbortController()
  const { signal } = end
  const box = surface.parentElement as HTMLElement
  const page = document.documentElement
  const frames = framesAround(target)
  const chain = [target, ...frames]
  const outer = chain.at(-1) as Element
  let turn = 0
  let frame = 0
  let sheeted = false
  let place = ''
  let moves: IntersectionObserver[] = []
  let cover: Element | undefined
  let menu: Element | undefined
  let seen: { at: DOMRect; offset: DOMPoint } | undefined
  let stood: Standing | undefined
  let still = 0
  let away = false
  let glide = true
  const pinned = positionsOf(target)
  const strategy = pinned.length ? 'fixed' : 'absolute'
  const scrollers = getOverflowAncestors(target).filter(
    (scroller) => !([window, window.visualViewport, document.body, page] as unknown[]).includes(scroller),
  )
  const boxes = scrollers.filter((scroller): scroller is HTMLElement => 'scrollTop' in scroller)
  const tail = surface.querySelector<HTMLElement>('[part~=arrow]')
  /** What the surface stands beside. */
  const reference = () =>
    frames[0] || menu
      ? { getBoundingClientRect: () => unionOf([target, ...(menu ? [menu] : [])].map(rectOf)), contextElement: outer }
      : target

  // What an observer says at first is known already.
  const later = (run: (entries: { target: Element }[]) => void) => {
    let first = true
    return (entries: { target: Element }[]) => {
      // The first report tells what is known, unless the target left or hid before it came.
      const hidden = !isRendered(target)
      if (!first || hidden) run(entries)
      // What hides and comes back before the next frame is never reported.
      if (first && hidden) soon()
      first = false
    }
  }
  // Not in the middle of what calls: a size that changes while sizes are told ends as an error event on the page.
  const soon = () => {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(update)
  }
  const sizes = new ResizeObserver(
    later((entries) => {
      // A document that grows where the target does not move concerns nobody.
      if (entries.some((entry) => entry.target !== page) || place !== places()) soon()
    }),
  )
  const scrolled = () => update(true)
  const edges = new IntersectionObserver(
    later(() => update(true, true)),
    { threshold: [0, 1] },
  )
  for (const scroller of pinned.includes('sticky') ? [...scrollers, window] : scrollers)
    scroller.addEventListener('scroll', scrolled, { passive: true, signal })
  window.addEventListener('resize', soon, { signal })
  // What a press or a new focus brings up may lie over the target.
  for (const type of ['click', 'focusin']) document.addEventListener(type, soon, { capture: true, signal })
  for (const each of frames) {
    each.addEventListener('load', soon, { signal })
    // A document that goes takes its elements along; watching on would end as an error event on the page.
    const inside = (each as HTMLIFrameElement).contentWindow
    const leave = () => {
      for (const element of [...chain, ...lit])
        if (element.ownerDocument.defaultView === inside) sizes.unobserve(element)
    }
    inside?.addEventListener('pagehide', leave, { signal })
  }
  for (const element of [target, surface]) edges.observe(element)
  for (const element of [...chain, surface, ...lit, page]) sizes.observe(element)

  surface.removeAttribute('data-top')
  if (following.bring && isRendered(target)) {
    const { top, bottom, left, right, height } = rectOf(target)
    const out = top < 0 || left < 0 || bottom > innerHeight || right > innerWidth
    // At once, not smoothly: the surface is placed in the same frame, and nobody is made seasick.
    if (out || isBeyond(rectOf(target), [...frames, ...boxes]) || coverOf(outer, rectOf(target)))
      target.scrollIntoView({
        block: height > innerHeight ? 'nearest' : 'center',
        inline: 'nearest',
        behavior: 'instant',
      })
  }

  function conceal(now: boolean) {
    stood = undefined
    box.style.visibility = now ? 'hidden' : ''
  }

  function sheet(on: boolean) {
    surface.toggleAttribute('data-sheet', on)
    if (!on) return
    Object.assign(surface.style, { position: '', left: '', top: '', translate: '', maxHeight: '' })
    surface.style.removeProperty('--room')
    const covered = () => {
      const [at, own] = [rectOf(target), surface.getBoundingClientRect()]
      return at.bottom > own.top && at.top < own.bottom
    }
    const rooms = () => [rectOf(target).top - margin, innerHeight - rectOf(target).bottom - margin] as const
    if (!sheeted && covered()) {
      target.scrollIntoView({ block: 'center', behavior: 'instant' })
      const [above, below] = rooms()
      surface.toggleAttribute('data-top', covered() && above >= below)
      if (covered()) target.scrollIntoView({ block: above >= below ? 'end' : 'start', behavior: 'instant' })
    }
    sheeted = true
    // In a very small window it leaves its element free, as far as it can be used then.
    const [above, below] = rooms()
    const room = surface.hasAttribute('data-top') ? above : below
    if (covered() && room >= lowest) surface.style.setProperty('--room', `${room}px`)
  }

  function update(scrolling?: unknown, looking = scrolling !== true) {
    if (signal.aborted) return
    if (scrolling !== true) following.onPlace()
    if (away) return wait()
    if (!isPresent(target)) return gone()
    if (!isRendered(target)) return conceal(true)
    const at = rectOf(target)
    seen = { at, offset: offsetOf() }
    const before = cover
    if (looking) look(at)
    const stays = scrolling === true && cover === before && moveAlong(at)
    if (scrolling !== true) watchMoves()
    else if (place !== places()) watchMovesOnceStill()
    if (spotlight) cutOut(spotlight, visibly(lit, target).concat(menu ?? []), strategy, glide)
    glide = false
    if (!stays) void settle(at)
  }

  /** The target was scrolled: moves everything as far, unless it has to be placed anew to fit, to hide or to be seen. */
  function moveAlong(at: DOMRect): boolean {
    if (!stood || stood.at.width !== at.width || stood.at.height !== at.height) return false
    const { hidden, mark, room } = stood
    const now = inStrategy(at)
    const x = now.left - stood.at.left
    const y = now.top - stood.at.top
    if (isBeyond(at, [...frames, ...boxes]) !== hidden) return false
    const out = at.bottom <= 0 || at.top >= innerHeight || at.right <= 0 || at.left >= innerWidth
    if (room && !hidden && !out) {
      const [left, top] =
        strategy === 'absolute' ? [room.x + x - scrollX, room.y + y - scrollY] : [room.x + x, room.y + y]
      if (left < 0 || top < 0 || left + room.width > page.clientWidth || top + room.height > innerHeight) return false
    }
    if (beacon && mark) put(beacon, mark.x + x, mark.y + y)
    if (room) put(surface, ...crisp(room.x + x, room.y + y))
    return true
  }

  /** A place of the window, where what is placed is measured from: the document or the window. */
  function inStrategy({ left, top, width, height }: DOMRect): DOMRect {
    return strategy === 'fixed'
      ? new DOMRect(left, top, width, height)
      : new DOMRect(left + scrollX, top + scrollY, width, height)
  }

  /** Whether something of the page lies over the target. While it does, that is asked again with whatever may change it. */
  function look(at: DOMRect) {
    const found = coverOf(outer, at)
    const opened = menuOf(target)
    // When it closes, it has no size any more.
    for (const each of [found, opened]) if (each && each !== cover && each !== menu) sizes.observe(each)
    cover = found
    if (menu !== opened) stood = undefined
    menu = opened
    for (const type of found ? ['pointermove', 'scroll'] : [])
      document.addEventListener(type, soon, { capture: true, once: true, signal })
  }

  async function settle(at: DOMRect) {
    const mine = ++turn
    let room: Standing['room']
    // A page that is pinched larger is laid out as before: the visitor moves what they see to what stands beside its element.
    const pinched = (visualViewport?.scale ?? 1) > 1
    const within = pinched ? { rootBoundary: new DOMRect(0, 0, innerWidth, innerHeight) } : {}
    stood = undefined
    const marked =
      beacon &&
      (await computePosition(reference(), beacon, {
        strategy,
        placement: following.placement ?? 'top-end',
        middleware: [
          offset({ mainAxis: -half, alignmentAxis: -half }),
          shift({ rootBoundary: 'document', crossAxis: true }),
          boxes[0] && hide(within),
        ],
      }))
    if (signal.aborted || mine !== turn) return
    if (marked) {
      Object.assign(beacon.style, { position: strategy, left: '0', top: '0' })
      put(beacon, marked.x, marked.y)
    }
    let hidden = marked?.middlewareData.hide?.referenceHidden
    const open = surface.matches(':popover-open')
    if (open && innerWidth < narrow) sheet(true)
    else if (open) {
      const out = await placeSurface()
      if (out === undefined) return
      hidden ??= out
    }
    hidden ||= isBeyond(at, frames)
    conceal(hidden || !!cover)
    if (cover || (open && !room) || hidden !== isBeyond(at, [...frames, ...boxes])) return
    stood = { at: inStrategy(at), hidden, mark: marked, room }

    /** Places the surface; whether its target is scrolled out of sight, or undefined where there is something newer. */
    async function placeSurface(): Promise<boolean | undefined> {
      let cramped = false
      let whole = true
      let width = 0
      let height = 0
      sheet(false)
      Object.assign(surface.style, { position: strategy, left: '0', top: '0', maxHeight: '' })
      const needed = surface.offsetHeight
      const at = await computePosition(reference(), surface, {
        strategy,
        placement,
        middleware: [
          // Clear of the mark, which lies half outside.
          offset(beacon ? gap + half / 2 : gap),
          flip({ ...within, padding: margin, crossAxis: false, fallbackAxisSideDirection: 'start' }),
          shift({ ...within, padding: margin }),
          size({
            ...within,
            padding: margin,
            apply({ availableHeight, rects }) {
              cramped = availableHeight < Math.min(least, needed)
              whole = availableHeight >= needed
              width = rects.floating.width
              height = whole ? needed : Math.floor(availableHeight)
              surface.style.maxHeight = whole ? '' : `${height}px`
            },
          }),
          tail && arrow({ element: tail, padding: 14 }),
          boxes[0] && hide(within),
        ],
      })
      if (signal.aborted || mine !== turn) return
      if (cramped && inView()) {
        sheet(true)
        return false
      }
      put(surface, ...crisp(at.x, at.y))
      // With more room it would be longer.
      if (whole) room = { x: at.x, y: at.y, width, height }
      const [side, end] = at.placement.split('-')
      surface.dataset.side = side
      let { x, y } = at.middlewareData.arrow ?? {}
      // Beside an element that is longer than itself the surface stands at one end of it, and so does the arrow.
      const wide = x != null
      const long = seen && (wide ? seen.at.width > width : seen.at.height > height)
      if (end && long) {
        const atStart = (end === 'start') !== (wide && getComputedStyle(surface).direction === 'rtl')
        const spot = atStart ? inset : (wide ? width : height) - inset - half
        if (wide) x = spot
        else y = spot
      }
      if (tail) tail.style.translate = `${x ?? 0}px ${y ?? 0}px`
      return at.middlewareData.hide?.referenceHidden === true
    }
  }

  function inView() {
    const { top, bottom } = rectOf(target)
    return bottom > 0 && top < innerHeight
  }

  // — a target that is gone

  function gone() {
    conceal(true)
    away = !!seen && boxes.every(isPresent) && isOut(10)
    if (away) {
      window.addEventListener('scroll', scrolled, { passive: true, signal })
      for (const box of boxes) sizes.observe(box)
      for (const observer of [edges, ...moves]) observer.disconnect()
      cancelAnimationFrame(still)
    } else stop()
    onGone(away)
  }

  /** It is due again when its place comes back into view, or will never come when its list is gone. */
  function wait() {
    if (boxes.every(isPresent) && isOut(-1)) return
    stop()
    onGone(false)
  }

  /** Whether the place where the target was is scrolled out of view by now, give or take some pixels. */
  function isOut(some: number) {
    const { at, offset } = seen!
    const now = offsetOf()
    const top = at.top - (now.y - offset.y)
    const left = at.left - (now.x - offset.x)
    const around = boxes[0]?.isConnected ? rectOf(boxes[0]) : new DOMRect(0, 0, innerWidth, innerHeight)
    return (
      (now.x !== offset.x || now.y !== offset.y) &&
      (top + at.height <= around.top + some ||
        top >= around.bottom - some ||
        left + at.width <= around.left + some ||
        left >= around.right - some)
    )
  }

  function offsetOf() {
    return boxes.reduce(
      (sum, { scrollLeft, scrollTop }) => new DOMPoint(sum.x + scrollLeft, sum.y + scrollTop),
      new DOMPoint(scrollX, scrollY),
    )
  }

  // — a target that moves

  function places() {
    return chain.map(placeOf).join()
  }

  function placeOf(element: Element) {
    const around = strategy === 'absolute' && element.ownerDocument.documentElement.getBoundingClientRect()
    const { left, top, width, height } = around ? element.getBoundingClientRect() : rectOf(element)
    return around
      ? `${left - around.left} ${top - around.top} ${width} ${height}`
      : `${left} ${top} ${width} ${height} ${page.getBoundingClientRect().height}`
  }

  // A target that is moved without changing size: an observer whose root is cut down to exactly the target's place in the
  // document. The root scrolls along, so scrolling costs nothing.
  function watchMoves() {
    const now = places()
    if (place === now) return
    place = now
    for (const observer of moves) observer.disconnect()
    moves = chain.map((element) => {
      const root = strategy === 'absolute' ? element.ownerDocument.documentElement : null
      const around = root?.getBoundingClientRect() ?? new DOMRect(0, 0, innerWidth, innerHeight)
      const rect = root ? element.getBoundingClientRect() : rectOf(element)
      const rootMargin = [
        rect.top - around.top,
        around.right - rect.right,
        around.bottom - rect.bottom,
        rect.left - around.left,
      ]
        .map((inset) => `${-Math.floor(inset)}px`)
        .join(' ')
      const observer = new IntersectionObserver(later(update), { root, rootMargin, threshold: [0, 1] })
      observer.observe(element)
      return observer
    })
  }

  /** Watching each place on the way would be all the work again. */
  function watchMovesOnceStill() {
    for (const observer of moves) observer.disconnect()
    place = ''
    cancelAnimationFrame(still)
    still = requestAnimationFrame(() => {
      still = requestAnimationFrame(() => {
        watchMoves()
        // What moved or came up meanwhile.
        update(true, true)
      })
    })
  }

  function stop() {
    end.abort()
    cancelAnimationFrame(frame)
    cancelAnimationFrame(still)
    for (const observer of [sizes, edges, ...moves]) observer.disconnect()
  }

  return { update: () => update(), stop }
}

/** Those that are seen; or the one, if none is. */
function visibly(elements: Element[], one: Element): Element[] {
  const seen = elements.filter((each) => isRendered(each))
  return seen[0] ? seen : [one]
}

/** Not by left and top: the browser counts what moves by them as a shift of the page's layout. */
function put(element: HTMLElement, x: number, y: number) {
  element.style.translate = `${x}px ${y}px`
}

/** On whole pixels of the device, where words are not blurred. */
function crisp(x: number, y: number): [number, number] {
  const device = devicePixelRatio
  return [Math.round(x * device) / device, Math.round(y * device) / device]
}

/** Whether the place is wholly outside of one of the elements. */
function isBeyond(at: DOMRect, elements: Element[]): boolean {
  return elements.some((element) => !overlaps(at, rectOf(element)))
}

/** `fixed` and `sticky` among the element and its parents, across shadow roots and frames. */
function positionsOf(element: Element): string[] {
  const positions: string[] = []
  for (let at: Element | null = element; at; at = parentOf(at)) {
    const { position } = getComputedStyle(at)
    if (position === 'fixed' || position === 'sticky') positions.push(position)
  }
  return positions
}
