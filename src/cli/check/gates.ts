import { isDeepStrictEqual } from 'node:util'
import { compilePages } from '../../core/condition.ts'
import { parseDuration } from '../../core/duration.ts'
import { slotsOf } from '../../core/eligibility.ts'
import type { Expression, Flow, Guide } from '../../core/guide.ts'
import { type Finding, finding } from './finding.ts'
import { excludesAll } from './pages.ts'

const day = 86_400_000
/** What the profile keeps of starts, in all and of each flow. */
const startsKept = 200
const ranks = ['lowest', 'low', 'normal', 'high', 'highest']

/** Gates that let nobody through, what variants cannot change, and flows that another one always comes before. */
export function checkGates(guide: Guide, now: number): Finding[] {
  const { flows, limits, holdout } = guide
  const findings: Finding[] = []
  const closed = (path: string, message: string, remedy: string) =>
    findings.push(finding('always-closed', path, message, remedy))
  const idle = (path: string, most: number) =>
    findings.push(
      finding(
        'always-true',
        path,
        `${startsKept} starts are remembered, so a limit of ${most.toLocaleString('en')} holds nothing back`,
        `Write ${startsKept} or less, or take the limit away`,
      ),
    )
  for (const [path, { perSession, perDay }] of [
    ['limits', limits ?? {}],
    ...Object.entries(limits?.perSurface ?? {}).map(([name, each]) => [`limits.perSurface.${name}`, each ?? {}]),
  ] as [string, { perSession?: number; perDay?: number }][])
    for (const [name, most] of Object.entries({ perSession, perDay })) {
      if (most !== undefined && most > startsKept) idle(`${path}.${name}`, most)
      if (most !== undefined && most < 1)
        closed(
          `${path}.${name}`,
          `At most ${most} flows are shown, which is none`,
          'Write 1 or more; to stop everything write "enabled": false',
        )
    }
  if (holdout?.share === 1)
    closed('holdout.share', 'Every visitor is held out, so nobody sees anything', 'Write a share such as 0.05')
  flows.forEach((flow, index) => {
    const path = `flows[${index}]`
    const { schedule, pages, experiment, frequency, goal, id } = flow
    // Who writes a million means no limit; a number in between is meant.
    if (frequency && frequency.times > startsKept && frequency.times < 10_000)
      idle(`${path}.frequency.times`, frequency.times)
    if (goal && parseDuration(goal.within) === 0)
      findings.push(
        finding(
          'never-true',
          `${path}.goal.within`,
          `No time is left to reach the goal of flow "${id}"`,
          'Write a longer time, such as "3d"',
        ),
      )
    if (schedule?.timezone !== undefined && !isTimezone(schedule.timezone))
      findings.push(
        finding(
          'unknown-reference',
          `${path}.schedule.timezone`,
          `"${schedule.timezone}" is no time zone, and is read as UTC`,
          'Write one such as "Europe/Berlin", or leave it out for the visitor\'s own',
        ),
      )
    experiment?.variants.forEach(({ id: variant, patch = {} }, at) => {
      for (const key of ['goal', 'runs'].filter((key) => Object.hasOwn(patch, key)))
        findings.push(
          finding(
            'ignored-patch',
            `${path}.experiment.variants[${at}].patch.${key}`,
            `All variants of flow "${id}" share its "${key}", so that of variant "${variant}" is ignored`,
            `Write "${key}" in the flow itself`,
          ),
        )
    })
    const [from, until] = [schedule?.from, schedule?.until].map((date) =>
      date === undefined ? undefined : Date.parse(date),
    )
    if (until! <= from!)
      closed(`${path}.schedule`, `The schedule of flow "${id}" ends before it starts`, 'Exchange "from" and "until"')
    // Wherever the visitor lives, it is over a day later.
    else if (until! + day < now)
      findings.push(
        finding(
          'schedule-over',
          `${path}.schedule.until`,
          `The schedule of flow "${id}" is over since ${schedule!.until}`,
          'Move it, or take the flow out',
        ),
      )
    if (experiment?.holdout === 1)
      closed(
        `${path}.experiment.holdout`,
        `The experiment of flow "${id}" holds everybody out`,
        'Write a share such as 0.1',
      )
    if (pages && excludesAll(pages))
      closed(
        `${path}.pages`,
        `No page is left for flow "${id}": all that is wanted is excluded as well`,
        'Take the exclusion away, or want other pages',
      )
    const asked = pages && pagesAsked(flow.trigger)
    if (asked && !asked.some(compilePages(pages)))
      closed(
        `${path}.pages`,
        `Flow "${id}" fires on ${asked.join(', ')}, and may not show there`,
        'Want the same pages in both',
      )
  })
  flows.forEach((flow, index) => {
    const other = flows.find((each, at) => each !== flow && comesBefore(each, at, flow, index))
    if (other)
      findings.push(
        finding(
          'displaced-flow',
          `flows[${index}]`,
          `Flow "${flow.id}" fires with "${other.id}", which always comes first and takes ${flow.group && flow.group === other.group ? `the turn of group "${flow.group}"` : 'the same place'}, so that it shows at best when that is closed`,
          'Raise its priority, give it another trigger or surface, or join the two as an experiment',
        ),
      )
  })
  return findings
}

/** Whether the first shows wherever the second could, as often, and wins. */
function comesBefore(first: Flow, firstAt: number, second: Flow, secondAt: number): boolean {
  const same = (name: keyof Flow) => first[name] === undefined || equal(first[name], second[name])
  const rank = ({ priority = 'normal' }: Flow) => ranks.indexOf(priority)
  const wins = rank(first) > rank(second) || (rank(first) === rank(second) && firstAt < secondAt)
  return (
    wins &&
    first.enabled !== false &&
    second.enabled !== false &&
    (first.runs ?? 'page') === 'page' &&
    (second.runs ?? 'page') === 'page' &&
    !first.experiment &&
    asOften(first, second) &&
    firesWith(first.trigger, second.trigger) &&
    ['audience', 'pages', 'schedule', 'delay'].every((name) => same(name as keyof Flow)) &&
    ((first.purpose ?? 'functional') === 'functional' || first.purpose === second.purpose) &&
    ((first.group !== undefined && first.group === second.group) ||
      slotsOf(first).some((slot) => slotsOf(second).includes(slot)))
  )
}

/** The frequency of the first lets it show at least as often as the second. */
function asOften({ frequency: a = { times: 1 } }: Flow, { frequency: b = { times: 1 } }: Flow): boolean {
  return a.times > startsKept || (a.times >= b.times && periodOf(a.every) <= periodOf(b.every))
}

function periodOf(every: NonNullable<Flow['frequency']>['every']): number {
  if (every === undefined) return Infinity
  const named = { session: 1, day, week: 7 * day }[every]
  return named ?? parseDuration(every)
}

/** Whenever the second fires, the first does too. */
function firesWith(first: Expression, second: Expression): boolean {
  const [a, b] = [plain(first), plain(second)]
  if (equal(a, b)) return true
  if ('any' in a && a.any.some((part) => firesWith(part, second))) return true
  if (!('on' in a)) return false
  if ('all' in b) return b.all.some((part) => firesWith(first, part))
  return (
    'on' in b &&
    [b.on].flat().every((type) => [a.on].flat().includes(type)) &&
    (a.where === undefined || equal(a.where, b.where)) &&
    (a.pages === undefined || equal(a.pages, b.pages))
  )
}

function plain(expression: Expression): Exclude<Expression, string> {
  return typeof expression === 'string' ? { on: expression } : expression
}

/** The pages on which alone a trigger fires, where they are told one by one. */
function pagesAsked(trigger: Expression): string[] | undefined {
  const written = plain(trigger)
  if ('all' in written) return written.all.map(pagesAsked).find((pages) => pages !== undefined)
  const pages = 'on' in written && String(written.on) === 'Page Viewed' ? written.pages : undefined
  return pages?.every((page) => !/[!*:?]/.test(page)) ? pages : undefined
}

function isTimezone(timeZone: string): boolean {
  try {
    return !!new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    return false
  }
}

function equal(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b)
}
