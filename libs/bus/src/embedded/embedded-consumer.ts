import { setTimeout as pause } from 'node:timers/promises'
import type { DocumentStore } from '@samresa/store'
import type { Logger } from '@samresa/telemetry'
import type { Consumer, EventRecord, Outcome, Subscription } from '../event-bus.ts'
import { onParkedDecision } from '../parked.ts'
import { isHeard } from '../topics.ts'
import { createHeldRegistry } from './held-registry.ts'
import type { HeldPart } from './held-streams.ts'
import { heldPartFrom, holdFrom } from './held-streams.ts'
import { createOffsetKeeper } from './offset-keeper.ts'
import type { PlacedRecord, SourceLog } from './source-reader.ts'
import { createSourceReader } from './source-reader.ts'
import { createWakeUp } from './wake-up.ts'

const mostStreamsTriedAgain = 64
const pauseAfterFaultMs = 1000
const again: Outcome = { retryAfterMs: pauseAfterFaultMs }

/** Runs one subscription over the logs of its sources: one batch at a time, woken by appends, never polling. */
export async function startConsumer(
  subscription: Subscription,
  logs: Record<string, SourceLog>,
  engine: { documents: DocumentStore; logger: Logger },
): Promise<Consumer> {
  const { name, sources, accesses = false } = subscription
  const { documents, logger } = engine
  const offsets = await createOffsetKeeper(documents, name)
  const held = createHeldRegistry(subscription, engine)
  const wakeUp = createWakeUp()
  const waiters = new Set<{ targets: Map<string, number>; resolve: () => void }>()
  let closing = false
  const readers = sources.map((source) => {
    const log = logs[source]
    if (log === undefined) throw new Error(`The consumer ${name} hears ${source}, which this bus does not carry`)
    return createSourceReader(source, log, offsets.start[source] ?? 0)
  })

  const takeDue = async (): Promise<HeldPart[]> => {
    const now = Date.now()
    const parts: HeldPart[] = []
    for (const stream of held.streams()) {
      if (stream.dueAt > now) continue
      const part = await heldPartFrom(logs[stream.source]!, stream)
      await held.skipFirst(part)
      parts.push(part)
      if (parts.length === mostStreamsTriedAgain) break
    }
    return parts
  }

  const takeLive = async (): Promise<PlacedRecord[]> => {
    const results = await Promise.allSettled(readers.map((reader) => reader.take()))
    const taken = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
    // What one source gave must be handled even when another cannot be read.
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined && taken.length === 0) throw failed.reason
    return taken.filter(({ record }) => {
      if (!isHeard(record.type, accesses)) return false
      const waiting = held.find(record)
      if (waiting !== undefined) waiting.seenThrough = record.version
      return waiting === undefined
    })
  }

  const handle = async (records: EventRecord[]): Promise<Outcome[]> => {
    if (records.length === 0) return []
    try {
      const handled = subscription.handle(records)
      for (const reader of readers) reader.readAhead()
      return await handled
    } catch (error) {
      logger.error({ err: error, consumer: name }, 'event handler failed')
      return []
    }
  }

  const settleLive = async (live: PlacedRecord[], outcomes: Outcome[]) => {
    for (const [index, { record, position }] of live.entries()) {
      const outcome = outcomes[index] ?? again
      // Nothing of this batch was held when it was taken, so what is held now stopped at an earlier event of the batch.
      const stopped = held.find(record)
      if (stopped !== undefined) stopped.seenThrough = record.version
      else if (outcome !== 'done') await held.hold(holdFrom(record, position), outcome)
    }
  }

  const settlePart = async ({ held: stream, records, whole }: HeldPart, outcomes: Outcome[]) => {
    const stop = records.findIndex((_, index) => outcomes[index] !== 'done')
    const first = records[stop]
    if (first !== undefined) {
      Object.assign(stream, { fromSeq: first.commit.seq, fromVersion: first.version })
      return held.hold(stream, (outcomes[stop] ?? again) as Exclude<Outcome, 'done'>)
    }
    const last = records.at(-1)
    const through = last?.version ?? stream.fromVersion
    if (whole && stream.seenThrough <= through) return held.release(stream)
    Object.assign(stream, { fromSeq: last?.commit.seq ?? stream.fromSeq, fromVersion: through + 1 })
  }

  /** How far each source is handled without a gap. What is parked on disk counts as set aside unless somebody has decided about it. */
  const reached = (parkedCounts: (dueAt: number) => boolean): Record<string, number> => {
    const through = Object.fromEntries(readers.map((reader) => [reader.source, reader.through()]))
    for (const { source, position, parked, dueAt } of held.streams()) {
      if (parked === undefined || !parkedCounts(dueAt)) through[source] = Math.min(through[source]!, position - 1)
    }
    return through
  }

  const tellWaiters = () => {
    if (waiters.size === 0) return
    const through = reached((dueAt) => dueAt === Number.POSITIVE_INFINITY)
    for (const waiter of waiters) {
      if (!closing && [...waiter.targets].some(([source, target]) => through[source]! < target)) continue
      waiters.delete(waiter)
      waiter.resolve()
    }
  }

  const turn = async () => {
    const parts = await takeDue()
    const live = await takeLive()
    const outcomes = await handle([...parts.flatMap((part) => part.records), ...live.map(({ record }) => record)])
    for (const part of parts) await settlePart(part, outcomes.splice(0, part.records.length))
    await settleLive(live, outcomes)
    offsets.keep(reached(() => true))
  }

  const run = async () => {
    while (!closing) {
      wakeUp.listen()
      try {
        await turn()
      } catch (error) {
        logger.error({ err: error, consumer: name }, 'consumer could not read its sources')
        await pause(pauseAfterFaultMs)
      }
      tellWaiters()
      if (!closing && readers.every((reader) => reader.behind() === 0)) await wakeUp.orAt(held.nextDue())
    }
    tellWaiters()
  }

  const takeInDecisions = async () => {
    try {
      await held.load()
    } catch (error) {
      logger.error({ err: error, consumer: name }, 'decisions about parked streams could not be read')
    }
    wakeUp.now()
  }

  await held.load()
  const stops = readers.map((reader) => reader.log.onAppend(wakeUp.now))
  stops.push(onParkedDecision(documents, () => void takeInDecisions()))
  const running = run()

  return {
    caughtUp: () =>
      new Promise((resolve) => {
        if (closing) return resolve()
        waiters.add({ targets: new Map(readers.map((reader) => [reader.source, reader.log.end()])), resolve })
        wakeUp.now()
      }),
    async close() {
      closing = true
      for (const stop of stops) stop()
      wakeUp.now()
      await running
      await offsets.settled()
    },
  }
}
