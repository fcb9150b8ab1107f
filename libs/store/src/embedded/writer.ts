import { closeSync, fdatasync, openSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { openForWriting } from './database.ts'
import { createFreeSpace } from './free-space.ts'
import { createGroupTransaction } from './group-transaction.ts'
import { isDurable, sizeOf, type WriteJob, type WriteOutcome } from './write-job.ts'

const largestGroup = 500
const largestGroupBytes = 4 * 1024 * 1024

interface Waiting {
  job: WriteJob
  settle: (outcome: WriteOutcome) => void
}

/** The one writer of a store's file. */
export interface Writer {
  /** Calls `settle` once, in the order of the jobs, when the job's group is written. An engine that is gone settles as `failed`. */
  write(job: WriteJob, settle: (outcome: WriteOutcome) => void): void
  /** Calls back after each group whose outcomes have been settled. */
  onGroup(listener: () => void): void
  /** Writes what is waiting and folds the log into the file. */
  close(): Promise<void>
}

/**
 * Opens the writer of a file. Group commit without timers: what is asked for in one turn of the event loop is one transaction, and what
 * comes while a group is on its way to the disk makes the next. The transaction goes to the operating system here, which takes
 * microseconds; waiting for the disk, which can take long, is done beside the event loop. Throws when the file cannot be opened.
 */
export function openWriter(file: string, reserveBytes: number): Writer {
  const db = openForWriting(file, reserveBytes)
  const apply = createGroupTransaction(db, createFreeSpace(db, file, reserveBytes))
  // The log stays the same file while the connection is open; SQLite itself keeps no locks on it.
  const log = openSync(`${file}-wal`, 'r')
  const waiting: Waiting[] = []
  let busy = false
  let closed = false
  let idle: (() => void) | undefined
  const listeners: (() => void)[] = []

  const tell = (group: Waiting[], outcomes: WriteOutcome[]) => {
    for (const [index, one] of group.entries()) one.settle(outcomes[index]!)
    for (const listener of listeners) listener()
  }

  const next = () => {
    if (waiting.length === 0) {
      busy = false
      idle?.()
      return
    }
    const group = takeGroup()
    const outcomes = apply(group.map(({ job }) => job))
    if (!group.some(({ job }, index) => isDurable(job) && isTold(outcomes[index]!))) {
      tell(group, outcomes)
      return setImmediate(next)
    }
    fdatasync(log, (error) => {
      tell(group, error === null ? outcomes : group.map(() => ['failed', String(error)]))
      next()
    })
  }

  const takeGroup = (): Waiting[] => {
    let bytes = 0
    const end = waiting.findIndex(({ job }, index) => {
      bytes += sizeOf(job)
      return index >= largestGroup || (index > 0 && bytes > largestGroupBytes)
    })
    return waiting.splice(0, end > 0 ? end : waiting.length)
  }

  return {
    write(job, settle) {
      if (closed) return settle(['failed', 'The store is closed.'])
      waiting.push({ job, settle })
      if (busy) return
      busy = true
      setImmediate(next)
    },
    onGroup: (listener) => listeners.push(listener),
    async close() {
      closed = true
      if (busy) await new Promise<void>((resolve) => (idle = resolve))
      closeSync(log)
      foldLog(db)
    },
  }
}

/** A repeated commit may have come in with this very group, and is answered as if it were durable: so it must be. */
const isTold = ([outcome]: WriteOutcome): boolean => outcome === 'appended' || outcome === 'repeated' || outcome === 'written'

function foldLog(db: DatabaseSync): void {
  try {
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // A disk without room for it keeps the log, which the next start reads.
  } finally {
    db.close()
  }
}
