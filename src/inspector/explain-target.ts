import type { Step } from '../core/guide.ts'
import { candidates, documentIn, framesAround, isRendered, isThere, parentOf, rectOf } from '../surfaces/target.ts'

/** What a target stands for on this page, and what is in its way. */
export interface TargetReport {
  /** `found`: a step would stand there. `poor`: it would, but not well. `missing`: it would be waited for, then skipped. */
  verdict: 'found' | 'poor' | 'missing'
  /** The element that a step takes. */
  element?: Element
  /** All that match, in the order of the document. */
  matches: Element[]
  /** What is the case and what to do, in sentences. */
  findings: string[]
}

type Target = Step['target']

const smallest = 24

/** Looks a target up as a step does, and says why it fails. */
export function explainTarget(target: Target): TargetReport {
  if (!target) return { verdict: 'missing', matches: [], findings: ['There is no target.'] }
  let matches: Element[]
  try {
    matches = candidates(target)
  } catch (error) {
    const said = String((error as Error).message).replace(/ \[[\w-]+\]$/, '')
    return { verdict: 'missing', matches: [], findings: [said] }
  }
  if (!matches.length) return { verdict: 'missing', matches, findings: whyNone(target) }
  const element = matches.find((each) => isThere(each)) ?? matches[0]!
  const hidden = isThere(element) ? undefined : whyHidden(element)
  if (hidden) return { verdict: 'missing', element, matches, findings: [hidden, ...whyMany(matches, element)] }
  const findings = [...whyMany(matches, element), ...(isRendered(element) ? whyPoor(element) : [])]
  return { verdict: findings.length ? 'poor' : 'found', element, matches, findings }
}

/** A short way to say which element is meant: an anchor, an id, an attribute that stays, or the way from one of them. */
export function targetOf(element: Element): string {
  const anchor = element.closest('[data-foothold]')
  if (anchor && (anchor === element || element.matches('svg, svg *, path, span, b, small'))) {
    const name = `@${anchor.getAttribute('data-foothold')}`
    if (isOnly(name, anchor)) return name
  }
  const root = element.getRootNode()
  const outside = (root as Partial<ShadowRoot>).host ?? framesAround(element)[0]
  const prefix = outside ? `${targetOf(outside)} >>> ` : ''
  let way = ''
  for (let at: Element | null = element; at; at = at.parentElement) {
    for (const own of namesOf(at)) {
      const selector = prefix + own + way
      if (isOnly(selector, element)) return selector
    }
    const index = [...(at.parentNode?.children ?? [])].filter((each) => each.localName === at!.localName).indexOf(at)
    way = ` > ${CSS.escape(at.localName)}${index < 0 ? '' : `:nth-of-type(${index + 1})`}${way}`
  }
  return prefix + way.slice(3)
}

/** How an element is called in a sentence: `<button class="primary">`. */
export function nameOf(element: Element): string {
  const name = ['data-foothold', 'id', 'class'].find((each) => element.getAttribute(each)?.trim())
  const value = name && element.getAttribute(name)!.trim().slice(0, 40)
  return `<${element.localName}${name ? ` ${name}="${value}"` : ''}>`
}

function isOnly(selector: string, element: Element): boolean {
  try {
    const found = candidates(selector)
    return found.length === 1 && found[0] === element
  } catch {
    return false
  }
}

function* namesOf(element: Element) {
  const { id, localName } = element
  // Numbers in an id are mostly generated.
  if (id && !/\d{3}|^:|react|radix|headlessui/.test(id)) yield `#${CSS.escape(id)}`
  for (const name of ['data-testid', 'data-test', 'name', 'aria-label', 'href'])
    if (element.hasAttribute(name)) yield `${localName}[${name}=${JSON.stringify(element.getAttribute(name))}]`
  for (const name of element.classList)
    if (!/\d{2}|^(css|sc|jsx?)-|[[\]:]/.test(name)) yield `${localName}.${CSS.escape(name)}`
  yield CSS.escape(localName)
}

/** How much of a selector matches, from its beginning, and what does not any more. */
function howFar(css: string, within: string | undefined): string[] {
  for (let part = css.replace(last, ''); part; part = part.replace(last, '')) {
    try {
      const found = candidates({ css: part, ...(within !== undefined && { within }) })
      if (found.length)
        return [
          `“${part}” matches ${count(found.length, 'element')}, but nothing does with “${css.slice(part.length).trim()}” behind it.`,
        ]
    } catch {
      // in the middle of something, a bracket, say
    }
  }
  return []
}

/** The last simple selector, or what combines it with those before. */
const last = /([.#]?[\w-]+|\[[^\]]*\]|::?[\w-]+(\([^()]*\))?|\*|[\s>+~]+)$/

/** Nothing matches. */
function whyNone(target: NonNullable<Target>): string[] {
  const { css, text, within } =
    typeof target === 'string' ? { css: target, text: undefined, within: undefined } : target
  if (within !== undefined && !candidates(within).length)
    return [`Nothing matches “${within}”, in which it is looked for.`]
  if (text !== undefined) {
    const found = candidates(within === undefined ? { css } : { css, within })
    if (found.length) {
      const texts = found.slice(0, 3).map((each) => `“${each.textContent!.replace(/\s+/g, ' ').trim().slice(0, 40)}”`)
      return [
        `${count(found.length, 'element')} match “${css}”, but none contains the text “${text}”: ${texts.join(', ')}.`,
      ]
    }
  }
  if (css.startsWith('@')) {
    const anchors = [...document.querySelectorAll('[data-foothold]')].map(
      (each) => `@${each.getAttribute('data-foothold')}`,
    )
    const known = [...new Set(anchors)].slice(0, 8)
    return [
      `No element on this page has data-foothold="${css.slice(1)}".${
        known.length
          ? ` There ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}.`
          : ' The page has no anchor at all.'
      }`,
    ]
  }
  const parts = css.split('>>>').map((part) => part.trim())
  for (let length = 1; length < parts.length; length++) {
    const hosts = candidates(parts.slice(0, length).join('>>>'))
    if (!hosts.length)
      return [`Nothing matches “${parts[length - 1]}”, before the ${length === 1 ? '' : `${length}. `}“>>>”.`]
    if (hosts.some((host) => host.shadowRoot ?? documentIn(host))) continue
    return [
      hosts[0]!.matches('iframe, frame')
        ? `${nameOf(hosts[0]!)} shows a page of another origin, which cannot be looked into.`
        : `${nameOf(hosts[0]!)} has no open shadow root: it is closed, or there is none. What is in it cannot be reached.`,
    ]
  }
  return [
    ...howFar(css, within),
    ...elsewhere(parts.at(-1)!, css),
    'Nothing on this page matches. A step waits for it (“wait”, 5 s), then goes by “onMissing”.',
  ].slice(0, 4)
}

/** Where else it may be: in shadow roots, in frames. */
function elsewhere(part: string, css: string): string[] {
  const found: string[] = []
  let closed = 0
  let foreign = 0
  const look = (root: Document | ShadowRoot) => {
    for (const host of root.querySelectorAll('*')) {
      if (host.localName.startsWith('foothold-')) continue
      const framed = host.matches('iframe, frame')
      const inside = host.shadowRoot ?? documentIn(host)
      if (inside) {
        if (!found.length && inside.querySelector(part))
          found.push(
            `It is in the ${framed ? 'frame' : 'shadow root of'} ${nameOf(host)}: write “${targetOf(host)} >>> ${part}”.`,
          )
        look(inside)
      } else if (framed) foreign++
      else if (host.localName.includes('-') && !css.includes('>>>')) closed++
    }
  }
  look(document)
  if (!found.length && foreign)
    found.push(`The page has ${count(foreign, 'frame')} of another origin, which cannot be looked into.`)
  if (!found.length && closed)
    found.push(`${count(closed, 'custom element')} may have a closed shadow root, which cannot be looked into.`)
  return found
}

/** It is there, but not to be seen. */
function whyHidden(element: Element): string | undefined {
  const { width, height } = element.getBoundingClientRect()
  const name = nameOf(element)
  for (let at: Element | null = element; at; at = parentOf(at)) {
    const { display, visibility, contentVisibility, opacity } = getComputedStyle(at)
    const which = at === element ? name : `${nameOf(at)} around ${name}`
    if (display === 'none') return `${which} is not displayed (display: none).`
    if (at === element && visibility !== 'visible') return `${name} is invisible (visibility: ${visibility}).`
    if (opacity === '0') return `${which} is transparent (opacity: 0).`
    if (at !== element && contentVisibility === 'hidden')
      return `${which} hides its content (content-visibility: hidden).`
    if (at !== element && at.matches('details:not([open])') && !element.closest('summary')) return `${which} is closed.`
  }
  if (!width || !height) return `${name} has no size (${Math.round(width)} × ${Math.round(height)} px).`
  if (width + height <= 2) return `${name} is one pixel, as what only screen readers are told.`
  return isRendered(element) ? undefined : `${name} is not rendered, or out of the page where nobody can scroll.`
}

function whyMany(matches: Element[], element: Element): string[] {
  if (matches.length === 1) return []
  const rank = matches.indexOf(element) + 1
  return [`${matches.length} elements match; a step takes number ${rank}, ${nameOf(element)}. Name it more exactly.`]
}

/** It is there, but not good to point at. */
function whyPoor(element: Element): string[] {
  const found: string[] = []
  const { left, top, width, height } = rectOf(element)
  const [x, y] = [left + width / 2, top + height / 2]
  if (x >= 0 && y >= 0 && x < innerWidth && y < innerHeight) {
    const over = topAt(x, y)
    if (over && !contains(element, over) && !contains(over, element)) found.push(`It is covered by ${nameOf(over)}.`)
  }
  const dialog = document.querySelector('dialog:modal')
  if (dialog && !contains(dialog, element)) found.push('A modal dialog is open, and it is not in it.')
  else if (element.closest('[inert]')) found.push('It is inert: nobody can press it.')
  if (Number(getComputedStyle(element).opacity) === 0) found.push('It is transparent (opacity: 0).')
  if (Math.min(width, height) < smallest)
    found.push(`It is small: ${Math.round(width)} × ${Math.round(height)} px; fingers need ${smallest}.`)
  return found
}

/** What of the page is in front, through open shadow roots; Foothold's own elements do not count. */
export function topAt(x: number, y: number): Element | undefined {
  let root: Document | ShadowRoot = document
  for (;;) {
    const all: Element[] = root.elementsFromPoint(x, y)
    const found: Element | undefined = all.find(
      (each) => !each.localName.startsWith('foothold-') && each.getRootNode() === root,
    )
    if (!found) return root === document ? undefined : (root as ShadowRoot).host
    if (!found.shadowRoot) return found
    root = found.shadowRoot
  }
}

function contains(outer: Element, inner: Element): boolean {
  for (let at: Element | null = inner; at; at = parentOf(at)) if (at === outer) return true
  return false
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`
}
