import { Worker } from 'node:worker_threads'
import type { ReplayOptions } from '../backtest/replay.ts'
import { addTally, type Tally } from '../backtest/tally.ts'
import { fnv32a } from '../core/experiment.ts'
import type { Guide } from '../core/guide.ts'
import type { WorkerOrder, WorkerReport, WorkerStart } from './replay-worker.ts'

/** A line of the log, ready to be replayed. */
export interface Entry {
  at: number
  seq: number
  id: string
  number: number
  /** The visitor's id; who has the same one is in the same hands. */
  visitor: string
  /** The line as JSON. */
  text: string
}

/** Worker threads that replay; they share the visitors, and the tallies are the same however many they are. */
export interface Crew {
  take(entries: Entry[]): void
  /** Settles once no worker has too much to do. */
  ready(): Promise<void>
  /** Settles when all is replayed; `show` is told the share of visitors that are done. */
  finish(
    end: number,
    show: (done: number) => void,
  ): Promise<{ tallies: Tally[]; visitors: number; taken: number; left: number }>
  /** Replays no more; what was replayed is told by `finish`. */
  hurry(): void
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

/** All jobs together hold so many activities, of some 600 bytes each. */
const held = 200_000
const inBatch = 2000
/** Batches that a worker may have before it. */
const ahead = 4
/** Engines live for a moment: with this much room most are gone before the garbage is collected. */
const resourceLimits = { maxYoungGenerationSizeMb: 192 }

interface Mate {
  worker: Worker
  lines: string[]
  numbers: number[]
  waiting: number
  /** The share of its visitors that it has finished. */
  finished: number
}

export function createCrew(guides: Guide[], { jobs, entry, onFirings, consent, outcome }: CrewOptions): Crew {
  let failure: Error | undefined
  let wake = () => {}
  const done: NonNullable<WorkerReport['done']>[] = []
  const hurry = new Int32Array(new SharedArrayBuffer(4))
  const workerData: WorkerStart = {
    guides,
    options: { held: Math.ceil(held / jobs), ...(consent && { consent }), ...(outcome && { outcome }) },
    firings: !!onFirings,
    hurry,
  }
  const mates = Array.from({ length: jobs }, (): Mate => {
    const worker = new Worker(new URL(entry), { workerData, resourceLimits })
    const mate: Mate = { worker, lines: [], numbers: [], waiting: 0, finished: 0 }
    worker.on('message', ({ firings, finished, done: result }: WorkerReport) => {
      if (finished === undefined) mate.waiting--
      else mate.finished = finished
      if (firings) onFirings?.(firings)
      if (result) done.push(result)
      wake()
    })
    worker.on('error', (error) => {
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
      for (const { visitor, text, number } of entries) {
        const mate = mates[jobs > 1 ? fnv32a(visitor) % jobs : 0]!
        mate.lines.push(text)
        mate.numbers.push(number)
        if (mate.lines.length === inBatch) send(mate)
      }
    },
    ready: () => until(() => mates.every(({ waiting }) => waiting < ahead)),
    async finish(end, show) {
      for (const mate of mates) {
        send(mate)
        tell(mate, { end })
      }
      await until(() => {
        show(mates.reduce((sum, { finished }) => sum + finished, 0) / jobs)
        return done.length === jobs
      })
      const [first, ...others] = done
      for (const { tallies } of others)
        for (const [index, tally] of tallies.entries()) addTally(first!.tallies[index]!, tally)
      return {
        tallies: first!.tallies,
        visitors: done.reduce((sum, { visitors }) => sum + visitors, 0),
        taken: done.reduce((sum, { taken }) => sum + taken, 0),
        left: done.reduce((sum, { left }) => sum + left, 0),
      }
    },
    hurry: () => void Atomics.store(hurry, 0, 1),
    stop() {
      for (const { worker } of mates) void worker.terminate()
    },
  }
}
