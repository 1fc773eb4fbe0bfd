/** React Joyride with its own defaults, but for the beacon that would wait for a click. */
import { createElement, useState } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { Joyride } from 'react-joyride'
import { tour } from '../guides.mjs'

let change
const steps = tour.map(({ target, title, text }) => ({ target, title, content: text, skipBeacon: true }))

function Tour() {
  const [state, setState] = useState({ run: false, stepIndex: 0 })
  change = (next) => flushSync(() => setState((now) => ({ ...now, ...next(now) })))
  return createElement(Joyride, { steps, continuous: true, ...state })
}
const root = createRoot(document.body.appendChild(document.createElement('div')))
flushSync(() => root.render(createElement(Tour)))

window.widget = {
  show: () => change(() => ({ run: true, stepIndex: 0 })),
  next: () => change(({ stepIndex }) => ({ stepIndex: stepIndex + 1 })),
  hide: () => change(() => ({ run: false, stepIndex: 0 })),
  box: () => document.querySelector('.react-joyride__tooltip'),
}
performance.mark('bench-ready')
