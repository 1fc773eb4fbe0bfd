import { init } from '@fullstory/snippet'
import { expect, test } from 'vitest'
