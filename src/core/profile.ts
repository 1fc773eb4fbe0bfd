import type { Activity, Json, Page, ProductProperties, Properties } from './activity.ts'
import type { Surface } from './guide.ts'
import { toJson } from './to-json.ts'

/** What is known about a visitor: the fold of all activities. */
export interface Profile {
  visitor: { id?: string; anonymousId: string; traits: Properties; timezone?: string; locale?: string }
  /** Milliseconds since the epoch. */
  firstSeen?: number
  lastSeen?: number
  sessions: {
    /** How many sessions there were, the current one included. */
    count: number
    /** Absent between sessions. `seconds` up to its last interaction, `engaged` seconds of visible pages. */
    current?: { startedAt: number; seconds: number; pages: number; engaged: number }
  }
  /** How often each type of activity happened. */
  counts: { [type: string]: number }
  page?: Page
  device?: 'phone' | 'tablet' | 'desktop'
  cart: { items: CartItem[]; value: number; currency?: string }
  flows: { [id: string]: FlowHistory }
  /** Names of the segments the visitor is in now: `true` for each. */
  segments: { [name: string]: boolean }
  /** What the guide's models predict, between 0 and 1. */
  scores: { [model: string]: number }
}

export type CartItem = ProductProperties & { quantity: number }

export interface FlowHistory {
  /** `shown` while it runs. */
  status: 'shown' | 'completed' | 'dismissed' | 'ended' | 'snoozed'
  /** The last step that was reached. */
  step?: string
  /** How often it was started and seen. */
  times: number
  /** Milliseconds since the epoch, of the latest start. */
  lastAt: number
  answers: { [step: string]: Json }
  /** When its offers were first shown, by code, else by step. */
  offers?: { [code: string]: number }
}

/** A session ends after so long without interaction, and after a day. */
export const sessionGap = 30 * 60_000
export const sessionCap = 24 * 60 * 60_000

/** All that is remembered about one visitor, as plain JSON: what the profile is published from. */
export interface Memory {
  visitor: Profile['visitor']
  firstSeen?: number
  lastSeen?: number
  /** How many sessions there were. */
  sessions: number
  session?: Session
  /** Sessions that ended, the newest last. */
  past: Session[]
  counts: Record<string, number>
  /** First and last time of each type. */
  times: Record<string, [first: number, last: number]>
  page?: Page
  cart: Profile['cart']
  flows: Record<string, FlowRecord>
  /** By experiment: what was assigned or seen first, which stands. */
  arms: Record<string, string>
  /** Latest starts of all flows, for the limits; the newest last. */
  starts: Start[]
  tabs: Record<string, Tab>
  /** The tab with the latest `Page Viewed`. */
  viewed?: string
  /** When a page was last brought back to sight: the idle clock starts anew there. */
  shownAt?: number
}

export interface Session {
  startedAt: number
  /** The last interaction. */
  lastAt: number
  pages: number
  /** Milliseconds of pages that were left already. */
  engaged: number
}

/** A page in a tab. */
export interface Tab {
  /** The `Page Viewed` it was entered with. */
  view: Activity
  visible: boolean
  /** The page has not been left. */
  open: boolean
  /** The page that the latest activity or session end left, and its engaged milliseconds. */
  left?: [view: Activity, engaged: number]
  /** Milliseconds that were visible before `since`. */
  engaged: number
  /** Visible since then; absent while hidden or left. */
  since?: number
  /** The latest activity in it. */
  lastAt: number
}

export interface FlowRecord extends FlowHistory {
  /** Latest starts, the newest last. */
  starts: number[]
  /** Whether a step of the latest run was seen. */
  seen: boolean
  /** When each step was last seen. */
  steps: Record<string, number>
  /** When it last came to each end, and at which step. */
  ends: Partial<Record<'completed' | 'dismissed' | 'ended', [at: number, step?: string]>>
  /** The latest start or end. */
  changedAt: number
  surface?: Surface
}

export interface Start {
  at: number
  flow: string
  session: number
  surface?: Surface
}

const sessionsKept = 200
const startsKept = 200
const tabsKept = 20
/** Types of activities, and flows; a page that makes up names without end is not followed further. */
const namesKept = 1000

export function createMemory(saved: Partial<Memory> | undefined, anonymousId: string): Memory {
  return {
    visitor: { anonymousId, traits: {} },
    sessions: 0,
    past: [],
    cart: { items: [], value: 0 },
    starts: [],
    ...saved,
    // Keyed by text from outside, so without a prototype.
    counts: bare(saved?.counts),
    times: bare(saved?.times),
    flows: bare(saved?.flows),
    arms: bare(saved?.arms),
    tabs: bare(saved?.tabs),
  }
}

/**
 * Folds an activity into the memory and names the facts that changed. Sessions are the engine's, as they also end
 * by time alone. A late activity (it lies before what was folded already) counts, but does not move the page.
 */
export function fold(memory: Memory, activity: Activity, late: boolean): string[] {
  const { type, at, visitor, page, tab: tabName = '', properties } = activity
  const facts = ['any']
  const known = memory.visitor
  if (!(memory.firstSeen! <= at)) {
    memory.firstSeen = at
    facts.push('seen')
  }
  memory.lastSeen = Math.max(memory.lastSeen ?? at, at)
  if (isKept(memory.counts, type)) {
    memory.counts[type] = (memory.counts[type] ?? 0) + 1
    memory.times[type] ??= [at, at]
    const times = memory.times[type]
    times[0] = Math.min(times[0], at)
    times[1] = Math.max(times[1], at)
  }

  if (visitor.traits || (visitor.id !== undefined && visitor.id !== known.id) || visitor.timezone || visitor.locale) {
    // What is known from later stays.
    for (const key of ['id', 'timezone', 'locale'] as const)
      if (visitor[key] !== undefined && !(late && known[key] !== undefined)) known[key] = visitor[key]
    if (visitor.traits)
      known.traits = late ? { ...visitor.traits, ...known.traits } : { ...known.traits, ...visitor.traits }
    facts.push('visitor')
  }
  if (!late) {
    const tab = memory.tabs[tabName]
    if (tab) tab.lastAt = at
    if (type === 'Page Viewed') {
      if (tab) leavePage(memory, tab, at)
      // Set anew, so that the first tab is the one to forget.
      delete memory.tabs[tabName]
      const left = tab?.left
      memory.tabs[tabName] = {
        view: activity,
        visible: true,
        open: true,
        ...(left && { left }),
        engaged: 0,
        since: at,
        lastAt: at,
      }
      const names = Object.keys(memory.tabs)
      if (names.length > tabsKept) delete memory.tabs[names[0]!]
      memory.viewed = tabName
      if (memory.session) memory.session.pages++
    } else if (type === 'Page Hidden' || type === 'Page Left') {
      if (tab) {
        pause(tab, at)
        tab.visible = false
        if (type === 'Page Left') leavePage(memory, tab, at)
      }
    } else if (type === 'Page Shown') {
      memory.shownAt = at
      if (tab) {
        tab.visible = tab.open = true
        tab.since ??= at
      }
    }
    const here = type === 'Page Viewed' ? { ...properties, ...page } : activity.interaction !== false ? page : undefined
    if (here?.path !== undefined && (type === 'Page Viewed' || here.path !== memory.page?.path)) {
      memory.page = { ...here } as Page
      facts.push('page')
    }
  }
  if (/^(Product|Cart|Order)/.test(type)) {
    foldCart(memory.cart, type, properties)
    facts.push('cart')
  }
  // A flow that was only held has no history yet.
  const { flow } = properties
  if (/^(Flow [^H]|Step |Action |Offer )/.test(type) && typeof flow === 'string' && isKept(memory.flows, flow)) {
    foldFlow(memory, flow, activity)
    facts.push(`flow:${flow}`)
  }
  return facts
}

/** Milliseconds that the page of a tab has been visible. */
export function engagedIn(tab: Tab, at: number): number {
  return tab.engaged + (tab.since === undefined ? 0 : Math.max(0, at - tab.since))
}

/** The page of a tab was left: its engaged time goes to the session. */
export function leavePage(memory: Memory, tab: Tab, at: number): void {
  pause(tab, at)
  if (memory.session) memory.session.engaged += tab.engaged
  if (tab.open) tab.left = [tab.view, tab.engaged]
  else delete tab.left
  tab.engaged = 0
  tab.open = false
}

/** The path of the page in a tab. */
export function pathOf({ page, properties }: Activity): string | undefined {
  return page?.path ?? (properties.path as string | undefined)
}

/** The latest `Page Viewed`. */
export function viewOf({ tabs, viewed }: Memory): Activity | undefined {
  return viewed === undefined ? undefined : tabs[viewed]?.view
}

/** When the idle clock started; undefined while every tab is hidden, and between sessions. */
export function idleSince({ session, tabs, shownAt = 0 }: Memory): number | undefined {
  if (!session) return undefined
  let hidden = false
  for (const name in tabs) {
    if (tabs[name]!.visible) return Math.max(session.lastAt, shownAt)
    hidden = true
  }
  return hidden ? undefined : Math.max(session.lastAt, shownAt)
}

/** A view of the memory as a profile; the flows have more to them, which `publish` leaves out. */
export function profileOf(
  memory: Memory,
  at: number,
  segments: Profile['segments'],
  scores: Profile['scores'],
): Profile {
  const { visitor, firstSeen, lastSeen, sessions, session, counts, page, cart } = memory
  return {
    visitor,
    ...(firstSeen !== undefined && { firstSeen, lastSeen }),
    sessions: { count: sessions, ...(session && { current: measure(memory, session, at) }) },
    counts,
    ...(page && { page }),
    ...(page?.device && { device: page.device }),
    cart,
    flows: memory.flows,
    segments,
    scores,
  }
}

/** A copy of the profile, to keep. */
export function publish(profile: Profile): Profile {
  const flows: Profile['flows'] = {}
  for (const [id, { status, step, times, lastAt, answers, offers }] of Object.entries(profile.flows))
    flows[id] = { status, ...(step && { step }), times, lastAt, answers, ...(offers && { offers }) }
  return JSON.parse(toJson({ ...profile, flows }))
}

/** A session in seconds; the current one counts the pages that are still open. */
export function measure(memory: Memory, session: Session, at: number) {
  const open =
    session === memory.session ? Object.values(memory.tabs).reduce((sum, tab) => sum + engagedIn(tab, at), 0) : 0
  return {
    startedAt: session.startedAt,
    seconds: (session.lastAt - session.startedAt) / 1000,
    pages: session.pages,
    engaged: (session.engaged + open) / 1000,
  }
}

/** Ends the session at its last interaction: pages are left with what was engaged until their last activity. */
export function endSession(memory: Memory): void {
  const { session } = memory
  if (!session) return
  for (const tab of Object.values(memory.tabs)) leavePage(memory, tab, Math.max(tab.lastAt, tab.since ?? 0))
  memory.past.push(session)
  if (memory.past.length > sessionsKept) memory.past.shift()
  delete memory.session
}

/** Starts a session; the pages that are in sight are entered anew, but the one that is left with that very activity. */
export function startSession(memory: Memory, { at, type, tab: leaving = '' }: Activity): void {
  memory.sessions++
  memory.session = { startedAt: at, lastAt: at, pages: 0, engaged: 0 }
  for (const [name, tab] of Object.entries(memory.tabs))
    if (tab.visible && !(type === 'Page Viewed' && name === leaving))
      Object.assign(tab, { engaged: 0, since: at, open: true })
}

function pause(tab: Tab, at: number): void {
  tab.engaged = engagedIn(tab, at)
  delete tab.since
}

function foldCart(cart: Profile['cart'], type: string, properties: Properties): void {
  const { product_id, products } = properties
  const quantity = typeof properties.quantity === 'number' ? properties.quantity : 1
  const at = cart.items.findIndex((item) => item.product_id === product_id)
  if (type === 'Order Completed') cart.items = []
  else if (type === 'Cart Viewed' && Array.isArray(products))
    cart.items = (products as unknown as CartItem[])
      .slice(0, 100)
      .map((product) => ({ ...product, quantity: product?.quantity ?? 1 }))
  else if (type === 'Product Added' && product_id) {
    if (at < 0) cart.items.push({ ...(properties as unknown as CartItem), quantity })
    else cart.items[at]!.quantity += quantity
    if (cart.items.length > 100) cart.items.shift()
  } else if (type === 'Product Removed' && at >= 0) {
    cart.items[at]!.quantity -= quantity
    if (cart.items[at]!.quantity < 1 || properties.quantity === undefined) cart.items.splice(at, 1)
  } else return
  cart.value = cart.items.reduce((sum, item) => sum + (Number(item.price) || 0) * item.quantity, 0)
  const currency = cart.items.find((item) => item.currency)?.currency
  if (currency) cart.currency = currency
}

function foldFlow(memory: Memory, id: string, { type, at, properties }: Activity): void {
  const step = typeof properties.step === 'string' ? properties.step : undefined
  memory.flows[id] ??= {
    status: 'ended',
    times: 0,
    lastAt: 0,
    answers: {},
    starts: [],
    seen: false,
    steps: {},
    ends: {},
    changedAt: 0,
  }
  const record = memory.flows[id]
  const end = /^Flow (Completed|Dismissed|Ended)$/.exec(type)?.[1]?.toLowerCase() as 'completed' | undefined
  const starts = type === 'Flow Started'
  // What lies before the latest start or end is history only.
  const current = at >= record.changedAt
  if (current && (starts || end)) record.changedAt = at
  if (starts) {
    const surface = properties.surface as Surface | undefined
    const start = { at, flow: id, session: memory.sessions, ...(surface && { surface }) }
    if (current) Object.assign(record, { status: 'shown', lastAt: at, seen: false, surface })
    record.times++
    insert(record.starts, at, (each) => each)
    insert(memory.starts, start, (each) => each.at)
  } else if (type === 'Flow Snoozed' && current) record.status = 'snoozed'
  else if (type === 'Flow Resumed' && record.status === 'snoozed') record.status = 'shown'
  else if (end) {
    record.ends[end] = [at, ...(record.step ? [record.step] : [])] as [number, string?]
    if (!current) return
    // What nobody saw is not counted, neither for its own frequency nor for the limits.
    if (!record.seen && record.starts.length && (record.status === 'shown' || record.status === 'snoozed')) {
      record.starts.pop()
      record.times--
      record.lastAt = record.starts.at(-1) ?? 0
      const place = memory.starts.findLastIndex(({ flow }) => flow === id)
      if (place >= 0) memory.starts.splice(place, 1)
    }
    record.status = end
  }
  if (step && /^(Step|Action|Offer) /.test(type)) {
    if (type === 'Step Viewed') {
      record.steps[step] = at
      if (current) record.seen = true
      if (record.status === 'snoozed') record.status = 'shown'
    }
    if (type === 'Step Answered') record.answers[step] = properties.answer ?? null
    if (type === 'Offer Shown') record.offers = { [offerName(properties, step)]: at, ...record.offers }
    record.step = step
  }
}

/** A new code is a new offer. */
export function offerName({ code }: { code?: unknown }, step: string): string {
  return typeof code === 'string' ? code : step
}

function isKept(record: object, name: string): boolean {
  return name in record || Object.keys(record).length < namesKept
}

/** Puts an item where it belongs by time, and forgets the oldest. */
function insert<T>(list: T[], item: T, at: (item: T) => number): void {
  let place = list.length
  while (place && at(list[place - 1]!) > at(item)) place--
  list.splice(place, 0, item)
  if (list.length > startsKept) list.shift()
}

function bare<T>(saved: Record<string, T> | undefined): Record<string, T> {
  return Object.assign(Object.create(null), saved)
}
