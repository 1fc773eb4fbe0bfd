import type { Properties } from '../../core/activity.ts'
import type { Destination } from '../destination.ts'
import { flatten } from '../flatten.ts'
import { type TagOptions, tag } from '../tag.ts'

/**
 * Hands activities to FullStory in the page, version 2 of its API, whatever `window._fs_namespace` calls it:
 * `trackEvent`, `setIdentity`, and `setProperties` for traits of who is not identified and for pages.
 *
 * @example fullstoryTag()
 */
export function fullstoryTag({ types }: TagOptions = {}): Destination {
  const page = globalThis as any
  const flat = (properties: Properties = {}) => flatten(properties, { most: 500, longestName: 512, longestText: 4096 })
  return tag<any>({
    name: 'fullstory',
    global: 'window.FS',
    types,
    find: () => page[page._fs_namespace ?? 'FS'],
    queue: (FS) => (FS._api ? undefined : FS.q),
    tell(FS, { type, visitor: { id, traits }, path, properties }) {
      if (type === 'Visitor Identified')
        return id === undefined
          ? FS('setProperties', { type: 'user', properties: flat(traits) })
          : FS('setIdentity', { uid: id, properties: flat(traits) })
      if (type === 'Page Viewed')
        return FS('setProperties', { type: 'page', properties: { pageName: path, ...flat(properties) } })
      return FS('trackEvent', { name: type.slice(0, 250), properties: flat(properties) })
    },
  })
}
