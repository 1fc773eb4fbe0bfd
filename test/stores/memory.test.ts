import { describe, test } from 'vitest'
import { memoryStore } from '../../src/stores/memory.ts'
import { storeContract } from '../../src/testing/store-contract.ts'

describe('memoryStore, as every store,', () => {
  for (const { name, run } of storeContract({ open: memoryStore, lasts: false })) test(name, run)
})
