import { describe, test } from 'vitest'
import type { Destination } from '../../../src/destinations/destination.ts'
import type { TagOptions } from '../../../src/destinations/tag.ts'
import { type Arrived, destinationContract } from '../../../src/testing/destination-contract.ts'

interface TagCase {
  tag(options: TagOptions): Destination
  /** The name of the client's global, and the client itself. */
  global: string
  client(): unknown
  /** What has arrived since it was last asked. */
  arrived(): Promise<Arrived[]> | Arrived[]
  /** The verb that a broken client throws at; none: the client is a function. */
  verb?: string
  /** Where the tag makes the global itself there is no way for it to be missing. */
  made?: boolean
}

/** The contract of destinations over a client that lives in the page. */
export function tagContract({ tag, global, client, arrived, verb, made }: TagCase): void {
  const page = globalThis as any
  const cases = destinationContract({
    open() {
      page[global] = client()
      const all: Arrived[] = []
      return {
        destination: tag({ types: ['*'] }),
        async arrived() {
          all.push(...(await arrived()))
          return all
        },
        ...(!made && {
          fail() {
            delete page[global]
            return () => {
              page[global] = client()
            }
          },
        }),
        refuse() {
          const broken = () => {
            throw new Error('broken')
          }
          page[global] = verb ? { [verb]: broken } : broken
          return () => {
            page[global] = client()
          }
        },
        async close() {
          page[global] = client()
          await arrived()
          delete page[global]
        },
      }
    },
  })
  describe(`${tag.name}, as every destination,`, () => {
    for (const { name, run } of cases) test(name, run)
  })
}
