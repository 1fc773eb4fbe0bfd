import { perWeek, type Tally } from '../backtest/tally.ts'
import type { Backtest } from './run-backtest.ts'

/** What `--json` prints: names stay, and more may come. */
export function backtestJson({ tally, variations, from, until, left, ...rest }: Backtest): object {
  const { activities, visitors, seconds, ...about } = rest
  return {
    activities,
    visitors,
    seconds,
    ...about,
    ...(from !== undefined && { from: new Date(from).toISOString(), until: new Date(until!).toISOString() }),
    /** Lines by which Foothold itself reported what flows did. */
    left,
    ...countsOf(tally),
    ...(variations.length && {
      sweep: variations.map(({ settings, tally: each }) => ({ settings, ...countsOf(each, true) })),
    }),
  }
}

function countsOf(tally: Tally, compared = false): object {
  return {
    flows: Object.fromEntries(
      Object.entries(tally.flows).map(([id, { reach, lost, gained, ...counts }]) => [
        id,
        compared ? { ...counts, lost, gained } : counts,
      ]),
    ),
    interruptions: { shown: tally.interruptions, perVisitorWeek: perWeek(tally), visitorWeeks: tally.weeks },
  }
}
