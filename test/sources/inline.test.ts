import { describe, expect, test } from 'vitest'
import { inlineSource } from '../../src/sources/inline.ts'
import { sourceContract } from '../../src/testing/source-contract.ts'

const guide = { format: 1, flows: [] }

describe('inlineSource, as every source,', () => {
  const cases = sourceContract({
    open: () => inlineSource(guide, { hello: { title: 'Hello' } }),
    guide,
    content: { ref: 'hello', props: { title: 'Hello' }, missing: 'good-bye' },
    onError: (error) => expect(error).toMatchObject({ code: 'source-failed' }),
  })
  for (const { name, run } of cases) test(name, run)
})
