import { GrowthBook } from '@growthbook/growthbook'
import { InMemoryProvider, OpenFeature } from '@openfeature/web-sdk'
import { createInstance, createStaticProjectConfigManager } from '@optimizely/optimizely-sdk'
import { afterEach, describe, expect, test } from 'vitest'
import type { Assignment } from '../../src/assignments/assignment.ts'
import { growthbookAssignment } from '../../src/assignments/growthbook.ts'
import { openFeatureAssignment } from '../../src/assignments/open-feature.ts'
import { optimizelyAssignment } from '../../src/assignments/optimizely.ts'
import { armOf } from '../../src/core/experiment.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { closeTabs, guideOf, openTab, settled, until } from '../foothold/tab.ts'

const page = globalThis as any

afterEach(() => {
  closeTabs()
  delete page.optimizely
})

const variants = ['one', 'two', 'three'].map((id) => ({ id, weight: 1 }))
const experiment = { id: 'x1', variants }
const guide = guideOf({ id: 'sale', trigger: 'Sale Opened', experiment }, { id: 'more', trigger: 'Never', experiment })

/** What a visitor is told of the experiment, and shown. */
function visit(assignment: Assignment | undefined, more = {}) {
  const tab = openTab({ guide, ...(assignment && { assignment }), ...more })
  const of = (type: string) => tab.activities.filter((activity) => activity.type === type)
  return {
    ...tab,
    assigned: () => of('Experiment Assigned').map(({ properties }) => properties.variant),
    viewed: () => of('Experiment Viewed').map(({ properties }) => properties.variant),
    started: () => of('Flow Started').map(({ properties }) => properties.variant),
  }
}

/** A variant that the visitor's hash does not give: what is shown then comes from elsewhere. */
function otherThanHashed({ foothold }: ReturnType<typeof visit>) {
  const own = armOf(experiment, foothold.profile.visitor.anonymousId)
  return variants.find(({ id }) => id !== own)!.id
}

describe('a variant that is assigned elsewhere', () => {
  test('is what the visitor sees, is told once for all flows of the experiment, and stands', async () => {
    const store = memoryStore()
    let answer = ''
    const assignment = { name: 'own', variant: async () => answer }
    const first = openTab({ guide, store, assignment: { name: 'none', variant: () => undefined } })
    await until(() => first.foothold.profile.visitor.anonymousId)
    answer = otherThanHashed(first as ReturnType<typeof visit>)
    closeTabs()

    const tab = visit(assignment, { store })
    await until(() => tab.assigned().length)
    await settled()
    expect(tab.assigned()).toEqual([answer])
    tab.foothold.track('Sale Opened')
    await until(() => tab.started().length)
    expect(tab.viewed()).toEqual([answer])
    expect(tab.started()).toEqual([answer])
    closeTabs()

    const seen = answer
    answer = variants.find(({ id }) => id !== seen)!.id
    const later = visit(assignment, { store })
    await settled()
    expect(later.assigned()).toEqual([])
    expect(later.foothold.explain('sale')).toMatchObject({ variant: seen })
  })

  test('is waited for, but not for ever', async () => {
    const tab = visit({ name: 'slow', variant: () => new Promise(() => {}) })
    await until(() => tab.foothold.explain('sale').gates.length)
    tab.foothold.track('Sale Opened')
    await settled()
    expect(tab.viewed()).toEqual([])
    expect(tab.foothold.explain('sale').gates).toContainEqual(
      expect.objectContaining({ gate: 'blocked', verdict: 'hold' }),
    )
    tab.clock.advance(3000)
    await until(() => tab.viewed().length)
    expect(tab.viewed()).toEqual([armOf(experiment, tab.foothold.profile.visitor.anonymousId)])
  })

  test('that there is none of is the group that sees nothing', async () => {
    const tab = visit({ name: 'own', variant: () => 'control' })
    await until(() => tab.assigned().length)
    tab.foothold.track('Sale Opened')
    await until(() => tab.viewed().length)
    expect(tab.viewed()).toEqual(['holdout'])
    await settled()
    expect(tab.started()).toEqual([])
  })

  test.each<[string, Assignment['variant']]>([
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
    ['rejects', async () => Promise.reject(new Error('down'))],
  ])('is left to the hash where asking %s, and reported', async (_, variant) => {
    const tab = visit({ name: 'own', variant })
    await until(() => tab.errors.length)
    tab.foothold.track('Sale Opened')
    await until(() => tab.viewed().length)
    expect(tab.viewed()).toEqual([armOf(experiment, tab.foothold.profile.visitor.anonymousId)])
    expect(tab.errors[0]!.message).toContain('Assignment "own" failed')
  })
})

describe('assignment by', () => {
  const ask = (assignment: Assignment, id = 'x1') => assignment.variant({ id, variants }, { anonymousId: 'a1' })

  test('GrowthBook takes the value of the feature, when its features are there', async () => {
    const gb = new GrowthBook({ attributes: { id: 'u1' } })
    const ready = Promise.resolve().then(() =>
      gb.setPayload({ features: { x1: { defaultValue: 'one', rules: [{ force: 'two' }] }, x2: { defaultValue: 5 } } }),
    )
    const assignment = growthbookAssignment(ready.then(() => gb))
    expect(await ask(assignment)).toBe('two')
    expect(await ask(assignment, 'x2')).toBeUndefined()
    expect(await ask(assignment, 'unknown')).toBeUndefined()
    const tab = visit(growthbookAssignment(gb))
    await until(() => tab.assigned().length)
    expect(tab.assigned()).toEqual(['two'])
  })

  test("OpenFeature takes the flag's text, when its provider is ready", async () => {
    const flag = (defaultVariant: string, variants: any) => ({ disabled: false, defaultVariant, variants })
    const assignment = openFeatureAssignment(OpenFeature.getClient('test'))
    const waiting = ask(assignment)
    await OpenFeature.setProviderAndWait(
      'test',
      new InMemoryProvider({ x1: flag('b', { a: 'one', b: 'three' }), x2: flag('on', { on: true }) }),
    )
    expect(await waiting).toBe('three')
    expect(await ask(assignment)).toBe('three')
    expect(await ask(assignment, 'x2')).toBeUndefined()
    expect(await ask(assignment, 'unknown')).toBeUndefined()
    const tab = visit(assignment)
    await until(() => tab.assigned().length)
    expect(tab.assigned()).toEqual(['three'])
    await OpenFeature.clearProviders()
  })

  test("Optimizely's SDK takes the variation of the flag", async () => {
    const client = createInstance({
      projectConfigManager: createStaticProjectConfigManager({
        datafile: JSON.stringify({
          ...{ version: '4', accountId: '1', projectId: '2', revision: '3', anonymizeIP: true, botFiltering: false },
          ...{ events: [], attributes: [], audiences: [], typedAudiences: [], groups: [], variables: [] },
          featureFlags: [{ id: '1', key: 'x1', rolloutId: '', experimentIds: ['10'], variables: [] }],
          rollouts: [],
          experiments: [
            {
              ...{ id: '10', key: 'x1_rule', status: 'Running', layerId: '1', audienceIds: [], forcedVariations: {} },
              variations: [{ id: '100', key: 'two', featureEnabled: true, variables: [] }],
              trafficAllocation: [{ entityId: '100', endOfRange: 10_000 }],
            },
          ],
        }),
      }),
    })
    await client.onReady()
    const assignment = optimizelyAssignment(client.createUserContext('u1')!)
    expect(ask(assignment)).toBe('two')
    expect(ask(assignment, 'unknown')).toBeUndefined()
    client.close()
  })

  test('Optimizely Web takes the variation that is in force on the page', () => {
    expect(ask(optimizelyAssignment())).toBeUndefined()
    const running = {
      '123': { id: '123', experimentName: 'X1', variation: { id: '7', name: 'Two' }, isActive: true },
      '124': { id: '124', experimentName: 'Held', variation: { id: '8', name: 'Two' }, isInExperimentHoldback: true },
    }
    page.optimizely = { get: (what: string) => what === 'state' && { getExperimentStates: () => running } }
    expect(ask(optimizelyAssignment())).toBe('two')
    expect(ask(optimizelyAssignment(), '123')).toBe('two')
    expect(ask(optimizelyAssignment(), 'held')).toBe('holdout')
    expect(ask(optimizelyAssignment(), 'unknown')).toBeUndefined()
  })
})
