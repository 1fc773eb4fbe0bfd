import { describe, expect, test } from 'vitest'
import type { Expression, Flow, Guide } from '../../src/core/guide.ts'
import { activity, flow, guide, type Moment, moment, type Row, replay, start } from './replay.ts'
import cases from './triggers.cases.json'

interface Case {
  name: string
  trigger: Expression
  flow?: Partial<Flow>
  guide?: Partial<Guide>
  /** In the order in which they arrive. */
  activities: Row[]
  /** How far time goes after the last one. */
  until?: Moment
  /** When it fires, and by an activity of which type. */
  firings: [at: Moment, causeType?: string, causeProperties?: object][]
  /** What the trigger's value is after all that arrived up to a time; null is unknown. */
  values?: [at: Moment, value: boolean | null][]
}

for (const [operator, list] of Object.entries(cases as unknown as { [operator: string]: Case[] }))
  describe(operator, () => {
    test.each(list.map((each) => [each.name, each] as const))('%s', (_, each) => {
      const run = replay(guide([flow(each.trigger, each.flow)], each.guide))
      const probes = [...(each.values ?? [])]
      const found: [Moment, boolean | null][] = []
      const probe = (before: number) => {
        while (probes[0] && moment(probes[0][0]) < before) {
          const [at] = probes.shift()!
          run.advance(at)
          found.push([at, run.engine.explain('flow', moment(at)).trigger.value ?? null])
        }
      }
      for (const row of each.activities) {
        probe(moment(row[0]))
        run.handle(activity(row))
      }
      probe(Infinity)
      if (each.until !== undefined) run.advance(each.until)
      expect(
        run.starts.map(({ at, cause }, index) => [
          at - start,
          ...[cause.type, cause.properties].slice(0, (each.firings[index]?.length ?? 2) - 1),
        ]),
      ).toEqual(each.firings.map(([at, ...cause]) => [moment(at) - start, ...cause]))
      expect(found).toEqual(each.values ?? [])
    })
  })
