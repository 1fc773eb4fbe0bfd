import { compilePages } from '../../core/condition.ts'
import { slotsOf } from '../../core/eligibility.ts'
import type { Flow, Guide } from '../../core/guide.ts'
import { type Finding, finding } from './finding.ts'

const ranks = ['lowest', 'low', 'normal', 'high', 'highest']

/** Gates that let nobody through, and flows that another one always comes before. */
export function checkGates(guide: Guide, now: number): Finding[] {
  const { flows, limits, holdout } = guide
  const findings: Finding[] = []
  const closed = (path: string, message: string, remedy: string) =>
    findings.push(finding('always-closed', path, message, remedy))
  for (const [path, { perSession, perDay }] of [
    ['limits', limits ?? {}],
    ...Object.entries(limits?.perSurface ?? {}).map(([name, each]) => [`limits.perSurface.${name}`, each ?? {}]),
  ] as [string, { perSession?: number; perDay?: number }][])
    for (const [name, most] of Object.entries({ perSession, perDay }))
      if (most !== undefined && most < 1)
        closed(
          `${path}.${name}`,
          `At most ${most} flows are shown, which is none`,
          'Write 1 or more; to stop everything write "enabled": false',
        )
  if (holdout?.share === 1)
    closed('holdout.share', 'Every visitor is held out, so nobody sees anything', 'Write a share such as 0.05')
  flows.forEach((flow, index) => {
    const path = `flows[${index}]`
    const { schedule, pages, experiment, id } = flow
    const [from, until] = [schedule?.from, schedule?.until].map((date) =>
      date === undefined ? undefined : Date.parse(date),
    )
    if (until! <= from!)
      closed(`${path}.schedule`, `The schedule of flow "${id}" ends before it starts`, 'Exchange "from" and "until"')
    // Wherever the visitor lives, it is over a day later.
    else if (until! + 864e5 < now)
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
  })
  flows.forEach((flow, index) => {
    const other = flows.find((each, at) => each !== flow && comesBefore(each, at, flow, index))
    if (other)
      findings.push(
        finding(
          'displaced-flow',
          `flows[${index}]`,
          `Flow "${flow.id}" fires with "${other.id}", which always comes first and takes ${flow.group && flow.group === other.group ? `the turn of group "${flow.group}"` : 'the same place'}`,
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
  const slots = slotsOf(second)
  return (
    wins &&
    first.enabled !== false &&
    second.enabled !== false &&
    (first.runs ?? 'page') === 'page' &&
    (second.runs ?? 'page') === 'page' &&
    !first.experiment &&
    equal(first.trigger, second.trigger) &&
    ['audience', 'pages', 'schedule', 'delay'].every((name) => same(name as keyof Flow)) &&
    ((first.purpose ?? 'functional') === 'functional' || first.purpose === second.purpose) &&
    asOften(first, second) &&
    ((first.group !== undefined && first.group === second.group) || slotsOf(first).some((slot) => slots.includes(slot)))
  )
}

/** The frequency of the first lets it show at least as often as the second. */
function asOften({ frequency: a = { times: 1 } }: Flow, { frequency: b = { times: 1 } }: Flow): boolean {
  return equal(a.every, b.every) && a.times >= b.times
}

/** Each wanted pattern is excluded word for word, or everything is. */
function excludesAll(pages: string[]): boolean {
  const unwanted = pages.filter((page) => page.startsWith('!')).map((page) => page.slice(1))
  const wanted = pages.filter((page) => !page.startsWith('!'))
  if (unwanted.some((page) => page === '*' || page === '/*')) return true
  const excluded = unwanted[0] !== undefined && compilePages(unwanted)
  return (
    excluded &&
    wanted.length > 0 &&
    wanted.every((page) => unwanted.includes(page) || (!/[*:]/.test(page) && excluded(page)))
  )
}

function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
