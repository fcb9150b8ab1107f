import type { EventBus, EventRecord, Subscription } from '@samresa/bus'
import type { DocumentStore } from '@samresa/store'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FeedEntry, type OutwardFeed, openOutwardFeed } from './application/outward-feed.ts'
import { createPlannedVersions } from './application/planned-versions.ts'
import { consumePlanChanges } from './inbound/events/plan-changes.consumer.ts'

export const eventOf = (participant: string, version: number): EventRecord => ({
  id: `${participant}-${version}`,
  type: 'samresa.planning.v1.MeasureRemoved',
  source: 'planning',
  subject: participant,
  time: '2026-04-29T07:00:00.000Z',
  stream: `plan-${participant}`,
  version,
  correlationId: `${participant}-${version}`,
  at: '2026-04-29T07:00:00.000Z',
  actor: 'anna',
  data: { measureId: 'm' },
  commit: { seq: version, hash: 'h', last: true },
})

/** One process of agency-sync: its own feed and consumer over a store that others use too. It handles a batch when the test says so. */
export async function aProcess(documents: DocumentStore, pollMs = 5) {
  let subscription: Subscription | undefined
  const bus: EventBus = {
    subscribe: async (given) => {
      subscription = given
      return { caughtUp: async () => undefined, close: async () => undefined }
    },
  }
  const feed = await openOutwardFeed(documents, { shared: true, pollMs, recentEntries: 3 })
  const plannedVersions = createPlannedVersions(documents, { open: async (event) => event, shared: true })
  await consumePlanChanges({ bus, documents, feed, plannedVersions })
  /** Hands the batch over until each of its events is done, as a broker does after a retry; `false` when that never comes. */
  const handle = async (batch: EventRecord[]): Promise<boolean> => {
    for (let turn = 0; turn < 20; turn += 1) {
      const outcomes = await subscription!.handle(batch)
      // Nobody but an operator would take it up again.
      if (outcomes.some((outcome) => typeof outcome === 'object' && 'park' in outcome)) return false
      if (outcomes.every((outcome) => outcome === 'done')) return true
    }
    return false
  }
  return { feed, handle }
}

/** Reads the feed as a subscriber does, from the start to a position. */
export async function readThrough(feed: OutwardFeed, last: number): Promise<FeedEntry[]> {
  const read: FeedEntry[] = []
  const forever = new AbortController().signal
  while ((read.at(-1)?.position ?? 0) < last) {
    const entries = await feed.read(read.at(-1)?.position ?? 0, 4)
    read.push(...entries)
    if (entries.length === 0) await feed.grownBeyond(read.at(-1)?.position ?? 0, forever)
  }
  return read
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** The promises of the feed where several processes write it, held on every engine that lets them: each opening is one process's store. */
export function sharedFeedContract(
  freshOpener: () => Promise<() => Promise<{ documents: DocumentStore; close(): Promise<void> }>>,
  { numRuns }: { numRuns: number },
) {
  test('two processes that consume at once give each event one position, without gaps, in the order of each plan', async () => {
    // What each process is given at a time: so many events of one plan, and which process; the other plan may be with the other.
    const turns = fc.array(
      fc.record({ process: fc.constantFrom(0, 1), plan: fc.constantFrom('a', 'b', 'c'), count: fc.integer({ min: 1, max: 4 }) }),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    await fc.assert(
      fc.asyncProperty(turns, async (given) => {
        const open = await freshOpener()
        const stores = [await open(), await open()]
        const processes = await Promise.all(stores.map(({ documents }) => aProcess(documents)))
        const told = new Map<string, number>()
        const work: [EventRecord[], EventRecord[]][] = given.map(({ process, plan, count }) => {
          const from = told.get(plan) ?? 0
          told.set(plan, from + count)
          const batch = upTo(count).map((number) => eventOf(plan, from + number))
          // The other process is given it too, as after a change of owner that the first has not noticed.
          return process === 0 ? [batch, batch] : [[], batch]
        })
        const total = [...told.values()].reduce((sum, count) => sum + count, 0)
        const reading = Promise.all(processes.map(({ feed }) => readThrough(feed, total)))
        for (const [first, second] of work) {
          expect(await Promise.all([processes[0]!.handle(first), processes[1]!.handle(second)])).toEqual([true, true])
        }
        for (const entries of await reading) {
          expect(entries.map(({ position }) => position)).toEqual(upTo(total))
          for (const [plan, count] of told) {
            const ids = entries.filter(({ event }) => event.subject === plan).map(({ event }) => event.id)
            expect(ids).toEqual(upTo(count).map((number) => `${plan}-${number}`))
          }
        }
        for (const { feed } of processes) feed.close()
        await Promise.all(stores.map((store) => store.close()))
      }),
      { numRuns },
    )
  })

  test('a process that wakes up after others have gone on takes nothing from the feed and adds nothing twice', async () => {
    const open = await freshOpener()
    const [asleep, other] = [await open(), await open()]
    let frozen: Promise<unknown> = Promise.resolve()
    const held: DocumentStore = {
      ...asleep.documents,
      write: async (batch, durability) => {
        await frozen
        return asleep.documents.write(batch, durability)
      },
    }
    // A process that sleeps does not poll either.
    const [sleeper, awake] = [await aProcess(held, 1_000_000), await aProcess(other.documents)]
    await sleeper.handle([eventOf('a', 1)])
    const wakesUp = Promise.withResolvers<void>()
    frozen = wakesUp.promise
    const interrupted = sleeper.handle([eventOf('a', 2), eventOf('a', 3)])
    expect(await awake.handle([eventOf('a', 2), eventOf('b', 1), eventOf('a', 3)])).toBe(true)
    wakesUp.resolve()
    expect(await interrupted).toBe(true)
    expect(await sleeper.handle([eventOf('b', 2)])).toBe(true)
    const ids = (entries: FeedEntry[]) => entries.map(({ event }) => event.id)
    expect(ids(await readThrough(sleeper.feed, 5))).toEqual(['a-1', 'a-2', 'b-1', 'a-3', 'b-2'])
    expect(ids(await readThrough(awake.feed, 5))).toEqual(['a-1', 'a-2', 'b-1', 'a-3', 'b-2'])
    for (const { feed } of [sleeper, awake]) feed.close()
    await Promise.all([asleep.close(), other.close()])
  })
}
