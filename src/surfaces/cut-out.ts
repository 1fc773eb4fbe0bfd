import { rectOf } from './target.ts'

const around = 6
const gliding = 180

/**
 * Lays a spotlight around elements: everything else is dimmed. One keeps its own rounded corners; several are holes in
 * what covers them all. A light that moves to other elements glides, from wherever it is.
 */
export function cutOut(spotlight: HTMLElement, lit: Element[], position: 'absolute' | 'fixed', glide: boolean): void {
  const before = glide && spotlight.style.left && spotlight.getBoundingClientRect()
  const rects = lit.map((element) => {
    const { left, top, right, bottom } = rectOf(element)
    return new DOMRect(left - around, top - around, right - left + 2 * around, bottom - top + 2 * around)
  })
  const [only, ...more] = lit
  // Several: on whole pixels, or a seam would show between what is dimmed around them and in between.
  const [down, up] = more.length ? [Math.floor, Math.ceil] : [Number, Number]
  const all = unionOf(rects)
  const [left, top] = [down(all.left), down(all.top)]
  const [width, height] = [up(all.right) - left, up(all.bottom) - top]
  const corners = getComputedStyle(only!)
  const round = (radius: string) => `calc(${radius.split(' ')[0]} + ${around}px)`
  const scrolls = position === 'absolute'
  Object.assign(spotlight.style, {
    position,
    left: `${left + (scrolls ? scrollX : 0)}px`,
    top: `${top + (scrolls ? scrollY : 0)}px`,
    width: `${width}px`,
    height: `${height}px`,
    borderRadius: more.length
      ? ''
      : [
          corners.borderTopLeftRadius,
          corners.borderTopRightRadius,
          corners.borderBottomRightRadius,
          corners.borderBottomLeftRadius,
        ]
          .map(round)
          .join(' '),
  })
  const holes = more.length && rects.map((rect, at) => holeOf(rect, left, top, lit[at]!)).join('')
  spotlight.toggleAttribute('data-holes', !!holes)
  spotlight.style.setProperty('--holes', holes ? `path(evenodd, "M0 0h${width}v${height}H0z${holes}")` : '')
  if (!before || !matchMedia('(prefers-reduced-motion: no-preference)').matches) return
  for (const animation of spotlight.getAnimations()) animation.cancel()
  const now = spotlight.getBoundingClientRect()
  const moved = (from: number, fromSize: number, to: number, toSize: number) =>
    `${from + fromSize / 2 - to - toSize / 2}px`
  spotlight.animate(
    {
      translate: [
        `${moved(before.x, before.width, now.x, now.width)} ${moved(before.y, before.height, now.y, now.height)}`,
        '0',
      ],
    },
    { duration: gliding, easing: 'cubic-bezier(.2, 0, 0, 1)' },
  )
}

/** The smallest place that holds them all. */
export function unionOf(rects: DOMRect[]): DOMRect {
  const left = Math.min(...rects.map((rect) => rect.left))
  const top = Math.min(...rects.map((rect) => rect.top))
  const right = Math.max(...rects.map((rect) => rect.right))
  const bottom = Math.max(...rects.map((rect) => rect.bottom))
  return new DOMRect(left, top, right - left, bottom - top)
}

function holeOf(rect: DOMRect, left: number, top: number, element: Element): string {
  const { borderTopLeftRadius } = getComputedStyle(element)
  const least = Math.min(rect.width, rect.height)
  const own = Number.parseFloat(borderTopLeftRadius) * (borderTopLeftRadius.includes('%') ? least / 100 : 1)
  const r = Math.min(own + around, least / 2)
  const arc = (x: number, y: number) => `a${r} ${r} 0 0 1 ${x * r} ${y * r}`
  const across = rect.width - 2 * r
  const down = rect.height - 2 * r
  return `M${rect.left - left + r} ${rect.top - top}h${across}${arc(1, 1)}v${down}${arc(-1, 1)}h${-across}${arc(-1, -1)}v${-down}${arc(1, -1)}z`
}
