import { readdirSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type CompletionItem,
  getLanguageService,
  type JSONSchema,
  type LanguageService,
  TextDocument,
} from 'vscode-json-languageservice'
import { problemsOf } from '../../src/core/guide.ts'
import { guideJsonSchema } from '../../src/core/guide-json-schema.ts'
import { guideProblems } from '../../src/core/schema.ts'
import { numRuns, seed } from '../seed.ts'
import cases from './guides.cases.json' with { type: 'json' }

/** What VS Code shows of a guide whose `$schema` is the generated one. */
let service: LanguageService
let schema: JSONSchema

beforeAll(async () => {
  schema = (await guideJsonSchema()) as JSONSchema
  service = getLanguageService({ schemaRequestService: async () => JSON.stringify(schema) })
  service.configure({ schemas: [{ uri: 'https://unpkg.com/foothold/dist/guide.schema.json', fileMatch: ['*.json'] }] })
})

async function problemsIn(text: string) {
  const document = TextDocument.create('file:///guide.json', 'json', 1, text)
  const problems = await service.doValidation(document, service.parseJSONDocument(document))
  return problems.map(({ message, range }) => ({ at: document.getText(range), message: `${message}` }))
}

/** A flow with more to it; the text may hold a cursor, `|`. */
function guideWith(members: string) {
  return `{ "format": 1, "flows": [{ "id": "welcome", "version": 1, "steps": [{ "id": "hello", "type": "message" }], ${members} }] }`
}

async function offered(text: string): Promise<CompletionItem[]> {
  const document = TextDocument.create('file:///guide.json', 'json', 1, text.replace('|', ''))
  const position = document.positionAt(text.indexOf('|'))
  const { items } = (await service.doComplete(document, position, service.parseJSONDocument(document)))!
  return items
}

async function hovered(text: string): Promise<string> {
  const document = TextDocument.create('file:///guide.json', 'json', 1, text.replace('|', ''))
  const position = document.positionAt(text.indexOf('|'))
  const hover = await service.doHover(document, position, service.parseJSONDocument(document))
  return [hover?.contents].flat().join('\n')
}
describe('completion', () => {
  const named = async (text: string) => (await offered(text)).map(({ label }) => label)
  const operators =
    'on count sum avg min max ratio sequence absent idle dwell since active status profile segment all any not'.split(
      ' ',
    )

  it('offers the keys of a flow that are not there yet, each with its explanation', async () => {
    const items = await offered(guideWith('"trigger": "Page Viewed", |'))
    expect(items.map(({ label }) => label)).toEqual(
      'name enabled runs audience pages schedule frequency priority group urgent purpose delay cancelOn onLeave goal experiment backfill'.split(
        ' ',
      ),
    )
    for (const { label, documentation } of items) expect(documentation, label).toMatch(/^.{8,}\.$/)
  })

  it.each([
    ['trigger', '"trigger": { | }'],
    ['part of another', '"trigger": { "all": ["Page Viewed", { "any": [{ | }] }] }'],
    ['key that is half written', '"trigger": { "co|" }'],
  ])('offers every operator as a %s', async (_, members) => expect(await named(guideWith(members))).toEqual(operators))

  it('offers only states where a pulse cannot stand', async () => {
    const states = operators.filter((name) => name !== 'on' && name !== 'sequence')
    expect(await named(guideWith('"trigger": "Page Viewed", "audience": { | }'))).toEqual(states)
    expect(await named(guideWith('"trigger": { "not": { | } }'))).toEqual(states)
  })

  it('offers each operator as a whole that is accepted as it is', async () => {
    const items = await offered(guideWith('"trigger": |'))
    expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining(operators))
    for (const { label, insertText } of items) {
      const text = guideWith(`"trigger": ${insertText!.replaceAll(/\\([$}])/g, '$1')}`)
      expect(await problemsIn(text), label).toEqual([])
      const { flows } = JSON.parse(text)
      const others = [{ id: 'other', version: 1, trigger: 'A', steps: flows[0].steps }]
      const segments = { new: { profile: { a: 1 } } }
      expect(guideProblems({ format: 1, segments, flows: [...flows, ...others] }), label).toEqual([])
    }
  })

  it.each<[string, string]>([
    ['"trigger": { "count": "Product Viewed", | }', 'is within per distinct unless'],
    ['"trigger": { "sequence": ["Product Viewed"], | }', 'within unless same'],
    ['"trigger": { "absent": "Order Completed", | }', 'after for same'],
    ['"trigger": { "dwell": ["/pricing"], | }', 'is streak'],
    ['"trigger": { "count": { "on": "Product Viewed", | }, "is": { "$gt": 3 } }', 'where pages'],
    ['"trigger": { "count": "Product Viewed", "is": { | } }', '$eq $ne $gt $gte $lt $lte'],
    ['"trigger": { "status": "welcome", "is": | }', '"completed" "dismissed" "dropped" "shown" "never"'],
    ['"trigger": { "since": { | } }', 'first last'],
    ['"trigger": "Page Viewed", "priority": |', '"lowest" "low" "normal" "high" "highest"'],
    ['"trigger": "Page Viewed", "purpose": |', '"functional" "analytics" "marketing"'],
    ['"trigger": { "count": "A", "is": { "$gt": 3 }, "within": | }', '"7d" "session" "page" "ever"'],
  ])('at the cursor in %s', async (members, wanted) => {
    expect(await named(guideWith(members))).toEqual(wanted.split(' '))
  })

  it('offers surfaces and what a step can hold', async () => {
    const step = (members: string) =>
      `{ "format": 1, "flows": [{ "steps": [{ "id": "a", "type": "message", ${members} }] }] }`
    expect(await named(step('"surface": |'))).toEqual(
      ['tooltip', 'hotspot', 'modal', 'banner', 'card', 'inline'].map((name) => `"${name}"`),
    )
    expect(await named(step('|'))).toEqual(expect.arrayContaining(['target', 'advance', 'branch', 'props']))
  })

  it('offers what of a flow can be patched', async () => {
    const patch =
      '"trigger": "A", "experiment": { "id": "x", "variants": [{ "id": "a", "weight": 1, "patch": { | } }] }'
    const keys = await named(guideWith(patch))
    expect(keys).toEqual(expect.arrayContaining(['trigger', 'steps', 'frequency']))
    expect(keys).not.toContain('id')
  })

  it('offers the operators of a condition', async () => {
    const where = guideWith('"trigger": { "on": "Product Viewed", "where": { "price": { | } } }')
    expect(await named(where)).toEqual(expect.arrayContaining(['$gt', '$in', '$regex', '$exists']))
  })
})

describe('hovering', () => {
  it.each<[string, string[]]>([
    [
      '"trigger": { "count": "A", "is": { "$gt": 3 }, "with|in": "7d" }',
      ['window', '"7d"', 'milliseconds', '"session"'],
    ],
    ['"trigger": { "count": "A", "is": { "$gt": 3 }, "p|er": "product_id" }', ['each value of this property']],
    ['"trigger": { "id|le": "60s" }', ['No interaction', '"20s"', 'milliseconds']],
    ['"trigger": { "all": [{ "dwell": ["/pricing"], "is": { "$g|te": "40s" } }] }', ['Greater than or equal', '"20s"']],
    ['"trigger": "A", "de|lay": "2s"', ['after the trigger', '"500ms"', 'milliseconds']],
    ['"trigger": "A", "audi|ence": { "segment": "new" }', ['Who may see it']],
    ['"trigger": "A", "priority": "hi|gh"', ['Who wins']],
  ])('tells what it is, and its unit: %s', async (members, told) => {
    const text = (await hovered(guideWith(members))).replaceAll('\\', '')
    for (const each of told) expect(text).toContain(each)
  })
})

describe('a mistake is told once, where it is, with what to write', () => {
  it.each<[string, string, RegExp]>([
    ['"trigger": 3', '3', /^Write an activity type such as "Product Viewed", or an object with one of on, count, /],
    ['"trigger": {}', '{}', /one of on, count, sum/],
    ['"trigger": { "cuont": "A", "is": { "$gt": 3 } }', '{ "cuont": "A", "is": { "$gt": 3 } }', /one of on, count/],
    ['"trigger": { "count": "A" }', '"trigger"', /^Missing property "is"\.$/],
    ['"trigger": { "count": "A", "is": 3 }', '3', /^Write a range such as \{ "\$gt": 3 \}/],
    ['"trigger": { "count": "A", "is": { "gt": 3 } }', '"gt"', /^Write a range such as \{ "\$gt": 3 \}/],
    [
      '"trigger": { "count": "A", "is": { "$gt": "3 views" } }',
      '"3 views"',
      /^Write a number or a duration such as "3m"/,
    ],
    [
      '"trigger": { "count": "A", "is": { "$gt": 3 }, "within": "7 days" }',
      '"7 days"',
      /^Write "page", "session", .*"7d"/,
    ],
    ['"trigger": { "idle": "soon" }', '"soon"', /^Write a duration such as .*"20s"/],
    [
      '"trigger": { "count": "A", "sum": "B", "is": { "$gt": 3 } }',
      '{ "count": "A", "sum": "B", "is": { "$gt": 3 } }',
      /^Write one operator here/,
    ],
    [
      '"trigger": { "all": [{ "idle": "60s" }, { "not": "Page Viewed" }] }',
      '"Page Viewed"',
      /^"on" is true only for a moment/,
    ],
    [
      '"trigger": "A", "audience": { "sequence": ["A"] }',
      '{ "sequence": ["A"] }',
      /^"sequence" is true only for a moment/,
    ],
    [
      '"trigger": "A", "audience": { "dwell": ["/a"], "is": { "$lt": 3 } }',
      '{ "$lt": 3 }',
      /only for a moment.*"\$gte"/,
    ],
    [
      '"trigger": { "all": [{ "any": [{ "count": "A", "is": { "$gt": 3 }, "per": 3 }] }] }',
      '3',
      /Expected "string"|^Write a text/,
    ],
    ['"trigger": { "status": "welcome", "is": "done" }', '"done"', /^Write completed or dismissed/],
    ['"trigger": { "since": { "previous": "A" }, "is": { "$gt": "3d" } }', '{ "previous": "A" }', /one of first, last/],
    ['"trigger": { "sequence": "A" }', '"A"', /^Write a list/],
    ['"trigger": { "on": "A", "where": { "price": { "$gtt": 3 } } }', '"$gtt"', /^Write one of \$eq/],
    ['"trigger": { "on": "A", "where": { "$xor": [] } }', '[]', /^Write \$and, \$or/],
    ['"trigger": { "on": "A", "where": { "brand": { "$in": "Acme" } } }', '"Acme"', /^Write a list/],
    ['"trigger": "A", "priority": "urgent"', '"urgent"', /^Write lowest or low or normal/],
    ['"trigger": "A", "frequency": { "every": "1d" }', '"frequency"', /^Missing property "times"/],
    ['"trigger": "A", "frequncy": { "times": 2 }', '"frequncy": { "times": 2 }', /ignores this key.*frequency/],
    ['"trigger": "A", "pages": "/a"', '"/a"', /^Write a list/],
    ['"trigger": "A", "pages": ["help"]', '"help"', /^Write a path pattern/],
    ['"name": "Nothing starts it"', '{', /^Missing property "trigger"/],
  ])('%s', async (members, place, message) => {
    expect(await problemsIn(guideWith(members))).toEqual([{ at: place, message: expect.stringMatching(message) }])
  })

  it('also at the top', async () => {
    expect(await problemsIn('{ "format": 2, "flows": [] }')).toEqual([{ at: '2', message: 'Write 1.' }])
    expect(await problemsIn('{ "format": 1 }')).toEqual([{ at: '{', message: 'Missing property "flows".' }])
  })
})

describe('the generated schema', () => {
  it('is one of draft-07', async () => {
    expect(schema).toMatchObject({ type: 'object', required: ['format', 'flows'] })
    expect(schema.$id).toMatch(/^https:.*\/guide\.schema\.json$/)
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#')
    const plain = getLanguageService({})
    const document = TextDocument.create('file:///guide.schema.json', 'json', 1, JSON.stringify(schema))
    expect(await plain.doValidation(document, plain.parseJSONDocument(document))).toEqual([])
  })

  it('may be named in the guide, which both readers accept', async () => {
    const named = { $schema: 'https://unpkg.com/foothold/dist/guide.schema.json', format: 1, flows: [] }
    expect(await problemsIn(JSON.stringify(named))).toEqual([])
    expect(guideProblems(named)).toEqual([])
    expect(problemsOf(named)).toEqual([])
  })

  it.each(readdirSync('demo/guides'))('has nothing to say of %s of the demo', async (file) => {
    expect(await problemsIn(readFileSync(`demo/guides/${file}`, 'utf8'))).toEqual([])
  })

  it.each<object>([
    { trigger: { is: { $gt: 5 } }, frequency: null, steps: { hello: { props: { title: 'Hi' } } } },
    {
      steps: [
        { id: 'hello', surface: 'banner' },
        { id: 'more', type: 'message' },
      ],
    },
  ])('has nothing to say of the patch %j', async (patch) => {
    const experiment = { id: 'x', variants: [{ id: 'a', weight: 1, patch }] }
    const trigger = { count: 'A', is: { $gt: 3 } }
    const text = guideWith(`"trigger": ${JSON.stringify(trigger)}, "experiment": ${JSON.stringify(experiment)}`)
    expect(guideProblems(JSON.parse(text))).toEqual([])
    expect(await problemsIn(text)).toEqual([])
  })

  it.each([
    ['message', '"vi|"', 'video'],
    ['survey', '"questions": [{ "id": "a", "k|" }]', 'kind'],
    ['survey', '"questions": [{ "id": "a", "kind": "|" }]', '"csat"'],
    ['offer', '"exp|"', 'expires'],
    ['checklist', '"items": [{ "do|" }]', 'done'],
    ['checklist', '"items": [{ "start|" }]', 'start'],
  ])('offers the props of a %s', async (type, props, label) => {
    const text = guideWith('"trigger": "A"').replace('"type": "message"', `"type": "${type}", "props": { ${props} }`)
    expect((await offered(text)).map((item) => item.label)).toContain(label)
  })

  it('offers to other types of steps nothing that is not theirs', async () => {
    const text = guideWith('"trigger": "A"').replace('"type": "message"', '"type": "rating", "props": { "k|" }')
    expect((await offered(text)).map((item) => item.label)).not.toContain('kind')
  })

  it('accepts what the reader accepts and refuses what it refuses, but for what hangs on another place', async () => {
    const elsewhere: string[] = []
    for (const [name, guide, expected] of cases as [string, unknown, 'ok' | { path: string; says: string }][]) {
      const problems = (await problemsIn(JSON.stringify(guide))).filter(
        ({ message }) => !/ignores this key/.test(message),
      )
      if (expected === 'ok') expect(problems, name).toEqual([])
      else if (!problems.length) elsewhere.push(name)
    }
    expect(elsewhere).toEqual([
      'a key that reaches for the prototype',
      'two flows with one id',
      'a thirteenth month',
      'two variants with one id',
      'a patch that breaks the trigger',
      'a patch that takes a needed key away',
      'a patch that takes away the end of a branch',
      'two steps with one id',
      'a branch to nowhere',
      'a condition within an element',
      'a status of a flow that is not there',
      'a segment that is not there',
      'a segment of itself',
      'segments in a circle',
      'two alerts with one id',
      // Of props, whose shape hangs on the type of the step.
      'an item that is done by a moment',
      'an item that is done by a number',
      'an item that is done by an unknown flow',
      'an item that is done by a broken condition',
      'an offer that is claimed by nothing',
    ])
  })

  it('never refuses what the reader accepts, whatever is put, moved or dropped', async () => {
    type Place = { holder: { [key: string]: unknown }; key: string }
    const places = (value: unknown): Place[] =>
      typeof value === 'object' && value
        ? Object.keys(value).flatMap((key) => [
            { holder: value as Place['holder'], key },
            ...places((value as Place['holder'])[key]),
          ])
        : []
    const good = cases.filter(([, , expected]) => expected === 'ok').map(([, document]) => document)
    const change = fc.record({ at: fc.nat(), from: fc.nat(), drop: fc.boolean() })
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...good),
        fc.constantFrom(...good),
        change,
        async (one, other, { at, from, drop }) => {
          const guide = structuredClone(one)
          const [all, sources] = [places(guide), places(other)]
          const [place, source] = [all[at % all.length], sources[from % sources.length]]
          if (!place || !source) return
          if (!drop) place.holder[place.key] = structuredClone(source.holder[source.key])
          else if (Array.isArray(place.holder)) place.holder.splice(Number(place.key), 1)
          else delete place.holder[place.key]
          if (guideProblems(guide)[0]) return
          accepted++
          const problems = await problemsIn(JSON.stringify(guide))
          expect(problems.filter(({ message }) => !/ignores this key/.test(message))).toEqual([])
        },
      ),
      { seed, numRuns: numRuns(1500) },
    )
    expect(accepted).toBeGreaterThan(100)
  }, 60_000)

  it('explains every key', () => {
    const mute: string[] = []
    walk(schema, ({ properties }, path) => {
      // Under an `if` stand only signs.
      if (!properties || typeof properties.type === 'string' || path.includes('/if')) return
      for (const [key, member] of Object.entries<Node>(properties))
        if (!member.description) mute.push(`${path}/properties/${key}`)
    })
    expect(mute).toEqual([])
  })

  it('refers only to definitions that it has, and to all of them', () => {
    const referred = new Set<string>()
    walk(schema, ({ $ref }) => {
      if (typeof $ref === 'string') referred.add($ref)
    })
    expect([...referred].sort()).toEqual(
      Object.keys(schema.definitions!)
        .map((name) => `#/definitions/${name}`)
        .sort(),
    )
  })

  // biome-ignore lint/suspicious/noExplicitAny: a JSON Schema is of any shape
  type Node = { [key: string]: any }

  function walk(node: unknown, visit: (node: Node, path: string) => void, path = '#'): void {
    if (typeof node !== 'object' || !node) return
    if (!Array.isArray(node)) visit(node as Node, path)
    for (const [key, value] of Object.entries(node))
      if (key !== 'examples' && key !== 'enum') walk(value, visit, `${path}/${key}`)
  }
})
