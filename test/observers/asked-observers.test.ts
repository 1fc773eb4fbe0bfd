import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { askedObservers } from '../../src/observers/asked-observers.ts'
import { defaultObservers } from '../../src/observers/default-observers.ts'
import { fakeClock } from '../../src/testing/fake-clock.ts'

test('every observer is a default one, or can be asked for by name; a name that there is not is told with all of them', () => {
  const complaints: string[] = []
  askedObservers('dance, sing', (message) => complaints.push(message)).watch(() => {}, fakeClock())()
  expect(complaints[0]).toContain('data-observers knows no "dance", "sing". It takes ')
  const asked = complaints[0]!.split('It takes ')[1]!.slice(0, -1).split(', ')
  const tested = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.browser.test.ts') && file !== 'on-navigate.browser.test.ts')
    .map((file) => file.split('.')[0])
  expect([...asked, ...defaultObservers().map(({ name }) => name)].sort()).toEqual(tested.sort())
})
