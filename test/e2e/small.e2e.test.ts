import { expect, test } from 'vitest'
import { newVisitors } from './visitor.ts'

const visitor = newVisitors({ width: 320, height: 640 })
const { open, received, surface } = visitor

test('on a small screen nothing is cut off and the page does not scroll sideways', async () => {
  const { page } = visitor
  await open('/harbor')
  for (const [words, next] of [
    ['Welcome aboard', 'Show me around'],
    ['Everything starts', 'Next'],
    ['Your work', 'Next'],
    ['Bring somebody', 'Next'],
  ] as const) {
    const step = surface(words)
    await step.waitFor()
    await inWindow(step)
    await step.getByRole('button', { name: next }).click()
  }
  for (let looks = 1; looks <= 4; looks++) {
    await open('/pier/products/p1')
    // A look takes a moment: who is gone at once has not looked.
    await expect.poll(() => received('Product Viewed').length).toBe(looks)
  }
  const banner = surface('Still thinking')
  await banner.waitFor()
  await inWindow(banner)

  async function inWindow(step: ReturnType<typeof surface>) {
    const box = await step.boundingBox()
    if (!box) throw new Error('The step is not drawn')
    expect(box.x).toBeGreaterThanOrEqual(0)
    expect(box.x + box.width).toBeLessThanOrEqual(320)
    expect(box.y).toBeGreaterThanOrEqual(0)
    expect(box.y + box.height).toBeLessThanOrEqual(640)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  }
})
