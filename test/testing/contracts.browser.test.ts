import { expect, test } from 'vitest'
import type { Observer } from '../../src/index.ts'
import { observerContract } from '../../src/testing.ts'

const copied: Observer = {
  name: 'copied',
  watch(report) {
    const onCopy = () => report({ type: 'Text Copied', properties: { path: location.pathname } })
    document.addEventListener('copy', onCopy)
    return () => document.removeEventListener('copy', onCopy)
  },
}

async function broken(create: () => Observer): Promise<string[]> {
  const names: string[] = []
  const provoke = () => void document.dispatchEvent(new Event('copy'))
  for (const { name, run } of observerContract({ create, provoke, reports: ['Text Copied'] }))
    await run().catch(() => names.push(name))
  return names
}

test('the contract of observers finds nothing in a good one', async () => {
  expect(await broken(() => copied)).toEqual([])
})

test('the contract of observers finds what is left behind', async () => {
  const forgetful: Observer = {
    ...copied,
    watch(report, context) {
      copied.watch(report, context)
      return () => {}
    },
  }
  expect(await broken(() => forgetful)).toEqual([
    'leaves no listener, timer or observer behind when it is stopped',
    'reports nothing once it is stopped, and does not report the stop',
  ])
})

test('the contract of observers finds what is no plain data, and what looks about too early', async () => {
  const loud: Observer = {
    ...copied,
    watch: (report) => copied.watch(() => report({ type: 'x', properties: { on: document as never } }), {} as never),
  }
  expect(await broken(() => loud)).toContain('reports what it is there for, as plain data')
  const early = () => {
    document.addEventListener('click', () => {})
    return copied
  }
  expect(await broken(early)).toContain('touches nothing before it is told to watch')
})
