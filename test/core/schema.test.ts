import * as fc from 'fast-check'
import { safeParse } from 'valibot'
import { describe, expect, it } from 'vitest'
import { FootholdError } from '../../src/core/errors.ts'
import { problemsOf } from '../../src/core/guide.ts'
import { guideProblems, guideSchema, parseGuide } from '../../src/core/schema.ts'
import { numRuns, seed } from '../seed.ts'
import cases from './guides.cases.json' with { type: 'json' }

type Case = [name: string, document: unknown, expected: 'ok' | { path: string; says: string }]
type Place = { holder: { [key: string]: unknown }; key: string }

const rows = cases as Case[]
const good = rows.filter(([, , expected]) => expected === 'ok').map(([, document]) => document)

describe('the schema', () => {
  it.each(rows)('%s', (_name, document, expected) => {
    const [problem] = guideProblems(document)
    if (expected === 'ok') {
      expect(problem).toBeUndefined()
      expect(parseGuide(document)).toBe(document)
    } else {
      expect(problem).toMatchObject({ path: expected.path, message: expect.stringContaining(expected.says) })
      expect(() => parseGuide(document)).toThrow(FootholdError)
    }
  })

  it('says in each message what to write', () => {
    for (const [name, document] of rows)
      for (const { message } of guideProblems(document)) expect(message, name).toMatch(/write|is newer|refused|state/)
  })

  it('lists every problem', () => {
    const flows = Array.from({ length: 12 }, () => ({ id: 'F', version: '1', trigger: {}, steps: [] }))
    expect(guideProblems({ format: 1, flows })).toHaveLength(48)
    expect(() => parseGuide({ format: 1, flows })).toThrow(/flows\[11\]\.steps/)
  })

  it('finds by itself all that hangs on one place alone', () => {
    const elsewhere = /taken|name that is there|its own segment|\.patch\./
    for (const [name, document, expected] of rows) {
      const [problem] = problemsOf(document)
      if (expected === 'ok' || elsewhere.test(`${problem?.path}${problem?.message}`)) continue
      if (/refused|newer/.test(problem!.message)) continue
      expect(safeParse(guideSchema, document).success, name).toBe(false)
    }
  })
})

describe('the two readers', () => {
  /** Every place of a document where something can be put. */
  function places(value: unknown): Place[] {
    if (typeof value !== 'object' || !value) return []
    const holder = value as { [key: string]: unknown }
    return Object.keys(holder).flatMap((key) => [{ holder, key }, ...places(holder[key])])
  }

  const junk = fc.oneof(
    fc.constantFrom<unknown>(
      ...[
        null,
        '',
        0,
        -1,
        1.5,
        true,
        [],
        {},
        [null],
        [[]],
        { $gt: 3 },
        { $up: 1 },
        { on: 'A' },
        { idle: '1s' },
        { not: 'A' },
      ],
      ...[
        'A',
        '*',
        'next',
        '3m',
        '3 mins',
        'page',
        'completed',
        'f',
        's',
        '/a',
        'a.b',
        '2026-11-27',
        { segment: 'x' },
        { status: 'f', is: 'shown' },
      ],
      ...[
        { answer: 1, to: 's' },
        { css: 'a' },
        { ref: 'x' },
        { id: 's', type: 'a' },
        { $and: [{ a: 1 }] },
        { a: { $in: 3 } },
        { dwell: ['/a'], is: { $lt: 3 } },
      ],
    ),
    fc.jsonValue({ maxDepth: 3 }),
  )
  const change = fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('put', 'drop', 'rename', 'copy'),
    from: fc.nat(),
    junk,
  })

  it('agree on documents with random changes: on whether they are guides, and on the first problem', () => {
    let refused = 0
    fc.assert(
      fc.property(fc.constantFrom(...good), fc.array(change, { minLength: 1, maxLength: 3 }), (document, changes) => {
        const mutant = structuredClone(document)
        for (const { at, kind, from, junk } of changes) {
          const all = places(mutant)
          if (!all.length) continue
          const { holder, key } = all[at % all.length]!
          const other = all[from % all.length]!
          if (kind === 'put') holder[key] = structuredClone(junk)
          else if (kind === 'copy') holder[key] = structuredClone(other.holder[other.key])
          else if (kind === 'rename' && !Array.isArray(holder)) {
            holder[other.key] = holder[key]
            delete holder[key]
          } else if (Array.isArray(holder)) holder.splice(Number(key), 1)
          else delete holder[key]
        }
        const lean = problemsOf(mutant)
        const full = guideProblems(mutant)
        if (lean.length) refused++
        expect(full[0]?.path).toBe(lean[0]?.path)
      }),
      { seed, numRuns: numRuns(3000) },
    )
    expect(refused).toBeGreaterThan(500)
  }, 60_000)

  it('agree on any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        expect(guideProblems(document)[0]?.path).toBe(problemsOf(document)[0]?.path)
      }),
      { seed },
    )
  })
})
