import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readGuide } from '../src/core/guide.ts'
import { guideProblems } from '../src/core/schema.ts'

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
  code.forEach(({ language, code }, index) => writeFileSync(join(folder, `block-${index}.${language}`), code))
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../tsconfig.json',
      compilerOptions: {
        noEmit: true,
        paths: { foothold: ['../../../src/index.ts'], 'foothold/core': ['../../../src/core.ts'] },
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

it('every trigger of the README is accepted', () => {
  const triggers = [...readme.matchAll(/`(\{ "(?:on|count|sum|ratio|sequence|absent|idle|dwell|since|active|status|profile|segment|all|any|not)".*?\})`/g)]
    .map(([, text]) => text!)
    .filter((text) => !text.includes('…'))
    .map((text) => JSON.parse(text))
  expect(triggers.length).toBeGreaterThan(8)
  for (const trigger of triggers) {
    const guide = {
      format: 1,
      segments: { new: { active: 'sessions', is: { $lte: 1 } } },
      flows: [
        { id: 'welcome', version: 1, trigger: 'Page Viewed', steps: [{ id: 'hello', type: 'message' }] },
        { id: 'example', version: 1, trigger, steps: [{ id: 'hello', type: 'message' }] },
      ],
    }
    expect(guideProblems(guide), JSON.stringify(trigger)).toEqual([])
    expect(readGuide(guide)).toBe(guide)
  }
})

it('the README starts a flow in Node as it says', async () => {
  const block = blocks.find(({ code }) => code.includes("from 'foothold/core'"))!.code
  const { createEngine } = await import('../src/core/engine.ts')
  const { parseGuide } = await import('../src/core/schema.ts')
  const printed: unknown[] = []
  const run = new Function('createEngine', 'parseGuide', 'console', block.replace(/^import.*$/gm, '').replace(/\?\./g, '?.'))
  run(createEngine, parseGuide, { log: (text: unknown) => printed.push(text) })
  expect(printed).toEqual(['start'])
})
