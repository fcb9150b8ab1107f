import { setTimeout as pause } from 'node:timers/promises'
import { within } from '@samresa/kernel'
import type { ClientSession, Db, MongoClient } from 'mongodb'
import { MongoError, MongoServerSelectionError } from 'mongodb'
import { duplicateKeyOf, engineFailureFrom, isPassing, storeUnavailable, unwrapped } from './engine-failure.ts'

/** How long a call may take in all: an election with the server's own settings takes 12 s. */
const patienceMs = 15_000
/** How long calls that are under way have when the store is closed. */
const farewellMs = 5_000
const firstPauseMs = 20
const longestPauseMs = 500

/** The way to the servers of one database: every call ends within the deadline, and is repeated while what fails may pass. */
export interface Engine {
  readonly db: Db
  /**
   * Runs work that may be run again when it is not known whether it came through; `repeated` tells it so. Rejects with RejectionError:
   * `unavailable` at the deadline, at once when closed; what the work had sent may still come through then, and it sends nothing more once
   * it `isLate`.
   */
  call<T>(work: (attempt: { repeated: boolean; isLate: () => boolean }) => Promise<T>): Promise<T>
  /** Runs the work in a transaction, from the start when another got in between, and commits it: all of it or nothing. */
  transact<T>(work: (session: ClientSession) => Promise<T>): Promise<T>
  /** Takes no more calls, repeats none, and resolves when those under way have ended, or after 5 s. */
  close(): Promise<void>
}

export function createEngine(client: MongoClient, database: string): Engine {
  const db = client.db(database)
  const underWay = new Set<Promise<unknown>>()
  let closed = false

  const guarded = async <T>(work: (isLate: () => boolean) => Promise<T>): Promise<T> => {
    if (closed) throw storeUnavailable(new Error('The store is closed.'))
    let late = false
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<never>((_, refuse) => {
      timer = setTimeout(() => {
        late = true
        refuse(storeUnavailable(new Error(`No answer within ${patienceMs} ms`)))
      }, patienceMs)
    })
    const running = Promise.race([work(() => late), deadline]).finally(() => clearTimeout(timer))
    underWay.add(running)
    try {
      return await running
    } catch (error) {
      throw engineFailureFrom(error)
    } finally {
      underWay.delete(running)
    }
  }

  return {
    db,
    call: (work) =>
      guarded(async (isLate) => {
        for (let attempt = 0; ; attempt++) {
          try {
            return await work({ repeated: attempt > 0, isLate })
          } catch (error) {
            if (!isPassing(error) || isLate() || closed) throw error
            await pause(pauseBefore(attempt))
          }
        }
      }),
    transact: (work) =>
      guarded(async (isLate) => {
        const isOver = () => isLate() || closed
        for (let attempt = 0; ; attempt++) {
          const session = client.startSession()
          try {
            session.startTransaction({ readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true } })
            const result = await work(session)
            await commit(session, isOver)
            return result
          } catch (error) {
            if (!isOvertaken(error) || isOver()) throw error
            await pause(pauseBefore(attempt))
          } finally {
            await session.endSession()
          }
        }
      }),
    async close() {
      closed = true
      await within(Promise.allSettled(underWay), farewellMs)
    },
  }
}

/** Thrown by the work of a transaction that has to begin anew. */
export class BeginsAnew extends Error {
  override readonly name = 'BeginsAnew'
}

/** A transaction that has certainly left nothing behind: another wrote what it wanted to write, or its server went away. */
const isOvertaken = (error: unknown): boolean =>
  error instanceof BeginsAnew ||
  unwrapped(error) instanceof MongoServerSelectionError ||
  (error instanceof MongoError && (error.hasErrorLabel('TransientTransactionError') || duplicateKeyOf(error) !== undefined))

/** Committing again is answered with what became of the first time. Only what says that nothing was committed lets the work begin anew. */
async function commit(session: ClientSession, isOver: () => boolean): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await session.commitTransaction()
    } catch (error) {
      if (!isUnknownCommit(error) || isOver()) throw error
      await pause(pauseBefore(attempt))
    }
  }
}

/** The driver does not name it so when no server was found for the second of its own two tries. */
const isUnknownCommit = (error: unknown): boolean =>
  error instanceof MongoError &&
  (error.hasErrorLabel('UnknownTransactionCommitResult') || (isPassing(error) && !error.hasErrorLabel('TransientTransactionError')))

/** Grows, and differs, so that those who met do not meet again. */
const pauseBefore = (attempt: number): number => Math.min(longestPauseMs, firstPauseMs * 2 ** attempt) * (0.5 + Math.random() / 2)
