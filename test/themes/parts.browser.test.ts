import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { languages, scenes } from '../../demo/studio/scenes.js'
import readme from '../../README.md?raw'
import type { Flow } from '../../src/core/guide.ts'
import { defineStep } from '../../src/steps/step.ts'
import { closeHouses, playhouse } from '../stage/playhouse.ts'

interface Scene {
  id: string
  steps(words: unknown): Flow['steps']
  press?: string[]
}

const table = readme.slice(readme.indexOf('| part | is |'), readme.indexOf('### Themes from data'))
const documented = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) =>
  [...cell!.matchAll(/`([\w -]+)`/g)].map(([, name]) => name!),
)

const drawn = new Set<string>()
const confetti = defineStep({ name: 'confetti', mount: () => {} })

beforeEach(() => {
  document.body.innerHTML = '<button id="here" style="margin: 200px">here</button><div id="slot">slot</div>'
})
afterEach(() => {
  closeHouses()
  document.body.replaceChildren()
})

const all = (selector: string) =>
  [...document.querySelectorAll('foothold-host')].flatMap(({ shadowRoot }) => [
    ...(shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? []),
  ])

test.each((scenes as Scene[]).map((scene) => [scene.id, scene] as const))(
  'whatever is drawn of %s has only parts that the README names',
  async (_id, { steps, press = [] }) => {
    const { stage } = playhouse({ steps: [confetti] })
    stage.preview({
      id: 'scene',
      version: 1,
      trigger: 'Never',
      steps: (steps(languages.en) as object[]).map((step, at) => ({ id: `step-${at}`, ...step })),
    } as Flow)
    await collected()
    for (const part of press) {
      all(`button[part~="${part}"]`)[0]?.click()
      await collected()
    }
    expect([...drawn].filter((part) => !documented.includes(part))).toEqual([])
  },
)

test('every part that the README names is drawn by some surface or step', () => {
  expect(documented.length).toBeGreaterThan(10)
  expect(documented.filter((part) => !drawn.has(part))).toEqual([])
})

async function collected() {
  const parts = () => all('.flow [part]')
  await vi.waitFor(() => expect(parts()).not.toEqual([]))
  // What is fetched for it, such as the reader of rich text, is there as soon as a surface is.
  for (const element of parts()) for (const name of element.getAttribute('part')!.split(' ')) drawn.add(name)
}
