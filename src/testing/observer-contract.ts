import type { Report } from '../core/activity.ts'
import type { Observer } from '../observers/observer.ts'
import { type ContractCase, claim, claimSame } from './claim.ts'
import { type FakeClock, fakeClock } from './fake-clock.ts'
import { countOpenEnds } from './open-ends.ts'

export interface ObserverCase {
  /** What a user calls, with the defaults. */
  create(): Observer
  /** Markup of the page under observation. */
  markup?: string
  /** Makes the observer report something: what a visitor does, and the time it takes. */
  provoke(clock: FakeClock): void | Promise<void>
  /** Types that are reported by then, in this order. Others may be reported in between. */
  reports: string[]
}

/**
 * What every observer does, in a real page: the cases need a browser, and replace what is in its body.
 *
 * @example
 * const provoke = () => document.dispatchEvent(new Event('copy'))
 * for (const { name, run } of observerContract({ create: copied, provoke, reports: ['Text Copied'] })) test(name, run)
 */
export function observerContract({ create, markup = '', provoke, reports }: ObserverCase): ContractCase[] {
  const cases: ContractCase[] = []
  const add = (name: string, run: (start: (observer?: Observer) => Watched) => Promise<void>) =>
    cases.push({
      name,
      async run() {
        const pages: Watched[] = []
        document.body.innerHTML = markup
        try {
          await run((observer = create()) => {
            const page = watch(observer)
            pages.push(page)
            return page
          })
        } finally {
          for (const page of pages) page.stop()
          document.body.innerHTML = ''
        }
      },
    })
  const claimReports = (page: Watched) =>
    claimSame(
      page.types().filter((type) => reports.includes(type)),
      reports,
      'What was reported',
    )
  const claimAny = (page: Watched) => {
    const missing = reports.filter((type) => !page.types().includes(type))
    claimSame(missing, [], 'What was not reported')
  }

  add('has a name, the same for each instance', async () => {
    claim(/^[a-z][a-z0-9-]*$/.test(create().name), 'The name is to be lowercase words with hyphens.')
    claimSame(create().name, create().name, 'The name of a second instance')
  })

  add('touches nothing before it is told to watch', async () => {
    const open = countOpenEnds()
    try {
      create()
      claimSame(open.now(), {}, 'What is open')
    } finally {
      open.stop()
    }
  })

  add('reports what it is there for, as plain data', async (start) => {
    const page = start()
    await provoke(page.clock)
    claimReports(page)
    for (const report of page.reports) {
      claim(/^\S.*\S$/.test(report.type), `"${report.type}" is no type; write "Object Action".`)
      claimSame(JSON.parse(JSON.stringify(report)), report, 'A report, as JSON')
    }
  })

  add('leaves no listener, timer or observer behind when it is stopped', async (start) => {
    const open = countOpenEnds()
    try {
      const page = start()
      await provoke(page.clock)
      page.stop()
      claimSame(open.now(), {}, 'What is left open')
      claimSame(page.clock.timers, 0, 'Timers')
    } finally {
      open.stop()
    }
  })

  add('reports nothing once it is stopped, and does not report the stop', async (start) => {
    const page = start()
    page.stop()
    const told = page.reports.length
    await provoke(page.clock)
    page.clock.advance(60_000)
    claimSame(page.reports.slice(told), [], 'What was reported after the stop')
  })

  add('may be stopped twice', async (start) => {
    const page = start()
    page.stop()
    page.stop()
  })

  add('watches anew after a stop', async (start) => {
    const observer = create()
    start(observer).stop()
    const page = start(observer)
    await provoke(page.clock)
    claimAny(page)
  })

  add('is not disturbed by a second instance', async (start) => {
    const page = start()
    start().stop()
    await provoke(page.clock)
    claimAny(page)
  })

  add('never throws into a page that is full of rubbish', async (start) => {
    document.body.innerHTML = `${rubbish}${markup}`
    const thrown: unknown[] = []
    const onError = (event: ErrorEvent) => thrown.push(event.error)
    addEventListener('error', onError)
    try {
      const page = start()
      document.body.setAttribute('data-foothold', '')
      for (const element of [document, document.body, ...document.body.querySelectorAll('*')]) {
        for (const type of ['click', 'pointerdown', 'keydown', 'scrollend', 'popstate', 'touchstart'])
          element.dispatchEvent(new Event(type, { bubbles: true, composed: true }))
      }
      await provoke(page.clock)
      page.clock.advance(60_000)
      page.stop()
    } finally {
      removeEventListener('error', onError)
      document.body.removeAttribute('data-foothold')
    }
    claimSame(thrown.map(String), [], 'What was thrown into the page')
  })

  return cases
}

export interface Watched {
  clock: FakeClock
  reports: Report[]
  types(): string[]
  /** Properties of the reports of a type. */
  of(type: string): Report['properties'][]
  stop(): void
}

/** Starts an observer with a clock of its own, and keeps what it reports. */
export function watch(observer: Observer): Watched {
  const clock = fakeClock()
  const reports: Report[] = []
  const stop = observer.watch((report) => reports.push(report), clock)
  return {
    clock,
    reports,
    types: () => reports.map(({ type }) => type),
    of: (type) => reports.filter((report) => report.type === type).map(({ properties }) => properties),
    stop,
  }
}

/** Markup that a page may well hold, and that no observer may stumble over. */
const rubbish = `
  <script type="application/ld+json">{"@type":"Product","sku":</script>
  <script type="application/ld+json">null</script>
  <script type="application/ld+json">[[[{"@type":[1,null,{}]}]], "Product", 7]</script>
  <script type="application/ld+json">{"@type":"Product"}</script>
  <script type="application/ld+json">{"@type":"Thing","@graph":{"@graph":[{"@type":"Product","sku":{},"offers":[null],"image":[[]]}]}}</script>
  <script type="application/ld+json">{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}</script>
  <script type="application/ld+json">${'['.repeat(20_000)}</script>
  <form data-foothold-cart><input name="attributes"><input name="closest"><button data-foothold-add>a</button></form>
  <div data-foothold="" data-foothold-track="" data-foothold-section="" data-foothold-product="" data-foothold-cart></div>
  <div data-foothold="x" data-foothold-__proto__="1" data-foothold-constructor="2" data-foothold-track="A B"
    data-foothold-="3" data-foothold--="4"><svg><a data-foothold="y"><text>t</text></a></svg></div>
  <a data-foothold-remove data-foothold-checkout></a><math data-foothold-section="m"></math>
`
