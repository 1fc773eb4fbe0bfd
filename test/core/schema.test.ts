import * as fc from 'fast-check'
import { safeParse } from 'valibot'
import { describe, expect, it } from 'vitest'
import { FootholdError } from '../../src/core/errors.ts'
import { problemsOf } from '../../src/core/guide.ts'
import { guideJsonSchema, guideProblems, guideSchema, parseGuide } from '../../src/core/schema.ts'
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
      { numRuns: 3000 },
    )
    expect(refused).toBeGreaterThan(500)
  }, 60_000)

  it('agree on any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        expect(guideProblems(document)[0]?.path).toBe(problemsOf(document)[0]?.path)
      }),
    )
  })
})

describe('the JSON Schema', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a JSON Schema is of any shape
  type Node = { [key: string]: any }

  function walk(node: unknown, visit: (node: Node, path: string) => void, path = '#'): void {
    if (typeof node !== 'object' || !node) return
    if (!Array.isArray(node)) visit(node as Node, path)
    for (const [key, value] of Object.entries(node))
      if (key !== 'examples' && key !== 'enum') walk(value, visit, `${path}/${key}`)
  }

  it('is of 2020-12 and names itself', async () => {
    const schema = (await guideJsonSchema()) as Node
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema')
    expect(schema.$id).toMatch(/^https:.*\/guide\.schema\.json$/)
    expect(schema).toMatchObject({ type: 'object', required: ['format', 'flows'] })
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema)
  })

  it('explains every key', async () => {
    const mute: string[] = []
    walk(await guideJsonSchema(), ({ properties }, path) => {
      if (
        properties &&
        typeof properties === 'object' &&
        !('type' in properties && typeof properties.type === 'string')
      )
        for (const [key, member] of Object.entries(properties as Node))
          if (!(member as Node).description) mute.push(`${path}/properties/${key}`)
    })
    expect(mute).toEqual([])
  })

  it('refers only to definitions that it has, all with a name', async () => {
    const schema = (await guideJsonSchema()) as Node
    const referred = new Set<string>()
    walk(schema, ({ $ref }) => {
      if (typeof $ref === 'string') referred.add($ref)
    })
    expect([...referred].sort()).toEqual(
      [...new Set(Object.keys(schema.$defs).filter((name) => referred.has(`#/$defs/${name}`)))]
        .map((name) => `#/$defs/${name}`)
        .sort(),
    )
    expect(Object.keys(schema.$defs).filter((name) => /^\d+$/.test(name))).toEqual([])
  })

  it('knows every operator, and pulses only where they can stand', async () => {
    const { $defs } = (await guideJsonSchema()) as Node
    const names = (union: Node) => union.anyOf.flatMap((option: Node) => option.required?.[0] ?? []).sort()
    expect(names($defs.expression)).toEqual(
      'absent active all any avg count dwell idle max min not on profile ratio segment sequence since status sum'.split(
        ' ',
      ),
    )
    expect(names($defs.state)).toEqual(
      names($defs.expression).filter((name: string) => name !== 'on' && name !== 'sequence'),
    )
  })
})
