import {
  assign,
  createMachine,
  emit,
  type MetaObject,
  type ParameterizedObject,
  type ProvidedActor,
  type SnapshotFrom,
  type StateMachine,
  type StateSchema,
  type StateValue,
} from 'xstate'
import type { Activity, Json, Properties, Report } from './activity.ts'
import { compileCondition, matches } from './condition.ts'
import { parseDuration } from './duration.ts'
import {
  type Branch,
  type Condition,
  type Duration,
  type Flow,
  type FlowContext,
  type Match,
  type Step,
  surfaceOf,
} from './guide.ts'
import { toJson } from './to-json.ts'

/** What a machine of a flow remembers beside its place. Plain JSON. */
export interface FlowMemory extends FlowContext {
  version: number
  /** Answers by step id. */
  answers: { [step: string]: Json }
  /** Answers under way by step id. */
  drafts: { [step: string]: Json }
  /** Steps that were shown, in the order of the way here; the one shown now is the last. */
  visited: string[]
  /** When `TIME` changes something, in milliseconds since the epoch. */
  until?: number | undefined
  /** The step is shown without its target, which did not appear. */
  missing?: boolean | undefined
}

/** What a machine of a flow is told. Every event carries its time: milliseconds since the epoch. */
export type FlowEvent = { at: number } & (
  | { type: 'next' | 'back' | 'skip' | 'complete' }
  | { type: 'dismiss'; by: string }
  | { type: 'snooze'; for: Duration }
  /** `stay` keeps the answer without moving on; `written`: what of it is in the visitor's own words. */
  | { type: 'answer'; answer: Json; stay?: boolean; written?: boolean | string[] | undefined }
  | { type: 'draft'; answer: Json }
  | { type: 'go'; step: string }
  /** The host found the target and has the content; it lost the target; it knows that there will be none. */
  | { type: 'found' | 'lost' | 'missing' }
  /** The step cannot be drawn. */
  | { type: 'failed'; reason: string }
  | { type: 'end'; reason: string }
  /** It is now `at`: deadlines up to it have passed. */
  | { type: 'TIME' }
  /** Deadlines of the step move by so many milliseconds, in which nobody could see it. */
  | { type: 'rest'; for: number }
  | ActivityEvent
)

/** An activity, by its own type: it may move the flow on, branch it or cancel it. */
export interface ActivityEvent {
  type: `${string} ${string}`
  activity: Activity
}

/** What a machine of a flow tells: what happened in it, and what a `send` step wants to be sent. */
export type FlowEmitted = { type: 'activity'; activity: Report } | { type: 'send'; step: Step }

export interface FlowInput {
  at: number
  variant?: string | undefined
  /** Properties of the activity that started the flow. */
  trigger?: Properties
}

/** To XState: what `createActor` runs, and what its tools inspect. */
export type FlowMachine = StateMachine<
  FlowMemory,
  FlowEvent,
  Record<string, never>,
  ProvidedActor,
  ParameterizedObject,
  ParameterizedObject,
  string,
  StateValue,
  string,
  FlowInput,
  never,
  FlowEmitted,
  MetaObject,
  StateSchema
>
export type FlowSnapshot = SnapshotFrom<FlowMachine>

// biome-ignore lint/suspicious/noExplicitAny: which event it is, the place in the machine says
type Args = { context: FlowMemory; event: { type: string; [key: string]: any } }
type Guard = (args: Args) => boolean
type Move = { target?: string; guard?: Guard; actions?: unknown[] }
type On = { [event: string]: Move[] }

/**
 * The XState machine of a flow: one state per step, each `seeking` (target, content), then `shown`; `send` and `wait`
 * steps are states of their own kind. It alone knows the place in the flow. It is pure: what is drawn, sent or kept is
 * the host's affair, as is the clock; a deadline stands in `context.until` and is met by `{ type: 'TIME', at }`.
 *
 * @param applies Whether there is reason to show a step, `seen` once or not; where there is none, it is passed over.
 */
export function flowMachine(flow: Flow, applies: (step: Step, seen: boolean) => boolean = () => true): FlowMachine {
  const steps = flow.steps as Step[]

  const to = (state: string) => `#${flow.id}.${state}`
  const step = (id: string | undefined) => steps.find((step) => step.id === id)
  const tell = (type: string, properties: (args: Args) => Properties) =>
    emit(
      (args: Args): FlowEmitted => ({
        type: 'activity',
        activity: { type, properties: { flow: flow.id, ...properties(args) } },
      }),
    )
  const skipped = (id: string, reason?: string) =>
    tell('Step Skipped', ({ event }) => ({ step: id, reason: reason ?? event.reason }))
  const ended = (step?: string, reason?: string) =>
    tell('Flow Ended', ({ context, event }) => ({ reason: reason ?? event.reason, step: step ?? last(context) }))

  /** The last step leads to the end: completed if anything was shown or done, else just ended. */
  const onward = (index: number, actions: unknown[] = [], guard: Guard = always): Move[] =>
    steps[index + 1]
      ? [{ guard, actions, target: to(steps[index + 1]!.id) }]
      : [
          { guard: (args) => guard(args) && !!last(args.context), actions, target: to('completed') },
          {
            guard,
            actions: [
              ...actions,
              tell('Flow Ended', ({ event }) => ({
                reason: /^(TIME|missing)$/.test(event.type) ? 'missing' : (event.reason ?? 'empty'),
              })),
            ],
            target: to('ended'),
          },
        ]

  /** What holds in a step from its entry to its end, shown or not. */
  const during = (current: Step, index: number): On => {
    const { id, advance, branch = [] } = current
    const on: On = {
      back: [
        {
          guard: ({ context }) => !!before(context, id),
          actions: [assign(({ context }: Args) => ({ visited: cut(context, before(context, id)!) }))],
          target: to('going back'),
        },
      ],
      dismiss: [
        { actions: [tell('Flow Dismissed', ({ event }) => ({ step: id, by: event.by }))], target: to('dismissed') },
      ],
      failed: onward(index, [skipped(id)]),
      ...leaving(id),
    }
    for (const each of branch) if ('on' in each) hear(on, each.on, [{ target: to(each.to) }])
    if (advance) hear(on, advance, onward(index))
    return on
  }
  const leaving = (id?: string): On => {
    const on: On = { end: [{ actions: [ended(id)], target: to('ended') }] }
    for (const match of flow.cancelOn ?? [])
      hear(on, match, [{ actions: [ended(id, 'cancelled')], target: to('ended') }])
    return on
  }
  /** The step before this one on the way here that still applies and can be shown. */
  const before = ({ visited, answers }: FlowMemory, id: string) =>
    visited.findLast((each) => {
      const one = step(each)
      // Who has decided about an offer is not asked again.
      const decided = one?.type === 'offer' && each in answers
      return each !== id && !decided && isDrawn(one) && applies(one!, true)
    })

  const stepState = (current: Step, index: number) => {
    const { id, type, target, onMissing, timeout } = current
    const passOver = onward(index, [], ({ context }) => !applies(current, context.visited.includes(id)))
    const on = during(current, index)
    const visit = assign(({ context }: Args) => ({ visited: [...cut(context, id).filter((each) => each !== id), id] }))

    if (type === 'send') {
      const send = emit((): FlowEmitted => ({ type: 'send', step: current }))
      return { always: [...passOver, ...onward(index, [visit, send], always)] }
    }
    if (type === 'wait')
      return {
        entry: deadline((current as { for?: Duration }).for ?? (current.props?.for as Duration | undefined) ?? 0),
        always: passOver,
        on: { ...on, TIME: onward(index, [visit], due), rest: {} },
      }

    const reason = target ? 'missing' : 'content'
    const gone: Move[] =
      onMissing === 'end'
        ? [{ actions: [ended(id, reason)], target: to('ended') }]
        : onMissing === 'center' && target
          ? [{ actions: [assign({ missing: true })], target: 'shown' }]
          : onward(index, [skipped(id, reason)])
    const record = [
      assign(({ context: { answers, drafts }, event }: Args) => ({
        answers: { ...answers, [id]: event.answer },
        drafts: without(drafts, id),
      })),
      tell('Step Answered', ({ event: { answer, written } }) => ({
        step: id,
        answer,
        ...(written !== undefined && { written }),
      })),
    ]
    return {
      initial: 'seeking',
      on,
      states: {
        seeking: {
          entry: [assign({ missing: undefined }), deadline(current.wait ?? '5s')],
          always: passOver,
          on: { found: 'shown', missing: gone, TIME: gone.map((move) => ({ ...move, guard: both(due, move.guard) })) },
        },
        shown: {
          entry: [visit, timeout ? deadline(timeout) : assign({ until: undefined })],
          on: {
            next: onward(index),
            skip: onward(index, [skipped(id, 'visitor')]),
            complete: to('completed'),
            lost: 'seeking',
            TIME: timeout ? onward(index, [skipped(id, 'timeout')], due) : [],
            draft: {
              actions: assign(({ context, event }: Args) => ({ drafts: { ...context.drafts, [id]: event.answer } })),
            },
            answer: [
              { guard: ({ event }: Args) => event.stay, actions: record },
              ...(current.branch ?? [])
                .filter((branch) => 'answer' in branch)
                .map((branch) => ({
                  guard: ({ event }: Args) => answers(branch.answer, event.answer),
                  actions: record,
                  target: to(branch.to),
                })),
              ...onward(index, record),
            ],
            snooze: {
              actions: [
                assign(({ event }: Args) => ({ until: event.at + (parseDuration(event.for) || day) })),
                tell('Flow Snoozed', ({ context }) => ({ step: id, until: context.until })),
              ],
              target: to('snoozed'),
            },
          },
        },
      },
    }
  }

  const config = {
    id: flow.id,
    initial: steps[0]?.id ?? 'ended',
    context: ({ input }: { input: FlowInput }): FlowMemory => ({
      flow: flow.id,
      version: flow.version,
      ...(input.variant && { variant: input.variant }),
      trigger: input.trigger ?? {},
      answers: {},
      drafts: {},
      visited: [],
    }),
    entry: tell('Flow Started', ({ context: { variant } }) => ({
      ...(variant && { variant }),
      ...(steps[0] && { surface: surfaceOf(steps[0]) }),
    })),
    on: {
      go: steps.map(({ id }) => ({ guard: ({ event }: Args) => event.step === id, target: `.${id}` })),
      rest: { actions: assign(({ context: { until }, event }: Args) => ({ until: until && until + event.for })) },
    },
    states: {
      ...Object.fromEntries(steps.map((each, index) => [each.id, stepState(each, index)])),
      // A way station: the last of `visited` is where to. No id of a step has a space.
      'going back': {
        always: steps.map(({ id }) => ({ guard: ({ context }: Args) => last(context) === id, target: id })),
      },
      snoozed: {
        on: {
          ...leaving(),
          rest: {},
          dismiss: {
            actions: tell('Flow Dismissed', ({ context, event }) => ({ step: last(context), by: event.by })),
            target: 'dismissed',
          },
          TIME: { guard: due, target: 'going back' },
        },
      },
      completed: { type: 'final', entry: tell('Flow Completed', ({ context }) => ({ step: last(context) })) },
      dismissed: { type: 'final' },
      ended: { type: 'final' },
    },
  }
  return createMachine(config as never) as unknown as FlowMachine
}

/** The step a flow is at; for a snoozed one the step that it comes back to. */
export function stepOf({
  value,
  context,
}: {
  value: unknown
  context: Pick<FlowMemory, 'visited'>
}): string | undefined {
  return value === 'snoozed'
    ? context.visited.at(-1)
    : typeof value === 'string'
      ? value
      : Object.keys(value as object)[0]
}

export interface Resumed {
  /** `same`: goes on exactly where it was. `step`: a new version, at the same step. `restarted`: that step is gone, or `onLeave` says so. */
  resumed: 'same' | 'step' | 'restarted'
  /** For `createActor(machine, { snapshot })`. */
  snapshot: FlowSnapshot
  /** To be sent first: it meets the deadlines that passed meanwhile, or leads to the step. */
  event: FlowEvent
}

/**
 * Goes on with a flow from what `getPersistedSnapshot()` gave, also by an older version of the flow, as its `onLeave`
 * wants it. A snoozed flow was not left in the middle: it just waits. Undefined where `progress` is not a flow under way.
 */
export function resumeFlow(flow: Flow, machine: FlowMachine, progress: unknown, at: number): Resumed | undefined {
  const steps = flow.steps as Step[]
  const { value, context } = Object(progress) as { value?: unknown; context?: FlowMemory }
  if (!value || context?.flow !== flow.id || !Array.isArray(context.visited)) return
  const snoozed = value === 'snoozed'
  const place = stepOf({ value, context })!
  const leave = snoozed ? 'resume' : flow.onLeave
  const found = steps.find(({ id }) => id === place)
  const known = found && leave !== 'restart'
  const same = known && context.version === flow.version && (snoozed || isAt(found, value))
  const start = steps[0]!.id
  return {
    resumed: same ? 'same' : known ? 'step' : 'restarted',
    snapshot: machine.resolveState({
      // From `snoozed` the event leads to any step, with all that entering it means.
      value: same ? value : 'snoozed',
      context: {
        ...context,
        version: flow.version,
        trigger: Object(context.trigger),
        answers: known ? Object(context.answers) : {},
        drafts: known ? Object(context.drafts) : {},
        visited: known ? context.visited.filter((each) => steps.some(({ id }) => id === each)) : snoozed ? [start] : [],
      },
    } as never),
    event:
      leave === 'end'
        ? { type: 'end', reason: 'left', at }
        : same || snoozed
          ? { type: 'TIME', at }
          : { type: 'go', step: known ? place : start, at },
  }
}

/** Whether an answer is the one a branch is about: a range compares numbers, a condition answers to several questions, everything else is compared deeply. */
export function answers(wanted: Extract<Branch, { answer: unknown }>['answer'], answer: Json): boolean {
  if (Array.isArray(answer) && answer.some((each) => answers(wanted, each))) return true
  if (Object.keys(Object(wanted))[0]?.startsWith('$'))
    return typeof answer === 'number' && compileCondition({ answer: wanted })({ answer })
  // Of the answers to several questions: a condition on some of them.
  if (/"\$/.test(toJson(wanted))) return compileCondition(wanted as Condition)(answer)
  return equal(wanted as Json, answer)
}

const day = 864e5
const always: Guard = () => true
const due: Guard = ({ context, event }) => event.at >= (context.until ?? Infinity)
const both =
  (a: Guard, b: Guard = always): Guard =>
  (args) =>
    a(args) && b(args)
const last = ({ visited }: FlowMemory) => visited.at(-1)
const isDrawn = (step: Step | undefined) => step && step.type !== 'send' && step.type !== 'wait'

/** Whether a value is one that the state of a step can have. */
function isAt({ type, id }: Step, value: unknown): boolean {
  if (type === 'wait') return value === id
  return /^\{"[^"]+":"(seeking|shown)"\}$/.test(toJson(value)) && id in Object(value)
}

/** The way up to a step that was visited, itself included; all of it where it was not. */
function cut({ visited }: FlowMemory, id: string): string[] {
  return visited.slice(0, visited.indexOf(id) + 1 || undefined)
}

/** The first event of a machine carries its time in the input. */
function deadline(duration: Duration) {
  return assign(({ event }: Args) => ({ until: (event.at ?? event.input.at) + parseDuration(duration) }))
}

function hear(on: On, match: Match, moves: Move[]): void {
  const types = typeof match === 'string' ? match : match.on
  for (const type of [types].flat())
    on[type] = [
      ...(on[type] ?? []),
      ...moves.map((move) => ({
        ...move,
        guard: both(({ event }) => !!event.activity && matches(match, event.activity), move.guard),
      })),
    ]
}

function without<T>(record: { [key: string]: T }, key: string): { [key: string]: T } {
  const { [key]: _, ...rest } = record
  return rest
}

function equal(a: Json, b: Json): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return a === b
  const keys = Object.keys(a)
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === Object.keys(b).length &&
    keys.every(
      (key) => Object.hasOwn(b, key) && equal((a as Record<string, Json>)[key]!, (b as Record<string, Json>)[key]!),
    )
  )
}
