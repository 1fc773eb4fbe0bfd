/** Node's; in the browser there is none. */
const env: { [name: string]: string | undefined } = globalThis.process?.env ?? {}

/** Where the random cases of all property tests begin, so that a run can be repeated; another place with `FOOTHOLD_SEED=1`. */
export const seed = Number(env.FOOTHOLD_SEED ?? 20260105)

/** How many cases of a property are tried; a hundred times as many with `FOOTHOLD_RUNS=100`. */
export const numRuns = (cases: number) => cases * Number(env.FOOTHOLD_RUNS ?? 1)
