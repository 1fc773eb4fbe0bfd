import type { Destination } from '../destination.ts'
import { flatten } from '../flatten.ts'
import { type TagOptions, tag } from '../tag.ts'

/**
 * Hands activities to Hotjar, or to the queue that its snippet makes: `hj('event', 'Flow Completed: welcome')`, as
 * events have a name and nothing else there; `hj('identify', id, traits)`; `hj('stateChange', path)` for page views.
 *
 * @example hotjarTag()
 */
export function hotjarTag({ types }: TagOptions = {}): Destination {
  const page = globalThis as any
  return tag<any>({
    name: 'hotjar',
    global: 'window.hj',
    types,
    find() {
      if (!page.hj) {
        page.hj = function queue() {
          // biome-ignore lint/complexity/noArguments: Hotjar's snippet is written so, and its script reads that
          page.hj.q.push(arguments)
        }
        page.hj.q = []
      }
      return page.hj
    },
    queue: (hj) => hj.q ?? [],
    tell(hj, { type, visitor, path, properties: { flow, step, experiment, variant } }) {
      if (type === 'Visitor Identified')
        return hj(
          'identify',
          visitor.id ?? null,
          flatten(visitor.traits ?? {}, { most: 100, longestName: 50, longestText: 200 }),
        )
      if (type === 'Page Viewed') return hj('stateChange', path)
      const about = experiment ? [experiment, variant] : [flow, step]
      const name = [type, about.filter(Boolean).join('.')].filter(Boolean).join(': ')
      return hj('event', name.replace(/[^A-Za-z0-9 _|:.-]/g, '_').slice(0, 250))
    },
  })
}
