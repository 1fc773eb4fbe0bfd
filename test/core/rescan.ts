import type { Activity, Properties } from '../../src/core/activity.ts'
import { compareActivities } from '../../src/core/activity.ts'

/** What a trigger of the re-scan did. */
export interface Fired {
  flow: number
  at: number
  /** The id of the activity that it fired for. */
  cause: string
}

/** Triggers, and what they may read. */
export interface Language {
  triggers: any[]
  segments: Record<string, any>
  models: Record<string, { intercept: number; features: Record<string, { weight: number; of: any }> }>
}

/**
 * The whole trigger language, read from its text and as slowly as it likes. Whenever something happens, and whenever
 * time alone could change something, it reads the whole story from the beginning again; nothing but the story is kept.
 *
 * @param log In order of arrival.
 * @param until How far time goes after it.
 */
export function rescan({ triggers, segments, models }: Language, log: Activity[], until: number): Fired[] {
  let story: Line[] = []
  const add = (line: Line) => {
    story = [...story, line]
  }
  const fired: Fired[] = []
  const features = Object.values(models).flatMap((model) => Object.values(model.features).map(({ of }) => of))
  const all = [...triggers, ...Object.values(segments), ...features]
  const spans = [...new Set(all.flatMap(spansIn)), gap, cap]
  const ranges = all.flatMap(dwellsIn)
  let now = 0
  let before: Moment = { at: 0, story: [], told: undefined, seen: 0, segments, models, first: true }

  const look = (told?: Told) => {
    const moment: Moment = {
      at: now,
      story,
      told,
      seen: before.story.length,
      segments,
      models,
      first: false,
    }
    triggers.forEach((trigger, flow) => {
      if (truth(trigger, moment) !== true) return
      const cause = edge(trigger, before, moment)
      if (cause === undefined && truth(trigger, before, true) === true) return
      fired.push({ flow, at: now, cause: cause ?? told?.activity.id ?? pageId(moment) })
    })
    before = moment
  }
  /** Every moment up to one at which time alone may change something: some span after something that happened. */
  const pass = (to: number) => {
    for (;;) {
      const ends = sessionOf(story)?.ends
      const moments = story.flatMap((line) => [...spans, 0].map((span) => line.at + span))
      const dwells = visitsOf(story).flatMap((visit) =>
        visit.over === undefined && visit.spans.some(([, end]) => end === undefined)
          ? ranges.map((bound) => now + bound - engaged(visit, now))
          : [],
      )
      const next = Math.min(
        ...[...moments, ...dwells].flatMap((at) => [at, at + 1]).filter((at) => at > now),
        ends ?? Infinity,
      )
      if (next > to) break
      now = Math.max(now, next)
      if (ends! <= now) add({ ends: true, at: now })
      look()
    }
    now = Math.max(now, to)
  }
  const tell = (activity: Activity, late: boolean) => {
    const { tab = '' } = activity
    const told: Told = {
      activity,
      at: activity.at,
      late,
      tab,
      path: activity.page?.path,
      session: sessionOf(story)?.number,
    }
    add(told)
    told.path ??= pageOf(story, tab)?.path
    look(told)
  }

  const ids = new Set<string>()
  for (const activity of log) {
    const { type, at, properties, visitor } = activity
    const transient = type === 'Visitor Active'
    if (!transient && ids.has(activity.id)) continue
    ids.add(activity.id)
    // It counts as interaction at `since`, before deadlines up to its own time.
    if (type === 'Visitor Returned' && sessionOf(story) && (properties.since as number) <= at) {
      add({ touch: true, at: properties.since as number })
      look()
    }
    pass(at)
    const latest = story.findLast((line): line is Told => isOwn(line) && !(line as Told).late)
    const late = at < now || (!transient && !!latest && compareActivities(activity, latest.activity) < 0)
    const known = visitorOf(story).id
    if (!late && sessionOf(story) && known !== undefined && visitor.id !== undefined && visitor.id !== known)
      add({ ends: true, at: now })
    if (activity.interaction !== false) {
      if (!sessionOf(story) && !late && !transient) {
        add({ starts: activity, at })
        const { id: _, ...rest } = activity
        tell(
          {
            ...rest,
            id: `session-${at}`,
            type: 'Session Started',
            properties: {},
            visitor: { anonymousId: visitor.anonymousId },
            interaction: false,
          },
          false,
        )
      }
      if (sessionOf(story)) add({ touch: true, at })
    }
    if (transient) look()
    else tell(activity, late)
  }
  pass(until)
  return fired
}

const gap = 30 * 60_000
const cap = 24 * 60 * 60_000

/** One line of the story: an activity, or what moves sessions. */
type Line = Told | { touch: true; at: number } | { starts: Activity; at: number } | { ends: true; at: number }

interface Told {
  activity: Activity
  at: number
  /** It came after later ones. */
  late: boolean
  tab: string
  /** Its own, else its tab's latest. */
  path: string | undefined
  /** The session it fell into. */
  session: number | undefined
}

interface Moment {
  at: number
  story: Line[]
  /** The activity that has just come; absent where it is time alone. */
  told: Told | undefined
  /** How many lines of the story were there at the moment before. */
  seen: number
  segments: Language['segments']
  models: Language['models']
  /** Before anything was evaluated. */
  first: boolean
}

type Truth = boolean | undefined

/** @param over The moment is over, so that no pulse is true. */
function truth(part: any, moment: Moment, over = false): Truth {
  const inner = (each: any) => truth(each, moment, over)
  if (part.all) return three(part.all.map(inner), false)
  if (part.any) return three(part.any.map(inner), true)
  if (part.not) {
    const value = inner(part.not)
    return value === undefined ? undefined : !value
  }
  // What reads the profile is not true before the first evaluation.
  if (moment.first && (part.since || part.active || part.status || part.profile || part.segment)) return undefined
  if (isPulse(part)) return !over && pulses(part, moment) !== undefined
  const values = [...truths(part, moment).values()].filter((value) => value !== undefined)
  return values.length ? values.includes(true) : isAggregate(part) ? undefined : false
}

function three(values: Truth[], decisive: boolean): Truth {
  return values.includes(decisive) ? decisive : values.includes(undefined) ? undefined : !decisive
}

/** What the first leaf outside every `not` that is true and has an edge fired for; `''` stands for the moment itself. */
function edge(part: any, before: Moment, now: Moment): string | undefined {
  if (part.not) return undefined
  const parts: any[] | undefined = part.all ?? part.any
  if (parts) return parts.reduce((found: string | undefined, each) => found ?? edge(each, before, now), undefined)
  const here = now.told?.activity.id ?? pageId(now)
  if (isPulse(part)) return pulses(part, now)
  if (truth(part, now) !== true) return undefined
  const [was, is] = [before.first && readsProfile(part) ? new Map() : truths(part, before), truths(part, now)]
  // The clear by the activity that has just come is a state of its own.
  const cleared = now.told && isTally(part) ? truths(part, now, now.told) : was
  // A tab that was not known before had nothing on it.
  const of = (values: Map<string, Truth>, key: string) =>
    part.within === 'page' && !part.per && !values.has(key) ? holds(part, []) : values.get(key)
  const keys = [...is.keys()].filter((key) => is.get(key) && !(of(was, key) && of(cleared, key)))
  if (!keys[0] && keys[0] !== '') return undefined
  if (part.absent) return armed(part, now).findLast(([key]) => keys.includes(key))![1].activity.id
  if (part.idle) return pageId(now)
  if (Array.isArray(part.dwell)) return lasting(part, now)!.view.activity.id
  return here
}

function readsProfile(part: any): boolean {
  return part.since || part.active || part.status || part.profile || part.segment
}
function isAggregate(part: any): boolean {
  return part.sum || part.avg || part.min || part.max || part.ratio || part.since || part.profile || part.segment
}
function isTally(part: any): boolean {
  return part.count || part.sum || part.avg || part.min || part.max || part.ratio
}
function isPulse(part: any): boolean {
  return (
    typeof part === 'string' || part.on || part.sequence || (part.dwell && !('$gt' in part.is || '$gte' in part.is))
  )
}

/** The id of the activity for which a pulse is true. */
function pulses(part: any, moment: Moment): string | undefined {
  const { story, told, seen } = moment
  if (part.dwell) {
    if (!Array.isArray(part.dwell)) {
      const seenLong = sectionsOf(part, story)
      const run = seenLong.slice(-(part.streak ?? 1))
      return told && seenLong.at(-1)?.told === told && run.length === (part.streak ?? 1) && run.every(({ fit }) => fit)
        ? told.activity.id
        : undefined
    }
    const left = leftOf(part, story)
    return left.findLast(
      ({ over }, index) =>
        over!.line >= seen &&
        index + 1 >= (part.streak ?? 1) &&
        left.slice(index + 1 - (part.streak ?? 1), index + 1).every((visit) => fits(visit.over!.engaged, part.is)),
    )?.view.activity.id
  }
  if (!told) return undefined
  if (typeof part === 'string' || part.on) return hits(part, told) ? told.activity.id : undefined
  const keys = part.same ? valuesOf(part.same, told) : ['']
  return keys.some((key) => completions(part, key, story, told.tab).at(-1) === told) ? told.activity.id : undefined
}

/** For which values a state is true. @param uncounted This activity may clear, but does not count. */
function truths(part: any, moment: Moment, uncounted?: Told): Map<string, Truth> {
  const { at, story } = moment
  const one = (value: Truth) => new Map([['', value]])
  if (isTally(part)) return tallied(part, moment, uncounted)
  if (part.absent) return new Map(armed(part, moment).map(([key, by]) => [key, at >= by.at + part.for]))
  if (part.idle) {
    const since = idleSince(story)
    return one(since !== undefined && at - since >= part.idle)
  }
  if (part.dwell) {
    const streak = part.streak ?? 1
    if (!Array.isArray(part.dwell)) {
      const all = sectionsOf(part, story)
      const lasting = all.filter(
        ({ told, fit }, index) =>
          fit &&
          index + 1 >= streak &&
          all.slice(index + 1 - streak, index + 1).every((each) => each.fit) &&
          !story
            .slice(story.indexOf(told) + 1)
            .some(
              (line) =>
                'ends' in line ||
                'starts' in line ||
                (isTold(line) &&
                  !line.late &&
                  line.tab === told.tab &&
                  /^Page (Viewed|Left)$/.test(line.activity.type)),
            ),
      )
      return one(lasting.length > 0)
    }
    return one(lasting(part, moment) !== undefined)
  }
  if (part.since) {
    const wanted = part.since.first ?? part.since.last
    const matching = story.filter((line): line is Told => isTold(line) && (wanted === 'seen' || hits(wanted, line)))
    const moments = matching.map((each) => each.at)
    const from = part.since.first
      ? Math.min(...moments)
      : wanted === 'seen'
        ? (sessionsOf(story).findLast(({ over }) => over)?.lastAt ?? Infinity)
        : Math.max(...moments)
    return one(Math.abs(from) === Infinity ? undefined : fits(at - from, part.is))
  }
  if (part.active) {
    const sessions = sessionsOf(story).filter(
      (session) =>
        (part.within === 'session' ? !session.over : session.startedAt > at - lengthOf(part.within)) &&
        (!part.where ||
          condition(part.where, { seconds: (session.lastAt - session.startedAt) / 1000, pages: session.pages })),
    )
    const days = sessions.flatMap(({ startedAt, lastAt }) =>
      [startedAt, lastAt].map((day) => new Date(day).toISOString().slice(0, 10)),
    )
    return one(fits(part.active === 'days' ? new Set(days).size : sessions.length, part.is))
  }
  if (part.status) return one(statusOf(part, story, at))
  if (part.profile) return one(known(part.profile, profileOf(moment)))
  return one(truth(moment.segments[part.segment], moment))
}

/* ---- counting ---- */

function tallied(part: any, { at, story }: Moment, uncounted: Told | undefined): Map<string, Truth> {
  const told = story.filter(isTold)
  const byPage = part.within === 'page'
  const session = sessionOf(story)
  const wanted = part.count ?? part.sum ?? part.avg ?? part.min ?? part.max
  const counts = (each: Told) => {
    const { [part.of]: number, [part.distinct]: value } = each.activity.properties
    if (part.ratio) return hits(part.ratio, each) || hits(part.of, each)
    return hits(wanted, each) && (part.count ? !part.distinct || value != null : typeof number === 'number')
  }
  const inWindow = (each: Told) => {
    if (byPage) {
      const view = pageOf(story, each.tab)?.view
      return !view || each === view || isAfter(each, view, told)
    }
    if (part.within === 'session')
      return !!session && (each.late ? each.at >= session.startedAt : each.session === session.number)
    return each.at > at - lengthOf(part.within)
  }
  const cleared = (each: Told, key: string) =>
    part.unless !== undefined &&
    told.some(
      (other) =>
        other !== each &&
        hits(part.unless, other) &&
        clears(part.per, key, other) &&
        (!byPage || other.tab === each.tab) &&
        isAfter(other, each, told),
    )
  const tabs = byPage
    ? [
        ...new Set(
          told
            .filter(
              (each) =>
                isView(each) || (part.unless && hits(part.unless, each)) || (each !== uncounted && counts(each)),
            )
            .map(({ tab }) => tab),
        ),
        // Until a page is viewed there is one page without a tab, with nothing on it.
        ...(told.some((each) => isView(each)) ? [] : ['none']),
      ]
    : ['']
  const keys = part.per ? [...new Set(told.flatMap((each) => valuesOf(part.per, each)))] : ['']
  return new Map(
    tabs.flatMap((tab) =>
      keys.map((key): [string, Truth] => {
        const counted = told.filter(
          (each) =>
            each !== uncounted &&
            counts(each) &&
            (!byPage || each.tab === tab) &&
            (!part.per || valuesOf(part.per, each).includes(key)) &&
            inWindow(each) &&
            !cleared(each, key),
        )
        return [`${tab}\n${key}`, part.per && !counted.length ? undefined : holds(part, counted)]
      }),
    ),
  )
}

function holds(part: any, counted: Told[]): Truth {
  const values = counted.map(({ activity }) => activity.properties[part.of]).filter((each) => typeof each === 'number')
  const number = part.count
    ? part.distinct
      ? new Set(counted.map(({ activity }) => activity.properties[part.distinct]).filter((each) => each != null)).size
      : counted.length
    : part.ratio
      ? counted.filter((each) => hits(part.ratio, each)).length / counted.filter((each) => hits(part.of, each)).length
      : !values.length
        ? NaN
        : part.min
          ? Math.min(...values)
          : part.max
            ? Math.max(...values)
            : values.reduce((a, b) => a + b, 0) / (part.avg ? values.length : 1)
  return Number.isNaN(number) || number === Infinity ? undefined : fits(number, part.is)
}

/**
 * Whether one stands after another. They arrive in their order, but for those that come late. What was counted is
 * remembered to the millisecond, so that in the same one a late clear clears all, and clears what comes late.
 */
function isAfter(one: Told, other: Told, told: Told[]): boolean {
  return one.late || other.late ? one.at >= other.at : told.indexOf(one) > told.indexOf(other)
}

/* ---- sequences and absences ---- */

/** What armed each value, in the order of arming. */
function armed({ absent, after, same }: any, { story }: Moment): [key: string, by: Told][] {
  const told = story.filter(isTold)
  const arming = told.filter((each) => !each.late && hits(after, each))
  const keys = same ? [...new Set(arming.flatMap((each) => valuesOf(same, each)))] : ['']
  return keys
    .flatMap((key): [string, Told][] => {
      const by = arming.findLast((each) => !same || valuesOf(same, each).includes(key))
      return by ? [[key, by]] : []
    })
    .filter(
      ([key, by]) =>
        !told.some(
          (each) =>
            each !== by &&
            hits(absent, each) &&
            clears(same, key, each) &&
            (each.late ? compareActivities(each.activity, by.activity) > 0 : isAfter(each, by, told)),
        ),
    )
    .sort(([, a], [, b]) => told.indexOf(a) - told.indexOf(b))
}

/** Where matches of a sequence end, for one value in one tab; the next one begins after that. */
function completions({ sequence, within, unless, same }: any, key: string, story: Line[], tab: string): Told[] {
  const steps = sequence.map((step: any) => ({ match: step.next ?? step, strict: !!step.next }))
  const named: string[] = steps.flatMap(({ match }: any) => match.on ?? match)
  const told = story.filter(isTold)
  const concerning = told.filter(
    (each) => !each.late && (within !== 'page' || each.tab === tab) && (!same || valuesOf(same, each).includes(key)),
  )
  const isIn = (each: Told, first: Told) => {
    if (within === 'session') return each.session !== undefined && each.session === first.session
    if (within === 'page')
      return !told.some(
        (view) =>
          isView(view) &&
          view.tab === tab &&
          told.indexOf(view) > told.indexOf(first) &&
          told.indexOf(view) <= told.indexOf(each),
      )
    return each.at - first.at < lengthOf(within)
  }
  /** Something breaks in between what came up to then. */
  const isBroken = (each: Told, first: Told) =>
    unless !== undefined &&
    told
      .slice(0, told.indexOf(each) + 1)
      .some(
        (other) =>
          other !== first &&
          hits(unless, other) &&
          clears(same, key, other) &&
          (within !== 'page' || other.tab === tab) &&
          isAfter(other, first, told),
      )
  /** Whether the steps from one on can be found, the last one at `end`. */
  const find = (step: number, first: Told | undefined, from: number, end: number): boolean => {
    if (step === steps.length) return from === end + 1
    for (let index = from; index <= end; index++) {
      const each = concerning[index]!
      const begin = first ?? each
      if (
        hits(steps[step].match, each) &&
        isIn(each, begin) &&
        !isBroken(each, begin) &&
        find(step + 1, begin, index + 1, end)
      )
        return true
      if (step && steps[step].strict && named.includes(each.activity.type)) return false
    }
    return false
  }
  const found: Told[] = []
  let begin = 0
  for (let end = 0; end < concerning.length; end++)
    if (find(0, undefined, begin, end)) {
      found.push(concerning[end]!)
      begin = end + 1
    }
  return found
}

/* ---- sessions, pages, visibility ---- */

/** Reads a story once. */
function once<T>(read: (story: Line[]) => T): (story: Line[]) => T {
  const known = new WeakMap<Line[], T>()
  return (story) => {
    if (!known.has(story)) known.set(story, read(story))
    return known.get(story)!
  }
}

interface Session {
  number: number
  startedAt: number
  lastAt: number
  pages: number
  over: boolean
  ends: number
}

const sessionsOf = once((story: Line[]): Session[] => {
  const sessions: Session[] = []
  for (const line of story) {
    const session = sessions.at(-1)
    if ('starts' in line)
      sessions.push({ number: sessions.length, startedAt: line.at, lastAt: line.at, pages: 0, over: false, ends: 0 })
    else if (!session || session.over) continue
    else if ('ends' in line) session.over = true
    else if ('touch' in line) session.lastAt = Math.max(session.lastAt, line.at)
    else if (isView(line)) session.pages++
  }
  for (const session of sessions) session.ends = Math.min(session.lastAt + gap, session.startedAt + cap)
  return sessions
})

function sessionOf(story: Line[]): Session | undefined {
  const session = sessionsOf(story).at(-1)
  return session?.over ? undefined : session
}

/** A visit to a page: in which tab, since which `Page Viewed`, and when it was in sight. */
interface Visit {
  tab: string
  view: Told
  spans: [from: number, to?: number][]
  /** It was left: at which line of the story, after how long in sight. */
  over?: { line: number; engaged: number }
}

/** All visits, in the order in which they began. */
const visitsOf = once((story: Line[]): Visit[] => {
  const visits: Visit[] = []
  const tabs = new Map<string, { view: Told; visible: boolean; lastAt: number; visit: Visit | undefined }>()
  story.forEach((line, index) => {
    const hide = (visit: Visit | undefined, at: number) => {
      const span = visit?.spans.at(-1)
      if (span && span[1] === undefined) span[1] = Math.max(at, span[0])
    }
    const leave = (tab: string, at: number) => {
      const { visit } = tabs.get(tab) ?? {}
      if (!visit) return
      hide(visit, at)
      visit.over = { line: index, engaged: engaged(visit, at) }
      tabs.get(tab)!.visit = undefined
    }
    const enter = (tab: string, at: number) => {
      const visit: Visit = { tab, view: tabs.get(tab)!.view, spans: [[at]] }
      tabs.get(tab)!.visit = visit
      visits.push(visit)
    }
    if ('ends' in line) for (const [tab, { lastAt }] of tabs) leave(tab, lastAt)
    else if ('starts' in line) {
      const { type, tab: own = '' } = line.starts
      for (const [tab, { visible, visit }] of tabs)
        if (visible && !(type === 'Page Viewed' && own === tab)) {
          // It was not in the session before.
          if (visit) visits.splice(visits.indexOf(visit), 1)
          enter(tab, line.at)
        }
    } else if (isTold(line) && !line.late) {
      const { tab, at, activity } = line
      const known = tabs.get(tab)
      if (known) known.lastAt = at
      if (activity.type === 'Page Viewed') {
        leave(tab, at)
        tabs.delete(tab)
        tabs.set(tab, { view: line, visible: true, lastAt: at, visit: undefined })
        enter(tab, at)
      } else if (known && /^Page (Hidden|Left)$/.test(activity.type)) {
        hide(known.visit, at)
        known.visible = false
        if (activity.type === 'Page Left') leave(tab, at)
      } else if (known && activity.type === 'Page Shown') {
        known.visible = true
        if (!known.visit) enter(tab, at)
        else if (known.visit.spans.at(-1)![1] !== undefined) known.visit.spans.push([at])
      }
    }
  })
  return visits
})

function engaged({ spans }: Visit, at: number): number {
  return spans.reduce((sum, [from, to = at]) => sum + to - from, 0)
}

function there({ dwell }: any, { view }: Visit): boolean {
  return isOn(dwell, view.path)
}

/** Visits to such pages that were left, in the order in which they were. */
function leftOf(part: any, story: Line[]): Visit[] {
  return visitsOf(story)
    .filter((visit) => visit.over && there(part, visit))
    .sort((a, b) => a.over!.line - b.over!.line || story.indexOf(a.view) - story.indexOf(b.view))
}

/** A visit that goes on and is long enough. */
function lasting(part: any, { story, at }: Moment): Visit | undefined {
  const before = (part.streak ?? 1) - 1
  const left = leftOf(part, story).slice(before ? -before : Infinity)
  const ready = left.length === before && left.every((visit) => fits(visit.over!.engaged, part.is))
  return visitsOf(story).find(
    (visit) => ready && !visit.over && there(part, visit) && fits(engaged(visit, at), part.is),
  )
}

/** Each time the section was told of, and whether long enough. */
function sectionsOf({ dwell, is }: any, story: Line[]) {
  return story
    .filter(
      (line): line is Told =>
        isTold(line) &&
        !line.late &&
        /^Section (Viewed|Skipped)$/.test(line.activity.type) &&
        line.activity.properties.section === dwell.section,
    )
    .map((told) => ({ told, fit: fits((told.activity.properties.seconds as number) * 1000, is) }))
}

function idleSince(story: Line[]): number | undefined {
  const session = sessionOf(story)
  const shown = story.filter((line): line is Told => isTold(line) && !line.late && line.activity.type === 'Page Shown')
  const visible = new Map<string, boolean>()
  for (const line of story) {
    if (!isTold(line) || line.late) continue
    const { type } = line.activity
    if (type === 'Page Viewed' || (type === 'Page Shown' && visible.has(line.tab))) visible.set(line.tab, true)
    else if (/^Page (Hidden|Left)$/.test(type) && visible.has(line.tab)) visible.set(line.tab, false)
  }
  if (!session || (visible.size && ![...visible.values()].includes(true))) return undefined
  return Math.max(session.lastAt, ...shown.map(({ at }) => at))
}

/* ---- what is known ---- */

function visitorOf(story: Line[]): { id?: string; traits: Properties } {
  let known: { id?: string; traits: Properties } = { traits: {} }
  for (const line of story) {
    if (!isTold(line)) continue
    const { id, traits = {} } = line.activity.visitor
    const told = { ...(id !== undefined && { id }) }
    // What comes late does not change what is known since.
    known = line.late
      ? { ...told, ...known, traits: { ...traits, ...known.traits } }
      : { ...known, ...told, traits: { ...known.traits, ...traits } }
  }
  return known
}

function profileOf(moment: Moment): unknown {
  const { story, segments, models } = moment
  const told = story.filter(isTold)
  const counts: { [type: string]: number } = {}
  for (const { activity } of told) counts[activity.type] = (counts[activity.type] ?? 0) + 1
  const page = told.findLast(
    ({ late, activity }) =>
      !late && (activity.type === 'Page Viewed' || (activity.interaction !== false && activity.page)),
  )
  const profile: any = {
    visitor: visitorOf(story),
    counts,
    sessions: { count: sessionsOf(story).length },
    ...(page && { page: { path: page.path } }),
    segments: Object.defineProperties(
      {},
      Object.fromEntries(
        // Each is read only where it is asked for.
        Object.entries(segments).map(([name, each]) => [name, { get: () => truth(each, moment) || undefined }]),
      ),
    ),
    get scores() {
      return Object.fromEntries(
        Object.entries(models).map(([name, { intercept, features }]) => {
          const parts = Object.values(features).map(
            ({ weight, of }) =>
              weight * Number((typeof of === 'string' ? at(profile, of) : truth(of, moment) === true) ?? 0),
          )
          return [name, 1 / (1 + Math.exp(-parts.reduce((sum, part) => sum + part, intercept)))]
        }),
      )
    },
  }
  return profile
}

function at(value: any, path: string): any {
  return path.split('.').reduce((inner: any, name) => inner?.[name], value)
}

/** A condition on the profile: a missing path is unknown, but can be asked for. */
function known(wanted: any, profile: any): Truth {
  return three(
    Object.entries<any>(wanted).map(([path, one]) => {
      if (path === '$or')
        return three(
          one.map((each: any) => known(each, profile)),
          true,
        )
      if (path === '$and')
        return three(
          one.map((each: any) => known(each, profile)),
          false,
        )
      if (path === '$not') {
        const value = known(one, profile)
        return value === undefined ? undefined : !value
      }
      const value = at(profile, path)
      if (one?.$exists !== undefined) return (value !== undefined) === one.$exists
      return value === undefined ? undefined : typeof one === 'object' ? fits(value, one) : value === one
    }),
    false,
  )
}

/** The history of another flow, told in order and run by run. */
function statusOf({ status, is, step, within = Infinity }: any, story: Line[], at: number): Truth {
  interface Run {
    from: number
    steps: [step: string, at: number][]
    end?: { how: string; at: number }
  }
  const runs: Run[] = []
  for (const line of story) {
    if (!isTold(line) || line.activity.properties.flow !== status) continue
    const { type, properties } = line.activity
    const [, how] = /^Flow (Completed|Dismissed|Ended)$/.exec(type) ?? []
    const run = runs.at(-1)
    if (type === 'Flow Started') runs.push({ from: line.at, steps: [] })
    else if (type === 'Step Viewed') run!.steps.push([properties.step as string, line.at])
    else if (how) run!.end = { how: how.toLowerCase(), at: line.at }
  }
  // A flow that ended before anything was seen is not counted.
  const counted = runs.filter(({ steps, end }) => steps.length || !end)
  const recent = (moment: number | undefined) => moment !== undefined && moment <= at && moment > at - within
  if (is === 'never') return !counted.length
  if (is === 'shown')
    return recent(
      step ? counted.flatMap(({ steps }) => steps).findLast(([name]) => name === step)?.[1] : counted.at(-1)?.from,
    )
  if (is !== 'dropped') {
    const run = runs.findLast(({ end }) => end?.how === is)
    return (!step || run?.steps.at(-1)?.[0] === step) && recent(run?.end?.at)
  }
  const run = runs.at(-1)
  // A step that was seen stays so when the flow starts again.
  const last = runs.flatMap(({ steps }) => steps).at(-1)
  if (!last || (step && last[0] !== step) || run!.end?.how === 'completed') return false
  return recent(run!.end?.at ?? last[1] + gap)
}

/* ---- words ---- */

function isTold(line: Line): line is Told {
  return 'activity' in line
}

/** What was told by others; what is derived does not move the order of activities. */
function isOwn(line: Line): boolean {
  return isTold(line) && line.activity.type !== 'Session Started'
}

function isView(line: Line): line is Told {
  return isTold(line) && !line.late && line.activity.type === 'Page Viewed'
}

function pageOf(story: Line[], tab: string): { view: Told; path: string | undefined } | undefined {
  const view = story.findLast((line): line is Told => isView(line) && line.tab === tab)
  return view && { view, path: view.activity.page?.path }
}

/** The page stands for what time alone made true. */
function pageId({ story }: Moment): string {
  return story.findLast((line): line is Told => isView(line))?.activity.id ?? 'page'
}

/** An activity without any value clears all of them. */
function clears(by: string | undefined, key: string, told: Told): boolean {
  return !by || !valuesOf(by, told).length || valuesOf(by, told).includes(key)
}

function valuesOf(path: string, { activity: { properties } }: Told): string[] {
  if (properties[path] !== undefined) return [`${properties[path]}`]
  return ((properties.products ?? []) as any[]).map((product) => `${product[path]}`)
}

function hits(match: any, { activity: { type, properties }, path }: Told): boolean {
  if (typeof match === 'string') return match === type
  const { on, where, pages } = match
  return (
    (Array.isArray(on) ? on.includes(type) : on === type) &&
    (!where || condition(where, properties)) &&
    (!pages || isOn(pages, path))
  )
}

/** Path patterns: whole paths, or all below one. */
function isOn(pages: string[], path: string | undefined): boolean {
  const hit = (page: string) => (page.endsWith('/*') ? path!.startsWith(page.slice(0, -1)) : path === page)
  const [without, within] = [true, false].map((excluding) => pages.filter((page) => page.startsWith('!') === excluding))
  return (
    path !== undefined &&
    !without!.some((page) => hit(page.slice(1))) &&
    (!within!.length || within!.some((page) => hit(page)))
  )
}

function condition(where: any, properties: any): boolean {
  return Object.entries<any>(where).every(([name, one]) =>
    typeof one === 'object'
      ? properties[name] !== undefined && fits(properties[name], one)
      : Number(properties[name]) === one,
  )
}

function fits(value: number, range: { [name: string]: number }): boolean {
  return Object.entries(range).every(([name, bound]) => {
    if (name === '$eq') return value === bound
    if (name === '$ne') return value !== bound
    if (name === '$gt') return value > bound
    if (name === '$gte') return value >= bound
    return name === '$lt' ? value < bound : value <= bound
  })
}

function lengthOf(within: unknown): number {
  return typeof within === 'number' ? within : Infinity
}

/** All lengths of time that stand in an expression. */
function spansIn(part: any): number[] {
  const parts: any[] = part.all ?? part.any ?? (part.not ? [part.not] : [])
  const own = [part.within, part.for, part.idle, ...(part.since ? Object.values(part.is) : [])]
  return [
    ...parts.flatMap(spansIn),
    ...own.filter((each) => typeof each === 'number'),
    // It was dropped half an hour after, for so long.
    ...(part.is === 'dropped' && part.within ? [gap + part.within] : []),
  ]
}

function dwellsIn(part: any): number[] {
  const parts: any[] = part.all ?? part.any ?? (part.not ? [part.not] : [])
  return [...parts.flatMap(dwellsIn), ...(part.dwell ? Object.values<number>(part.is) : [])]
}
