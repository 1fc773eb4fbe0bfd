import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { parseSync } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setup } from './build.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = (path: string) => join(root, 'node_modules', path)
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** A project that has installed what is published, with the declared dependencies and no others. */
const project = mkdtempSync(join(tmpdir(), 'foothold-'))
const installed = join(project, 'node_modules/foothold')
let tarball = ''
let files: string[] = []

beforeAll(() => {
  setup()
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const packed = run(npm, ['pack', '--json', '--pack-destination', project], root)
  tarball = join(project, JSON.parse(packed)[0].filename)
  mkdirSync(installed, { recursive: true })
  run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(project, 'node_modules', name)), { recursive: true })
    symlinkSync(bin(name), join(project, 'node_modules', name), 'junction')
  }
  writeFileSync(join(project, 'package.json'), '{"private":true,"type":"module"}')
  files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'))
}, 120_000)

afterAll(() => rmSync(project, { recursive: true, force: true }))

describe('the published package', () => {
  test('satisfies publint', async () => {
    const { messages } = await publint({ pkgDir: installed, pack: false, strict: true })
    expect(messages).toEqual([])
  })

  test('resolves to the right types in every ESM resolution', () => {
    run(process.execPath, [bin('@arethetypeswrong/cli/dist/index.js'), tarball, '--profile', 'esm-only'])
  }, 60_000)

  test.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])(
    'type-checks where it is used, module %s',
    (module, moduleResolution) => {
      writeFileSync(
        join(project, 'use.ts'),
        `import { createFoothold, defineStep } from 'foothold'
      import { createEngine, flowMachine, matches, parseGuide } from 'foothold/core'
      import { parseTheme, type Theme } from 'foothold/theme'
      import { simulate, sourceContract } from 'foothold/testing'
      import type { Activity, ActivityMap, Destination } from 'foothold'
      import { segmentTag } from 'foothold/destinations/tags/segment'
      export const tag: Destination = segmentTag({ types: ['Flow *'] })
      declare module 'foothold' { interface ActivityMap { 'Project Created': { project_id: string } } }
      export const all = [createFoothold, defineStep, createEngine, flowMachine, matches, parseGuide, sourceContract]
      export const visit = simulate({ format: 1, flows: [] }).as('u_1', { plan: 'trial' }).on('/').advance('3m')
      export const created: ActivityMap['Project Created'] = { project_id: 'p1' }
      export const theme: Theme = parseTheme({ accent: 'red' }).theme
      export const at = (activity: Activity): number => activity.at`,
      )
      const options = {
        module,
        moduleResolution,
        target: 'es2022',
        strict: true,
        noEmit: true,
        types: [],
        jsx: 'react-jsx',
        jsxImportSource: 'preact',
      }
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['use.ts'] }))
      run(process.execPath, [bin('typescript/bin/tsc'), '-p', project])
    },
    60_000,
  )

  test("tests a guide in Node's own runner", () => {
    const guide = {
      format: 1,
      flows: [{ id: 'help', version: 1, trigger: { idle: '3m' }, steps: [{ id: 'a', type: 'message' }] }],
    }
    const file = join(project, 'help.test.mjs')
    const write = (time: string) =>
      writeFileSync(
        file,
        `import test from 'node:test'
        import { simulate } from 'foothold/testing'
        test('help comes', () => simulate(${JSON.stringify(guide)}).on('/').advance('${time}').expect('help'))`,
      )
    write('3m')
    run(process.execPath, ['--test', file])
    write('2m')
    expect(() => run(process.execPath, ['--test', file])).toThrow('would fire by itself at 12:03')
  })

  test('holds the build, the licence and the readme, and no trace of the machine that built it', () => {
    const others = files.filter((path) => !/^(dist\b|package\.json$|README\.md$|LICENSE$)/.test(path))
    expect(others).toEqual([])
    expect(files.filter((path) => path.endsWith('.map'))).toEqual([])
    const text = files.filter((path) => /\.(js|ts|css|json)$/.test(path)).map((path) => [path, content(path)] as const)
    expect(
      text.filter(([, code]) => code.includes('sourceMappingURL') || code.includes(root)).map(([path]) => path),
    ).toEqual([])
  })

  test('imports only what it depends on', () => {
    const foreign = files
      .filter((path) => /^dist\/esm\/.*\.(js|d\.ts)$/.test(path))
      .flatMap((path) => importsOf(path).filter((from) => !from.startsWith('.')))
      .map((from) => from.split('/', from.startsWith('@') ? 2 : 1).join('/'))
    // The fixture is for who has Playwright: its types are all that it takes of it.
    expect([...new Set(foreign)].filter((name) => !(name in dependencies))).toEqual(['@playwright/test'])
    expect(peerDependencies).toHaveProperty('@playwright/test')
  })

  test.each([
    'foothold',
    'foothold/core',
    'foothold/inspector',
    'foothold/theme',
    'foothold/testing',
    'foothold/testing/playwright',
    'foothold/destinations/tags/segment',
    'foothold/destinations/tags/gtag',
    'foothold/assignments/growthbook',
  ])('importing %s on a server has no side effect', (name) => {
    const script = `
      const before = Reflect.ownKeys(globalThis)
      const held = process.getActiveResourcesInfo().length
      await import('${name}')
      await new Promise(setImmediate)
      const after = Reflect.ownKeys(globalThis).filter((key) => !before.includes(key))
      console.log(JSON.stringify({ globals: after.map(String), held: process.getActiveResourcesInfo().length - held }))`
    const said = run(process.execPath, ['--input-type=module', '-e', script], project)
    expect(JSON.parse(said)).toEqual({ globals: [], held: 0 })
  })
})

describe('the drop-in', () => {
  const chunks = () => files.filter((path) => /^dist\/(foothold|chunks\/.*)\.js$/.test(path))

  test('is complete: every import is one of its chunks', () => {
    const missing = chunks().flatMap((path) =>
      importsOf(path)
        .flatMap(tagsIn)
        .filter((from) => !files.includes(join(dirname(path), from).replaceAll('\\', '/'))),
    )
    expect(missing).toEqual([])
  })

  test('is one request, and so is the stage; no chunk imports the drop-in', () => {
    expect(statics('dist/foothold.js')).toEqual([])
    const stage = chunks().find((path) => path.startsWith('dist/chunks/stage-'))!
    expect(statics(stage)).toEqual([])
    // With the stage a step type is one request more.
    for (const path of chunks())
      expect([[], [stage]]).toContainEqual(statics(path).map((from) => join(dirname(path), from)))
  })

  test('has a hash in the name of each chunk, so that it may be kept for ever, but the one that is asked for by hand', () => {
    const named = chunks().filter((path) => path !== 'dist/foothold.js' && !/-[\w-]{8}\.js$/.test(path))
    expect(named).toEqual(['dist/chunks/describe.js'])
  })

  test('is built for production and minified', () => {
    for (const path of chunks()) {
      expect(content(path)).not.toContain('process.env')
      const lines = content(path).split('\n').length
      expect(content(path).length / lines).toBeGreaterThan(200)
    }
  })
})

/** What the drop-in imports by the name of a tag: each of them. */
function tagsIn(from: string): string[] {
  const tags = readdirSync(join(root, 'src/destinations/tags')).map((file) => basename(file, '.ts'))
  return from.includes('${') ? tags.map((name) => from.replace(/\$\{\w+\}/, name)) : [from]
}

function content(path: string): string {
  return readFileSync(join(installed, path), 'utf8')
}

function importsOf(path: string): string[] {
  const code = content(path)
  const { dynamicImports } = parseSync(path, code).module
  const lazy = dynamicImports.map(({ moduleRequest: { start, end } }) => code.slice(start + 1, end - 1))
  return [...statics(path), ...lazy]
}

function statics(path: string): string[] {
  const { staticImports, staticExports } = parseSync(path, content(path)).module
  const exported = staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
  )
  return [...staticImports.map(({ moduleRequest }) => moduleRequest.value), ...exported]
}

/** Runs a command; when it fails, the error says what the command said. */
function run(command: string, args: string[], cwd = project): string {
  try {
    return execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      shell: command.endsWith('.cmd'),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`)
  }
}
