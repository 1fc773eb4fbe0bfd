import type { Json } from '../../core/activity.ts'
import type { Guide, Range, Step } from '../../core/guide.ts'
import { compileRange } from '../../core/range.ts'
import type { Text } from '../../core/text.ts'
import { viewOf } from '../../core/view.ts'
import { parseMarkdown } from '../../markdown.ts'
import { type Finding, finding } from './finding.ts'
import { answersOf, type PlacedStep, stepsOf, textsIn } from './steps.ts'

const builtIn = ['message', 'survey', 'offer', 'checklist', 'send', 'wait']
/** Props that people read; Markdown in the first ones. */
const rich = /^(title|text|question)$/
const read = /^(title|text|question|choices|label|thanks|low|high|placeholder|submit|alt|description|other|error)$/
const address = /(^|_)(url|href|src)$/
const filters = ['currency', 'date', 'number', 'upper', 'default']
const rooms = ['visitor', 'trigger', 'profile', 'content']
const visitorMembers = ['id', 'anonymousId', 'traits', 'timezone', 'locale']
const profileMembers = [
  'visitor',
  'firstSeen',
  'lastSeen',
  'sessions',
  'counts',
  'page',
  'device',
  'cart',
  'segments',
  'scores',
  'flows',
]
const sessionMembers = ['seconds', 'pages', 'engaged']
const surveys = ['nps', 'csat', 'rating', 'emoji', 'choice', 'text']
const ways = ['next', 'back', 'skip', 'dismiss', 'snooze', 'complete']

/** What steps say and lead to: references, links, templates, translations, and what their types need. */
export function checkContents(guide: Guide, customSteps: string[]): Finding[] {
  const steps = stepsOf(guide)
  return [
    ...steps.flatMap((placed) => [
      ...typeFindings(placed, customSteps),
      ...actionFindings(placed, guide),
      ...linkFindings(placed),
      ...textsIn(placed.step.props, `${placed.path}.props`).flatMap(templateFindings),
      ...branchFindings(placed),
    ]),
    ...translatedFindings(guide),
    ...statusFindings(guide),
    ...translationFindings(guide, steps),
  ]
}

function typeFindings({ flow, step, path }: PlacedStep, customSteps: string[]): Finding[] {
  const { type, id, props = {}, content } = step
  const lacks = (what: string, remedy: string) => [
    finding('incomplete-step', path, `Step "${id}" of flow "${flow.id}" ${what}`, remedy),
  ]
  if (type === 'send') {
    if (!step.destination) return lacks('sends, but to no destination', 'Write "destination": one that the relay knows')
    return step.activity ? [] : lacks('sends nothing', 'Write "activity": the type to send')
  }
  if (type === 'wait')
    return step.for === undefined && props.for === undefined
      ? lacks('waits for no time', 'Write "for": such as "24h"')
      : []
  if (flow.runs === 'relay')
    return [
      finding(
        'drawn-on-relay',
        `${path}.type`,
        `Step "${id}" is to be drawn, but flow "${flow.id}" runs on the relay, where nobody sees it`,
        'Use send and wait there, or take "runs" away',
      ),
    ]
  if (![...builtIn, ...customSteps].includes(type))
    return [
      finding(
        'unknown-step-type',
        `${path}.type`,
        `"${type}" is no built-in type of step`,
        `If it is yours, name it: --steps ${type}. Built in are ${builtIn.join(', ')}`,
      ),
    ]
  // What comes by reference is not here to be looked at.
  if (content) return []
  if (typeof props.image === 'string') return lacks('has a text as its image', 'Write "image": { "url": …, "alt": … }')
  if (step.target === '@')
    return lacks('points at an anchor without a name', 'Write "target": "@name" for data-foothold="name"')
  if (type === 'survey') {
    const questions = Array.isArray(props.questions) ? props.questions : [props]
    for (const asked of questions.map((each) => Object(each) as NonNullable<Step['props']>)) {
      const { question, kind, choices } = asked
      if (!question) return lacks('asks nothing', 'Write "props": { "question": … }')
      if (asked !== props && !asked.id)
        return lacks(`asks "${question}" without a name for the answer`, 'Write "id": … in each of "questions"')
      if (!surveys.includes(kind as string))
        return lacks(`is a survey of no kind`, `Write "kind": ${surveys.join(', ')}`)
      if (kind === 'choice' && !(Array.isArray(choices) && choices.length))
        return lacks('offers no choices', 'Write "choices": […]')
    }
  }
  if (type === 'checklist') {
    const { title, items } = props
    if (!title || !Array.isArray(items) || !items.length)
      return lacks('lists nothing', 'Write "props": { "title": …, "items": […] }')
    if (items.some((item) => !Object(item).id || !Object(item).label))
      return lacks('has an item without a name', 'Write "id" and "label" in each of "items"')
  }
  if (/^(message|offer)$/.test(type) && !props.title && !props.text && !props.image && !props.video && !props.code)
    return lacks('says nothing', 'Write "props": { "title": … }')
  return []
}

function actionFindings({ flow, step, path }: PlacedStep, guide: Guide): Finding[] {
  const ids = (flow.steps as Step[]).map(({ id }) => id)
  const { actions, items } = step.props ?? {}
  const placed = Object.entries({ actions, items }).flatMap(([name, list]) =>
    Array.isArray(list) ? list.map((action, index) => ({ action, place: `${path}.props.${name}[${index}]` })) : [],
  )
  return placed.flatMap(({ action, place }) => {
    const { to, start } = (action ?? {}) as { to?: Json; start?: Json }
    return [
      ...(typeof to === 'string' && ![...ways, ...ids].includes(to)
        ? [
            finding(
              'unknown-reference',
              `${place}.to`,
              `The action leads to "${to}", which is no step of flow "${flow.id}"`,
              `Write one of ${[...ways, ...ids].join(', ')}`,
            ),
          ]
        : []),
      ...(typeof start === 'string' && !guide.flows.some(({ id }) => id === start)
        ? [
            finding(
              'unknown-reference',
              `${place}.start`,
              `The action starts "${start}", which is no flow of the guide`,
              `Write one of ${guide.flows.map(({ id }) => id).join(', ')}`,
            ),
          ]
        : []),
    ]
  })
}

/** What the reader does not look up: steps in `status`, and names in paths of the profile. */
function statusFindings(guide: Guide): Finding[] {
  const findings: Finding[] = []
  const known: { [room: string]: string[] } = {
    segments: Object.keys(guide.segments ?? {}),
    scores: Object.keys(guide.models ?? {}),
    flows: guide.flows.map(({ id }) => id),
  }
  const tops = profileMembers
  const paths = (condition: { [key: string]: unknown }, path: string) => {
    for (const [key, wanted] of Object.entries(condition)) {
      if (key.startsWith('$'))
        for (const each of [wanted].flat()) paths(each as { [key: string]: unknown }, `${path}.${key}`)
      else {
        const [room = '', name] = key.split('.')
        if (!tops.includes(room))
          findings.push(
            finding(
              'unknown-reference',
              `${path}.${key}`,
              `A profile has no "${room}"`,
              `Start the path with one of ${tops.join(', ')}`,
            ),
          )
        else if (name !== undefined && known[room] && !known[room].includes(name))
          findings.push(
            finding(
              'unknown-reference',
              `${path}.${key}`,
              `"${name}" is none of the guide's ${room}`,
              known[room].length ? `Write one of ${known[room].join(', ')}` : `The guide has no ${room}`,
            ),
          )
      }
    }
  }
  const look = (value: unknown, path: string) => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) look(item, `${path}[${index}]`)
    else if (typeof value === 'object' && value !== null) {
      const { status, step, profile, active, where } = value as { [key: string]: unknown }
      const flow = typeof status === 'string' && typeof step === 'string' && guide.flows.find(({ id }) => id === status)
      if (flow && Array.isArray(flow.steps) && !flow.steps.some(({ id }) => id === step))
        findings.push(
          finding(
            'unknown-reference',
            `${path}.step`,
            `"${step}" is no step of flow "${flow.id}"`,
            `Write one of ${flow.steps.map(({ id }) => id).join(', ')}`,
          ),
        )
      if (typeof profile === 'object' && profile !== null)
        paths(profile as { [key: string]: unknown }, `${path}.profile`)
      if (active !== undefined && typeof where === 'object' && where !== null)
        for (const key of Object.keys(where))
          if (!key.startsWith('$') && !sessionMembers.includes(key))
            findings.push(
              finding(
                'unknown-reference',
                `${path}.where.${key}`,
                `A session has no "${key}"`,
                `Write one of ${sessionMembers.join(', ')}`,
              ),
            )
      for (const [key, item] of Object.entries(value)) look(item, path ? `${path}.${key}` : key)
    }
  }
  guide.flows.forEach(({ trigger, audience, steps }, index) => {
    look(trigger, `flows[${index}].trigger`)
    look(audience, `flows[${index}].audience`)
    if (Array.isArray(steps))
      for (const [at, { when }] of steps.entries()) look(when, `flows[${index}].steps[${at}].when`)
  })
  look(guide.segments, 'segments')
  for (const [name, { features }] of Object.entries(guide.models ?? {}))
    for (const [feature, { of }] of Object.entries(features)) {
      const place = `models.${name}.features.${feature}`
      if (typeof of === 'string') paths({ [of]: true }, `${place}.of`)
      else look(of, `${place}.of`)
    }
  for (const [index, { when }] of (guide.alerts ?? []).entries()) look(when, `alerts[${index}].when`)
  return findings
}

function linkFindings({ step, path }: PlacedStep): Finding[] {
  const links = textsIn(step.props, `${path}.props`).flatMap(({ text, path: place, key }) => [
    ...(address.test(key) ? [{ url: text, place }] : []),
    ...(rich.test(key) ? inText(text).map((url) => ({ url, place })) : []),
  ])
  return refused(links, addressReader(step))
}

function inText(text: string): string[] {
  return /[[<]|:\/\//.test(text) ? urlsIn(parseMarkdown(text)) : []
}

function refused(links: { url: string; place: string }[], allowed: (url: string) => boolean): Finding[] {
  return (
    links
      // An address that is nothing but a value is data; values within one are only ever a part of it.
      .filter(({ url }) => !/^\s*(\{\{|%7B%7B)[^{}]*(\}\}|%7D%7D)\s*$/i.test(url))
      .filter(({ url }) => !allowed(url.replace(/\{\{[^{}]*\}\}/g, 'x')))
      .map(({ url, place }) =>
        finding(
          'refused-link',
          place,
          `The page refuses the address ${JSON.stringify(url)}`,
          'Use https, http, mailto, tel or a path, without a user name',
        ),
      )
  )
}

/** The verdict of the view itself, so that the check and the page never differ. */
function addressReader(step: Step): (url: string) => boolean {
  const none = () => {}
  const flow = { id: 'check', version: 1, trigger: 'Page Viewed', steps: [{ ...step, props: {} }] }
  const view = viewOf({
    flow,
    step: flow.steps[0]!,
    memory: { flow: 'check', version: 1, trigger: {}, answers: {}, drafts: {}, visited: [] },
    canBack: false,
    profile: {
      visitor: { anonymousId: '', traits: {} },
      sessions: { count: 0 },
      counts: {},
      cart: { items: [], value: 0 },
      flows: {},
      segments: {},
      scores: {},
    },
    clock: { now: () => 0, after: () => none },
    applies: () => true,
    live: () => true,
    send: none,
    report: none,
    start: none,
    open: none,
    onError: none,
    locale: 'en',
    base: 'https://example.com/',
  })
  return (url) => view.url(url) !== undefined
}

function urlsIn(text: Text): string[] {
  return text.flatMap((node) =>
    typeof node === 'string'
      ? []
      : [...('url' in node ? [node.url] : []), ...('children' in node ? urlsIn(node.children) : [])],
  )
}

function templateFindings({ text, path }: { text: string; path: string }): Finding[] {
  const wrong = (message: string, remedy: string) => [finding('unknown-template', path, message, remedy)]
  const found = [...text.matchAll(/\{\{([^{}]*)\}\}/g)].flatMap(([whole, inside = '']) => {
    const [name = '', ...applied] = inside.match(/(?:"[^"]*"|[^|])+/g) ?? []
    const [room = '', member] = name.trim().split('.')
    const filter = applied.map((each) => each.split(':')[0]!.trim()).find((each) => !filters.includes(each))
    const members = room === 'visitor' ? visitorMembers : room === 'profile' ? profileMembers : undefined
    if (!rooms.includes(room))
      return wrong(`${whole} stands for nothing: there is no "${room}"`, `Start with one of ${rooms.join(', ')}`)
    if (members && member !== undefined && !members.includes(member))
      return wrong(
        `${whole} stands for nothing: "${room}" has no "${member}"`,
        `Write one of ${members.map((each) => `${room}.${each}`).join(', ')}`,
      )
    return filter === undefined
      ? []
      : wrong(`${whole} uses "${filter}", which is no filter`, `Use ${filters.join(', ')}`)
  })
  const [open] = /\{\{(?![^{}]*\}\}).{0,30}/.exec(text) ?? []
  return open && !found[0] ? wrong(`${open} is not closed, and is shown as it is`, 'Close it with }}') : found
}

/** Answers that a branch waits for and that the survey does not offer. */
function branchFindings({ step, path }: PlacedStep): Finding[] {
  const { type, props = {}, branch = [], content } = step
  const offered = type === 'survey' && !content && !props.multiple ? answersOf(props as never) : undefined
  if (!offered?.length) return []
  return branch.flatMap((each, index) =>
    'answer' in each && !offered.some((answer) => fits(answer, each.answer as Json))
      ? [
          finding(
            'dead-part',
            `${path}.branch[${index}].answer`,
            `The survey offers no answer that fits ${JSON.stringify(each.answer)}, so this branch is never taken`,
            `It offers ${offered.map((answer) => JSON.stringify(answer)).join(', ')}`,
          ),
        ]
      : [],
  )
}

function fits(answer: Json, wanted: Json): boolean {
  if (typeof wanted === 'object' && wanted !== null && Object.keys(wanted)[0]?.startsWith('$'))
    return typeof answer === 'number' && compileRange(wanted as Range).fits(answer)
  return JSON.stringify(answer) === JSON.stringify(wanted)
}

/** What is said in another language is looked at like the original. */
function translatedFindings({ translations = {} }: Guide): Finding[] {
  const allowed = addressReader({ id: 'check', type: 'message' })
  return Object.entries(translations).flatMap(([locale, words]) =>
    Object.values(words).flatMap((text) => {
      const path = `translations.${locale}`
      return [
        ...templateFindings({ text, path }),
        ...refused(
          inText(text).map((url) => ({ url, place: path })),
          allowed,
        ),
      ]
    }),
  )
}

function translationFindings({ translations = {} }: Guide, steps: PlacedStep[]): Finding[] {
  const texts = new Map<string, string>()
  for (const { step, path } of steps)
    for (const { text, path: place, key } of textsIn(step.props, `${path}.props`))
      if (
        read.test(key) &&
        !/\.captions\[/.test(place) &&
        /\p{L}/u.test(text.replace(/\{\{[^{}]*\}\}/g, '')) &&
        !texts.has(text)
      )
        texts.set(text, place)
  const all = new Set(steps.flatMap(({ step, path }) => textsIn(step.props, path).map(({ text }) => text)))
  return Object.entries(translations).flatMap(([locale, words]) => {
    // `de-AT` needs only what differs from `de`.
    const parent = translations[locale.split('-')[0]!]
    const missing = parent && parent !== words ? [] : [...texts].filter(([text]) => !Object.hasOwn(words, text))
    return [
      ...missing.map(([text, place]) =>
        finding(
          'missing-translation',
          place,
          `${JSON.stringify(clipped(text))} has no translation in "${locale}"`,
          `Write it under translations.${locale}`,
        ),
      ),
      ...Object.keys(words)
        .filter((text) => !all.has(text) && !interfaceWords.has(text))
        .map((text) =>
          finding(
            'unused-translation',
            `translations.${locale}`,
            `${JSON.stringify(clipped(text))} is translated to "${locale}", but no step says it`,
            'Take it out, or mend the text: it must be the same to the letter',
          ),
        ),
    ]
  })
}

function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** Words of the interface, which a guide may translate as well. */
const interfaceWords = new Set([
  'Next',
  'Back',
  'Skip',
  'Done',
  'Close',
  'Submit',
  'Thank you',
  'Please choose an answer',
  'Please write an answer',
  'Please check what you wrote',
  'Please write an email address, such as name@example.com',
  'Please choose {count} at most',
  'Please choose at least {count}',
  'Please write at least {count} characters',
  'optional',
  'Other',
  'Very dissatisfied',
  'Dissatisfied',
  'Neutral',
  'Satisfied',
  'Very satisfied',
  'Step {index} of {count}',
  '{index} of {count}',
  'Not likely',
  'Very likely',
  '{value} of {max}',
  'Code',
  'Copy',
  'Copied',
  'Ends {date}',
  'This offer has ended',
  'Use the offer',
  'No, thanks',
  'Claimed',
  'Completed',
  'All done',
  'Minimize',
  'Go to the highlighted element',
  'Tip: {title}',
])
