import type { GenericSchema } from 'valibot'
import type { Guide } from '../../core/guide.ts'
import { guideSchema } from '../../core/schema.ts'
import { at, isObject } from '../../core/shape.ts'
import { type Finding, finding } from './finding.ts'

// biome-ignore lint/suspicious/noExplicitAny: what Valibot's schemas hold hangs on their type
type AnySchema = GenericSchema & { [member: string]: any }

/** Keys that are ignored and differ by a slip of the pen from one that is known there and not written. */
export function checkKeys(guide: Guide): Finding[] {
  const look = (schema: AnySchema, value: unknown, path: string): Finding[] => {
    if (schema.type === 'lazy') return look(schema.getter(value), value, path)
    if (schema.type === 'optional') return look(schema.wrapped, value, path)
    if (schema.type === 'array' && Array.isArray(value))
      return value.flatMap((item, index) => look(schema.item, item, at(path, index)))
    if (!/object$/.test(schema.type) || !isObject(value)) return []
    const { entries } = schema
    return Object.entries(value).flatMap(([key, member]) => {
      if (Object.hasOwn(entries, key)) return look(entries[key], member, at(path, key))
      // A patch holds any keys of its flow.
      const meant =
        entries.id?.wrapped?.type === 'never'
          ? undefined
          : Object.keys(entries).find((known) => !Object.hasOwn(value, known) && slipped(key, known))
      return meant
        ? [
            finding(
              'unknown-key',
              at(path, key),
              `"${key}" says nothing here, and is ignored`,
              `Write "${meant}", if that is meant`,
            ),
          ]
        : []
    })
  }
  return look(guideSchema as AnySchema, guide, '')
}

/** Whether one was written for the other: other letters' case, or one or two letters more, less, other or exchanged. */
function slipped(written: string, known: string): boolean {
  const [a, b] = [written.toLowerCase(), known.toLowerCase()]
  if (a === b) return true
  return known.length > 2 && distance(a, b) <= (known.length > 5 ? 2 : 1)
}

/** How many letters to add, drop, change or exchange with their neighbour. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = rows[i - 1]![j - 1]! + +(a[i - 1] !== b[j - 1])
      const swap =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : Infinity
      row.push(Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, change, swap))
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}
