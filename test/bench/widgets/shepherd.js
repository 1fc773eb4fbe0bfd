/** Shepherd with its own defaults: without an overlay. */
import Shepherd from 'shepherd.js'
import css from 'shepherd.js/dist/css/shepherd.css?inline'
import { tour } from '../guides.mjs'

const style = document.createElement('style')
style.textContent = css
document.head.append(style)

const own = new Shepherd.Tour({ defaultStepOptions: { cancelIcon: { enabled: true } } })
for (const { id, target, title, text } of tour) {
  own.addStep({
    id,
    title,
    text,
    attachTo: { element: target, on: 'bottom' },
    buttons: [{ text: 'Next', action: own.next }],
  })
}
window.widget = {
  show: () => own.start(),
  next: () => own.next(),
  hide: () => own.cancel(),
  box: () => own.getCurrentStep()?.el ?? null,
}
performance.mark('bench-ready')
