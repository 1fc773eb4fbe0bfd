/** Floating UI by itself, as its documentation shows it: a box that `autoUpdate` keeps beside its element. */
import { autoUpdate, computePosition, flip, offset, shift } from '@floating-ui/dom'
import { tour } from '../guides.mjs'

let box
let stop

window.widget = {
  show() {
    const target = document.querySelector(tour[0].target)
    box = document.createElement('div')
    box.style.cssText = 'position: fixed; left: 0; top: 0; width: 320px; padding: 20px; background: #fff'
    box.textContent = `${tour[0].title} ${tour[0].text}`
    document.body.append(box)
    stop = autoUpdate(target, box, async () => {
      const { x, y } = await computePosition(target, box, {
        strategy: 'fixed',
        middleware: [offset(12), flip({ padding: 8 }), shift({ padding: 8 })],
      })
      box.style.left = `${x}px`
      box.style.top = `${y}px`
    })
  },
  next() {},
  hide() {
    stop()
    box.remove()
  },
  box: () => (box?.isConnected ? box : null),
}
performance.mark('bench-ready')
