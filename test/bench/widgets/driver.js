/** driver.js with its own defaults. */
import { driver } from 'driver.js'
import css from 'driver.js/dist/driver.css?inline'
import { tour } from '../guides.mjs'

const style = document.createElement('style')
style.textContent = css
document.head.append(style)

const own = driver({
  showProgress: true,
  steps: tour.map(({ target, title, text }) => ({ element: target, popover: { title, description: text } })),
})
window.widget = {
  show: () => own.drive(),
  next: () => own.moveNext(),
  hide: () => own.destroy(),
  box: () => document.querySelector('.driver-popover'),
}
performance.mark('bench-ready')
