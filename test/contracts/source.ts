import { describe, expect, test } from 'vitest'
import type { ContentContext, Source } from '../../src/sources/source.ts'

export interface SourceCase {
  open(): Source | Promise<Source>
  name: string
  /** What the guide must be. */
  guide: unknown
  /** A content that there is, and one that there is not; needed where the source has `content`. */
  content?: { ref: string; props: unknown; missing: string }
  /** Sources that cannot bring a guide, by what is wrong with them. */
  broken?: Record<string, () => Source | Promise<Source>>
  /** A source that never answers by itself; where one can be made. */
  silent?(): Source | Promise<Source>
}

export const visitor = { anonymousId: 'a1' }

/** What a source is told when a step asks for its content. */
export function contentContext(more: Partial<ContentContext> = {}): ContentContext {
  return { flow: 'welcome', trigger: {}, visitor, locale: 'en', signal: new AbortController().signal, ...more }
}

/** What every source does. */
export function sourceContract({ open, name, guide, content, broken = {}, silent }: SourceCase): void {
  describe(`${name}, as every source,`, () => {
    const signal = () => new AbortController().signal

    test('has a name', async () => {
      expect((await open()).name).toBe(name)
      expect(name).toMatch(/^[a-z][a-z0-9-]*$/)
    })

    test('brings the guide, again and again', async () => {
      const source = await open()
      expect(await source.guide(visitor, signal())).toEqual(guide)
      expect(await source.guide({ ...visitor, id: 'u1' }, signal())).toEqual(guide)
    })

    for (const [what, make] of Object.entries(broken)) {
      test(`rejects, and never throws, with ${what}; says why and what to do`, async () => {
        const source = await make()
        const asked = source.guide(visitor, signal())
        expect(asked).toBeInstanceOf(Promise)
        const error: Error & { code?: string } = await asked.then(
          () => expect.unreachable(),
          (error) => error,
        )
        expect(error.code).toBe('source-failed')
        expect(error.message).toMatch(/^The guide could not be had: .+\. .+\. \[source-failed\]$/s)
      })
    }

    if (silent) {
      test('rejects when it is no longer wanted, before or while it waits', async () => {
        const source = await silent()
        const abort = new AbortController()
        const asked = source.guide(visitor, abort.signal)
        abort.abort()
        await expect(asked).rejects.toMatchObject({ code: 'source-failed' })
        await expect(source.guide(visitor, abort.signal)).rejects.toMatchObject({ code: 'source-failed' })
      })
    }

    if (content) {
      test('brings the content of a step', async () => {
        expect(await (await open()).content!(content.ref, contentContext())).toEqual(content.props)
      })

      test.each([content.missing, '', '..', '.', '__proto__', 'constructor', 'a/../../b', '%2e%2e', '👋', ' '])(
        'rejects for content %j, which there is not',
        async (ref) => {
          const asked = (await open()).content!(ref, contentContext())
          await expect(asked).rejects.toMatchObject({ code: 'source-failed' })
        },
      )
    } else {
      test('brings no contents, and does not pretend to', async () => {
        expect((await open()).content).toBeUndefined()
      })
    }
  })
}
