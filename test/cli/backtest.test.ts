import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { setup } from '../build.mjs'

// Each runs the command several times, in processes of their own.
vi.setConfig({ testTimeout: 120_000 })

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'foothold-cli-'))
const file = (name: string, text: string | Buffer) => {
  writeFileSync(join(folder, name), text)
  return name
}
const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' }
/** Runs the command as it is published. */
function foothold(args: string[], input?: string | Buffer) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env,
    input,
  })
  return { stdout, stderr, status }
}
const backtest = (log: string, ...args: string[]) => foothold(['backtest', 'guide.json', log, ...args])
// biome-ignore lint/suspicious/noExplicitAny: what the command printed
const json = (log: string, ...args: string[]): any => {
  const { stdout, stderr } = backtest(log, '--json', ...args)
  if (!stdout) throw new Error(stderr)
  return JSON.parse(stdout)
}

const step = { id: 'hello', type: 'message', surface: 'card', props: { title: 'Hello' } }
const guide = {
  format: 1,
  limits: { gap: '5m', perSession: 2 },
  flows: [
    { id: 'quiet', version: 1, trigger: { idle: '120s' }, frequency: { times: 5 }, priority: 'high', steps: [step] },
    {
      id: 'repeat',
      version: 1,
      trigger: { count: 'Product Viewed', per: 'product_id', is: { $gt: 2 }, within: '7d' },
      frequency: { times: 1, every: 'day' },
      steps: [step],
    },
    {
      id: 'cart',
      version: 1,
      trigger: { absent: 'Order Completed', after: 'Product Added', for: '1h' },
      frequency: { times: 9 },
      steps: [{ ...step, surface: 'banner' }],
    },
    {
      id: 'test',
      version: 1,
      trigger: 'Order Completed',
      frequency: { times: 9 },
      experiment: {
        id: 'x',
        holdout: 0.3,
        variants: [
          { id: 'a', weight: 1 },
          { id: 'b', weight: 1 },
        ],
      },
      steps: [step],
    },
  ],
}

/** A shop's log: the same on every machine. */
function rows(): { at: number }[] {
  let seed = 42
  const random = () => {
    seed = (seed * 16807) % 2147483647
    return seed / 2147483647
  }
  const start = Date.UTC(2026, 0, 5)
  const all: { at: number }[] = []
  for (let session = 0; session < 160; session++) {
    const visitor = `v${Math.floor(random() * 40)}`
    let at = start + Math.floor(random() * 6 * 864e5)
    const products = [1, 2].map(() => `p${Math.floor(random() * 9)}`)
    for (let index = 0; index < 12; index++) {
      at += Math.floor(random() * (random() < 0.15 ? 3e5 : 4e4))
      const type = ['Page Viewed', 'Product Viewed', 'Product Viewed', 'Product Added', 'Order Completed'][
        Math.floor(random() * random() * 5)
      ]!
      const properties = type === 'Page Viewed' ? { path: '/' } : { product_id: products[Math.floor(random() * 2)] }
      all.push({ visitor, type, at, tab: 'a', page: '/', properties } as { at: number })
    }
  }
  return all.sort((a, b) => a.at - b.at)
}
const lines = rows().map((row) => JSON.stringify(row))
const log = `${lines.join('\n')}\n`

beforeAll(() => {
  setup()
  file('guide.json', JSON.stringify(guide))
  file('log.ndjson', log)
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a back-test', () => {
  it('in several jobs equals one job, down to each firing', () => {
    const sweep = ['--sweep', 'flows.quiet.trigger.idle=60s,180s']
    const one = json('log.ndjson', '--jobs', '1', '--firings', 'one.ndjson', ...sweep)
    const three = json('log.ndjson', '--jobs', '3', '--firings', 'three.ndjson', ...sweep)
    expect(one.flows.quiet.shown).toBeGreaterThan(10)
    expect(one.flows.test.control).toBeGreaterThan(0)
    expect(one.flows.repeat.displaced).not.toEqual({})
    expect({ ...three, seconds: 0, jobs: 0 }).toEqual({ ...one, seconds: 0, jobs: 0 })
    const firings = (name: string) => readFileSync(join(folder, name), 'utf8').split('\n').sort()
    expect(firings('three.ndjson')).toEqual(firings('one.ndjson'))
    expect(firings('one.ndjson').filter(Boolean)).toHaveLength(
      Object.values<{ fired: number }>(one.flows).reduce((sum, { fired }) => sum + fired, 0),
    )
  })

  it('prints what it counted as JSON', () => {
    const result = json('log.ndjson')
    const visitors = new Set(lines.map((line) => JSON.parse(line).visitor)).size
    expect(result).toMatchObject({
      activities: lines.length,
      visitors,
      interrupted: false,
      left: 0,
      bad: { count: 0, first: [] },
    })
    expect(result.seconds).toBeGreaterThan(0)
    expect(Object.keys(result.flows)).toEqual(['quiet', 'repeat', 'cart', 'test'])
    for (const flow of Object.values(result.flows))
      expect(Object.keys(flow as object)).toEqual(
        expect.arrayContaining(['fired', 'visitors', 'shown', 'held', 'control', 'open']),
      )
  })

  it('reads gzip and standard input, and lines with other ends, with the same result', () => {
    const { flows } = json('log.ndjson')
    expect(json(file('log.gz', gzipSync(log))).flows).toEqual(flows)
    expect(JSON.parse(foothold(['backtest', 'guide.json', '-', '--json'], log).stdout).flows).toEqual(flows)
    expect(JSON.parse(foothold(['backtest', 'guide.json', '-', '--json'], gzipSync(log)).stdout).flows).toEqual(flows)
    expect(json(file('windows.ndjson', `\uFEFF${lines.join('\r\n')}\r\n\r\n`)).flows).toEqual(flows)
  })

  it('reads CSV by its column names, or by a map', () => {
    const cells = rows() as { visitor: string; type: string; at: number; properties: { product_id?: string } }[]
    const own = cells.map(
      ({ visitor, type, at, properties }) =>
        `${visitor},${type},${new Date(at).toISOString()},a,/,${properties.product_id ?? ''}`,
    )
    const { flows } = json('log.ndjson')
    expect(json(file('log.csv', `visitor,type,at,tab,page,properties.product_id\n${own.join('\n')}\n`)).flows).toEqual(
      flows,
    )

    const views = 'session;item;when;"a; b"\n1;p1;1000;x\n1;p1;2000;x\n1;p1;3000;x\n2;p1;3000;x\n'
    const map = ['visitor=session', 'at=when', 'type==Product Viewed', 'properties.product_id=item'].flatMap((each) => [
      '--column',
      each,
    ])
    const found = json(file('views.csv', views), ...map)
    expect(found).toMatchObject({ activities: 4, visitors: 2, flows: { repeat: { fired: 1, shown: 1 } } })
  })

  it('shows for each value of a sweep its reach, interruptions and what it displaces', () => {
    const { stdout, status } = backtest('log.ndjson', '--sweep', 'flows.quiet.trigger.idle=60s,120s,180s')
    expect(status).toBe(0)
    const sweep = stdout.slice(stdout.indexOf('Sweep'))
    expect(sweep).toContain('Sweep, for quiet')
    const rows = sweep.split('\n').filter((line) => /^ +(as it is|\d+s) /.test(line))
    expect(rows.map((row) => row.trim().split(/ {2,}/)[0])).toEqual(['as it is', '60s', '120s', '180s'])
    // As it is and its own value are the same.
    expect(rows[2]).toMatch(/nothing$/)
    expect(rows[2]!.replace(/120s|nothing/g, '').trim()).toBe(rows[0]!.replace(/as it is|–$/g, '').trim())
    expect(rows[1]).toMatch(/ (repeat|cart|test) −\d+/)
  })

  it('draws one page that needs nothing else', () => {
    expect(backtest('log.ndjson', '--html', 'report.html', '--sweep', 'flows.quiet.trigger.idle=60s,180s').status).toBe(
      0,
    )
    const page = readFileSync(join(folder, 'report.html'), 'utf8')
    for (const heading of ['Flows', 'Reach over time', 'Sweep', 'Interruptions per visitor-week', 'Displacement'])
      expect(page).toContain(`<h2>${heading}</h2>`)
    expect(page.match(/<svg /g)).toHaveLength(4)
    expect(page).not.toMatch(/<script|<link|@import|url\(|src=|NaN|undefined/)
    expect(page).toContain("default-src 'none'")
  })

  it('draws the reach of each flow that is swept, not only of the one that reaches most', () => {
    const sweep = ['--sweep', 'flows.quiet.trigger.idle=60s', '--sweep', 'flows.repeat.trigger.is.$gt=1,2']
    backtest('log.ndjson', '--html', 'grid.html', ...sweep)
    const page = readFileSync(join(folder, 'grid.html'), 'utf8')
    for (const id of ['quiet', 'repeat']) expect(page).toContain(`<figcaption>Reach of ${id} `)
    const reaches = page.match(/\d+ % \/ \d+ %/g)!
    expect(reaches).toHaveLength(3)
    expect(backtest('log.ndjson', ...sweep).stdout.match(/\d+ % \/ \d+ %/g)).toEqual(reaches)
    expect(new Set(reaches).size).toBeGreaterThan(1)
  })

  it('writes texts of a guide into the page as texts', () => {
    const flows = [{ ...guide.flows[0], name: '<img src=x onerror=alert(1)>' }]
    file('hostile.json', JSON.stringify({ ...guide, flows }))
    foothold(['backtest', 'hostile.json', 'log.ndjson', '--html', 'hostile.html'])
    expect(readFileSync(join(folder, 'hostile.html'), 'utf8')).not.toContain('<img')
  })
})

describe('a log', () => {
  it('out of order by a minute is put in order, by more it is refused, and --sort reads it all the same', () => {
    const at = (moment: number) =>
      JSON.stringify({ visitor: 'a', type: 'Product Viewed', at: moment, properties: { product_id: 'p1' } })
    const late = (by: number) => file(`late-${by}.ndjson`, [1_000_000, 1_000_000 - by, 1_001_000].map(at).join('\n'))
    expect(json(late(60_000)).flows.repeat.fired).toBe(1)
    const { status, stderr } = backtest(late(60_001))
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('Line 2 of the log is 1 minutes older than one before it.'),
    })
    expect(stderr).toContain('Add --sort')
    expect(json(late(60_001), '--sort').flows.repeat.fired).toBe(1)
    expect(json(late(60_001), '--sort', '--jobs', '2').flows.repeat.fired).toBe(1)
  })

  it('in any order is the same log once it is sorted', () => {
    const shuffled = [...lines.slice(500), ...lines.slice(0, 500)]
    const withSeq = (list: string[]) =>
      list.map((line) => JSON.stringify({ ...JSON.parse(line), seq: lines.indexOf(line) })).join('\n')
    expect(json(file('shuffled.ndjson', withSeq(shuffled)), '--sort').flows).toEqual(
      json(file('ordered.ndjson', withSeq(lines))).flows,
    )
  })

  it('may have bad lines: they are counted, the first ten shown, and --strict stops', () => {
    const bad = Array.from({ length: 12 }, (_, index) => (index % 2 ? '{ broken' : '{"visitor":"a","at":1}'))
    const name = file('bad.ndjson', [lines[0], ...bad, lines[1]].join('\n'))
    const { stdout, status } = backtest(name)
    expect(status).toBe(0)
    expect(stdout).toContain('12 bad lines, passed over; the first 10:')
    expect(stdout).toContain('line 2 has no type; write "type": "Page Viewed"')
    expect(stdout).toContain('line 11 is no JSON')
    expect(stdout).not.toContain('line 12 ')
    expect(json(name)).toMatchObject({ activities: 2, bad: { count: 12 } })
    const strict = backtest(name, '--strict')
    expect(strict).toMatchObject({ status: 2, stdout: '' })
    expect(strict.stderr).toContain('Line 2 of the log has no type')
  })

  it('may hold an activity twice: ids count once', () => {
    const line = (id: string) =>
      JSON.stringify({ visitor: 'a', type: 'Product Viewed', at: 1000, id, properties: { product_id: 'p1' } })
    expect(json(file('twice.ndjson', ['1', '1', '1', '2'].map(line).join('\n'))).flows.repeat.fired).toBe(0)
    expect(json(file('thrice.ndjson', ['1', '2', '3'].map(line).join('\n'))).flows.repeat.fired).toBe(1)
  })

  it('may be empty', () => {
    expect(json(file('empty.ndjson', ''))).toMatchObject({
      activities: 0,
      visitors: 0,
      interruptions: { perVisitorWeek: 0 },
    })
    expect(backtest('empty.ndjson', '--html', 'empty.html').status).toBe(0)
  })

  it('that ends in the seventies is asked about', () => {
    const seconds = file('seconds.ndjson', '{"visitor":"a","type":"Page Viewed","at":1767600000}')
    expect(backtest(seconds).stdout).toContain('Is "at" in seconds?')
  })
})

describe('an interruption', () => {
  it('keeps what is done', async () => {
    const args = ['backtest', 'guide.json', '-', '--json']
    const child = spawn(process.execPath, [cli, ...args], { cwd: folder, env })
    let stdout = ''
    child.stdout.on('data', (chunk) => (stdout += chunk))
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += chunk))
    const weeks = [0, 1, 2, 3, 4, 5].map((week) =>
      rows().map((row) => `${JSON.stringify({ ...row, at: row.at + week * 7 * 864e5 })}\n`),
    )
    // More than a pipe holds: when all is taken most was read, and it waits for more.
    await new Promise((resolve) => child.stdin.write(weeks.flat().join(''), resolve))
    child.kill('SIGINT')
    const status = await new Promise((resolve) => child.on('close', resolve))
    expect(status).toBe(130)
    expect(stderr).toContain('Stopping; what was read is replayed for a moment')
    const result = JSON.parse(stdout)
    expect(result.interrupted).toBe(true)
    expect(result.activities).toBeGreaterThan(0)
    expect(result.flows.quiet.shown).toBeGreaterThan(0)
  })
})

describe('the command', () => {
  it('runs as the README says, in a clone and with a log on standard input', () => {
    const readme = readFileSync('README.md', 'utf8')
    expect(readme).toContain('in a clone it is `node dist/cli.js`, after `npm install && npm run build`')
    const [, args = ''] = /zcat log-\*\.gz \| npx foothold (.*?)`/.exec(readme) ?? []
    expect(foothold(args.split(' '), gzipSync(log))).toMatchObject({ status: 0, stderr: '' })
  })

  it('says what there is', () => {
    const help = foothold(['--help'])
    expect(help.status).toBe(0)
    expect(help.stdout).toMatch(/foothold check guide.json[\s\S]*foothold backtest guide.json log.ndjson/)
    for (const option of ['--sweep', '--json', '--firings', '--html', '--column', '--sort', '--strict', '--jobs'])
      expect(foothold(['backtest', '--help']).stdout).toContain(option)
    for (const command of [['--help'], ['backtest', '--help'], ['check', '--help']])
      expect(
        foothold(command)
          .stdout.split('\n')
          .filter((line) => line.length > 120),
      ).toEqual([])
    expect(foothold(['--version']).stdout.trim()).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version)
  })

  it.each([
    [['bactest'], 'Did you mean backtest?'],
    [['backtest', 'guide.json', 'log.ndjson', '--swep', 'a=1'], 'Did you mean --sweep?'],
    [['backtest', 'guide.json'], "missing required argument 'log'"],
    [['backtest', 'guide.json', 'log.ndjson', '--jobs', 'many'], 'a number from 1 to 64'],
    [['backtest', 'guide.json', 'log.ndjson', '--consent', 'all'], '"all" is none of functional, analytics, marketing'],
    [['backtest', 'nowhere.json', 'log.ndjson'], 'nowhere.json cannot be read: there is no such file'],
    [['backtest', 'guide.json', 'nowhere.ndjson'], 'nowhere.ndjson cannot be read: there is no such file'],
    [['backtest', 'guide.json', '.'], 'it is a folder'],
    [['backtest', 'log.ndjson', 'log.ndjson'], 'log.ndjson is no JSON'],
    [
      ['backtest', 'guide.json', 'log.ndjson', '--sweep', 'flows.welcome.trigger=1'],
      'It has quiet, repeat, cart, test.',
    ],
    [['backtest', 'guide.json', 'log.ndjson', '--column', 'who=session'], 'a field is visitor, type, at'],
    [['backtest', 'guide.json', 'log.ndjson', '--firings', 'nowhere/file'], 'nowhere/file cannot be written'],
    [['check', 'nowhere.json'], 'there is no such file'],
  ])('says what is wrong with %j', (args, told) => {
    const { stderr, stdout, status } = foothold(args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(told)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it('says what is wrong with a guide', () => {
    file('broken.json', JSON.stringify({ format: 1, flows: [{ id: 'a' }] }))
    expect(foothold(['backtest', 'broken.json', 'log.ndjson']).stderr).toContain('flows[0].version')
    const { stdout, status } = foothold(['check', 'broken.json'])
    expect(status).toBe(1)
    expect(stdout).toContain('flows[0].version')
    expect(stdout).toContain('invalid-shape')
  })

  it('checks with 0, 1 or, with --strict, 1 for warnings', () => {
    file(
      'warned.json',
      JSON.stringify({ ...guide, flows: [{ ...guide.flows[0], steps: [{ id: 'a', type: 'rating' }] }] }),
    )
    expect(foothold(['check', 'guide.json'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Nothing is wrong.'),
    })
    expect(foothold(['check', 'warned.json']).status).toBe(0)
    expect(foothold(['check', 'warned.json', '--strict']).status).toBe(1)
    expect(foothold(['check', 'warned.json', '--strict', '--steps', 'rating']).status).toBe(0)
    const { stdout } = foothold(['check', 'warned.json', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      error: 0,
      warning: 1,
      findings: [{ code: 'unknown-step-type', severity: 'warning' }],
    })
  })

  it('needs no optional package until it is used, and then says what to install', () => {
    // As it is where only what the widget needs is installed.
    const hook = `export const resolve = (name, context, next) => {
      if (/^(csv-parse|d3-)/.test(name)) throw Object.assign(new Error('not installed'), { code: 'ERR_MODULE_NOT_FOUND' })
      return next(name, context)
    }`
    const register = file(
      'register.mjs',
      `import { register } from 'node:module'\nregister('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}))`,
    )
    const bare = (...args: string[]) =>
      spawnSync(process.execPath, ['--import', join(folder, register), cli, ...args], {
        cwd: folder,
        encoding: 'utf8',
        env,
      })
    expect(bare('backtest', 'guide.json', 'log.ndjson').status).toBe(0)
    expect(bare('check', 'guide.json').status).toBe(0)
    expect(bare('backtest', 'guide.json', 'log.ndjson', '--html', 'a.html').stderr).toContain(
      'Run: npm install d3-scale d3-shape',
    )
    file('tiny.csv', 'visitor,type,at\na,Page Viewed,1\n')
    expect(bare('backtest', 'guide.json', 'tiny.csv').stderr).toContain(
      'Reading CSV needs csv-parse, which is not installed. Run: npm install csv-parse',
    )
  })

  it('ends quietly when nobody reads on', () => {
    const shell = execFileSync(
      'sh',
      ['-c', `"${process.execPath}" "${cli}" backtest guide.json log.ndjson --json | head -1`],
      { cwd: folder, encoding: 'utf8' },
    )
    expect(shell).toBe('{\n')
  })
})
