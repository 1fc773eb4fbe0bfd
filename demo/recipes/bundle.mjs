import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const entries = {
  'slider-dom': 'slider-dom.js',
  'slider-react': 'slider-react.jsx',
  'slider-vue': 'slider-vue.js',
  'slider-svelte': 'slider-svelte.js',
}
const made = new Map()

/** A recipe with the framework it is written in, as one module; undefined for what is none. Made when first asked for. */
export function bundleRecipe(name) {
  if (!Object.hasOwn(entries, name)) return
  if (!made.has(name)) made.set(name, bundle(here + entries[name]))
  return made.get(name)
}

async function bundle(entry) {
  const { build } = await import('vite')
  const result = await build({
    configFile: false,
    root: here,
    logLevel: 'warn',
    plugins: [vue(), svelte()],
    oxc: { jsx: { runtime: 'automatic', importSource: 'react', development: false } },
    define: {
      'process.env.NODE_ENV': '"production"',
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    build: { write: false, minify: true, lib: { entry, formats: ['es'], fileName: 'recipe' } },
  })
  return [result].flat()[0].output[0].code
}

/** What a project takes `@vitejs/plugin-vue` for. */
function vue() {
  return {
    name: 'vue',
    async transform(source, id) {
      if (!id.endsWith('.vue')) return
      const { compileScript, parse } = await import('vue/compiler-sfc')
      const { descriptor } = parse(source, { filename: id })
      return compileScript(descriptor, { id: 'recipe', inlineTemplate: true }).content
    },
  }
}

/** What a project takes `@sveltejs/vite-plugin-svelte` for. */
function svelte() {
  return {
    name: 'svelte',
    async transform(source, id) {
      if (!id.endsWith('.svelte')) return
      const { compile } = await import('svelte/compiler')
      return compile(source, { filename: id }).js.code
    },
  }
}
