import type { Destination } from './destination.ts'

/** Writes each activity as one line to the console's debug level. Nothing leaves the page, so it needs no consent. */
export function consoleDestination(): Destination {
  return {
    name: 'console',
    purpose: 'functional',
    send({ activities }) {
      for (const { type, page, properties } of activities) {
        console.debug(`foothold  ${type}${page ? `  ${page.path}` : ''}`, properties)
      }
    },
  }
}
