import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DocumentStore, openEmbeddedStore } from '@samresa/store'
import { createLogger } from '@samresa/telemetry'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { EventRecord, Outcome, Subscription } from '../event-bus.ts'
import { anEvent } from '../event-record.builder.ts'
import { parked } from '../parked.ts'
import type { Feed, Placed, Positions } from './feed.ts'
import { runConsumer } from './run-consumer.ts'

const silent = createLogger({ service: 'test', level: 'silent' })
const lane = 'topic/0'
const soon = { timeout: 10_000 }

/** A lane whose records cannot be read again, like a partition. A record without a type is unreadable. */
function aPartition() {
  let intake: Placed[] = []
  let position = 0
  let generation = 0
  let through = 0
  let news = (): void => undefined
  const kept: Positions[] = []
  const readOut = (record: EventRecord) => (record.type === '' ? { record, unreadable: 'planted' } : { record })
  const feed: Feed = {
    generation: () => generation,
    owns: () => true,
    async take() {
      const taken = intake
      intake = []
      through = taken.at(-1)?.position ?? through
      return taken
    },
    hasMore: () => intake.length > 0,
    readAhead: () => undefined,
    readOut,
    through: () => ({ [lane]: through }),
    keep: (handled) => void kept.push({ ...handled }),
    ends: async () => ({ [lane]: position }),
    onNews(listener) {
      news = listener
    },
    stop: async () => undefined,
    close: async () => undefined,
  }
  /** As `brings`, and tells nobody yet. */
  const holds = (...records: EventRecord[]) => {
    for (const record of records) intake.push({ ...readOut(record), lane, position: ++position })
  }
  return {
    feed,
    /** The position up to which everything is remembered as handled or set aside. */
    kept: () => kept.at(-1)?.[lane] ?? 0,
    holds,
    brings(...records: EventRecord[]) {
      holds(...records)
      news()
    },
    rebalances() {
      generation++
      news()
    },
  }
}

/** Documents whose calls fail while `faults` says so, and the same as another process has them. */
async function faultyDocuments() {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-consumer-'))
  const store = await openEmbeddedStore({ file: join(folder, 'hearer.sqlite') })
  onTestFinished(async () => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  })
  const faults = { write: false, reads: 0 }
  const documents: DocumentStore = {
    ...store.documents,
    write: (...args) => (faults.write ? Promise.reject(new Error('planted')) : store.documents.write(...args)),
    findByIndex: (...args) => (faults.reads-- > 0 ? Promise.reject(new Error('planted')) : store.documents.findByIndex(...args)),
  }
  return { documents, faults, others: { ...store.documents } }
}

async function start(feed: Feed, documents: DocumentStore, handle: Subscription['handle'], logger = silent) {
  const consumer = await runConsumer({ name: 'one', sources: ['teller'], handle }, feed, { documents, logger })
  onTestFinished(() => consumer.close())
  return consumer
}

test('a parked stream that the store will not let go of costs no other stream its event', async () => {
  const { documents, faults } = await faultyDocuments()
  const { feed, kept, ...partition } = aPartition()
  const done: string[] = []
  let poisonous = true
  await start(feed, documents, async (batch) => {
    const isRetry = !poisonous && done.length === 0 && batch.some(({ stream }) => stream === 's')
    // The store fails for everybody.
    if (isRetry) faults.write = true
    return batch.map(({ id, stream }): Outcome => {
      if (stream === 's' && poisonous) return { park: 'planted' }
      if (stream === 't' && isRetry) return { retryAfterMs: 5 }
      done.push(id)
      return 'done'
    })
  })
  partition.brings(anEvent('s', 1))
  const desk = parked(documents)
  await expect.poll(() => desk.list(), soon).toHaveLength(1)
  poisonous = false
  // For the turn of the retry.
  partition.holds(anEvent('t', 1))
  await desk.retry((await desk.list())[0]!.id)
  await expect.poll(() => done, soon).toContain('s-1')
  faults.write = false
  partition.brings(anEvent('t', 2))
  await expect.poll(() => desk.list(), soon).toEqual([])
  await expect.poll(kept, soon).toBe(3)
  expect(done.filter((id) => id.startsWith('t'))).toEqual(['t-1', 't-2'])
})

test('when what is parked cannot be read after a rebalance, nothing behind it is handled before it can', async () => {
  const { documents, faults } = await faultyDocuments()
  const { feed, ...partition } = aPartition()
  const done: string[] = []
  await start(feed, documents, async (batch) =>
    batch.map(({ id, version }): Outcome => {
      if (version === 1) return { park: 'planted' }
      done.push(id)
      return 'done'
    }),
  )
  partition.brings(anEvent('s', 1))
  await expect.poll(() => parked(documents).list(), soon).toHaveLength(1)
  faults.reads = 1
  partition.holds(anEvent('s', 2), anEvent('t', 2))
  partition.rebalances()
  await expect.poll(() => done, soon).toContain('t-2')
  expect(done).toEqual(['t-2'])
})

test('an unreadable record is given to no handler, neither when it could not be set aside at once nor when a person has it retried', async () => {
  const { documents, faults } = await faultyDocuments()
  const { feed, kept, ...partition } = aPartition()
  const given: string[] = []
  await start(feed, documents, async (batch) => {
    given.push(...batch.map(({ id }) => id))
    return batch.map(() => 'done')
  })
  faults.write = true
  partition.brings({ ...anEvent('x', 1), type: '' }, anEvent('t', 1))
  await expect.poll(() => given, soon).toEqual(['t-1'])
  faults.write = false
  const desk = parked(documents)
  await expect.poll(() => desk.list(), soon).toHaveLength(1)
  await desk.retry((await desk.list())[0]!.id)
  await expect.poll(async () => (await desk.list()).map(({ decision }) => decision), soon).toEqual([undefined])
  await expect.poll(kept, soon).toBe(2)
  expect(given).toEqual(['t-1'])
})

test('a decision of another process is noticed although the watch never tells', { timeout: 20_000 }, async () => {
  const { documents, others } = await faultyDocuments()
  const { feed, ...partition } = aPartition()
  let poisonous = true
  const unwatched: DocumentStore = { ...documents, watch: () => () => undefined }
  await start(feed, unwatched, async (batch) => batch.map((): Outcome => (poisonous ? { park: 'planted' } : 'done')))
  partition.brings(anEvent('s', 1))
  const desk = parked(others)
  await expect.poll(() => desk.list(), soon).toHaveLength(1)
  poisonous = false
  await desk.retry((await desk.list())[0]!.id)
  await expect.poll(() => desk.list(), { timeout: 15_000 }).toEqual([])
})

test('two processes that park the same event leave one entry behind', async () => {
  const { documents, others } = await faultyDocuments()
  const handle = async (batch: EventRecord[]) => batch.map((): Outcome => ({ park: 'planted' }))
  const [mine, theirs] = [aPartition(), aPartition()]
  await start(mine.feed, documents, handle)
  await start(theirs.feed, others, handle)
  mine.brings(anEvent('s', 1))
  theirs.brings(anEvent('s', 1))
  await expect.poll(() => [mine.kept(), theirs.kept()], soon).toEqual([1, 1])
  expect(await parked(documents).list()).toHaveLength(1)
})

test('a stream whose next event stays away for a minute is told once, with the number of that event, and goes on when it comes', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const { documents } = await faultyDocuments()
  const { feed, brings } = aPartition()
  const lines: Record<string, unknown>[] = []
  const logger = createLogger({ service: 'test', level: 'error', destination: { write: (line) => void lines.push(JSON.parse(line)) } })
  let [done, calls] = [0, 0]
  const consumer = await start(
    feed,
    documents,
    async (batch) => {
      calls++
      return batch.map(({ version }): Outcome => {
        if (version > done + 1) return { retryAfterMs: 1, missing: done + 1 }
        done = Math.max(done, version)
        return 'done'
      })
    },
    logger,
  )
  /** Whatever the next attempts have to tell is told when this resolves. */
  const attempts = async () => {
    const until = calls + 3
    await expect.poll(() => calls, soon).toBeGreaterThan(until)
  }
  brings(anEvent('s', 1), anEvent('s', 4))
  await attempts()
  vi.advanceTimersByTime(59_000)
  await attempts()
  expect([lines, consumer.gaps()]).toEqual([[], 0])
  vi.advanceTimersByTime(1_000)
  await attempts()
  expect(lines).toMatchObject([{ consumer: 'one', source: 'teller', stream: 's', version: 2, message: 'event is missing' }])
  brings(anEvent('s', 2))
  // Another one is missing now: it has its own minute.
  await expect.poll(() => [done, consumer.gaps()], soon).toEqual([2, 0])
  brings(anEvent('s', 3))
  await expect.poll(() => done, soon).toBe(4)
  expect(lines).toHaveLength(1)
})
