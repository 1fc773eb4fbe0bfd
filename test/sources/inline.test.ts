import { inlineSource } from '../../src/sources/inline.ts'
import { sourceContract } from '../contracts/source.ts'

const guide = { format: 1, flows: [] }

sourceContract({
  name: 'inline',
  open: () => inlineSource(guide, { hello: { title: 'Hello' } }),
  guide,
  content: { ref: 'hello', props: { title: 'Hello' }, missing: 'good-bye' },
})
