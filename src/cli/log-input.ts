import { createReadStream, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { FootholdError } from '../core/errors.ts'
import { unreadable } from './guide-file.ts'

export interface LogInput {
  /** The bytes of the log, unpacked. */
  bytes: Readable
  /** The first of them. */
  start: string
  /** How many bytes there are on disk; unknown for standard input. */
  size: number | undefined
  /** How many of those were read. */
  readonly read: number
}

/** Opens a log: a file, or `-` for standard input; what is gzipped is unpacked. With the signal it ends where it is. */
export async function openLog(file: string, signal: AbortSignal): Promise<LogInput> {
  let read = 0
  let size: number | undefined
  if (file === '-' && process.stdin.isTTY)
    throw new FootholdError(
      'file-failed',
      'There is nothing on standard input. Pipe a log in: cat log.ndjson | foothold backtest guide.json -',
    )
  try {
    if (file !== '-') {
      const info = statSync(file)
      if (info.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
      size = info.isFile() ? info.size : undefined
    }
  } catch (error) {
    throw unreadable(file, error)
  }
  const raw = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 256 * 1024 })
  const chunks = raw[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const stopped = new Promise<IteratorResult<Buffer>>((resolve) => {
    signal.addEventListener('abort', () => resolve({ value: undefined, done: true }))
  })
  signal.addEventListener('abort', () => raw.destroy())
  let first: Buffer = Buffer.alloc(0)
  const next = async () => {
    if (signal.aborted) return undefined
    try {
      const { value, done } = await Promise.race([chunks.next(), stopped])
      read += done ? 0 : value.length
      return done ? undefined : value
    } catch (error) {
      throw unreadable(file, error)
    }
  }
  while (first.length < 2) {
    const chunk = await next()
    if (!chunk) break
    first = Buffer.concat([first, chunk])
  }
  const whole = Readable.from(
    (async function* () {
      if (first.length) yield first
      for (let chunk = await next(); chunk; chunk = await next()) yield chunk
    })(),
    { objectMode: false },
  )
  const packed = first[0] === 0x1f && first[1] === 0x8b
  const bytes = packed ? unpack(whole, file, signal) : whole
  const start = await peek(bytes)
  return {
    bytes,
    start,
    size,
    get read() {
      return read
    },
  }
}

function unpack(packed: Readable, file: string, signal: AbortSignal): Readable {
  const unpacked = createGunzip()
  packed.on('error', (error) => unpacked.destroy(error))
  return Readable.from(
    (async function* () {
      try {
        yield* packed.pipe(unpacked)
      } catch (cause) {
        // Stopped in the middle, it is no whole file.
        if (signal.aborted) return
        if (cause instanceof FootholdError) throw cause
        throw new FootholdError(
          'file-failed',
          `${file} cannot be unpacked: ${(cause as Error).message}. Is it a whole gzip file?`,
          { cause },
        )
      }
    })(),
    { objectMode: false },
  )
}

/** The first bytes, which stay to be read. */
async function peek(bytes: Readable): Promise<string> {
  const chunk: Buffer | null = await new Promise((resolve, reject) => {
    const settle = () => {
      const chunk: Buffer | null = bytes.read()
      if (chunk === null && !bytes.readableEnded && bytes.readable) return
      bytes.off('readable', settle).off('end', settle).off('error', reject)
      resolve(chunk)
    }
    bytes.on('readable', settle).once('end', settle).once('error', reject)
  })
  if (chunk) bytes.unshift(chunk)
  return chunk
    ? chunk
        .subarray(0, 65536)
        .toString('utf8')
        .replace(/^\uFEFF/, '')
    : ''
}
