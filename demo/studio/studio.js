// The theme studio. A theme is what `foothold/theme` says it is; every surface stands in a page of its own, drawn by the
// built widget.
import { contrasts, lookOf, parseTheme, themeCss, themeFromBrand, themeTokens, tokens } from '/theme.js'
import { openFlows } from './flows.js'
import { scenes } from './scenes.js'

const bases = {
  light: 'Light',
  dark: 'Dark',
  'high-contrast': 'High contrast',
  atelier: 'Atelier, a printed page',
  confetti: 'Confetti, a sticker',
  console: 'Console, a terminal',
}
const groups = { color: 'Color', type: 'Type', space: 'Space', shape: 'Shape', motion: 'Motion' }
const fonts = [
  'system-ui, -apple-system, "Segoe UI", sans-serif',
  'Inter, system-ui, sans-serif',
  'Georgia, "Times New Roman", serif',
  'ui-rounded, "SF Pro Rounded", system-ui, sans-serif',
  'ui-monospace, Menlo, Consolas, monospace',
]
const curves = ['linear', 'ease', 'ease-in', 'ease-out', 'ease-in-out', 'cubic-bezier(0.34, 1.56, 0.64, 1)']

const by = (id) => document.getElementById(id)
const state = { theme: {}, base: {}, scheme: 'light', width: 500, text: 'en', format: 'css' }

/** What the pages of the surfaces ask for. */
window.studio = {
  look: () => ({ css: themeCss(lookOf(inForce(), state.scheme), 'studio'), scheme: state.scheme }),
  guide: () => flows.guide(),
  failed(message) {
    by('guide-error').textContent = message
  },
  fit(frame, needed, scene) {
    const element = frameOf(frame)
    if (!element) return
    const room = { Surfaces: 96 }[scene.group] ?? 48
    const beside = /^tooltip-(left|right)/.test(scene.id) ? 40 : room
    const height = /^modal|-modal$/.test(scene.id) ? needed / 0.86 + 8 : Math.max(needed + beside, needed / 0.8 + 8)
    element.style.height = `${Math.ceil(Math.max(150, height))}px`
  },
  ready(frame, problem) {
    const element = frameOf(frame)
    if (!element) return
    const tile = element.closest('.tile')
    tile.classList.toggle('missing', !!problem)
    giveBack()
    tile.dataset.ready = ''
    tile.querySelector('.problem').textContent = problem && `This build does not draw it. ${problem}`
  },
}

// A modal takes the focus as it opens, in whatever page: while they are drawn, it comes back to where it was.
let held = null
addEventListener('focusin', ({ target }) => {
  if (target.tagName !== 'IFRAME') held = target
})
function giveBack() {
  const frame = document.activeElement
  const tile = frame?.tagName === 'IFRAME' && frame.closest('.tile')
  if (!tile || tile.dataset.ready !== undefined) return
  frame.blur()
  held?.focus({ preventScroll: true })
}
addEventListener('blur', () => setTimeout(giveBack))

const frameOf = (content) =>
  [...document.querySelectorAll('#scenes iframe')].find((each) => each.contentWindow === content)

/** In the dark, a theme without a dark form is seen as it would be with an empty one, but for one that is dark anyway. */
function inForce() {
  const { theme, scheme } = state
  return scheme === 'dark' && !theme.dark && theme.scheme !== 'dark' ? { ...theme, dark: {} } : theme
}

// — the theme

async function begin(name) {
  const css = await (await fetch(`/themes/${name}.css`)).text()
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  const find = (wanted) =>
    [...sheet.cssRules].filter((rule) => rule.selectorText?.includes(`"${wanted}"`)).at(-1)?.style
  const record = (style) =>
    Object.fromEntries(
      [...style].map((property) => [property.slice('--foothold-'.length), style.getPropertyValue(property).trim()]),
    )
  const dark = find(`${name}-dark`)
  use(parseTheme({ ...record(find(name)), ...(dark && { dark: record(dark) }) }).theme)
}

function use(theme) {
  state.theme = theme
  state.base = structuredClone(theme)
  for (const row of document.querySelectorAll('.row')) fill(row)
  changed()
}

/** In the dark only colors and shadows have values of their own. */
function formOf(token) {
  const { theme, scheme } = state
  const own = scheme === 'dark' && theme.scheme !== 'dark' && (token.group === 'color' || token.type === 'shadow')
  if (!own) return theme
  theme.dark ??= {}
  return theme.dark
}

function set(token, value) {
  const { theme, refused } = parseTheme({ [token.name]: value })
  if (refused[0]) return refused[0].why
  formOf(token)[token.name] = theme[token.name]
  if (parseTheme(state.theme).refused[0]) {
    delete formOf(token)[token.name]
    return parseTheme({ ...state.theme, [token.name]: value }).refused[0]?.why ?? 'It stands for itself.'
  }
  // What is edited can be begun anew.
  by('base').value = ''
  changed()
  return ''
}

let waiting
function changed() {
  clearTimeout(waiting)
  // Many at once, as a slider is drawn, are one change.
  waiting = setTimeout(() => {
    const look = window.studio.look()
    for (const frame of document.querySelectorAll('#scenes iframe')) frame.contentWindow?.dress?.(look)
    judge()
    write()
    keep()
    flows.dress()
  }, 30)
}

/** The verdicts, in the list and beside the tokens that they are about. */
function judge() {
  const look = lookOf(inForce(), state.scheme)
  const verdicts = contrasts(look)
  const failing = verdicts.filter(({ passes }) => !passes)
  by('verdicts').classList.toggle('fails', failing.length > 0)
  const sentence = failing.length
    ? `${failing.length} of ${verdicts.length} pairs of colors fail AA`
    : `All ${verdicts.length} pairs of colors pass AA`
  if (by('verdict').textContent !== sentence) by('said').textContent = `${sentence}, ${state.scheme}`
  by('verdict').textContent = sentence
  by('pairs').replaceChildren(
    ...verdicts.map(({ front, back, ratio, least, passes }) => {
      const item = document.createElement('li')
      item.classList.toggle('fails', !passes)
      const sample = document.createElement('span')
      sample.className = 'sample'
      sample.setAttribute('aria-hidden', 'true')
      sample.textContent = 'Aa'
      sample.style.color = look[front]
      sample.style.background = look[back] ?? (back.startsWith('accent') ? look.accent : look.surface)
      const words = document.createElement('span')
      words.textContent = `${front} on ${back}`
      const number = document.createElement('b')
      number.textContent = `${floor(ratio)} ${passes ? 'passes' : `fails ${least}`}`
      item.append(sample, words, number)
      return item
    }),
  )
  for (const row of document.querySelectorAll('.row')) {
    const about = verdicts.filter(({ front }) => front === row.dataset.token)
    const [worst] = about.sort((a, b) => a.ratio / a.least - b.ratio / b.least)
    const badge = row.querySelector('.badge')
    badge.hidden = !worst
    if (!worst) continue
    badge.textContent = `${floor(worst.ratio)} ${worst.passes ? '✓' : '✗'}`
    badge.classList.toggle('fails', !worst.passes)
    badge.title = `${worst.front} on ${worst.back}: ${floor(worst.ratio)}, ${worst.least} is needed`
  }
}

/** Never rounded up to what would pass. */
function floor(ratio) {
  return (Math.floor(ratio * 100) / 100).toFixed(2)
}

// — the tokens

function drawTokens() {
  const lists = [
    ['fonts', fonts],
    ['curves', curves],
  ].map(([id, values]) => {
    const list = document.createElement('datalist')
    list.id = id
    list.append(...values.map((value) => Object.assign(document.createElement('option'), { value })))
    return list
  })
  const sets = Object.entries(groups).map(([group, heading]) => {
    const set = document.createElement('fieldset')
    const legend = document.createElement('legend')
    legend.textContent = heading
    set.append(legend, ...tokens.filter((token) => token.group === group).map(rowOf))
    return set
  })
  by('tokens').append(...sets, ...lists)
}

function rowOf(token) {
  const { name, type, range, description } = token
  const row = document.createElement('div')
  row.className = `row ${type}`
  row.dataset.token = name
  const label = document.createElement('label')
  label.htmlFor = `token-${name}`
  label.textContent = name
  const badge = Object.assign(document.createElement('span'), { className: 'badge', hidden: true })
  const help = Object.assign(document.createElement('p'), {
    className: 'help',
    id: `help-${name}`,
    textContent: description,
  })
  const wrong = Object.assign(document.createElement('p'), { className: 'error', id: `error-${name}` })
  const undo = Object.assign(document.createElement('button'), {
    type: 'button',
    className: 'undo',
    hidden: true,
    textContent: '↺',
  })
  undo.setAttribute('aria-label', `Undo ${name}`)

  const text =
    type === 'scheme'
      ? document.createElement('select')
      : type === 'shadow' || type === 'fontFamily'
        ? Object.assign(document.createElement('textarea'), { rows: 2 })
        : document.createElement('input')
  if (type === 'scheme') text.append(new Option('light', 'light'), new Option('dark', 'dark'))
  text.id = `token-${name}`
  text.spellcheck = false
  text.setAttribute('aria-describedby', `help-${name} error-${name}`)
  if (type === 'cubicBezier') text.setAttribute('list', 'curves')

  const quick = document.createElement('input')
  quick.className = 'quick'
  quick.setAttribute('aria-label', `${name}, by hand`)
  const bounds = type === 'fontWeight' ? [100, 900] : range
  if (type === 'color') quick.type = 'color'
  else if (bounds) {
    const step = { fontWeight: 10, duration: 10 }[type] ?? (bounds[1] - bounds[0] > 3 ? 0.0625 : 0.0125)
    Object.assign(quick, { type: 'range', min: bounds[0], max: bounds[1], step })
  }

  const apply = (value) => {
    const problem = set(token, value)
    wrong.textContent = problem
    text.setAttribute('aria-invalid', String(!!problem))
    undo.hidden = formOf(token)[name] === (formOf(token) === state.theme ? state.base : (state.base.dark ?? {}))[name]
    return !problem
  }
  text.addEventListener('input', () => {
    if (apply(text.value)) mirror(token, quick)
  })
  // As it is written in the end.
  text.addEventListener('change', () => {
    if (text.getAttribute('aria-invalid') !== 'true') fill(row)
  })
  quick.addEventListener('input', () => {
    const { value } = quick
    const alpha = / \/ ([\d.]+)\)/.exec(lookOf(inForce(), state.scheme)[name])?.[1]
    const unit = { dimension: 'em', duration: 'ms' }[type] ?? ''
    const written = alpha
      ? value +
        Math.round(alpha * 255)
          .toString(16)
          .padStart(2, '0')
      : value + unit
    if (apply(written)) text.value = shownValue(token)
  })
  undo.addEventListener('click', () => {
    const form = formOf(token)
    const before = (form === state.theme ? state.base : (state.base.dark ?? {}))[name]
    if (before === undefined) delete form[name]
    else form[name] = before
    fill(row)
    changed()
    text.focus()
  })
  const inputs = Object.assign(document.createElement('div'), { className: 'inputs' })
  inputs.append(...(quick.type === 'text' ? [text] : [quick, text]))
  row.append(label, badge, undo, inputs, help, wrong)
  return row
}

const tokenOf = (row) => tokens.find(({ name }) => name === row.dataset.token)

/** What a token says here; where it stands for another, what that says is in the quick input only. */
function shownValue({ name }) {
  const { theme, scheme } = state
  const look = lookOf(inForce(), scheme)
  const own = (scheme === 'dark' && theme.scheme !== 'dark' && theme.dark?.[name]) || theme[name]
  const alias = /^var\(--foothold-(.+)\)$/.exec(own ?? '')?.[1]
  return alias && look[alias] === look[name] ? `{${alias}}` : look[name]
}

function fill(row) {
  const token = tokenOf(row)
  const text = row.querySelector(`#token-${token.name}`)
  text.value = shownValue(token)
  text.setAttribute('aria-invalid', 'false')
  row.querySelector('.error').textContent = ''
  const quick = row.querySelector('.quick')
  if (quick) mirror(token, quick)
  const [now, before] =
    state.scheme === 'dark' && (token.group === 'color' || token.type === 'shadow')
      ? [state.theme.dark, state.base.dark]
      : [state.theme, state.base]
  row.querySelector('.undo').hidden = now?.[token.name] === before?.[token.name]
}

function mirror(token, quick) {
  const value = lookOf(inForce(), state.scheme)[token.name]
  if (token.type === 'color') {
    const [red, green, blue] = value.startsWith('rgb') ? value.match(/\d+/g) : []
    quick.value =
      red === undefined
        ? value
        : `#${[red, green, blue].map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`
  } else quick.value = value.endsWith('px') ? Number.parseFloat(value) / 16 : Number.parseFloat(value)
}

// — the surfaces

function drawScenes() {
  const wanted = by('show').value
  const names = [...new Set(scenes.map(({ group }) => group))].filter((group) => !wanted || group === wanted)
  by('scenes').style.setProperty('--width', `${state.width}px`)
  by('scenes').replaceChildren(
    ...names.map((group) => {
      const part = document.createElement('section')
      const heading = Object.assign(document.createElement('h2'), { textContent: group })
      const grid = Object.assign(document.createElement('div'), { className: 'grid' })
      grid.append(...scenes.filter((scene) => scene.group === group).map(tileOf))
      part.append(heading, grid)
      return part
    }),
  )
}

function tileOf({ id, name }) {
  const tile = Object.assign(document.createElement('figure'), { className: 'tile' })
  tile.dataset.scene = id
  const caption = document.createElement('figcaption')
  const again = Object.assign(document.createElement('button'), { type: 'button', textContent: '↻' })
  again.setAttribute('aria-label', `${name}: from the beginning`)
  caption.append(Object.assign(document.createElement('span'), { textContent: name }), again)
  const frame = document.createElement('iframe')
  frame.title = name
  frame.loading = 'lazy'
  frame.src = `/studio/canvas?scene=${id}&text=${state.text}`
  again.addEventListener('click', () => {
    delete tile.dataset.ready
    frame.contentWindow.location.reload()
  })
  tile.append(caption, frame, Object.assign(document.createElement('p'), { className: 'problem' }))
  return tile
}

// — out and in

/** A reload of the tab goes on with the theme as it is. */
function keep() {
  const { theme, base } = state
  const pressed = [...document.querySelectorAll('.tools [aria-pressed="true"]')]
  const fields = ['base', 'name', 'show', 'guide', 'pasted'].map((id) => [id, by(id).value])
  sessionStorage.setItem(
    'studio',
    JSON.stringify({
      theme,
      base,
      fields: Object.fromEntries(fields),
      pressed: pressed.map(({ dataset }) => Object.entries(dataset)[0]),
      tab: tabs.findIndex((tab) => tab.getAttribute('aria-selected') === 'true'),
    }),
  )
}

function restore(text) {
  const { theme, base, fields, pressed, tab } = JSON.parse(text)
  for (const [id, value] of Object.entries(fields)) by(id).value = value
  use(theme)
  state.base = base
  for (const [attribute, value] of pressed)
    document.querySelector(`button[data-${attribute}="${value}"][aria-pressed="false"]`)?.click()
  openTab(tabs[tab])
  for (const row of document.querySelectorAll('.row')) fill(row)
}

function write() {
  const name = by('name').validity.valid && by('name').value ? by('name').value : 'acme'
  by('text').value =
    state.format === 'css' ? themeCss(state.theme, name) : `${JSON.stringify(themeTokens(state.theme), null, 2)}\n`
}

function take(json) {
  let input
  try {
    input = JSON.parse(json)
  } catch (error) {
    return list([{ token: '', why: `That is no JSON: ${error.message}` }])
  }
  const { theme, refused } = parseTheme(input)
  list(refused)
  if (Object.keys(theme).length) {
    use(theme)
    by('base').value = ''
    by('said').textContent =
      `The theme was taken over${refused.length ? `, ${refused.length} values were refused` : ''}.`
  }
}

function list(refused) {
  by('refused').replaceChildren(
    ...refused.map(({ token, why }) => {
      const item = document.createElement('li')
      if (token) item.append(Object.assign(document.createElement('b'), { textContent: token }), ' ')
      item.append(why)
      return item
    }),
  )
}

function choose(attribute, after) {
  const buttons = [...document.querySelectorAll(`[data-${attribute}]:is(button)`)]
  for (const button of buttons)
    button.addEventListener('click', () => {
      for (const each of buttons) each.setAttribute('aria-pressed', String(each === button))
      after(button.dataset[attribute])
    })
}

by('base').append(new Option('…', ''), ...Object.entries(bases).map(([value, label]) => new Option(label, value)))
by('base').addEventListener('change', (event) => event.target.value && begin(event.target.value))
by('begin').addEventListener('submit', (event) => event.preventDefault())
by('tokens').addEventListener('submit', (event) => event.preventDefault())
const make = () => {
  const brand = { primary: by('primary').value, ...(by('two').checked && { secondary: by('secondary').value }) }
  const shape = Object.fromEntries(
    tokens
      .filter(({ name, group, type }) => state.theme[name] !== undefined && group !== 'color' && type !== 'shadow')
      .map(({ name }) => [name, state.theme[name]]),
  )
  const { dark, ...light } = themeFromBrand(brand)
  use({ ...light, ...shape, dark })
  by('base').value = ''
}
by('make').addEventListener('click', make)
by('secondary').addEventListener('input', () => {
  by('two').checked = true
})
choose('scheme', (scheme) => {
  state.scheme = scheme
  for (const row of document.querySelectorAll('.row')) fill(row)
  changed()
})
choose('width', (width) => {
  state.width = Number(width)
  by('scenes').style.setProperty('--width', `${width}px`)
})
choose('text', (text) => {
  state.text = text
  drawScenes()
})
choose('format', (format) => {
  state.format = format
  write()
})
by('name').addEventListener('input', () => {
  write()
  keep()
})
by('copy').addEventListener('click', async () => {
  await navigator.clipboard?.writeText(by('text').value).catch(() => by('text').select())
  by('said').textContent = 'Copied.'
  by('copy').textContent = 'Copied'
  setTimeout(() => {
    by('copy').textContent = 'Copy'
  }, 1600)
})
by('save').addEventListener('click', () => {
  const name = by('name').value || 'acme'
  const file = new Blob([by('text').value], { type: state.format === 'css' ? 'text/css' : 'application/json' })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = state.format === 'css' ? `${name}.css` : `${name}.tokens.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
})
by('take').addEventListener('click', () => take(by('given').value))
by('file').addEventListener('change', async (event) => {
  const [file] = event.target.files
  if (file) take(await file.text())
  event.target.value = ''
})
by('show').append(...[...new Set(scenes.map(({ group }) => group))].map((group) => new Option(group, group)))
by('show').addEventListener('change', drawScenes)

const tabs = [...document.querySelectorAll('[role=tab]')]
function openTab(tab) {
  for (const each of tabs) {
    const open = each === tab
    each.setAttribute('aria-selected', String(open))
    each.tabIndex = open ? 0 : -1
    by(each.getAttribute('aria-controls')).hidden = !open
  }
  if (tab.id === 'tab-flows') flows.open()
}
for (const [at, tab] of tabs.entries()) {
  tab.addEventListener('click', () => openTab(tab))
  tab.addEventListener('keydown', ({ key }) => {
    if (key !== 'ArrowLeft' && key !== 'ArrowRight') return
    const next = tabs[(at + 1) % tabs.length]
    next.focus()
    openTab(next)
  })
}

const flows = openFlows({ by, choose, look: (name) => themeCss(lookOf(inForce(), state.scheme), name) })
state.scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
for (const button of document.querySelectorAll('button[data-scheme]'))
  button.setAttribute('aria-pressed', String(button.dataset.scheme === state.scheme))
if (innerWidth < 600) document.querySelector('button[data-width="320"]').click()
drawTokens()
by('base').value = 'light'
const kept = sessionStorage.getItem('studio')
if (kept) restore(kept)
else await begin('light')
drawScenes()
addEventListener('pagehide', keep)
if (location.hash === '#flows') openTab(tabs[1])
