import { arrow, computePosition, flip, getOverflowAncestors, hide, offset, shift, size } from '@floating-ui/dom'
import type { Placement } from '../core/guide.ts'
import { isRendered } from './target.ts'

export interface Following {
  target: Element
  surface: HTMLElement
  /** The cut-out around the target. */
  spotlight: HTMLElement | undefined
  placement: Placement | undefined
  /** The target left the document. */
  onGone(): void
}

export interface Follower {
  /** Places anew, before the next frame is painted. */
  update(): void
  stop(): void
}

const margin = 8
const gap = 12
const narrow = 480
const least = 240

/**
 * Keeps a surface beside its target. In the document both scroll together, so nothing listens to scrolling: whether the
 * surface still fits is asked when an edge of it crosses the viewport. Only nested scrollers and sticky or fixed parents
 * need more. Without room the surface becomes a sheet at the bottom.
 */
export function follow({ target, surface, spotlight, placement = 'bottom', onGone }: Following): Follower {
  const end = new AbortController()
  const { signal } = end
  const box = surface.parentElement as HTMLElement
  const page = document.documentElement
  let turn = 0
  let frame = 0
  let sheeted = false
  let place = ''
  let moves: IntersectionObserver | undefined
  const pinned = positionsOf(target)
  const strategy = pinned.length ? 'fixed' : 'absolute'
  const scrollers: EventTarget[] = getOverflowAncestors(target).filter(
    (scroller) => scroller instanceof Element && scroller !== document.body && scroller !== page,
  )
  const nested = scrollers.length > 0
  const tail = surface.querySelector<HTMLElement>('[part~=arrow]')

  // What an observer says at first is known already.
  const later = (run: (entries: { target: Element }[]) => void) => {
    let first = true
    return (entries: { target: Element }[]) => {
      // The first report tells what is known, unless the target left before it came.
      if (!first || !target.isConnected) run(entries)
      first = false
    }
  }
  const sizes = new ResizeObserver(
    later((entries) => {
      // A document that grows where the target does not move concerns nobody.
      if (entries.some((entry) => entry.target !== page) || place !== placeOfTarget()) {
        // Not here: a size that changes while sizes are told ends as an error event on the page.
        cancelAnimationFrame(frame)
        frame = requestAnimationFrame(update)
      }
    }),
  )
  const edges = new IntersectionObserver(later(update), { threshold: [0, 1] })
  if (pinned.includes('sticky')) scrollers.push(window)
  for (const scroller of scrollers) scroller.addEventListener('scroll', update, { passive: true, signal })
  window.addEventListener('resize', update, { signal })
  for (const element of [target, surface]) edges.observe(element)
  for (const element of [target, surface, page]) sizes.observe(element)

  surface.removeAttribute('data-top')
  const { top, bottom, left, right } = target.getBoundingClientRect()
  // At once, not smoothly: the surface is placed in the same frame, and nobody is made seasick.
  if (isRendered(target) && (top < 0 || left < 0 || bottom > innerHeight || right > innerWidth)) {
    const block = bottom - top > innerHeight ? 'nearest' : 'center'
    target.scrollIntoView({ block, inline: 'nearest', behavior: 'instant' })
  }

  function conceal(now: boolean) {
    box.style.visibility = now ? 'hidden' : ''
  }

  function sheet(on: boolean) {
    surface.toggleAttribute('data-sheet', on)
    if (!on) return
    Object.assign(surface.style, { position: '', left: '', top: '', maxHeight: '' })
    if (sheeted) return
    sheeted = true
    const covered = () => target.getBoundingClientRect().bottom > surface.getBoundingClientRect().top
    if (!covered()) return
    target.scrollIntoView({ block: 'center', behavior: 'instant' })
    surface.toggleAttribute('data-top', covered())
  }

  function update() {
    if (signal.aborted) return
    if (!target.isConnected) return gone()
    if (!isRendered(target)) return conceal(true)
    watchMoves()
    cutOut()
    if (innerWidth < narrow) {
      turn++
      sheet(true)
      conceal(false)
    } else void settle()
  }

  function gone() {
    conceal(true)
    stop()
    onGone()
  }

  async function settle() {
    const mine = ++turn
    let cramped = false
    sheet(false)
    Object.assign(surface.style, { position: strategy, maxHeight: '' })
    const needed = surface.offsetHeight
    const at = await computePosition(target, surface, {
      strategy,
      placement,
      middleware: [
        offset(gap),
        flip({ padding: margin, crossAxis: false, fallbackAxisSideDirection: 'start' }),
        shift({ padding: margin }),
        size({
          padding: margin,
          apply({ availableHeight }) {
            cramped = availableHeight < Math.min(least, needed)
            surface.style.maxHeight = availableHeight < needed ? `${Math.floor(availableHeight)}px` : ''
          },
        }),
        tail && arrow({ element: tail, padding: 14 }),
        nested && hide(),
      ],
    })
    if (signal.aborted || mine !== turn) return
    if (cramped && inView()) sheet(true)
    else {
      const device = devicePixelRatio
      const whole = (value: number) => `${Math.round(value * device) / device}px`
      Object.assign(surface.style, { left: whole(at.x), top: whole(at.y) })
      surface.dataset.side = at.placement.split('-')[0]
      const { x, y } = at.middlewareData.arrow ?? {}
      if (tail) Object.assign(tail.style, { left: x == null ? '' : `${x}px`, top: y == null ? '' : `${y}px` })
    }
    conceal(at.middlewareData.hide?.referenceHidden === true)
  }

  function inView() {
    const { top, bottom } = target.getBoundingClientRect()
    return bottom > 0 && top < innerHeight
  }

  function cutOut() {
    if (!spotlight) return
    const { left, top, width, height } = target.getBoundingClientRect()
    const scrolls = strategy === 'absolute'
    Object.assign(spotlight.style, {
      position: strategy,
      left: `${left + (scrolls ? scrollX : 0)}px`,
      top: `${top + (scrolls ? scrollY : 0)}px`,
      width: `${width}px`,
      height: `${height}px`,
    })
  }

  function placeOfTarget() {
    const { left, top, width, height } = target.getBoundingClientRect()
    const { left: x, top: y, height: all } = page.getBoundingClientRect()
    return strategy === 'absolute'
      ? `${left - x} ${top - y} ${width} ${height}`
      : `${left} ${top} ${width} ${height} ${all}`
  }

  // A target that is moved without changing size: an observer whose root is cut down to exactly the target's place in the
  // document. The root scrolls along, so scrolling costs nothing.
  function watchMoves() {
    const root = strategy === 'absolute' ? page : null
    const around = root?.getBoundingClientRect() ?? new DOMRect(0, 0, innerWidth, innerHeight)
    const rect = target.getBoundingClientRect()
    const rootMargin = [
      rect.top - around.top,
      around.right - rect.right,
      around.bottom - rect.bottom,
      rect.left - around.left,
    ]
      .map((inset) => `${-Math.floor(inset)}px`)
      .join(' ')
    if (moves && place === placeOfTarget()) return
    place = placeOfTarget()
    moves?.disconnect()
    moves = new IntersectionObserver(later(update), { root, rootMargin, threshold: [0, 1] })
    moves.observe(target)
  }

  function stop() {
    end.abort()
    cancelAnimationFrame(frame)
    for (const observer of [sizes, edges, moves]) observer?.disconnect()
  }

  return { update, stop }
}

/** `fixed` and `sticky` among the element and its parents, across shadow roots. */
function positionsOf(element: Element): string[] {
  const positions: string[] = []
  for (let at: Element | null = element; at; at = at.assignedSlot ?? at.parentElement ?? hostOf(at)) {
    const { position } = getComputedStyle(at)
    if (position === 'fixed' || position === 'sticky') positions.push(position)
  }
  return positions
}

function hostOf(element: Element): Element | null {
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? root.host : null
}
