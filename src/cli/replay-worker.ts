import { parentPort, workerData } from 'node:worker_threads'
import { readLogLine } from '../backtest/log-line.ts'
import { createReplay, type ReplayOptions } from '../backtest/replay.ts'
import type { Tally } from '../backtest/tally.ts'
import type { Guide } from '../core/guide.ts'

/** What a worker starts with. */
export interface WorkerStart {
  guides: Guide[]
  options: Omit<ReplayOptions, 'onFiring' | 'hurried'>
  /** Not 0 once nothing more is to be replayed; shared, as a worker that replays hears nothing. */
  hurry: Int32Array
  firings: boolean
}

/** Lines of its visitors, or the end of the log. */
export type WorkerOrder = { lines: string; numbers: Float64Array } | { end: number }

export interface WorkerReport {
  /** Lines for the file of firings. */
  firings: string
  /** The share of its visitors for whom the log has ended. */
  finished?: number
  done?: { tallies: Tally[]; visitors: number; taken: number; left: number }
}

/** A worker's whole life: replays its share of the visitors, in the order in which their lines come. */
export function replayInWorker(): void {
  const { guides, options, firings, hurry } = workerData as WorkerStart
  let written = ''
  const replay = createReplay(guides, {
    ...options,
    hurried: () => Atomics.load(hurry, 0) !== 0,
    ...(firings && { onFiring: (line) => (written += `${JSON.stringify(line)}\n`) }),
  })
  const report = (more: Pick<WorkerReport, 'finished' | 'done'> = {}) => {
    parentPort!.postMessage({ firings: written, ...more } satisfies WorkerReport)
    written = ''
  }
  parentPort!.on('message', (order: WorkerOrder) => {
    if ('end' in order) {
      const tallies = replay.finish(order.end, (finished) => report({ finished }))
      const { visitors, taken, left } = replay
      report({ done: { tallies, visitors, taken, left } })
      parentPort!.close()
      return
    }
    order.lines.split('\n').forEach((line, index) => {
      replay.take(readLogLine(JSON.parse(line), order.numbers[index]!))
    })
    report()
  })
}
