import type { TimelineRow } from './ports.ts'

/** Called with a new row, or with none when there may be new rows to read. */
export type LiveListener = (row?: TimelineRow) => void

/** Tells those who follow a timeline about rows as soon as these are written. */
export interface LiveRows {
  /** True when every row is announced, those of a stream in its order: nobody then has to read what is not told. */
  readonly tellsAll: boolean
  announce(rows: TimelineRow[]): void
  /** Hears of the participant's new rows until the returned way to stop is taken. */
  listen(participantId: string, listener: LiveListener): () => void
  close(): void
}

/** For a store that this process has to itself. */
export function createLiveRows(): LiveRows {
  const listeners = createListeners()
  return {
    tellsAll: true,
    announce: listeners.tell,
    listen: listeners.add,
    close: () => undefined,
  }
}

/** How often a follower reads again whatever it was told: the longest that a row may be late when the store fails over. */
const readAgainMs = 5_000

/**
 * For a store that other processes write to: what they write is told of by the store, perhaps late, twice or never, so that followers read
 * what lies before a row that is told, and look now and then whatever is told. `watch` is the store's way to tell, where it has one.
 */
export function createSharedLiveRows(
  watch: ((listener: (rows: TimelineRow[]) => void) => () => void) | undefined,
  everyMs = readAgainMs,
): LiveRows {
  const listeners = createListeners()
  const unwatch = watch?.(listeners.tell)
  return {
    tellsAll: false,
    announce: listeners.tell,
    listen: (participantId, listener) => {
      const forget = listeners.add(participantId, listener)
      const again = setInterval(listener, everyMs)
      return () => {
        clearInterval(again)
        forget()
      }
    },
    close: () => unwatch?.(),
  }
}

function createListeners() {
  const byParticipant = new Map<string, Set<LiveListener>>()
  return {
    tell: (rows: TimelineRow[]): void => {
      for (const row of rows) for (const listener of byParticipant.get(row.subject) ?? []) listener(row)
    },
    add: (participantId: string, listener: LiveListener): (() => void) => {
      const heard = byParticipant.get(participantId) ?? new Set()
      byParticipant.set(participantId, heard.add(listener))
      return () => {
        heard.delete(listener)
        if (heard.size === 0) byParticipant.delete(participantId)
      }
    },
  }
}
