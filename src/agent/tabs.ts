import type { Activity } from '../core/activity.ts'

/** The tabs of one visitor: what one is told the others hear, one of them persists, one of them plays flows. */
export interface Tabs {
  /** This tab persists. It owns the lock; where there are no locks every tab does, with the same content. */
  readonly owner: boolean
  /** This tab plays flows: of those that are visible it was focused last. */
  readonly stage: boolean
  /** Whether any tab, this one or another, is known to have the stage. */
  readonly staged: boolean
  /** Takes the stage, if this tab is visible. */
  claim(): void
  /** Tells the other tabs, in order. */
  post(message: Message): void
  /** Tells them of an activity: what happens at once is told at once, as a message costs more than all else about it. */
  tell(activity: Activity): void
  stop(): void
}

/** What tabs tell each other, as far as it is no affair of this file. */
export type Message = { [kind: string]: unknown }

export interface TabsOptions {
  /** Only tabs with the same name meet. */
  name: string
  /** This tab's own name. */
  tab: string
  hear(message: Message): void
  /** This tab persists from now on. */
  onOwner(): void
  /** The stage was won or lost. */
  onStage(): void
}

/** When a tab took the stage, and which. The latest claim wins. */
type Claim = readonly [at: number, tab: string]

const nobody: Claim = [0, '']

/** Joins the other tabs of the visitor. Whatever the browser refuses, this tab goes on as the only one. */
export function joinTabs({ name, tab, hear, onOwner, onStage }: TabsOptions): Tabs {
  const leaving = new AbortController()
  const { signal } = leaving
  const channel = openChannel(name)
  let latest = nobody
  let owner = false
  let untold: Activity[] = []
  let release = () => {}

  const tabs: Tabs = {
    get owner() {
      return owner && !signal.aborted
    },
    get stage() {
      return latest[1] === tab
    },
    get staged() {
      return latest[1] !== ''
    },
    claim() {
      if (!tabs.stage && !document.hidden) announce([wallTime(), tab])
    },
    post(message) {
      flush()
      send(message)
    },
    tell(activity) {
      if (untold.push(activity) === 1) queueMicrotask(flush)
    },
    stop() {
      flush()
      leaving.abort()
      if (tabs.stage) tabs.post({ left: tab })
      channel?.close()
      release()
    },
  }

  function flush() {
    if (untold[0]) send({ activities: untold })
    untold = []
  }

  function send(message: Message) {
    try {
      channel?.postMessage(message)
    } catch {
      // a closed channel has nobody to tell
    }
  }

  function announce(claim: Claim) {
    tabs.post({ claim })
    follow(claim)
  }

  function follow(claim: Claim) {
    const had = tabs.stage
    latest = claim
    if (tabs.stage !== had) onStage()
  }

  function onMessage({ data }: MessageEvent<Message>) {
    const claim = data.claim as Claim | undefined
    const order = claim ? compareClaims(claim, latest) : -1
    if (order > 0) follow(claim!)
    // A newcomer, or one that claimed a little earlier, learns who has the stage.
    else if (order < 0 && (claim || data.hello) && tabs.stage) tabs.post({ claim: latest })
    // Only who has the stage can leave it: another may have claimed it meanwhile.
    if (data.left === latest[1]) latest = nobody
    hear(data)
  }

  function own() {
    if (signal.aborted) return
    owner = true
    onOwner()
  }

  channel?.addEventListener('message', onMessage, { signal })
  addEventListener('focus', tabs.claim, { signal })
  document.addEventListener('visibilitychange', tabs.claim, { signal })
  Promise.resolve()
    .then(() =>
      navigator.locks.request(name, { signal }, () => {
        own()
        return new Promise<void>((resolve) => {
          release = resolve
          if (signal.aborted) release()
        })
      }),
    )
    .catch(own)
  tabs.post({ hello: true })
  return tabs
}

function openChannel(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name)
  } catch {
    return undefined
  }
}

function compareClaims([at, tab]: Claim, [otherAt, otherTab]: Claim): number {
  return at - otherAt || (tab === otherTab ? 0 : tab > otherTab ? 1 : -1)
}

/** Common to all tabs, and finer than a millisecond. */
function wallTime(): number {
  return performance.timeOrigin + performance.now()
}
