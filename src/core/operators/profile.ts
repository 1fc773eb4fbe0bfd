import { compileCondition, reader, valueAt } from '../condition.ts'
import type { Told } from '../explanation.ts'
import type { Condition } from '../guide.ts'
import { joined, type Operator, opposite, stateLeaf, type Truth } from '../operator.ts'
import { condition, object } from '../shape.ts'
import { toJson } from '../to-json.ts'

/** A filter on the profile by path; a missing path is unknown (but `$exists` can ask for it). */
export const profile: Operator<{ profile: Condition }> = {
  name: 'profile',
  kind: 'state',
  fromProfile: true,
  shape: object({ profile: condition }),
  hears(written) {
    const paths: string[] = []
    compile(written.profile, (path) => {
      paths.push(path)
      return () => true
    })
    return {
      types: paths.flatMap((path) => (path.startsWith('counts.') ? [path.slice(7)] : [])),
      facts: paths.flatMap((path) => (path.startsWith('scores') ? ['any', 'scores'] : factOf(path))),
    }
  },
  compile(written) {
    const test = compile(written.profile, compilePart)
    return (around, saved) =>
      stateLeaf(
        {
          value: (at) => test(around.profile(at)),
          explain(at, turned) {
            const now = around.profile(at)
            const parts: NonNullable<Told['parts']> = []
            const values: Truth[] = []
            const whole = compile(written.profile, (path, wanted) => {
              const index = values.push(compilePart(path, wanted)(now)) - 1
              parts.push({ path, actual: valueAt(now, path), wanted, value: values[index] ?? null })
              return () => values[index]
            })
            const one = parts.find(({ value }, index) => {
              values[index] = !value
              const turns = whole(now) === turned
              values[index] = value ?? undefined
              return turns
            })
            return {
              parts,
              ...(one && { flip: { path: one.path, wanted: one.wanted, ...(one.value && { not: true as const }) } }),
            }
          },
        },
        saved,
      )
  },
}

type Part = (profile: unknown) => Truth

function compile(condition: Condition, part: (path: string, wanted: unknown) => Part): Part {
  const tests = Object.entries(condition).map(([key, wanted]): Part => {
    if (key === '$not') {
      const inner = compile(wanted as Condition, part)
      return (profile) => opposite(inner(profile))
    }
    if (key === '$and' || key === '$or' || key === '$nor') {
      const test = joined(
        key === '$and' ? 'all' : 'any',
        (wanted as Condition[]).map((each) => compile(each, part)),
      )
      return key === '$nor' ? (profile) => opposite(test(profile)) : test
    }
    return part(key, wanted)
  })
  return joined('all', tests)
}

function compilePart(path: string, wanted: unknown): Part {
  const test = compileCondition({ [path]: wanted })
  const read = reader(path)
  const asks = toJson(wanted).includes('"$exists"')
  return (profile) => (!asks && read(profile) == null ? undefined : test(profile))
}

/** Which fact says that a path of the profile may have changed. */
function factOf(path: string): string {
  const [room, name, more] = path.split('.')
  if (room === 'visitor' || room === 'cart') return room
  if (room === 'page' || room === 'device') return 'page'
  if (room === 'flows') return `flow:${name}`
  if (room === 'segments') return `segment:${name}`
  if (room === 'sessions' && name === 'count' && !more) return 'session'
  // Counts are heard by their type.
  return room === 'counts' ? '' : room === 'firstSeen' ? 'seen' : 'any'
}
