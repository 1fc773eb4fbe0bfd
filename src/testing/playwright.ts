import type { Locator, Page } from '@playwright/test'
import type { Activity, Properties } from '../core/activity.ts'
import { describe } from '../core/describe.ts'
import { parseDuration } from '../core/duration.ts'
import type { Explanation } from '../core/explanation.ts'
import type { Duration } from '../core/guide.ts'
import { parseGuide } from '../core/schema.ts'
import type { Foothold } from '../foothold.ts'
import { claim } from './claim.ts'

/** What a test does with Foothold in a page, in all tabs of the test's browser context. */
export interface FootholdPage {
  /**
   * Serves this guide instead of the app's, from the next load on; it is checked first.
   *
   * @param url The addresses it is served at, as in `page.route`. @default those that end in `/guide` or `/guide.json`
   */
  guide(guide: unknown, url?: string | RegExp): Promise<void>
  /**
   * Serves a content by reference.
   *
   * @param url @default those that end in `/content/` and the reference
   */
  content(ref: string, props: unknown, url?: string | RegExp): Promise<void>
  /** Time passes for the whole page, and all that is due runs. Between such calls it passes as always. */
  advance(by: Duration): Promise<void>
  identify(id: string, traits?: Properties): Promise<void>
  track(type: string, properties?: Properties): Promise<void>
  /** The surfaces on screen, those that say something. */
  surface(words?: string | RegExp): Locator
  /** Waits until a flow is on screen, up to 5 seconds; fails with the reason why it is not. */
  expect(flow: string): Promise<void>
  /** Fails if a flow is on screen, or about to be. */
  expectNot(flow: string): Promise<void>
  /** What was reported so far, Foothold's own activities included. */
  activities(type?: string): Promise<Activity[]>
  /** Why a flow shows or does not; `describe` of `foothold/core` says it in English. */
  explain(flow: string): Promise<Explanation>
}

export interface FootholdFixture {
  foothold: FootholdPage
}

/**
 * For Playwright's test runner. The page has the drop-in, or `window.foothold`, made with `...window.foothold?.options`.
 *
 * @example
 * const test = base.extend<FootholdFixture>(footholdFixture)
 * test('helps who hesitates', async ({ page, foothold }) => {
 *   await foothold.guide(guide)
 *   await page.goto('/pricing')
 *   await foothold.advance('3m')
 *   await foothold.expect('help')
 * })
 */
export const footholdFixture = {
  foothold: async ({ page }: { page: Page }, use: (foothold: FootholdPage) => Promise<void>): Promise<void> => {
    await use(await footholdOn(page))
  },
}

const patience = 5000

/** The same without the runner, before the first `page.goto`. */
export async function footholdOn(page: Page): Promise<FootholdPage> {
  const context = page.context()
  const reported: Activity[] = []
  await context.exposeBinding('footholdReported', (_, activity: Activity) => void reported.push(activity))
  await context.addInitScript(hearActivities)
  await context.clock.install()

  const ready = () =>
    page
      .waitForFunction(() => (globalThis as HostPage).foothold?.profile, undefined, { timeout: patience })
      .catch(() =>
        claim(false, 'There is no window.foothold on this page. Load the drop-in, or put createFoothold() there.'),
      )
  const serve = (url: string | RegExp, json: unknown) =>
    context.route(url, (route) => route.fulfill({ json, headers: { 'access-control-allow-origin': '*' } }))
  /** Runs in the page: the flow runs, and something is drawn. While its target is looked for there is nothing. */
  const isShown = (flow: string) => {
    const root = document.querySelector('foothold-host')?.shadowRoot
    const drawn = Array.from(root?.querySelectorAll(':not([inert]) > :is([part~="surface"], [part~="beacon"])') ?? [])
    const { status } = (globalThis as HostPage).foothold?.profile.flows[flow] ?? {}
    return status === 'shown' && drawn.some((each) => each.checkVisibility())
  }
  /** Calls a verb in the page; what goes in and out is JSON. */
  const call = async (verb: 'identify' | 'track' | 'explain', ...given: unknown[]) => {
    await ready()
    const answer = await page.evaluate(
      ([verb, given]) => {
        const { foothold } = globalThis as unknown as { foothold: { [verb: string]: (...given: unknown[]) => unknown } }
        return JSON.stringify(foothold[verb]?.(...JSON.parse(given))) ?? 'null'
      },
      [verb, JSON.stringify(given)] as const,
    )
    return JSON.parse(answer)
  }
  const explain = (flow: string): Promise<Explanation> => call('explain', flow)

  return {
    async guide(guide, url = /\/guide(\.json)?(\?.*)?$/) {
      await serve(url, parseGuide(guide))
    },
    async content(ref, props, url) {
      const name = encodeURIComponent(ref).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      await serve(url ?? new RegExp(`/content/${name}(\\?.*)?$`), props)
    },
    async advance(by) {
      const ms = parseDuration(by)
      claim(ms >= 0, `"${by}" is no duration. Write "20s", "3m", "24h", "7d" or milliseconds.`)
      await page.clock.runFor(ms)
    },
    identify: (id, traits) => call('identify', id, traits),
    track: (type, properties) => call('track', type, properties),
    surface(words) {
      const surfaces = page.locator('foothold-host :not([inert]) > [part~="surface"]:visible')
      return words === undefined ? surfaces : surfaces.filter({ hasText: words })
    },
    async expect(flow) {
      await ready()
      const there = await page.waitForFunction(isShown, flow, { timeout: patience }).catch(() => false)
      const { summary, trigger, gates } = describe(await explain(flow))
      const facts = [...trigger, ...gates.filter((gate) => !gate.startsWith('Open'))].map((each) => `\n  ${each}`)
      claim(there, `“${flow}” is not on screen. ${summary}${facts.join('')}`)
    },
    async expectNot(flow) {
      await ready()
      const explanation = await explain(flow)
      const { trigger } = describe(explanation)
      // It takes its own place from the moment of the decision, also while the page still loads what draws it.
      const runs = explanation.gates.some(({ gate, actual }) => gate === 'slot' && actual === flow)
      claim(!runs, `“${flow}” runs.${trigger.map((each) => `\n  ${each}`).join('')}`)
    },
    async activities(type) {
      // What was reported before this comes before its answer.
      await page.evaluate(() => undefined)
      return reported.filter((activity) => type === undefined || activity.type === type)
    },
    explain,
  }
}

/** The page under test, as functions that run in it see it. */
interface HostPage {
  foothold?: Foothold & { options?: Options }
  footholdReported?(activity: Activity): void
}

interface Options {
  onActivity?(activity: Activity): void
}

/** Runs in the page, before its own scripts: gives the drop-in its options, whatever the page adds to them. */
function hearActivities() {
  const page = globalThis as HostPage
  const hearing = new WeakSet()
  const withEar = (given: Options): Options => {
    const { onActivity } = given
    if (onActivity && hearing.has(onActivity)) return given
    const hear = (activity: Activity) => {
      page.footholdReported?.(activity)
      onActivity?.(activity)
    }
    hearing.add(hear)
    return { ...given, onActivity: hear }
  }
  let options = withEar({})
  page.foothold = Object.defineProperty([], 'options', {
    get: () => options,
    set: (given: Options) => {
      options = withEar(given)
    },
  }) as never
}
