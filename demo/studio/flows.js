// The tab "Flows": steps through any flow of a guide without its trigger. A guide of the demo is shown on its own app, without
// the app's triggers; any other on a page with stand-ins for its targets.
import { arrived } from './arrived.js'

const apps = { harbor: '/harbor', pier: '/pier' }
const blank = '/studio/canvas'

export function openFlows({ by, choose, look }) {
  const frame = by('preview')
  let opened = false
  let looks = 'page'
  let sheet
  let way = Promise.resolve()
  let guide = { format: 1, flows: [] }

  async function open() {
    if (opened) return
    opened = true
    await openGuide(by('guide').value)
  }

  async function openGuide(name) {
    by('own').hidden = name !== 'own'
    by('guide-error').textContent = ''
    if (name === 'own') {
      draw([])
      if (by('pasted').value) paste(by('pasted').value)
      return
    }
    by('page').value = apps[name]
    guide = await (await fetch(`/guide/${name}.json`)).json()
    draw(guide.flows)
    visit(apps[name])
  }

  function paste(json) {
    by('guide-error').textContent = ''
    try {
      const pasted = JSON.parse(json)
      if (!Array.isArray(pasted?.flows)) throw new Error('it has no "flows"')
      guide = pasted
      by('page').value = blank
      draw(guide.flows)
    } catch (error) {
      by('guide-error').textContent = `That is no guide: ${error.message}.`
    }
  }

  function draw(flows) {
    by('list').replaceChildren(
      ...flows.map((flow) => {
        const item = document.createElement('li')
        const steps = Array.isArray(flow.steps) ? flow.steps : []
        const heading = button(flow.name ?? flow.id, () => play(flow))
        heading.className = 'flow'
        const list = document.createElement('ol')
        list.append(
          ...steps.map((step, at) => {
            const row = document.createElement('li')
            const one = button(step.id, () => play({ ...flow, steps: steps.slice(at) }, step.id))
            one.setAttribute('aria-label', `${flow.name ?? flow.id}, from ${step.id}`)
            row.append(one, Object.assign(document.createElement('span'), { textContent: step.type }))
            return row
          }),
        )
        item.append(heading, list)
        return item
      }),
    )
  }

  function button(text, run) {
    const made = Object.assign(document.createElement('button'), { type: 'button', textContent: text })
    made.addEventListener('click', run)
    return made
  }

  /** Where a flow is at home: its first page that is an address. */
  async function play(flow, step) {
    const [home] = (flow.pages ?? []).filter((page) => !/[:*!]/.test(page))
    if (home && by('page').value !== blank) by('page').value = home
    by('guide-error').textContent = ''
    await visit(by('page').value)
    const { foothold, play } = frame.contentWindow
    if (play) await play(flow)
    else (await arrived(await foothold.ready, flow.id)).preview(flow)
    by('playing').textContent = `Preview of ${flow.name ?? flow.id}${step ? `, from ${step}` : ''}`
  }

  /** One after the other. */
  function visit(page) {
    way = way.then(() => load(page))
    return way
  }

  /** A fresh page each time, so that nothing of an earlier preview is left. */
  async function load(page) {
    const url = new URL(page, location.origin)
    if (url.origin !== location.origin) return
    url.searchParams.set('studio', '')
    url.hash = String(performance.now())
    frame.src = 'about:blank'
    await new Promise((resolve) => {
      frame.addEventListener('load', resolve, { once: true })
    })
    frame.src = url.href
    await new Promise((resolve) => {
      frame.addEventListener('load', resolve, { once: true })
    })
    sheet = undefined
    dress()
    await frame.contentWindow.foothold?.ready
  }

  /** The page's theme by its own name, or that of the studio under it. */
  function dress() {
    const page = frame.contentWindow
    if (!opened || !page?.CSSStyleSheet || page.location.href === 'about:blank') return
    if (!sheet) {
      sheet = new page.CSSStyleSheet()
      page.document.adoptedStyleSheets.push(sheet)
    }
    const name = page.document.querySelector('script[data-theme]')?.dataset.theme
    sheet.replaceSync(looks === 'studio' && name ? look(name) : '')
  }

  by('guide').addEventListener('change', (event) => openGuide(event.target.value))
  by('open').addEventListener('click', () => paste(by('pasted').value))
  by('guide-file').addEventListener('change', async (event) => {
    const [file] = event.target.files
    if (file) {
      by('pasted').value = await file.text()
      paste(by('pasted').value)
    }
  })
  by('page').addEventListener('change', (event) => visit(event.target.value))
  choose('look', (chosen) => {
    looks = chosen
    dress()
  })
  choose('wide', (wide) => {
    frame.style.maxWidth = wide ? `${wide}px` : ''
  })
  return {
    open,
    dress,
    guide: () => ({ ...guide, flows: guide.flows.map((flow) => ({ ...flow, enabled: false })) }),
  }
}
