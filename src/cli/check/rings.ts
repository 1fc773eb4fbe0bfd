import type { Guide } from '../../core/guide.ts'
import { at, isObject } from '../../core/shape.ts'
import { type Finding, finding } from './finding.ts'

/** What a segment or model reads, `segments.NAME` or `scores.NAME`, and where. */
interface Read {
  name: string
  path: string
}

/**
 * Segments that read their own membership through the profile, also by way of others or of a model. The reader refuses
 * only rings of `{ "segment": … }`.
 */
export function checkRings({ segments = {}, models = {} }: Guide): Finding[] {
  const reads = new Map<string, Read[]>()
  for (const [name, expression] of Object.entries(segments))
    reads.set(`segments.${name}`, readsIn(expression, `segments.${name}`))
  for (const [name, { features }] of Object.entries(models))
    reads.set(
      `scores.${name}`,
      Object.entries(features).flatMap(([feature, { of }]) => {
        const path = `models.${name}.features.${feature}.of`
        return typeof of === 'string' ? readOf(of, path) : readsIn(of, path)
      }),
    )
  return Object.keys(segments).flatMap((own) => {
    const start = `segments.${own}`
    for (const first of reads.get(start)!) {
      const way = wayBack(first.name, start, reads)
      if (way)
        return [
          finding(
            'circular-segment',
            first.path,
            `Segment "${own}" reads its own membership${way[0] ? ` through ${way.join(' and ')}` : ''}, so that what it is hangs on what it was`,
            'Write what makes a visitor a member, without the segment itself',
          ),
        ]
    }
    return []
  })
}

/** The names between, on a way from one to another. */
function wayBack(from: string, to: string, reads: Map<string, Read[]>): string[] | undefined {
  const ways = new Map<string, string[]>([[from, []]])
  // What is found on the way is gone on from.
  for (const [name, way] of ways) {
    if (name === to) return way
    for (const { name: next } of reads.get(name) ?? []) if (!ways.has(next)) ways.set(next, [...way, name])
  }
  return undefined
}

function readsIn(value: unknown, path: string): Read[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => readsIn(item, at(path, index)))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, item]) => {
    const place = at(path, key)
    if (key === 'segment') return [{ name: `segments.${item}`, path: place }]
    return key === 'profile' ? readsOfProfile(item, place) : readsIn(item, place)
  })
}

function readsOfProfile(condition: unknown, path: string): Read[] {
  if (Array.isArray(condition)) return condition.flatMap((item, index) => readsOfProfile(item, at(path, index)))
  if (!isObject(condition)) return []
  return Object.entries(condition).flatMap(([key, item]) =>
    key.startsWith('$') ? readsOfProfile(item, at(path, key)) : readOf(key, at(path, key)),
  )
}

function readOf(path: string, place: string): Read[] {
  const [room, name] = path.split('.')
  return room === 'segments' || room === 'scores' ? [{ name: `${room}.${name}`, path: place }] : []
}
