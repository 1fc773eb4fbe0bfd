/** Foothold as a page embeds it: the stub and the drop-in. This module only gives the bench its handles. */
const { guide } = document.currentScript.dataset
const root = () => document.querySelector('foothold-host')?.shadowRoot

window.foothold = []
window.foothold.options = {
  // The first activity that follows from others tells that there is a guide and the engine runs.
  onActivity: ({ type }) => type === 'Session Started' && performance.mark('bench-ready'),
  onError: (error) => console.error(error),
}
const script = document.createElement('script')
script.type = 'module'
script.src = '/foothold.js'
script.dataset.guide = guide
document.head.append(script)

window.widget = {
  show: () => window.foothold.start('tour'),
  next: () => root().querySelector('.surface [part~=action-primary]').click(),
  hide: () => window.foothold.end('tour'),
  box: () => root()?.querySelector('.surface:is(:popover-open, [open])') ?? null,
}
