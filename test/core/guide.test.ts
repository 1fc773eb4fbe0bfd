import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { FootholdError } from '../../src/core/errors.ts'
import { problemsOf, readGuide } from '../../src/core/guide.ts'
import cases from './guides.cases.json' with { type: 'json' }

/** Hostile input, beside the checkout or where the environment says; not part of the repository. */
const corpora = process.env.FOOTHOLD_CORPORA ?? fileURLToPath(new URL('../../../shared/corpora', import.meta.url))
const step = { id: 's', type: 'message' }
const flow = { id: 'f', version: 1, trigger: 'A', steps: [step] }
const guide = { format: 1, flows: [flow] }

/** What a reader throws; it may be nothing but a FootholdError. */
function refusal(read: () => unknown): FootholdError | undefined {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(FootholdError)
    return error as FootholdError
  }
}

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = { a: value }
  return value
}

describe('the reader of the agent', () => {
  it.each(cases as [string, unknown, 'ok' | { path: string; says: string }][])('%s', (_name, document, expected) => {
    const [problem] = problemsOf(document)
    if (expected === 'ok') {
      expect(problem).toBeUndefined()
      expect(readGuide(document)).toBe(document)
    } else {
      expect(problem?.path).toBe(expected.path)
      expect(() => readGuide(document)).toThrow(FootholdError)
    }
  })

  it('says where the first problem is, how many more there are, and who tells what to write', () => {
    const flows = Array.from({ length: 7 }, (_, index) => ({ ...flow, id: `F${index}` }))
    const error = refusal(() => readGuide({ format: 1, flows }))
    expect(error?.code).toBe('invalid-guide')
    expect(error?.message).toContain('flows[0].id "F0" does not fit, and 6 more. "foothold check" says')
    expect(refusal(() => readGuide([]))?.message).toContain('It [] does not fit.')
    expect(refusal(() => readGuide({ format: 1 }))?.message).toContain('flows is missing.')
  })

  it('tells a newer format from a broken guide', () => {
    expect(refusal(() => readGuide({ format: 2 }))?.code).toBe('unsupported-format')
    expect(refusal(() => readGuide({ format: 1 }))?.code).toBe('invalid-guide')
  })

  it('takes 64 levels and refuses 65', () => {
    // The guide, the flow list, the flow, the step list, the step and its props are six.
    const deep = (levels: number) => ({
      ...guide,
      flows: [{ ...flow, steps: [{ ...step, props: nested(levels - 5) }] }],
    })
    expect(problemsOf(deep(64))).toEqual([])
    expect(problemsOf(deep(65))[0]?.message).toContain('64 levels')
    expect(refusal(() => readGuide(nested(100_000)))).toBeDefined()
  })

  it('takes 50,000 objects and lists and refuses one more', () => {
    // The guide, the flow list, the flow, the step list, the step, props and the list are seven.
    const wide = (count: number) => ({
      ...guide,
      flows: [{ ...flow, steps: [{ ...step, props: { list: Array.from({ length: count - 7 }, () => []) } }] }],
    })
    expect(problemsOf(wide(50_000))).toEqual([])
    expect(problemsOf(wide(50_001))[0]?.message).toContain('50,000')
  })

  it('refuses what no JSON can say, also where it would be ignored', () => {
    for (const value of [() => 1, Symbol('x'), 1n, Number.NaN, Number.POSITIVE_INFINITY])
      expect(problemsOf({ ...guide, extra: [value] })).toEqual([{ path: 'extra[0]', message: 'is not JSON' }])
  })

  it('refuses a document that contains itself', () => {
    const round: { [key: string]: unknown } = { ...guide }
    round.round = round
    expect(refusal(() => readGuide(round))?.code).toBe('invalid-guide')
  })

  it('refuses segments that lead over more than 64 others, without a deep recursion', () => {
    const chain = (length: number) => ({
      ...guide,
      segments: Object.fromEntries(
        Array.from({ length }, (_, i) => [`s${i}`, i ? { segment: `s${i - 1}` } : { idle: '1s' }]),
      ),
    })
    expect(problemsOf(chain(65))).toEqual([])
    expect(problemsOf(chain(66))).toHaveLength(1)
    expect(problemsOf(chain(20_000))).toHaveLength(1)
  })

  it('reads own members only, whatever the page did to the prototype', () => {
    const prototype = Object.prototype as { [key: string]: unknown }
    try {
      Object.assign(prototype, { placement: 'nowhere', is: 3, idle: 'x' })
      expect(problemsOf(guide)).toEqual([])
    } finally {
      for (const key of ['placement', 'is', 'idle']) delete prototype[key]
    }
  })
})

describe.skipIf(!existsSync(corpora))('hostile documents', () => {
  it('end in a FootholdError or in a guide, and leave prototypes alone', () => {
    const documents: unknown[] = []
    for (const line of readFileSync(`${corpora}/jsontestsuite.ndjson`, 'utf8').trim().split('\n')) {
      try {
        documents.push(JSON.parse(Buffer.from(JSON.parse(line).bytes_b64, 'base64').toString()))
      } catch {}
    }
    const { json } = JSON.parse(readFileSync(`${corpora}/prototype-pollution.json`, 'utf8')) as { json: string[] }
    documents.push(...json.map((text) => JSON.parse(text)))
    expect(documents.length).toBeGreaterThan(100)
    for (const document of documents) {
      refusal(() => readGuide(document))
      for (const place of [{ props: document }, { when: document }, { branch: document }, { target: document }])
        refusal(() => readGuide({ ...guide, flows: [{ ...flow, steps: [{ ...step, ...place }] }] }))
      for (const place of [{ trigger: document }, { trigger: { on: 'A', where: document } }, { experiment: document }])
        refusal(() => readGuide({ ...guide, flows: [{ ...flow, ...place }] }))
      refusal(() => readGuide({ ...guide, segments: document, models: document, translations: document }))
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('are refused wherever a key reaches for the prototype', () => {
    const { json } = JSON.parse(readFileSync(`${corpora}/prototype-pollution.json`, 'utf8')) as { json: string[] }
    const reaching = json
      .map((text) => JSON.parse(text))
      .filter((document) => /"__proto__"|"constructor":\{"prototype"/.test(JSON.stringify(document)))
    expect(reaching.length).toBeGreaterThan(15)
    for (const document of reaching) expect(problemsOf({ ...guide, extra: document })[0]?.message).toContain('refused')
  })
})
