/**
 * Builds the package into dist/: `node test/build.mjs`, or with `--if-stale` only when a source is newer.
 * All of it is made aside and put in place at the end, so that a failed or concurrent build never leaves half a dist.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const tags = readdirSync(join(root, 'src/destinations/tags')).map(
  (file) => `destinations/tags/${basename(file, '.ts')}`,
)
const assignments = readdirSync(join(root, 'src/assignments')).map((file) => `assignments/${basename(file, '.ts')}`)
const sources = ['src', 'themes', 'test/build.mjs', 'vite.config.ts', 'package.json', 'tsconfig.json']

/** Builds unless dist/ is newer than its sources. Also what vitest calls before the end-to-end tests. */
export function setup() {
  const newest = Math.max(...sources.map((name) => changed(join(root, name))))
  if (existsSync(dist) && statSync(dist).mtimeMs >= newest) return
  // in a process of its own: whoever asks may run with other modes and variables
  const { VITEST, NODE_ENV, ...env } = process.env
  execFileSync(process.execPath, [fileURLToPath(import.meta.url)], { stdio: 'inherit', env })
}

async function build() {
  const started = new Date()
  const aside = join(root, `node_modules/.cache/dist-${process.pid}`)
  mkdirSync(aside, { recursive: true })
  try {
    await bundles(aside)
    declarations(join(aside, 'esm'))
    await jsonSchema(join(aside, 'guide.schema.json'))
    utimesSync(aside, started, started)
    if (existsSync(dist)) renameSync(dist, `${aside}-old`)
    renameSync(aside, dist)
  } finally {
    rmSync(aside, { recursive: true, force: true })
    rmSync(`${aside}-old`, { recursive: true, force: true })
  }
}

/** Runs the modes of vite.config.ts; the drop-in comes after its chunks, whose file names it contains. */
async function bundles(outDir) {
  process.env.NODE_ENV = 'production'
  const vite = await import('vite')
  const folders = {
    package: 'esm',
    stage: '',
    inspector: '',
    ends: '',
    script: '',
    theme: '',
    themes: 'themes',
    cli: '',
  }
  for (const [mode, folder] of Object.entries(folders)) {
    if (mode === 'themes' && !readdirSync(join(root, 'themes')).length) continue
    if (mode === 'script') await tagChunks(vite, outDir)
    await vite.build({ root, mode, logLevel: 'warn', build: { outDir: join(outDir, folder), emptyOutDir: false } })
  }
}

/**
 * Each by itself: what they have in common would be a chunk of its own, and they more than one request. One hash is in
 * all their names, so that the drop-in has to know but that.
 */
async function tagChunks(vite, outDir) {
  const hash = createHash('sha256')
  const files = []
  for (const entry of tags.map((name) => join(root, `src/${name}.ts`))) {
    const lib = { entry, formats: ['es'] }
    await vite.build({ root, mode: 'tag', logLevel: 'warn', build: { lib, outDir, emptyOutDir: false } })
    files.push(join(outDir, `chunks/${basename(entry, '.ts')}.js`))
    hash.update(readFileSync(files.at(-1)))
  }
  const suffix = hash.digest('base64url').replace(/\W|_/g, '').slice(0, 8)
  for (const file of files) renameSync(file, file.replace(/\.js$/, `-${suffix}.js`))
}

function declarations(outDir) {
  const config = join(root, `node_modules/.cache/tsconfig-${process.pid}.json`)
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        noCheck: true,
        emitDeclarationOnly: true,
        declaration: true,
        stripInternal: true,
        rootDir: join(root, 'src'),
        outDir,
        types: ['vite/client'],
        typeRoots: [join(root, 'node_modules')],
      },
      files: ['index', 'core', 'inspector', 'theme', 'testing', 'testing/playwright', ...tags, ...assignments].map(
        (name) => join(root, `src/${name}.ts`),
      ),
      include: [],
    }),
  )
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    execFileSync(process.execPath, [tsc, '-p', config], { stdio: 'inherit' })
  } finally {
    rmSync(config)
  }
  // TypeScript leaves `.ts` in the imports of declarations
  for (const name of readdirSync(outDir, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue
    const file = join(outDir, name)
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace(/((?:from |import\()['"]\.[^'"]*)\.tsx?(?=['"])/g, '$1.js'))
  }
}

async function jsonSchema(file) {
  const { createServer } = await import('vite')
  const server = await createServer({
    configFile: false,
    root,
    logLevel: 'warn',
    server: { middlewareMode: true, watch: null, ws: false },
  })
  try {
    const { guideJsonSchema } = await server.ssrLoadModule('/src/core/guide-json-schema.ts')
    writeFileSync(file, `${JSON.stringify(await guideJsonSchema())}\n`)
  } finally {
    await server.close()
  }
}

/** When the newest file under a path was changed. */
function changed(path) {
  const info = statSync(path)
  if (!info.isDirectory()) return info.mtimeMs
  return Math.max(0, ...readdirSync(path).map((name) => changed(join(path, name))))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--if-stale')) setup()
  else await build()
}
