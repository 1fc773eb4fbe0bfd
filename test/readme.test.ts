import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformWithOxc } from 'vite'
import { describe, expect, it } from 'vitest'
import { checkGuide } from '../src/cli/check/check-guide.ts'
import { type Expression, type Guide, readGuide } from '../src/core/guide.ts'
import { guideProblems } from '../src/core/schema.ts'
import { operators } from '../src/core/trigger.ts'
import { flow, guide, moment, type Row, replay, start } from './core/replay.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const readme = readFileSync(join(root, 'README.md'), 'utf8')

const blocks = [...readme.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language, code]) => ({
  language: language!,
  code: code!,
}))

it('every code block of the README type-checks against the package', () => {
  const folder = join(root, 'node_modules/.cache/readme')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const code = blocks.filter(({ language }) => language === 'ts' || language === 'tsx')
  expect(code.length).toBeGreaterThan(5)
  for (const [index, { language, code: text }] of code.entries())
    writeFileSync(join(folder, `block-${index}.${language}`), text)
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../tsconfig.json',
      compilerOptions: {
        noEmit: true,
        paths: {
          foothold: ['../../../src/index.ts'],
          'foothold/core': ['../../../src/core.ts'],
          'foothold/theme': ['../../../src/theme.ts'],
          'foothold/assignments/*': ['../../../src/assignments/*.ts'],
          'foothold/destinations/*': ['../../../src/destinations/*.ts'],
          'foothold/testing': ['../../../src/testing.ts'],
          'foothold/testing/playwright': ['../../../src/testing/playwright.ts'],
        },
      },
      include: ['*.ts', '*.tsx'],
    }),
  )
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  let output = ''
  try {
    execFileSync(process.execPath, [tsc, '-p', folder], { cwd: root, encoding: 'utf8' })
  } catch (error) {
    output = (error as { stdout: string }).stdout
  }
  expect(output).toBe('')
}, 60_000)

it('the guides of the README are accepted, by the page and by the check', () => {
  const guides = blocks.filter(({ language }) => language === 'json').map(({ code }) => JSON.parse(code))
  expect(guides.length).toBeGreaterThan(0)
  for (const guide of guides) {
    expect(readGuide(guide)).toBe(guide)
    expect(guideProblems(guide)).toEqual([])
  }
})

describe('the triggers of the README', () => {
  const part = readme.slice(readme.indexOf('### Triggers'), readme.indexOf('### Without a page'))
  const stories = blocks
    .filter(({ language, code }) => language === 'jsonc' && part.includes(code))
    .flatMap(({ code }) => code.split('\n\n'))
    .flatMap((paragraph) => {
      const [about, ...lines] = paragraph.trim().split('\n')
      const segments: Guide['segments'] = JSON.parse(/"segments": (\{.*\})/.exec(about!)?.[1] ?? '{}')
      let trigger: Expression
      return lines.flatMap((line) => {
        if (line.startsWith('{')) trigger = JSON.parse(line)
        const [, log, fires] = /^\/\/ {3}(.*) → (.*)$/.exec(line) ?? []
        if (!log && !line.startsWith('{')) throw new Error(`No story: ${line}`)
        return log ? [{ expression: JSON.stringify(trigger), log, fires: fires!, trigger, segments }] : []
      })
    })
  const guideOf = ({ trigger, segments }: (typeof stories)[number]) =>
    guide([flow(trigger), flow('Welcome Asked', { id: 'welcome' })], { segments: segments! })
  const names = (trigger: unknown): string[] =>
    typeof trigger !== 'object'
      ? ['on']
      : Object.entries(trigger as object).flatMap(([key, value]) =>
          key === 'all' || key === 'any'
            ? [key, ...value.flatMap(names)]
            : key === 'not'
              ? [key, ...names(value)]
              : [key],
        )

  it('show every operator, each with what fires and what does not', () => {
    const shown = stories.map(({ expression, fires }) => ({ expression, fires }))
    for (const name of [...Object.keys(operators), 'all', 'any', 'not'])
      expect(
        stories.flatMap(({ trigger }) => names(trigger)),
        name,
      ).toContain(name)
    for (const { expression } of shown) {
      const outcomes = shown.filter((each) => each.expression === expression).map(({ fires }) => fires !== 'never')
      expect(new Set(outcomes), expression).toEqual(new Set([true, false]))
    }
  })

  it.each(stories)('$expression: $log → $fires', (story) => {
    const document = guideOf(story)
    expect(guideProblems(document)).toEqual([])
    expect(readGuide(document)).toBe(document)
    expect(checkGuide(document, { now: start }).filter(({ path }) => path.includes('trigger'))).toEqual([])
    const played = replay(document)
    played.rows(...story.log.split(', ').map((told) => rowOf(told, story.trigger)))
    played.advance('400d')
    const moments = story.fires === 'never' ? [] : story.fires.split(', ').map(moment)
    expect(played.decisions.map(({ flow, at }) => [flow, at])).toEqual(moments.map((at) => ['flow', at]))
  })

  /** `1h20m Product Viewed mug`: the value is the property that the type or the expression is about. */
  function rowOf(told: string, trigger: Expression): Row {
    const [, at, type, value] = /^(\w+) ([A-Z]\w+ [A-Z]\w+)(?: (\S+))?$/.exec(told) ?? []
    if (!at || !type) throw new Error(`No activity: ${told}`)
    if (value === undefined) return [at, type]
    if (type === 'Visitor Identified') return [at, type, {}, { visitor: 'u_1', traits: { plan: value } }]
    const { of, per, same } = trigger as { of?: string; per?: string; same?: string }
    const name =
      type === 'Page Viewed' ? 'path' : /^(Flow|Step) /.test(type) ? 'flow' : (of ?? per ?? same ?? 'product_id')
    return [at, type, { [name]: of ? Number(value) : value, ...(name === 'flow' && { step: 'hello' }) }]
  }
})

it('the README starts a flow in Node as it says', async () => {
  const block = blocks.find(({ code }) => code.includes("from 'foothold/core'"))!.code
  const { createEngine } = await import('../src/core/engine.ts')
  const { parseGuide } = await import('../src/core/schema.ts')
  const printed: unknown[] = []
  const run = new Function(
    'createEngine',
    'parseGuide',
    'console',
    block.replace(/^import.*$/gm, '').replace(/\?\./g, '?.'),
  )
  run(createEngine, parseGuide, { log: (text: unknown) => printed.push(text) })
  expect(printed).toEqual(['start'])
})

describe('the store of the README keeps what every store has to', async () => {
  const { code } = await transformWithOxc(
    blocks.find(({ code }) => code.includes('function sessionStore'))!.code,
    'a.ts',
  )
  const { storeContract } = await import('../src/testing/store-contract.ts')
  const kept = new Map<string, string>()
  const sessionStorage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
  const open = new Function('sessionStorage', `${code.replace('export ', '')}; return sessionStore`)(sessionStorage)
  for (const { name, run } of storeContract({ open, lasts: true, clear: () => kept.clear() })) it(name, run)
})

describe('the tests of the README', () => {
  const part = readme.slice(readme.indexOf('## Testing your flows'), readme.indexOf('## What is observed'))
  const written = [...part.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language, code]) => ({
    language,
    code: code!,
  }))
  const blocksWith = (name: string) => written.filter(({ code }) => code.includes(`import ${name}`))

  /** Runs a block as `node --test` would, with the sources in the place of the package. */
  async function run(code: string): Promise<string[]> {
    const testing = await import('../src/testing.ts')
    const { code: plain } = await transformWithOxc(code, 'block.ts')
    const cases: { name: string; run: () => unknown }[] = []
    const names = Object.keys(testing)
    new Function('test', ...names, plain.replace(/^import .*$|^export \{\};?$/gm, ''))(
      (name: string, run: () => unknown) => cases.push({ name, run }),
      ...names.map((name) => testing[name as keyof typeof testing]),
    )
    for (const each of cases) await each.run()
    return cases.map(({ name }) => name)
  }

  it('pass', async () => {
    const ran = await Promise.all(blocksWith('test').map(({ code }) => run(code)))
    expect(ran.map(({ length }) => length)).toEqual([2, 16])
  })

  it('fail with the words that stand below them', async () => {
    const code = blocksWith('test')[0]!.code.replace(".advance('2m')", '').replace(".expectNot('hesitant')", '')
    const told = written.find(({ language }) => language === 'text')!.code.trim()
    await expect(run(code)).rejects.toThrow(expect.objectContaining({ message: told }))
  })
})
