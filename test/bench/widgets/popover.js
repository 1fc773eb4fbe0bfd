/** The floor: a popover written by hand for this one page, with the platform alone. */
import { tour } from '../guides.mjs'

let at = 0
let box

function draw() {
  const { target, title, text } = tour[at]
  box = document.createElement('div')
  box.popover = 'manual'
  box.style.cssText = 'position: absolute; inset: auto; margin: 0; width: 320px; padding: 20px; border-radius: 12px'
  box.innerHTML = `<h3>${title}</h3><p>${text}</p><button>Next</button>`
  box.querySelector('button').onclick = () => window.widget.next()
  const { left, bottom } = document.querySelector(target).getBoundingClientRect()
  box.style.left = `${left + scrollX}px`
  box.style.top = `${bottom + scrollY + 12}px`
  document.body.append(box)
  box.showPopover()
}

window.widget = {
  show() {
    at = 0
    draw()
  },
  next() {
    at++
    box.remove()
    draw()
  },
  hide() {
    box.remove()
  },
  box: () => (box?.isConnected ? box : null),
}
performance.mark('bench-ready')
