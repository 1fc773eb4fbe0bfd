import type { ContentContext, Source } from '../sources/source.ts'
import { type ContractCase, claim, claimRejects, claimSame } from './claim.ts'

export interface SourceCase {
  /** A new source, called once a case. */
  open(): Source | Promise<Source>
  /** What the guide must be. */
  guide: unknown
  /** A content that there is, and one that there is not; needed where the source has `content`. */
  content?: { ref: string; props: unknown; missing: string }
  /** Sources that cannot bring a guide, by what is wrong with them. */
  broken?: { [what: string]: () => Source | Promise<Source> }
  /** A source that never answers by itself; where one can be made. */
  silent?(): Source | Promise<Source>
  /** Looks at each error, and throws where it is not as it should be. */
  onError?(error: Error): void
}

/** What a source is told when a step asks for its content. */
export function contentContext(more: Partial<ContentContext> = {}): ContentContext {
  return { flow: 'welcome', trigger: {}, visitor, locale: 'en', signal: new AbortController().signal, ...more }
}

/**
 * What every source does.
 *
 * @example
 * for (const { name, run } of sourceContract({ open: () => cms('https://cms.test'), guide })) test(name, run)
 */
export function sourceContract({
  open,
  guide,
  content,
  broken = {},
  silent,
  onError = () => {},
}: SourceCase): ContractCase[] {
  const signal = () => new AbortController().signal
  const cases: ContractCase[] = [
    {
      name: 'has a name',
      async run() {
        claim(/^[a-z][a-z0-9-]*$/.test((await open()).name), 'The name is to be lowercase words with hyphens.')
      },
    },
    {
      name: 'brings the guide, again and again',
      async run() {
        const source = await open()
        claimSame(await source.guide(visitor, signal()), guide, 'The guide')
        claimSame(await source.guide({ ...visitor, id: 'u1' }, signal()), guide, 'The guide for another visitor')
      },
    },
  ]

  for (const [what, make] of Object.entries(broken))
    cases.push({
      name: `rejects, and never throws, with ${what}; says why`,
      async run() {
        const asked = (await make()).guide(visitor, signal())
        claim(typeof asked?.then === 'function', 'guide() is to return a promise.')
        onError(await claimRejects(asked, 'The guide'))
      },
    })

  if (silent)
    cases.push({
      name: 'rejects when it is no longer wanted, before or while it waits',
      async run() {
        const source = await silent()
        const abort = new AbortController()
        const asked = source.guide(visitor, abort.signal)
        abort.abort()
        onError(await claimRejects(asked, 'A guide no longer wanted'))
        onError(await claimRejects(source.guide(visitor, abort.signal), 'A guide that was never wanted'))
      },
    })

  if (!content)
    return [
      ...cases,
      {
        name: 'brings no contents, and does not pretend to',
        async run() {
          claim((await open()).content === undefined, 'The source has content(), so the contract needs a `content`.')
        },
      },
    ]

  cases.push({
    name: 'brings the content of a step',
    async run() {
      claimSame(await (await open()).content?.(content.ref, contentContext()), content.props, `"${content.ref}"`)
    },
  })
  for (const ref of [content.missing, '', '..', '.', '__proto__', 'constructor', 'a/../../b', '%2e%2e', '👋', ' '])
    cases.push({
      name: `rejects for content ${JSON.stringify(ref)}, which there is not`,
      async run() {
        const asked = (await open()).content?.(ref, contentContext())
        claim(typeof asked?.then === 'function', 'content() is to return a promise.')
        onError(await claimRejects(asked, `"${ref}"`))
      },
    })
  return cases
}

const visitor = { anonymousId: 'a1' }
