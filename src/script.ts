import type { FootholdOptions } from './agent/options.ts'
import { FootholdError } from './core/errors.ts'
import type { Purpose } from './core/guide.ts'
import type { Destination } from './destinations/destination.ts'
import { createFoothold, type Foothold } from './foothold.ts'
import { defaultObservers } from './observers/default-observers.ts'
import type { Observer } from './observers/observer.ts'
import { httpSource } from './sources/http.ts'

/** What the drop-in leaves as `window.foothold`, in the place of the array that collected early calls. */
export interface DropIn extends Foothold {
  /** Calls a verb: `foothold.push(['identify', 'u_1', { plan: 'trial' }])`. */
  push(...calls: Call[]): void
  /** The same object, for pages that wait for the script. */
  ready: Promise<DropIn>
}

/** A verb of `Foothold` and what it is given. */
export type Call = [verb: string, ...given: unknown[]]

/** The array that a page may put before the script, with options that need code. */
type Stub = Call[] & { options?: Partial<FootholdOptions> }

/** What was pushed, as a list; nothing of what throws when it is looked at. */
function listOf(call: unknown): unknown[] {
  try {
    return Array.from(Object(call) as Call)
  } catch {
    return []
  }
}

/** One instance a page for this version; another version may stand beside it. */
const registered = Symbol.for('foothold@0')

try {
  dropIn()
} catch {
  // A server, or a page that is no document: nothing to do.
}

/**
 * Reads the `data-*` attributes of its own script element and `window.foothold.options`, makes the one instance of
 * the page, and makes up for the calls that came early.
 */
function dropIn() {
  const page = globalThis as any
  // `document.currentScript` is null in modules, and where a CDN redirects the address is another.
  const own =
    Array.from(document.scripts).find(({ src }) => src === import.meta.url) ??
    document.querySelector<HTMLScriptElement>('script[data-guide]')
  const name = own?.dataset.global || 'foothold'
  const stub: Stub = Array.isArray(page[name]) ? page[name] : []
  page[registered] ??= create(own?.dataset ?? {}, stub.options, page)
  const foothold: DropIn = page[registered]
  page[name] = foothold
  // What still holds the array, or an inline copy of it, reaches us too. Taken out first: no call can bring itself back.
  const early = stub.splice(0)
  stub.push = (...calls) => {
    foothold.push(...calls)
    return 0
  }
  foothold.push(...early)
}

function create(data: DOMStringMap, given: Partial<FootholdOptions> = {}, page: any): DropIn {
  const { guide, content, relay, theme, locale, observers } = data
  const debug = data.debug !== undefined && data.debug !== 'false'
  const complaints = new Set<string>()
  const complain = (message: string) => {
    if (complaints.has(message)) return
    complaints.add(message)
    const error = new FootholdError('invalid-option', message)
    if (debug) console.warn(error)
    try {
      given.onError?.(error)
    } catch {
      // the host's own callback failed: there is nobody left to tell
    }
  }
  /** What `data-observers` names, in a chunk of its own. */
  const asked: Observer = {
    name: 'data-observers',
    watch(report, context) {
      const watched = import('./observers/asked-observers.ts').then(
        ({ askedObservers }) => askedObservers(observers!, complain).watch(report, context),
        complain,
      )
      return () => void watched.then((stop) => stop?.())
    },
  }
  const destinations = [
    ...(data.webhook
      ? [lazy('webhook', 'analytics', () => import('./destinations/webhook.ts'), { url: data.webhook })]
      : []),
    ...(debug ? [lazy('console', 'functional', () => import('./destinations/console.ts'))] : []),
    // Their chunks are called as they are, so that nothing about each of them has to be in here.
    ...(data.destinations?.match(/\S+/g) ?? []).map((name) =>
      lazy(name, 'analytics', () => import(`./destinations/tags/${name}.ts`)),
    ),
  ]
  const options = {
    ...(guide && { source: httpSource({ url: guide, ...(content !== undefined && { content }) }) }),
    ...(theme && { theme }),
    ...(locale && { locale }),
    debug,
    ...given,
    ...(destinations.length && { destinations: [...destinations, ...(given.destinations ?? [])] }),
    ...(observers && { observers: [...(given.observers ?? defaultObservers()), asked] }),
  }
  const foothold = createFoothold(options as FootholdOptions)
  const { stop } = foothold
  const dropIn = Object.assign(foothold, {
    push(...calls: Call[]) {
      for (const call of calls) {
        const [verb, ...args] = listOf(call)
        const run = Object.hasOwn(foothold, `${verb}`) && foothold[`${verb}` as 'track']
        if (typeof run === 'function') run(...(args as [string]))
        else
          complain(
            `foothold has no verb "${verb}". Push [verb, ...what it is given], e.g. ["track", "Product Viewed"].`,
          )
      }
    },
    stop() {
      stop()
      delete page[registered]
    },
  }) as DropIn
  dropIn.ready = Promise.resolve(dropIn)
  if (relay) complain('data-relay needs the relay destination, which this build does not have. Use data-webhook.')
  return dropIn
}

/** A destination in a chunk of its own, loaded at once so that it is there when the page goes away. */
function lazy(name: string, purpose: Purpose, load: () => Promise<object>, given?: object): Destination {
  let loaded: Destination | undefined
  const ready = async () => {
    // What makes it is all that its module exports.
    loaded = Object.values(await load())[0](given) as Destination
    return loaded
  }
  ready().catch(() => {})
  return {
    name,
    purpose,
    send(batch) {
      if (loaded) return loaded.send(batch)
      // A page that goes away waits for no chunk: what is refused is kept for the next one.
      if (batch.leaving) throw new FootholdError('chunk-failed', `The destination "${name}" is not loaded yet.`)
      return ready().then((destination) => destination.send(batch))
    },
  }
}
