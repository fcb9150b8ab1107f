import type { DocumentStore } from '@samresa/store'
import type { Feed, Positions } from '../consumer/feed.ts'
import type { Subscription } from '../event-bus.ts'
import { recordsOf } from '../event-record.ts'
import { isHeard } from '../topics.ts'
import { createOffsetKeeper } from './offset-keeper.ts'
import type { SourceLog } from './source-reader.ts'
import { createSourceReader } from './source-reader.ts'

/** The logs of a subscription's sources, one lane each: woken by appends, never polling. What waits is read again from its log. */
export async function createLogFeed(
  { name, sources, accesses = false }: Subscription,
  { logs, documents }: { logs: Record<string, SourceLog>; documents: DocumentStore },
): Promise<Feed> {
  const offsets = await createOffsetKeeper(documents, name)
  const readers = sources.map((source) => {
    const log = logs[source]
    if (log === undefined) throw new Error(`The consumer ${name} hears ${source}, which this bus does not carry`)
    return createSourceReader(source, log, offsets.start[source] ?? 0)
  })
  const readerOf = new Map(readers.map((reader) => [reader.source, reader]))
  const positions = (of: (reader: (typeof readers)[number]) => number): Positions =>
    Object.fromEntries(readers.map((reader) => [reader.source, of(reader)]))
  const stops: (() => void)[] = []

  return {
    generation: () => 0,
    owns: (lane) => readerOf.has(lane),
    async take() {
      const results = await Promise.allSettled(readers.map((reader) => reader.take()))
      const taken = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
      // What one source gave must be handled even when another cannot be read.
      const failed = results.find((result) => result.status === 'rejected')
      if (failed !== undefined && taken.length === 0) throw failed.reason
      return taken.filter(({ record }) => isHeard(record.type, accesses))
    },
    hasMore: () => readers.some((reader) => reader.behind() > 0),
    readAhead() {
      for (const reader of readers) reader.readAhead()
    },
    through: () => positions((reader) => reader.through()),
    keep: (handled) => offsets.keep(handled),
    ends: async () => positions(({ log }) => log.end()),
    async readAgain({ source, stream, fromSeq, fromVersion }) {
      const { log, through } = readerOf.get(source)!
      const commits = await log.readStream(stream, fromSeq)
      // What has not been taken yet comes by itself, and would come twice.
      const taken = commits.filter(({ position }) => position <= through())
      return taken.flatMap((commit) => recordsOf(source, commit)).filter(({ version }) => version >= fromVersion)
    },
    onNews(listener) {
      stops.push(...readers.map(({ log }) => log.onAppend(listener)))
    },
    async stop() {
      for (const stop of stops) stop()
    },
    close: async () => offsets.settled(),
  }
}
