import { setImmediate } from 'node:timers/promises'
import type { CommitLog, PositionedCommit } from '@samresa/store'
import type { Placed } from '../consumer/feed.ts'
import { recordsOf } from '../event-record.ts'

/** What the bus needs of the store of a service it hears. */
export type SourceLog = CommitLog

/** Larger batches write each page of a read model less often, but hold the event loop longer: the largest are for a rebuild. */
const batchFor = (behind: number): number => (behind > 20_000 ? 2000 : behind > 500 ? 1000 : 500)

/** Reads one source in the order of its log, one step ahead of its consumer while it is behind. */
export function createSourceReader(source: string, log: SourceLog, start: number) {
  let through = start
  let ahead: Promise<PositionedCommit[]> | undefined

  const read = () => log.read(through, batchFor(log.end() - through))

  return {
    source,
    log,
    /** Everything up to this position has been taken. */
    through: () => through,
    behind: () => Math.max(0, log.end() - through),
    async take(): Promise<Placed[]> {
      if (ahead === undefined && log.end() <= through) return []
      const reading = ahead ?? read()
      ahead = undefined
      const commits = await reading
      through = commits.at(-1)?.position ?? through
      return commits.flatMap((commit) => recordsOf(source, commit).map((record) => ({ record, lane: source, position: commit.position })))
    },
    /** Reads the next batch while the one at hand is being written. */
    readAhead() {
      if (ahead !== undefined || log.end() <= through) return
      ahead = setImmediate().then(read)
      // Whoever takes it meets the fault.
      ahead.catch(() => undefined)
    },
  }
}

export type SourceReader = ReturnType<typeof createSourceReader>
