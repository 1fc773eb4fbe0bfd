import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { z } from 'zod'
import type { Json } from '../../src/core/activity.ts'
import type { FootholdError } from '../../src/core/errors.ts'
import type { FlowView } from '../../src/core/view.ts'
import { checkProps, defineStep, type StandardSchema } from '../../src/steps/step.ts'

const libraries: [string, StandardSchema<{ question: string; max: number }>][] = [
  ['Zod', z.object({ question: z.string(), max: z.number().default(5) })],
  ['Valibot', v.object({ question: v.string(), max: v.optional(v.number(), 5) })],
  ['ArkType', type({ question: 'string', max: 'number = 5' })],
]

/** What came of checking: props, or an error. */
function check(schema: StandardSchema, props: { [key: string]: Json }) {
  const told: { props?: unknown; error?: FootholdError } = {}
  const view = { step: { id: 'how', type: 'rating' }, flow: { id: 'tour', version: 1 }, props } as unknown as FlowView
  checkProps(
    schema,
    view,
    (props) => Object.assign(told, { props }),
    (error) => Object.assign(told, { error }),
  )
  return told
}

describe.each(libraries)('a schema of %s', (_, schema) => {
  it('gives the props back as it makes them, at once', () => {
    expect(check(schema, { question: 'How?' })).toEqual({ props: { question: 'How?', max: 5 } })
    expect(check(schema, { question: 'How?', max: 3 })).toEqual({ props: { question: 'How?', max: 3 } })
  })

  it('names the step, the prop and what is wrong with it', () => {
    const { props, error } = check(schema, { question: 7 })
    expect(props).toBeUndefined()
    expect(error?.code).toBe('invalid-props')
    expect(error?.message).toMatch(/step "how" \(rating\) in flow "tour".*question: .*string/is)
  })
})

describe('a schema', () => {
  it('that asks somebody else answers later', async () => {
    const schema = z.object({ city: z.string().refine(async (city) => city === 'Oslo', 'is not known') })
    const good = check(schema, { city: 'Oslo' })
    const bad = check(schema, { city: 'Atlantis' })
    expect(good).toEqual({})
    await vi.waitFor(() => expect(good).toEqual({ props: { city: 'Oslo' } }))
    await vi.waitFor(() => expect(bad.error?.message).toContain('city: is not known'))
  })

  it('that breaks refuses the step, now or later', async () => {
    const broken = (validate: () => never) => ({ '~standard': { version: 1, vendor: 'x', validate } }) as StandardSchema
    const fail = () => {
      throw new Error('out of order')
    }
    expect(check(broken(fail), {}).error?.message).toContain('out of order')
    const later = check(broken((async () => fail()) as never), {})
    await vi.waitFor(() => expect(later.error?.code).toBe('invalid-props'))
  })

  it('types the props of the step: of Zod, of Valibot, of ArkType, with and without a view', () => {
    defineStep({
      name: 'a',
      schema: z.object({ question: z.string(), at: z.string().transform((at) => new Date(at)) }),
      View: (props) => {
        expectTypeOf(props.question).toEqualTypeOf<string>()
        expectTypeOf(props.at).toEqualTypeOf<Date>()
        expectTypeOf(props.view).toEqualTypeOf<FlowView>()
        return null
      },
    })
    defineStep({
      name: 'b',
      schema: v.object({ max: v.optional(v.number(), 5) }),
      mount(element, view, props) {
        expectTypeOf(element).toEqualTypeOf<HTMLElement>()
        expectTypeOf(view).toEqualTypeOf<FlowView>()
        expectTypeOf(props.max).toEqualTypeOf<number>()
      },
    })
    defineStep({
      name: 'c',
      schema: type({ 'label?': 'string' }),
      View: ({ label }) => {
        expectTypeOf(label).toEqualTypeOf<string | undefined>()
        return null
      },
    })
    defineStep<{ url: string }>({
      name: 'd',
      mount: (_element, _view, { url }) => expectTypeOf(url).toEqualTypeOf<string>() as never,
    })
    // @ts-expect-error A view that asks for more than the schema gives.
    defineStep({ name: 'e', schema: z.object({ a: z.string() }), View: ({ b }: { b: string }) => b })
  })
})
