/** A bar on a terminal; nothing elsewhere. */
export interface Progress {
  /** Shows how far it is, at most ten times a second. `done` is a share, or undefined where nobody knows. */
  show(done: number | undefined, text: string): void
  clear(): void
}

const width = 24
const every = 100

export function createProgress(stream: NodeJS.WriteStream): Progress {
  let last = 0
  let shown = false
  return {
    show(done, text) {
      const now = Date.now()
      if (!stream.isTTY || now - last < every) return
      last = now
      shown = true
      const full = Math.round((done ?? 0) * width)
      const bar =
        done === undefined
          ? ''
          : `${'█'.repeat(full)}${'░'.repeat(width - full)} ${String(Math.floor(done * 100)).padStart(3)} %  `
      stream.write(`\r\u001b[2K  ${bar}${text}`.slice(0, (stream.columns || 80) + 4))
    },
    clear() {
      if (shown) stream.write('\r\u001b[2K')
      shown = false
    },
  }
}
