import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { playwright } from '@vitest/browser-playwright'
import type { BuildEnvironmentOptions, Plugin, SSROptions } from 'vite'
import { defineConfig } from 'vitest/config'
import { browserPath, launchFlags } from './test/browser.mjs'
import { corpus } from './test/corpus.ts'

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
const hashed = 'chunks/[name]-[hash].js'
/** Ends that only who names them loads. */
const asked = ['destinations/tags', 'assignments'].flatMap((folder) =>
  readdirSync(`src/${folder}`).map((file) => `${folder}/${basename(file, '.ts')}`),
)
const notOfTheStage =
  /\/steps\/(survey|field|offer|checklist)\.|\/surfaces\/(follow|cut-out)\.|\/markdown\.ts$|\/node_modules\/(marked|@floating-ui)\//

/**
 * What `npm run build` (test/build.mjs) builds, by Vite's mode.
 *
 * package  dist/esm, for bundlers: one file a module; dependencies stay imports
 * stage    dist/chunks: all that the drop-in loads with the first flow, in one request; what only flows load that have it, in
 *          one request each: step types, and what keeps tooltips beside elements; and Markdown
 * inspector dist/chunks: the panel that `inspect()` opens, in one request
 * ends     dist/chunks: destinations and observers that the drop-in loads where a page asks for them, and the sentences of explanations, for
 *          whoever asks; one request each
 * tag      dist/chunks: one destination that speaks to a client in the page, in one request; build.mjs says which, and puts one
 *          hash into the names of all. The drop-in asks for it by its name and that hash
 * script   dist/foothold.js, the drop-in: one request. No chunk imports it, so a page may load it under any address
 *          (`?v=2`, a copy on a CDN) and never gets a second one. The few modules that both need are in both
 * theme    dist/theme.js, the package's `foothold/theme`. It carries its color library: who only embeds the widget need not
 *          install it, and pages without a bundler can load it, as the theme studio does
 * themes   dist/themes
 * cli      dist/cli.js, the command `foothold`. It carries its argument parser, as without it it could not even say
 *          which optional package is missing, and, in a chunk that is loaded for guides with regular expressions, what
 *          analyses these; all other packages stay imports
 */
const builds: Record<string, { build: BuildEnvironmentOptions; plugins?: Plugin[]; ssr?: SSROptions }> = {
  package: {
    build: {
      outDir: 'dist/esm',
      minify: false,
      cssMinify: true,
      lib: {
        entry: ['index', 'core', 'inspector', 'testing', 'testing/playwright', ...asked].map(
          (name) => `src/${name}.ts`,
        ),
        formats: ['es'],
      },
      rolldownOptions: {
        external: isDependency,
        output: {
          preserveModules: true,
          preserveModulesRoot: 'src',
          // a style sheet beside its module: tooltip.css.js and tooltip.js
          entryFileNames: ({ facadeModuleId }) => (facadeModuleId?.includes('.css') ? '[name].css.js' : '[name].js'),
        },
      },
    },
  },
  stage: {
    build: {
      lib: {
        entry: [
          'stage.ts',
          'surfaces/follow.ts',
          ...['survey', 'offer', 'checklist'].map((type) => `steps/${type}.tsx`),
        ].map((name) => `src/${name}`),
        formats: ['es'],
      },
      rolldownOptions: {
        // What they have in common with the stage the others import from it, so that each is one request.
        preserveEntrySignatures: 'allow-extension',
        output: {
          minify: true,
          comments: false,
          entryFileNames: hashed,
          chunkFileNames: hashed,
          codeSplitting: { groups: [{ name: 'stage', test: (id) => !notOfTheStage.test(id) }] },
        },
      },
    },
  },
  inspector: {
    build: {
      lib: { entry: 'src/inspector/inspector.ts', formats: ['es'] },
      rolldownOptions: { output: { minify: true, comments: false, entryFileNames: hashed, chunkFileNames: hashed } },
    },
  },
  ends: {
    build: {
      lib: {
        entry: ['destinations/webhook', 'destinations/console', 'core/describe', 'observers/asked-observers'].map(
          (name) => `src/${name}.ts`,
        ),
        formats: ['es'],
      },
      rolldownOptions: {
        output: {
          minify: true,
          comments: false,
          // asked for by its name, in the console of a page
          entryFileNames: ({ name }) => (name === 'describe' ? 'chunks/describe.js' : hashed),
          chunkFileNames: hashed,
        },
      },
    },
  },
  tag: {
    build: {
      rolldownOptions: { output: { minify: true, comments: false, entryFileNames: 'chunks/[name].js' } },
    },
  },
  script: {
    plugins: [chunksBuiltBefore()],
    build: {
      lib: { entry: 'src/script.ts', formats: ['es'] },
      rolldownOptions: {
        output: { minify: true, comments: false, entryFileNames: 'foothold.js', chunkFileNames: hashed },
      },
    },
  },
  theme: {
    build: {
      lib: { entry: 'src/theme.ts', formats: ['es'] },
      rolldownOptions: {
        output: { banner: '/*! Carries culori, MIT licence, (c) 2018 Dan Burzo. */', entryFileNames: 'theme.js' },
      },
    },
  },
  themes: {
    plugins: [onlyStyles()],
    build: {
      outDir: 'dist/themes',
      cssCodeSplit: true,
      cssTarget: ['chrome111', 'firefox115', 'safari16.4'],
      rolldownOptions: { input: themes(), output: { assetFileNames: '[name][extname]' } },
    },
  },
  cli: {
    ssr: { noExternal: ['commander', 'recheck'] },
    build: {
      ssr: 'src/cli/cli.ts',
      target: 'node20',
      rolldownOptions: {
        output: {
          banner:
            '/*! Carries commander, MIT licence, (c) 2011 TJ Holowaychuk and contributors, and recheck, MIT licence, (c) TSUYUSATO Kitsune. */',
          entryFileNames: 'cli.js',
          chunkFileNames: 'cli/[name]-[hash].js',
        },
      },
    },
  },
}

const chromium = {
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({
    launchOptions: { executablePath: process.env.VITEST ? await browserPath() : '', args: launchFlags },
    // What closes is gone at once. How it moves is tested where that is what is tested.
    contextOptions: { reducedMotion: 'reduce' },
  }),
  instances: [{ browser: 'chromium' as const }],
  commands: { corpus: (_: unknown, name: string) => corpus(name) },
}

/** A busy machine is no fault: nothing is measured here, and what never comes is still found out. */
const patience = { testTimeout: 30_000, hookTimeout: 60_000, expect: { poll: { timeout: 5000 } } }

/** Tests by name: `*.test.ts` in Node, `*.browser.test.tsx` in Chromium, `*.e2e.test.ts` over the built dist. */
const test = {
  reporters: ['default', './test/faults/report.ts'],
  projects: [
    {
      test: {
        name: 'node',
        include: ['test/**/*.test.ts'],
        exclude: ['test/**/*.browser.test.ts', 'test/**/*.e2e.test.ts'],
        ...patience,
        sequence: { groupOrder: 0 },
      },
    },
    {
      extends: true as const,
      test: {
        name: 'browser',
        include: ['test/**/*.browser.test.{ts,tsx}'],
        setupFiles: ['test/setup.ts'],
        browser: chromium,
        ...patience,
        fileParallelism: false,
        sequence: { groupOrder: 1 },
      },
    },
    {
      test: {
        name: 'e2e',
        include: ['test/**/*.e2e.test.ts'],
        globalSetup: ['test/build.mjs'],
        ...patience,
        // They wait more than they work.
        maxWorkers: 2,
        sequence: { groupOrder: 2 },
      },
    },
  ],
}

export default defineConfig(({ mode }) => ({
  publicDir: false,
  define: ['stage', 'inspector', 'ends', 'script'].includes(mode) ? { 'process.env.NODE_ENV': '"production"' } : {},
  // All that browser tests import, so that none of them makes Vite bundle anew and reload in the middle of a run.
  optimizeDeps: {
    include: [
      '@amplitude/analytics-browser',
      '@floating-ui/dom',
      '@fullstory/snippet',
      '@optimizely/optimizely-sdk',
      '@segment/analytics-next',
      '@testing-library/dom',
      '@testing-library/preact',
      '@testing-library/user-event',
      'axe-core',
      '@growthbook/growthbook',
      '@openfeature/web-sdk',
      'fast-check',
      'marked',
      'mixpanel-browser/dist/mixpanel-core.cjs.js',
      'posthog-js',
      'preact',
      'preact/hooks',
      'preact/jsx-dev-runtime',
      'preact/jsx-runtime',
      'preact/test-utils',
      'valibot',
      'xstate',
    ],
  },
  ...builds[mode],
  test,
}))

function isDependency(id: string): boolean {
  return Object.keys(dependencies).some((name) => id === name || id.startsWith(`${name}/`))
}

function themes(): Record<string, string> {
  const files = existsSync('themes') ? readdirSync('themes').filter((file) => file.endsWith('.css')) : []
  return Object.fromEntries(files.map((file) => [file.replace(/\.css$/, ''), `themes/${file}`]))
}

/** Lets what the drop-in loads by `import()` point at the chunk that an earlier build has left. */
function chunksBuiltBefore(): Plugin {
  let chunks = ''
  return {
    name: 'chunks-built-before',
    enforce: 'pre',
    configResolved: (config) => {
      chunks = `${config.build.outDir}/chunks`
    },
    resolveId: (source, _importer, { kind }) => {
      if (kind !== 'dynamic-import') return
      const file = readdirSync(chunks).find((name) => name.startsWith(`${basename(source).replace(/\.tsx?$/, '')}-`))
      if (!file) throw new Error(`There is no chunk of ${source}: it has to be built before the drop-in.`)
      return { id: `./chunks/${file}`, external: true }
    },
    transform(code, id) {
      if (!id.endsWith('/src/script.ts')) return
      const written = '`./destinations/tags/${name}.ts`'
      if (!code.includes(written)) throw new Error(`script.ts no longer imports ${written}.`)
      const tag = basename(asked[0]!)
      const hash = readdirSync(chunks)
        .find((file) => file.startsWith(`${tag}-`))
        ?.slice(tag.length)
      if (!hash) throw new Error('There are no chunks of tags: they have to be built before the drop-in.')
      return code.replace(written, `/* @vite-ignore */ \`./chunks/\${name}${hash}\``)
    },
  }
}

/** A build of style sheets alone leaves empty modules behind. */
function onlyStyles(): Plugin {
  return {
    name: 'only-styles',
    generateBundle(_options, bundle) {
      for (const [file, output] of Object.entries(bundle)) if (output.type === 'chunk') delete bundle[file]
    },
  }
}
