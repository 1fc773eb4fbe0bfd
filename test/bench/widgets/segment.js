/** Segment as a page embeds it: its snippet keeps calls in an array, loads its script and tells it of the page. */
window.analytics = []
window.analytics._writeKey = 'bench'
window.analytics.push(['page'], ['ready', () => performance.mark('bench-ready')])
const script = document.createElement('script')
script.async = true
script.src = 'https://cdn.segment.com/analytics.js/v1/bench/analytics.min.js'
document.head.append(script)
