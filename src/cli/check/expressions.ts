import { parseDuration } from '../../core/duration.ts'
import { patchFlow } from '../../core/experiment.ts'
import type { Expression, Guide, Match, Range, Window } from '../../core/guide.ts'
import { sessionCap, sessionGap } from '../../core/profile.ts'
import { type Domain, operandVerdict, rangesVerdict, type Verdict } from './candidates.ts'
import { type Finding, finding } from './finding.ts'
import { excludesAll } from './pages.ts'

// biome-ignore lint/suspicious/noExplicitAny: each operator has its own members, and the schema has seen them
type Written = { [key: string]: any }
/** Why a part is never or always true. */
interface Cause {
  path: string
  message: string
  remedy: string
  verdict: 'never' | 'always'
}
interface Truth {
  verdict: Verdict
  causes: Cause[]
}

/** What the engine keeps, and so the most that can be asked for. */
const valuesKept = 2000
const sessionsKept = 200
const day = 86_400_000

/**
 * Conditions that nothing or everything meets, in triggers, audiences, segments, steps and alerts: contradictory
 * ranges, and windows and numbers beyond what is remembered.
 */
export function checkExpressions(guide: Guide): Finding[] {
  const findings: Finding[] = []
  const segments = new Map<string, Truth>()
  const truth = (expression: Expression, path: string): Truth => truthOf(expression, path, segmentTruth)
  const segmentTruth = (name: string): Truth => {
    const known = segments.get(name)
    if (known) return known
    segments.set(name, open)
    const expression = guide.segments?.[name]
    const found = expression === undefined ? open : truth(expression, `segments.${name}`)
    segments.set(name, found)
    return found
  }
  const tell = (expression: Expression, path: string, dead: string): Truth => {
    const found = truth(expression, path)
    const whole = found.verdict !== 'open'
    for (const { path: place, message, remedy, verdict } of found.causes)
      if (whole && verdict === found.verdict)
        findings.push(
          finding(
            verdict === 'never' ? 'never-true' : 'always-true',
            place,
            `${message}, so ${verdict === 'never' ? dead : 'this condition says nothing'}`,
            remedy,
          ),
        )
      else
        findings.push(
          finding(
            verdict === 'never' ? 'dead-part' : 'always-true',
            place,
            `${message}, so this part of the condition says nothing`,
            remedy,
          ),
        )
    return found
  }

  for (const [name, expression] of Object.entries(guide.segments ?? {}))
    tell(expression, `segments.${name}`, `nobody is in segment "${name}"`)
  guide.flows.forEach((flow, index) => {
    const path = `flows[${index}]`
    const trigger = tell(flow.trigger, `${path}.trigger`, `flow "${flow.id}" never fires`)
    if (startsTrue(flow.trigger))
      findings.push(
        finding(
          'never-fires',
          `${path}.trigger`,
          `The trigger is true before anything happened and, once false, for ever: it never becomes true, so flow "${flow.id}" never fires`,
          'Give it a window with "within", or combine it with what should bring the flow on, e.g. { "all": ["Page Viewed", …] }',
        ),
      )
    const audience =
      flow.audience === undefined ? open : tell(flow.audience, `${path}.audience`, `nobody is shown flow "${flow.id}"`)
    if (
      flow.audience !== undefined &&
      trigger.verdict === 'open' &&
      audience.verdict === 'open' &&
      truth({ all: [flow.trigger, flow.audience] }, path).verdict === 'never'
    )
      findings.push(
        finding(
          'never-true',
          `${path}.audience`,
          `The audience contradicts the trigger, so nobody is shown flow "${flow.id}"`,
          'Widen one of the two',
        ),
      )
    flow.experiment?.variants.forEach(({ id, patch }, at) => {
      const variant = patchFlow(flow, id)
      const place = `${path}.experiment.variants[${at}].patch`
      const dead = `nobody is shown variant "${id}" of flow "${flow.id}"`
      if (patch && 'trigger' in patch) tell(variant.trigger, `${place}.trigger`, dead)
      if (patch && 'audience' in patch && variant.audience !== undefined)
        tell(variant.audience, `${place}.audience`, dead)
    })
    if (Array.isArray(flow.steps))
      flow.steps.forEach(({ when, id }, at) => {
        if (when !== undefined) tell(when, `${path}.steps[${at}].when`, `step "${id}" is always passed over`)
      })
  })
  guide.alerts?.forEach(({ id, when, visitors }, index) => {
    tell(when, `alerts[${index}].when`, `alert "${id}" never counts anybody`)
    const verdict = rangesVerdict([visitors], { whole: true, least: 0 })
    if (verdict === 'never')
      findings.push(
        finding(
          'never-true',
          `alerts[${index}].visitors`,
          `No number of visitors fits, so alert "${id}" is never raised`,
          'Write a range such as { "$gte": 20 }',
        ),
      )
    if (verdict === 'always')
      findings.push(
        finding(
          'always-true',
          `alerts[${index}].visitors`,
          `Every number of visitors fits, also none, so alert "${id}" is always raised`,
          'Write a range such as { "$gte": 20 }',
        ),
      )
  })
  // A segment's own fault is told once, at the segment.
  const told = new Set<string>()
  return findings.filter(({ code, path }) => !told.has(`${code} ${path}`) && told.add(`${code} ${path}`))
}

const open: Truth = { verdict: 'open', causes: [] }

function truthOf(expression: Expression, path: string, segment: (name: string) => Truth): Truth {
  const written = (typeof expression === 'string' ? { on: expression } : expression) as Written
  const inner = (part: Expression, place: string) => truthOf(part, `${path}.${place}`, segment)
  if ('not' in written) {
    const { verdict, causes } = inner(written.not, 'not')
    return {
      verdict: opposite(verdict),
      causes:
        verdict === 'open'
          ? causes
          : causes.map((cause) => ({ ...cause, verdict: opposite(cause.verdict) as Cause['verdict'] })),
    }
  }
  for (const name of ['all', 'any'] as const) {
    if (!(name in written)) continue
    const parts = (written[name] as Expression[]).map((part, index) => inner(part, `${name}[${index}]`))
    const decisive = name === 'all' ? 'never' : 'always'
    const decided = parts.filter(({ verdict }) => verdict === decisive)
    if (decided[0]) return { verdict: decisive, causes: decided.flatMap(({ causes }) => causes) }
    const clash = clashOf(written[name], name)
    if (clash)
      return {
        verdict: decisive,
        causes: [
          {
            path,
            verdict: decisive,
            message: clash,
            remedy: name === 'all' ? 'Take one of them away' : 'Take the whole away',
          },
        ],
      }
    return {
      verdict: parts.every(({ verdict }) => verdict !== 'open') ? opposite(decisive) : 'open',
      causes: parts.flatMap(({ causes }) => causes),
    }
  }
  if ('segment' in written) {
    const { verdict } = segment(written.segment)
    return verdict === 'open'
      ? open
      : cause(
          verdict,
          `${path}.segment`,
          `Segment "${written.segment}" is ${verdict === 'never' ? 'always empty' : 'everybody'}`,
          'Mend the segment, or take it out here',
        )
  }
  return leafTruth(written, path)
}

function leafTruth(written: Written, path: string): Truth {
  const parts: Truth[] = []
  for (const key of ['on', 'count', 'sum', 'avg', 'min', 'max', 'ratio', 'of', 'absent', 'after', 'unless'])
    if (isMatch(written[key]) && (key !== 'on' || typeof written.on === 'string' || Array.isArray(written.on)))
      parts.push(
        key === 'on'
          ? whereTruth(written as Match, path)
          : whereTruth(written[key], `${path}.${key}`, key === 'unless'),
      )
  if ('on' in written) parts.push(whereTruth(written as Match, path))
  const number = numberOf(written)
  if (number) {
    const { domain, what, kept } = number
    const verdict = rangesVerdict([written.is], domain)
    const unbounded = domain.most === undefined ? verdict : rangesVerdict([written.is], { ...domain, most: Infinity })
    const said = JSON.stringify(written.is)
    if (verdict === 'never')
      parts.push(
        unbounded === 'never'
          ? cause('never', `${path}.is`, `No ${what} fits ${said}`, 'Write a range that some number fits')
          : cause(
              'never',
              `${path}.is`,
              `No ${what} fits ${said}: ${kept}`,
              `Ask for less, at most ${told(domain.most!, what)}`,
            ),
      )
    if (verdict === 'always')
      parts.push(
        cause(
          'always',
          `${path}.is`,
          `Every ${what} fits ${said}`,
          'Write a range that not every number fits, or take this away',
        ),
      )
  }
  const window = windowOf(written)
  if (window === 0)
    parts.push(
      cause('never', `${path}.within`, 'A window of no time holds nothing', 'Write a longer window, such as "30m"'),
    )
  if ('idle' in written && parseDuration(written.idle) >= sessionGap)
    parts.push(
      cause(
        'never',
        `${path}.idle`,
        `A session ends after ${told(sessionGap, 'duration')} without interaction, so nobody is idle for longer`,
        'Write less than "30m", or { "since": { "last": "seen" }, "is": … } for who comes back',
      ),
    )
  if ('profile' in written) parts.push(conditionTruth(written.profile, `${path}.profile`, true))
  if ('active' in written && written.where) parts.push(conditionTruth(written.where, `${path}.where`))
  // A page ends with the next, and what is under way with it.
  const late =
    written.within === 'page' && Array.isArray(written.sequence)
      ? written.sequence.findIndex(
          (step: Match | { next: Match }, index: number) =>
            index > 0 &&
            String(typesOf(typeof step === 'object' && 'next' in step ? step.next : step)) === 'Page Viewed',
        )
      : -1
  if (late > 0)
    parts.push(
      cause(
        'never',
        `${path}.sequence[${late}]`,
        'A window of a page ends with the next Page Viewed, so that it cannot come later in the sequence',
        'Write a time for "within", such as "30m"',
      ),
    )
  for (const [key, pages] of [
    ['pages', written.pages],
    ['dwell', written.dwell],
  ] as const)
    if (Array.isArray(pages) && excludesAll(pages))
      parts.push(
        cause(
          'never',
          `${path}.${key}`,
          'No page is left: all that is wanted is excluded as well',
          'Take the exclusion away',
        ),
      )
  const never = parts.find(({ verdict }) => verdict === 'never')
  const always = !never && parts.find(({ verdict }) => verdict === 'always')
  return (
    never ??
    (always && (number || 'profile' in written)
      ? always
      : { verdict: 'open', causes: parts.flatMap(({ causes }) => causes) })
  )
}

/** What number a leaf compares, and what it can be. */
function numberOf(written: Written): { domain: Domain; what: string; kept: string } | undefined {
  const window = windowOf(written)
  if ('count' in written) {
    // A page begins with its `Page Viewed`, so that there is one in it.
    const once = written.within === 'page' && String(typesOf(written.count)) === 'Page Viewed'
    const most = once ? 1 : written.distinct === undefined ? undefined : valuesKept
    return {
      domain: { whole: true, least: 0, ...(most && { most }) },
      what: 'count',
      kept: once ? 'a page is viewed once' : `${valuesKept.toLocaleString('en')} different values are remembered`,
    }
  }
  if ('active' in written) {
    const days = written.active === 'days'
    const now = written.within === 'page' || written.within === 'session'
    // The current one stands beside those that are over; the number of all of them needs no memory of each.
    const kept = days || window !== undefined || written.where ? sessionsKept + 1 : Infinity
    const inWindow = window === undefined ? Infinity : now ? 1 : Math.ceil(window / sessionGap)
    // A window of a week touches eight days; a session may last into the next.
    const daysIn = window === undefined ? Infinity : now ? 2 : Math.ceil(window / day) + 2
    const most = days ? Math.min(kept * 2, daysIn) : Math.min(kept, inWindow)
    return {
      domain: { whole: true, least: 0, ...(most < Infinity && { most }) },
      what: `number of ${written.active}`,
      kept: most < kept ? 'the window is shorter' : `${sessionsKept} sessions are remembered`,
    }
  }
  if ('ratio' in written) return { domain: { least: 0 }, what: 'ratio', kept: '' }
  if ('since' in written) return { domain: { least: 0 }, what: 'duration', kept: '' }
  if ('dwell' in written)
    return { domain: { least: 0, most: sessionCap }, what: 'duration', kept: 'a session ends after 24 h' }
  if ('sum' in written || 'avg' in written || 'min' in written || 'max' in written)
    return { domain: {}, what: 'number', kept: '' }
  return undefined
}

function windowOf({ within }: { within?: Window }): number | undefined {
  if (within === undefined || within === 'ever') return undefined
  return within === 'page' || within === 'session' ? sessionCap : parseDuration(within)
}

/** A bare state that holds for a visitor of whom nothing is known, and with what is counted only stops to. */
function startsTrue(expression: Expression): boolean {
  const { count, is, within, unless, per } = expression as Written
  if (count === undefined || windowOf({ within }) !== undefined || unless !== undefined || per !== undefined)
    return false
  const bounds = Object.values(is as Range).map(Number)
  const most = Math.max(0, ...bounds.filter(Number.isFinite)) + 2
  const answers = Array.from(
    { length: Math.min(most, valuesKept) + 1 },
    (_, number) => rangesVerdict([is], { whole: true, least: number, most: number }) === 'always',
  )
  return (
    answers[0] === true && answers.slice(answers.indexOf(false)).every((answer) => !answer) && answers.includes(false)
  )
}

function whereTruth(match: Match, path: string, harmless = false): Truth {
  const where = typeof match === 'object' ? match.where : undefined
  if (!where) return open
  const found = conditionTruth(where, `${path}.where`)
  // What never clears anything leaves the rest as it is.
  return harmless && found.verdict === 'never' ? { verdict: 'open', causes: found.causes } : found
}

/** What `$type` knows. */
const types = ['string', 'number', 'boolean', 'array', 'object', 'null']

/** A condition on data, or on the profile: what no value meets, and what every score does. */
function conditionTruth(condition: Written, path: string, profile = false): Truth {
  const found: Truth[] = Object.entries(condition).map(([key, wanted]): Truth => {
    const place = `${path}.${key}`
    if (key === '$and' || key === '$or') {
      const parts = (wanted as Written[]).map((part, index) => conditionTruth(part, `${place}[${index}]`, profile))
      const dead = parts.filter(({ verdict }) => verdict === 'never')
      const causes = parts.flatMap(({ causes }) => causes)
      const full = parts.filter(({ verdict }) => verdict === 'always')
      const [some, all] = key === '$and' ? [dead, full] : [full, dead]
      const verdict = some[0]?.verdict ?? (parts.length && all.length === parts.length ? all[0]!.verdict : 'open')
      return { verdict, causes }
    }
    const domain = profile ? domainOf(key) : undefined
    if (domain) {
      const verdict = operandVerdict(typeof wanted === 'number' ? [{ $eq: wanted }] : [Object(wanted)], domain)
      return verdict === 'open'
        ? open
        : cause(
            verdict,
            place,
            `A score is between 0 and 1, so ${verdict === 'never' ? 'none' : 'each'} fits ${JSON.stringify(wanted)}`,
            'Compare it with a number in between, such as { "$gt": 0.5 }',
          )
    }
    if (key.startsWith('$') || typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) return open
    const broken = Object.entries(wanted as Written).find(
      ([name, pattern]) => /^\$(notR|r)egexi?$/.test(name) && !isPattern(pattern),
    )
    if (broken)
      return cause(
        'never',
        `${place}.${broken[0]}`,
        `${JSON.stringify(broken[1])} is no regular expression`,
        'Mend the pattern; a backslash is written twice in JSON',
      )
    const type = (wanted as Written).$type
    if (type !== undefined && !types.includes(type))
      return cause(
        'never',
        `${place}.$type`,
        `No value is of type ${JSON.stringify(type)}`,
        `Write one of ${types.join(', ')}`,
      )
    if (operandVerdict([wanted as Written]) === 'never')
      return cause(
        'never',
        place,
        `No value of "${key}" fits ${JSON.stringify(wanted)}`,
        'Write comparisons that some value fits',
      )
    return open
  })
  const never = found.find(({ verdict }) => verdict === 'never')
  if (never) return never
  for (const [key, asked] of askedOf(condition))
    if (asked.length > 1 && operandVerdict(asked, profile ? domainOf(key) : undefined) === 'never')
      return cause(
        'never',
        path,
        `No value of "${key}" fits ${asked.map((each) => JSON.stringify(each)).join(' and ')}`,
        'Take one of them away',
      )
  const always = found.length > 0 && found.every(({ verdict }) => verdict === 'always')
  return { verdict: always ? 'always' : 'open', causes: found.flatMap(({ causes }) => causes) }
}

/** What the number under a path of the profile can be. */
function domainOf(path: string): Domain | undefined {
  return /^scores\.[^.]+$/.test(path) ? { least: 0, most: 1 } : undefined
}

/** What must hold of each property at once. */
function askedOf(condition: Written): Map<string, Written[]> {
  const all = new Map<string, Written[]>()
  const add = (key: string, asked: Written[]) => all.set(key, [...(all.get(key) ?? []), ...asked])
  for (const [key, wanted] of Object.entries(condition))
    if (key === '$and') for (const part of wanted as Written[]) for (const each of askedOf(part)) add(...each)
    else if (!key.startsWith('$')) {
      const operators = typeof wanted === 'object' && wanted !== null
      if (!operators) add(key, [{ $eq: wanted }])
      else if (Object.keys(wanted)[0]?.startsWith('$')) add(key, [wanted])
    }
  return all
}

/** Two parts that contradict each other (in `all`), or leave nothing out (in `any`). */
function clashOf(parts: Expression[], name: 'all' | 'any'): string | undefined {
  const known = new Set(parts.map((part) => JSON.stringify(part)))
  const both = parts.find((part) => typeof part === 'object' && 'not' in part && known.has(JSON.stringify(part.not)))
  if (both !== undefined)
    return `It asks for ${JSON.stringify((both as { not: Expression }).not).slice(0, 80)} and for its opposite`
  if (name === 'any') return undefined
  const flat = parts.flatMap(flatten)
  const moments = flat.map(momentOf).filter((types) => types !== undefined)
  const [one, other] =
    moments.flatMap((each, index) =>
      moments.slice(index + 1).flatMap((next) => (each.some((type) => next.includes(type)) ? [] : [[each, next]])),
    )[0] ?? []
  if (one && other)
    return `It asks for ${one.join(' or ')} and for ${other.join(' or ')} at one moment, where only one activity happens`
  const profiles = flat.flatMap((part) => (typeof part === 'object' && 'profile' in part ? [part.profile] : []))
  const { verdict, causes } = profiles[1] ? conditionTruth({ $and: profiles }, '', true) : open
  if (
    verdict === 'never' &&
    causes[0] &&
    profiles.every((each) => conditionTruth(each as Written, '', true).verdict !== 'never')
  )
    return causes[0].message
  const ranges = new Map<string, { domain: Domain; of: Range[] }>()
  for (const part of flat) {
    const number = typeof part === 'object' && numberOf(part)
    if (!number || (part as Written).per !== undefined) continue
    const { is, ...rest } = part as Written
    const key = JSON.stringify(rest)
    const { of } = ranges.get(key) ?? { of: [] }
    ranges.set(key, { domain: number.domain, of: [...of, is] })
  }
  for (const [key, { domain, of }] of ranges)
    if (
      of.length > 1 &&
      rangesVerdict(of, domain) === 'never' &&
      of.every((range) => rangesVerdict([range], domain) !== 'never')
    )
      return `No number fits ${of.map((range) => JSON.stringify(range)).join(' and ')}, which are asked of the same ${key.slice(0, 80)}`
  return undefined
}

/** The types of which one is there at the moment when a pulse is true. */
function momentOf(part: Expression): string[] | undefined {
  if (typeof part === 'string' || 'on' in part) return typesOf(part as Match)
  if (!('sequence' in part)) return undefined
  const last = part.sequence.at(-1)!
  return typesOf(typeof last === 'object' && 'next' in last ? last.next : last)
}

function typesOf(match: Match): string[] {
  return typeof match === 'string' ? [match] : [match.on].flat()
}

function flatten(expression: Expression): Expression[] {
  return typeof expression === 'object' && 'all' in expression ? expression.all.flatMap(flatten) : [expression]
}

function cause(verdict: 'never' | 'always', path: string, message: string, remedy: string): Truth {
  return { verdict, causes: [{ path, message, remedy, verdict }] }
}

function opposite(verdict: Verdict): Verdict {
  return verdict === 'open' ? verdict : verdict === 'never' ? 'always' : 'never'
}

function isMatch(value: unknown): value is Match {
  return typeof value === 'object' && value !== null && 'on' in value
}

function isPattern(pattern: unknown): boolean {
  try {
    return !!new RegExp(String(pattern))
  } catch {
    return false
  }
}

function told(number: number, what: string): string {
  if (what !== 'duration') return number.toLocaleString('en')
  return number >= 36e5 ? `${number / 36e5} h` : `${number / 6e4} min`
}
