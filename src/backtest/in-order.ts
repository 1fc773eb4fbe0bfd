import { compareActivities } from '../core/activity.ts'

/** What has a place in time: an activity, or a line that stands for one. */
export interface Ordered {
  at: number
  seq: number
  id: string
}

export interface InOrder<T> {
  /** Takes the next one; gives what can no longer be overtaken, or undefined where it comes too late. */
  add(item: T): T[] | undefined
  /** All that is left. */
  rest(): T[]
  /** How late the latest of all came, in milliseconds. */
  readonly disorder: number
}

/**
 * Puts in order what comes nearly in order: whatever is at most `slack` behind the newest. It holds only what lies
 * within that time.
 */
export function createInOrder<T extends Ordered>(slack: number): InOrder<T> {
  let waiting: T[] = []
  let newest = -Infinity
  let disorder = 0
  return {
    add(item) {
      if (item.at < newest - slack) return undefined
      disorder = Math.max(disorder, newest - item.at)
      newest = Math.max(newest, item.at)
      let [low, high] = [0, waiting.length]
      // Most come at the end.
      if (high && compareActivities(waiting[high - 1]!, item) <= 0) low = high
      while (low < high) {
        const middle = (low + high) >> 1
        if (compareActivities(waiting[middle]!, item) <= 0) low = middle + 1
        else high = middle
      }
      waiting.splice(low, 0, item)
      // Given in batches, as taking one at a time from the front costs a move of all.
      if (waiting[waiting.length >> 1]!.at >= newest - slack) return []
      let ready = waiting.length >> 1
      while (waiting[ready]!.at < newest - slack) ready++
      const given = waiting.slice(0, ready)
      waiting = waiting.slice(ready)
      return given
    },
    rest() {
      const given = waiting
      waiting = []
      return given
    },
    get disorder() {
      return disorder
    },
  }
}
