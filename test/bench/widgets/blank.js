/** Nothing: what the page costs by itself. */
performance.mark('bench-ready')
window.widget = { show() {}, next() {}, hide() {}, box: () => null }
