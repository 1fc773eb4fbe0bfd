import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { tenFlows } from './guides.mjs'
import { rescan } from './rescan.mjs'
import { writeShopLog } from './shop-log.mjs'

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const run = promisify(execFile)
/** Tells at the end, on standard error, what the process took: processor time in seconds, memory at its peak in MB. */
const meter = `data:text/javascript,${encodeURIComponent(`
import { isMainThread } from 'node:worker_threads'
if (isMainThread) process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  process.stderr.write(JSON.stringify({ memory: maxRSS / 1024, cpu: (userCPUTime + systemCPUTime) / 1e6 }))
})`)}`

/**
 * Replays a generated log with `foothold backtest`, by one job and by two, and a tenth of it with the same visitors;
 * beside it a naive re-scan of some visitors' whole histories.
 */
export async function measureBacktest({ activities, visitors, progress }) {
  const folder = await mkdtemp(join(tmpdir(), 'foothold-bench-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  const interrupted = () => void remove().finally(() => process.exit(130))
  process.once('SIGINT', interrupted)
  try {
    const guide = join(folder, 'guide.json')
    await writeFile(guide, JSON.stringify(tenFlows()))
    const write = async (name, count) => {
      const file = join(folder, name)
      const megabytes = await writeShopLog(file, count, visitors, (told) => progress(`writing ${told} of ${count}`))
      return { file, count, megabytes: megabytes / 1e6 }
    }
    const few = await write('few.ndjson', activities / 10)
    const all = await write('all.ndjson', activities)
    const runs = []
    for (const [log, jobs] of [
      [few, 1],
      [all, 1],
      [all, 2],
    ]) {
      progress(`replaying ${log.count} by ${jobs}`)
      const args = ['--import', meter, cli, 'backtest', guide, log.file, '--jobs', String(jobs), '--json']
      const { stdout, stderr } = await run(process.execPath, args, { maxBuffer: 1e9 })
      const { activities, visitors, seconds, flows } = JSON.parse(stdout)
      runs.push({ jobs, activities, visitors, seconds, flows, megabytes: log.megabytes, ...JSON.parse(stderr) })
    }
    progress('scanning again')
    return { runs, naive: await rescan(all.file) }
  } finally {
    process.off('SIGINT', interrupted)
    await remove()
  }
}
