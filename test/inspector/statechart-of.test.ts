import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Flow, Step } from '../../src/core/guide.ts'
import { flowMachine } from '../../src/core/machine.ts'
import { parseGuide } from '../../src/core/schema.ts'
import { statechartOf } from '../../src/inspector/statechart-of.ts'

const flows = ['harbor', 'pier'].flatMap(
  (name) => parseGuide(JSON.parse(readFileSync(`demo/guides/${name}.json`, 'utf8'))).flows,
)
const ring: Flow = {
  id: 'ring',
  version: 1,
  trigger: 'Page Viewed',
  cancelOn: ['Order Completed'],
  steps: [
    {
      id: 'ask',
      type: 'survey',
      branch: [
        { answer: { $gte: 9 }, to: 'thanks' },
        { on: 'Cart Viewed', to: 'cart' },
      ],
    },
    { id: 'cart', type: 'message', target: '.cart', onMissing: 'end', timeout: '10s' },
    { id: 'later', type: 'wait', for: '24h' } as Step,
    { id: 'thanks', type: 'message', branch: [{ on: 'Help Opened', to: 'ask' }] },
  ],
}

/** Where a machine can go from a step, by what only that step has. */
function waysOf(flow: Flow): Set<string> {
  const machine = flowMachine(flow)
  const steps = flow.steps as Step[]
  const common = /^(back|dismiss|end|failed|go|snooze|lost|found|draft|rest)$/
  const cancels = (flow.cancelOn ?? []).flatMap((match) => (typeof match === 'string' ? match : match.on))
  const found = new Set<string>()
  const walk = (node: any, from: string) => {
    for (const [event, moves] of node.transitions as Map<string, any[]>)
      if (!common.test(event) && !cancels.includes(event)) for (const { target } of moves) add(from, target)
    for (const { target } of node.always ?? []) add(from, target)
    for (const inner of Object.values(node.states ?? {})) walk(inner, from)
  }
  const add = (from: string, target: any[] | undefined) => {
    const to = target?.[0]?.path[0]
    if (to && to !== from) found.add(`${from} → ${to}`)
  }
  for (const { id } of steps) walk(machine.states[id], id)
  // When nothing at all was seen, the last step leads to the end without completion.
  const last = steps.at(-1)!
  if (last.onMissing !== 'end') found.delete(`${last.id} → ended`)
  return found
}

describe.each([...flows, ring].map((flow) => [flow.id, flow] as const))('the chart of %s', (_, flow) => {
  const { nodes, edges, width, height } = statechartOf(flow)

  test('shows the ways that its machine has', () => {
    const drawn = new Set(edges.map(({ from, to }) => `${from} → ${to}`))
    const actions = (flow.steps as Step[]).flatMap(({ id, props }) =>
      [props?.actions ?? []].flat().map(({ to }: any) => `${id} → ${to === 'complete' ? 'completed' : to}`),
    )
    const ways = waysOf(flow)
    expect([...ways].filter((way) => !drawn.has(way) && !way.endsWith('completed'))).toEqual([])
    expect([...drawn].filter((way) => !ways.has(way) && !actions.includes(way))).toEqual([])
  })

  test('has its states side by side, inside of the picture', () => {
    for (const [index, a] of nodes.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(0)
      expect(a.x + a.width).toBeLessThanOrEqual(width)
      expect(a.y + a.height).toBeLessThanOrEqual(height)
      for (const b of nodes.slice(index + 1)) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
        expect(apart, `${a.id} and ${b.id}`).toBe(true)
      }
    }
  })
})

test('labels say what leads there', () => {
  const labels = statechartOf(ring).edges.map(({ from, to, label }) => [from, to, label])
  expect(labels).toEqual(
    expect.arrayContaining([
      ['ask', 'thanks', '≥ 9'],
      ['ask', 'cart', 'answer · Cart Viewed'],
      ['cart', 'ended', 'no target'],
      ['cart', 'later', 'next · after 10s'],
      ['later', 'thanks', 'after 24h'],
      ['thanks', 'ask', 'Help Opened'],
    ]),
  )
  expect(statechartOf(ring).everywhere).toContain('Order Completed: ended')
})
