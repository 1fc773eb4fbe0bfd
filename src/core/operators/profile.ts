import { compileCondition, reader, valueAt } from '../condition.ts'
import type { Condition } from '../guide.ts'
import { joined, type Operator, opposite, stateLeaf, type Truth } from '../operator.ts'
import { condition, object } from '../shape.ts'

/** A filter on the profile by path; a missing path is unknown (but `$exists` can ask for it). */
export const profile: Operator<{ profile: Condition }> = {
  name: 'profile',
  kind: 'state',
  fromProfile: true,
  shape: object({ profile: condition }),
  compile(written, around, saved) {
    const paths: string[] = []
    const test = compile(written.profile, paths)
    return stateLeaf(
      {
        types: paths.flatMap((path) => (path.startsWith('counts.') ? [path.slice(7)] : [])),
        facts: paths.map(factOf),
        value: (at) => test(around.profile(at)),
        explain(at) {
          const now = around.profile(at)
          return {
            actual: Object.fromEntries(paths.map((path) => [path, valueAt(now, path)])),
            wanted: written.profile,
          }
        },
      },
      saved,
    )
  },
}

function compile(condition: Condition, paths: string[]): (profile: unknown) => Truth {
  const tests = Object.entries(condition).map(([key, wanted]): ((profile: unknown) => Truth) => {
    if (key === '$not') {
      const inner = compile(wanted as Condition, paths)
      return (profile) => opposite(inner(profile))
    }
    if (key === '$and' || key === '$or' || key === '$nor') {
      const test = joined(
        key === '$and' ? 'all' : 'any',
        (wanted as Condition[]).map((each) => compile(each, paths)),
      )
      return key === '$nor' ? (profile) => opposite(test(profile)) : test
    }
    paths.push(key)
    const test = compileCondition({ [key]: wanted })
    const read = reader(key)
    const asks = JSON.stringify(wanted).includes('"$exists"')
    return (profile) => (!asks && read(profile) == null ? undefined : test(profile))
  })
  return joined('all', tests)
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
