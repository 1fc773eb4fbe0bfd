import type { Consent } from '../agent/agreement.ts'
import { type LogLine, momentOf, readLogLine } from '../backtest/log-line.ts'
import type { Activity, Json, Properties, Report, Visitor } from '../core/activity.ts'
import { type Description, describe } from '../core/describe.ts'
import { parseDuration } from '../core/duration.ts'
import { slotsOf } from '../core/eligibility.ts'
import { createEngine, type Decision, type Outcome } from '../core/engine.ts'
import { armOf, hash } from '../core/experiment.ts'
import type { Explanation } from '../core/explanation.ts'
import type { Duration, Guide, Purpose } from '../core/guide.ts'
import type { Profile } from '../core/profile.ts'
import { parseGuide } from '../core/schema.ts'
import type { Action, FlowView } from '../core/view.ts'
import { claim, isSame } from './claim.ts'
import { createPlayer, type Player } from './player.ts'

/** A moment: ISO 8601 (without a zone it is UTC), or milliseconds since the epoch. */
export type Moment = string | number

/** What somebody does: a type, a type with properties, or a line of a log. */
export type Told =
  | string
  | readonly [type: string, properties?: Properties]
  | (Report & { tab?: string; at?: undefined })
  | Line

/** A line of a log; without a visitor it is about this one. */
type Line = Omit<LogLine, 'visitor'> & Partial<Pick<LogLine, 'visitor'>>

export interface SimulationOptions {
  /** Contents by reference, as of `inlineSource`; one that is missing has no props. */
  contents?: { [ref: string]: unknown }
  /** The arm of each experiment, by its id: a variant, or `holdout`. Default: whichever it is, but no holdout. */
  variants?: { [experiment: string]: string }
}

/**
 * A visitor, and what the guide does for them: the engine of the page decides, the machines of the flows run, and time
 * passes only when it is told to. Every verb answers the simulation itself, so that a test reads as a sentence; an
 * expectation that is not met throws an assertion error that says why.
 */
export interface Simulation {
  /** Says who the visitor is: an id and traits as in `identify`, or more of a visitor. Another id than before is another visitor. */
  as(visitor: string | Partial<Visitor>, traits?: Properties): Simulation
  /** The visitor goes to a page. */
  on(path: string): Simulation
  /**
   * What happens, one after the other. Lines of a log, and the text of one, such as the inspector copies, happen at their
   * time; what they tell of flows is done by those that run here. Without a time it happens now, as it is told.
   */
  activities(told: string | readonly Told[]): Simulation
  /** Nothing happens for so long. */
  advance(by: Duration): Simulation
  /** It becomes this moment. Before anything else: everything begins then. @default 2026-01-05T12:00Z, a Monday */
  at(moment: Moment): Simulation
  /** What the visitor agreed to, as far as it changed. Default: everything. */
  consent(purposes: Consent): Simulation
  /** The host starts a flow without its trigger. */
  start(flow: string): Simulation

  /** In the flow that was expected last, else the one that came up last: */
  next(): Simulation
  back(): Simulation
  skip(): Simulation
  /** @param by What was used. @default 'close' */
  dismiss(by?: string): Simulation
  /** @param duration @default '1d' */
  snooze(duration?: Duration): Simulation
  /** Answers the step on screen, whichever it is or the one that is named. */
  answer(value: Json): Simulation
  answer(step: string, value: Json): Simulation
  /** Presses one of the buttons that the step names in `actions`, by its label or id. */
  press(action: string): Simulation

  /** The flow is on screen. */
  expect(flow: string): Simulation
  /** It is not. */
  expectNot(flow: string): Simulation
  /** A step is on screen, perhaps with these props: templates are filled, and others may be there as well. */
  expectStep(step: string, props?: { [prop: string]: unknown }): Simulation

  /** What was decided so far. */
  readonly decisions: readonly Decision[]
  /** What happened so far, in order, Foothold's own activities included. */
  activitiesOf(type?: string): Activity[]
  readonly profile: Profile
  /** Why a flow shows or does not; `describe` says it in English. */
  explain(flow: string): Explanation
  /** The step on screen, as the one who draws it gets it. */
  readonly view: FlowView | undefined
  /** What time it is, in milliseconds since the epoch. */
  readonly now: number
}

/**
 * Tries a guide out in a test, in any test runner: deterministic, without a browser, in no time.
 *
 * @param guide A guide, which is checked as `foothold check` and the relay do.
 * @example
 * simulate(guide).as('u_1', { plan: 'trial' }).on('/pricing').advance('3m').expect('welcome')
 */
export function simulate(guide: unknown, { contents = {}, variants = {} }: SimulationOptions = {}): Simulation {
  const parsed = parseGuide(guide)
  let now = Date.UTC(2026, 0, 5, 12)
  let begun = false
  let serial = 0
  let agreed: Consent & { [purpose in Purpose]?: boolean } = { analytics: true, marketing: true }
  let who: Visitor = { anonymousId: anonymousIdFor(parsed, variants) }
  let path: string | undefined
  let focus: string | undefined
  const log: Activity[] = []
  const decisions: Decision[] = []
  const queue: (() => void)[] = []
  let busy = false
  let release: (() => void) | undefined
  let engine = createEngine(parsed, { live: true })
  engine.consent(agreed)
  let player = newPlayer()

  function newPlayer(): Player {
    return createPlayer({
      now: () => now,
      report: (report) => enter(() => take(activityOf(report))),
      flow: (id) => engine.flow(id),
      when: (flow, step) => engine.when(flow, step, now),
      held: (flow) =>
        engine
          .explain(flow, now)
          .gates.some(({ gate, verdict }) => verdict !== 'open' && /^(enabled|consent|blocked)$/.test(gate)),
      profile: () => engine.profile(now),
      translations: parsed.translations,
      locale: () => engine.profile(now).visitor.locale ?? 'en',
      contents,
      start: (flow) => enter(() => play(flow)),
      identify: (traits) => enter(() => identify({ traits })),
      onError(error) {
        throw error
      },
    })
  }

  // — the door

  /** In order, one at a time: what happens may lead to more. */
  function enter(run: () => void) {
    queue.push(run)
    if (busy) return
    busy = true
    try {
      for (let next = queue.shift(); next; next = queue.shift()) next()
    } finally {
      busy = false
      queue.length = 0
    }
  }

  function activityOf({ type, properties = {}, interaction, page, tab = 'tab' }: Report & { tab?: string }): Activity {
    if (type === 'Page Viewed') path = page?.path ?? (properties.path as string | undefined) ?? path
    const { id, anonymousId } = who
    serial++
    return {
      id: `activity-${serial}`,
      type,
      at: now,
      seq: serial,
      visitor: { ...(id !== undefined && { id }), anonymousId },
      tab,
      ...(path !== undefined && { page: { path, ...page } }),
      properties,
      ...(interaction === false && { interaction }),
    }
  }

  function take(activity: Activity) {
    begun = true
    const { type } = activity
    if (type !== 'Visitor Active') log.push(activity)
    if (type === 'Page Hidden') release ??= engine.block('hidden tab')
    if (type === 'Page Shown') {
      release?.()
      release = undefined
    }
    const outcome = engine.handle(activity)
    player.activity(activity)
    settle(outcome)
  }

  function identify(news: Partial<Visitor>) {
    const activity = activityOf({ type: 'Visitor Identified', interaction: false })
    take({ ...activity, visitor: { ...activity.visitor, ...news } })
  }

  function settle(outcome: Outcome) {
    for (const activity of outcome.activities) {
      log.push(activity)
      player.activity(activity)
    }
    decisions.push(...outcome.decisions)
    for (const decision of outcome.decisions) if (decision.verdict === 'start') player.play(decision)
  }

  /** Time passes, deadline by deadline. */
  function pass(to: number) {
    // What waits for something else than time may be due again and again.
    for (let turns = 0; turns < 100; turns++) {
      const due = Math.min(engine.due ?? Infinity, player.due() ?? Infinity)
      if (due > to) break
      if (due > now) turns = 0
      now = Math.max(now, due)
      enter(() => settle(engine.advanceTo(now)))
      player.tick()
    }
    now = Math.max(now, to)
    enter(() => settle(engine.advanceTo(now)))
  }

  function read(told: string | readonly Told[]): readonly Told[] {
    if (typeof told !== 'string') return told
    return told.split('\n').flatMap((line) => (line.trim() ? (JSON.parse(line) as LogLine) : []))
  }

  function tell(told: Told) {
    if (typeof told === 'string') enter(() => take(activityOf({ type: told })))
    else if (isTuple(told)) enter(() => take(activityOf({ type: told[0], properties: told[1] ?? {} })))
    else if (told.at !== undefined) replay(told)
    else enter(() => take(activityOf(told as Report)))
    pass(now)
  }

  /** A line of a log happens at its time, as it was recorded. */
  function replay(line: Line) {
    serial++
    const activity = { ...readLogLine({ ...line, visitor: line.visitor ?? who }, serial), seq: serial }
    const { type, at, visitor, properties, page } = activity
    if (!begun) [now, who] = [at, visitor]
    claim(
      visitor.anonymousId === who.anonymousId,
      `A line is about the visitor “${visitor.anonymousId}”, and this one is “${who.anonymousId}”. Give the lines of one visitor, and the log before anything else.`,
    )
    // Who returns was there since then, which the engine must hear before deadlines pass.
    const { since } = properties
    const until = type === 'Visitor Returned' && typeof since === 'number' ? Math.min(at, since) : at
    if (until > now) pass(until)
    now = Math.max(now, at)
    if (own.test(type)) return redo(type, properties)
    if (page) path = page.path
    const { traits: _, ...ids } = visitor
    who = { ...who, ...ids }
    enter(() => take(activity))
  }

  /** What Foothold reported of a flow is done again, where the flow runs here. */
  function redo(type: string, { flow, step, answer, by, until }: Properties) {
    const view = player.views().findLast((each) => each.flow.id === flow)
    if (!view) return
    const id = view.flow.id
    const here = step === view.step.id
    if (type === 'Step Viewed' && !here) player.send(id, { type: 'go', step: step as string })
    if (type === 'Step Answered' && here) player.send(id, { type: 'answer', answer: answer! })
    if (type === 'Step Skipped' && here) player.send(id, { type: 'skip' })
    if (type === 'Flow Dismissed') player.send(id, { type: 'dismiss', by: by as string })
    if (type === 'Flow Snoozed') player.send(id, { type: 'snooze', for: Number(until) - now })
    if (type === 'Flow Completed') player.send(id, { type: 'complete' })
  }

  // — flows

  function isAllowed(id: string): boolean {
    const flow = engine.flow(id)?.flow
    const purpose = flow?.purpose ?? 'functional'
    return (
      parsed.enabled !== false && !!flow && flow.enabled !== false && (purpose === 'functional' || !!agreed[purpose])
    )
  }

  /** An explicit start takes the slot. */
  function play(id: string) {
    const found = engine.flow(id)
    if (!found || !isAllowed(id) || player.playing().includes(id)) return
    const cause = activityOf({ type: 'Flow Requested' })
    const slots = slotsOf(found.flow)
    for (const other of player.playing()) {
      const flow = engine.flow(other)?.flow
      if (flow && slotsOf(flow).some((slot) => slots.includes(slot))) player.end(other, 'displaced')
    }
    player.play({ flow: id, ...(found.variant !== undefined && { variant: found.variant }), cause })
  }

  function focused(): FlowView | undefined {
    const views = player.views()
    return views.find(({ flow }) => flow.id === focus) ?? views.at(-1)
  }

  /** The visitor does something in a flow: that is interaction, too. */
  function inFlow(what: string, from: (...given: never[]) => unknown, run: (view: FlowView) => boolean): Simulation {
    const view = focused()
    claim(view, `There is no flow on screen in which to ${what}, ${clock(now)}.`, {}, from)
    enter(() => take(activityOf({ type: 'Visitor Active' })))
    const done = run(view)
    claim(done, `“${view.flow.id}” cannot ${what} at its step “${view.step.id}”.`, {}, from)
    pass(now)
    return simulation
  }
  const move = (type: 'next' | 'back' | 'skip') =>
    inFlow(`go ${ways[type]}`, simulation[type], ({ flow }) => player.send(flow.id, { type }))

  // — what is expected

  const shown = () => player.views().map(({ flow }) => flow.id)
  const said = (flow: string): Description => describe(engine.explain(flow, now), { timeZone: 'UTC' })
  const onScreen = () => {
    const views = player.views().map(({ flow, step }) => `step “${step.id}” of “${flow.id}”`)
    return `On screen, ${clock(now)}: ${views.join(', ') || 'nothing'}.`
  }
  const historyOf = (id: string) => {
    const { status, lastAt } = engine.profile(now).flows[id] ?? {}
    if (!lastAt || status === 'shown') return ''
    return `\nIt was started ${clock(lastAt)}, and is ${status}.`
  }

  const simulation: Simulation = {
    as(given, traits) {
      const visitor = typeof given === 'string' ? { id: given, ...(traits && { traits }) } : given
      const { id = who.id, anonymousId } = visitor
      if (begun && ((who.id !== undefined && id !== who.id) || (anonymousId ?? who.anonymousId) !== who.anonymousId)) {
        for (const flow of player.playing()) player.end(flow, 'lost')
        engine = createEngine(parsed, { live: true })
        engine.consent(agreed)
        player = newPlayer()
        who = { anonymousId: anonymousId ?? anonymousIdFor(parsed, variants, `${id}`) }
        release = undefined
      } else if (!begun && anonymousId !== undefined) who = { anonymousId }
      const { anonymousId: _, ...news } = visitor
      if (id !== undefined) who = { ...who, id }
      enter(() => identify(news))
      return simulation
    },
    on: (page) => simulation.activities([['Page Viewed', { path: page }]]),
    activities(told) {
      for (const each of read(told)) tell(each)
      return simulation
    },
    advance(by) {
      const ms = parseDuration(by)
      claim(ms >= 0, `"${by}" is no duration. Write "20s", "3m", "24h", "7d" or milliseconds.`, {}, simulation.advance)
      pass(now + ms)
      return simulation
    },
    at(moment) {
      const to = momentOf(moment)
      claim(
        !begun || to >= now,
        `It is ${new Date(now).toISOString()} already, which is after ${moment}.`,
        {},
        simulation.at,
      )
      if (begun) pass(to)
      else now = to
      return simulation
    },
    consent(purposes) {
      agreed = { ...agreed, ...purposes }
      engine.consent(agreed)
      for (const id of player.playing()) if (!isAllowed(id)) player.end(id, 'disabled')
      pass(now)
      return simulation
    },
    start(flow) {
      claim(engine.flow(flow), said(flow).summary, {}, simulation.start)
      begun = true
      enter(() => play(flow))
      pass(now)
      return simulation
    },

    next: () => move('next'),
    back: () => move('back'),
    skip: () => move('skip'),
    dismiss: (by = 'close') =>
      inFlow('dismiss', simulation.dismiss, ({ flow }) => player.send(flow.id, { type: 'dismiss', by })),
    snooze: (duration = '1d') =>
      inFlow('snooze', simulation.snooze, ({ flow }) => player.send(flow.id, { type: 'snooze', for: duration })),
    answer(...given: [step: string, value: Json] | [value: Json]) {
      const [answer, step] = given.length === 1 ? given : [given[1], given[0]]
      if (step !== undefined) simulation.expectStep(step)
      return inFlow('answer', simulation.answer, ({ flow }) => player.send(flow.id, { type: 'answer', answer }))
    },
    press: (name) =>
      inFlow(`press “${name}”`, simulation.press, (view) => {
        const actions = (view.props.actions ?? []) as unknown as Action[]
        const action = actions.find(({ id, label }) => id === name || label === name)
        if (action) view.act(action)
        return !!action
      }),

    expect(flow) {
      const { summary, trigger, gates } = said(flow)
      const closed = gates.filter((gate) => !gate.startsWith('Open'))
      const why = [...trigger, ...closed].map((each) => `\n  ${each}`).join('')
      const there = player.views().some((view) => view.flow.id === flow)
      const known = engine.flow(flow) ? '' : `\nThe guide has: ${parsed.flows.map(({ id }) => id).join(', ')}.`
      claim(
        there,
        `“${flow}” is not on screen. ${summary}${historyOf(flow)}${why}${known}\n${onScreen()}`,
        { actual: shown(), expected: [flow] },
        simulation.expect,
      )
      focus = flow
      return simulation
    },
    expectNot(flow) {
      const there = player.views().find((view) => view.flow.id === flow)
      const decision = decisions.findLast((each) => each.flow === flow && each.verdict === 'start')
      const by = decision
        ? `${decision.cause.type} ${JSON.stringify(decision.cause.properties)} fired it ${clock(decision.at)}, and every gate was open`
        : 'it was started without its trigger'
      const facts = said(flow).trigger.map((each) => `\n  ${each}`)
      claim(
        !there,
        `“${flow}” is on screen, at its step “${there?.step.id}”: ${by}.${facts.join('')}`,
        {},
        simulation.expectNot,
      )
      return simulation
    },
    expectStep(step, props = {}) {
      const view = player.views().findLast((each) => each.step.id === step)
      claim(
        view,
        `Step “${step}” is not on screen. ${onScreen()}`,
        { actual: player.views().map((each) => each.step.id), expected: [step] },
        simulation.expectStep,
      )
      const actual = Object.fromEntries(Object.keys(props).map((key) => [key, view.props[key]]))
      claim(
        isSame(actual, props),
        `Step “${step}” is on screen with other props: ${JSON.stringify(actual)}, expected ${JSON.stringify(props)}.`,
        { actual, expected: props },
        simulation.expectStep,
      )
      focus = view.flow.id
      return simulation
    },

    decisions,
    activitiesOf: (type) => log.filter((activity) => type === undefined || activity.type === type),
    get profile() {
      return engine.profile(now)
    },
    explain: (flow) => engine.explain(flow, now),
    get view() {
      return focused()
    },
    get now() {
      return now
    },
  }
  return simulation
}

/** What Foothold reports about flows by itself, in a log. */
const own =
  /^(Flow (Started|Completed|Dismissed|Ended|Snoozed|Resumed|Held)|Step (Viewed|Answered|Skipped)|Offer Shown|Session Started|Experiment Viewed|Goal Reached)$/

const ways = { next: 'on', back: 'back', skip: 'past the step' }

function isTuple(told: Told): told is readonly [string, Properties?] {
  return Array.isArray(told)
}

/** `at 2026-01-05T12:03:00Z`. */
function clock(at: number): string {
  return `at ${new Date(at).toISOString().replace('.000Z', 'Z')}`
}

/** A visitor who is in these arms, and in no holdout unless asked for. */
function anonymousIdFor(
  { flows, holdout }: Guide,
  variants: { [experiment: string]: string },
  name = 'visitor',
): string {
  const experiments = flows.flatMap(({ experiment }) => experiment ?? [])
  for (const id of Object.keys(variants))
    claim(
      experiments.some((each) => each.id === id),
      `The guide has no experiment "${id}".`,
    )
  let free: string | undefined
  for (let turn = 1; turn <= 20_000; turn++) {
    const anonymousId = turn === 1 ? name : `${name}-${turn}`
    const arms = experiments.map((each) => [each.id, armOf(each, anonymousId)] as const)
    if (arms.some(([id, arm]) => variants[id] !== undefined && variants[id] !== arm)) continue
    free ??= anonymousId
    const held = !!holdout && hash(holdout.salt, anonymousId) < holdout.share
    if (!held && arms.every(([id, arm]) => variants[id] !== undefined || arm !== 'holdout')) return anonymousId
  }
  claim(free, `Nobody is in ${JSON.stringify(variants)}: there is no such variant, or it has no weight.`)
  return free
}
