import { memoryStore } from '../../src/stores/memory.ts'
import { storeContract } from '../contracts/store.ts'

storeContract({ open: memoryStore, lasts: false })
