import { type Flow, type Match, type Step, surfaceOf } from '../core/guide.ts'

/** A state of a flow's machine, placed. Lengths are pixels. */
export interface StatechartNode {
  /** A step's id, or `completed`, `snoozed`, `dismissed`, `ended`. */
  id: string
  kind: 'step' | 'end'
  /** What it is, in a few words: type and surface. */
  about: string
  x: number
  y: number
  width: number
  height: number
}

/** A way from one state to another, placed. */
export interface StatechartEdge {
  from: string
  to: string
  label: string
  /** Of an SVG path. */
  path: string
  labelX: number
  labelY: number
}

export interface Statechart {
  nodes: StatechartNode[]
  edges: StatechartEdge[]
  /** What leads away from every step, and is not drawn. */
  everywhere: string[]
  width: number
  height: number
}

const nodeWidth = 190
const nodeHeight = 44
const gap = 38
const margin = 6
const laneWidth = 12
const stubHeight = 18
const letter = 6.1
const longest = 26

/**
 * The statechart of a flow: its steps from top to bottom, as its machine walks them, and the ways beside the straight
 * one in lanes. What every step has (dismiss, snooze, back, a cancel) is told once.
 */
export function statechartOf(flow: Flow): Statechart {
  const steps = Array.isArray(flow.steps) ? flow.steps : []
  const ids = [...steps.map(({ id }) => id), 'completed']
  const ways = steps.flatMap((step, index) => waysOf(step, index, steps))
  const ends = ['snoozed', 'dismissed', 'ended']
  const rowOf = (id: string) => (ids.includes(id) ? ids.indexOf(id) : ids.length)

  const straight = ways.filter(({ from, to }) => rowOf(to) === rowOf(from) + 1 && ids.includes(to))
  const beside = ways.filter((way) => !straight.includes(way) && way.from !== way.to)
  const forward = beside.filter(({ from, to }) => rowOf(to) > rowOf(from))
  const backward = beside.filter(({ from, to }) => rowOf(to) < rowOf(from))
  const laneOf = lanes(forward, rowOf)
  const backLaneOf = lanes(backward, rowOf)
  const lanesLeft = Math.max(0, ...backLaneOf.values()) + (backward.length ? 1 : 0)
  const widest = Math.max(0, ...forward.map(({ label }) => label.length * letter))
  const widestLeft = Math.max(0, ...backward.map(({ label }) => label.length * letter))
  const left = margin + (backward.length ? lanesLeft * laneWidth + widestLeft + 16 : 0)
  const laneStart = left + nodeWidth + widest + 16

  let y = margin
  const nodes: StatechartNode[] = ids.map((id, index) => {
    const step = steps[index]
    const stubs = Math.max(
      forward.filter(({ from }) => from === id).length,
      backward.filter(({ from }) => from === id).length,
    )
    const height = step ? Math.max(nodeHeight, stubs * stubHeight + 10) : 30
    const node: StatechartNode = {
      id,
      kind: step ? 'step' : 'end',
      about: step ? aboutOf(step) : '',
      x: left,
      y,
      width: nodeWidth,
      height,
    }
    y += height + gap
    return node
  })
  // As wide together as a step, each by the length of its word.
  const spare = (nodeWidth - 2 * 4 - ends.join('').length * letter) / ends.length
  let x = left
  for (const id of ends) {
    const width = id.length * letter + spare
    nodes.push({ id, kind: 'end', about: '', x, y: y - gap + 14, width, height: 26 })
    x += width + 4
  }
  const nodeOf = (id: string) => nodes.find((node) => node.id === id)!

  const edges: StatechartEdge[] = straight.map(({ from, to, label }) => {
    const [a, b] = [nodeOf(from), nodeOf(to)]
    const x = left + nodeWidth / 2
    return {
      from,
      to,
      label,
      path: `M${x} ${a.y + a.height}V${b.y}`,
      labelX: x + 8,
      labelY: a.y + a.height + gap / 2 + 4,
    }
  })
  const arrivals = new Map<string, number>()
  for (const [list, laneFor, side] of [
    [forward, laneOf, 1],
    [backward, backLaneOf, -1],
  ] as const) {
    const stubs = new Map<string, number>()
    for (const way of list) {
      const [a, b] = [nodeOf(way.from), nodeOf(way.to)]
      const stub = stubs.get(way.from) ?? 0
      stubs.set(way.from, stub + 1)
      const arrival = arrivals.get(way.to) ?? 0
      arrivals.set(way.to, arrival + 1)
      const startX = side > 0 ? a.x + a.width : a.x
      const startY = a.y + stubHeight + stub * stubHeight
      const endX = side > 0 ? b.x + b.width : b.x
      const endY = b.y + Math.min(b.height - 6, b.height / 2 + arrival * 5)
      const laneX =
        side > 0 ? laneStart + laneFor.get(way)! * laneWidth : left - widestLeft - 16 - laneFor.get(way)! * laneWidth
      const turn = (endY > startY ? 1 : -1) * 5
      const path = `M${startX} ${startY}H${laneX - side * 5}q${side * 5} 0 ${side * 5} ${turn}V${endY - turn}q0 ${turn} ${-side * 5} ${turn}H${endX}`
      const labelX = side > 0 ? startX + 7 : startX - 7 - way.label.length * letter
      edges.push({ from: way.from, to: way.to, label: way.label, path, labelX, labelY: startY - 4 })
    }
  }
  const lanesRight = forward.length ? Math.max(...laneOf.values()) + 1 : 0
  const room = Math.max(0, ...straight.map(({ label }) => left + nodeWidth / 2 + 12 + label.length * letter))
  return {
    nodes,
    edges,
    everywhere: everywhereOf(flow),
    width: Math.ceil(
      Math.max(left + nodeWidth, forward.length ? laneStart + lanesRight * laneWidth : 0, room) + margin,
    ),
    height: Math.ceil(y - gap + 14 + 26 + margin),
  }
}

interface Way {
  from: string
  to: string
  label: string
}

/** Where a step leads, as its machine has it. */
function waysOf(step: Step, index: number, steps: Step[]): Way[] {
  const { id, type, advance, branch = [], timeout, target, onMissing, when, props } = step
  const onward = steps[index + 1]?.id ?? 'completed'
  const on: string[] = []
  if (type === 'wait') on.push(`after ${(step as { for?: unknown }).for ?? props?.for ?? 'no time'}`)
  else if (type === 'send') on.push('sent')
  else on.push(type === 'survey' ? 'answer' : 'next')
  if (advance) on.push(nameOf(advance))
  if (timeout !== undefined) on.push(`after ${timeout}`)
  if (when !== undefined) on.push('where it does not apply')
  const ways: Way[] = [{ from: id, to: onward, label: on.join(' · ') }]
  const lead = (to: string, label: string) => {
    const known = ways.find((way) => way.to === to && way.from === id)
    if (known) known.label += ` · ${label}`
    else ways.push({ from: id, to, label })
  }
  for (const each of branch) lead(each.to, 'on' in each ? nameOf(each.on) : answerOf(each.answer))
  const actions = Array.isArray(props?.actions) ? (props.actions as { label?: unknown; to?: unknown }[]) : []
  for (const { to, label } of actions) {
    const known = to === 'complete' ? 'completed' : steps.find((each) => each.id === to)?.id
    if (known && known !== onward) lead(known, `“${label}”`)
  }
  if (onMissing === 'end') lead('ended', target ? 'no target' : 'no content')
  return ways.map((way) => ({ ...way, label: short(way.label) }))
}

/** Ways that overlap get lanes of their own; short ones lie inside. */
function lanes(ways: Way[], rowOf: (id: string) => number): Map<Way, number> {
  const lane = new Map<Way, number>()
  const reach = ({ from, to }: Way) => [Math.min(rowOf(from), rowOf(to)), Math.max(rowOf(from), rowOf(to))] as const
  const sorted = [...ways].sort((a, b) => reach(a)[1] - reach(a)[0] - (reach(b)[1] - reach(b)[0]))
  for (const way of sorted) {
    const [top, bottom] = reach(way)
    const taken = [...lane].flatMap(([other, at]) => {
      const [otherTop, otherBottom] = reach(other)
      return otherTop <= bottom && top <= otherBottom ? at : []
    })
    let free = 0
    while (taken.includes(free)) free++
    lane.set(way, free)
  }
  return lane
}

function everywhereOf({ cancelOn = [], onLeave }: Flow): string[] {
  return [
    'close or Escape: dismissed',
    'later: snoozed, then back to the step',
    ...cancelOn.map((match) => `${nameOf(match)}: ended`),
    ...(onLeave && onLeave !== 'resume' ? [`the page is left: ${onLeave === 'end' ? 'ended' : 'begins anew'}`] : []),
  ]
}

function aboutOf(step: Step): string {
  const where = typeof step.target === 'string' ? ` at ${step.target}` : step.target ? ` at ${step.target.css}` : ''
  return short(/^(send|wait)$/.test(step.type) ? step.type : `${step.type}, ${surfaceOf(step)}${where}`, 34)
}

function nameOf(match: Match): string {
  const on = typeof match === 'string' ? match : match.on
  return [on].flat().join(' or ')
}

function answerOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return `“${answer}”`
  const signs: { [name: string]: string } = { $gt: '>', $gte: '≥', $lt: '<', $lte: '≤', $eq: '=', $ne: '≠' }
  return Object.entries(answer)
    .map(([name, value]) => `${signs[name] ?? name} ${value}`)
    .join(' ')
}

function short(text: string, most = longest): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}
