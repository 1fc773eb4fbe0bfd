import { createHash } from 'node:crypto'
import { FootholdError } from '../core/errors.ts'

export const places = ['html', 'strict', 'gtm', 'next', 'vue', 'rails'] as const
export type Place = (typeof places)[number]

export interface SnippetOptions {
  /** Address of `foothold.js`; its `chunks/` are beside it. @default '/foothold/foothold.js' */
  script?: string
  /** Address of the guide. @default '/guide.json' */
  guide?: string
  /** Values of more `data-*` attributes, by their names without `data-`. */
  data?: { [name: string]: string }
}

/** The line that keeps calls until the script is there. */
export const stub = 'window.foothold=window.foothold||[]'

/** What a Content-Security-Policy without `'unsafe-inline'` needs in `script-src` for that line. */
export const stubHash = `'sha256-${createHash('sha256').update(stub).digest('base64')}'`

/**
 * What to paste to embed Foothold in such a place: a page (`html`), one with `script-src 'self'` (`strict`), a tag of
 * Google Tag Manager, an app of Next.js or Vue, a layout of Rails.
 *
 * Throws `invalid-option` for attributes that a bundled app has no option of text for.
 */
export function snippet(
  place: Place,
  { script = '/foothold/foothold.js', guide = '/guide.json', data = {} }: SnippetOptions = {},
): string {
  const given = { guide, ...data }
  const tag = `<script type="module" src="${escaped(script)}"${Object.entries(given)
    .map(([name, value]) => ` data-${name}="${escaped(value)}"`)
    .join('')}></script>`
  switch (place) {
    case 'html':
      return `<script>${stub}</script>\n${tag}\n`
    case 'strict':
      return `${tag}\n<!-- scripts of yours with type="module" below it find window.foothold -->\n`
    case 'gtm':
      return `<script>
(function () {
  ${stub};
  var script = document.createElement('script');
  script.type = 'module';
  script.src = ${quoted(script)};
${Object.entries(given)
  .map(([name, value]) => `  script.setAttribute('data-${name}', ${quoted(value)});\n`)
  .join('')}  document.head.appendChild(script);
})();
</script>
`
    case 'next':
      return `'use client'
// app/foothold.jsx; put <Foothold /> into the body of app/layout.jsx
import { useEffect } from 'react'
import { createFoothold, httpSource } from 'foothold'

export function Foothold() {
  // After hydration: until then the page has to be as the server sent it.
  useEffect(() => {
    const foothold = createFoothold(${options(guide, data)})
    window.foothold = foothold
    return foothold.stop
  }, [])
  return null
}
`
    case 'vue':
      return `// src/main.js
import { createApp } from 'vue'
import { createFoothold, httpSource } from 'foothold'
import App from './App.vue'

createApp(App).mount('#app')
window.foothold = createFoothold(${options(guide, data)})
`
    case 'rails':
      return `<%= javascript_tag "${stub}", nonce: true %>
<%= javascript_include_tag ${ruby(script)}, type: "module", data: { ${Object.entries(given)
        .map(([name, value]) => `${name}: ${ruby(value)}`)
        .join(', ')} } %>
`
  }
}

/** Of `createFoothold`: there theme and locale are texts, and all else is imported. */
function options(guide: string, data: { [name: string]: string }): string {
  const others = Object.keys(data).filter((name) => !/^(theme|locale)$/.test(name))
  if (others.length)
    throw new FootholdError(
      'invalid-option',
      `A bundled app has no data-${others[0]}. Leave it out, import what it names from foothold, and give that to createFoothold().`,
    )
  const more = Object.entries(data).map(([name, value]) => `, ${name}: ${quoted(value)}`)
  return `{ source: httpSource({ url: ${quoted(guide)} })${more.join('')} }`
}

function escaped(value: string): string {
  return value.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')
}

/** A text in a script, in single quotes, that ends no element. */
function quoted(value: string): string {
  return `'${JSON.stringify(value).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'").replace(/</g, '\\x3c')}'`
}

function ruby(value: string): string {
  return `"${value.replace(/[\\"#]/g, '\\$&')}"`
}
