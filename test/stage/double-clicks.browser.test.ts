import { afterEach, expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { closeHouses, flowOf, playhouse, put, root, titles } from './playhouse.ts'

afterEach(closeHouses)

const tour = flowOf(['one', 'two', 'three'].map((id) => ({ id, surface: 'modal' })))
const next = () => root()!.querySelector<HTMLElement>('[part~=action-primary]')!

test('a double click moves on by one step', async () => {
  const { play } = playhouse({ flows: [tour] })
  play('tour')
  await userEvent.dblClick(next())
  expect(titles()).toEqual(['two'])
})

test('two clicks in a row move on by two', async () => {
  const { play } = playhouse({ flows: [tour] })
  play('tour')
  await userEvent.click(next())
  await userEvent.click(next())
  expect(titles()).toEqual(['three'])
})

test('a double click on the page does not press what it opened under the pointer', async () => {
  await page.viewport(1000, 700)
  const { play, stage } = playhouse({ flows: [tour] })
  play('tour')
  const { left, top } = next().getBoundingClientRect()
  stage.end('tour', 'test')
  const cover = put('cover', { position: 'fixed', left: '0', top: '0', width: '100vw', height: '100vh' })
  cover.onclick = () => play('tour')
  await userEvent.dblClick(cover, { position: { x: left + 5, y: top + 5 } })
  expect(titles()).toEqual(['one'])
})

test('a double click long after a step came up is the step’s own', async () => {
  const { play } = playhouse({ flows: [tour] })
  play('tour')
  let doubled = 0
  root()!.addEventListener('dblclick', () => doubled++)
  await userEvent.dblClick(root()!.querySelector('[part~=title]')!)
  expect(doubled).toBe(1)
  expect(titles()).toEqual(['one'])
})
