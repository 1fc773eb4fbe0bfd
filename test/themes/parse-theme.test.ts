import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lookOf, parseTheme, type Theme, themeCss, themeTokens, tokens } from '../../src/theme.ts'
import { numRuns, seed } from '../seed.ts'

const corpora = process.env.FOOTHOLD_CORPORA ?? fileURLToPath(new URL('../../../shared/corpora', import.meta.url))

const reasons = (input: unknown) => Object.fromEntries(parseTheme(input).refused.map(({ token, why }) => [token, why]))
const taken = (input: unknown) => {
  const { theme, refused } = parseTheme(input)
  expect(refused).toEqual([])
  return theme
}

describe('a record of tokens', () => {
  test('is a theme; a value is written as style sheets of Foothold write it', () => {
    expect(
      taken({
        accent: 'OKLCH(0.5 0.1 160)',
        '--foothold-text': 'black',
        overlay: '#00000080',
        font: "Inter, 'Segoe UI', sans-serif",
        'title-font': '{font}',
        'title-weight': 'semi-bold',
        'title-spacing': 0,
        radius: '6px',
        shadow: '0 2px 8px rgba(0,0,0,.2),inset 0 0 0 1px #fff',
        duration: '0.2s',
        ease: 'ease-out',
        dark: { scheme: 'dark', accent: '#5ce6ab' },
      }),
    ).toEqual({
      accent: '#1f744f',
      text: '#000000',
      overlay: 'rgb(0 0 0 / 0.502)',
      font: 'Inter, "Segoe UI", sans-serif',
      'title-font': 'var(--foothold-font)',
      'title-weight': '600',
      'title-spacing': '0px',
      radius: '6px',
      shadow: '0 2px 8px rgb(0 0 0 / 0.2), inset 0 0 0 1px #ffffff',
      duration: '200ms',
      ease: 'cubic-bezier(0, 0, 0.58, 1)',
      dark: { scheme: 'dark', accent: '#5ce6ab' },
    })
  })

  test('loses what is wrong and keeps the rest; each refusal says what to write', () => {
    const wrong = {
      accent: 'red;background:url(//evil.example/x)',
      text: '#00000080',
      colour: 'red',
      radius: '400px',
      'text-size': '3',
      font: 'Inter; } * { display: none',
      shadow: '0 0 url(x)',
      ease: 'steps(4)',
      scheme: 'sepia',
      'title-weight': 'fat',
      duration: '9s',
      'title-font': 'var(--host-secret)',
    }
    expect(taken({ muted: '#444' })).toEqual({ muted: '#444444' })
    expect(parseTheme({ ...wrong, muted: '#444' }).theme).toEqual({ muted: '#444444' })
    expect(reasons(wrong)).toEqual({
      accent: '"red;background:url(//evil.example/x)" is no color. Write e.g. "#0b6e4f" or "oklch(0.5 0.1 160)".',
      text: '"#00000080" is translucent, so what stands on it may be unreadable. Write a solid color.',
      colour: 'There is no token "colour". The README lists them all.',
      radius: '"400px" is out of bounds. Write a length from 0em to 4em (1em is 16px).',
      'text-size': '"3" is no length. Write a number with em, rem or px, e.g. "0.5em".',
      font: '"Inter; } * { display: none" is no list of font names. Write e.g. "Inter, system-ui, sans-serif".',
      shadow:
        '"0 0 url(x)" is no shadow. Write e.g. "0 8px 24px rgb(0 0 0 / 0.2)", several with commas between, or "none".',
      ease: '"steps(4)" is no easing. Write e.g. "cubic-bezier(0.2, 0, 0, 1)" or "ease-out".',
      scheme: '"sepia" is neither light nor dark. Write "light" or "dark".',
      'title-weight': '"fat" is no font weight. Write a number from 1 to 1000, e.g. 600.',
      duration: '"9s" is out of bounds. Write 0ms to 1000ms.',
      'title-font': '"var(--host-secret)" is no list of font names. Write e.g. "Inter, system-ui, sans-serif".',
    })
  })

  test('may let a token stand for another of its type, not in a circle', () => {
    expect(taken({ link: 'var(--foothold-accent)', focus: '{link}' })).toEqual({
      link: 'var(--foothold-accent)',
      focus: 'var(--foothold-link)',
    })
    expect(reasons({ link: '{radius}' }).link).toContain(
      'link is a color, and radius, which it stands for, a dimension.',
    )
    expect(reasons({ link: '{focus}', focus: '{link}' })).toEqual({
      link: 'link, focus, link stand for each other in a circle. Write a value.',
    })
    // the font of titles stands for that of the rest where a theme does not say otherwise
    expect(reasons({ font: '{title-font}' }).font).toContain('in a circle')
  })

  test.each([undefined, null, 'red', 5, [], [{ accent: 'red' }]])(
    'that is none, %j, is refused as a whole',
    (input) => {
      expect(parseTheme(input)).toEqual({ theme: {}, refused: [{ token: '', why: expect.stringContaining('object') }] })
    },
  )
})

describe('a document of design tokens', () => {
  const srgb = (...components: number[]) => ({ colorSpace: 'srgb', components })

  test('is a theme: groups, types that groups pass on, aliases to tokens of the brand', () => {
    const document = {
      brand: { $type: 'color', green: { $value: srgb(0.0431, 0.4314, 0.3098) }, deep: { $value: '{brand.green}' } },
      foothold: {
        color: { $type: 'color', accent: { $value: '{brand.deep}' }, link: { $value: '{foothold.color.accent}' } },
        shape: { radius: { $type: 'dimension', $value: { value: 6, unit: 'px' } } },
        motion: { ease: { $type: 'cubicBezier', $value: [0.2, 0, 0, 1] } },
        font: { $type: 'fontFamily', $value: ['Inter', 'Noto Sans', 'sans-serif'] },
        'title-weight': { $type: 'fontWeight', $value: 'bold' },
        dark: { color: { accent: { $type: 'color', $value: '#5ce6ab' } } },
      },
    }
    expect(taken(document)).toEqual({
      accent: '#0b6e4f',
      link: 'var(--foothold-accent)',
      radius: '6px',
      ease: 'cubic-bezier(0.2, 0, 0, 1)',
      font: 'Inter, "Noto Sans", sans-serif',
      'title-weight': '700',
      dark: { accent: '#5ce6ab' },
    })
  })

  test.each([
    [{ colorSpace: 'srgb', components: [1, 0, 0], alpha: 0.5 }, 'rgb(255 0 0 / 0.5)'],
    [{ colorSpace: 'hsl', components: [120, 100, 25] }, '#008000'],
    [{ colorSpace: 'hwb', components: [240, 0, 0] }, '#0000ff'],
    [{ colorSpace: 'oklch', components: [0.5, 0.1, 160] }, '#1f744f'],
    [{ colorSpace: 'oklch', components: [0.5, 0, 'none'] }, '#636363'],
    [{ colorSpace: 'lab', components: [50, 0, 0] }, '#777777'],
    [{ colorSpace: 'srgb-linear', components: [1, 1, 1] }, '#ffffff'],
    // outside of sRGB: the nearest inside
    [{ colorSpace: 'display-p3', components: [1, 0, 0] }, '#ff0b0c'],
    [{ colorSpace: 'xyz-d65', components: [0.9505, 1, 1.089] }, '#ffffff'],
    [{ hex: '#123456' }, '#123456'],
  ])('has colors in any color space: %j', ($value, css) => {
    expect(taken({ overlay: { $type: 'color', $value } })).toEqual({ overlay: css })
  })

  test.each([
    [{ colorSpace: 'srgb', components: [1, 0] }],
    [{ colorSpace: 'srgb', components: [1, 0, '0) / url(x'] }],
    [{ colorSpace: 'url(x', components: [1, 0, 0] }],
    [{ colorSpace: 'constructor', components: [1, 0, 0] }],
    [{ colorSpace: 'srgb', components: [1, 0, 0], alpha: '1' }],
    [{ colorSpace: 'srgb', components: [Number.NaN, 0, 0] }],
    [{}],
  ])('has no color that is none: %j', ($value) => {
    expect(parseTheme({ accent: { $type: 'color', $value } }).theme).toEqual({})
  })

  test('has several tokens in one: typography, border, transition, shadow', () => {
    const px = (value: number) => ({ value, unit: 'px' })
    expect(
      taken({
        title: {
          $type: 'typography',
          $value: { fontFamily: 'Georgia', fontSize: px(20), fontWeight: 400, letterSpacing: { value: 0, unit: 'px' } },
        },
        border: { $type: 'border', $value: { color: '#ddd', width: px(2), style: 'solid' } },
        motion: { $type: 'transition', $value: { duration: { value: 90, unit: 'ms' }, timingFunction: [0, 0, 1, 1] } },
        shadow: {
          $type: 'shadow',
          $value: [
            { color: '#0003', offsetX: px(0), offsetY: px(4), blur: px(12), spread: px(-2) },
            { color: '#fff', offsetX: px(0), offsetY: px(1), blur: px(0), spread: px(0), inset: true },
          ],
        },
      }),
    ).toEqual({
      'title-font': 'Georgia',
      'title-size': '20px',
      'title-weight': '400',
      'title-spacing': '0px',
      border: '#dddddd',
      'border-width': '2px',
      duration: '90ms',
      ease: 'cubic-bezier(0, 0, 1, 1)',
      shadow: '0 4px 12px -2px rgb(0 0 0 / 0.2), inset 0 1px 0 #ffffff',
    })
    expect(reasons({ text: { $type: 'typography', $value: { fontFamily: 'Georgia', lineHeight: 1.5 } } }).text).toBe(
      'There is no token for the lineHeight of text.',
    )
  })

  test('may refer by JSON pointer, have a group’s own value, and groups that extend others', () => {
    expect(
      taken({
        palette: { $type: 'color', sea: { $value: { colorSpace: 'srgb', components: [0, 0.4, 0.8] } } },
        base: { $type: 'color', text: { $value: '#111111' }, muted: { $value: '#555555' } },
        foothold: {
          accent: { $type: 'color', $root: { $ref: '#/palette/sea/$value' } },
          color: { $extends: '{base}', muted: { $value: '#444444' } },
        },
      }),
    ).toEqual({ accent: '#0066cc', text: '#111111', muted: '#444444' })
  })

  test('says of a wrong type, a missing name, a circle', () => {
    expect(
      reasons({
        accent: { $type: 'dimension', $value: { value: 1, unit: 'px' } },
        text: { $type: 'color', $value: '{brand.ink}' },
        muted: { $type: 'color', $value: '{a}' },
        a: { $type: 'color', $value: '{b}' },
        b: { $type: 'color', $value: '{a}' },
      }),
    ).toEqual({
      accent: 'accent is a color, not a dimension. Write "$type": "color".',
      text: '"brand.ink", which it stands for, is not there. Write a value, or the path of one.',
      muted: 'Its aliases lead in a circle, or too far. Write a value.',
    })
  })

  test('may hold other tokens; below `foothold` a name that is none is told', () => {
    expect(taken({ button: { padding: { $type: 'dimension', $value: { value: 1, unit: 'px' } } } })).toEqual({})
    expect(reasons({ foothold: { acent: { $type: 'color', $value: '#111' } } })).toEqual({
      'foothold.acent': 'There is no token "acent". The README lists them all.',
    })
  })

  test('of the wrong size is read as far as is sensible', () => {
    let deep: object = { accent: { $value: '#111' } }
    for (let level = 0; level < 5000; level++) deep = { a: deep }
    expect(parseTheme(deep).theme).toEqual({})
    const wide = Object.fromEntries(Array.from({ length: 6000 }, (_, at) => [`t${at}`, { $value: '#111' }]))
    expect(parseTheme(wide).refused[0]?.why).toContain('more than 5000 values')
    expect(parseTheme({ accent: `rgb(${' '.repeat(100_000)}0 0 0)` }).theme).toEqual({})
  })

  test('cannot reach what is not its own', () => {
    const hostile = JSON.parse(
      '{"__proto__":{"accent":"red"},"constructor":{"prototype":{"$value":"#111"}},"$type":"toString"}',
    )
    expect(parseTheme(hostile).theme).toEqual({})
    expect(parseTheme({ accent: { $value: '{constructor.name}' }, text: { $ref: '#/__proto__/x' } }).theme).toEqual({})
    expect(({} as { accent?: string }).accent).toBeUndefined()
  })
})

describe('there and back', () => {
  test('every default is written as it would be read', () => {
    for (const scheme of ['light', 'dark'] as const) {
      const look = Object.fromEntries(tokens.map((token) => [token.name, token[scheme] ?? token.light]))
      expect(taken(look)).toEqual(look)
    }
  })

  test('any theme comes back from its design tokens as it was', () => {
    fc.assert(
      fc.property(anyTheme(), (theme) => {
        expect(parseTheme(JSON.parse(JSON.stringify(themeTokens(theme))))).toEqual({ theme, refused: [] })
      }),
      { seed },
    )
  })

  test('any theme as CSS is nothing but its tokens', () => {
    fc.assert(
      fc.property(anyTheme(), (theme) => {
        const css = themeCss(theme, 'acme')
        for (const line of css.split('\n').filter((each) => each.includes('--foothold-')))
          expect(line).toMatch(/^ +--foothold-[a-z-]+: [^;{}@\\<>]+;$/)
        expect(css).not.toMatch(/url\(|image|env\(|attr\(|\/\*/)
      }),
      { seed },
    )
  })
})

describe('hostile values', () => {
  const corpus = [
    ...given('css-values.json'),
    ...given('naughty-strings.json'),
    ...['red;color:blue', 'rgb(0 0 0);x', '#fff}', 'Inter\n}', '"a" b', "'", 'a\\', '{accent}}', '0 0 0 0 0 0 red'],
  ]
  const sound = /^(?:(?:rgb|cubic-bezier|var)\([\da-z/,. -]+\)|[\p{L}\p{N}\p{M}#., "_+-])*$/u

  test('never get into CSS, in whatever token and form', () => {
    expect(corpus.length).toBeGreaterThan(8)
    const oneOfEachType = tokens.filter(({ type }, at) => tokens.findIndex((token) => token.type === type) === at)
    for (const { name } of oneOfEachType)
      for (const value of corpus)
        for (const input of [
          { [name]: value },
          { [name]: { $value: value } },
          { [name]: { $value: { value, unit: value } } },
          { [name]: { $value: [value, { color: value, offsetX: value, offsetY: 0 }] } },
          { [name]: { $value: { colorSpace: value, components: [value, 0, 0], hex: value } } },
          { [`${value}`]: { $value: value } },
          { foothold: { [name]: { $value: '{x}' } }, x: { $value: value } },
        ]) {
          const { theme } = parseTheme(input)
          for (const css of Object.values(theme)) expect(css).toMatch(sound)
        }
  })

  test('no text at all gets through that could end a declaration', () => {
    fc.assert(
      fc.property(fc.constantFrom(...tokens), fc.oneof(fc.string(), fc.json(), cssLike()), ({ name }, value) => {
        for (const css of Object.values(parseTheme({ [name]: value }).theme)) expect(css).toMatch(sound)
      }),
      { seed, numRuns: numRuns(500) },
    )
  })

  test('and `themeCss`, given them past the check, refuses', () => {
    expect(() => themeCss({ accent: 'red}*{display:none' }, 'acme')).toThrow(/accent of the theme "acme" is refused/)
    expect(() => themeCss({}, 'acme"]{}')).toThrow(/names no theme/)
    expect(() => themeCss({ nonsense: '1' } as Theme, 'acme')).toThrow(/no token/)
  })
})

test('the dark form of a theme begins from the built-in dark one, and has names of its own', () => {
  const theme = taken({ accent: '#0b6e4f', radius: '4px', dark: { accent: '#5ce6ab' } })
  expect(lookOf(theme, 'dark')).toMatchObject({ accent: '#5ce6ab', radius: '4px', surface: '#1c1e24', scheme: 'dark' })
  expect(lookOf(theme)).toMatchObject({ accent: '#0b6e4f', 'accent-border': '#0b6e4f', surface: '#ffffff' })
  expect(themeCss({ accent: '#0b6e4f' }, 'acme')).toBe(
    'foothold-host[data-theme="acme"] {\n  --foothold-accent: #0b6e4f;\n}\n',
  )
  const css = themeCss(theme, 'acme')
  expect(css.match(/data-theme="[^"]+"/g)).toEqual([
    'data-theme="acme"',
    'data-theme="acme-dark"',
    'data-theme="acme-auto"',
    'data-theme="acme-dark"',
    'data-theme="acme-auto"',
  ])
})

function anyTheme(): fc.Arbitrary<Theme> {
  const look = fc.record(Object.fromEntries(tokens.map((token) => [token.name, anyValue(token.type, token)])), {
    requiredKeys: [],
  })
  return fc.tuple(look, fc.option(look, { nil: undefined })).map(([light, dark]) => {
    const { theme } = parseTheme({ ...light, ...(dark && { dark }) })
    return theme
  })
}

function anyValue(type: string, { range, translucent }: (typeof tokens)[number]): fc.Arbitrary<unknown> {
  const color = fc
    .tuple(fc.nat(255), fc.nat(255), fc.nat(255), translucent ? fc.nat(100) : fc.constant(100))
    .map(([red, green, blue, alpha]) => `rgb(${red} ${green} ${blue} / ${alpha / 100})`)
  const [least, most] = range ?? [0, 1]
  const length = fc.tuple(fc.double({ min: least, max: most, noNaN: true }), fc.constantFrom('em', 'rem'))
  const word = fc.constantFrom('Inter', 'Noto Sans', 'serif', 'ui-monospace', '-apple-system', 'Söhne', 'inherit')
  const px = fc.integer({ min: -40, max: 40 })
  const layer = fc
    .tuple(px, px, fc.nat(60), px, fc.nat(255), fc.nat(100), fc.boolean())
    .map(([x, y, blur, spread, grey, alpha, inset]) =>
      [inset ? 'inset' : '', `${x}px ${y}px ${blur}px ${spread}px rgb(${grey} 0 0 / ${alpha / 100})`].join(' '),
    )
  const values: { [type: string]: fc.Arbitrary<unknown> } = {
    scheme: fc.constantFrom('light', 'dark'),
    color: fc.oneof(color, fc.constant('var(--foothold-accent)')),
    dimension: length.map(([value, unit]) => `${value.toFixed(6)}${unit}`),
    fontFamily: fc.oneof(fc.array(word, { minLength: 1, maxLength: 4 }), fc.constant('{font}')),
    fontWeight: fc.integer({ min: 1, max: 1000 }),
    duration: fc.nat(1000).map((ms) => `${ms}ms`),
    cubicBezier: fc.tuple(...[1, 2, 3, 4].map(() => fc.double({ min: 0, max: 1, noNaN: true }))),
    shadow: fc.oneof(
      fc.constant('none'),
      fc.array(layer, { minLength: 1, maxLength: 4 }).map((each) => each.join(',')),
    ),
  }
  return values[type] as fc.Arbitrary<unknown>
}

function cssLike(): fc.Arbitrary<string> {
  const pieces = [
    'url(',
    'x)',
    ';',
    '}',
    '{',
    '@import',
    '\\',
    '/*',
    '*/',
    '"',
    "'",
    ',',
    ' ',
    '0',
    '1px',
    'red',
    '#fff',
    'rgb(',
    '/',
    ')',
  ]
  return fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((each) => each.join(''))
}

/** Hostile values, where the corpora are at hand. */
function given(file: string): unknown[] {
  const path = join(corpora, file)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : []
}
