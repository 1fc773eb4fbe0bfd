import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'vite'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What each room of src/ may import beside itself. `types` and `lazy` (by `import()`) come on top of `values`. */
interface Permit {
  values?: string[]
  types?: string[]
  lazy?: string[]
  packages?: string[]
}

const all = ['*']
const ends = ['observers', 'sources', 'stores', 'destinations', 'destinations/tags', 'assignments']
const rooms: Record<string, Permit> = {
  core: {},
  observers: { values: ['core'] },
  sources: { values: ['core'] },
  stores: { values: ['core'] },
  destinations: { values: ['core'] },
  assignments: { values: ['core'] },
  'destinations/tags': { values: ['core', 'destinations'] },
  'destinations/http': { values: ['core', 'destinations'] },
  steps: { values: ['core'], packages: ['preact'] },
  surfaces: { values: ['core', 'steps'], packages: ['preact', '@floating-ui/dom'] },
  theme: { values: ['core'], packages: ['culori'] },
  'theme.ts': { values: ['theme'] },
  'markdown.ts': { values: ['core'], packages: ['marked'] },
  'keep-early.ts': { values: ['core'] },
  'ahead.ts': { types: ['core'] },
  'contents.ts': { values: ['core', 'keep-early.ts'], types: ['steps', 'surfaces'], lazy: ['markdown.ts'] },
  'run.ts': { values: ['core', 'steps', 'surfaces'], types: ['contents.ts'], packages: ['xstate'] },
  'stage.ts': { values: ['core', 'surfaces', 'contents.ts', 'run.ts', 'ahead.ts'], packages: ['xstate'] },
  agent: {
    values: ['core', ...ends],
    types: ['foothold.ts', 'steps', 'stage.ts', 'inspector'],
    lazy: ['stage.ts', 'steps', 'surfaces', 'inspector'],
  },
  'foothold.ts': { values: ['core', 'agent', ...ends] },
  'script.ts': {
    values: ['foothold.ts', 'core', ...ends],
    types: ['agent', 'steps'],
    lazy: ['destinations', 'observers'],
  },
  'index.ts': {
    values: ['foothold.ts', 'core', 'steps', ...ends],
    types: ['surfaces', 'agent'],
  },
  'core.ts': { values: ['core'] },
  'inspector.ts': { values: ['inspector'] },
  inspector: { values: ['core', 'surfaces'], packages: ['preact'] },
  'testing.ts': { values: ['testing'] },
  backtest: { values: ['core'] },
  insights: { values: ['core'], packages: all },
  relay: { values: ['core', 'destinations', 'destinations/http', 'backtest', 'insights'], packages: all },
  cli: { values: all, lazy: all, packages: all },
  testing: { values: all, lazy: all, packages: all },
}

/** The packages of core, by file. */
const corePackages: Record<string, string[]> = {
  'core/condition.ts': ['regexparam'],
  'core/machine.ts': ['xstate'],
  'core/schema.ts': ['valibot'],
  'core/guide-json-schema.ts': ['@valibot/to-json-schema'],
}

const topLevel = [
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts', 'biome.json', 'README.md', 'LICENSE'],
  ...['src', 'themes', 'demo', 'test', '.ci', '.git', '.gitignore', '.npmrc'],
]

interface Import {
  from: string
  kind: 'value' | 'type' | 'lazy'
}

interface Module {
  /** Below src/, e.g. `core/engine.ts`. */
  path: string
  imports: Import[]
  /** What it breaks without looking at other modules. */
  faults: string[]
}

interface Node {
  type: string
  [key: string]: unknown
}

const modules = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => read(path, readFileSync(join(root, 'src', path), 'utf8')))

describe('architecture', () => {
  test('imports point one way and siblings never meet', () => {
    expect(modules.length).toBeGreaterThan(10)
    expect(modules.flatMap(wrongImports)).toEqual([])
  })

  test('relative imports carry the extension of a file that exists', () => {
    const missing = modules.flatMap(({ path, imports }) =>
      imports
        .filter(({ from }) => relative(from) && !existsSync(join(root, 'src', target(path, from))))
        .map(({ from }) => `${path}: ${from}`),
    )
    expect(missing).toEqual([])
  })

  test('no cycle of imports at run time', () => {
    expect(cycles(modules)).toEqual([])
  })

  test('the agent loads no package but the one for path patterns, no surface and no step', () => {
    if (!modules.some(({ path }) => path === 'script.ts')) return
    const loaded = reachable('script.ts', modules)
    const rest = loaded.filter((from) =>
      from.includes('.') ? /^(surfaces|steps|stage|markdown)\b/.test(from) : from !== 'regexparam',
    )
    expect(rest).toEqual([])
  })

  test('named exports, no `export *`, no class but the error, no mutable module state, no clock in core', () => {
    expect(modules.flatMap(({ path, faults }) => faults.map((fault) => `${path}: ${fault}`))).toEqual([])
  })

  test('files are named after what they hold', () => {
    const wrong = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => extname(path) && !/^(README.md|core\/tsconfig.json)$/.test(path) && !wellNamed(path))
    expect(wrong).toEqual([])
  })

  test('core is compiled without the types of the DOM and of Node', () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const listed = execFileSync(process.execPath, [tsc, '-p', join(root, 'src/core'), '--listFilesOnly'], {
      encoding: 'utf8',
    })
    const files = listed.split('\n').map((file) => file.trim())
    expect(files.filter((file) => /lib\.dom|@types\/node\//.test(file))).toEqual([])
    for (const { path } of modules) if (room(path) === 'core') expect(files).toContain(join(root, 'src', path))
  }, 30_000)

  test('the top level holds nothing else', () => {
    const ignored = readFileSync(join(root, '.gitignore'), 'utf8').split('\n')
    const wrong = readdirSync(root).filter(
      (name) => !topLevel.includes(name) && !ignored.includes(name) && !name.endsWith('.tgz'),
    )
    expect(wrong).toEqual([])
  })
})

describe('the rules above', () => {
  const importsOf = (path: string, text: string) => wrongImports(read(path, text))

  test.each([
    ['observers/dwell.ts', "import { localStore } from '../stores/local.ts'"],
    ['core/engine.ts', "import type { Observer } from '../observers/observer.ts'"],
    ['core/engine.ts', "import { createActor } from 'xstate'"],
    ['core/machine.ts', "import { readFileSync } from 'node:fs'"],
    ['foothold.ts', "import { createStage } from './stage.ts'"],
    ['foothold.ts', "import { type Stage } from './stage.ts'"],
    ['foothold.ts', "import { segment } from './destinations/http/segment.ts'"],
    ['stage.ts', "import { markdown } from './markdown.ts'"],
    ['surfaces/tooltip.tsx', "const more = import('../markdown.ts')"],
    ['steps/survey.tsx', "type Frame = import('../surfaces/tooltip.tsx').Frame"],
    ['cellar/wine.ts', "import { createEngine } from '../core/engine.ts'"],
    ['sources/http.ts', "export { createFoothold } from '../foothold.ts'"],
  ])('refuse in %s: %s', (path, text) => expect(importsOf(path, text)).toHaveLength(1))

  test.each([
    ['observers/dwell.ts', "import type { Observer } from './observer.ts'"],
    ['core/machine.ts', "import { setup } from 'xstate'"],
    ['agent/lazy-stage.ts', "import type { Stage } from '../stage.ts'\nconst stage = import('../stage.ts')"],
    ['contents.ts', "const more = import('./markdown.ts')"],
    ['surfaces/tooltip.tsx', "import { autoUpdate } from '@floating-ui/dom'\nimport css from './surface.css?inline'"],
  ])('accept in %s: %s', (path, text) => expect(importsOf(path, text)).toEqual([]))

  test.each([
    ['core/a.ts', 'export default 1'],
    ['core/a.ts', "export * from './b.ts'"],
    ['core/a.ts', 'export class Engine {}'],
    ['core/a.ts', 'let last = 0'],
    ['core/a.ts', 'const now = Date.now()'],
    ['core/a.ts', 'const now = () => new Date()'],
    ['core/a.ts', 'const dice = () => Math.random()'],
    ['core/a.ts', "import { b } from './b'"],
  ])('find a fault in %s: %s', (path, text) => expect(read(path, text).faults).toHaveLength(1))

  test('find cycles and what is loaded', () => {
    const ring = [
      read('core/a.ts', "import { b } from './b.ts'"),
      read('core/b.ts', "import type { c } from './c.ts'\nimport { d } from './d.ts'"),
      read('core/c.ts', "import { a } from './a.ts'"),
      read('core/d.ts', "import { a } from './a.ts'\nimport 'xstate'"),
    ]
    expect(cycles(ring)).toEqual(['core/a.ts → core/b.ts → core/d.ts → core/a.ts'])
    expect(reachable('core/a.ts', ring)).toEqual(['core/b.ts', 'core/d.ts', 'core/a.ts', 'xstate'])
  })

  test('refuse names that say nothing', () => {
    expect(['core/types.ts', 'steps/index.ts', 'core/date-utils.ts', 'stage/FlowManager.ts'].filter(wellNamed)).toEqual(
      [],
    )
  })
})

function read(path: string, text: string): Module {
  const { program, errors } = parseSync(path, text)
  const imports: Import[] = []
  const faults = errors.map(({ message }) => message)
  for (const statement of program.body as unknown as Node[]) {
    if (statement.type === 'ExportDefaultDeclaration') faults.push('a default export')
    if (statement.type === 'ExportAllDeclaration') faults.push('export *')
    const declared = (statement.declaration ?? statement) as Node
    if (declared.type === 'VariableDeclaration' && declared.kind !== 'const')
      faults.push(`module state in a ${declared.kind}`)
  }
  walk(program as unknown as Node, (node) => {
    const from = (node.source as { value?: string } | undefined)?.value
    if (from !== undefined) imports.push({ from, kind: kindOf(node) })
    if (/^Class/.test(node.type) && node.type !== 'ClassBody' && path !== 'core/errors.ts') faults.push('a class')
    if (room(path) === 'core' && readsClock(node)) faults.push('reads a clock or throws dice')
  })
  for (const { from } of imports)
    if (relative(from) && !/\.(tsx?|css|json)$/.test(bare(from))) faults.push(`${from} without its extension`)
  return { path, imports, faults }
}

function kindOf(node: Node): Import['kind'] {
  if (node.type === 'ImportExpression') return 'lazy'
  return node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type' ? 'type' : 'value'
}

function readsClock(node: Node): boolean {
  const named = (value: unknown, name: string) => (value as { name?: string } | undefined)?.name === name
  if (node.type === 'NewExpression') return named(node.callee, 'Date') && (node.arguments as unknown[]).length === 0
  if (node.type !== 'MemberExpression') return false
  return (
    (named(node.object, 'Date') && named(node.property, 'now')) ||
    (named(node.object, 'Math') && named(node.property, 'random'))
  )
}

function wrongImports({ path, imports }: Module): string[] {
  const here = room(path)
  const permit = rooms[here]
  if (!permit) return [`${path}: ${here} is no room of the house`]
  const { values = [], types = [], lazy = [], packages = [] } = permit
  const allowed = { value: values, type: [...values, ...types], lazy }
  return imports
    .filter(({ from, kind }) => {
      if (!relative(from)) return !includes(here === 'core' ? (corePackages[path] ?? []) : packages, packageOf(from))
      const there = room(target(path, from))
      return there !== here && !includes(allowed[kind], there)
    })
    .map(({ from, kind }) => `${path}: ${from} (${kind})`)
}

/** The first cycle found from each module that is not yet part of one. */
function cycles(among: Module[]): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (path: string, way: string[]) => {
    if (way.includes(path)) {
      found.push([...way.slice(way.indexOf(path)), path].join(' → '))
      return
    }
    if (done.has(path)) return
    for (const next of valuesOf(path, among)) visit(next, [...way, path])
    done.add(path)
  }
  for (const { path } of among) visit(path, [])
  return found
}

/** All that loading a module loads: paths of modules and names of packages. */
function reachable(path: string, among: Module[], seen: string[] = []): string[] {
  for (const next of valuesOf(path, among)) {
    if (seen.includes(next)) continue
    seen.push(next)
    reachable(next, among, seen)
  }
  return seen
}

function valuesOf(path: string, among: Module[]): string[] {
  const imports = among.find((module) => module.path === path)?.imports ?? []
  return imports.filter(({ kind }) => kind === 'value').map(({ from }) => (relative(from) ? target(path, from) : from))
}

function wellNamed(path: string): boolean {
  const name = basename(path)
  if (!/^[a-z][a-z0-9-]*\.(ts|tsx|css)$/.test(name)) return false
  if (name === 'index.ts') return path === 'index.ts'
  return !/\b(types?|utils?|helpers?|common|constants?|misc|shared|managers?|services?|handlers?)\b/.test(name)
}

/** The room of a path below src/: its folder, or the file itself where it stands alone. */
function room(path: string): string {
  const [first = '', second] = path.split('/')
  return first === 'destinations' && (second === 'tags' || second === 'http') ? `${first}/${second}` : first
}

function target(path: string, from: string): string {
  return join(dirname(path), bare(from)).replaceAll('\\', '/')
}

function bare(from: string): string {
  return from.replace(/\?.*$/, '')
}

function relative(from: string): boolean {
  return from.startsWith('.')
}

function packageOf(from: string): string {
  return from.split('/', from.startsWith('@') ? 2 : 1).join('/')
}

function includes(list: string[], name: string): boolean {
  return list.includes('*') || list.includes(name)
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit)
  else if (value && typeof value === 'object') {
    if (typeof (value as Node).type === 'string') visit(value as Node)
    for (const child of Object.values(value)) walk(child, visit)
  }
}
