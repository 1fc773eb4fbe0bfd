import { parseDuration } from './duration.ts'
import type { Gate, GateName } from './eligibility.ts'
import type { Explanation, Flip, LeafExplanation } from './explanation.ts'
import type { Duration, Flow, Match, Range } from './guide.ts'

/** An explanation in sentences. */
export interface Description {
  /** What decides, and what would turn it over. */
  summary: string
  /** One for each leaf of the trigger: `Yes`, `No` or `Unknown`, whether it serves the trigger, and why. */
  trigger: string[]
  /** One for each gate. */
  gates: string[]
}

/**
 * Turns an explanation into English sentences.
 *
 * @param locale How moments and numbers are written. @default 'en-GB'
 * @param timeZone IANA name. @default that of the machine
 * @example console.log(describe(foothold.explain('invite')).summary)
 */
export function describe(
  { flow, at, trigger, gates, decides, latest }: Explanation,
  { locale = 'en-GB', timeZone }: { locale?: string; timeZone?: string } = {},
): Description {
  const words = wordsFor(at, locale, timeZone)
  const { moment, change } = words
  const facts = (leaf: LeafExplanation) => factOf(leaf, words)

  const leafSentence = (leaf: LeafExplanation) => {
    const serves = leaf.value === needed(leaf)
    const mark = leaf.value === null ? 'Unknown' : serves ? 'Yes' : 'No'
    return `${mark}: ${facts(leaf)}${turn(leaf, serves)}.`
  }
  const turn = (leaf: LeafExplanation, serves: boolean) => {
    const { flip, changesAt, operator } = leaf
    if (!flip || operator === 'on') return ''
    const anyway = changesAt === undefined || 'at' in flip ? '' : `, or by itself ${moment(changesAt)}`
    return `; ${serves ? 'no longer' : 'would do'} ${change(flip, leaf)}${anyway}`
  }

  const gateText = ({ gate, opensAt, leaves, ...rest }: Gate): string => {
    const failing = leaves?.filter((leaf) => leaf.value !== needed(leaf)) ?? []
    const text =
      gate === 'slot' && rest.actual === flow
        ? 'it is running already'
        : failing.length
          ? failing.map((leaf) => facts(leaf) + turn(leaf, false)).join('; and ')
          : gateWords[gate](rest, words)
    const [name, most] = Object.entries(Object(rest.wanted))[0] ?? []
    if (gate === 'limits' && most === 0) return `${text}, so that it is never free`
    if (opensAt !== undefined) return `${text}; free again ${moment(opensAt)}`
    const session =
      gate === 'limits'
        ? name?.endsWith('perSession')
        : gate === 'frequency' && (rest.wanted as Flow['frequency'])?.every === 'session'
    return `${text}${session ? '; free in the next session' : ''}`
  }
  const gateSentence = (gate: Gate) =>
    gate.verdict === 'open'
      ? `Open: ${gate.gate}.`
      : `${gate.verdict === 'hold' ? 'Held' : 'Refused'} by ${gate.gate}: ${gateText(gate)}.`

  const summarize = (): string => {
    if (!gates.length) return `There is no flow “${flow}” in the guide that runs here, or the guide is not there yet.`
    const closed = gates.find(({ gate }) => gate === decides.gate)
    if (closed) {
      const verdict = closed.verdict === 'hold' ? 'held' : 'refused'
      return `“${flow}” ${
        trigger.pending
          ? `has fired and is ${verdict} by ${closed.gate}`
          : `would be ${verdict} by ${closed.gate} if it fired now`
      }: ${gateText(closed)}.`
    }
    if (decides.delay !== undefined)
      return `“${flow}” has fired and waits for its delay: it shows ${moment(decides.delay)}.`
    if (trigger.pending) return `“${flow}” has fired, and nothing holds it.`
    const leaves = trigger.leaves.filter(({ path }) => decides.leaves?.includes(path))
    const { flip } = decides
    const [leaf] = leaves
    if (trigger.value)
      return `The trigger of “${flow}” is true already, and fires only when it becomes true${
        flip ? `; it is over ${change(flip, leaf)}` : ''
      }.`
    const told = leaves.map(facts).join('; ')
    if (!flip) return `“${flow}” waits for its trigger, and no single change is enough: ${told}.`
    return `“${flow}” waits for its trigger: ${told}${leaf?.operator === 'on' ? '' : `; would fire ${change(flip, leaf)}`}.`
  }
  const ended = { start: 'started it', hold: 'was held', refuse: 'was refused', control: 'met the control group' }
  const before =
    latest && !trigger.pending
      ? ` Its latest firing, ${moment(latest.at)}, ${ended[latest.verdict]}${
          latest.gate && latest.verdict !== 'control' ? ` by ${latest.gate}` : ''
        }${latest.verdict === 'hold' ? ' until it was over' : ''}.`
      : ''
  return {
    summary: summarize() + before,
    trigger: trigger.leaves.map(leafSentence),
    gates: gates.map(gateSentence),
  }
}

interface Words {
  /** `at 09:12`, on another day `on 12 January at 09:12`. */
  moment(at: number): string
  number(value: unknown): string
  /** A change as what comes after "would do": `at the 4th`, `with 2 more …`. */
  change(flip: Flip, leaf?: LeafExplanation): string
}

function wordsFor(now: number, locale: string, timeZone: string | undefined): Words {
  const zone = timeZone === undefined ? {} : { timeZone }
  const format = (options: object) => new Intl.DateTimeFormat(locale, { ...options, ...zone })
  const date = format({ day: 'numeric', month: 'long', year: 'numeric' })
  const day = format({ day: 'numeric', month: 'long' })
  const time = format({ hour: '2-digit', minute: '2-digit' })
  const exact = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
  const year = format({ year: 'numeric' })
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  const moment = (at: number) => {
    // Where it is about minutes seconds matter.
    const clock = (Math.abs(at - now) < 3_600_000 && at % 60_000 ? exact : time).format(at)
    if (date.format(at) === date.format(now)) return `at ${clock}`
    return `on ${(year.format(at) === year.format(now) ? day : date).format(at)} at ${clock}`
  }
  const number = (value: unknown) => (typeof value === 'number' ? numbers.format(value) : spoken(value))
  const change = (flip: Flip, leaf?: LeafExplanation): string => {
    if ('at' in flip) return `by itself ${moment(flip.at)}`
    if ('path' in flip) return `if ${conditionText({ [flip.path]: flip.wanted }, number, flip.not)}`
    const { actual, of, orMore, written } = (leaf ?? {}) as { written?: any } & Partial<LeafExplanation>
    // Of numbers that do, one is told.
    const example = written?.is?.$eq === undefined ? 'e.g. ' : ''
    const about = flip.with
      ? ` (${list(
          Object.entries(flip.with).map(
            ([path, value]) => `${typeof value === 'number' ? example : ''}${path} ${number(value)}`,
          ),
        )})`
      : ''
    if ('order' in flip) return `with ${flip.order.map(matchText).join(', then ')}${about}`
    const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
    // The match that is counted, of the value that is told.
    if (typeof actual === 'number' && !orMore && same(flip.match, written.count) && same(flip.with, of))
      return `at the ${ordinal(actual + flip.more)}`
    if (flip.match === 'Session Started')
      return written?.active === 'days' ? `on ${more(flip.more, 'day')}` : `with ${more(flip.more, 'session')}`
    const what = `with ${flip.more === 1 ? 'one' : `${number(flip.more)} more`} ${matchText(flip.match)}${about}`
    return flip.wait ? `${what} and then ${durationText(flip.wait)}` : what
  }
  return { moment, number, change }
}

/** What is the case, and what was wanted. */
function factOf(leaf: LeafExplanation, words: Words): string {
  const { moment, number } = words
  const { operator, actual, value, step, lastAt, streak, until, by, parts = [] } = leaf
  const written = leaf.written as any
  const negated = !needed(leaf)
  const wanted = (text: string) => `, ${negated ? 'must not be' : 'wanted'} ${text}`
  const about = leaf.of ? ` for ${list(Object.entries(leaf.of).map(([path, key]) => `${path} ${key}`))}` : ''
  const any = written.per && !leaf.of ? ` for any one ${written.per}` : ''
  const window = `${about}${any}${windowText(written.within)}${
    written.unless && typeof written.unless !== 'function' ? ` with no ${matchText(written.unless)} since` : ''
  }`
  const range = (of = number) => wanted(rangeText(written.is, of))
  const ms = (each: unknown) => (typeof each === 'string' ? parseDuration(each) : (each as number))
  const times = (each: unknown) => durationText(ms(each))
  const lasted = (each: unknown, ...limits: unknown[]) => lastedText(ms(each), limits.map(ms))
  switch (operator) {
    case 'on':
      return `${matchText(leaf.written as Match)} ${negated ? 'must not happen' : 'is to happen'}`
    case 'count':
      return `${number(actual)}${leaf.orMore ? ' or more' : ''}${
        value === false && !negated && !leaf.orMore && only(written.is, '$gt', '$gte')
          ? ` of ${rangeText(written.is, number)}`
          : ''
      } ${matchText(written.count)}${written.distinct ? ` of different ${written.distinct}` : ''}${window}${
        value === false && !negated && !leaf.orMore && only(written.is, '$gt', '$gte') ? '' : range()
      }`
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
      return actual === undefined
        ? `there was no ${matchText(written[operator])} with a number as ${written.of}${window}${range()}`
        : `${written.of} of ${matchText(written[operator])}${window} ${
            operator === 'sum' ? `adds up to ${number(actual)}` : `is ${number(actual)} ${averages[operator]}`
          }${range()}`
    case 'ratio':
      return actual === undefined
        ? `there was no ${matchText(written.of)}${window}, so there is no ratio of ${matchText(written.ratio)} to it${range()}`
        : `the ratio of ${matchText(written.ratio)} to ${matchText(written.of)}${window} is ${number(actual)}${range()}`
    case 'sequence':
      return `${number(actual)} of ${plural(written.sequence.length, 'step')} done${about}${windowText(written.within)}${
        written.unless ? `, without ${matchText(written.unless)} in between` : ''
      }${until === undefined ? '' : `, the last to come before ${moment(until).replace(/^at /, '')}`}`
    case 'absent':
      return by
        ? `${lasted(actual, written.for)} since ${matchText(written.after)}${about} ${moment(by.at)} without ${matchText(written.absent)}${wanted(times(written.for))}`
        : `there was no ${matchText(written.after)} after which ${matchText(written.absent)} is missing`
    case 'idle':
      return actual === undefined
        ? `nobody is there, or no page is in sight, so the clock rests${wanted(times(written.idle))}`
        : `${lasted(actual, written.idle)} without interaction${wanted(times(written.idle))}`
    case 'dwell': {
      const where = Array.isArray(written.dwell)
        ? `on ${pagesText(written.dwell)}`
        : `in section ${written.dwell.section}`
      const row = written.streak > 1 ? ` ${number(written.streak)} times in a row, ${number(streak)} done` : ''
      return `${actual === undefined ? `not ${where} now` : `${lasted(actual, ...Object.values(written.is))} ${where}`}${range(times)}${row}`
    }
    case 'since': {
      const match = written.since.first ?? written.since.last
      const which = written.since.first === undefined ? 'last' : 'first'
      const what =
        match !== 'seen'
          ? `the ${which} ${matchText(match)}`
          : `the ${which === 'last' ? 'end of the previous' : 'first'} visit`
      return actual === undefined
        ? `${match === 'seen' ? 'there was no earlier visit' : `there was no ${matchText(match)} yet`}${range(times)}`
        : `${what} was ${lasted(actual, ...Object.values(written.is))} ago${range(times)}`
    }
    case 'active': {
      const unit = written.active === 'days' ? 'day' : 'session'
      const where = written.where ? ` in which ${conditionText(written.where, number)}` : ''
      return `${plural(actual as number, unit)}${where}${window}${range()}`
    }
    case 'status': {
      const at = lastAt ? `, started ${moment(lastAt)}` : ''
      const asked = `${written.is === 'never' ? 'never shown' : written.is}${written.step ? ` at step ${written.step}` : ''}`
      const state = actual === 'never' ? 'was never shown' : `is ${actual}${step ? ` at step ${step}` : ''}${at}`
      return `flow “${written.status}” ${state}${wanted(asked)}${written.within ? windowText(written.within) : ''}`
    }
    case 'profile':
      return parts
        .map((part) => {
          const name = short(part.path)
          const is = part.actual == null ? `${name} is not known` : `${name} is ${number(part.actual)}`
          const asked = conditionText({ [part.path]: part.wanted }, number).slice(name.length + 1)
          return `${is}, ${negated ? 'must not be' : 'wanted'} ${asked.replace(/^is /, '')}`
        })
        .join('; ')
    default:
      return `the visitor is ${value ? '' : 'not '}in segment “${written.segment}”${negated ? ', and must not be' : ''}${
        leaf.leaves?.length ? ` (${leaf.leaves.map((each) => factOf(each, words)).join('; ')})` : ''
      }`
  }
}

const averages: { [operator: string]: string } = { avg: 'on average', min: 'at the lowest', max: 'at the highest' }

/** What a closed gate says. */
const gateWords: { [gate in GateName]: (found: { actual?: any; wanted?: any }, words: Words) => string } = {
  enabled: () => 'the flow, or the whole guide, is switched off',
  consent: ({ actual, wanted }) => `consent to ${wanted} is ${actual === false ? 'refused' : 'not given yet'}`,
  holdout: ({ wanted }, { number }) => `the visitor is among the ${number(wanted * 100)} % who see no flow at all`,
  experiment: () => 'the visitor is in the control group of the experiment',
  audience: ({ actual }) => `the visitor is ${actual === 'unknown' ? 'not known to be' : 'not'} in the audience`,
  pages: ({ actual, wanted }) => `the page is ${actual ?? 'not known'}, wanted ${pagesText(wanted ?? [])}`,
  schedule: ({ wanted }) =>
    `it runs${wanted?.from ? ` from ${wanted.from}` : ''}${wanted?.until ? ` until ${wanted.until}` : ''}`,
  frequency: ({ actual, wanted }, { number }) =>
    `shown ${number(actual)} of ${plural(wanted.times, 'time')} ${everyText(wanted.every)}`,
  group: ({ actual, wanted }) => `flow “${actual}” of the same group “${wanted}” is running`,
  limits({ actual, wanted }, { number }) {
    const [[name, limit] = ['', 0]] = Object.entries<number>(wanted ?? {})
    return name === 'gap'
      ? `the latest flow started ${lastedText(actual, [limit])} ago, wanted ${durationText(limit)} in between`
      : `\`${name}\` is at ${number(actual)} of ${number(limit)}`
  },
  blocked: ({ actual }) => `nothing opens because of ${list(actual ?? [])}`,
  slot: ({ actual }) => `its place on the screen is taken by flow “${actual}”`,
  stale: ({ actual }) => `its moment was ${lastedText(actual)} ago`,
}

/** Whether the trigger needs the leaf to be true: under a `not` it needs the opposite. */
function needed({ path }: Pick<LeafExplanation, 'path'>): boolean {
  return path.split('not').length % 2 === 1
}

function matchText(match: Match): string {
  if (typeof match === 'string') return match === 'Visitor Active' ? 'interaction' : match
  const { on, where, pages } = match
  const types = typeof on === 'string' ? on : list(on, 'or')
  return `${types}${where ? ` where ${conditionText(where, spoken)}` : ''}${pages ? ` on ${pagesText(pages)}` : ''}`
}

/** `/products/* but not /products/old`. */
function pagesText(pages: readonly string[]): string {
  const wanted = pages.filter((page) => page[0] !== '!')
  const unwanted = pages.filter((page) => page[0] === '!').map((page) => page.slice(1))
  const some = wanted.length ? list(wanted, 'or') : 'any page'
  return unwanted.length ? `${some} but not ${list(unwanted, 'or')}` : some
}

function windowText(within: unknown): string {
  if (within === undefined || within === 'ever') return ''
  if (within === 'page' || within === 'session')
    return ` on this ${within}`.replace('on this session', 'in this session')
  return ` within ${durationText(parseDuration(within as Duration))}`
}

function everyText(every: Duration | undefined): string {
  if (every === undefined) return 'in all'
  return /^(session|day|week)$/.test(`${every}`) ? `per ${every}` : `within ${durationText(parseDuration(every))}`
}

const comparisons: { [name: string]: string } = {
  $eq: 'exactly',
  $ne: 'not',
  $gt: 'more than',
  $gte: 'at least',
  $lt: 'less than',
  $lte: 'at most',
}

function rangeText(range: Range, value: (bound: unknown) => string): string {
  return Object.entries(range)
    .map(([name, bound]) => `${comparisons[name] ?? name} ${value(bound)}`)
    .join(' and ')
}

/** Whether only these comparisons are used, so that more is what is missing. */
function only(range: Range, ...names: string[]): boolean {
  return Object.keys(range).every((name) => names.includes(name))
}

const operators: { [name: string]: [is: string, isNot: string] } = {
  $eq: ['is', 'is not'],
  $ne: ['is not', 'is'],
  $gt: ['is more than', 'is not more than'],
  $gte: ['is at least', 'is less than'],
  $lt: ['is less than', 'is at least'],
  $lte: ['is at most', 'is more than'],
  $in: ['is one of', 'is none of'],
  $ini: ['is one of', 'is none of'],
  $nin: ['is none of', 'is one of'],
  $nini: ['is none of', 'is one of'],
  $all: ['has all of', 'has not all of'],
  $alli: ['has all of', 'has not all of'],
  $regex: ['matches', 'does not match'],
  $regexi: ['matches', 'does not match'],
  $notRegex: ['does not match', 'matches'],
  $notRegexi: ['does not match', 'matches'],
  $size: ['has the size', 'has not the size'],
  $type: ['is of type', 'is not of type'],
  $veq: ['is version', 'is not version'],
  $vne: ['is not version', 'is version'],
  $vgt: ['is after version', 'is not after version'],
  $vgte: ['is version or later', 'is before version'],
  $vlt: ['is before version', 'is not before version'],
  $vlte: ['is up to version', 'is after version'],
}

/** `plan is trial and seats is more than 3`. */
function conditionText(condition: object, value: (value: unknown) => string, not = false): string {
  const parts = Object.entries(condition).map(([key, wanted]) => {
    const inner = () => (wanted as object[]).map((each) => conditionText(each, value, not))
    if (key === '$not') return conditionText(wanted, value, !not)
    if (key === '$and') return inner().join(not ? ' or ' : ' and ')
    if (key === '$or') return inner().join(not ? ' and ' : ' or ')
    if (key === '$nor')
      return (wanted as object[]).map((each) => conditionText(each, value, !not)).join(not ? ' or ' : ' and ')
    return valueText(short(key), wanted, value, not)
  })
  return parts.join(not ? ' or ' : ' and ')
}

function valueText(name: string, wanted: unknown, value: (value: unknown) => string, not: boolean): string {
  const entries = typeof wanted === 'object' && wanted && !Array.isArray(wanted) ? Object.entries(wanted) : []
  if (!entries.length || !entries.every(([key]) => key[0] === '$'))
    return `${name} is ${not ? 'not ' : ''}${value(wanted)}`
  return entries
    .map(([key, operand]) => {
      if (key === '$exists') return `${name} is ${!operand === not ? '' : 'not '}known`
      if (key === '$not') return valueText(name, operand, value, !not)
      if (key === '$elemMatch')
        return `${name} has ${not ? 'none' : 'one'} of which ${conditionText(operand as object, value)}`
      return `${name} ${operators[key]?.[+not] ?? `${not ? 'is not ' : ''}${key}`} ${value(operand)}`
    })
    .join(not ? ' or ' : ' and ')
}

/** Traits are known by their own names. */
function short(path: string): string {
  return path.replace(/^visitor\.traits\./, '')
}

function spoken(value: unknown): string {
  if (value == null) return 'nothing'
  if (Array.isArray(value)) return list(value.map(spoken), 'or')
  return typeof value === 'object' ? JSON.stringify(value) : `${value}`
}

function list(items: string[], and = 'and'): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} ${and} ${items.at(-1)}`
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

function more(count: number, unit: string): string {
  return `${count === 1 ? 'one' : count} more ${unit}${count === 1 ? '' : 's'}`
}

function ordinal(count: number): string {
  const ends: { [rule: string]: string } = { one: 'st', two: 'nd', few: 'rd', other: 'th' }
  return `${count}${ends[new Intl.PluralRules('en', { type: 'ordinal' }).select(count)]}`
}

/** How long something has lasted: from a second on in whole seconds, unless a limit is in between. */
function lastedText(duration: number, limits: number[] = []): string {
  const whole = Math.floor(duration / 1000) * 1000
  const between = limits.some((limit) => whole <= limit !== duration <= limit || whole < limit !== duration < limit)
  return durationText(whole && !between ? whole : duration)
}

/** The two largest units: `2 min 30 s`, `7 days`. */
function durationText(duration: number): string {
  const units: [name: string, ms: number][] = [
    ['day', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
    ['ms', 1],
  ]
  const first = units.findIndex(([, ms]) => duration >= ms)
  if (first < 0) return '0 s'
  let rest = Math.round(duration)
  const parts = units.slice(first, first + 2).map(([name, ms]) => {
    const count = Math.floor(rest / ms)
    rest %= ms
    return !count ? '' : name === 'day' ? plural(count, name) : `${count} ${name}`
  })
  return parts.filter(Boolean).join(' ')
}
