import type { AnyMachineSnapshot } from 'xstate'
import { getAdjacencyMap } from 'xstate/graph'
import type { Activity, Json } from '../../core/activity.ts'
import { patchFlow } from '../../core/experiment.ts'
import type { Flow, Guide, Match, Step } from '../../core/guide.ts'
import { type FlowEvent, type FlowMachine, flowMachine, stepOf } from '../../core/machine.ts'
import type { Action } from '../../core/view.ts'
import { type Finding, finding } from './finding.ts'
import { answersOf } from './steps.ts'

/** What a walk through all states of a flow saw. */
export interface Walk {
  /** Steps that were entered. */
  reached: Set<string>
  /** States from which no way leads to an end. */
  endless: string[]
  /** Steps of rings that only `dismiss` leads out of. */
  rings: string[]
  /** States in sight in which `dismiss` does not end the flow. */
  undismissable: string[]
}

/** Later than any deadline. */
const later = 1e15
const most = 20_000

/** Walks the machine of each flow, in each variant, with all that a visitor can do. */
export function checkWalks(guide: Guide): Finding[] {
  return guide.flows.flatMap((original, index) =>
    [undefined, ...(original.experiment?.variants ?? [])].flatMap((variant, arm) => {
      if (variant && !variant.patch?.steps) return []
      const flow = patchFlow(original, variant?.id)
      if (!Array.isArray(flow.steps)) return []
      const steps = flow.steps
      const path = (id: string) =>
        variant
          ? `flows[${index}].experiment.variants[${arm - 1}].patch.steps`
          : `flows[${index}].steps[${steps.findIndex((step) => step.id === id)}]`
      const where = variant ? ` in variant "${variant.id}"` : ''
      // Steps with a condition are there, and passed over.
      const walks = (steps.some(({ when }) => when !== undefined) ? [true, false] : [true]).map((applies) =>
        walkMachine(
          flowMachine(anyActivity(flow), (step) => applies || step.when === undefined),
          flow,
        ),
      )
      const reached = new Set(walks.flatMap(({ reached }) => [...reached]))
      const all = (name: 'endless' | 'rings' | 'undismissable') => [...new Set(walks.flatMap((walk) => walk[name]))]
      return [
        ...steps
          .filter(({ id }) => !reached.has(id))
          .map(({ id }) =>
            finding(
              'unreachable-step',
              path(id),
              `No answer, action or activity leads to step "${id}" of flow "${flow.id}"${where}`,
              `Lead to it with "to": "${id}" in an action or a branch, or take it out`,
            ),
          ),
        ...all('endless').map((id) =>
          finding(
            'cannot-end',
            path(id),
            `From step "${id}" of flow "${flow.id}"${where} no way leads to an end`,
            'Give it a way on',
          ),
        ),
        ...all('rings')
          .slice(0, 1)
          .map((id) =>
            finding(
              'only-dismissed',
              path(id),
              `From step "${id}" of flow "${flow.id}"${where} the ways lead round in a ring, which visitors can only close: it is never completed`,
              'Lead out of it with "to": "complete" in an action',
            ),
          ),
        ...all('undismissable').map((id) =>
          finding(
            'cannot-dismiss',
            path(id),
            `Step "${id}" of flow "${flow.id}"${where} cannot be dismissed`,
            'Report this: every step should be dismissable',
          ),
        ),
      ]
    }),
  )
}

/** Sees all states that a visitor can come to, whose targets are all there. */
export function walkMachine(machine: FlowMachine, { steps, runs }: Flow): Walk {
  const byId = new Map((steps as Step[]).map((step) => [step.id, step]))
  const at = (event: object) => ({ ...event, at: 0 }) as FlowEvent
  const stepIn = (snapshot: AnyMachineSnapshot) => byId.get(stepOf(snapshot as never) ?? '')
  const events = (snapshot: AnyMachineSnapshot): FlowEvent[] => {
    const step = stepIn(snapshot)
    if (snapshot.status !== 'active') return []
    const own =
      snapshot.value === 'snoozed' || !step
        ? []
        : step.type === 'wait'
          ? []
          : JSON.stringify(snapshot.value).includes('seeking')
            ? [at({ type: 'found' })]
            : doings(step)
    return [
      ...own,
      ...activitiesOf(machine).map((type) =>
        at({
          type,
          activity: { id: type, type, at: 0, seq: 0, visitor: { anonymousId: '' }, properties: {} } satisfies Activity,
        }),
      ),
      // Nobody sees what runs on the relay, nor closes it.
      ...(runs === 'relay' ? [] : [at({ type: 'dismiss', by: 'close' })]),
      // What is drawn but has no time-out waits for the visitor.
      ...(snapshot.value === 'snoozed' || step?.type === 'wait' || step?.timeout
        ? [{ type: 'TIME', at: later } as FlowEvent]
        : []),
    ]
  }
  const map = getAdjacencyMap(
    machine as never,
    {
      events: events as never,
      input: { at: 0 } as never,
      limit: most,
      serializeState: (snapshot: AnyMachineSnapshot) => JSON.stringify(snapshot.value),
      // Two answers are two events.
      serializeEvent: (event: object) => JSON.stringify(event),
    } as never,
  ) as unknown as {
    [key: string]: {
      state: AnyMachineSnapshot
      transitions: { [event: string]: { event: FlowEvent; state: AnyMachineSnapshot } }
    }
  }

  const reached = new Set<string>()
  const before = new Map<string, Set<string>>()
  /** The same without `dismiss`, and what it leads on from. */
  const onwardBefore = new Map<string, Set<string>>()
  const moving = new Set<string>()
  const ends = new Set<string>()
  const undismissable = new Set<string>()
  const keyOf = ({ value }: AnyMachineSnapshot) => JSON.stringify(value)
  const see = (snapshot: AnyMachineSnapshot) => {
    for (const id of [...((snapshot.context as { visited: string[] }).visited ?? []), stepOf(snapshot as never)])
      if (id !== undefined && byId.has(id)) reached.add(id)
    if (snapshot.status === 'done') ends.add(keyOf(snapshot))
  }
  for (const { state, transitions } of Object.values(map)) {
    see(state)
    for (const { event, state: next } of Object.values(transitions)) {
      see(next)
      const key = keyOf(next)
      before.set(key, (before.get(key) ?? new Set()).add(keyOf(state)))
      if (event.type !== 'dismiss' && key !== keyOf(state)) {
        moving.add(keyOf(state))
        onwardBefore.set(key, (onwardBefore.get(key) ?? new Set()).add(keyOf(state)))
      }
      if (event.type === 'dismiss' && next.value !== 'dismissed')
        undismissable.add(stepIn(state)?.id ?? String(state.value))
    }
  }
  const states = Object.values(map)
  const ending = backwards(ends, before)
  // Whoever has come to where nothing leads on has seen all there is.
  const resting = states.map(({ state }) => keyOf(state)).filter((key) => !moving.has(key))
  const leaving = backwards([...ends, ...resting], onwardBefore)
  const stepsIn = (those: typeof states) => [
    ...new Set(those.map(({ state }) => stepIn(state)?.id ?? String(state.value))),
  ]
  return {
    reached,
    endless: stepsIn(states.filter(({ state }) => !ending.has(keyOf(state)))),
    rings: stepsIn(states.filter(({ state }) => ending.has(keyOf(state)) && !leaving.has(keyOf(state)))),
    undismissable: [...undismissable],
  }
}

/** All from which one of these can be come to. */
function backwards(ends: Iterable<string>, before: Map<string, Set<string>>): Set<string> {
  const all = new Set(ends)
  for (const key of all) for (const from of before.get(key) ?? []) all.add(from)
  return all
}

/** What a visitor can do in a step that is shown. */
function doings(step: Step): FlowEvent[] {
  const { type, props = {}, branch = [] } = step
  const event = (each: object) => ({ ...each, at: 0 }) as FlowEvent
  const wanted = branch.flatMap((each) => ('answer' in each ? [sampleOf(each.answer as Json)] : []))
  const answer = (value: Json) => event({ type: 'answer', answer: value })
  const back = event({ type: 'back' })
  if (type === 'survey') {
    const { multiple, required } = props as { multiple?: boolean; required?: boolean }
    const listed = answersOf(props) ?? ['some words', ...wanted]
    const answers = multiple ? [...listed.map((value) => [value]), listed] : listed
    return [...answers.map(answer), ...(required ? [] : [event({ type: 'skip' })]), back]
  }
  if (/^(message|offer)$/.test(type) && Array.isArray(props.actions))
    return (props.actions as unknown as Action[]).flatMap(actionEvents)
  const next = event({ type: 'next' })
  return /^(message|offer)$/.test(type)
    ? [next, back]
    : [next, back, event({ type: 'skip' }), ...['some words', ...wanted].map(answer)]
}

/** What `view.act` does with an action. */
function actionEvents({ answer, start, url, report, to: said, for: snooze = '1d' }: Action): FlowEvent[] {
  const to = said ?? (answer === undefined && !start && !url && !report ? 'next' : undefined)
  const events: object[] = []
  if (answer !== undefined && !to) events.push({ type: 'answer', answer })
  if (to === 'snooze') events.push({ type: to, for: snooze })
  else if (to === 'dismiss') events.push({ type: to, by: 'action' })
  else if (/^(next|back|skip|complete)$/.test(to ?? '')) events.push({ type: to })
  else if (to) events.push({ type: 'go', step: to })
  return events.map((each) => ({ ...each, at: 0 }) as FlowEvent)
}

/** An answer that a branch is about: for a range some number in it, for several questions an answer to each that is named. */
function sampleOf(wanted: Json): Json {
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) return wanted
  const [[operator = '', bound = null] = []] = Object.entries(wanted)
  if (!operator.startsWith('$'))
    return Object.fromEntries(Object.entries(wanted).map(([key, one]) => [key, sampleOf(one)]))
  if (typeof bound !== 'number') return bound
  return operator === '$gt' ? bound + 1 : /^\$(lt|ne)$/.test(operator) ? bound - 1 : bound
}

/** The flow with matches that any activity of their types meets. */
function anyActivity(flow: Flow): Flow {
  const bare = (match: Match) => (typeof match === 'string' ? match : { on: match.on })
  return {
    ...flow,
    ...(flow.cancelOn && { cancelOn: flow.cancelOn.map(bare) }),
    steps: (flow.steps as Step[]).map((step) => ({
      ...step,
      ...(step.advance && { advance: bare(step.advance) }),
      ...(step.branch && { branch: step.branch.map((each) => ('on' in each ? { ...each, on: bare(each.on) } : each)) }),
    })),
  }
}

function activitiesOf(machine: FlowMachine): string[] {
  const own = /^(next|back|skip|complete|dismiss|snooze|answer|draft|go|found|lost|missing|failed|end|TIME|rest)$/
  return machine.events.filter((type) => !own.test(type))
}
