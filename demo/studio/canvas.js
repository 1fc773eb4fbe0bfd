// A page for one surface: loads the widget as any page does, and previews one flow in it. The studio around it says in the
// address which scene, and in what language; what a theme says comes from `parent.studio`.
import { arrived } from './arrived.js'
import { languages, scenes, translations } from './scenes.js'

const asked = new URLSearchParams(location.search)
const language = asked.get('text') ?? 'en'
const scene = scenes.find(({ id }) => id === asked.get('scene'))
const root = document.documentElement
root.lang = language
root.dir = language === 'ar' ? 'rtl' : 'ltr'
root.dataset.anchor = scene?.anchor ?? ''

const waits = {
  id: 'studio',
  version: 1,
  trigger: 'Never Happens',
  enabled: false,
  steps: [{ id: 'none', type: 'message' }],
}
const sheet = new CSSStyleSheet()
document.adoptedStyleSheets.push(sheet)
const errors = []
// What a flow that is previewed may name: segments, other flows. None of them starts by itself.
const given = !scene && parent !== window && parent.studio?.guide()
const kept = new Map()

window.foothold ||= []
window.foothold.options = {
  ...window.foothold.options,
  source: { name: 'studio', guide: async () => given || { format: 1, flows: [waits], translations } },
  store: { name: 'nowhere', get: (key) => kept.get(key), set: (key, value) => kept.set(key, value) },
  observers: [],
  locale: language,
  onError({ message }) {
    errors.push(message)
    if (given) parent.studio.failed(message)
  },
}

// A target is brought into sight, and what opens takes the focus: the studio around it stays where it is.
Element.prototype.scrollIntoView = () => {}
const { focus } = HTMLElement.prototype
const { showModal } = HTMLDialogElement.prototype
HTMLElement.prototype.focus = function () {
  focus.call(this, { preventScroll: true })
}
HTMLDialogElement.prototype.showModal = function () {
  const { scrollX, scrollY } = parent
  showModal.call(this)
  if (parent !== window) parent.scrollTo(scrollX, scrollY)
}

/** The studio calls this whenever a token changes. */
window.dress = ({ css, scheme }) => {
  sheet.replaceSync(css)
  root.dataset.scheme = scheme
  requestAnimationFrame(report)
}

/** And this to step through a flow of a guide. */
window.play = async (flow) => {
  standIns(flow)
  const foothold = await arrived(await window.foothold.ready, flow.id)
  foothold.preview(flow)
}

/** In the host that lies over the page, or in one among the page's content. */
const find = (selector) => {
  for (const { shadowRoot } of document.querySelectorAll('foothold-host')) {
    const found = shadowRoot?.querySelector(selector)
    if (found) return found
  }
}
const shown = () => find('.flow .surface, .flow [part~="beacon"]')

/** Elements that the targets of a flow name, as the page that it is made for is not here. */
function standIns(flow) {
  const stands = document.querySelector('#stands')
  stands.replaceChildren()
  for (const { target } of Array.isArray(flow.steps) ? flow.steps : []) {
    const name = typeof target === 'string' ? target : target?.css
    if (!name || document.querySelector(`[data-for="${CSS.escape(name)}"]`)) continue
    const [, sign, word = ''] = /^([@#.])([\w-][\w.-]*)/.exec(name) ?? []
    const stand = document.createElement('button')
    stand.type = 'button'
    stand.dataset.for = name
    stand.textContent = typeof target === 'object' && target.text ? target.text : name
    if (sign === '@') stand.dataset.foothold = word
    else if (sign === '#') stand.id = word
    else if (sign === '.') stand.className = word
    else continue
    stands.append(stand)
  }
}

/** Tells the studio how high the surface would like to be. */
function report() {
  const surface = find('.flow .surface')
  if (!surface || parent === window) return
  const inside = surface.querySelector('.scroll')
  const needed = surface.offsetHeight + (inside ? inside.scrollHeight - inside.clientHeight : 0)
  parent.studio?.fit(window, needed, scene)
}

async function show() {
  const foothold = await arrived(await window.foothold.ready, 'studio')
  if (scene.anchor) {
    const here = document.createElement('span')
    here.id = 'here'
    here.textContent = '···'
    document.querySelector('#stands').append(here)
  }
  const steps = scene.steps(languages[language]).map((step, at) => ({ id: `step-${at}`, ...step }))
  foothold.preview({ id: 'studio', version: 1, trigger: 'Never Happened', steps })
  for (const part of scene.press ?? []) await press(part)
  const there = await until(shown, 4000)
  const unknown = errors.find((said) => /nobody registered|cannot be drawn|unknown-step|is none of/.test(said))
  const surface = find('.flow .surface')
  if (surface) new ResizeObserver(report).observe(surface)
  parent.studio?.ready(window, !there || unknown ? (errors[0] ?? 'Nothing was drawn.') : '')
  report()
}

async function press(part) {
  const button = await until(() => find(`.flow button[part~="${part}"]:not([data-pressed])`), 2000)
  if (part === 'item') button?.setAttribute('data-pressed', '')
  button?.click()
  await frame()
}

async function until(seek, ms) {
  for (const end = performance.now() + ms; performance.now() < end; await frame()) {
    const found = seek()
    if (found) return found
  }
  return seek()
}

function frame() {
  return new Promise((resolve) => setTimeout(resolve, 16))
}

if (parent !== window && parent.studio) window.dress(parent.studio.look())
if (scene) addEventListener('load', show)
