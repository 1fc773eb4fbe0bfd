import type { Activity, Json } from '../activity.ts'
import { compilePages } from '../condition.ts'
import type { Range } from '../guide.ts'
import { type Operator, stateLeaf } from '../operator.ts'
import { engagedIn, pathOf, type Tab } from '../profile.ts'
import { compileRange } from '../range.ts'
import { either, list, object, optional, pattern, range, string, times } from '../shape.ts'

interface Dwell {
  dwell: string[] | { section: string }
  is: Range
  streak?: number
}

const kindOf = ({ is }: Dwell) => ('$gt' in is || '$gte' in is ? 'state' : 'pulse')

/**
 * Engaged time (the tab being visible) on such pages, or in a section, fits: while it lasts for `$gt` and `$gte`,
 * when it is left for the others. `streak`: the last so many visits there in a row.
 */
export const dwell: Operator<Dwell> = {
  name: 'dwell',
  kind: (written) => kindOf(written),
  shape: object({
    dwell: either(Array.isArray, list(pattern, 1), object({ section: string })),
    is: range,
    streak: optional(times),
  }),
  hears: ({ dwell }) => ({
    types: [
      'Page Viewed',
      'Page Left',
      'Page Hidden',
      'Page Shown',
      ...(Array.isArray(dwell) ? [] : ['Section Viewed', 'Section Skipped']),
    ],
    facts: ['session'],
  }),
  compile(written) {
    const { fits, flip } = compileRange(written.is)
    const { streak = 1, dwell } = written
    const pulse = kindOf(written) === 'pulse'
    const there = Array.isArray(dwell) ? compilePages(dwell) : undefined
    const section = Array.isArray(dwell) ? undefined : dwell.section
    return ({ memory }, saved) => {
      // How many visits in a row fitted, and in which tabs the section was seen for long enough.
      let [before, run, tabs] = (saved ?? [false, 0, []]) as [boolean, number, string[]]
      let left: Activity | undefined
      const leave = (fit: boolean, by: Activity) => {
        run = fit ? run + 1 : 0
        if (pulse && run >= streak) left = by
      }
      const leaveTab = (tab: Tab | undefined) => {
        if (tab?.left && there?.(pathOf(tab.left[0]))) leave(fits(tab.left[1]), tab.left[0])
      }
      const here = () => Object.values(memory.tabs).filter((tab) => tab.open && there?.(pathOf(tab.view)))
      const fitting = (at: number) => (run >= streak - 1 ? here().find((tab) => fits(engagedIn(tab, at))) : undefined)
      const state = stateLeaf(
        {
          hear(activity, _, late) {
            const { type, tab = '', properties } = activity
            if (late) return
            if (type === 'Page Viewed' || type === 'Page Left') {
              leaveTab(memory.tabs[tab])
              tabs = tabs.filter((each) => each !== tab)
            } else if (section && properties.section === section && typeof properties.seconds === 'number') {
              leave(fits(properties.seconds * 1000), activity)
              if (!pulse && run >= streak && !tabs.includes(tab)) tabs = [...tabs, tab]
            }
          },
          sense() {
            tabs = []
            if (!memory.session) for (const tab of Object.values(memory.tabs)) leaveTab(tab)
          },
          value: (at) => (pulse ? !!left : tabs.length > 0 || !!fitting(at)),
          cause: (at) => fitting(at)?.view,
          due(at) {
            let next: number | undefined
            if (!pulse)
              for (const tab of here()) {
                const moment = tab.since === undefined ? undefined : flip(tab.since - tab.engaged, at)
                if (moment !== undefined && !(next! <= moment)) next = moment
              }
            return next
          },
          settle() {
            left = undefined
          },
          explain(at, turned) {
            const times = here().map((tab) => engagedIn(tab, at))
            const wait = fits(0) ? 0 : flip(0, 0)
            const visit = { on: 'Page Viewed', pages: dwell as string[] }
            // The visits before the last one are to fit already.
            const last = run >= streak - 1 && wait !== undefined
            return {
              ...(times.length && { actual: Math.max(...times) }),
              ...(streak > 1 && { streak: run }),
              ...(!turned || (last && pulse && times.some(fits))
                ? { flip: { more: 1, match: 'Page Left' } }
                : last && section
                  ? { flip: { more: 1, match: 'Section Viewed', with: { section, seconds: wait / 1000 } } }
                  : last &&
                    !times.length && {
                      flip: pulse ? { order: [visit, 'Page Left'] } : { more: 1, match: visit, wait },
                    }),
            }
          },
        },
        before,
      )
      return {
        ...state,
        edge: (at) => (pulse ? left : state.edge(at)),
        get state() {
          before = state.state as boolean
          return [before, run, tabs] as Json
        },
      }
    }
  },
}
