/**
 * `npm run bench`: Foothold beside driver.js, Shepherd and what the platform itself costs, against the budgets.
 * `--quick` measures one round; `--only start,show` some of the tables; `--json FILE` keeps all measurements.
 * `--only backtest` replays ten million activities, which takes long; `--activities 1000000 --visitors 20000` fewer.
 * Everybody is measured in the same run, in turns that rotate: ratios hold on any machine, times do not.
 */
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { browserPath, launchFlags } from '../browser.mjs'
import { setup } from '../build.mjs'
import { measureBacktest } from './backtest.mjs'
import { measureClicks } from './clicks.mjs'
import { sizeConditions } from './conditions.mjs'
import { measureCost } from './cost.mjs'
import { measureCycles } from './cycles.mjs'
import { measureInNode, measureInPage } from './engine.mjs'
import { measureIdle } from './idle.mjs'
import { measureScroll } from './scroll.mjs'
import { serveBench } from './server.mjs'
import { measureShow } from './show.mjs'
import { median, spread } from './spread.mjs'
import { measureStart } from './start.mjs'
import { buildWidgets, titles } from './widgets.mjs'

const argument = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined)
const quick = process.argv.includes('--quick')
const only = argument('--only')?.split(',')
const wanted = (table) => (only ? only.includes(table) : table !== 'backtest')
const began = Date.now()
const measured = {}
const missed = []

setup()
const bundles = await buildWidgets()
const server = await serveBench(bundles.folder)
const executablePath = await browserPath()
const browser = await chromium.launch({ executablePath, args: launchFlags })
/** Draws as fast as it can: where only processor time is measured, waiting for the screen would be idle. */
const unlimited = await chromium.launch({
  executablePath,
  args: [...launchFlags, '--disable-frame-rate-limit', '--disable-gpu-vsync'],
})

const tables = { start, cost, show, idle, clicks, scroll, cycles, engine, backtest }
try {
  const [cpu] = cpus()
  console.log(
    `${cpus().length} cores (${cpu.model.trim()}), load ${loadavg()[0].toFixed(1)}, Chromium ${browser.version()}, ` +
      `Node ${process.version}\nMedian (min-max)${quick ? ' of one round' : ''}; "x" is the ratio of medians.`,
  )
  for (const [name, measure] of Object.entries(tables)) if (wanted(name)) await measure()
  console.log(`\n${Math.round((Date.now() - began) / 1000)} s, load ${loadavg()[0].toFixed(1)} at the end.`)
  console.log(missed.length ? `Over budget:\n${missed.map((line) => `  ${line}`).join('\n')}` : 'All within budget.')
  const file = argument('--json')
  if (file) writeFileSync(file, JSON.stringify(measured, null, 2))
} finally {
  await Promise.all([browser.close(), unlimited.close()])
  server.close()
  await bundles.remove()
}

async function start() {
  const widgets = ['blank', 'driver', 'shepherd', 'joyride', 'foothold']
  const results = await inTurns('start', quick ? 1 : 6, widgets, (widget) => measureStart(browser, server, widget))
  const blank = middle(results.blank, 'cpu')
  const net = (list) => list.map(({ cpu }) => cpu - blank)
  const stage = results.foothold.map((result) => result.stage)
  const row = (title, list) => [
    title,
    spread(net(list)),
    times(median(net(list)), median(net(results.driver))),
    spread(values(list, 'longest'), 0),
  ]
  print(
    'Start, CPU slowed 4 times: script and init',
    ['ms of CPU over a blank page', 'x driver.js', 'longest task over 50 ms'],
    [
      row(titles.driver, results.driver),
      row(titles.shepherd, results.shepherd),
      row(titles.joyride, results.joyride),
      row('Foothold: agent, 10 flows', results.foothold),
      row('Foothold: stage, when the page is idle', stage),
    ],
  )
  const own = median(net(results.foothold)) / median(net(results.driver))
  budget('the agent starts in at most what driver.js takes', own <= 1, `x ${own.toFixed(2)}`)
  for (const [title, list] of Object.entries({ agent: results.foothold, stage })) {
    const longest = middle(list, 'longest')
    budget(`no task over 50 ms: ${title}`, longest <= 50, longest ? `${longest.toFixed(0)} ms` : 'none')
  }
}

async function cost() {
  const widgets = ['blank', 'posthog', 'segment', 'foothold']
  const results = await inTurns('cost', quick ? 1 : 5, widgets, (widget) => measureCost(browser, server, widget))
  const row = (title, list) => [
    title,
    spread(values(list, 'bytes').map((bytes) => bytes / 1000)),
    ...['script', 'tasks'].map((kind) => {
      const blank = middle(results.blank, kind)
      return spread(values(list, kind).map((value) => value - blank))
    }),
    spread(values(list, 'longest'), 0),
    Math.max(0, ...values(list, 'shift')).toFixed(3),
  ]
  const stage = results.foothold.map((result) => result.stage)
  print(
    'What the host pays before anything shows, CPU slowed 4 times',
    ['kB loaded, brotli', 'ms of script over a blank page', 'ms of CPU', 'longest task over 50 ms', 'layout shift'],
    [
      row(titles.posthog, results.posthog),
      row(titles.segment, results.segment),
      row('Foothold: agent, 10 flows', results.foothold),
      row('Foothold: stage, when the page is idle', stage),
    ],
  )
  console.log(
    '  All are embedded by their snippets and see one page; their servers switch nothing on. @formbricks/js 5.1.0 and\n' +
      '  usertour.js 0.0.24 are left out: their packages (1.2 and 0.9 kB) only load a script from a server, which is not published.',
  )
  for (const [title, list] of Object.entries({ agent: results.foothold, stage })) {
    const longest = middle(list, 'longest')
    budget(`no task over 50 ms: ${title}`, longest <= 50, longest ? `${longest.toFixed(0)} ms` : 'none')
    const shift = Math.max(0, ...values(list, 'shift'))
    budget(`no layout shift: ${title}`, shift === 0, shift.toFixed(3))
  }
}

async function show() {
  const widgets = ['popover', 'driver', 'shepherd', 'joyride', 'foothold-cold', 'foothold']
  const rates = [1, 4]
  const variants = rates.flatMap((rate) => widgets.map((widget) => `${widget} ${rate}`))
  const results = await inTurns('show', quick ? 1 : 3, variants, (variant) => {
    const [widget, rate] = variant.split(' ')
    return measureShow(browser, server, widget, Number(rate))
  })
  const of = (widget, rate, kind) => results[`${widget} ${rate}`].map((result) => result[kind])
  const titled = {
    ...titles,
    'foothold-cold': 'Foothold: stage not loaded',
    foothold: 'Foothold: stage warmed when idle',
  }
  const kinds = { first: 'first show', again: 'second show', step: 'step change' }
  for (const [kind, title] of Object.entries(kinds)) {
    const columns = rates.flatMap((rate) => [`${rate}x: ms to painted`, 'x popover', 'frame', 'at rest', 'frame'])
    const rows = widgets.map((widget) => {
      const both = rates.flatMap((rate) => of(widget, rate, kind))
      return [
        titled[widget],
        ...rates.flatMap((rate) => {
          const list = of(widget, rate, kind)
          return [
            spread(values(list, 'painted'), 0),
            times(middle(list, 'painted'), middle(of('popover', rate, kind), 'painted')),
            spread(values(list, 'paintedFrame'), 0),
            spread(values(list, 'rest'), 0),
            spread(values(list, 'restFrame'), 0),
          ]
        }),
        Math.max(0, ...values(both, 'jump')).toFixed(0),
        Math.max(0, ...values(both, 'shift')).toFixed(3),
      ]
    })
    print(`${title[0].toUpperCase()}${title.slice(1)}: from the call`, [...columns, 'jump px', 'layout shift'], rows)
    if (kind === 'again') continue
    for (const rate of rates) {
      const list = of('foothold', rate, kind)
      const frames = middle(list, 'restFrame')
      const ratio = middle(list, 'painted') / middle(of('popover', rate, kind), 'painted')
      budget(`${title}, ${rate}x: painted at rest in the first frame`, frames === 1, `frame ${frames}`)
      budget(`${title}, ${rate}x: within 1.5 of a hand-written popover`, ratio <= 1.5, `x ${ratio.toFixed(2)}`)
    }
    const both = rates.flatMap((rate) => of('foothold', rate, kind))
    const [jump, shift] = [Math.max(0, ...values(both, 'jump')), Math.max(0, ...values(both, 'shift'))]
    budget(
      `${title}: no jump, no layout shift`,
      jump < 0.5 && shift === 0,
      `${jump.toFixed(1)} px, ${shift.toFixed(3)}`,
    )
  }
}

async function idle() {
  const widgets = ['blank', 'driver', 'shepherd', 'joyride', 'foothold']
  // All at once, and the engine beside them in a process of its own: nobody does anything, and no time is taken.
  progress('idle')
  if (wanted('engine')) engineMeasured()
  const results = Object.fromEntries(
    await Promise.all(widgets.map(async (widget) => [widget, await measureIdle(browser, server, widget)])),
  )
  measured.idle = results
  const cells = ({ timers, frames, script, cpu }) => [timers, frames, script, cpu].map((value) => value.toFixed(1))
  print(
    'Idle, per second: nothing shown, then a tooltip shown',
    [
      'timers',
      'frame callbacks',
      'ms of script',
      'ms of CPU',
      'shown: timers',
      'frame callbacks',
      'ms of script',
      'ms of CPU',
    ],
    widgets.map((widget) => [titles[widget], ...cells(results[widget].armed), ...cells(results[widget].shown)]),
  )
  for (const when of ['armed', 'shown']) {
    const { timers, frames, script } = results.foothold[when]
    const nothing = timers === 0 && frames === 0 && script < 0.05
    budget(`${when}: no timer, no frame callback, no script`, nothing, `${timers}, ${frames}, ${script.toFixed(2)} ms`)
  }
}

async function clicks() {
  const widgets = ['blank', 'driver', 'shepherd', 'joyride', 'foothold']
  const results = await inTurns('clicks', quick ? 1 : 3, widgets, (widget) => measureClicks(unlimited, server, widget))
  const net = (widget, kind) => {
    const blank = middle(results.blank, kind)
    return values(results[widget], kind).map((value) => value - blank)
  }
  print(
    'A click of the host, microseconds over a blank page; Foothold has 100 flows that wait for clicks',
    ['on any element', 'on an anchor: reported, and decided'],
    widgets
      .slice(1)
      .map((widget) => [titles[widget], spread(net(widget, 'plain')), spread(net(widget, 'anchored'), 0)]),
  )
  const own = median(net('foothold', 'plain'))
  budget('a click takes at most 5 microseconds', own <= 5, `${own.toFixed(1)}`)
}

async function scroll() {
  const widgets = ['popover', 'auto-update', 'driver', 'shepherd', 'joyride', 'foothold']
  const ways = ['window', 'nested']
  const variants = ways.flatMap((way) => widgets.map((widget) => `${widget} ${way}`))
  const results = await inTurns('scroll', 1, variants, (variant) => {
    const [widget, way] = variant.split(' ')
    return measureScroll(unlimited, server, widget, way, quick ? 3 : 5)
  })
  const all = (widget, way, kind) => results[`${widget} ${way}`].flatMap((result) => result[kind])
  const blank = ways.map((way) => median(widgets.flatMap((widget) => all(widget, way, 'blank'))).toFixed(0))
  print(
    `1,000 scroll events, 5,000 elements, one tooltip: ms of main thread over the page alone (${blank.join(' and ')})`,
    ['the window scrolls', 'a box inside scrolls', 'x autoUpdate'],
    widgets.map((widget) => [
      titles[widget],
      ...ways.map((way) => spread(all(widget, way, 'over'), 0)),
      times(middle(all(widget, 'nested', 'over')), middle(all('auto-update', 'nested', 'over'))),
    ]),
  )
  const inWindow = median(all('foothold', 'window', 'over'))
  const nested = median(all('foothold', 'nested', 'over'))
  const bare = median(all('auto-update', 'nested', 'over'))
  budget('the window scrolls: at most 50 ms', inWindow <= 50, `${inWindow.toFixed(0)} ms`)
  budget(
    'a box scrolls: at most the bare autoUpdate',
    nested <= bare,
    `${nested.toFixed(0)} against ${bare.toFixed(0)} ms`,
  )
}

async function cycles() {
  const widgets = ['popover', 'driver', 'shepherd', 'joyride', 'foothold']
  const results = await inTurns('cycles', 1, widgets, (widget) => measureCycles(unlimited, server, widget))
  const rows = widgets.map((widget) => {
    const [{ nodes, listeners, bytes } = {}] = results[widget]
    return [titles[widget], `${nodes}`, `${listeners}`, bytes?.toFixed(0) ?? '-']
  })
  print('Shown and hidden 200 times, after 600', ['nodes left', 'listeners left', 'bytes a cycle'], rows)
  const [{ nodes, listeners, bytes } = {}] = results.foothold
  budget('nodes and listeners stay', nodes <= 0 && listeners <= 0, `${nodes}, ${listeners}`)
  budget('at most 50 bytes a cycle', bytes <= 50, `${bytes?.toFixed(0)}`)
}

async function engine() {
  const rounds = quick ? 1 : 5
  progress('engine: activities')
  const node = await engineMeasured()
  const page = await measureInPage(browser, server)
  const [few] = node
  const perSecond = ({ perSecond }) => Math.round(median(perSecond))
  const named = ({ size, window }) => `${whole(size)} triggers${window ? ', one a sum over all time' : ''}`
  print(
    'Engine: activities a second, each of which concerns ten triggers',
    ['Node', 'of 10', 'microseconds', 'Chromium', 'of 10'],
    node.map((each, index) => [
      named(each),
      whole(perSecond(each)),
      times(perSecond(each), perSecond(few)),
      spread(each.perSecond.map((rate) => 1e6 / rate)),
      whole(perSecond(page[index])),
      times(perSecond(page[index]), perSecond(page[0])),
    ]),
  )
  for (const each of node) {
    const own = 1e6 / median(each.perSecond)
    budget(`${named(each)}, Node: at most 5 microseconds`, own <= 5, own.toFixed(1))
  }
  for (const [where, list] of Object.entries({ Node: node, Chromium: page })) {
    const many = list.find(({ size }) => size === 10_000)
    const ratio = perSecond(list[0]) / perSecond(many)
    budget(`${where}: within 1.3 from 10 to 10,000 triggers`, ratio <= 1.3, `x ${ratio.toFixed(2)}`)
  }

  progress('engine: guide')
  const guides = []
  for (let round = 0; round < rounds; round++) guides.push(await measureInNode('guide'))
  print(
    `A guide of 1,000 flows (${guides[0].kilobytes.toFixed(0)} kB), cold code`,
    ['JSON.parse', 'check', 'createEngine'],
    [['milliseconds', ...['json', 'read', 'create'].map((kind) => spread(values(guides, kind)))]],
  )
  const parse = median(guides.map(({ json, read }) => json + read))
  budget('1,000 flows: parsed in under 10 ms', parse < 10, `${parse.toFixed(0)} ms`)

  progress('engine: state')
  const state = await measureInNode('state')
  print(
    `State of a visitor after ${whole(state.activities)} activities, without a trigger: ${whole(state.total)} bytes of JSON`,
    ['bytes', 'share'],
    state.parts.map(({ name, bytes }) => [name, whole(bytes), times(bytes, state.total)]),
  )
  print(
    'Bytes of JSON that a trigger adds to it',
    ['after 10 activities', `after ${whole(state.activities)}`],
    state.operators.map(({ name, few, many }) => [name, whole(few), whole(many)]),
  )

  progress('engine: conditions')
  const conditions = await measureInNode('conditions', rounds)
  const bytes = await sizeConditions(fileURLToPath(new URL('../..', import.meta.url)))
  print(
    'Conditions: microseconds an evaluation, with what the compilation takes',
    ['compileCondition', 'evalCondition of GrowthBook', 'ratio'],
    [
      ...conditions.map(({ count, own, growthbook }) => [
        `asked ${whole(count)} times`,
        spread(own, 2),
        spread(growthbook, 2),
        times(median(growthbook), median(own)),
      ]),
      ...['minified', 'brotli'].map((kind) => [
        `bytes alone, ${kind}`,
        whole(bytes.own[kind]),
        whole(bytes.growthbook[kind]),
        times(bytes.growthbook[kind], bytes.own[kind]),
      ]),
    ],
  )
  measured.engine = { node, page, guides, state, conditions, bytes }
}

function engineMeasured() {
  measured.engine ??= measureInNode('activities')
  return measured.engine
}

async function backtest() {
  const activities = Number(argument('--activities') ?? 10_000_000)
  const visitors = Number(argument('--visitors') ?? 200_000)
  const { runs, naive } = await measureBacktest({ activities, visitors, progress })
  measured.backtest = { runs, naive }
  const [few, one, two] = runs
  const rate = ({ activities, seconds }) => activities / seconds
  print(
    `Back-test: ${whole(one.activities)} activities of ${whole(one.visitors)} visitors (${whole(one.megabytes)} MB), ten flows`,
    ['seconds', 'activities a second', 'ratio', 'a second of CPU', 'MB at the peak', 'MB of the log'],
    [
      ...[few, one, two].map((run) => [
        `${whole(run.activities)} of ${whole(run.visitors)} visitors, ${run.jobs} ${run.jobs > 1 ? 'jobs' : 'job'}`,
        run.seconds.toFixed(1),
        whole(rate(run)),
        times(rate(run), rate(one)),
        whole(run.activities / run.cpu),
        whole(run.memory),
        whole(run.megabytes),
      ]),
      [
        `naive re-scan of ${whole(naive.visitors)} visitors, for all`,
        ((naive.seconds * one.activities) / naive.activities).toFixed(1),
        whole(rate(naive)),
        times(rate(naive), rate(one)),
        '-',
        '-',
        '-',
      ],
    ],
  )
  console.log(
    `  The naive re-scan asks all triggers of the visitor's whole history with each activity. It was measured on\n` +
      `  ${whole(naive.activities)} activities (${naive.seconds.toFixed(1)} s) and extrapolated; it has no gates and no time between activities.`,
  )
  const same = JSON.stringify(one.flows) === JSON.stringify(two.flows)
  budget('two jobs count what one counts', same, same ? 'the same' : 'not the same')
  budget('two jobs are faster than one', rate(two) > rate(one), `x ${times(rate(two), rate(one))}`)
  const growth = one.memory / few.memory
  budget('ten times the lines of the same visitors: memory within 3', growth <= 3, `x ${growth.toFixed(2)}`)
}

/** Measures every variant once a round, each round in another order. What fails is told and left out. */
async function inTurns(table, rounds, variants, measure) {
  const results = Object.fromEntries(variants.map((variant) => [variant, []]))
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < variants.length; turn++) {
      const variant = variants[(turn + round) % variants.length]
      progress(`${table}, round ${round + 1} of ${rounds}: ${variant}`)
      try {
        results[variant].push(await measure(variant))
      } catch (error) {
        progress('')
        console.log(`\n${table}: ${variant} failed: ${error.message}`)
      }
    }
  }
  measured[table] = results
  return results
}

function values(list, key) {
  return list.map((item) => item[key])
}

function middle(list, key) {
  return median(key ? values(list, key) : list)
}

function times(value, reference) {
  return Number.isFinite(value) && reference > 0 ? (value / reference).toFixed(2) : '-'
}

function whole(value) {
  return Math.round(value).toLocaleString('en')
}

function budget(text, within, actual) {
  console.log(`  ${within ? 'within' : 'OVER  '}  ${text}: ${actual}`)
  if (!within) missed.push(`${text}: ${actual}`)
}

function print(title, columns, rows) {
  progress('')
  const lines = [['', ...columns], ...rows]
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  const cells = (line) => line.map((cell, at) => (at ? cell.padStart(widths[at]) : cell.padEnd(widths[0])))
  console.log(`\n${title}\n${lines.map((line) => `  ${cells(line).join('  ')}`.trimEnd()).join('\n')}`)
}

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}
