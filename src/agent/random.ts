/** Characters of base 36, from the browser's generator where there is one. */
export function random(length: number): string {
  const bytes = new Uint8Array(length)
  const filled = globalThis.crypto?.getRandomValues?.(bytes) ?? bytes.map(() => Math.random() * 256)
  return Array.from(filled, (byte) => (byte % 36).toString(36)).join('')
}
