import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright'
import type { Flow, Guide, Step } from '../../src/core/guide.ts'

/** One state of one surface or step, as a visitor meets it. */
export interface Scene {
  /** Also the id of its flow. */
  id: string
  steps: Step[]
  /** What the visitor does until it looks like that. */
  enter?(page: Page, surface: Locator): Promise<unknown>
  /** More than the surface belongs to the picture: what it stands beside, or all that it covers. */
  around?: 'target' | 'window'
  /** A state of what another scene shows: few themes say enough. */
  state?: boolean
  /** The browser's own controls, or the system's emoji, are in it: no picture of ours. */
  foreign?: boolean
}

const gallery: Guide = JSON.parse(readFileSync('demo/guides/gallery.json', 'utf8'))

const tip = (id: string, step: Partial<Step> = {}): Scene => ({
  id,
  steps: [
    { id: 'tip', type: 'message', target: '#share', props: { title: share, text: readOnly }, ...step },
    ...['second', 'third'].map((id) => ({ id, type: 'message', target: '#export', props: { title: exported } })),
  ],
  around: 'target',
})
const share = 'Boards can be shared'
const readOnly = 'With a link, **read-only**.'
const exported = 'Take the numbers with you'

/** A flow of the demo's gallery, which knows its words in Arabic too. */
const shown = (
  flow: string,
  surface: Step['surface'] = 'card',
  more: Partial<Scene> & { props?: object } = {},
): Scene => {
  const found = gallery.flows.find(({ id }) => id === flow) as Flow & { steps: Step[] }
  const { props, ...rest } = more
  return {
    id: flow,
    steps: found.steps.map((step) => ({ ...step, surface, props: { ...step.props, ...props } })),
    ...rest,
  }
}

const submit = (surface: Locator) => surface.locator('button[type=submit]').click()
const choice = (surface: Locator, at: number) =>
  surface.locator('[part~=choice] input:not([part])').nth(at).check({ force: true })
const later = (page: Page, ms: number) => page.evaluate((ms) => window.scene.pass(ms), ms)
const hour = 3_600_000

export const surfaces: Scene[] = [
  tip('tooltip-below', { placement: 'bottom' }),
  { ...tip('tooltip-above', { placement: 'top' }), state: true },
  { ...tip('tooltip-left', { placement: 'left' }), state: true },
  { ...tip('tooltip-right', { placement: 'right' }), state: true },
  { ...tip('spotlight', { spotlight: true }), around: 'window' },
  { ...tip('hotspot', { surface: 'hotspot' }), state: true },
  {
    ...tip('hotspot-open', { surface: 'hotspot' }),
    enter: (page) => page.locator('foothold-host [part~=beacon]').click(),
  },
  shown('message', 'modal', { id: 'modal', around: 'window' }),
  shown('announcement', 'banner', { id: 'banner' }),
  shown('last-day', 'banner', { id: 'banner-offer' }),
  shown('message', 'inline', { id: 'inline-append', state: true, steps: inline('append'), around: 'target' }),
  shown('message', 'inline', { id: 'inline-replace', steps: inline('replace'), around: 'target' }),
  shown('message', 'inline', { id: 'inline-annotate', steps: inline('annotate'), around: 'target' }),
]

export const steps: Scene[] = [
  shown('message'),
  shown('video', 'card', { foreign: true }),
  shown('announcement', 'card', { state: true }),
  shown('nps', 'card', { enter: (_, surface) => choice(surface, 8) }),
  shown('nps', 'card', {
    id: 'nps-missing',
    state: true,
    props: { required: true },
    enter: (_, surface) => submit(surface),
  }),
  shown('csat', 'card', { enter: (_, surface) => choice(surface, 3) }),
  shown('rating', 'card', { enter: (_, surface) => choice(surface, 2) }),
  shown('emoji', 'card', { foreign: true }),
  shown('choice', 'card', { enter: (_, surface) => choice(surface, 3) }),
  shown('choices', 'card', {
    state: true,
    async enter(_, surface) {
      for (const at of [0, 1, 2]) await choice(surface, at)
      await submit(surface)
    },
  }),
  shown('text'),
  shown('email', 'card', {
    state: true,
    async enter(_, surface) {
      await surface.locator('input').fill('nobody')
      await submit(surface)
    },
  }),
  shown('several', 'modal', {
    async enter(_, surface) {
      await submit(surface)
      await choice(surface, 0)
    },
  }),
  shown('offer'),
  shown('offer', 'card', {
    id: 'offer-copied',
    state: true,
    enter: (_, surface) => surface.locator('[part~=code] button').click(),
  }),
  shown('offer', 'card', { id: 'offer-expired', state: true, enter: (page) => later(page, 73 * hour) }),
  shown('claimed-once', 'card', {
    state: true,
    enter: (page) => page.evaluate(() => window.foothold.track('Coupon Applied', { coupon: 'COFFEE' })),
  }),
  shown('checklist', 'card', { enter: (_, surface) => surface.locator('[part~=item]').last().click() }),
  shown('checklist', 'card', { id: 'checklist-small', state: true, props: { collapsed: true } }),
  shown('checklist', 'card', {
    id: 'checklist-done',
    state: true,
    props: { items: [{ id: 'calendar', label: 'Put the weekly review into your calendar' }] },
    enter: (_, surface) => surface.locator('button[part~=item]').click(),
  }),
  shown('rating', 'card', {
    id: 'thanks',
    async enter(_, surface) {
      await choice(surface, 4)
      await submit(surface)
    },
  }),
]

export const scenes: Scene[] = [...surfaces, ...steps]

export const guide: Guide = {
  format: 1,
  flows: [
    ...scenes.map(({ id, steps }) => ({
      id,
      version: 1,
      name: 'A scene',
      trigger: 'Never Happens',
      frequency: { times: 99 },
      steps,
    })),
    // What the checklist leads to.
    ...gallery.flows.filter(({ id }) => id === 'mood-of-the-day'),
  ],
  translations: {
    ar: {
      ...gallery.translations?.ar,
      [readOnly]: 'برابط **للقراءة فقط**.',
      [exported]: 'خذ الأرقام معك',
      'New this week': 'جديد هذا الأسبوع',
      'Tip: {title}': 'نصيحة: {title}',
      'Step {index} of {count}': 'الخطوة {index} من {count}',
      'Go to the highlighted element': 'انتقل إلى العنصر المميز',
    },
  },
}

function inline(mode: Step['mode']): Step[] {
  const props: Step['props'] = mode === 'annotate' ? { text: 'New this week' } : { title: share, text: readOnly }
  const target = mode === 'annotate' ? '#word' : '#place'
  return [{ id: 'inline', type: 'message', surface: 'inline', target, mode, props }]
}
