import type { Guide } from '../core/guide.ts'
import type { Backtest } from './run-backtest.ts'

export async function loadCharts(): Promise<void> {}
export async function backtestPage(_result: Backtest, _guide: Guide, _names: { guide: string; log: string }): Promise<string> {
  return ''
}
