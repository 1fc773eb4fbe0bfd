import { Worker } from 'node:worker_threads'
import { createReplay, type ReplayOptions } from '../backtest/replay.ts'
import { addTally, type Tally } from '../backtest/tally.ts'
import type { Activity } from '../core/activity.ts'
import { fnv32a } from '../core/experiment.ts'
import type { Guide } from '../core/guide.ts'
import type { WorkerOrder, WorkerReport, WorkerStart } from './replay-worker.ts'

/** A line of the log, ready to be replayed. */
export interface Entry {
  at: number
  seq: number
  id: string
  number: number
  activity: Activity
  /** The line as JSON, where it is to be sent to a worker. */
  text: string
}

/** Who replays: this thread, or several workers that share the visitors. The tallies are the same. */
export interface Crew {
  take(entries: Entry[]): void
  /** Settles once no worker has too much to do. */
  ready(): Promise<void>
  finish(end: number): Promise<{ tallies: Tally[]; visitors: number; taken: number }>
  /** Ends what still works. */
  stop(): void
}

export interface CrewOptions extends Pick<ReplayOptions, 'consent' | 'outcome'> {
  jobs: number
  /** The module that workers start with. */
  entry: string
  /** Is given lines for the file of firings. */
  onFirings?: ((lines: string) => void) | undefined
}

/** All jobs together keep so many engines as they are, of some 60 kB each. */
const enginesKept = 6000

export function createCrew(guides: Guide[], { jobs, entry, onFirings, consent, outcome }: CrewOptions): Crew {
  const options: ReplayOptions = {
    engines: Math.ceil(enginesKept / jobs),
    ...(consent && { consent }),
    ...(outcome && { outcome }),
  }
  return jobs > 1 ? workers(guides, jobs, entry, options, onFirings) : alone(guides, options, onFirings)
}

function alone(guides: Guide[], options: ReplayOptions, onFirings: CrewOptions['onFirings']): Crew {
  const replay = createReplay(guides, {
    ...options,
    onFiring: onFirings && ((line) => onFirings(`${JSON.stringify(line)}\n`)),
  })
  return {
    take(entries) {
      for (const { activity } of entries) replay.take(activity)
    },
    ready: async () => {},
    finish: async (end) => ({ tallies: replay.finish(end), visitors: replay.visitors, taken: replay.taken }),
    stop: () => {},
  }
}

const inBatch = 2000
/** Batches that a worker may have before it. */
const ahead = 3

interface Mate {
  worker: Worker
  lines: string[]
  numbers: number[]
  waiting: number
}

function workers(
  guides: Guide[],
  jobs: number,
  entry: string,
  options: WorkerStart['options'],
  onFirings: CrewOptions['onFirings'],
): Crew {
  let failure: Error | undefined
  let wake = () => {}
  const done: NonNullable<WorkerReport['done']>[] = []
  const mates = Array.from({ length: jobs }, (): Mate => {
    const workerData: WorkerStart = { guides, options, firings: !!onFirings }
    const mate: Mate = { worker: new Worker(new URL(entry), { workerData }), lines: [], numbers: [], waiting: 0 }
    mate.worker.on('message', ({ firings, done: result }: WorkerReport) => {
      mate.waiting--
      if (firings) onFirings?.(firings)
      if (result) done.push(result)
      wake()
    })
    mate.worker.on('error', (error) => {
      failure ??= error
      wake()
    })
    return mate
  })
  const until = async (fits: () => boolean) => {
    while (!failure && !fits())
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    if (failure) throw failure
  }
  const tell = (mate: Mate, order: WorkerOrder) => {
    mate.waiting++
    mate.worker.postMessage(order)
  }
  const send = (mate: Mate) => {
    if (mate.lines.length) tell(mate, { lines: mate.lines.join('\n'), numbers: Float64Array.from(mate.numbers) })
    mate.lines = []
    mate.numbers = []
  }
  return {
    take(entries) {
      for (const { activity, text, number } of entries) {
        const mate = mates[fnv32a(activity.visitor.anonymousId) % jobs]!
        mate.lines.push(text)
        mate.numbers.push(number)
        if (mate.lines.length === inBatch) send(mate)
      }
    },
    ready: () => until(() => mates.every(({ waiting }) => waiting < ahead)),
    async finish(end) {
      for (const mate of mates) {
        send(mate)
        tell(mate, { end })
      }
      await until(() => done.length === jobs)
      const [first, ...others] = done
      for (const { tallies } of others)
        for (const [index, tally] of tallies.entries()) addTally(first!.tallies[index]!, tally)
      return {
        tallies: first!.tallies,
        visitors: done.reduce((sum, { visitors }) => sum + visitors, 0),
        taken: done.reduce((sum, { taken }) => sum + taken, 0),
      }
    },
    stop() {
      for (const { worker } of mates) void worker.terminate()
    },
  }
}
