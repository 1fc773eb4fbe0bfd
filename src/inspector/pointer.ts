import { isPresent, rectOf } from '../surfaces/target.ts'
import { nameOf, topAt } from './explain-target.ts'

/** Points at elements of the page, and lets the developer point at one. */
export interface Pointer {
  /** Highlights an element, or nothing. */
  show(element?: Element): void
  /** Resolves with the element that is clicked; undefined when it is called off, by Escape or the signal. */
  pick(signal: AbortSignal): Promise<Element | undefined>
  stop(): void
}

export function createPointer(shadow: ShadowRoot): Pointer {
  const mark = document.createElement('div')
  const label = document.createElement('span')
  mark.append(label)
  mark.className = 'mark'
  let shown: Element | undefined
  let veil: HTMLIFrameElement | undefined
  let settle: ((element?: Element) => void) | undefined

  const place = () => {
    if (!shown || !isPresent(shown)) return mark.remove()
    const { left, top, width, height } = rectOf(shown)
    Object.assign(mark.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` })
    mark.classList.toggle('low', top < 24)
    label.textContent = `${nameOf(shown)}  ${Math.round(width)} × ${Math.round(height)}`
    if (!mark.isConnected) shadow.append(mark)
  }
  const show = (element?: Element) => {
    if (element && element !== shown && !veil) {
      const { top, bottom } = rectOf(element)
      if (bottom < 0 || top > innerHeight) element.scrollIntoView({ block: 'center' })
    }
    shown = element
    if (element) addEventListener('scroll', place, { capture: true, passive: true })
    else removeEventListener('scroll', place, { capture: true })
    place()
  }

  const pick: Pointer['pick'] = (signal) =>
    new Promise((resolve) => {
      settle?.()
      // A frame over the page: what happens in it the page does not hear of.
      const over = document.createElement('iframe')
      over.className = 'veil'
      over.title = 'Pick an element'
      over.tabIndex = -1
      veil = over
      settle = (element) => {
        over.remove()
        veil = undefined
        settle = undefined
        show()
        resolve(element)
      }
      over.addEventListener('load', () => {
        const inside = over.contentWindow!
        let under: Element | undefined
        const look = ({ clientX, clientY }: MouseEvent) => {
          under = topAt(clientX, clientY)
          show(under)
        }
        inside.addEventListener('pointermove', look)
        inside.addEventListener('wheel', ({ deltaX, deltaY }) => scrollBy(deltaX, deltaY), { passive: true })
        inside.addEventListener('click', (event) => {
          look(event)
          settle?.(under)
        })
        inside.addEventListener('keydown', ({ key }) => key === 'Escape' && settle?.())
        inside.document.documentElement.style.cssText = 'height:100%;cursor:crosshair'
      })
      signal.addEventListener('abort', () => veil === over && settle?.())
      shadow.prepend(over)
    })

  return {
    show,
    pick,
    stop() {
      settle?.()
      show()
    },
  }
}
